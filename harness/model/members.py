"""Members of JSON objects as SCIM reads them: names in any letter case, null and empty arrays as no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.characteristics import Spot

JsonObject = dict[str, Any]
_OBJECTS = (dict, Mapping)  # a dict is told faster than by Mapping alone
_SINGLE = (str, bool, int, float)


def member(node: Any, name: str) -> Any:
    """The member of this name in any letter case (RFC 7643 section 2.1); none where there is no object or no member."""
    if not isinstance(node, _OBJECTS):
        return None
    found = node.get(name)
    if found is not None or name in node:
        return found
    lower = name.lower()
    return next((value for key, value in node.items() if key.lower() == lower), None)


def key_of(node: Mapping[str, Any], name: str) -> str:
    """The name under which an object has this member; the name itself where it has none."""
    if name in node:
        return name
    lower = name.lower()
    return next((key for key in node if key.lower() == lower), name)


def is_unassigned(value: Any) -> bool:
    """Whether a value is no value: null, an empty array, or an object of nothing else (RFC 7643 section 2.5)."""
    if value is None:
        return True
    if isinstance(value, _SINGLE):
        return False
    parts = value if isinstance(value, list) else value.values() if isinstance(value, _OBJECTS) else (False,)
    for each in parts:  # noqa: SIM110 - asked of every value of every write, and a generator costs half of it
        if not is_unassigned(each):
            return False
    return True


def values_of(value: Any) -> list[Any]:
    """The values of an attribute; none, where it is unassigned."""
    if isinstance(value, list):
        return [each for each in value if not is_unassigned(each)]
    return [] if is_unassigned(value) else [value]


def value_at(resource: Mapping[str, Any], place: Spot) -> Any:
    """What a resource has at an attribute, its sub-attribute left aside."""
    holder = member(resource, place.urn) if place.urn else resource
    return holder if place.attribute is None else member(holder, place.attribute.name)
