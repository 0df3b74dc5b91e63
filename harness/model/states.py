"""Resources with one attribute changed: new values, the old ones are left as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.characteristics import ResourceSchema, Spot
from harness.model.members import is_unassigned, key_of, member


def with_value(resource: Mapping[str, Any], place: Spot, value: Any, schema: ResourceSchema) -> dict[str, Any]:
    """A resource whose attribute at a place, its sub-attribute left aside, has this value; gone if that is no value.

    An extension that gets data is named in `schemas` (RFC 7644 section 3.5.2); one that loses all is not there.
    """
    assert place.attribute is not None
    if not place.urn:
        return _with(resource, place.attribute.name, value)
    holder = member(resource, place.urn)
    inner = _with(holder if isinstance(holder, Mapping) else {}, place.attribute.name, value)
    after = _with(resource, place.urn, inner)
    return with_schema(after, place.urn) if inner else after


def _with(node: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    key = key_of(node, name)
    if is_unassigned(value):
        return {own: each for own, each in node.items() if own != key}
    return {**node, key: value}


def with_schema(resource: dict[str, Any], urn: str) -> dict[str, Any]:
    """A resource that names this schema."""
    named = member(resource, "schemas")
    known = named if isinstance(named, list) else []
    if any(isinstance(each, str) and each.lower() == urn.lower() for each in known):
        return resource
    return {**resource, key_of(resource, "schemas"): [*known, urn]}


def with_sub_value(node: Any, name: str, value: Any) -> dict[str, Any]:
    """One value of a complex attribute with a sub-attribute changed; gone if that is no value."""
    return _with(node if isinstance(node, Mapping) else {}, name, value)


def merged(node: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """One value of a complex attribute with several sub-attributes changed."""
    after = dict(node) if isinstance(node, Mapping) else {}
    for name, value in changes.items():
        after = _with(after, name, value)
    return after
