"""Shapes: every answer, and every request of a simulated provider, against its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from harness.checks.cases import has_body, is_error_message
from harness.checks.registry import EXCHANGE_CHECKS, ExchangeCheck, Outcome
from harness.exchange import Exchange, is_list, parse_body
from harness.schema import requirements_reached, schema_names, validate
from harness.verdict import Finding

# A body whose shape breaks no rule with a row of its own breaks this one: JSON types follow the SCIM types.
ANY_TYPE = "RFC7643-2.3-02"

_BY_ENDPOINT = {
    "Users": "rfc7643/user",
    "Groups": "rfc7643/group",
    "ServiceProviderConfig": "rfc7643/service-provider-config",
    "ResourceTypes": "rfc7643/resource-type",
    "Schemas": "rfc7643/schema",
}
_LISTS = {
    "Users": "rfc7644/list-response",
    "Groups": "rfc7644/list-response",
    "ResourceTypes": "rfc7644/list-response",
    "Schemas": "rfc7644/list-response",
}
_REQUESTS = {
    ("POST", "Users"): "user-create",
    ("PUT", "Users"): "user-replace",
    ("PATCH", "Users"): "user-patch",
    ("POST", "Groups"): "group-create",
    ("PATCH", "Groups"): "group-patch",
}


def schemas_of_response(exchange: Exchange) -> list[tuple[str, str]]:
    """The schemas that an answer must keep, each with the pointer of what it speaks of; errors have their own checks."""
    body = exchange.received
    if body is None or exchange.route.rest:
        return []
    if exchange.status >= 400 or is_error_message(body):
        return [("rfc7644/error", "")]
    name = _BY_ENDPOINT.get(exchange.route.endpoint)
    if name is None or not 200 <= exchange.status < 300:
        return []
    if exchange.route.endpoint in _LISTS and not exchange.route.id and is_list(body):
        listed = body.get("Resources")
        items = listed if isinstance(listed, list) else []
        return [
            (_LISTS[exchange.route.endpoint], ""),
            *((name, f"/Resources/{i}") for i in range(len(items))),
        ]
    return [(name, "")]


def _at(body: Any, pointer: str) -> Any:
    return body["Resources"][int(pointer.rsplit("/", 1)[1])] if pointer else body


def _reached(exchange: Exchange) -> tuple[str, ...]:
    if not has_body(exchange):
        return ()
    ids: set[str] = set()
    for name, pointer in schemas_of_response(exchange):
        ids |= _reached_at(exchange.response.body if exchange.response else b"", name, pointer)
    return tuple(sorted(ids | {ANY_TYPE})) if ids else ()


@lru_cache(maxsize=8192)
def _reached_at(body: bytes, name: str, pointer: str) -> frozenset[str]:
    return frozenset(requirements_reached(_at(parse_body(body).value, pointer), name))


def _run(exchange: Exchange) -> Iterator[Outcome]:
    """Every answer keeps the JSON Schema of what it is."""
    for name, pointer in schemas_of_response(exchange):
        for violation in validate(_at(exchange.received, pointer), name):
            yield Finding(
                violation.expected,
                violation.actual,
                pointer + violation.pointer,
                violation.requirement or ANY_TYPE,
            )


EXCHANGE_CHECKS.append(
    ExchangeCheck("answers_keep_their_schema", (_run.__doc__ or "").strip(), (ANY_TYPE,), _reached, _run)
)


def faults_of_request(exchange: Exchange, dialect: str) -> list[str]:
    """What is wrong with a request of a simulated provider, by the schema of its vendor: a fault of ours."""
    vendor = dialect.split("-")[0]
    kind = _REQUESTS.get((exchange.request.method, exchange.route.endpoint))
    name = f"requests/{vendor}/{kind}"
    if not dialect or exchange.request.body is None or kind is None or name not in schema_names():
        return []
    body = parse_body(exchange.request.body).value
    return [f"our own {name}: {v.pointer} {v.message}" for v in validate(body, name)]
