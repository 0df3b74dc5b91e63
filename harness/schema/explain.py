"""Explains why a document breaks its JSON Schema, with the requirement that the broken part enforces."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from harness.errors import SchemaError
from harness.schema.registry import Violation, decider, get_schema, registry_of_schemas

FORMATS = ("date-time", "uri", "uri-reference")
"""The formats that our schemas use; jsonschema skips one in silence where its helper is not installed."""

MAX_VIOLATIONS = 50
MAX_TEXT = 200


def explain(instance: object, name: str) -> list[Violation]:
    """What is wrong with a document that does not keep the schema of this name."""
    try:
        errors = islice(explainer(name).iter_errors(instance), MAX_VIOLATIONS)
        violations = {violation: None for error in errors for violation in _explain(error, name)}
    except RecursionError:
        return [Violation("", "nested too deeply", None, "a document that can be read", "one nested too deeply")]
    return list(violations) or [_unexplained(instance, name)]


@cache
def explainer(name: str) -> Draft202012Validator:
    """The schema of this name as jsonschema checks it, formats on. Raises SchemaError where they would be off."""
    checker = Draft202012Validator.FORMAT_CHECKER
    missing = [name for name in FORMATS if name not in checker.checkers]
    if missing:
        raise SchemaError(f"formats {', '.join(missing)} are not checked: pip install 'jsonschema[format-nongpl]'")
    return Draft202012Validator(dict(get_schema(name)), format_checker=checker, registry=registry_of_schemas())


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
    resolver = registry_of_schemas().resolver(base_uri=get_schema(name)["$id"])
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
        first = next(decider(name).iter_errors(instance))
    except ValueError as error:
        return Violation("", f"not JSON: {_cut(str(error))}", None, "JSON in UTF-8", "a value that has no such form")
    return Violation(_pointer(first.instance_path), _cut(first.message), None, "a valid document", _cut(first.message))


def _pointer(steps: Any) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
