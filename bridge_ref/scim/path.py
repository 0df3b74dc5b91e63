"""Attribute names and PATCH paths: RFC 7644 sections 3.5.2 and 3.10."""

import re
from functools import lru_cache

from msgspec import Struct

from bridge_ref.scim.schema import Attribute, ResourceType, Schema

# The RFC's ATTRNAME, with `$ref` allowed for; a URN reaches up to the last colon.
_NAME = r"[A-Za-z$][A-Za-z0-9_$-]*"
_ATTRIBUTE_PATH = re.compile(rf"(?:(urn:[^\s\[\]]+):)?({_NAME})(?:\.({_NAME}))?", re.IGNORECASE)


class AttributePath(Struct, frozen=True):
    """A name as it was written: a URN before it, a sub-attribute after it, or neither."""

    text: str
    urn: str | None
    name: str
    sub: str | None = None


class Target(Struct, frozen=True):
    """The attribute that a name means for a resource type. Without `attribute` it is the extension as a whole."""

    extension: Schema | None
    attribute: Attribute | None
    sub: Attribute | None = None

    @property
    def leaf(self) -> Attribute | None:
        """The attribute whose value is meant in the end."""
        return self.sub or self.attribute


@lru_cache(maxsize=256)
def find_path(text: str) -> AttributePath | None:
    """The parts of a name, or none if it breaks the grammar."""
    match = _ATTRIBUTE_PATH.fullmatch(text)
    if match is None:
        return None
    urn, name, sub = match.groups()
    return AttributePath(text, urn, name, sub)


@lru_cache(maxsize=256)
def find_target(resource_type: ResourceType, path: AttributePath) -> Target | None:
    """The target of a name in this resource type, or none if no schema has it."""
    whole = resource_type.find_extension(path.text)
    if whole is not None:
        return Target(whole, None)
    extension, attribute = _find_attribute(resource_type, path)
    if attribute is None or path.sub is None:
        return Target(extension, attribute) if attribute else None
    sub = attribute.find_sub(path.sub)
    return Target(extension, attribute, sub) if sub else None


def _find_attribute(resource_type: ResourceType, path: AttributePath) -> tuple[Schema | None, Attribute | None]:
    if path.urn is None:
        return None, resource_type.find(path.name)
    if path.urn.lower() == resource_type.schema.id.lower():
        return None, resource_type.find(path.name)
    extension = resource_type.find_extension(path.urn)
    return extension, extension.find(path.name) if extension else None
