"""Discovery against observation: what a bridge declares beside what it shows (RFC 7643 sections 3, 5, 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding, Recorded
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import considered, equality_filter, listed, object_in, resources_in
from harness.record.exchange import DISCOVERY, RESOURCES, Exchange, Json, get_attribute, parse_answer, resources_of
from harness.record.journal import Entry, exchanges

# RFC 7643 section 3.1: every resource has these, whatever its schemas say.
_COMMON = frozenset({"schemas", "id", "externalid", "meta"})
_NAMES = {"Users": "User", "Groups": "Group"}
# RFC 7643 section 2.3, table 1
_SHAPES: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "string": ("a text", str),
    "reference": ("a text", str),
    "dateTime": ("a text", str),
    "binary": ("a text", str),
    "boolean": ("true or false", bool),
    "integer": ("an integer", int),
    "decimal": ("a number", (int, float)),
    "complex": ("an object", dict),
}


def _document(exchange: Exchange) -> str:
    """Which of the three documents an answer is, whole; empty for any other."""
    route = exchange.route
    is_whole = not route.id and not route.query and exchange.request.method == "GET" and exchange.status == 200
    return route.endpoint if is_whole and exchange.has_json and route.endpoint in DISCOVERY else ""


def _after(*documents: str) -> Any:
    """Cases: answers that show Users or Groups after these documents were read, which come first in the case."""

    def over(entries: History) -> Iterable[Case[Exchange]]:
        read: dict[str, Entry] = {}
        for entry, exchange in exchanges(entries):
            if name := _document(exchange):
                read[name] = entry
            elif all(each in read for each in documents) and bool(exchange.resources):
                yield Case(entry, exchange, (*(read[each] for each in documents), entry))

    return over


def _type_of(types: Exchange, shown: Exchange) -> Json:
    """The resource type that serves the endpoint of an answer; empty where none is listed."""
    wanted = _NAMES.get(shown.route.endpoint, "")
    return next((kind for kind in resources_in(types) if kind.get("name") == wanted), {})


def _uris_of(kind: Json) -> set[str]:
    extensions = [extension.get("schema") for extension in objects_in(kind.get("schemaExtensions"))]
    return {uri.lower() for uri in (kind.get("schema"), *extensions) if isinstance(uri, str)}


@history_check("RFC7643-3-05", over=_after("ResourceTypes"))
def schemas_are_those_of_the_type(case: Case[Exchange]) -> Iterator[Outcome]:
    """A resource names only schemas that its resource type lists."""
    types, shown = case.exchanges
    declared = _uris_of(_type_of(types, shown))
    for pointer, resource in resources_of(shown):
        uris = resource.get("schemas")
        for uri in uris if declared and isinstance(uris, list) else ():
            if isinstance(uri, str) and uri.lower() not in declared:
                yield Finding("a schema that the resource type lists", repr(uri), f"{pointer}/schemas")


@history_check("RFC7643-6-05", over=_after("ResourceTypes"))
def types_are_named_as_listed(case: Case[Exchange]) -> Iterator[Outcome]:
    """meta.resourceType is the name of a resource type that is listed."""
    types, shown = case.exchanges
    names = [str(kind.get("name")) for kind in resources_in(types)]
    for pointer, resource in resources_of(shown):
        given = object_in(resource, "meta").get("resourceType")
        if isinstance(given, str) and given not in names:
            yield Finding(f"one of {sorted(names)}", repr(given), f"{pointer}/meta/resourceType")


@history_check("RFC7643-7-01", over=_after("Schemas"))
def schemas_in_use_are_listed(case: Case[Exchange]) -> Iterator[Outcome]:
    """Every schema that a resource names is one that /Schemas lists."""
    schemas, shown = case.exchanges
    known = {str(schema.get("id")).lower() for schema in resources_in(schemas)}
    for pointer, resource in resources_of(shown):
        uris = resource.get("schemas")
        for uri in uris if isinstance(uris, list) else ():
            if isinstance(uri, str) and uri.lower() not in known:
                yield Finding("a schema that /Schemas lists", repr(uri), f"{pointer}/schemas")


# Attributes: RFC 7643 section 7.


def _attributes_of(schema: Json) -> dict[str, Json]:
    return {str(each.get("name")).lower(): each for each in objects_in(schema.get("attributes"))}


@lru_cache(maxsize=16)
def _by_id(body: bytes) -> dict[str, dict[str, Json]]:
    """The attributes of the schemas in an answer, by the id of their schema in lower case."""
    shown = parse_answer(body).value
    listed = get_attribute(shown, "Resources") if isinstance(shown, dict) else None
    return {str(each.get("id")).lower(): _attributes_of(each) for each in objects_in(listed)}


def _declared(schemas: Exchange, resource: Json) -> Iterator[tuple[str, Any, Json]]:
    """What a resource shows that a schema of its own declares: the place, the value, the declaration."""
    for place, value, found in _shown(schemas, resource):
        if found is not None:
            yield place, value, found


def _shown(schemas: Exchange, resource: Json) -> Iterator[tuple[str, Any, Json | None]]:
    """Every attribute that a resource shows, with its declaration; none where no schema that it names has it."""
    by_id = _by_id(schemas.response.body) if schemas.response else {}
    uris = resource.get("schemas")
    named = [uri.lower() for uri in uris if isinstance(uri, str)] if isinstance(uris, list) else []
    core = {name: each for uri in named if uri in by_id for name, each in by_id[uri].items()}
    for key, value in resource.items():
        if key.lower() in by_id:
            own = by_id[key.lower()]
            parts = value.items() if isinstance(value, dict) else ()
            yield from ((f"/{key}/{name}", part, own.get(name.lower())) for name, part in parts)
        elif key.lower() not in _COMMON and named and all(uri in by_id for uri in named):
            yield f"/{key}", value, core.get(key.lower())


@history_check("RFC7643-7-07", over=_after("Schemas"))
def what_is_shown_is_declared(case: Case[Exchange]) -> Iterator[Outcome]:
    """Every attribute that a resource shows is one that a schema of the resource lists."""
    schemas, shown = case.exchanges
    for pointer, resource in resources_of(shown):
        for place, value, declared in _shown(schemas, resource):
            if declared is None and value not in (None, [], {}):
                yield Finding("an attribute that a schema of the resource lists", place[1:], pointer + place)
            for name in _undeclared_parts(value, declared or {}):
                yield Finding(f"a part of {place[1:]} that its schema lists", name, f"{pointer}{place}/{name}")


# RFC 7643 section 2.4: these parts of a multi-valued attribute are there though a schema does not list them.
_USUAL_PARTS = frozenset({"type", "primary", "display", "value", "$ref"})


def _undeclared_parts(value: Any, declared: Json) -> list[str]:
    """The parts that a complex value shows and its declaration, which lists some, does not have."""
    listed_parts = {str(each.get("name")).lower() for each in objects_in(declared.get("subAttributes"))}
    if declared.get("type") != "complex" or not listed_parts:
        return []
    shown = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    names = {name: None for each in shown for name, part in each.items() if part not in (None, "", [], {})}
    return [name for name in names if name.lower() not in listed_parts | _USUAL_PARTS]


@history_check("RFC7643-7-12", over=_after("Schemas"))
def lists_are_shown_as_declared(case: Case[Exchange]) -> Iterator[Outcome]:
    """What is declared as multi-valued is shown as an array, and nothing else is."""
    schemas, shown = case.exchanges
    for pointer, resource in resources_of(shown):
        for place, value, declared in _declared(schemas, resource):
            is_many = declared.get("multiValued")
            if isinstance(is_many, bool) and value is not None and isinstance(value, list) is not is_many:
                wanted = "an array, as multiValued is true" if is_many else "one value, as multiValued is false"
                yield Finding(wanted, type(value).__name__, pointer + place)


@history_check("RFC7643-2.3-02", over=_after("Schemas"))
def values_have_the_declared_type(case: Case[Exchange]) -> Iterator[Outcome]:
    """A value has the JSON type of the type that its schema declares."""
    schemas, shown = case.exchanges
    for pointer, resource in resources_of(shown):
        for place, value, declared in _declared(schemas, resource):
            words, shape = _SHAPES.get(str(declared.get("type")), ("", object))
            for each in value if isinstance(value, list) else [value]:
                is_wrong = not isinstance(each, shape) or (isinstance(each, bool) and shape not in (bool, object))
                if each is not None and is_wrong:
                    yield Finding(f"{words}, as the type is {declared['type']}", repr(each)[:80], pointer + place)


@history_check("RFC7643-7-27", over=_after("Schemas"))
def what_is_never_returned_is_not_shown(case: Case[Exchange]) -> Iterator[Outcome]:
    """What a schema declares as never returned is not shown."""
    schemas, shown = case.exchanges
    for pointer, resource in resources_of(shown):
        for place, value, declared in _declared(schemas, resource):
            if declared.get("returned") == "never" and value is not None:
                yield Finding("nothing, as returned is never", "a value", pointer + place)


# Resource types and schemas: RFC 7643 section 6.


def _types_after_schemas(entries: History) -> Iterable[Case[Exchange]]:
    read: dict[str, tuple[Entry, Exchange]] = {}
    for entry, exchange in exchanges(entries):
        if name := _document(exchange):
            read[name] = (entry, exchange)
    if "ResourceTypes" in read and "Schemas" in read and resources_in(read["Schemas"][1]):
        entry, exchange = read["ResourceTypes"]
        yield Case(entry, exchange, (read["Schemas"][0], entry))


@history_check("RFC7643-6-09", "RFC7643-6-11", over=_types_after_schemas)
def the_schemas_of_types_are_listed(case: Case[Exchange]) -> Iterator[Outcome]:
    """Each schema and extension of a resource type is one that /Schemas lists."""
    schemas, types = case.exchanges
    if types.route.endpoint != "ResourceTypes":
        schemas, types = types, schemas
    known = {str(schema.get("id")).lower() for schema in resources_in(schemas)}
    for index, kind in enumerate(resources_in(types)):
        named = [(kind.get("schema"), "RFC7643-6-09")]
        named += [(each.get("schema"), "RFC7643-6-11") for each in objects_in(kind.get("schemaExtensions"))]
        for uri, requirement in named:
            if isinstance(uri, str) and uri.lower() not in known:
                yield Finding("a schema that /Schemas lists", repr(uri), f"/Resources/{index}", requirement)


# The configuration: RFC 7643 section 5.


def _after_the_configuration(entries: History) -> Iterable[Case[Exchange]]:
    """Every answer of Users and Groups that speaks of what was asked, after the configuration was read."""
    config: Entry | None = None
    for entry, exchange in exchanges(entries):
        if _document(exchange) == "ServiceProviderConfig":
            config = entry
        elif config and exchange.route.endpoint in RESOURCES and considered(exchange):
            yield Case(entry, exchange, (config, entry))


def _lists_after_the_configuration(entries: History) -> Iterable[Case[Exchange]]:
    for case in _after_the_configuration(entries):
        limit = object_in(case.exchanges[0].json, "filter").get("maxResults")
        if listed(case.event) and isinstance(limit, int) and not isinstance(limit, bool) and limit > 0:
            yield case


@history_check("RFC7643-5-14", over=_lists_after_the_configuration)
def no_list_is_longer_than_declared(case: Case[Exchange]) -> Iterator[Outcome]:
    """No list shows more resources than filter.maxResults says."""
    limit, shown = object_in(case.exchanges[0].json, "filter")["maxResults"], len(resources_in(case.event))
    if shown > limit:
        yield Finding(f"at most {limit} resources, as filter.maxResults says", str(shown), "/Resources")


def _feature_of(exchange: Exchange) -> str:
    """The feature of the configuration that a request uses; empty where it uses none."""
    if exchange.request.method == "PATCH":
        return "patch"
    return "filter" if exchange.request.method == "GET" and equality_filter(exchange) is not None else ""


def _uses_of_features(entries: History) -> Iterable[Case[Exchange]]:
    for case in _after_the_configuration(entries):
        feature = _feature_of(case.event)
        if feature and isinstance(object_in(case.exchanges[0].json, feature).get("supported"), bool):
            yield case


@history_check("RFC7643-5-28", over=_uses_of_features)
def features_are_as_declared(case: Case[Exchange]) -> Iterator[Outcome]:
    """What the configuration declares as supported is not answered as not implemented."""
    config, use = case.exchanges
    feature = _feature_of(use)
    is_declared = object_in(config.json, feature)["supported"]
    if is_declared and use.status == 501:
        yield Finding(f"{feature}, as {feature}.supported is true", "status 501")
    elif not is_declared and 200 <= use.status < 300:
        yield Recorded(f"{feature} works, though {feature}.supported is false")


@check("RFC7643-5-04", over=lambda e: _document(e) == "ServiceProviderConfig")
def documentation_is_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Whether a bridge says where it is documented."""
    yield Recorded("a URL" if get_attribute(exchange.json, "documentationUri") else "none")
