"""Ids and meta of resources: RFC 7643 section 3.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from harness.catalogue.verdict import Finding
from harness.checks.facets import BY_TYPE, CASE_BY_TYPE, always, methods
from harness.checks.registry import Case, CaseSelector, History, Outcome, check, history_check
from harness.checks.selectors import (
    absolute,
    considered,
    created,
    ends_in,
    has_unknown_parameters,
    is_projected,
    listed,
    meta_of,
    one_resource,
    query_of,
    resources_in,
)
from harness.record.exchange import RESOURCES, Exchange, find_header, get_attribute, is_list, resources_of
from harness.record.journal import Act, ClockMove, Entry, exchanges


def _shows_resources(exchange: Exchange) -> bool:
    return bool(exchange.resources)


@check("RFC7643-3.1-03", over=_shows_resources, facets=BY_TYPE)
def every_resource_has_an_id(exchange: Exchange) -> Iterator[Outcome]:
    """Every representation carries a non-empty id."""
    for pointer, resource in resources_of(exchange):
        if not isinstance(resource.get("id"), str) or not resource["id"]:
            yield Finding("an id, a non-empty string", repr(resource.get("id")), f"{pointer}/id")


@check("RFC7643-3.1-07", over=_shows_resources, facets=BY_TYPE)
def no_id_holds_the_word_bulk_id(exchange: Exchange) -> Iterator[Outcome]:
    """The reserved word does not occur in an id."""
    for pointer, resource in resources_of(exchange):
        if "bulkId" in str(resource.get("id")):
            yield Finding("an id without the word bulkId", repr(resource["id"]), f"{pointer}/id")


@check("RFC7643-3.1-04", over=lambda e: listed(e) and len(resources_in(e)) > 1, facets=BY_TYPE)
def ids_on_a_page_are_unique(exchange: Exchange) -> Iterator[Outcome]:
    """No two resources share an id."""
    seen: set[str] = set()
    for index, resource in enumerate(resources_in(exchange)):
        shown = repr(resource.get("id"))
        if shown in seen and resource.get("id") is not None:
            yield Finding("ids that occur once", f"{shown} twice", f"/Resources/{index}/id")
        seen.add(shown)


def _users_beside_groups(entries: History) -> Iterable[Case[Exchange]]:
    """Every answer that shows new ids while ids of the other kind are known, with one that showed those."""
    seen: dict[str, dict[str, Entry]] = {endpoint: {} for endpoint in RESOURCES}
    for entry, exchange in exchanges(entries):
        own = seen.get(exchange.route.endpoint, {})
        fresh = {str(resource.get("id")) for _, resource in resources_of(exchange) if resource.get("id")} - own.keys()
        others = {
            known: at
            for endpoint in RESOURCES
            if endpoint != exchange.route.endpoint
            for known, at in seen[endpoint].items()
        }
        if fresh and others:
            shared = sorted(fresh & others.keys())
            yield Case(entry, exchange, (others[shared[0]] if shared else next(iter(others.values())), entry))
        own.update(dict.fromkeys(fresh, entry))


@history_check("RFC7643-3.1-04", over=_users_beside_groups, facets=always("User beside Group"))
def no_user_has_the_id_of_a_group(case: Case[Exchange]) -> Iterator[Outcome]:
    """Ids are unique over all resources: no User and no Group share one."""
    one, other = ({str(r.get("id")) for _, r in resources_of(e)} for e in case.exchanges)
    for shared in sorted(one & other):
        yield Finding("an id for each User and each Group", f"{shared!r} is the id of one of each", "/id")


def _shows_one_by_id(exchange: Exchange) -> bool:
    # One without an id at all is no other resource: that is a requirement of its own.
    return one_resource(exchange) and bool(exchange.route.id) and "id" in exchange.json


@check("RFC7643-3.1-05", over=_shows_one_by_id, facets=methods("GET", "PUT"))
def the_id_is_the_one_asked_for(exchange: Exchange) -> Iterator[Outcome]:
    """A resource that is read, replaced or patched by its id shows that id."""
    shown = exchange.json.get("id")
    if shown != exchange.route.id:
        yield Finding(f"id {exchange.route.id!r}", repr(shown), "/id")


def _reads_of_what_is_there(endpoint: str) -> CaseSelector[Exchange]:
    def over(entries: History) -> Iterable[Case[Exchange]]:
        """Reads by id of what a create has shown in this story, as long as nothing was deleted or done outside SCIM."""
        made: dict[str, Entry] = {}
        for entry in entries:
            exchange = entry.event
            if isinstance(exchange, Act):
                made.clear()
            if not isinstance(exchange, Exchange) or exchange.route.endpoint != endpoint:
                continue
            if exchange.request.method == "DELETE":
                made.pop(exchange.route.id, None)
            elif created(exchange) and exchange.status in (200, 201):
                made[str(exchange.json.get("id"))] = entry
            elif exchange.request.method == "GET" and exchange.route.id in made and _speaks_of_it(exchange):
                yield Case(entry, exchange, (made[exchange.route.id], entry))

    return over


def _speaks_of_it(exchange: Exchange) -> bool:
    # 400: a condition that is no entity-tag may be declined.
    is_short = exchange.status in (304, 400, 412) and any(find_header(exchange.request.headers, n) for n in _CONDITIONS)
    # Both selections at once exclude each other, and may be refused (RFC 7644 section 3.9).
    selections = {"attributes", "excludedattributes"} & query_of(exchange).keys()
    # A selection that names what there is not may be declined, too; a parameter that there is not has its own row.
    is_declined = exchange.status == 400 and (bool(selections) or has_unknown_parameters(exchange))
    is_short = is_short or len(selections) == 2 or is_declined
    # 406: the answer can't be had in the form that Accept asks for (RFC 9110 section 15.5.7).
    return considered(exchange) and exchange.status not in (406, 503) and not exchange.route.rest and not is_short


# What lets a read be answered without the resource: RFC 9110 section 13.1.
_CONDITIONS = ("If-None-Match", "If-Match")


@history_check("RFC7644-3.4.1-01", over=_reads_of_what_is_there("Users"))
def a_known_user_is_read_with_200(case: Case[Exchange]) -> Iterator[Outcome]:
    """A User that was created is read by its id with 200, as one object."""
    yield from _is_one_object(case)


@history_check("RFC7644-3.4.1-02", over=_reads_of_what_is_there("Groups"))
def a_known_group_is_read_with_200(case: Case[Exchange]) -> Iterator[Outcome]:
    """A Group that was created is read by its id with 200, as one object."""
    yield from _is_one_object(case)


def _is_one_object(case: Case[Exchange]) -> Iterator[Outcome]:
    exchange = case.event
    if exchange.status != 200:
        yield Finding("status 200", f"status {exchange.status}")
    elif is_list(exchange.json):
        yield Finding("one object", "a list")


def _whole_resource(exchange: Exchange) -> bool:
    return _shows_resources(exchange) and not is_projected(exchange)


@check("RFC7643-3.1-20", over=_whole_resource, facets=BY_TYPE)
def meta_is_returned_by_default(exchange: Exchange) -> Iterator[Outcome]:
    """A representation that nobody narrowed carries meta."""
    for pointer, resource in resources_of(exchange):
        if not isinstance(resource.get("meta"), dict):
            yield Finding("meta", repr(resource.get("meta")), f"{pointer}/meta")


@check("RFC7643-3.1-21", "RFC7643-3-01", over=_whole_resource, facets=BY_TYPE)
def meta_names_the_resource_type(exchange: Exchange) -> Iterator[Outcome]:
    """meta.resourceType is the exact name of the resource type."""
    wanted = {"Users": "User", "Groups": "Group"}[exchange.route.endpoint]
    for pointer, resource in resources_of(exchange):
        meta = resource.get("meta")
        given = meta.get("resourceType") if isinstance(meta, dict) else None
        if given != wanted:
            yield Finding(f"meta.resourceType {wanted}", repr(given), f"{pointer}/meta/resourceType")


@check("RFC7643-3-06", over=_whole_resource, facets=BY_TYPE)
def schemas_has_no_repeats(exchange: Exchange) -> Iterator[Outcome]:
    """No schema URI stands twice in `schemas`."""
    for pointer, resource in resources_of(exchange):
        schemas = resource.get("schemas")
        if isinstance(schemas, list) and len({str(uri).lower() for uri in schemas}) < len(schemas):
            yield Finding("every schema URI once", repr(schemas), f"{pointer}/schemas")


@check("RFC7643-3.3-02", over=_whole_resource, facets=BY_TYPE)
def schemas_holds_the_base_schema(exchange: Exchange) -> Iterator[Outcome]:
    """`schemas` holds the base schema of the resource."""
    kind = {"Users": "User", "Groups": "Group"}[exchange.route.endpoint]
    wanted = f"urn:ietf:params:scim:schemas:core:2.0:{kind}"
    for pointer, resource in resources_of(exchange):
        schemas = resource.get("schemas")
        if isinstance(schemas, list) and wanted.lower() not in {str(uri).lower() for uri in schemas}:
            yield Finding(f"schemas with {wanted}", repr(schemas), f"{pointer}/schemas")


def _shows_location(exchange: Exchange) -> bool:
    return one_resource(exchange) and isinstance(meta_of(exchange).get("location"), str)


@check("RFC7643-3.1-25", over=lambda e: _shows_location(e) and "id" in e.json, facets=BY_TYPE)
def meta_location_names_the_resource(exchange: Exchange) -> Iterator[Outcome]:
    """meta.location is the address of the resource itself."""
    location = absolute(exchange, meta_of(exchange)["location"])
    own = str(exchange.json.get("id"))
    if not ends_in(location, f"{exchange.route.endpoint}/{own}"):
        yield Finding(f"an address that ends in /{exchange.route.endpoint}/{own}", location, "/meta/location")


def _shows_content_location(exchange: Exchange) -> bool:
    return _shows_location(exchange) and exchange.response is not None and bool(exchange.header("Content-Location"))


@check("RFC7643-3.1-26", over=_shows_content_location)
def content_location_is_meta_location(exchange: Exchange) -> Iterator[Outcome]:
    """Where Content-Location is sent it equals meta.location."""
    header = exchange.header("Content-Location") or ""
    if absolute(exchange, header) != absolute(exchange, meta_of(exchange)["location"]):
        yield Finding(f"meta.location {header!r}", repr(meta_of(exchange)["location"]), "/meta/location")


def _views_of_each_resource(entries: History) -> Iterable[Case[Exchange]]:
    """Every later view of a resource, with the first one in the scenario."""
    first: dict[tuple[str, str], Entry] = {}
    for entry, exchange in exchanges(entries):
        if not one_resource(exchange) or not meta_of(exchange).get("created"):
            continue
        key = (exchange.route.endpoint, str(exchange.json.get("id")))
        if key in first:
            yield Case(entry, exchange, (first[key], entry))
        else:
            first[key] = entry


@history_check("RFC7643-3.1-22", over=_views_of_each_resource, facets=CASE_BY_TYPE)
def created_never_changes(case: Case[Exchange]) -> Iterator[Outcome]:
    """meta.created of a resource stays what it was."""
    before, after = (meta_of(exchange)["created"] for exchange in case.exchanges)
    if not _is_same_moment(before, after):
        yield Finding(f"meta.created {before!r}", repr(after), "/meta/created")


@history_check("RFC7643-3.1-24", over=_views_of_each_resource)
def last_modified_never_runs_back(case: Case[Exchange]) -> Iterator[Outcome]:
    """meta.lastModified of a later view is not earlier than that of an earlier one."""
    before, after = (meta_of(exchange).get("lastModified") for exchange in case.exchanges)
    one, other = _instant(before), _instant(after)
    if one and other and other < one and not _is_same_moment(before, after):
        yield Finding(f"meta.lastModified of {before!r} or later", repr(after), "/meta/lastModified")


def _new_with_both_times(exchange: Exchange) -> bool:
    times = (_instant(meta_of(exchange).get(name)) for name in ("created", "lastModified"))
    return created(exchange) and exchange.status == 201 and all(times)


@check("RFC7643-3.1-23", over=_new_with_both_times, facets=BY_TYPE)
def a_new_resource_was_modified_when_it_was_created(exchange: Exchange) -> Iterator[Outcome]:
    """meta.lastModified of a resource that was never modified is its meta.created."""
    born, modified = meta_of(exchange)["created"], meta_of(exchange)["lastModified"]
    if not _is_same_moment(born, modified):
        yield Finding(f"meta.lastModified {born!r}, when it was created", repr(modified), "/meta/lastModified")


def _changes_after_a_pause(entries: History) -> Iterable[Case[Exchange]]:
    """Views of a resource before and after it was changed, where a second or more went by before the change.

    A bridge may count whole seconds, so without the pause an honest lastModified may stay the same.
    """
    views: dict[tuple[str, str], Entry] = {}
    paused: set[tuple[str, str]] = set()
    written: set[tuple[str, str]] = set()
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, ClockMove) and exchange.clock == "bridge" and exchange.seconds >= 1:
            paused = set(views) - written
        if not isinstance(exchange, Exchange) or not exchange.route.is_resource_endpoint:
            continue
        key = (exchange.route.endpoint, exchange.route.id or str(exchange.json.get("id")))
        if exchange.request.method in ("PUT", "PATCH") and 200 <= exchange.status < 300:
            written.add(key)
        if not one_resource(exchange) or is_projected(exchange) or not _instant(meta_of(exchange).get("lastModified")):
            continue
        if exchange.request.method == "GET" and key in views and key in paused and key in written:
            case = Case(entry, exchange, (views[key], entry))
            if _differ(case):
                yield case
        if exchange.request.method in ("GET", "POST"):
            views[key] = entry
            paused.discard(key)
            written.discard(key)


# What clients write. Others may change without a change of the resource, such as `groups` and counters of sign-ins.
_WRITTEN = ("userName", "displayName", "name", "title", "active", "emails", "externalId", "members")


def _differ(case: Case[Exchange]) -> bool:
    before, after = (e.json for e in case.exchanges)
    return any(get_attribute(before, name) != get_attribute(after, name) for name in _WRITTEN)


@history_check("RFC7643-3.1-24", over=_changes_after_a_pause)
def last_modified_moves_with_a_change(case: Case[Exchange]) -> Iterator[Outcome]:
    """meta.lastModified is later after a change than it was before."""
    before, after = (meta_of(exchange)["lastModified"] for exchange in case.exchanges)
    if _instant(before) == _instant(after):
        yield Finding(f"meta.lastModified later than {before!r}", repr(after), "/meta/lastModified")


def _is_same_moment(one: object, other: object) -> bool:
    """Whether two times are one: to the second if one has no fraction, to the millisecond if one has three digits.

    A create is often answered from memory and read back from a store that keeps fewer digits.
    """
    first, second = _instant(one), _instant(other)
    if first is None or second is None or first == second:
        return first == second
    digits = sorted((_fraction_digits(one), _fraction_digits(other)))
    return digits[0] < digits[1] and abs((second - first).total_seconds()) < 10.0 ** -digits[0]


def _fraction_digits(value: object) -> int:
    found = re.search(r"[.]([0-9]+)", str(value))
    return len(found[1]) if found else 0


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    # xsd:dateTime may lack an offset (RFC 7643 section 2.3.5); UTC then, so that two views can be compared.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
