"""Errors: RFC 7644 section 3.12."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.certainty import is_sure
from harness.checks.facets import in_case, methods
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import answered, error_with_object, has_body, is_error, turned_away
from harness.record.exchange import Exchange
from harness.record.journal import SWITCHED_OFF, SWITCHED_ON, Act, Entry, ScenarioBegin, exchanges
from harness.record.message import ERROR, is_error_message

# RFC 7644 table 9, RFC 9865 section 2.1
SCIM_TYPES = {
    "invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget",
    "invalidValue", "invalidVers", "sensitive", "invalidCursor", "expiredCursor", "invalidCount",
}  # fmt: skip


@check("RFC7644-3.12-01", over=is_error)
def an_error_has_a_json_body(exchange: Exchange) -> Iterator[Outcome]:
    """Every error is explained by a JSON object beside its status."""
    if not exchange.has_json:
        size = len(exchange.response.body) if exchange.response else 0
        yield Finding(
            "a JSON object that explains the error", f"HTTP {exchange.status} with {size} bytes that are none"
        )


@check("RFC7644-3.12-02", over=error_with_object)
def an_error_says_that_it_is_one(exchange: Exchange) -> Iterator[Outcome]:
    """The `schemas` of an error names the Error URI; a bridge may say more under a URI of its own."""
    schemas = exchange.json.get("schemas")
    if not isinstance(schemas, list) or schemas.count(ERROR) != 1:
        yield Finding(f"schemas {[ERROR]}", f"{schemas!r}", "/schemas")


@check("RFC7644-3.12-03", over=error_with_object)
def error_status_is_a_string(exchange: Exchange) -> Iterator[Outcome]:
    """An error body carries its status, as a string."""
    status = exchange.json.get("status")
    if not isinstance(status, str):
        yield Finding(f'status "{exchange.status}" as a string', f"{status!r}", "/status")


def _error_with_status(exchange: Exchange) -> bool:
    status = exchange.json.get("status") if error_with_object(exchange) else None
    return isinstance(status, str | int) and not isinstance(status, bool)


@check("RFC7644-3.12-04", over=_error_with_status)
def error_status_is_the_http_status(exchange: Exchange) -> Iterator[Outcome]:
    """The status in the body is the status of the answer."""
    status = str(exchange.json.get("status"))
    if status != str(exchange.status):
        yield Finding(f"status {exchange.status}", status, "/status")


@check("RFC7644-3.2-10", over=error_with_object)
def error_code_stands_in_the_body(exchange: Exchange) -> Iterator[Outcome]:
    """The body of an error repeats the code."""
    if str(exchange.json.get("status")) != str(exchange.status):
        yield Finding(f"status {exchange.status} in the body", repr(exchange.json.get("status")), "/status")


def _carries_an_error(exchange: Exchange) -> bool:
    return has_body(exchange) and is_error_message(exchange.json)


@check("RFC7644-3.2-09", over=_carries_an_error)
def an_error_is_sent_as_http_status(exchange: Exchange) -> Iterator[Outcome]:
    """An Error message never comes with a status of success."""
    if exchange.status < 400:
        yield Finding("a 4xx or 5xx status", f"HTTP {exchange.status} with an Error message")


def _has_scim_type(exchange: Exchange) -> bool:
    return error_with_object(exchange) and "scimType" in exchange.json


@check("RFC7644-3.12-05", over=_has_scim_type)
def scim_type_is_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Which `scimType`s a bridge uses."""
    value = str(exchange.json["scimType"])
    yield Recorded(value if value in SCIM_TYPES else f"{value} (not a keyword of the RFCs)")


def _has_detail(exchange: Exchange) -> bool:
    return error_with_object(exchange) and "detail" in exchange.json


@check("RFC7644-3.12-06", over=_has_detail)
def detail_is_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Whether errors carry a text."""
    yield Recorded("a text" if exchange.json["detail"] else "empty")


def _is_server_error(exchange: Exchange) -> bool:
    # 501 says that a feature is not there, which a bridge may say: section 3.12 of the RFC has a row for it.
    return exchange.status >= 500 and exchange.status != 501


@check("RFC7644-3.12-15", over=_is_server_error)
def a_server_error_is_explained(exchange: Exchange) -> Iterator[Outcome]:
    """Where a request ends in a server error, the body helps: it tells in words what happened."""
    if not (isinstance(exchange.json.get("detail"), str) and exchange.json["detail"].strip()):
        yield Finding("an Error with a detail that helps", f"HTTP {exchange.status} without a detail", "/detail")


def _right_requests(entries: History) -> Iterator[Case[Exchange]]:
    """Requests that keep the protocol, but for those to a bridge that its account lets do nothing: M31 saw 500."""
    is_off = False
    for entry in entries:
        event = entry.event
        if isinstance(event, ScenarioBegin) or (isinstance(event, Act) and event.name in (SWITCHED_ON, SWITCHED_OFF)):
            is_off = isinstance(event, Act) and event.name == SWITCHED_OFF
        elif isinstance(event, Exchange) and not is_off and _is_right(event):
            yield Case(entry, event, (entry,))


def _is_right(exchange: Exchange) -> bool:
    return answered(exchange) and is_sure(exchange) and not turned_away(exchange)


@history_check(
    "RFC7644-3.12-23",
    over=_right_requests,
    facets=in_case(methods("GET", "POST", "PUT", "PATCH", "DELETE")),
    is_of_run=True,
)
def a_right_request_meets_no_server_error(case: Case[Exchange]) -> Iterator[Outcome]:
    """A request that keeps the protocol is carried out or refused, and never ends in a server error."""
    yield from _no_server_error(case.event, "an answer that is no server error")


@check("RFC7644-3.12-24", over=lambda e: answered(e) and not is_sure(e))
def a_wrong_request_is_refused_as_such(exchange: Exchange) -> Iterator[Outcome]:
    """Whatever is wrong with a request is told as the client's fault, with a 4xx, and never as a server error."""
    yield from _no_server_error(exchange, "a refusal with a 4xx status")


_TRIES, _LONG_S = 8, 60  # ours: who has come back so often, or waited so long, has done what was asked for


def _put_off(entries: History) -> Iterator[Case[Exchange]]:
    """Requests that were sent again and again, as the bridge had asked, at the answer with which each of them ended."""
    tries: list[tuple[Entry, Exchange]] = []
    for entry, exchange in exchanges(entries):
        is_again = bool(tries) and tries[-1][1].request == exchange.request
        if tries and not is_again and _was_patient(tries):
            yield Case(tries[-1][0], tries[-1][1], (tries[0][0], tries[-1][0]))
        tries = [*tries, (entry, exchange)] if is_again else [(entry, exchange)] if _is_for_later(exchange) else []
        if is_again and not _is_for_later(exchange):
            if _was_patient(tries):
                yield Case(entry, exchange, (tries[0][0], entry))
            tries = []
    if _was_patient(tries):
        yield Case(tries[-1][0], tries[-1][1], (tries[0][0], tries[-1][0]))


def _was_patient(tries: Sequence[tuple[Entry, Exchange]]) -> bool:
    asked_s = sum(_asked_s(exchange) for _, exchange in tries[:-1])
    return len(tries) >= _TRIES or (len(tries) > 1 and asked_s >= _LONG_S)


def _asked_s(exchange: Exchange) -> int:
    said = exchange.header("Retry-After") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


def _is_for_later(exchange: Exchange) -> bool:
    return exchange.status == 503 and exchange.header("Retry-After") is not None


@history_check("RFC7644-3.12-23", over=_put_off, is_of_run=True)
def nothing_is_put_off_for_good(case: Case[Exchange]) -> Iterator[Outcome]:
    """Who comes back when the bridge has said is served in the end."""
    if _is_for_later(case.event):
        yield Finding("an answer to who came back in time, again and again", "status 503 once more")


def _no_server_error(exchange: Exchange, wanted: str) -> Iterator[Outcome]:
    if _is_server_error(exchange):
        detail = exchange.json.get("detail")
        said = f", {detail}" if detail else ""
        yield Finding(
            wanted, f"status {exchange.status} to {exchange.request.method} (“{exchange.request.name}”){said}"
        )
