"""Attributes and their characteristics: RFC 7643 section 2.2, and the resource types that are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

SINGULAR_TYPES = ("string", "boolean", "decimal", "integer", "dateTime", "binary", "reference")
TYPES = (*SINGULAR_TYPES, "complex")
MUTABILITIES = ("readOnly", "readWrite", "immutable", "writeOnly")
RETURNED = ("always", "never", "default", "request")
UNIQUENESS = ("none", "server", "global")

COMMON = frozenset({"schemas", "id", "externalid", "meta"})
"""The attributes that every resource has, in lower case (RFC 7643 section 3.1)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute or sub-attribute with its characteristics; what a schema leaves out has the default."""

    name: str
    type: str = "string"
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: str = "readWrite"
    returned: str = "default"
    uniqueness: str = "none"
    canonical_values: tuple[str, ...] = ()
    reference_types: tuple[str, ...] = ()
    sub: Mapping[str, Attribute] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Sub-attributes by their names in lower case."""

    @property
    def is_complex(self) -> bool:
        """Whether it is made of sub-attributes."""
        return self.type == "complex"

    @property
    def is_writable(self) -> bool:
        """Whether a client can ever set it."""
        return self.mutability != "readOnly"

    @property
    def is_shown(self) -> bool:
        """Whether a server may ever return it."""
        return self.returned != "never" and self.mutability != "writeOnly"

    def sub_attribute(self, name: str) -> Attribute | None:
        """The sub-attribute of this name, in any letter case."""
        return self.sub.get(name.lower())


@dataclass(frozen=True, slots=True)
class Extension:
    """A schema that a resource type takes beside its own: its URN, and whether every resource must have it."""

    urn: str
    required: bool
    attributes: Mapping[str, Attribute] = field(hash=False)


@dataclass(frozen=True)
class Spot:
    """Where an attribute name leads: a sub-attribute, an attribute, or an extension as a whole.

    `urn` is the extension's, empty for the resource's own attributes. Only an extension as a whole has no `attribute`.
    """

    urn: str
    attribute: Attribute | None
    sub: Attribute | None = None

    @property
    def leaf(self) -> Attribute | None:
        """The innermost attribute; none for an extension as a whole."""
        return self.sub or self.attribute

    @cached_property
    def path(self) -> str:
        """The path in the usual notation, with the names as the schema spells them."""
        if self.attribute is None:
            return self.urn
        name = self.attribute.name if self.sub is None else f"{self.attribute.name}.{self.sub.name}"
        return f"{self.urn}:{name}" if self.urn else name

    @cached_property
    def key(self) -> str:
        """The path in lower case."""
        return self.path.lower()


@dataclass(frozen=True, eq=False)
class ResourceSchema:
    """A resource type: endpoint, schema and extensions, with the attributes by their names in lower case."""

    name: str
    endpoint: str
    urn: str
    attributes: Mapping[str, Attribute]
    extensions: Mapping[str, Extension] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def _extension_of(self) -> Mapping[str, Extension]:
        return {urn.lower(): each for urn, each in self.extensions.items()}

    @cached_property
    def _found(self) -> dict[str, Spot | None]:
        return {}

    def extension(self, urn: str) -> Extension | None:
        """The extension of this URN, in any letter case."""
        return self._extension_of.get(urn.lower())

    def find(self, path: str) -> Spot | None:
        """Where a path without filters leads: `name.givenName`, `URN:department`, a URN alone; none where unknown."""
        key = path.lower()
        if key not in self._found:
            if len(self._found) > 10_000:
                self._found.clear()  # paths come from traffic: their number has no limit
            self._found[key] = self._look_up(key)
        return self._found[key]

    def _look_up(self, key: str) -> Spot | None:
        if key in self._extension_of:
            return Spot(self._extension_of[key].urn, None)
        urn, attributes = "", self.attributes
        head, colon, tail = key.rpartition(":")
        if colon and head in self._extension_of:
            urn, attributes = self._extension_of[head].urn, self._extension_of[head].attributes
        elif colon and head != self.urn.lower():
            return None
        name, dot, sub_name = tail.partition(".")
        attribute = attributes.get(name)
        if attribute is None or not dot:
            return Spot(urn, attribute) if attribute else None
        sub = attribute.sub.get(sub_name)
        return Spot(urn, attribute, sub) if sub else None

    @cached_property
    def places(self) -> tuple[Spot, ...]:
        """Every attribute and sub-attribute, extensions last; an attribute stands before its sub-attributes."""
        return tuple(self._places())

    def _places(self) -> Iterator[Spot]:
        own = [("", self.attributes), *((each.urn, each.attributes) for each in self.extensions.values())]
        for urn, attributes in own:
            for attribute in attributes.values():
                yield Spot(urn, attribute)
                yield from (Spot(urn, attribute, sub) for sub in attribute.sub.values())

    @cached_property
    def on_request(self) -> frozenset[str]:
        """The paths, in lower case, of the attributes that are shown on request alone (section 7, `returned`).

        That an answer lacks one of them says nothing, unless the request named it.
        """
        return frozenset(
            place.key
            for place in self.places
            if place.sub is None and place.attribute is not None and place.attribute.returned == "request"
        )

    @property
    def servers_own(self) -> frozenset[str]:
        """The paths, in lower case, of the attributes that the server alone sets, beside those that the RFC says so of.

        What a client sends for one of them is ignored or refused, and any write may make another value of it.
        """
        return frozenset(
            place.key
            for place in self.places
            if place.sub is None and place.attribute is not None and not place.attribute.is_writable
        ) - {"schemas", "id", "meta", "groups"}

    @cached_property
    def required_places(self) -> Sequence[Spot]:
        """The attributes without which a client's resource is not complete; the common ones left out."""
        return [
            each
            for each in self.places
            if each.attribute and each.sub is None and each.attribute.required and each.attribute.is_writable
            if each.attribute.name.lower() not in COMMON
            if not each.urn or self.extensions[each.urn].required
        ]
