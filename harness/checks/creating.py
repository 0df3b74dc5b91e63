"""Creating resources: RFC 7644 section 3.3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.facets import BY_TYPE, methods
from harness.checks.registry import Case, CaseSelector, History, Outcome, Selector, check, history_check
from harness.checks.selectors import (
    absolute,
    considered,
    created,
    created_group,
    created_user,
    ends_in,
    is_projected,
    meta_of,
    resources_in,
)
from harness.record.exchange import RESOURCES, Exchange, get_attribute
from harness.record.journal import Act, Observation


def _made_anew(wanted: Selector) -> CaseSelector[Exchange]:
    """Creates that were done, but for those that are answered with 200 and what was there: nothing was created then."""

    def over(entries: History) -> Iterator[Case[Exchange]]:
        met: set[str] = set()
        names: set[str] = set()  # of groups on the account
        for entry in entries:
            event = entry.event
            if isinstance(event, Observation) and event.kind == "account.groups":
                names |= {str(group.get("name")).casefold() for group in event.data or ()}
            if not isinstance(event, Exchange):
                continue
            if wanted(event):
                is_group = event.route.endpoint == "Groups"
                is_named = is_group and str(get_attribute(event.json, "displayName")).casefold() in names
                is_adopted = event.status == 200 and (is_named or str(event.json.get("id")) in met)
                if not is_adopted:
                    yield Case(entry, event, (entry,))
            if 200 <= event.status < 300 and event.route.endpoint in RESOURCES:
                met |= {str(each.get("id")) for each in resources_in(event) or [event.json]}

    return over


@history_check("RFC7644-3.3-09", over=_made_anew(created_user))
def a_created_user_is_answered_with_201(case: Case[Exchange]) -> Iterator[Outcome]:
    """A successful create of a User is answered with 201."""
    if case.event.status != 201:
        yield Finding("status 201", f"status {case.event.status}")


@history_check("RFC7644-3.3-10", over=_made_anew(created_group))
def a_created_group_is_answered_with_201(case: Case[Exchange]) -> Iterator[Outcome]:
    """A successful create of a Group is answered with 201."""
    if case.event.status != 201:
        yield Finding("status 201", f"status {case.event.status}")


def _created_201(exchange: Exchange) -> bool:
    return created(exchange) and exchange.status == 201


def _created_with_object(exchange: Exchange) -> bool:
    return _created_whole(exchange) and exchange.has_json


def _created_whole(exchange: Exchange) -> bool:
    return _created_201(exchange) and not is_projected(exchange)


@check("RFC7644-3.3-11", over=_created_whole, facets=BY_TYPE)
def a_create_shows_the_new_resource(exchange: Exchange) -> Iterator[Outcome]:
    """The answer to a create is the resource as the bridge holds it."""
    body = exchange.json
    missing = [name for name in ("id", "schemas", "meta") if get_attribute(body, name) is None]
    if missing:
        yield Finding("the new resource, with id, schemas and meta", f"without {', '.join(missing)}")


@check("RFC7644-3.3-12", over=_created_201, facets=BY_TYPE)
def created_resource_has_location(exchange: Exchange) -> Iterator[Outcome]:
    """A create is answered with a Location header, the URI of the new resource."""
    location = exchange.header("Location")
    new_id = str(exchange.json.get("id", ""))
    if not location:
        yield Finding("a Location header", "none")
    elif new_id and not ends_in(location, new_id):
        yield Finding(f"a Location that ends in the id {new_id!r}", location)


@check("RFC7644-3.3-13", over=_created_with_object, facets=BY_TYPE)
def created_resource_has_meta_location(exchange: Exchange) -> Iterator[Outcome]:
    """The new resource carries meta.location."""
    if not meta_of(exchange).get("location"):
        yield Finding("meta.location", "none", "/meta/location")


def _created_with_both_locations(exchange: Exchange) -> bool:
    header = exchange.header("Location")
    return _created_with_object(exchange) and bool(header) and isinstance(meta_of(exchange).get("location"), str)


@check("RFC7644-3.3-14", over=_created_with_both_locations, facets=BY_TYPE)
def location_and_meta_agree(exchange: Exchange) -> Iterator[Outcome]:
    """The Location header and meta.location of a new resource are the same address."""
    header, meta = exchange.header("Location") or "", meta_of(exchange)["location"]
    if absolute(exchange, header) != absolute(exchange, meta):
        yield Finding(f"meta.location {header!r}", repr(meta), "/meta/location")


def _created_user_with_object(exchange: Exchange) -> bool:
    return created_user(exchange) and _created_with_object(exchange)


def _created_group_with_object(exchange: Exchange) -> bool:
    return created_group(exchange) and _created_with_object(exchange)


@check("RFC7644-3.3.1-01", over=_created_user_with_object)
def a_new_user_is_of_type_user(exchange: Exchange) -> Iterator[Outcome]:
    """What is created at /Users has the resource type User."""
    yield from _of_type(exchange, "User")


@check("RFC7644-3.3.1-02", over=_created_group_with_object)
def a_new_group_is_of_type_group(exchange: Exchange) -> Iterator[Outcome]:
    """What is created at /Groups has the resource type Group."""
    yield from _of_type(exchange, "Group")


def _of_type(exchange: Exchange, name: str) -> Iterator[Outcome]:
    given = meta_of(exchange).get("resourceType")
    if given != name:
        yield Finding(f"meta.resourceType {name}", repr(given), "/meta/resourceType")


def _created_without_external_id(exchange: Exchange) -> bool:
    is_without = exchange.sends_json and get_attribute(exchange.sent_json, "externalId") is None
    return _created_with_object(exchange) and is_without


@check("RFC7643-3.1-13", over=_created_without_external_id, facets=BY_TYPE)
def external_id_is_not_invented(exchange: Exchange) -> Iterator[Outcome]:
    """A resource that was sent without externalId has none."""
    invented = get_attribute(exchange.json, "externalId")
    if invented:
        yield Finding("no externalId", repr(invented), "/externalId")


def _created_with_own_meta(exchange: Exchange) -> bool:
    return _created_with_object(exchange) and isinstance(get_attribute(exchange.sent_json, "meta"), dict)


@check("RFC7643-3.1-18", "RFC7644-3.3-02", over=_created_with_own_meta, facets=BY_TYPE)
def meta_of_the_client_is_ignored_on_create(exchange: Exchange) -> Iterator[Outcome]:
    """A create that brings its own meta gets the bridge's."""
    brought, given = get_attribute(exchange.sent_json, "meta"), meta_of(exchange)
    for name in ("created", "lastModified", "location", "version"):
        if brought.get(name) is not None and brought[name] == given.get(name):
            yield Finding(f"the bridge's own meta.{name}", f"the client's {brought[name]!r}", f"/meta/{name}")
    if not given:
        yield Finding("the bridge's own meta", "no meta", "/meta")


def _created_with_own_id(exchange: Exchange) -> bool:
    return _created_with_object(exchange) and isinstance(get_attribute(exchange.sent_json, "id"), str)


@check(
    "RFC7644-3.3-01",
    "RFC7643-3.1-09",
    over=_created_with_own_id,
    facets={"RFC7644-3.3-01": BY_TYPE, "RFC7643-3.1-09": methods("POST")},
)
def the_id_of_the_client_is_ignored_on_create(exchange: Exchange) -> Iterator[Outcome]:
    """A create that brings its own id gets the bridge's."""
    brought = get_attribute(exchange.sent_json, "id")
    if exchange.json.get("id") == brought:
        yield Finding("the bridge's own id", f"the client's {brought!r}", "/id")


@check("RFC7643-3.1-02", "RFC7643-3-08", over=_created_with_object, facets={"RFC7643-3.1-02": BY_TYPE})
def the_bridge_assigns_id_and_meta(exchange: Exchange) -> Iterator[Outcome]:
    """Whatever is accepted gets an id and a meta from the bridge."""
    body = exchange.json
    for name in ("id", "meta"):
        if not get_attribute(body, name):
            yield Finding(f"{name} assigned by the bridge", "none", f"/{name}")


def conflicting_creates(entries: History) -> Iterable[Case[Exchange]]:
    """Creates of a userName that the bridge had shown as taken, just before, in the same scenario.

    Taken means: a create was answered with 201, neither a DELETE nor a rename was sent for it since, and nobody was
    deleted on the account.
    """
    taken: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.event, Act) and entry.event.name == "delete":
            taken.clear()
        if not isinstance(entry.event, Exchange):
            continue
        exchange = entry.event
        name = _user_name(exchange)
        if exchange.request.method == "POST" and name and considered(exchange):
            new_id = str(exchange.json.get("id", ""))
            if name in taken and exchange.status < 500:
                yield Case(entry, exchange, entries)
            if exchange.status == 201 and new_id:
                taken[name] = new_id
        elif exchange.request.method in ("DELETE", "PUT", "PATCH") and exchange.route.endpoint == "Users":
            # Any write to the holder may have freed the name; only creates right after each other are compared.
            taken = {held: holder for held, holder in taken.items() if holder != exchange.route.id}


def _user_name(exchange: Exchange) -> str:
    if exchange.route.endpoint != "Users" or exchange.route.id or not exchange.sends_json:
        return ""
    value = get_attribute(exchange.sent_json, "userName")
    return value.casefold() if isinstance(value, str) else ""


@history_check("RFC7644-3.3-15", "RFC7643-7-32", over=conflicting_creates)
def a_second_create_conflicts(case: Case[Exchange]) -> Iterator[Outcome]:
    """A create of a userName that is taken is answered with 409."""
    exchange = case.event
    yield Recorded(str(exchange.status))
    if exchange.status != 409:
        yield Finding("status 409", f"status {exchange.status}")


@history_check("RFC7643-4.1.1-04", over=conflicting_creates)
def user_names_are_unique(case: Case[Exchange]) -> Iterator[Outcome]:
    """No second User of the same userName comes into being."""
    exchange = case.event
    if exchange.status == 201:
        yield Finding("no second User of that userName", f"status 201 with id {exchange.json.get('id')!r}")


def _refused_conflicts(entries: History) -> Iterable[Case[Exchange]]:
    for case in conflicting_creates(entries):
        if case.event.status == 409:
            yield case


@history_check("RFC7644-3.3-16", over=_refused_conflicts)
def a_conflict_says_uniqueness(case: Case[Exchange]) -> Iterator[Outcome]:
    """The error of a conflicting create has the scimType uniqueness."""
    exchange = case.event
    given = exchange.json.get("scimType")
    if given != "uniqueness":
        yield Finding("scimType uniqueness", repr(given), "/scimType")
