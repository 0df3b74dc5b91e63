"""Whether what a client sends has the types that a schema declares: what a server makes of the rest is its own."""

from __future__ import annotations

from typing import Any

from harness.model.characteristics import Attribute, ResourceSchema
from harness.record.exchange import Json, get_attribute

_WORDS = ("true", "false")


def is_well_typed(body: Json, schema: ResourceSchema) -> bool:
    """Whether every value that the schema knows has its type (RFC 7643 section 2.3); null is a value of any type."""
    attributes = schema.attributes
    for name, value in body.items():
        extension = schema.extension(name)
        known = extension.attributes if extension else attributes if name.lower() == schema.urn.lower() else None
        if known is not None:
            if value is not None and not (isinstance(value, dict) and _fit(value, known)):
                return False
        elif name.lower() in attributes and name.lower() != "schemas" and not _fits(attributes[name.lower()], value):
            return False
    return True


def is_well_typed_patch(body: Json, schema: ResourceSchema) -> bool:
    """The same for the values of operations; what stands behind a path with a filter is not looked at."""
    operations = get_attribute(body, "Operations")
    for each in operations if isinstance(operations, list) else ():
        if not isinstance(each, dict):
            return False
        path, value = get_attribute(each, "path"), get_attribute(each, "value")
        if not isinstance(path, str) or not path:
            if isinstance(value, dict) and not is_well_typed(value, schema):
                return False
            continue
        place = schema.find(path) if "[" not in path else None
        if place is not None and place.leaf is not None and not _fits(place.leaf, value, in_patch=True):
            return False
    return True


def _fit(value: Json, attributes: Any) -> bool:
    return all(_fits(attributes[name.lower()], part) for name, part in value.items() if name.lower() in attributes)


def _fits(attribute: Attribute, value: Any, *, in_patch: bool = False) -> bool:
    if value is None:
        return True
    if not attribute.multi_valued:
        return _fits_alone(attribute, value)
    if in_patch and not isinstance(value, list):
        return _fits_alone(attribute, value)
    return isinstance(value, list) and all(_fits_alone(attribute, each) for each in value)


def _fits_alone(attribute: Attribute, value: Any) -> bool:
    match attribute.type:
        case "complex":
            return isinstance(value, dict) and _fit(value, attribute.sub)
        case "boolean":
            return isinstance(value, bool) or (isinstance(value, str) and value.lower() in _WORDS)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)
