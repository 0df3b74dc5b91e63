"""Validates every answer, and every request of a simulated provider, against its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding
from harness.checks.facets import BY_TYPE
from harness.checks.registry import EXCHANGE_CHECKS, ExchangeCheck, Outcome, Shows
from harness.checks.selectors import has_body, is_projected, resources_in, turned_away
from harness.record.exchange import DISCOVERY, Exchange, is_list, parse_answer, parse_body
from harness.record.message import is_error_message
from harness.schema.registry import Violation, is_valid, requirements_reached, schema_names
from harness.schema.validate import validate

# A body whose shape breaks no rule with a row of its own breaks this one: JSON types follow the SCIM types.
ANY_TYPE = "RFC7643-2.3-02"
LIST = "rfc7644/list-response"
BULK = "rfc7644/bulk-response"
# Of a kind that the address does not tell: the answer's own `schemas` do.
ANY_RESOURCE = "rfc7643/resource"
# A list of all resources: GET of the base address, and a search there (RFC 7644 sections 3.4.2.1 and 3.4.3).
_ROOT = ("", ".search")

_BY_ENDPOINT = {
    "Users": "rfc7643/user",
    "Groups": "rfc7643/group",
    "ServiceProviderConfig": "rfc7643/service-provider-config",
    "ResourceTypes": "rfc7643/resource-type",
    "Schemas": "rfc7643/schema",
    "Me": ANY_RESOURCE,
}
_REQUESTS = {
    ("POST", "Users"): "user-create",
    ("PUT", "Users"): "user-replace",
    ("PATCH", "Users"): "user-patch",
    ("POST", "Groups"): "group-create",
    ("PUT", "Groups"): "group-replace",
    ("PATCH", "Groups"): "group-patch",
}


def schema_of_response(exchange: Exchange) -> str:
    """The name of the schema that an answer must keep; empty where there is none. A list judges its items by kind."""
    body = exchange.json
    if not exchange.has_json or exchange.route.rest:
        return ""
    if exchange.status >= 400 or is_error_message(body):
        return "rfc7644/error"
    if not 200 <= exchange.status < 300:
        return ""
    if exchange.route.endpoint in _ROOT:
        return LIST if is_list(body) else ""
    if exchange.route.endpoint == "Bulk":
        return BULK
    if exchange.route.endpoint not in _BY_ENDPOINT:
        return ""
    if exchange.route.endpoint in DISCOVERY and is_projected(exchange):
        return ""  # a bridge may ignore the selection or apply it, and then what is required is left out
    is_query = exchange.route.id == ".search" or (not exchange.route.id and exchange.request.method == "GET")
    if is_query and is_list(body):
        return LIST
    return _BY_ENDPOINT[exchange.route.endpoint]


def _reached(exchange: Exchange) -> tuple[str, ...]:
    name = schema_of_response(exchange) if has_body(exchange) and not turned_away(exchange) else ""
    if not name:
        return ()
    return _reached_in(exchange.response.body if exchange.response else b"", name)


@lru_cache(maxsize=8192)
def _reached_in(body: bytes, name: str) -> tuple[str, ...]:
    return tuple(sorted({ANY_TYPE} | requirements_reached(parse_answer(body).value, name)))


def _run(exchange: Exchange) -> Iterator[Outcome]:
    """Every answer keeps the JSON Schema of what it is."""
    for violation in _violations(exchange.json, schema_of_response(exchange), exchange.route.endpoint):
        yield Finding(violation.expected, violation.actual, violation.pointer, violation.requirement or ANY_TYPE)


def _violations(body: Any, name: str, endpoint: str) -> list[Violation]:
    """What is wrong with an answer. A long list is explained item by item, since explaining all of it takes seconds."""
    items = body.get("Resources")
    if name != LIST or not isinstance(items, list) or is_valid(body, name):
        return validate(body, name)
    found = validate({**body, "Resources": []}, name)
    for index, item in enumerate(items):
        at = f"/Resources/{index}"
        found += [replace(v, pointer=at + v.pointer) for v in validate(item, _BY_ENDPOINT.get(endpoint, ANY_RESOURCE))]
    return found or validate(body, name)


_CHARACTERISTICS = ("mutability", "returned", "uniqueness")


def _characteristics(exchange: Exchange) -> Iterator[str]:
    """Which characteristics with a fixed set of words the attributes of the answer's schemas state."""
    schemas = [exchange.json, *resources_in(exchange)]
    stated = {name for schema in schemas for attribute in objects_in(schema.get("attributes")) for name in attribute}
    return (name for name in _CHARACTERISTICS if name in stated)


FACETS: Mapping[str, Shows[Exchange]] = MappingProxyType(
    {
        **dict.fromkeys((ANY_TYPE, "RFC7643-3-03", "RFC7643-3-04", "RFC7643-3-06"), BY_TYPE),
        **dict.fromkeys(("RFC7643-3.1-03", "RFC7643-3.3-02"), BY_TYPE),
        "RFC7643-7-35": Shows(_CHARACTERISTICS, _characteristics),
    }
)
"""The facets that an answer shows to the schemas, of the requirements that have any."""

EXCHANGE_CHECKS.append(
    ExchangeCheck("answers_keep_their_schema", (_run.__doc__ or "").strip(), (ANY_TYPE,), _reached, _run, FACETS)
)


def faults_of_request(exchange: Exchange, dialect: str) -> list[str]:
    """What is wrong with a request of a simulated provider, by the schema of its dialect or vendor: a fault of ours."""
    kind = _REQUESTS.get((exchange.request.method, exchange.route.endpoint))
    own, vendors = f"requests/{dialect}/{kind}", f"requests/{dialect.split('-')[0]}/{kind}"
    name = own if own in schema_names() else vendors
    if not dialect or exchange.request.body is None or kind is None or name not in schema_names():
        return []
    body = parse_body(exchange.request.body).value
    return [f"our own {name}: {v.pointer} {v.message}" for v in validate(body, name)]
