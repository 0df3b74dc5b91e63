"""Values that clients send: whether they fit the schema, and what can be taken. RFC 7643 sections 2.2 to 2.5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.model.binary import bytes_of
from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.instants import is_date_time
from harness.model.members import is_unassigned, member, value_at

TEXT_BOOLEANS = {"true": True, "false": False}


def fits(attribute: Attribute, value: Any) -> bool:
    """Whether a value that is not null has the attribute's type and cardinality; unknown sub-attributes pass."""
    if attribute.multi_valued:
        return isinstance(value, list) and all(fits_one(attribute, each) for each in value)
    return fits_one(attribute, value)


def fits_one(attribute: Attribute, value: Any) -> bool:
    """Whether one value has the attribute's type, whatever the cardinality."""
    if attribute.is_complex:
        return isinstance(value, Mapping) and all(
            each is None or (sub := attribute.sub_attribute(name)) is None or fits(sub, each)
            for name, each in value.items()
        )
    if attribute.type == "boolean":
        return isinstance(value, bool)
    if attribute.type == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if attribute.type == "decimal":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if attribute.type == "dateTime":
        return isinstance(value, str) and is_date_time(value)
    if attribute.type == "binary":
        return isinstance(value, str) and bytes_of(value) is not None
    return isinstance(value, str)


def is_canonical(attribute: Attribute, value: Any) -> bool:
    """Whether a value and its sub-attributes stay within the canonical values, where an attribute has some."""
    if isinstance(value, list):
        return all(is_canonical(attribute, each) for each in value)
    if isinstance(value, Mapping):
        parts = ((attribute.sub_attribute(name), each) for name, each in value.items())
        return all(is_canonical(sub, each) for sub, each in parts if sub is not None)
    if not attribute.canonical_values or not isinstance(value, str):
        return True
    return value.lower() in {each.lower() for each in attribute.canonical_values}


def without_nulls(value: Any) -> Any:
    """A value without what counts as unassigned, inside and out; none, if nothing remains."""
    if isinstance(value, Mapping):
        kept = {name: found for name, each in value.items() if (found := without_nulls(each)) is not None}
        return kept or None
    if isinstance(value, list):
        return [found for each in value if (found := without_nulls(each)) is not None] or None
    return value


def writable_part(attribute: Attribute, value: Any) -> Any:
    """A value without its readOnly sub-attributes."""
    if isinstance(value, list):
        return [writable_part(attribute, each) for each in value]
    if not isinstance(value, Mapping) or not attribute.is_complex:
        return value
    return {
        name: each for name, each in value.items() if (sub := attribute.sub_attribute(name)) is None or sub.is_writable
    }


def attributes_in(body: Mapping[str, Any], schema: ResourceSchema) -> Iterator[tuple[Spot | None, str, Any]]:
    """Every attribute of a resource's representation with its place and value, those of extensions one by one."""
    for name, value in body.items():
        place = schema.find(name) if ":" in name or "." not in name else None
        if place is not None and place.attribute is None and isinstance(value, Mapping):
            for inner, each in value.items():
                yield schema.find(f"{place.urn}:{inner}"), f"{place.urn}:{inner}", each
        else:
            yield place, name, value


def lack_of_required(
    resource: Mapping[str, Any], schema: ResourceSchema, given: Mapping[str, Any] | None = None
) -> str:
    """The path of a required attribute that a resource lacks, if `given` has it; empty if there is none."""
    for place in schema.required_places:
        value = value_at(resource, place)
        if not _is_lacking(value, place):
            continue
        if given is None or not _is_lacking(value_at(given, place), place):
            return place.path
    return ""


def _is_lacking(value: Any, place: Spot) -> bool:
    return is_unassigned(value) or (value == "" and place.path == "userName")


def primaries_in(value: Any) -> int:
    """How many values of a list say that they are primary."""
    return sum(member(each, "primary") is True for each in value) if isinstance(value, list) else 0
