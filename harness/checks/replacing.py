"""Replacing resources with PUT: RFC 7644 section 3.5.1."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.cases import is_projected, object_in
from harness.checks.registry import Outcome, check
from harness.exchange import Exchange, get_attribute
from harness.verdict import Finding


def _replaced(exchange: Exchange) -> bool:
    return (
        exchange.request.method == "PUT"
        and exchange.route.is_resource_endpoint
        and 200 <= exchange.status < 300
        and not is_projected(exchange)
    )


@check("RFC7644-3.5.1-15", over=_replaced)
def a_put_answers_with_the_resource(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT that succeeds is answered with 200 and the entire resource."""
    missing = [name for name in ("id", "schemas", "meta") if get_attribute(exchange.received or {}, name) is None]
    if exchange.status != 200:
        yield Finding("status 200", f"status {exchange.status}")
    elif missing:
        yield Finding("the entire resource", f"without {', '.join(missing)}")


def _user_replaced(exchange: Exchange) -> bool:
    return _replaced(exchange) and exchange.route.endpoint == "Users" and exchange.received is not None


@check("RFC7644-3.5.1-02", over=_user_replaced)
def a_put_stores_what_was_sent(exchange: Exchange) -> Iterator[Outcome]:
    """The values that a PUT brings replace the old ones."""
    sent, shown = exchange.sent or {}, exchange.received or {}
    for name in ("userName", "displayName", "externalId", "title"):
        wanted, given = get_attribute(sent, name), get_attribute(shown, name)
        if isinstance(wanted, str) and wanted and isinstance(given, str) and given.casefold() != wanted.casefold():
            yield Finding(f"{name} {wanted!r}", repr(given), f"/{name}")
    for name in ("givenName", "familyName"):
        wanted, given = object_in(sent, "name").get(name), object_in(shown, "name").get(name)
        if isinstance(wanted, str) and wanted and given != wanted:
            yield Finding(f"name.{name} {wanted!r}", repr(given), f"/name/{name}")


def _put_with_id(exchange: Exchange) -> bool:
    return _user_replaced(exchange) and get_attribute(exchange.sent or {}, "id") is not None


@check("RFC7644-3.5.1-11", "RFC7643-3.1-09", over=_put_with_id)
def the_id_in_a_put_is_ignored(exchange: Exchange) -> Iterator[Outcome]:
    """Whatever id stands in the body of a PUT, the resource keeps its own."""
    shown = (exchange.received or {}).get("id")
    if shown != exchange.route.id:
        yield Finding(f"id {exchange.route.id!r}", repr(shown), "/id")


def _put_with_meta(exchange: Exchange) -> bool:
    return _user_replaced(exchange) and isinstance(get_attribute(exchange.sent or {}, "meta"), dict)


@check("RFC7644-3.5.1-12", "RFC7643-3.1-19", over=_put_with_meta)
def meta_in_a_put_is_ignored(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT that brings meta gets the bridge's own back."""
    if not object_in(exchange.received or {}, "meta"):
        yield Finding("the bridge's own meta", "no meta", "/meta")


@check("RFC7644-3.1-06", over=lambda e: _put_sent_with_read_only(e))
def read_only_attributes_need_not_be_removed(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT that carries id and meta as the bridge gave them is accepted."""
    if exchange.status == 400:
        yield Finding("the read-only attributes to be ignored", "status 400")


def _put_sent_with_read_only(exchange: Exchange) -> bool:
    sent = exchange.sent or {}
    return (
        exchange.request.method == "PUT"
        and exchange.route.endpoint == "Users"
        and exchange.response is not None
        and get_attribute(sent, "id") == exchange.route.id
        and isinstance(get_attribute(sent, "meta"), dict)
    )
