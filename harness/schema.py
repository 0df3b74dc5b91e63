"""The registry of JSON Schemas: jsonschema-rs decides, jsonschema explains, nothing is ever fetched."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.errors import SchemaError
from harness.installed import find_folder
from harness.requirement import nearest

FORMATS = ("date-time", "uri", "uri-reference")
"""The formats that our schemas use; jsonschema skips one in silence where its helper is not installed."""

MAX_VIOLATIONS = 50
MAX_TEXT = 200

_ID_PREFIX = "urn:bridgecheck:schema:"


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a document breaks its schema, with the requirement that the schema enforces there."""

    pointer: str
    message: str
    requirement: str | None
    expected: str
    actual: str


def validate(instance: object, name: str) -> list[Violation]:
    """What is wrong with the document by the schema of this name, such as `rfc7643/user`."""
    if is_valid(instance, name):
        return []
    try:
        errors = islice(_explainer(name).iter_errors(instance), MAX_VIOLATIONS)
        violations = {violation: None for error in errors for violation in _explain(error, name)}
    except RecursionError:
        return [Violation("", "nested too deeply", None, "a document that can be read", "one nested too deeply")]
    return list(violations) or [_unexplained(instance, name)]


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
        return _decider(name).is_valid(instance)
    except ValueError:
        return False  # not JSON to begin with: lone surrogates, for example, have no UTF-8 form


@cache
def _decider(name: str) -> jsonschema_rs.Draft202012Validator:
    known = jsonschema_rs.Registry([(document["$id"], document) for document in _documents().values()])
    return jsonschema_rs.Draft202012Validator(
        dict(get_schema(name)),
        validate_formats=True,
        ignore_unknown_formats=False,
        registry=known,
        pattern_options=jsonschema_rs.RegexOptions(),  # linear time, whatever the bridge sends
        offline=True,
    )


# Explaining.


@cache
def _registry() -> Registry[Any]:
    resources = [DRAFT202012.create_resource(document) for document in _documents().values()]
    return Registry[Any]().with_resources([(str(resource.id()), resource) for resource in resources]).crawl()


@cache
def _explainer(name: str) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    missing = [name for name in FORMATS if name not in checker.checkers]
    if missing:
        raise SchemaError(f"formats {', '.join(missing)} are not checked: pip install 'jsonschema[format-nongpl]'")
    return Draft202012Validator(dict(get_schema(name)), format_checker=checker, registry=_registry())


def _explain(error: ValidationError, name: str) -> Iterator[Violation]:
    leaf = best_match([error]) or error
    chain = list(_enclosing(leaf, name))
    for missing in _missing(leaf):
        expected = missing or _expected(leaf)
        actual = "absent" if missing else _shown(leaf.instance, leaf.absolute_path)
        yield Violation(
            pointer=_pointer([*leaf.absolute_path, missing] if missing else leaf.absolute_path),
            message=_cut(leaf.message) if _names_only(leaf) else f"expected {expected}; was {actual}",
            requirement=_requirement_of(chain, missing),
            expected=expected,
            actual=actual,
        )


def _names_only(error: ValidationError) -> bool:
    """Whether jsonschema's message names properties and shows no values, which could be secrets."""
    return error.validator in ("additionalProperties", "unevaluatedProperties")


def _missing(error: ValidationError) -> list[str]:
    """The missing property of a `required` error: jsonschema reports each in an error of its own."""
    if error.validator != "required":
        return [""]
    wanted: list[str] = error.schema["required"] if isinstance(error.schema, Mapping) else []
    return [name for name in wanted if error.message.startswith(f"{name!r} is")]


def _enclosing(error: ValidationError, name: str) -> Iterator[Mapping[str, Any]]:
    """The schemas on the way to the error, outermost first, through every reference."""
    resolver = _registry().resolver(base_uri=get_schema(name)["$id"])
    node: Any = get_schema(name)
    for step in error.absolute_schema_path:
        while isinstance(node, Mapping) and step not in node:  # jsonschema leaves $ref out of its paths
            yield node
            resolved = resolver.lookup(node["$ref"])
            node, resolver = resolved.contents, resolved.resolver
        if isinstance(node, Mapping):
            yield node
        node = node[step]


def _requirement_of(chain: list[Mapping[str, Any]], missing: str) -> str | None:
    """The nearest id: for a missing property its own, else that of the innermost schema that carries one."""
    own = chain[-1].get("properties", {}).get(missing, {}) if chain and missing else {}
    for node in (own, *reversed(chain)):
        if "x-requirement" in node:
            return str(node["x-requirement"])
    return None


def _expected(error: ValidationError) -> str:
    schema: Any = error.schema
    keyword, value = str(error.validator), schema.get(error.validator)
    if "x-expected" in schema:
        return str(schema["x-expected"])
    if keyword == "type":
        return value if isinstance(value, str) else " or ".join(value)
    words = {"const": "", "enum": "one of ", "format": "a valid "}.get(keyword, f"{keyword} ")
    return words + json.dumps(value, ensure_ascii=False)


def _shown(value: object, path: Sequence[str | int]) -> str:
    """The value at this place as JSON, cut short, without passwords and without what UTF-8 cannot hold."""
    text = json.dumps(_masked(value, str(path[-1]) if path else ""), ensure_ascii=False, default=repr)
    return _cut(text.encode("utf-8", "backslashreplace").decode())


def _masked(value: object, key: str = "") -> object:
    if key.lower() == "password" and value is not None:
        return "‹password›"
    if isinstance(value, dict):
        return {name: _masked(part, str(name)) for name, part in value.items()}
    return [_masked(part) for part in value] if isinstance(value, list) else value


def _unexplained(instance: object, name: str) -> Violation:
    """The two libraries differ; what the one that decides says is better than nothing."""
    try:
        first = next(_decider(name).iter_errors(instance))
    except ValueError as error:
        return Violation("", f"not JSON: {_cut(str(error))}", None, "JSON in UTF-8", "a value that has no such form")
    return Violation(_pointer(first.instance_path), _cut(first.message), None, "a valid document", _cut(first.message))


def _pointer(steps: Any) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


# Which requirements a document brings to judgement.


def requirements_reached(instance: object, name: str) -> set[str]:
    """The ids of all schema nodes that this document reaches: what is absent from it is not judged by it."""
    reached: set[str] = set()
    resolver = _registry().resolver(base_uri=get_schema(name)["$id"])
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
        branch = "then" if Draft202012Validator(node["if"]).is_valid(instance) else "else"
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
