"""The bytes of an answer: names in its objects, its length, and the headers that tell of both."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.facets import BY_TYPE, always
from harness.checks.registry import Outcome, Selector, check
from harness.checks.selectors import has_body
from harness.record.exchange import Exchange, ParsedBody, find_header, parse_answer

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
# RFC 3629 section 8 names UTF-8; what is pure ASCII is UTF-8 too.
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})
SHOWN = 5  # ours: how many names a finding lists


def _parsed(exchange: Exchange) -> ParsedBody:
    return parse_answer(exchange.response.body if exchange.response else b"")


def _is_readable(exchange: Exchange) -> bool:
    return has_body(exchange) and isinstance(_parsed(exchange).value, dict | list)


@check("RFC7644-3.2-12", over=_is_readable)
def no_name_stands_twice(exchange: Exchange) -> Iterator[Outcome]:
    """No object in an answer holds a name twice: readers differ in which value they take."""
    if twice := _parsed(exchange).duplicates:
        yield Finding("each name once in its object", f"twice: {_listed(twice)}")


@check("RFC7643-2.1-04", over=_is_readable)
def no_names_differ_by_case_alone(exchange: Exchange) -> Iterator[Outcome]:
    """No object in an answer holds two names that differ by letter case alone: they name one attribute."""
    if twins := _parsed(exchange).twins:
        yield Finding("each attribute once, whatever its letter case", f"in two spellings: {_listed(twins)}")


def _listed(names: tuple[str, ...]) -> str:
    shown = [repr(name) for name in dict.fromkeys(names)]
    return ", ".join(shown[:SHOWN]) + (f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else "")


def _charset(exchange: Exchange) -> str:
    found = _CHARSET.search(exchange.header("Content-Type") or "")
    return found[1].lower() if found else ""


@check("RFC7644-3.8-01", over=lambda e: has_body(e) and bool(_charset(e)), facets=always("returned"))
def a_charset_is_utf_8(exchange: Exchange) -> Iterator[Outcome]:
    """Where an answer names its charset, that is UTF-8."""
    if _charset(exchange) not in _UTF_8:
        yield Finding("charset utf-8, or none", _charset(exchange))


def _has_plain_length(exchange: Exchange) -> bool:
    """A Content-Length that counts the bytes of the body as we keep it: neither coded, nor left out by the method."""
    response = exchange.response
    if response is None or exchange.request.method == "HEAD" or response.status in (204, 304):
        return False
    is_coded = any(find_header(response.headers, name) for name in ("Transfer-Encoding", "Content-Encoding"))
    length = find_header(response.headers, "Content-Length")
    # A secret that the answer repeated stands under its name in the record, and has another length there.
    is_redacted = "‹credential:".encode() in response.body
    return length is not None and not is_coded and not is_redacted


@check("RFC7644-3.2-13", over=_has_plain_length)
def content_length_is_the_length(exchange: Exchange) -> Iterator[Outcome]:
    """Content-Length is the number of bytes of the body."""
    stated = exchange.header("Content-Length") or ""
    length = len(exchange.response.body) if exchange.response else 0
    if not stated.isascii() or not stated.isdigit() or int(stated) != length:
        yield Finding(f"Content-Length {length}", repr(stated[:40]))


def _asked_for(endpoint: str, *, single: bool) -> Selector:
    """A GET of one resource, or of a list of them, that was answered with 200."""

    def over(exchange: Exchange) -> bool:
        route = exchange.route
        is_asked = route.endpoint == endpoint and not route.rest and bool(route.id) is single
        return exchange.request.method == "GET" and exchange.status == 200 and is_asked

    return over


_USERS, _GROUPS = _asked_for("Users", single=False), _asked_for("Groups", single=False)


@check("RFC7644-3.4.1-01", over=_asked_for("Users", single=True))
def a_user_that_is_read_is_shown(exchange: Exchange) -> Iterator[Outcome]:
    """A read of a User that is answered with 200 shows something."""
    yield from _some_body(exchange, "the representation of the User")


@check("RFC7644-3.4.1-02", over=_asked_for("Groups", single=True))
def a_group_that_is_read_is_shown(exchange: Exchange) -> Iterator[Outcome]:
    """A read of a Group that is answered with 200 shows something."""
    yield from _some_body(exchange, "the representation of the Group")


@check("RFC7644-3.4.2-05", over=lambda e: _USERS(e) or _GROUPS(e), facets=BY_TYPE)
def a_list_that_is_asked_for_is_there(exchange: Exchange) -> Iterator[Outcome]:
    """A list that is answered with 200 is a list, if of nobody."""
    yield from _some_body(exchange, "a list with totalResults")


def _some_body(exchange: Exchange, wanted: str) -> Iterator[Outcome]:
    if not has_body(exchange):
        yield Finding(wanted, "status 200 without a body")


@check("RFC7644-2-03", over=lambda e: e.status == 401)
def a_refusal_names_the_scheme(exchange: Exchange) -> Iterator[Outcome]:
    """An answer with 401 names the schemes that the bridge takes, in WWW-Authenticate."""
    if not (exchange.header("WWW-Authenticate") or "").strip():
        yield Finding("a WWW-Authenticate header with a scheme, such as Bearer", "none")
