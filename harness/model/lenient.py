"""What the body of a PATCH asks for, step by step; where it leaves the RFC, as bridges commonly read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.bodies import TEXT_BOOLEANS
from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.members import member
from harness.model.outcomes import PermittedRefusal
from harness.model.paths import BadPath, PatchPath, parse_path

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
OPS = ("add", "remove", "replace")


@dataclass(frozen=True, slots=True)
class LenientStep:
    """One change of one attribute. `place` is none for an attribute that no schema has.

    `pathless`: it comes from a value without a path, where attributes stand that a client only sends back.
    `removed` are the values that a remove names in `value`, which the RFC does not know.
    """

    op: str
    path: PatchPath
    place: Spot | None
    value: Any = None
    pathless: bool = False
    removed: tuple[Any, ...] | None = None


@dataclass(slots=True)
class PatchReading:
    """The steps of a body, and where it left the RFC."""

    steps: tuple[LenientStep, ...] = ()
    leniencies: list[str] = field(default_factory=list)


class _Refused(Exception):
    """The body must be refused; the argument is the outcome."""

    def __init__(self, error_types: str, *because: str) -> None:
        super().__init__(error_types)
        self.outcome = PermittedRefusal(frozenset({400}), frozenset(error_types.split(" ")), because)


def read_leniently(body: Any, schema: ResourceSchema) -> PatchReading | PermittedRefusal:
    """The steps of a PATCH body, or the refusal that it must get."""
    reading = PatchReading()
    try:
        reading.steps = tuple(step for each in _operations(body, reading) for step in _steps(each, schema, reading))
    except _Refused as refused:
        return refused.outcome
    return reading


def _operations(body: Any, reading: PatchReading) -> list[Any]:
    named = member(body, "schemas")
    if not isinstance(named, list) or PATCH_OP not in named:
        reading.leniencies.append("schemas does not name PatchOp")
    operations = member(body, "Operations")
    if not isinstance(operations, list) or not operations:
        raise _Refused("invalidSyntax invalidValue ", "RFC7644-3.5.2-03")
    return operations


def _steps(operation: Any, schema: ResourceSchema, reading: PatchReading) -> Iterator[LenientStep]:
    op = member(operation, "op")
    if not isinstance(op, str) or op.lower() not in OPS:
        raise _Refused("invalidSyntax invalidValue ", "RFC7644-3.5.2-04", "RFC7644-3.5.2-05")
    if op not in OPS:
        reading.leniencies.append(f"op is {op!r}, not in lower case")
    op, path = op.lower(), member(operation, "path")
    has_value = any(name.lower() == "value" for name in operation)
    value = member(operation, "value")
    if path is None and op == "remove":
        raise _Refused("noTarget", "RFC7644-3.5.2.2-01")
    if op == "add" and not has_value:
        raise _Refused("invalidValue invalidSyntax ", "RFC7644-3.5.2.1-01")
    if op == "replace" and not has_value:
        reading.leniencies.append("a replace without value")
    if path is None:
        yield from _pathless(op, value, schema, reading)
    else:
        yield _with_path(op, _path(path), value, has_value, schema, reading)


def _path(text: Any) -> PatchPath:
    if not isinstance(text, str):
        raise _Refused("invalidPath invalidSyntax invalidValue ", "RFC7644-3.5.2-12")
    try:
        return parse_path(text)
    except BadPath as error:
        if error.in_filter:
            raise _Refused("invalidFilter invalidPath", "RFC7644-3.5.2-13") from error
        raise _Refused("invalidPath", "RFC7644-3.5.2-12") from error


def _with_path(
    op: str, path: PatchPath, value: Any, has_value: bool, schema: ResourceSchema, reading: PatchReading
) -> LenientStep:
    place = schema.find(path.target)
    if path.filter is not None and path.sub and place is None and (whole := _without_sub(path, schema)):
        place = None if whole.attribute and whole.attribute.is_complex else whole
    if op == "remove":
        return _remove(path, place, value if has_value else None, reading)
    return LenientStep(op, path, place, _as_sent(place, path, value, reading))


def _without_sub(path: PatchPath, schema: ResourceSchema) -> Spot | None:
    return schema.find(f"{path.urn}:{path.name}" if path.urn else path.name)


def _remove(path: PatchPath, place: Spot | None, value: Any, reading: PatchReading) -> LenientStep:
    if value is None:
        return LenientStep("remove", path, place)
    reading.leniencies.append("a remove with a value")
    chosen = tuple(value) if isinstance(value, list) else (value,)
    return LenientStep("remove", path, place, removed=chosen)


def _pathless(op: str, value: Any, schema: ResourceSchema, reading: PatchReading) -> Iterator[LenientStep]:
    if not isinstance(value, Mapping):
        raise _Refused("invalidValue invalidSyntax ", "RFC7644-3.5.2.1-03", "RFC7644-3.5.2.3-01")
    for name, each in value.items():
        yield from _member(op, name, each, schema, reading)


def _member(
    op: str, name: str, value: Any, schema: ResourceSchema, reading: PatchReading, nested: bool = False
) -> Iterator[LenientStep]:
    place = schema.find(name)
    if place is not None and place.attribute is None:
        if not isinstance(value, Mapping):
            raise _Refused("invalidValue invalidSyntax invalidPath ", "RFC7644-3.5.2-17")
        for inner, each in value.items():
            yield from _member(op, f"{place.urn}:{inner}", each, schema, reading, nested=True)
        return
    try:
        path = parse_path(name)
    except BadPath:
        path = PatchPath(name, "", name, None, "")
    if path.filter is not None or path.sub or (path.urn and not nested):
        reading.leniencies.append(f"{name!r} is a path and stands as a name")
        place = schema.find(path.target)
    yield LenientStep(op, path, place, _as_sent(place, path, value, reading), pathless=True)


# Spellings of values. Entra writes booleans as text and puts a single value into a list of one object.


def _as_sent(place: Spot | None, path: PatchPath, value: Any, reading: PatchReading) -> Any:
    leaf = place.leaf if place else None
    if leaf is None:
        return value
    if not leaf.multi_valued and isinstance(value, list) and len(value) == 1 and not leaf.is_complex:
        inner = member(value[0], "value")
        if inner is not None:
            reading.leniencies.append(f"{path.text} is one value in a list")
            value = inner
    if leaf.is_complex and not leaf.multi_valued and isinstance(value, str) and leaf.sub_attribute("value"):
        reading.leniencies.append(f"{path.text} is a text, which stands for its value")
        return {"value": value}
    if path.filter is not None and isinstance(value, list) and len(value) == 1 and leaf.multi_valued:
        reading.leniencies.append(f"{path.text} is one value in a list")
        value = value[0]
    return _with_booleans(leaf, value, path, reading)


def _with_booleans(attribute: Attribute, value: Any, path: PatchPath, reading: PatchReading) -> Any:
    if isinstance(value, list):
        return [_with_booleans(attribute, each, path, reading) for each in value]
    if isinstance(value, Mapping) and attribute.is_complex:
        return {
            name: each if (sub := attribute.sub_attribute(name)) is None else _with_booleans(sub, each, path, reading)
            for name, each in value.items()
        }
    if attribute.type == "boolean" and isinstance(value, str) and value.lower() in TEXT_BOOLEANS:
        reading.leniencies.append(f"{path.text} has a boolean as text")
        return TEXT_BOOLEANS[value.lower()]
    return value
