"""The shapes that recordings of Microsoft Entra ID have: each is taken, and its values arrive where they were meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote_plus

from harness.catalogue.verdict import Finding
from harness.checks.arrival import Arrival, Writing, arrivals, arrived, shown_at, writings
from harness.checks.facets import always
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import considered, equality_filter, is_projected, one_resource, resources_in
from harness.checks.vendors import accepted, activated, asks_by_filter, creates_a_user, sets_active
from harness.record.exchange import Exchange, find_header, get_attribute, is_list
from harness.record.journal import exchanges
from harness.record.message import CORE_USER, ENTERPRISE_USER

_CORE = f"{CORE_USER.lower()}:"
_KNOWN = {
    *("username", "name", "displayname", "nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale"),
    *("timezone", "active", "emails", "phonenumbers", "ims", "photos", "addresses", "entitlements", "roles"),
}
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MANAGER = f"{ENTERPRISE_USER}:manager"
_ASKED = re.compile(r'filter=id eq "(?P<id>[^"]*)" and manager eq "(?P<manager>[^"]*)"')


def _some(chosen: Callable[[Writing], bool]) -> Callable[[History], Iterator[Case[Arrival]]]:
    """The PATCHes with a writing of that kind, and what they want there."""

    def values(exchange: Exchange) -> Mapping[str, object]:
        return {each.path: _meant(each) for each in writings(exchange) if chosen(each)}

    return lambda entries: arrivals(entries, values, only=lambda e: bool(values(e)))


def _meant(each: Writing) -> object:
    return "" if each.op == "remove" else each.value


def _of_writings(names: Mapping[str, Callable[[Writing], bool]]) -> Shows[Case[Arrival]]:
    """Facets by what a PATCH writes."""

    def of(case: Case[Arrival]) -> Iterable[str]:
        told = writings(case.event.exchange)
        return [name for name, is_meant in names.items() if any(map(is_meant, told))]

    return Shows(tuple(names), of)


def _begins_with_operations(exchange: Exchange) -> bool:
    names = [name.lower() for name in exchange.sent_json]
    is_told = exchange.request.method == "PATCH" and considered(exchange) and exchange.status != 409
    return is_told and names[:1] == ["operations"] and "schemas" in names


@check("ENTRA-39", over=_begins_with_operations)
def operations_may_come_first(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH whose `Operations` stand before `schemas` is accepted as one in the other order."""
    yield from accepted(exchange, "the PATCH to be accepted")


def _pathless_values(exchange: Exchange) -> Mapping[str, object]:
    return {each.path: each.value for each in writings(exchange) if not each.has_path}


def _pathless_ops(exchange: Exchange) -> list[str]:
    return [str(op.get("op")).lower() for op in operations_of(exchange) if "path" not in op]


def _adds_and_replaces(case: Case[Arrival]) -> Iterable[str]:
    yield "add and replace in one PATCH" if "replace" in _pathless_ops(case.event.exchange) else "add alone"


@history_check(
    "ENTRA-40",
    over=lambda entries: arrivals(entries, _pathless_values, only=lambda e: "add" in _pathless_ops(e)),
    facets=Shows(("add alone", "add and replace in one PATCH"), _adds_and_replaces),
)
def an_add_without_a_path_is_done(case: Case[Arrival]) -> Iterator[Outcome]:
    """An add without a path, with dotted and URN keys, alone or beside a replace, sets what its keys name."""
    yield from arrived(case, "the PATCH to be accepted")


@history_check("ENTRA-41", over=_some(lambda each: each.path.lower() == "name.formatted"))
def a_formatted_name_is_set(case: Case[Arrival]) -> Iterator[Outcome]:
    """A change of `name.formatted`, beside the parts of a name, is accepted and shown."""
    yield from arrived(case, "the formatted name to be accepted")


def _selects_primary(each: Writing) -> bool:
    return "[primary eq" in each.path.lower()


@history_check(
    "ENTRA-42",
    over=_some(_selects_primary),
    facets=_of_writings(
        {
            "an address by a Boolean": lambda w: w.path.lower().startswith("emails[primary eq true]"),
            "a role by a text": lambda w: w.path.lower().startswith('roles[primary eq "true"]'),
        }
    ),
)
def the_primary_value_can_be_selected(case: Case[Arrival]) -> Iterator[Outcome]:
    """A path that selects by `primary eq`, with a Boolean or a text, is accepted and changes the primary value."""
    yield from arrived(case, "the path to be understood")


def _empties(each: Writing) -> bool:
    if each.path.lower().endswith("manager"):  # ENTRA-15 speaks of it
        return False
    return each.value == "" if each.op != "remove" else not each.path.lower().startswith("members")


@history_check(
    "ENTRA-43",
    over=_some(_empties),
    facets=_of_writings(
        {
            "an empty text": lambda w: _empties(w) and w.op != "remove",
            "a removal with the value beside it": lambda w: _empties(w) and w.op == "remove" and w.value is not None,
            "a removal without a value": lambda w: _empties(w) and w.op == "remove" and w.value is None,
        }
    ),
)
def an_emptied_attribute_is_taken_away(case: Case[Arrival]) -> Iterator[Outcome]:
    """An empty text as value, or a removal with or without the old value beside it, takes the attribute away."""
    yield from arrived(case, "the emptied attribute to be accepted")


def _is_mapped_widely(each: Writing) -> bool:
    is_set = each.op != "remove" and each.value not in ("", None)
    return is_set and each.path.lower().startswith(("addresses[", "phonenumbers[", "preferredlanguage"))


def _several_at_one_filter(case: Case[Arrival]) -> Iterable[str]:
    paths = [each.path for each in writings(case.event.exchange) if _is_mapped_widely(each)]
    filters = [path.partition("]")[0] for path in paths if "[" in path]
    names = ("addresses", "phoneNumbers", "preferredLanguage")
    yield from [name for name in names if any(path.lower().startswith(name.lower()) for path in paths)]
    yield from ["several parts at one filter"] if len(set(filters)) < len(filters) else []


@history_check(
    "ENTRA-44",
    over=_some(_is_mapped_widely),
    facets=Shows(
        ("addresses", "phoneNumbers", "preferredLanguage", "several parts at one filter"), _several_at_one_filter
    ),
)
def the_whole_mapping_arrives(case: Case[Arrival]) -> Iterator[Outcome]:
    """Addresses part by part, several telephone numbers and the language are accepted, and each stands in its place."""
    yield from arrived(case, "the mapped attributes to be accepted")


def _is_core(each: Writing) -> bool:
    return each.path.lower().startswith(_CORE)


def _is_known_core(each: Writing) -> bool:
    return _is_core(each) and re.split(r"[.\[]", each.path.lower().removeprefix(_CORE))[0] in _KNOWN


def _known_core_values(exchange: Exchange) -> Mapping[str, object]:
    return {each.path: _meant(each) for each in writings(exchange) if _is_known_core(each)}


@history_check(
    "ENTRA-45",
    over=lambda entries: arrivals(entries, _known_core_values, only=lambda e: any(map(_is_core, writings(e)))),
    facets=_of_writings(
        {
            "a known attribute": _is_known_core,
            "a custom one beside it": lambda w: _is_core(w) and not _is_known_core(w),
        }
    ),
)
def the_core_urn_may_stand_before_a_name(case: Case[Arrival]) -> Iterator[Outcome]:
    """A path behind the URN of the core schema sets what it names, and a custom name behind it fails nothing else."""
    yield from arrived(case, "the URN of the core schema to be understood")


def _tells_its_version(exchange: Exchange) -> bool:
    is_told = considered(exchange) and exchange.status not in (404, 409)
    return is_told and find_header(exchange.request.headers, "ADSCIMVersion") is not None


@check(
    "ENTRA-46",
    over=_tells_its_version,
    facets=Shows(("a read", "a write"), lambda e: ("a read",) if e.request.method == "GET" else ("a write",)),
)
def the_header_of_entra_does_no_harm(exchange: Exchange) -> Iterator[Outcome]:
    """A request with the header `ADSCIMVersion` is answered as one without."""
    yield from accepted(exchange, "the request to be accepted")


def _asks_for_managers(entries: History) -> Iterator[Case[tuple[Exchange, bool]]]:
    """Questions for a manager by the bare name, each with whether the user was last shown with just that one."""
    managers: dict[str, object] = {}
    for entry, exchange in exchanges(entries):
        found = _ASKED.search(unquote_plus(exchange.route.query))
        if found and considered(exchange) and exchange.request.method == "GET":
            yield Case(entry, (exchange, managers.get(found["id"]) == found["manager"]), (entry,))
        elif exchange.route.endpoint == "Users" and one_resource(exchange) and not is_projected(exchange):
            managers[str(exchange.json.get("id"))] = _manager_shown(exchange)
        elif exchange.request.method not in ("GET", "HEAD"):
            managers.pop(exchange.route.id, None)


@history_check(
    "ENTRA-47",
    over=_asks_for_managers,
    facets=Shows(("the manager", "somebody else"), lambda c: ("the manager" if c.event[1] else "somebody else",)),
)
def a_bare_manager_can_be_asked_for(case: Case[tuple[Exchange, bool]]) -> Iterator[Outcome]:
    """The question whether a user has a certain manager, the attribute without its URN, is answered as it is."""
    exchange, is_manager = case.event
    yield from accepted(exchange, "status 200 and a list")
    if 200 <= exchange.status < 300 and (not is_list(exchange.json) or len(resources_in(exchange)) != is_manager):
        yield Finding("the one user" if is_manager else "an empty list", f"{len(resources_in(exchange))} resources")


def _sends_a_boolean_with_a_capital(exchange: Exchange) -> bool:
    if not sets_active(exchange):
        return False
    operation = operations_of(exchange)[0]
    return isinstance(operation.get("value"), bool) and operation.get("op") == "Replace"


@check("ENTRA-11", over=_sends_a_boolean_with_a_capital, facets=always("a Boolean behind a capital Replace"))
def a_boolean_behind_a_capital_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """`active` as a Boolean is accepted with `Replace` in capitals, too."""
    yield from activated(exchange)


def _manager_sent(exchange: Exchange) -> object:
    enterprise = get_attribute(exchange.sent_json, ENTERPRISE_USER)
    return get_attribute(enterprise, "manager") if isinstance(enterprise, dict) else None


def _manager_shown(exchange: Exchange) -> object:
    held = shown_at(exchange.json, _MANAGER)
    return get_attribute(held, "value") if isinstance(held, dict) else held


def _creates_with_a_manager(entries: History) -> Iterator[Case[tuple[Exchange, bool]]]:
    """Creates with a manager as text, each with whether this bridge shows managers at all."""
    seen = list(exchanges(entries))
    shows = any(one_resource(each) and _manager_shown(each) for _, each in seen)
    for entry, exchange in seen:
        if creates_a_user(exchange) and isinstance(_manager_sent(exchange), str):
            yield Case(entry, (exchange, shows), (entry,))


@history_check("ENTRA-15", over=_creates_with_a_manager, facets=always("text in a create"))
def a_manager_in_a_create_is_taken(case: Case[tuple[Exchange, bool]]) -> Iterator[Outcome]:
    """A create whose manager is a bare text is accepted, and the user has that manager."""
    exchange, shows_managers = case.event
    yield from accepted(exchange, "the create to be accepted")
    sent, shown = _manager_sent(exchange), _manager_shown(exchange)
    if exchange.has_json and 200 <= exchange.status < 300 and shown != sent and (shown or shows_managers):
        yield Finding(f"the manager {sent}", repr(shown), f"/{ENTERPRISE_USER}/manager")


def _asks_for_a_guid(exchange: Exchange) -> bool:
    attribute, value = equality_filter(exchange) or ("", "")
    is_guid = attribute.lower() == "externalid" and _GUID.fullmatch(value) is not None
    return is_guid and asks_by_filter(exchange) and exchange.route.endpoint == "Users"


@check("ENTRA-04", over=_asks_for_a_guid, facets=always("externalId as a GUID"))
def an_object_id_can_be_asked_for(exchange: Exchange) -> Iterator[Outcome]:
    """The match query by `externalId` with an object id is answered with a list of who has exactly that one."""
    yield from accepted(exchange, "status 200 and a list")
    _, value = equality_filter(exchange) or ("", "")
    for index, user in enumerate(resources_in(exchange)):
        shown = get_attribute(user, "externalId")
        if shown is not None and shown != value:
            yield Finding(f"externalId {value!r}", repr(shown), f"/Resources/{index}/externalId")
