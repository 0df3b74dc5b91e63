"""Tables of the fields of our JSON Schemas, for the pages of `docs/reference`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Field = tuple[str, str, str, str]
_DEEPEST = 6


def fields_of(schema: Schema) -> Iterator[Field]:
    """Each field below a schema: its path (`[]` stands for any entry of a list), type, whether it is always there, and
    what it means."""
    yield from _below(schema, schema, "", 0)


def _below(whole: Schema, part: Schema, path: str, depth: int) -> Iterator[Field]:
    part = _resolved(whole, part)
    required = part.get("required", ())
    for name, rule in part.get("properties", {}).items():
        own = _resolved(whole, rule)
        here = f"{path}.{name}" if path else name
        yield here, _type(whole, own), "always" if name in required else "", own.get("description", "")
        if depth < _DEEPEST:
            yield from _inside(whole, own, here, depth)


def _inside(whole: Schema, own: Schema, here: str, depth: int) -> Iterator[Field]:
    for each in [own, *own.get("anyOf", ()), *own.get("oneOf", ())]:
        yield from _below(whole, each, here, depth + 1) if each is not own or "properties" in own else ()
        resolved = _resolved(whole, each)
        if isinstance(items := resolved.get("items"), dict):
            yield from _below(whole, items, f"{here}[]", depth + 1)
        if isinstance(values := resolved.get("additionalProperties"), dict):
            yield from _below(whole, values, f"{here}.*", depth + 1)


def _resolved(whole: Schema, part: Schema) -> Schema:
    """The part, or what its reference within the same schema names; another schema is left as it is."""
    reference = str(part.get("$ref", ""))
    if not reference.startswith("#/"):
        return part
    found: Any = whole
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return {**found, **{key: value for key, value in part.items() if key != "$ref"}}


def _type(whole: Schema, rule: Schema) -> str:
    if "const" in rule:
        return f"`{rule['const']}`"
    if "enum" in rule:
        return " or ".join(f"`{word}`" for word in rule["enum"])
    if "$ref" in rule:
        return f"see `{rule['$ref'].rpartition(':')[2]}`"
    if choices := rule.get("anyOf") or rule.get("oneOf"):
        return " or ".join(dict.fromkeys(_type(whole, _resolved(whole, each)) for each in choices))
    kinds = rule.get("type", "any value")
    return " or ".join(_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


_WORDS = {"string": "text", "boolean": "true or false", "integer": "whole number", "array": "list", "null": "null"}
