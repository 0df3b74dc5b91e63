"""Discovery: RFC 7643 sections 5 to 7, RFC 7644 section 4. The form of each document is judged by `json_schema`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.registry import Case, History, Outcome, Selector, Shows, check, history_check
from harness.checks.selectors import absolute, considered, ends_in, object_in, query_of, resources_in
from harness.record.exchange import Exchange, Json, get_attribute, is_list
from harness.record.journal import Entry, exchanges
from harness.record.message import CORE_GROUP, CORE_USER, LIST_RESPONSE

CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"


def _read(endpoint: str, *, single: bool = False) -> Selector:
    def over(exchange: Exchange) -> bool:
        route = exchange.route
        is_asked = exchange.request.method == "GET" and route.endpoint == endpoint and bool(route.id) is single
        return is_asked and exchange.status == 200

    return over


@check("RFC7644-4-01", "RFC7643-5-01", over=_read("ServiceProviderConfig"))
def the_configuration_is_one_object(exchange: Exchange) -> Iterator[Outcome]:
    """/ServiceProviderConfig is one JSON object with its schema URI."""
    schemas = exchange.json.get("schemas")
    if not isinstance(schemas, list) or CONFIG not in schemas:
        yield Finding(f"an object with schemas {[CONFIG]}", repr(schemas), "/schemas")


_LIMITS = (
    ("filter", "maxResults", "RFC7643-5-13"),
    ("bulk", "maxOperations", "RFC7643-5-09"),
    ("bulk", "maxPayloadSize", "RFC7643-5-10"),
)


def _limits_in(exchange: Exchange) -> list[tuple[str, object, str]]:
    """The limits that a configuration states: where, what, and the requirement that it is an integer."""
    body = exchange.json
    stated = [(f"/{part}/{name}", object_in(body, part).get(name), rid) for part, name, rid in _LIMITS]
    return [limit for limit in stated if isinstance(limit[1], int | float)]


@check(
    "RFC7643-2.3.4-01",
    over=lambda e: e.route.endpoint == "ServiceProviderConfig" and e.status == 200 and bool(_limits_in(e)),
)
def limits_are_integers(exchange: Exchange) -> Iterator[Outcome]:
    """The limits in the configuration are written as integers: JSON Schema takes 200.0 for one, SCIM does not."""
    for pointer, value, requirement in _limits_in(exchange):
        if isinstance(value, float):
            yield Finding("an integer without a fraction", repr(value), pointer)
            yield Finding("an integer without a fraction", repr(value), pointer, requirement)


@check("RFC7644-4-03", over=_read("Schemas"))
def schemas_come_as_a_list(exchange: Exchange) -> Iterator[Outcome]:
    """GET /Schemas gives a ListResponse."""
    yield from _is_list(exchange)


@check("RFC7644-4-05", over=_read("ResourceTypes"))
def resource_types_come_as_a_list(exchange: Exchange) -> Iterator[Outcome]:
    """GET /ResourceTypes gives a ListResponse with User."""
    yield from _is_list(exchange)
    total = exchange.json.get("totalResults")
    if not isinstance(total, int):
        yield Finding("totalResults as a number", repr(total), "/totalResults")
    # A type without a name is another requirement's; by its id it is known here.
    names = [entry.get("name", entry.get("id")) for entry in resources_in(exchange)]
    if "User" not in names:
        yield Finding("a resource type User", f"{names}", "/Resources")


def _is_list(exchange: Exchange) -> Iterator[Outcome]:
    schemas = exchange.json.get("schemas")
    if schemas != [LIST_RESPONSE]:
        yield Finding(f"schemas {[LIST_RESPONSE]}", repr(schemas), "/schemas")


def _discovery_list(exchange: Exchange) -> bool:
    route = exchange.route
    is_asked = route.endpoint in ("Schemas", "ResourceTypes") and not route.id and not route.query
    return is_asked and exchange.status == 200 and exchange.has_json


WHICH_LIST: Shows[Exchange] = Shows(("/Schemas", "/ResourceTypes"), lambda exchange: (f"/{exchange.route.endpoint}",))


@check("RFC7644-4-07", over=_discovery_list, facets=WHICH_LIST)
def discovery_lists_are_complete(exchange: Exchange) -> Iterator[Outcome]:
    """A discovery list shows as many entries as it states."""
    total, shown = exchange.json.get("totalResults"), len(resources_in(exchange))
    if total != shown:
        yield Finding(f"totalResults {shown}", repr(total), "/totalResults")


@check("RFC7644-4-06", over=_read("ResourceTypes", single=True))
def one_resource_type_is_one_object(exchange: Exchange) -> Iterator[Outcome]:
    """A single resource type comes as one object, not as a list."""
    body = exchange.json
    if exchange.route.id not in (body.get("name"), body.get("id")):
        yield Finding(f"the resource type {exchange.route.id}", repr(body.get("name")), "/name")


@check("RFC7644-4-04", over=_read("Schemas", single=True))
def one_schema_is_one_object(exchange: Exchange) -> Iterator[Outcome]:
    """A single schema comes as one object, not as a list."""
    if exchange.json.get("id") != exchange.route.id:
        yield Finding(f"the schema {exchange.route.id}", repr(exchange.json.get("id")), "/id")


def _types_and_schemas(entries: History) -> Iterable[Case[Exchange]]:
    """The list of schemas with the list of resource types, where a story reads both."""
    lists: dict[str, tuple[Entry, Exchange]] = {}
    for entry, exchange in exchanges(entries):
        if _discovery_list(exchange) and is_list(exchange.json):
            lists[exchange.route.endpoint] = (entry, exchange)
    if len(lists) == 2:
        types, (schemas, exchange) = lists["ResourceTypes"][0], lists["Schemas"]
        yield Case(schemas, exchange, (types, schemas))


@history_check("RFC7644-4-03", over=_types_and_schemas)
def the_schemas_of_users_and_groups_are_listed(case: Case[Exchange]) -> Iterator[Outcome]:
    """GET /Schemas lists the base schemas that the resource types User and Group name."""
    types, schemas = (resources_in(exchange) for exchange in case.exchanges)
    listed = {str(schema.get("id")).lower() for schema in schemas}
    for kind in types:
        uri = kind.get("schema")
        if kind.get("name") in ("User", "Group") and isinstance(uri, str) and uri.lower() not in listed:
            yield Finding(f"the schema {uri} of {kind['name']}", "not in the list", "/Resources")


# The parameters of section 3.4.2 but the filter, which is refused (RFC7644-4-10), as queries hold them and as they are.
_PARAMETERS = {
    "attributes": "attributes",
    "excludedattributes": "excludedAttributes",
    "sortby": "sortBy",
    "count": "count",
}


def _asked_of_configuration(exchange: Exchange) -> list[str]:
    is_asked = exchange.route.endpoint == "ServiceProviderConfig" and not exchange.route.id
    return [told for name, told in _PARAMETERS.items() if is_asked and name in query_of(exchange)]


@check(
    "RFC7644-4-09",
    over=lambda e: bool(_asked_of_configuration(e)) and considered(e),
    facets=Shows(tuple(_PARAMETERS.values()), _asked_of_configuration),
)
def a_selection_does_not_empty_the_configuration(exchange: Exchange) -> Iterator[Outcome]:
    """Whether the parameters of a query for the configuration are ignored or applied, what was asked for is there."""
    body = exchange.json
    if exchange.status != 200:
        yield Finding("status 200, whatever the parameters", f"status {exchange.status}")
        return
    yield Recorded("parameters-ignored" if "authenticationSchemes" in body else "parameters-applied")
    selected = query_of(exchange).get("attributes", "patch")
    for name in selected.split(","):
        if get_attribute(body, name.strip()) is None:
            yield Finding(f"{name.strip()} in the configuration", "none", f"/{name.strip()}")


def _own_endpoints(exchange: Exchange) -> list[tuple[str, str]]:
    """The endpoints that are told of User and Group, with those that they have (RFC 7644 section 3.2)."""
    kinds = [exchange.json, *resources_in(exchange)] if exchange.route.endpoint == "ResourceTypes" else []
    own = {"User": "Users", "Group": "Groups"}
    told = [(kind.get("endpoint"), own.get(str(kind.get("name")))) for kind in kinds]
    return [(given, wanted) for given, wanted in told if isinstance(given, str) and wanted]


@check("RFC7643-6-07", over=lambda e: e.status == 200 and bool(_own_endpoints(e)))
def endpoints_are_relative_to_the_base(exchange: Exchange) -> Iterator[Outcome]:
    """The endpoints of User and Group, put behind the base address, are /Users and /Groups."""
    for given, wanted in _own_endpoints(exchange):
        if given.strip("/") != wanted and given.rstrip("/") != f"{exchange.base}/{wanted}":
            yield Finding(f"the endpoint /{wanted}", repr(given), "/endpoint")


_KINDS = {"ServiceProviderConfig": "ServiceProviderConfig", "ResourceTypes": "ResourceType", "Schemas": "Schema"}


def _metas(exchange: Exchange) -> list[tuple[str, Json, tuple[str, ...]]]:
    """The `meta` of each discovery document in an answer, with its pointer and the paths that are its own."""
    route = exchange.route
    if route.endpoint not in _KINDS or exchange.status != 200 or exchange.request.method != "GET":
        return []
    if not is_list(exchange.json):
        own = f"{route.endpoint}/{route.id}" if route.id else route.endpoint
        return [("/meta", object_in(exchange.json, "meta"), (own,))]
    found = []
    for number, each in enumerate(resources_in(exchange)):
        keys = dict.fromkeys(str(each[name]) for name in ("id", "name") if each.get(name))
        own_paths = tuple(f"{route.endpoint}/{key}" for key in keys)
        found.append((f"/Resources/{number}/meta", object_in(each, "meta"), own_paths))
    return found


@check("RFC7643-3.1-25", "RFC7643-3.1-21", over=lambda e: any(meta for _, meta, _ in _metas(e)))
def a_discovery_document_says_where_and_what_it_is(exchange: Exchange) -> Iterator[Outcome]:
    """Where a configuration, a resource type or a schema has a meta, its location and resourceType are its own."""
    kind = _KINDS[exchange.route.endpoint]
    for pointer, meta, paths in _metas(exchange):
        location, stated = meta.get("location"), meta.get("resourceType")
        if (
            paths
            and isinstance(location, str)
            and not any(ends_in(absolute(exchange, location), path) for path in paths)
        ):
            yield Finding(f"an address that ends in /{paths[0]}", location, f"{pointer}/location", "RFC7643-3.1-25")
        if isinstance(stated, str) and stated != kind:
            yield Finding(f"resourceType {kind}", repr(stated), f"{pointer}/resourceType", "RFC7643-3.1-21")


# RFC 7643 sections 4.1.2 and 4.2
_MULTI_VALUED = {
    "emails", "phoneNumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates",
    "members",
}  # fmt: skip


def _core_attributes(exchange: Exchange) -> list[Json]:
    """The multi-valued attributes of User and Group, as the answer's schemas declare them."""
    schemas = [exchange.json, *resources_in(exchange)] if exchange.route.endpoint == "Schemas" else []
    core = [schema for schema in schemas if schema.get("id") in (CORE_USER, CORE_GROUP)]
    entries = [entry for schema in core if isinstance(schema.get("attributes"), list) for entry in schema["attributes"]]
    return [entry for entry in entries if isinstance(entry, dict) and str(entry.get("name")) in _MULTI_VALUED]


@check("RFC7643-7-11", over=lambda e: e.status == 200 and bool(_core_attributes(e)))
def lists_are_declared_as_lists(exchange: Exchange) -> Iterator[Outcome]:
    """What is a list in the core schemas is declared as multi-valued."""
    for attribute in _core_attributes(exchange):
        if attribute.get("multiValued") is False:
            yield Finding(f"{attribute['name']} with multiValued true", "false", "/attributes")


def _filtered_discovery(exchange: Exchange) -> bool:
    route = exchange.route
    return route.endpoint in ("Schemas", "ResourceTypes") and "filter=" in route.query and exchange.response is not None


@check("RFC7644-4-10", over=_filtered_discovery, facets=WHICH_LIST)
def discovery_refuses_filters(exchange: Exchange) -> Iterator[Outcome]:
    """A filter on a discovery endpoint gives 403."""
    if exchange.status != 403:
        yield Finding("status 403", f"status {exchange.status}")
