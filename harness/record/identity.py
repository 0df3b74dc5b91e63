"""Who a request or a resource is about: its endpoint and id, its name, and the names and members that a write sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.record.exchange import RESOURCES, Json, Request, get_attribute, parse_body

NAMES = {"Users": "userName", "Groups": "displayName"}
_ENDPOINTS = {name.casefold(): name for name in RESOURCES}
_CORE = "urn:ietf:params:scim:schemas:core:2.0:"
Key = tuple[str, str]


def address_of(target: str) -> Key:
    """Endpoint and id of a target below the SCIM base. An endpoint is known in any letter case; the id is unquoted."""
    endpoint, *rest = segments_of(target)
    return _ENDPOINTS.get(endpoint.casefold(), endpoint), rest[0] if len(rest) == 1 else "/".join(rest)


def segments_of(target: str) -> list[str]:
    """The unquoted segments of a target's path."""
    return [unquote(part) for part in urlsplit(target).path.removeprefix("/").split("/")]


def id_of(resource: Json) -> str:
    """The id of a resource as text; empty where it is neither text nor a number."""
    value = get_attribute(resource, "id")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def name_of(endpoint: str, resource: Json) -> str:
    """The userName of a user or the displayName of a group, under a URN as well; empty where none is shown."""
    for name in (NAMES[endpoint], f"{_CORE}{endpoint[:-1]}:{NAMES[endpoint]}"):
        value = get_attribute(resource, name)
        if isinstance(value, str):
            return value
    return ""


def shown_name(endpoint: str, resource: Json) -> str:
    """The name under which a resource is shown; of a user without a userName the first address."""
    emails = get_attribute(resource, "emails") if endpoint == "Users" else None
    return name_of(endpoint, resource) or next(_texts(emails), "")


def names_sent(endpoint: str, request: Request) -> Iterator[str]:
    """The names and addresses that a write gives to a resource: by them a bridge may find somebody else."""
    for attribute, value in _values_sent(request):
        if attribute == NAMES[endpoint].casefold() and isinstance(value, str):
            yield value
        elif attribute.startswith("emails") and endpoint == "Users":
            yield from _texts(value)


def members_sent(request: Request) -> Iterator[str]:
    """The ids that a write puts into a group; what it only takes out is not among them."""
    for attribute, value in _values_sent(request):
        if attribute.startswith("members"):
            yield from _texts(value)


def _values_sent(request: Request) -> Iterator[tuple[str, Any]]:
    """The attributes that a body sets, by name in small letters, without a URN before it."""
    body = parse_body(request.body or b"").value
    if not isinstance(body, dict):
        return
    operations = get_attribute(body, "Operations") if request.method == "PATCH" else None
    if not isinstance(operations, list):
        yield from ((_bare(name), value) for name, value in body.items())
        return
    for each in operations:
        if not isinstance(each, dict) or str(get_attribute(each, "op")).casefold() == "remove":
            continue
        path, value = get_attribute(each, "path"), get_attribute(each, "value")
        if isinstance(path, str) and path:
            yield _bare(path), value
        elif isinstance(value, dict):
            yield from ((_bare(name), part) for name, part in value.items())


def _bare(path: str) -> str:
    folded = path.strip().casefold()
    for endpoint in NAMES:
        folded = folded.removeprefix(f"{_CORE}{endpoint[:-1]}:".casefold())
    return folded


def _texts(value: Any) -> Iterator[str]:
    """The `value`s in an attribute of several values, in whichever form it is sent."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict):
        yield from _texts(get_attribute(value, "value"))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
