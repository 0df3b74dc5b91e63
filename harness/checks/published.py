"""What a bridge publishes at /Schemas and /ResourceTypes, beside itself and what it takes (RFC 7644 section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import created, is_projected, is_search, one_resource, resources_in
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges
from harness.record.message import CORE_USER

_SINGLE = {"Schemas": "RFC7644-4-04", "ResourceTypes": "RFC7644-4-06"}
_NAMES = {"Users": "User", "Groups": "Group"}
# RFC 7643 section 2.2: what a schema leaves out has these.
_CHARACTERISTICS: dict[str, Any] = {
    "type": "string", "multiValued": False, "required": False, "caseExact": False, "mutability": "readWrite",
    "returned": "default", "uniqueness": "none",
}  # fmt: skip


def _is_list(exchange: Exchange) -> bool:
    route = exchange.route
    is_whole = exchange.request.method == "GET" and not route.id and not route.query and exchange.status == 200
    return is_whole and route.endpoint in _SINGLE and bool(resources_in(exchange))


def _entry_of(listed: Exchange, wanted: str) -> Json:
    """The entry of a list by its id, or by its name, which is the id of a resource type; empty without one."""
    for each in resources_in(listed):
        if wanted in (str(each.get("id")).lower(), str(each.get("name")).lower()):
            return each
    return {}


def _singles(entries: History) -> Iterable[Case[Exchange]]:
    """Single schemas and resource types, each behind the list that has it, too."""
    lists: dict[str, tuple[Entry, Exchange]] = {}
    for entry, exchange in exchanges(entries):
        route = exchange.route
        if _is_list(exchange):
            lists[route.endpoint] = (entry, exchange)
        elif route.endpoint in lists and _is_single(exchange):
            first, listed = lists[route.endpoint]
            if _entry_of(listed, str(exchange.json.get("id") or exchange.json.get("name")).lower()):
                yield Case(entry, exchange, (first, entry))


def _is_single(exchange: Exchange) -> bool:
    is_asked = exchange.request.method == "GET" and bool(exchange.route.id) and not exchange.route.query
    return is_asked and exchange.status == 200 and not isinstance(exchange.json.get("Resources"), list)


def _traits(node: Json, path: str = "") -> Iterator[tuple[str, Any]]:
    """The characteristics of each attribute, by its path in lower case; of a resource type what it is made of."""
    for each in objects_in(node.get("subAttributes" if path else "attributes")):
        own = f"{path}.{each.get('name')}".strip(".").lower()
        for name, usual in _CHARACTERISTICS.items():
            yield f"{name} of {own}", each.get(name, usual)
        yield from _traits(each, own)
    for name in () if path else ("endpoint", "schema"):
        if isinstance(node.get(name), str):
            yield name, node[name]
    for each in () if path else objects_in(node.get("schemaExtensions")):
        yield f"required of the extension {each.get('schema')}", each.get("required")


@history_check(*_SINGLE.values(), over=_singles, rows_of=lambda case: (_SINGLE[case.event.route.endpoint],))
def a_document_is_what_its_list_shows(case: Case[Exchange]) -> Iterator[Outcome]:
    """A single schema or resource type says of its attributes what the list of all says of them."""
    listed, single = case.exchanges
    shown = single.json
    entry = _entry_of(listed, str(shown.get("id") or shown.get("name")).lower())
    one, other = dict(_traits(entry)), dict(_traits(shown))
    for name in [*one, *(each for each in other if each not in one)]:
        if one.get(name) != other.get(name):
            said = f"{name} {one.get(name)!r}, as the list of entry {case.entries[0].id} shows it"
            yield Finding(said, repr(other.get(name)), "", _SINGLE[single.route.endpoint])
            return


def _groups_declared(exchange: Exchange) -> Iterator[tuple[str, Json]]:
    """The definition of `groups` in the schema of users, wherever an answer of /Schemas shows it."""
    if exchange.route.endpoint != "Schemas" or exchange.status != 200 or exchange.request.method != "GET":
        return
    alone = ("", exchange.json), *((f"/Resources/{n}", each) for n, each in enumerate(resources_in(exchange)))
    for pointer, schema in alone:
        if str(schema.get("id")).lower() == CORE_USER.lower():
            for index, each in enumerate(objects_in(schema.get("attributes"))):
                if str(each.get("name")).lower() == "groups" and isinstance(each.get("mutability"), str):
                    yield f"{pointer}/attributes/{index}/mutability", each


@check("RFC7643-4.1.2-18", over=lambda e: any(_groups_declared(e)))
def the_groups_of_a_user_are_declared_read_only(exchange: Exchange) -> Iterator[Outcome]:
    """Where the schema of users tells the mutability of `groups`, it is readOnly."""
    for pointer, each in _groups_declared(exchange):
        if each["mutability"].lower() != "readonly":
            yield Finding("mutability readOnly for groups", repr(each["mutability"]), pointer)


def _required_by(types: Exchange, made: Exchange) -> list[str]:
    """The URNs of the extensions that the resource type of a create declares as required."""
    wanted = _NAMES.get(made.route.endpoint, "")
    kind = next((each for each in resources_in(types) if each.get("name") == wanted), {})
    return [str(each.get("schema")) for each in objects_in(kind.get("schemaExtensions"))
            if each.get("required") is True]  # fmt: skip


def _creates_without(entries: History) -> Iterable[Case[Exchange]]:
    """Creates after the resource types were read, of which one demands an extension; the client sent none of it."""
    types: tuple[Entry, Exchange] | None = None
    for entry, exchange in exchanges(entries):
        if _is_list(exchange) and exchange.route.endpoint == "ResourceTypes":
            types = (entry, exchange)
        elif types and exchange.request.method == "POST" and exchange.route.endpoint in _NAMES:
            missing = [each for each in _required_by(types[1], exchange)
                       if get_attribute(exchange.sent_json, each) is None]  # fmt: skip
            is_told = not created(exchange) or (one_resource(exchange) and not is_projected(exchange))
            if missing and not exchange.route.id and is_told and exchange.status in (200, 201, 400):
                yield Case(entry, exchange, (types[0], entry))


@history_check("RFC7643-6-13", over=_creates_without)
def a_required_extension_is_demanded(case: Case[Exchange]) -> Iterator[Outcome]:
    """A resource without an extension that its type declares as required is refused, or is given one."""
    types, made = case.exchanges
    for urn in _required_by(types, made):
        if created(made) and get_attribute(made.sent_json, urn) is None and get_attribute(made.json, urn) is None:
            yield Finding(f"a refusal, or {urn}, which is declared as required", "a resource without it")


# RFC 7643 section 7: values that no two resources of a server share. userName has rows of its own.
_UNIQUE, _WORDS = "RFC7643-7-32", ("server", "global")  # what is unique everywhere is unique on the server
_APART = frozenset({"username", "id"})


def _unique_in(schemas: Exchange, endpoint: str) -> dict[str, bool]:
    """The texts of a type that are declared unique, and whether letter case counts in them."""
    urn = f"urn:ietf:params:scim:schemas:core:2.0:{_NAMES[endpoint]}".lower()
    schema = next((each for each in resources_in(schemas) if str(each.get("id")).lower() == urn), {})
    return {
        str(each.get("name")): each.get("caseExact") is True
        for each in objects_in(schema.get("attributes"))
        if each.get("uniqueness") in _WORDS and str(each.get("name")).lower() not in _APART
    }


@dataclass(frozen=True, slots=True)
class _Made:
    """A create of what is declared unique: where, the value, and who has it already."""

    name: str
    value: str
    holder: str


def _uniques(entries: History) -> Iterable[Case[_Made]]:
    schemas: tuple[Entry, Exchange] | None = None
    held: dict[tuple[str, str, str], tuple[str, Entry]] = {}
    for entry, exchange in exchanges(entries):
        route = exchange.route
        if _is_list(exchange) and route.endpoint == "Schemas":
            schemas = (entry, exchange)
        elif exchange.request.method in ("GET", "HEAD") or is_search(exchange):
            continue
        elif route.endpoint not in _NAMES:
            held = {}  # a job: it may change anything
        elif route.id:
            held = {key: each for key, each in held.items() if each[0] != route.id}
        elif schemas and created(exchange) and one_resource(exchange) and not is_projected(exchange):
            for name, is_exact in _unique_in(schemas[1], route.endpoint).items():
                value = get_attribute(exchange.json, name)
                if not isinstance(value, str) or not value:
                    continue
                key = (route.endpoint, name, value if is_exact else value.lower())
                holder, first = held.get(key, ("", entry))
                if exchange.status == 200 and holder == exchange.json.get("id"):
                    continue  # what is there is the answer, and no second one
                yield Case(entry, _Made(name, value, holder), (schemas[0], *((first,) if holder else ()), entry))
                held[key] = (str(exchange.json.get("id")), entry)


@history_check(_UNIQUE, over=_uniques)
def what_is_declared_unique_is_held_by_one(case: Case[_Made]) -> Iterator[Outcome]:
    """No two resources have the same value of an attribute that the schema declares as unique."""
    made = case.event
    if made.holder:
        said = f"no second resource with {made.name} {made.value!r}, which {made.holder} has"
        yield Finding(said, "a second one", f"/{made.name}")
