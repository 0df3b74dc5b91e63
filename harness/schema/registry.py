"""The registry of JSON Schemas, compiled once and never fetched."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema_rs
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.errors import SchemaError, nearest
from harness.resources import find_folder

_ID_PREFIX = "urn:bridgecheck:schema:"


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a document breaks its schema, with the requirement that the schema enforces there."""

    pointer: str
    message: str
    requirement: str | None
    expected: str
    actual: str


def schema_names() -> tuple[str, ...]:
    """The names of all schemas, in alphabetical order."""
    return tuple(_documents())


def get_schema(name: str) -> Mapping[str, Any]:
    """The schema of this name; an unknown one is refused with the nearest right names."""
    if name not in _documents():
        raise SchemaError(f"there is no schema {name!r}{nearest(name, _documents())}")
    return _documents()[name]


@cache
def _documents() -> Mapping[str, dict[str, Any]]:
    folder = find_folder("schemas")
    names = {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.json"))}
    return MappingProxyType({name: _read(name, path) for name, path in names.items()})


def _read(name: str, path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path}: cannot be read: {error}") from error
    if document.get("$id") != _ID_PREFIX + name.replace("/", ":"):
        raise SchemaError(f"{path}: $id must follow the file's name; is {document.get('$id')!r}")
    return document


# Deciding.


def is_valid(instance: object, name: str) -> bool:
    """Whether the document keeps the schema of this name; decided without explaining, in microseconds."""
    try:
        return decider(name).is_valid(instance)
    except ValueError:
        return False  # not JSON to begin with: lone surrogates, for example, have no UTF-8 form


@cache
def decider(name: str) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema of this name."""
    known = jsonschema_rs.Registry([(document["$id"], document) for document in _documents().values()])
    return jsonschema_rs.Draft202012Validator(
        dict(get_schema(name)),
        validate_formats=True,
        ignore_unknown_formats=False,
        registry=known,
        pattern_options=jsonschema_rs.RegexOptions(),  # linear time, whatever the bridge sends
        offline=True,
    )


@cache
def registry_of_schemas() -> Registry[Any]:
    """All schemas by their ids, for whoever follows references."""
    resources = [DRAFT202012.create_resource(document) for document in _documents().values()]
    return Registry[Any]().with_resources([(str(resource.id()), resource) for resource in resources]).crawl()


# Which requirements a document brings to judgement.


def requirements_reached(instance: object, name: str) -> set[str]:
    """The ids of all schema nodes that this document reaches: what is absent from it is not judged by it."""
    reached: set[str] = set()
    resolver = registry_of_schemas().resolver(base_uri=get_schema(name)["$id"])
    # Nested too deeply: `validate` says so, and what was reached until then is judged by it.
    with suppress(RecursionError):
        _walk(instance, get_schema(name), resolver, reached)
    return reached


def _walk(instance: object, node: Any, resolver: Any, reached: set[str]) -> None:
    if not isinstance(node, Mapping):
        return
    if "x-requirement" in node:
        reached.add(str(node["x-requirement"]))
    if "$ref" in node:
        resolved = resolver.lookup(node["$ref"])
        _walk(instance, resolved.contents, resolved.resolver, reached)
    for part in node.get("allOf", ()):
        _walk(instance, part, resolver, reached)
    if "if" in node:
        branch = "then" if jsonschema_rs.is_valid(node["if"], instance) else "else"
        _walk(instance, node.get(branch), resolver, reached)
    if isinstance(instance, dict):
        required = node.get("required", ())
        for key, part in node.get("properties", {}).items():
            if key in instance:
                _walk(instance[key], part, resolver, reached)
            elif key in required and isinstance(part, Mapping) and "x-requirement" in part:
                reached.add(str(part["x-requirement"]))
    elif isinstance(instance, list) and "items" in node:
        for item in instance[:3]:  # the items of one list are of one kind
            _walk(item, node["items"], resolver, reached)
