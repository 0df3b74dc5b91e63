"""The registry of JSON Schemas, compiled once and never fetched."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
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
    """All schemas by their ids, to follow references."""
    resources = [DRAFT202012.create_resource(document) for document in _documents().values()]
    return Registry[Any]().with_resources([(str(resource.id()), resource) for resource in resources]).crawl()


# Which requirements a document brings to judgement.


def requirements_reached(instance: object, name: str) -> set[str]:
    """The ids of all schema nodes that this document reaches: what is absent from it is not judged by it."""
    reached: set[str] = set()
    # Nested too deeply: `validate` says so, and what was reached until then is judged by it.
    with suppress(RecursionError):
        _root(name).reach(instance, reached)
    return reached


class _Node:
    """A schema node with its references followed and its condition compiled, once for all documents."""

    def __init__(self) -> None:
        self.requirement = ""
        self.alike: list[_Node] = []  # what applies to the same value: a reference, the parts of allOf
        self.condition: jsonschema_rs.Draft202012Validator | None = None
        self.branches: dict[bool, _Node | None] = {}
        self.properties: dict[str, _Node] = {}
        self.missing: dict[str, str] = {}  # required properties that carry a requirement of their own
        self.items: _Node | None = None

    @cached_property
    def is_plain(self) -> bool:
        """Whether it says something by itself alone: nothing is to be followed from it."""
        return bool(self.requirement) and not (self.alike or self.condition or self.properties or self.items)

    def reach(self, instance: object, reached: set[str]) -> None:
        """Note this node and every node below it that the document reaches."""
        if self.requirement:
            reached.add(self.requirement)
        for node in self.alike:
            node.reach(instance, reached)
        if self.condition is not None and (branch := self.branches[self.condition.is_valid(instance)]):
            branch.reach(instance, reached)
        if isinstance(instance, dict):
            for key, node in self.properties.items():
                if key in instance:
                    if node.is_plain:
                        reached.add(node.requirement)
                    else:
                        node.reach(instance[key], reached)
                elif key in self.missing:
                    reached.add(self.missing[key])
        elif isinstance(instance, list) and self.items:
            for item in instance[:3]:  # the items of one list are of one kind
                self.items.reach(item, reached)


@cache
def _root(name: str) -> _Node:
    resolver = registry_of_schemas().resolver(base_uri=get_schema(name)["$id"])
    return _compiled(get_schema(name), resolver, {})


def _compiled(schema: Any, resolver: Any, known: dict[int, _Node]) -> _Node:
    """The node of a schema. `known` holds those under way, by identity: schemas may refer to themselves."""
    if not isinstance(schema, Mapping):
        return _Node()
    if id(schema) in known:
        return known[id(schema)]
    node = known[id(schema)] = _Node()
    node.requirement = str(schema.get("x-requirement", ""))
    if "$ref" in schema:
        resolved = resolver.lookup(schema["$ref"])
        node.alike.append(_compiled(resolved.contents, resolved.resolver, known))
    node.alike += [_compiled(part, resolver, known) for part in schema.get("allOf", ())]
    if "if" in schema:
        node.condition = jsonschema_rs.Draft202012Validator(schema["if"])
        for met, word in ((True, "then"), (False, "else")):
            node.branches[met] = _compiled(schema[word], resolver, known) if word in schema else None
    for key, part in schema.get("properties", {}).items():
        node.properties[key] = _compiled(part, resolver, known)
        if key in schema.get("required", ()) and node.properties[key].requirement:
            node.missing[key] = node.properties[key].requirement
    if "items" in schema:
        node.items = _compiled(schema["items"], resolver, known)
    return node
