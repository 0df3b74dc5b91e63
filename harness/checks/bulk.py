"""Bulk: RFC 7644 sections 3.7, 3.7.3 and 3.7.4. What becomes of the resources is in `bulk_states`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.bulk_jobs import (
    BULK_REQUEST,
    BULK_RESPONSE,
    METHODS,
    ToldOperation,
    entries_in,
    entry_status,
    is_bulk,
    is_processed,
    is_well_formed,
    operations_in,
    told_by,
)
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import considered, ends_in
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges
from harness.record.message import is_error_message


def _own_words(exchange: Exchange) -> str:
    detail = exchange.json.get("detail")
    return f"status {exchange.status}" + (f": {str(detail)[:160]}" if detail else "")


def _is_with_another_schema(exchange: Exchange) -> bool:
    if not is_bulk(exchange) or not exchange.sends_json:
        return False
    named = get_attribute(exchange.sent_json, "schemas")
    return not isinstance(named, list) or BULK_REQUEST not in named


def _sends_bulk(exchange: Exchange) -> bool:
    return is_bulk(exchange) and is_well_formed(exchange) and exchange.status != 413


@check("RFC7644-3.7-01", over=lambda e: _sends_bulk(e) or _is_with_another_schema(e))
def a_bulk_request_is_known_by_its_schema(exchange: Exchange) -> Iterator[Outcome]:
    """A body is taken for a bulk request if it says so; whether another one is, is noted."""
    if _is_with_another_schema(exchange):
        yield Recorded("refused without its schema" if exchange.status >= 400 else "taken without its schema")
        named = get_attribute(exchange.sent_json, "schemas")
        if named and exchange.status < 400:
            yield Finding("status 400 for another schema", f"status {exchange.status}")
    elif exchange.status in (405, 415):
        yield Finding("the bulk request to be taken", _own_words(exchange))


@check("RFC7644-3.7-02", over=is_processed)
def a_bulk_answer_names_its_schema(exchange: Exchange) -> Iterator[Outcome]:
    """The answer to a bulk job names BulkResponse as its schema."""
    named = get_attribute(exchange.json, "schemas")
    if named != [BULK_RESPONSE]:
        yield Finding(f"schemas [{BULK_RESPONSE!r}]", repr(named), "/schemas")


def _is_without_limit(exchange: Exchange) -> bool:
    return _sends_bulk(exchange) and _is_usual(exchange) and get_attribute(exchange.sent_json, "failOnErrors") is None


def _is_usual(exchange: Exchange) -> bool:
    """Every operation has all that its method needs; what a bridge does with another one is not told here."""
    limit = get_attribute(exchange.sent_json, "failOnErrors")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        return False
    return all(_lack(each) is None for each in operations_in(exchange)) and not _repeats_a_bulk_id(exchange)


def _repeats_a_bulk_id(exchange: Exchange) -> bool:
    named = [each["bulkId"] for each in operations_in(exchange) if isinstance(each.get("bulkId"), str)]
    return len(set(named)) < len(named)


@check("RFC7644-3.7-03", over=_is_without_limit)
def a_bulk_needs_no_fail_on_errors(exchange: Exchange) -> Iterator[Outcome]:
    """A job without failOnErrors is processed."""
    yield Recorded("processed" if exchange.status == 200 else f"refused with {exchange.status}")
    if exchange.status == 400:
        yield Finding("the job to be processed", _own_words(exchange))


def _limit_of(exchange: Exchange) -> int:
    value = get_attribute(exchange.sent_json, "failOnErrors")
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _is_limited(exchange: Exchange) -> bool:
    return is_processed(exchange) and _limit_of(exchange) > 0


def _reaches_its_limit(exchange: Exchange) -> bool:
    if not _is_limited(exchange) or len(operations_in(exchange)) <= _limit_of(exchange):
        return False
    return sum(entry_status(each) >= 400 for each in entries_in(exchange)) >= _limit_of(exchange)


@check("RFC7644-3.7-04", over=_reaches_its_limit)
def a_bulk_stops_at_its_limit(exchange: Exchange) -> Iterator[Outcome]:
    """A job ends with the error that reaches failOnErrors; in which order it is told, is the bridge's choice."""
    limit, failed = _limit_of(exchange), 0
    for told in told_by(exchange):
        if failed >= limit and told.is_done:
            yield Finding(f"nothing done after {limit} failed", "one more is done", told.pointer)
        failed += told.status >= 400


def _stays_below_its_limit(exchange: Exchange) -> bool:
    failed = sum(entry_status(each) >= 400 for each in entries_in(exchange))
    return _is_limited(exchange) and 0 < failed < _limit_of(exchange) and _is_usual(exchange)


@check("RFC7644-3.7-04", over=_stays_below_its_limit)
def a_bulk_goes_on_to_its_limit(exchange: Exchange) -> Iterator[Outcome]:
    """A job in which fewer operations failed than failOnErrors says is done to its end."""
    missing = [told for told in told_by(exchange) if told.entry is None]
    if missing:
        said = f"an entry for each operation, as less than {_limit_of(exchange)} failed"
        yield Finding(said, f"none for {missing[0].sent.get('method')}", "/Operations")


@check("RFC7644-3.7-05", over=_is_limited)
def fail_on_errors_is_not_repeated(exchange: Exchange) -> Iterator[Outcome]:
    """failOnErrors stands in the request alone."""
    if get_attribute(exchange.json, "failOnErrors") is not None:
        yield Finding("no failOnErrors", "it stands in the answer", "/failOnErrors")


def _is_without_operations(exchange: Exchange) -> bool:
    if not is_bulk(exchange) or not exchange.sends_json:
        return False
    listed = get_attribute(exchange.sent_json, "Operations")
    return not isinstance(listed, list) or not listed


@check("RFC7644-3.7-06", over=_is_without_operations)
def a_bulk_without_operations_is_refused(exchange: Exchange) -> Iterator[Outcome]:
    """A job without operations is refused with 400."""
    given = exchange.json.get("scimType")
    if exchange.status != 400:
        yield Finding("status 400", f"status {exchange.status}")
    elif given not in (None, "invalidSyntax", "invalidValue"):
        yield Finding("scimType invalidSyntax", repr(given), "/scimType")


def _lack(operation: Json) -> str | None:
    """The row by which an operation is wrong in itself; none if it is right."""
    method, path = operation.get("method"), operation.get("path")
    if not isinstance(method, str):
        return "RFC7644-3.7-07"
    if method not in METHODS:
        return None if method.upper() in METHODS else "RFC7644-3.7-08"  # small letters may be read with patience
    if method == "POST" and not operation.get("bulkId"):
        return "RFC7644-3.7-09"
    if not isinstance(path, str):
        return "RFC7644-3.7-11"
    segments = [each for each in path.split("/") if each]
    if segments and segments[0] in ("Users", "Groups") and len(segments) != (1 if method == "POST" else 2):
        return "RFC7644-3.7-12"
    if method != "DELETE" and not isinstance(operation.get("data"), dict):
        return "RFC7644-3.7-13"
    return None


_OWN_LACKS = ("07", "08", "09", "11", "12", "13")
LACKS = tuple(f"RFC7644-3.7-{number}" for number in _OWN_LACKS)


def _lacking(entries: History) -> Iterable[Case[Exchange]]:
    for entry, exchange in exchanges(entries):
        if is_bulk(exchange) and is_well_formed(exchange) and exchange.status != 413:
            yield Case(entry, exchange, (entry,))


def _lacking_rows(case: Case[Exchange]) -> tuple[str, ...]:
    rows = {row for each in operations_in(case.event) if (row := _lack(each))}
    if any(told.is_done for told in told_by(case.event)):
        rows |= {f"RFC7644-3.7-{number}" for number in ("07", "08", "12")}
    return tuple(sorted(rows))


_WORDS = {
    "RFC7644-3.7-07": "an error for an operation without a method",
    "RFC7644-3.7-08": "an error for a method that is none of the four",
    "RFC7644-3.7-09": "an error for a POST without bulkId",
    "RFC7644-3.7-11": "an error for an operation without a path",
    "RFC7644-3.7-12": "an error for a path that the method does not have",
    "RFC7644-3.7-13": "an error for an operation without data",
}


def _methods_of(case: Case[Exchange], *names: str) -> set[str]:
    return {str(each.sent.get("method")) for each in told_by(case.event) if each.is_done} & set(names)


def _without_data(case: Case[Exchange]) -> set[str]:
    sent = operations_in(case.event)
    return {str(each["method"]) for each in sent if _lack(each) == "RFC7644-3.7-13"}


_FACETS: dict[str, Shows[Case[Exchange]]] = {
    "RFC7644-3.7-08": Shows(METHODS, lambda case: _methods_of(case, *METHODS)),
    "RFC7644-3.7-13": Shows(METHODS[:3], _without_data),
}


@history_check(*LACKS, over=_lacking, rows_of=_lacking_rows, facets=_FACETS)
def an_operation_that_lacks_something_fails(case: Case[Exchange]) -> Iterator[Outcome]:
    """An operation of a job that lacks its method, bulkId, path or data fails by itself, or the job is refused."""
    exchange = case.event
    for each in _lacking_rows(case) if exchange.status >= 500 else ():
        yield Finding(_WORDS[each], _own_words(exchange), "", each)
    for told in told_by(exchange):
        row = _lack(told.sent)
        if row == "RFC7644-3.7-09" and told.is_done:
            yield Recorded("a POST without bulkId is done", row)
        elif row and told.is_done:
            yield Finding(_WORDS[row], f"status {told.status}", told.pointer, row)
    if exchange.status == 200:
        for index, entry in enumerate(entries_in(exchange)):
            if not isinstance(get_attribute(entry, "method"), str) and _all_have_methods(exchange):
                yield Finding("the method of the operation", "none", f"/Operations/{index}", "RFC7644-3.7-07")


def _all_have_methods(exchange: Exchange) -> bool:
    return all(isinstance(each.get("method"), str) for each in operations_in(exchange))


# What an entry of the answer holds.


def _tellings(entries: History, of: Callable[[ToldOperation], bool]) -> Iterable[Case[ToldOperation]]:
    for entry, exchange in exchanges(entries):
        if is_processed(exchange):
            for told in told_by(exchange):
                if told.entry is not None and of(told):
                    yield Case(entry, told, (entry,))


def _names_a_place(told: ToldOperation) -> bool:
    """Whether the entry has to have a location: what a POST failed to make has none."""
    is_post = told.sent.get("method") == "POST"
    return _lack(told.sent) is None and told.status > 0 and not (is_post and not told.is_done)


def _is_one_of_four(told: ToldOperation) -> bool:
    return told.sent.get("method") in METHODS


def _endpoint(told: ToldOperation) -> str:
    return str(told.sent.get("path")).strip("/")


@history_check("RFC7644-3.7-15", "RFC7644-3.7.3-02", over=lambda h: _tellings(h, _names_a_place))
def a_bulk_entry_has_its_location(case: Case[ToldOperation]) -> Iterator[Outcome]:
    """Each entry has the location of its resource; only a POST that failed has none."""
    told = case.event
    location = get_attribute(told.entry or {}, "location")
    if not isinstance(location, str) or not location:
        yield Finding(f"the location of a {told.sent['method']}", "none", f"{told.pointer}/location")
    elif told.sent["method"] != "POST" and "bulkId:" not in str(told.sent.get("path")):
        name = unquote(str(told.sent["path"]).strip("/").rsplit("/", 1)[-1])
        if not ends_in(location, name):
            yield Finding(f"a location that ends in {name!r}", location, f"{told.pointer}/location")
    elif told.sent["method"] == "POST" and urlsplit(location).path.split("/")[-2:-1] != [_endpoint(told)]:
        yield Finding(f"a location at /{_endpoint(told)}", location, f"{told.pointer}/location")


def _failed(told: ToldOperation) -> bool:
    return told.status >= 300


@history_check("RFC7644-3.7-16", "RFC7644-3.7-19", over=lambda h: _tellings(h, _failed))
def a_failed_operation_says_why(case: Case[ToldOperation]) -> Iterator[Outcome]:
    """The entry of what failed has the Error message in its response."""
    response = get_attribute(case.event.entry or {}, "response")
    if response is None:
        yield Finding("a response", "none", f"{case.event.pointer}/response")
    elif not is_error_message(response):
        yield Finding("an Error message", f"{str(response)[:80]!r}", f"{case.event.pointer}/response")
    elif (stated := get_attribute(response, "status")) is not None and str(stated) != str(case.event.status):
        said = f"the status of the entry, {case.event.status}"
        yield Finding(said, f"{stated!r}", f"{case.event.pointer}/response/status")


@history_check("RFC7644-3.7.3-04", over=lambda h: _tellings(h, _failed))
def a_failed_operation_is_explained(case: Case[ToldOperation]) -> Iterator[Outcome]:
    """The entry of what failed explains itself to people, in the response or beside the status."""
    entry = case.event.entry or {}
    response, status = get_attribute(entry, "response"), get_attribute(entry, "status")
    texts = [get_attribute(each, name) for each in (response, status) if isinstance(each, dict) for name in _TEXTS]
    if not any(isinstance(each, str) and each.strip() for each in texts):
        yield Finding("an explanation", "none", case.event.pointer)


_TEXTS = ("detail", "description")


@history_check("RFC7644-3.7-17", over=lambda h: _tellings(h, lambda told: told.is_done))
def the_response_of_a_success_is_noted(case: Case[ToldOperation]) -> Iterator[Outcome]:
    """Whether the entry of what succeeded carries a response is the bridge's choice."""
    yield Recorded("with response" if get_attribute(case.event.entry or {}, "response") else "without response")


@check("RFC7644-3.7-18", over=is_processed)
def a_bulk_entry_has_its_status(exchange: Exchange) -> Iterator[Outcome]:
    """Each entry has the HTTP status of its operation."""
    for index, each in enumerate(entries_in(exchange)):
        if not entry_status(each):
            yield Finding("a status", repr(get_attribute(each, "status")), f"/Operations/{index}/status")


@check("RFC7644-3.7-20", over=lambda e: _sends_bulk(e) and _is_usual(e))
def a_job_is_answered_with_200(exchange: Exchange) -> Iterator[Outcome]:
    """A job that is processed is answered with 200, whatever becomes of its operations."""
    if exchange.status != 200:
        yield Finding("status 200", _own_words(exchange))


def _cannot_be_done(exchange: Exchange) -> bool:
    is_no_job = not exchange.sends_json and bool(exchange.request.body)
    return is_bulk(exchange) and (is_no_job or _is_without_operations(exchange))


@check("RFC7644-3.7-21", over=_cannot_be_done)
def a_job_that_cannot_be_done_is_an_error(exchange: Exchange) -> Iterator[Outcome]:
    """What is no job is answered with an error status."""
    if exchange.status < 400:
        yield Finding("an error status", f"status {exchange.status}")


def _goes_on(exchange: Exchange) -> bool:
    told = list(told_by(exchange)) if is_processed(exchange) and not _limit_of(exchange) and _is_usual(exchange) else []
    first = next((index for index, each in enumerate(told) if each.status >= 400), len(told))
    return first + 1 < len(told)


@check("RFC7644-3.7-22", over=_goes_on)
def a_job_goes_on_after_an_error(exchange: Exchange) -> Iterator[Outcome]:
    """Without failOnErrors, what follows an operation that failed is done."""
    missing = [told for told in told_by(exchange) if told.entry is None]
    if missing:
        yield Finding("an entry for each operation", f"none for {missing[0].sent.get('method')}", "/Operations")


def _is_named(told: ToldOperation) -> bool:
    return told.sent.get("method") == "POST" and isinstance(told.sent.get("bulkId"), str)


def _posts(entries: History) -> Iterable[Case[Exchange]]:
    for entry, exchange in exchanges(entries):
        sent = operations_in(exchange) if is_processed(exchange) and not _limit_of(exchange) else []
        if any(_lack(each) is None and each["method"] == "POST" for each in sent) and _is_usual(exchange):
            yield Case(entry, exchange, (entry,))


@history_check("RFC7644-3.7-23", over=_posts)
def a_bulk_id_comes_back(case: Case[Exchange]) -> Iterator[Outcome]:
    """The bulkId of a POST stands in its entry."""
    given = {each.get("bulkId") for each in entries_in(case.event)}
    for each in operations_in(case.event):
        if each["method"] == "POST" and each["bulkId"] not in given:
            yield Finding(f"an entry with bulkId {each['bulkId']!r}", "none", "/Operations")


@check("RFC7644-3.7-24", over=lambda e: is_processed(e) and len(entries_in(e)) > 1)
def the_order_of_entries_is_noted(exchange: Exchange) -> Iterator[Outcome]:
    """In which order the entries stand is the bridge's choice."""
    at = [told.pointer.rpartition("/")[2] for told in told_by(exchange) if told.pointer]
    numbers = [int(each) for each in at]
    yield Recorded("as sent" if numbers == sorted(numbers) else "in another order")


def _is_taken(exchange: Exchange) -> bool:
    """A job of usual operations, without a limit, that is answered with 200; also where no entry says what was done."""
    is_answered = _sends_bulk(exchange) and exchange.status == 200 and exchange.has_json
    return is_answered and bool(operations_in(exchange)) and not _limit_of(exchange) and _is_usual(exchange)


@check("RFC7644-3.7.3-01", over=_is_taken)
def every_operation_has_its_entry(exchange: Exchange) -> Iterator[Outcome]:
    """A job that is processed to its end has an entry for each operation."""
    sent, given = len(operations_in(exchange)), len(entries_in(exchange))
    if sent != given:
        yield Finding(f"{sent} entries", f"{given}", "/Operations")


_SUCCESS = {"POST": (201,), "PUT": (200,), "PATCH": (200, 204), "DELETE": (204,)}


@history_check("RFC7644-3.7.3-03", over=lambda h: _tellings(h, lambda told: _is_one_of_four(told) and told.is_done))
def a_bulk_status_is_that_of_the_single_request(case: Case[ToldOperation]) -> Iterator[Outcome]:
    """The status of an entry is the one that the operation would have had alone."""
    told = case.event
    status = get_attribute(told.entry or {}, "status")
    yield Recorded("status-object-with-code" if isinstance(status, dict) else "status-string")
    wanted = _SUCCESS[str(told.sent["method"])]
    if told.status not in wanted:
        said = f"status {' or '.join(map(str, wanted))} for a {told.sent['method']}"
        yield Finding(said, f"status {told.status}", f"{told.pointer}/status")


def _refused_alone(entries: History) -> Iterator[Case[tuple[ToldOperation, int]]]:
    """Operations that failed, each with the status with which the same request was refused by itself before."""
    alone: dict[tuple[str, ...], tuple[Entry, int]] = {}
    for entry, exchange in exchanges(entries):
        story, request = entry.scenario, exchange.request
        if exchange.sends_plain_json and 400 <= exchange.status < 500:
            key = story, request.method, request.target, _canonical(exchange.sent_json)
            alone[key] = entry, exchange.status
        for told in told_by(exchange) if is_processed(exchange) else ():
            key = story, str(told.sent.get("method")), str(told.sent.get("path")), _canonical(told.sent.get("data"))
            if told.entry is not None and told.status >= 400 and key in alone:
                before, status = alone[key]
                yield Case(entry, (told, status), (before, entry))


def _canonical(body: object) -> str:
    return json.dumps(body, sort_keys=True)


@history_check("RFC7644-3.7.3-03", over=_refused_alone, is_of_run=True)
def a_failed_operation_has_the_status_of_the_single_request(case: Case[tuple[ToldOperation, int]]) -> Iterator[Outcome]:
    """What is refused by itself is refused with the same status as an operation of a job."""
    told, status = case.event
    if told.status != status:
        yield Finding(f"status {status}, as alone", f"status {told.status}", f"{told.pointer}/status")


# Limits.


def _config_of(exchange: Exchange) -> Json:
    is_config = exchange.route.endpoint == "ServiceProviderConfig" and exchange.status == 200
    bulk = get_attribute(exchange.json, "bulk") if is_config and exchange.request.method == "GET" else None
    return bulk if isinstance(bulk, dict) else {}


def _supports_bulk(exchange: Exchange) -> bool:
    return _config_of(exchange).get("supported") is True


@check("RFC7644-3.7.4-01", over=_supports_bulk)
def bulk_has_limits(exchange: Exchange) -> Iterator[Outcome]:
    """Who supports bulk says how many operations and how many bytes a job may have."""
    for name in ("maxOperations", "maxPayloadSize"):
        value = get_attribute(_config_of(exchange), name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            yield Finding(f"{name}, a positive number", repr(value), f"/bulk/{name}")


@check("RFC7644-3.7.4-02", over=_supports_bulk)
def the_limits_of_bulk_are_noted(exchange: Exchange) -> Iterator[Outcome]:
    """The limits of bulk can be read from the configuration."""
    bulk = _config_of(exchange)
    yield Recorded(f"maxOperations {bulk.get('maxOperations')}, maxPayloadSize {bulk.get('maxPayloadSize')}")


def _told_limits(record: History) -> tuple[Entry, Json] | None:
    """What the configuration of a run says about bulk."""
    for entry, exchange in exchanges(record):
        if bulk := _config_of(exchange):
            return entry, bulk
    return None


def _without_bulk(record: History) -> Iterator[Case[Exchange]]:
    told = _told_limits(record)
    if told is None or told[1].get("supported") is not False:
        return
    for entry, exchange in exchanges(record):
        if exchange.route.endpoint == "Bulk" and exchange.request.method == "POST" and considered(exchange):
            yield Case(entry, exchange, (told[0], entry))


@history_check("RFC7644-3.7-26", over=_without_bulk, is_of_run=True)
def bulk_is_refused_where_there_is_none(case: Case[Exchange]) -> Iterator[Outcome]:
    """A bridge that declares not to have bulk does none."""
    if 200 <= case.event.status < 300:
        yield Finding("an error status, as bulk is declared not to be there", f"status {case.event.status}")


_SIZES: Mapping[str, Callable[[Exchange], int]] = {
    "maxOperations": lambda exchange: len(operations_in(exchange)),
    "maxPayloadSize": lambda exchange: len(exchange.request.body or b""),
}


def _declared_limit(record: History, name: str) -> tuple[Entry, int] | None:
    """A limit of the configuration, with the answer that declares it; None where it declares none that is a number."""
    told = _told_limits(record)
    limit = get_attribute(told[1], name) if told and told[1].get("supported") is True else None
    is_one = isinstance(limit, int) and not isinstance(limit, bool) and limit >= 1
    return (told[0], limit) if told and is_one and isinstance(limit, int) else None


def _beyond(record: History, name: str) -> Iterator[Case[Exchange]]:
    """Jobs that are beyond a limit which the configuration declares."""
    declared = _declared_limit(record, name)
    for entry, exchange in exchanges(record) if declared else ():
        if declared and is_bulk(exchange) and _SIZES[name](exchange) > declared[1]:
            yield Case(entry, exchange, (declared[0], entry))


def _too_many(record: History) -> Iterator[Case[Exchange]]:
    return _beyond(record, "maxOperations")


def _too_long(record: History) -> Iterator[Case[Exchange]]:
    return _beyond(record, "maxPayloadSize")


def _within(record: History) -> Iterator[Case[Exchange]]:
    """Jobs that keep both limits, those that reach them among them."""
    declared = {name: _declared_limit(record, name) for name in _SIZES}
    limits = {name: found for name, found in declared.items() if found}
    for entry, exchange in exchanges(record) if len(limits) == len(_SIZES) else ():
        if is_bulk(exchange) and all(_SIZES[name](exchange) <= limit for name, (_, limit) in limits.items()):
            yield Case(entry, exchange, (limits["maxOperations"][0], entry))


@history_check("RFC7644-3.7.4-01", over=_within, is_of_run=True)
def what_keeps_the_limits_is_not_too_large(case: Case[Exchange]) -> Iterator[Outcome]:
    """A job of at most maxOperations and maxPayloadSize is not refused for its size."""
    if case.event.status == 413:
        yield Finding("a job within the limits to be taken", _own_words(case.event))


def _refused_for_size(record: History) -> Iterator[Case[Exchange]]:
    for case in (*_too_many(record), *_too_long(record)):
        if case.event.status == 413:
            yield case


@history_check("RFC7644-3.7.4-03", over=_too_many, is_of_run=True)
def too_many_operations_are_refused(case: Case[Exchange]) -> Iterator[Outcome]:
    """A job of more than maxOperations is refused with 413."""
    if case.event.status != 413:
        yield Finding("status 413", _own_words(case.event))


@history_check("RFC7644-3.7.4-04", over=_too_long, is_of_run=True)
def too_long_a_job_is_refused(case: Case[Exchange]) -> Iterator[Outcome]:
    """A job of more than maxPayloadSize bytes is refused with 413."""
    if case.event.status != 413:
        yield Finding("status 413", _own_words(case.event))


@history_check("RFC7644-3.7.4-05", over=_refused_for_size, is_of_run=True)
def the_limit_that_was_exceeded_is_named(case: Case[Exchange]) -> Iterator[Outcome]:
    """The error for a job that is too large names the limit."""
    config, _ = case.exchanges
    said = str(case.event.json.get("detail") or "")
    limits = {str(value) for value in _config_of(config).values() if isinstance(value, int) and value > 1}
    if not any(word.lower() in said.lower() for word in (*limits, "maxOperations", "maxPayloadSize")):
        yield Finding("the name or the number of the limit", repr(said[:160]), "/detail")
