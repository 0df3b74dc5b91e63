"""What clients send and can't set: readOnly attributes, and such that no schema has (RFC 7644 sections 3.3, 3.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding, Recorded
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import considered, is_projected, one_resource
from harness.checks.timeline import key_of, next_view
from harness.checks.write_walk import declared_by
from harness.model.bodies import attributes_in
from harness.model.characteristics import ResourceSchema
from harness.model.flat import flatten
from harness.model.members import is_unassigned, member, value_at
from harness.model.values import names_made_of
from harness.record.exchange import Exchange, get_attribute
from harness.record.journal import Entry, exchanges

_BESIDE = ("schemas", "id", "meta", "groups")


def _ids(value: Any) -> set[str]:
    given = value if isinstance(value, list) else []
    return {each["value"] for each in given if isinstance(each, dict) and isinstance(each.get("value"), str)}


def _created_with_groups(exchange: Exchange) -> bool:
    is_create = exchange.route.endpoint == "Users" and not exchange.route.id and exchange.request.method == "POST"
    is_answer = considered(exchange) and exchange.status in (200, 201, 400) and not is_projected(exchange)
    return is_create and is_answer and bool(_ids(get_attribute(exchange.sent_json, "groups")))


@check("RFC7644-3.3-03", over=_created_with_groups)
def groups_in_a_create_are_ignored(exchange: Exchange) -> Iterator[Outcome]:
    """A create that names groups makes the user, and puts them into none."""
    if exchange.status == 400:
        yield Finding("the groups to be ignored", f"status 400: {str(exchange.json.get('detail'))[:120]}")
    elif joined := _ids(get_attribute(exchange.json, "groups")) & _ids(get_attribute(exchange.sent_json, "groups")):
        yield Finding("no group of the client's", f"{sorted(joined)}", "/groups")


def _replaced_with_groups(entries: History) -> Iterable[Case[Exchange]]:
    """A PUT that brings other groups than the user was shown with, and the user afterwards."""
    known: dict[str, tuple[Entry, Exchange]] = {}
    for index, (entry, exchange) in enumerate(listed := list(exchanges(entries))):
        if exchange.route.endpoint != "Users":
            if exchange.request.method not in ("GET", "HEAD"):
                known.clear()
            continue
        before = known.pop(exchange.route.id, None) if exchange.request.method == "PUT" else None
        if before and get_attribute(exchange.sent_json, "groups") is not None and _is_about_groups(before[1], exchange):
            after = _shown_after(entry, exchange, listed[index + 1 :])
            if after is not None and _brings_others(before[1], exchange):
                yield Case(after[0], exchange, (before[0], entry, after[0]), entry)
        if one_resource(exchange) and exchange.route.id and not is_projected(exchange):
            known[exchange.route.id] = entry, exchange


def _shown_after(entry: Entry, put: Exchange, later: list[tuple[Entry, Exchange]]) -> tuple[Entry, Exchange] | None:
    if put.status == 400 or (one_resource(put) and not is_projected(put)):
        return entry, put
    return next_view(put, tuple(each for each, _ in later))


def _is_about_groups(before: Exchange, put: Exchange) -> bool:
    """Whether the answer to a PUT tells what became of the groups: a new userName may be what is refused."""
    one, other = get_attribute(before.json, "userName"), get_attribute(put.sent_json, "userName")
    return put.status in (200, 204) or (put.status == 400 and one == other)


def _brings_others(before: Exchange, put: Exchange) -> bool:
    return _ids(get_attribute(put.sent_json, "groups")) != _ids(get_attribute(before.json, "groups"))


@history_check("RFC7644-3.5.1-13", over=_replaced_with_groups)
def groups_in_a_put_are_ignored(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PUT that brings other groups leaves the user in those that they are in."""
    before, after = case.exchanges[0], case.exchanges[-1]
    if case.event.status == 400:
        yield Finding("the groups to be ignored", f"status 400: {str(case.event.json.get('detail'))[:120]}")
        return
    old, new = _ids(get_attribute(before.json, "groups")), _ids(get_attribute(after.json, "groups"))
    if old != new:
        yield Finding(f"groups {sorted(old)}", f"{sorted(new)}", "/groups")


def _creates(record: History) -> Iterator[tuple[Entry, Exchange, ResourceSchema]]:
    schemas = declared_by(record)
    for entry, exchange in exchanges(record):
        schema = schemas.get(exchange.route.endpoint)
        is_create = exchange.request.method == "POST" and not exchange.route.id and exchange.sends_json
        if is_create and schema is not None and considered(exchange) and not is_projected(exchange):
            yield entry, exchange, schema


def _read_only_in(body: Mapping[str, Any], schema: ResourceSchema) -> Iterator[tuple[str, str, Any]]:
    """Path, sub-attribute and value of what a body sets and its schema says is readOnly, beside what has own rows."""
    for place, _, value in attributes_in(body, schema):
        attribute = place.attribute if place else None
        if place is None or attribute is None or attribute.name in _BESIDE or is_unassigned(value):
            continue
        if not attribute.is_writable:
            yield place.path, "", value
        for sub in attribute.sub.values() if not attribute.multi_valued and attribute.is_writable else ():
            if not sub.is_writable and member(value, sub.name) is not None:
                yield place.path, sub.name, member(value, sub.name)


def _created_with_read_only(record: History) -> Iterator[Case[tuple[Exchange, ResourceSchema]]]:
    for entry, exchange, schema in _creates(record):
        if exchange.status in (200, 201, 400) and any(_read_only_in(exchange.sent_json, schema)):
            yield Case(entry, (exchange, schema), (entry,))


@history_check("RFC7644-3.3-04", over=_created_with_read_only, is_of_run=True)
def read_only_values_in_a_create_are_ignored(case: Case[tuple[Exchange, ResourceSchema]]) -> Iterator[Outcome]:
    """A create that brings values of readOnly attributes is done, and takes none of them over."""
    exchange, schema = case.event
    if exchange.status == 400:
        # Where the bridge says so of what every create brings, another fault may be what is refused.
        types = ("mutability",) if schema.servers_own else ("mutability", "invalidValue", None)
        if exchange.json.get("scimType") in types:
            yield Finding("the readOnly value to be ignored", f"status 400: {str(exchange.json.get('detail'))[:120]}")
        return
    for path, sub, value in _read_only_in(exchange.sent_json, schema):
        place = schema.find(path)
        shown = value_at(exchange.json, place) if place else None
        is_made = isinstance(value, str) and value in names_made_of(flatten(exchange.json))  # the bridge's own, as well
        if (member(shown, sub) if sub else shown) == value and not is_made:
            name = f"{path}.{sub}" if sub else path
            yield Finding(f"not the client's {name}", repr(value), f"/{name}")


def _unknown_in(exchange: Exchange, schema: ResourceSchema) -> list[str]:
    sent = exchange.sent_json
    return [name for name in sent if ":" not in name and schema.find(name) is None and not is_unassigned(sent[name])]


def _created_with_unknown(record: History) -> Iterator[Case[tuple[Exchange, ResourceSchema]]]:
    if not any(e.route.endpoint == "Schemas" and e.status == 200 for _, e in exchanges(record)):
        return
    for entry, exchange, schema in _creates(record):
        if exchange.status in (200, 201, 400) and _unknown_in(exchange, schema):
            yield Case(entry, (exchange, schema), (entry,))


@history_check("RFC7644-3.3-19", over=_created_with_unknown, is_of_run=True)
def what_no_schema_has_is_not_kept(case: Case[tuple[Exchange, ResourceSchema]]) -> Iterator[Outcome]:
    """An attribute that no schema of the bridge has is passed over or refused, and never shown."""
    exchange, schema = case.event
    yield Recorded("400" if exchange.status == 400 else "ignored")
    for name in _unknown_in(exchange, schema) if exchange.status != 400 else ():
        if get_attribute(exchange.json, name) is not None:
            yield Finding(f"no {name}, which no schema has", "it is shown", f"/{name}")


def _patched_unknown(record: History) -> Iterator[Case[tuple[Exchange, str]]]:
    if not any(e.route.endpoint == "Schemas" and e.status == 200 for _, e in exchanges(record)):
        return
    schemas = declared_by(record)
    for entry, exchange in exchanges(record):
        schema = schemas.get(exchange.route.endpoint)
        listed = get_attribute(exchange.sent_json, "Operations") if exchange.request.method == "PATCH" else None
        is_answer = considered(exchange) and (exchange.status == 400 or 200 <= exchange.status < 300)
        if schema is None or not is_answer or not isinstance(listed, list) or len(listed) != 1:
            continue
        path = get_attribute(listed[0], "path") if isinstance(listed[0], dict) else None
        if isinstance(path, str) and path.isalpha() and schema.find(path) is None:
            yield Case(entry, (exchange, path), (entry,))


@history_check("RFC7644-3.5.2-14", over=_patched_unknown, is_of_run=True)
def a_path_that_no_schema_has_changes_nothing(case: Case[tuple[Exchange, str]]) -> Iterator[Outcome]:
    """A PATCH of an attribute that no schema has is refused or passed over, and the attribute is not stored."""
    exchange, path = case.event
    given = exchange.json.get("scimType")
    yield Recorded("passed over" if exchange.status != 400 else f"refused with {given}")
    if exchange.status != 400 and get_attribute(exchange.json, path) is not None:
        yield Finding(f"no {path}, which no schema has", "it is shown", f"/{path}")
    elif exchange.status == 400 and given in ("uniqueness", "tooMany", "invalidVers", "mutability", "sensitive"):
        yield Finding("scimType invalidPath or noTarget", repr(given), "/scimType")


_DISPLAY = re.compile(r"(?P<list>\w+)\[value eq \"(?P<value>[^\"]+)\"\]\.display", re.IGNORECASE)


def _display_of(exchange: Exchange, name: str, value: str) -> Any:
    found = [each for each in objects_in(get_attribute(exchange.json, name)) if get_attribute(each, "value") == value]
    return get_attribute(found[0], "display") if found else None


def _displays_replaced(record: History) -> Iterator[Case[tuple[Exchange, str, str]]]:
    """PATCHes that replace a display which is shown and declared immutable; the sight before, and the one after."""
    schemas = declared_by(record)
    views: dict[tuple[str, str], tuple[Entry, Exchange]] = {}
    listed = list(exchanges(record))
    for index, (entry, exchange) in enumerate(listed):
        key = key_of(exchange)
        if exchange.request.method == "PATCH" and considered(exchange) and key in views:
            operations = operations_of(exchange)
            target = _DISPLAY.fullmatch(str(operations[0].get("path"))) if len(operations) == 1 else None
            schema = schemas.get(exchange.route.endpoint)
            place = schema.find(f"{target['list']}.display") if schema and target else None
            is_fixed = place is not None and place.sub is not None and place.sub.mutability == "immutable"
            if target and is_fixed and str(operations[0].get("op")).lower() == "replace":
                before = views[key]
                after = _shown_after(entry, exchange, listed[index + 1 : index + 20])
                if after and _display_of(before[1], target["list"], target["value"]):
                    told = exchange, target["list"], target["value"]
                    yield Case(after[0], told, tuple(dict.fromkeys((before[0], entry, after[0]))), entry)
        if exchange.request.method not in ("GET", "HEAD"):
            views.pop(key, None)
        if one_resource(exchange) and not is_projected(exchange):
            views[key] = entry, exchange


@history_check("RFC7643-2.4-06", over=_displays_replaced, is_of_run=True)
def a_display_that_is_immutable_stays(case: Case[tuple[Exchange, str, str]]) -> Iterator[Outcome]:
    """The display of an entry of a list, where it is declared immutable, cannot be replaced."""
    exchange, name, value = case.event
    before, after = case.exchanges[0], case.exchanges[-1]
    old, new = _display_of(before, name, value), _display_of(after, name, value)
    if exchange.status < 300 and new is not None and new != old:
        yield Finding(f"display {old!r}, which is immutable", repr(new), f"/{name}")
