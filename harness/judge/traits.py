"""Traits for which a request may be refused, each with the same request without it: what a differential probe sends."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from harness.record.exchange import Exchange, Json, Request, find_header, parse_body
from harness.record.journal import Entry
from harness.record.message import SCIM_JSON, render_json

PROBE = "differential: "
"""How the name of a probe's request begins; the trait follows."""

LOWER_CASE = "with `op` in lower case"
BOOLEAN = "with `active` as a Boolean"
STANDARD_URNS = "with only the standard's URNs in `schemas`"
BARE_MEMBERS = "with members that hold only `value`"
ASCII = "with a filter value in ASCII"
AGENT = "with a User-Agent"

OWN_TRAITS = {
    "ENTRA-10": LOWER_CASE,
    "ENTRA-11": BOOLEAN,
    "ENTRA-24": BARE_MEMBERS,
    "GOOGLE-01": STANDARD_URNS,
    "RFC7644-3.4.2.2-28": ASCII,
}
"""The one trait of which a row says that it is accepted; a row that speaks of several is not listed."""

_BOOLEANS = {"true": True, "false": False}
_STANDARD = "urn:ietf:params:scim:"
_READ_ONLY = ("id", "meta", "groups")

Change = Callable[[Json], Json]


def variants(request: Request) -> Iterator[tuple[str, Request]]:
    """The same request with one trait changed back, for each trait that it has; each told in words."""
    body = parse_body(request.body or b"").value
    if isinstance(body, dict):
        for words, change in _CHANGES.items():
            changed = change(copy.deepcopy(body))
            if changed != body:
                yield words, replace(request, body=render_json(changed))
    plain = with_ascii_filter(request.target)
    if plain != request.target:
        yield ASCII, replace(request, target=plain)
    label = find_header(request.headers, "Content-Type")
    if label and not label.startswith(SCIM_JSON):
        yield f"labelled {SCIM_JSON}", replace(request, headers=_with(request, "Content-Type", SCIM_JSON))
    if find_header(request.headers, "User-Agent") is None:
        yield AGENT, replace(request, headers=_with(request, "User-Agent", "bridgecheck"))


def is_probe(entry: Entry) -> bool:
    """Whether an entry records a differential probe."""
    return isinstance(entry.event, Exchange) and entry.event.request.name.startswith(PROBE)


def probe_of(trait: str, request: Request) -> Request:
    """A variant as it is sent: named as a probe."""
    return replace(request, name=f"{PROBE}{trait}")


def with_ascii_filter(target: str) -> str:
    """The target with an x for each letter outside ASCII in its query; who has that name does not matter."""
    path, mark, query = target.partition("?")
    if "filter=" not in query:
        return target
    return path + mark + re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+|[^\x00-\x7f]+", "x", query)


def _with(request: Request, name: str, value: str) -> tuple[tuple[str, str], ...]:
    kept = tuple(each for each in request.headers if each[0].lower() != name.lower())
    return (*kept, (name, value))


def _operations(body: Json) -> list[Json]:
    listed = body.get("Operations")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _lower_case(body: Json) -> Json:
    for operation in _operations(body):
        if isinstance(operation.get("op"), str):
            operation["op"] = operation["op"].lower()
    return body


def _booleans(body: Json) -> Json:
    def boolean(value: Any) -> Any:
        return _BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value

    for operation in _operations(body):
        value = operation.get("value")
        if operation.get("path") == "active":
            operation["value"] = boolean(value)
        elif isinstance(value, dict) and "active" in value:
            value["active"] = boolean(value["active"])
    if "active" in body:
        body["active"] = boolean(body["active"])
    return body


def _without_path(body: Json) -> Json:
    for operation in _operations(body):
        path = operation.get("path")
        if isinstance(path, str) and re.fullmatch(r"\w+", path) and "value" in operation and path != "members":
            operation["value"] = {path: operation.pop("value")}
            del operation["path"]
    return body


def _standard_schemas(body: Json) -> Json:
    schemas = body.get("schemas")
    if isinstance(schemas, list):
        kept = [urn for urn in schemas if isinstance(urn, str) and urn.startswith(_STANDARD)]
        body["schemas"] = kept or schemas
    return body


def _bare_members(body: Json) -> Json:
    for holder in (body, *_operations(body)):
        for name in ("members", "value"):
            entries = holder.get(name)
            if isinstance(entries, list) and all(isinstance(each, dict) and "value" in each for each in entries):
                holder[name] = [{"value": each["value"]} for each in entries]
    return body


def _without_read_only(body: Json) -> Json:
    return body if _operations(body) else {name: value for name, value in body.items() if name not in _READ_ONLY}


_CHANGES: dict[str, Change] = {
    LOWER_CASE: _lower_case,
    BOOLEAN: _booleans,
    "without a path": _without_path,
    STANDARD_URNS: _standard_schemas,
    BARE_MEMBERS: _bare_members,
    "without `id`, `meta` and `groups`": _without_read_only,
}
