"""Look-ups: what a story has made is found by an equality filter (RFC 7644 section 3.4.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.facets import always
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import (
    considered,
    created,
    equality_filter,
    filtered_list,
    is_projected,
    one_resource,
    query_of,
    resources_in,
    whole_number,
)
from harness.checks.timeline import Key, key_of
from harness.record.exchange import RESOURCES, Exchange, get_attribute
from harness.record.journal import Act, Entry

_NAMES = ("userName", "displayName", "externalId")
_PLAIN = re.compile(r"[A-Za-z0-9@._ -]*")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the story has last been shown of a resource."""

    entry: Entry
    values: Mapping[str, str]
    is_active: bool


@dataclass(frozen=True, slots=True)
class LookUp:
    """A look-up by a value that a resource has; `state` says in a word what is special about the resource."""

    exchange: Exchange
    resource_id: str
    value: str
    is_active: bool


def _look_ups(entries: History) -> Iterator[Case[LookUp]]:
    """Answered look-ups by exactly the value that a resource was last shown with, while nothing else can have changed.

    A write whose outcome is not shown, an answer that was lost and an act outside SCIM end what is known.
    """
    known: dict[Key, _Known] = {}
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, Act):
            known.clear()
        if not isinstance(exchange, Exchange) or exchange.route.endpoint not in RESOURCES:
            continue
        if exchange.request.method not in ("GET", "HEAD"):
            _learn(known, entry, exchange)
        elif one_resource(exchange) and not is_projected(exchange):
            known[key_of(exchange)] = _shown(entry, exchange)
        elif exchange.route.id and exchange.status == 404:
            known.pop(key_of(exchange), None)
        elif filtered_list(exchange) and _is_first_page(exchange):
            yield from _cases(known, entry, exchange)


def _learn(known: dict[Key, _Known], entry: Entry, exchange: Exchange) -> None:
    key = key_of(exchange)
    if one_resource(exchange) and (created(exchange) or exchange.route.id) and not is_projected(exchange):
        known[key] = _shown(entry, exchange)
    elif key in known and 200 <= exchange.status < 300 and (active := _sets_only_active(exchange)) is not None:
        known[key] = _Known(entry, known[key].values, active)
    elif not 400 <= exchange.status < 500 or exchange.status == 404:
        known.pop(key, None)


def _sets_only_active(exchange: Exchange) -> bool | None:
    """The value of `active` that a PATCH brings and nothing else; None for every other write."""
    told: list[object] = []
    for operation in operations_of(exchange) if exchange.request.method == "PATCH" else ():
        value = operation.get("value")
        if str(operation.get("path", "")).lower() == "active":
            told.append(value)
        elif "path" not in operation and isinstance(value, dict) and set(value) == {"active"}:
            told.append(value["active"])
        else:
            return None
    return str(told[-1]).lower() == "true" if told else None


def _shown(entry: Entry, exchange: Exchange) -> _Known:
    values = {name: get_attribute(exchange.json, name) for name in _NAMES}
    texts = {name: value for name, value in values.items() if isinstance(value, str) and value}
    return _Known(entry, texts, get_attribute(exchange.json, "active") is not False)


def _is_first_page(exchange: Exchange) -> bool:
    query = query_of(exchange)
    return (whole_number(query.get("startindex")) or 1) <= 1 and whole_number(query.get("count")) != 0


def _cases(known: Mapping[Key, _Known], entry: Entry, exchange: Exchange) -> Iterator[Case[LookUp]]:
    attribute, value = equality_filter(exchange) or ("", "")
    for (endpoint, resource_id), resource in known.items():
        held = {name.casefold(): text for name, text in resource.values.items()}.get(attribute.casefold())
        if endpoint == exchange.route.endpoint and held == value:
            look_up = LookUp(exchange, resource_id, value, resource.is_active)
            yield Case(entry, look_up, (resource.entry, entry))


@history_check("RFC7644-3.4.2.2-07", over=_look_ups)
def what_is_there_is_found(case: Case[LookUp]) -> Iterator[Outcome]:
    """A look-up by a value that a resource was shown with finds that resource, whether it is active or not."""
    yield from _is_found(case)


def _encoded_look_ups(entries: History) -> Iterator[Case[LookUp]]:
    for case in _look_ups(entries):
        # A quote and a backslash have an escape of their own in a filter: where they fail, that may be why.
        is_escaped = {'"', "\\"} & set(case.event.value)
        if not is_escaped and "%" in case.event.exchange.route.query and not _PLAIN.fullmatch(case.event.value):
            yield case


@history_check("RFC7644-1.2-01", over=_encoded_look_ups)
def an_encoded_value_is_decoded(case: Case[LookUp]) -> Iterator[Outcome]:
    """A look-up by a value with characters that stand in a URL only as percent and two digits finds what has it."""
    yield from _is_found(case)


def _look_ups_of_inactive_users(entries: History) -> Iterator[Case[LookUp]]:
    return (case for case in _look_ups(entries) if not case.event.is_active)


@history_check("ENTRA-07", over=_look_ups_of_inactive_users, facets=always("by filter"))
def an_inactive_user_is_found(case: Case[LookUp]) -> Iterator[Outcome]:
    """A look-up by a value of an inactive user finds that user, with active false."""
    yield from _is_found(case)
    for index, found in enumerate(resources_in(case.event.exchange)):
        if str(found.get("id")) == case.event.resource_id and get_attribute(found, "active") is not False:
            yield Finding("active false", "another value", f"/Resources/{index}/active")


def _is_found(case: Case[LookUp]) -> Iterator[Outcome]:
    look_up = case.event
    found = resources_in(look_up.exchange)
    if look_up.resource_id in {str(resource.get("id")) for resource in found}:
        return
    total = look_up.exchange.json.get("totalResults")
    if isinstance(total, int) and total > len(found) > 0:
        return  # it may stand on a later page
    what = {"Users": "user", "Groups": "group"}[look_up.exchange.route.endpoint]
    state = "" if look_up.is_active else "inactive "
    seen = f"{len(found)} others" if found else "an empty list"
    yield Finding(f"the {state}{what} {look_up.value}, as shown in entry {case.entries[0].id}", seen, "/Resources")


def _odd_values(entries: History) -> Iterator[Case[Exchange]]:
    """Look-ups by a value with letters or marks beyond the plainest, where one by a plain value is answered."""
    plain: dict[tuple[str, str], Entry] = {}
    odd: list[tuple[tuple[str, str], Entry, Exchange]] = []
    for entry in entries:
        exchange = entry.event
        told = (
            equality_filter(exchange) if isinstance(exchange, Exchange) and exchange.request.method == "GET" else None
        )
        if told is None or not isinstance(exchange, Exchange) or not considered(exchange):
            continue
        kind = (exchange.route.endpoint, told[0].casefold())
        if not _PLAIN.fullmatch(told[1]):
            odd.append((kind, entry, exchange))
        elif exchange.status == 200:
            plain.setdefault(kind, entry)
    return (Case(entry, exchange, (plain[kind], entry)) for kind, entry, exchange in odd if kind in plain)


@history_check("RFC7644-3.4.2.2-28", over=_odd_values)
def a_filter_value_may_hold_any_character(case: Case[Exchange]) -> Iterator[Outcome]:
    """The value of a filter is any JSON string: what is answered for a plain one is answered for every other."""
    exchange = case.event
    if exchange.status != 200:
        _, value = equality_filter(exchange) or ("", "")
        yield Finding(
            f"status 200 for the value {value}, as in entry {case.entries[0].id}", f"status {exchange.status}"
        )
