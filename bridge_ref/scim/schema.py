"""Schemas as data: attributes and their characteristics. RFC 7643 sections 2.2 and 7."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

AttributeType = Literal["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"]


@dataclass(frozen=True)
class Attribute:
    """One attribute and its characteristics; the defaults are those of the RFC."""

    name: str
    description: str
    type: AttributeType = "string"
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: Literal["readOnly", "readWrite", "immutable", "writeOnly"] = "readWrite"
    returned: Literal["always", "never", "default", "request"] = "default"
    uniqueness: Literal["none", "server", "global"] = "none"
    canonical_values: tuple[str, ...] = ()
    reference_types: tuple[str, ...] = ()
    sub_attributes: tuple["Attribute", ...] = field(default=())

    @cached_property
    def _by_name(self) -> dict[str, "Attribute"]:
        return _index(self.sub_attributes)

    @cached_property
    def label_by_key(self) -> dict[str, str]:
        """The canonical values as the schema spells them, by their form in lower case."""
        return {each.lower(): each for each in self.canonical_values}

    @cached_property
    def is_complex(self) -> bool:
        """Whether values are objects."""
        return self.type == "complex"

    def find_sub(self, name: str) -> "Attribute | None":
        """The sub-attribute of that name, in any letter case."""
        return self._by_name.get(name.lower())


@dataclass(frozen=True)
class Schema:
    """A set of attributes under a URN."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return _index(self.attributes)

    @cached_property
    def required(self) -> tuple[Attribute, ...]:
        """The attributes that a resource has to have."""
        return tuple(each for each in self.attributes if each.required)

    def find(self, name: str) -> Attribute | None:
        """The attribute of that name, in any letter case."""
        return self._by_name.get(name.lower())


@dataclass(frozen=True, eq=False)
class ResourceType:
    """The resource type of one endpoint: base schema, extensions and common attributes."""

    name: str
    endpoint: str
    description: str
    schema: Schema
    extensions: tuple[Schema, ...] = ()

    def find(self, name: str) -> Attribute | None:
        """The core or common attribute of that name, in any letter case."""
        return self.schema.find(name) or COMMON.find(name)

    def find_extension(self, urn: str) -> Schema | None:
        """The extension of that URN, in any letter case."""
        return self._by_urn.get(urn.lower())

    @cached_property
    def on_request(self) -> frozenset[str]:
        """The core attributes that are shown only where a client asks for them: RFC 7643 section 7, returned."""
        return frozenset(each.name for each in self.schema.attributes if each.returned == "request")

    @cached_property
    def _by_urn(self) -> dict[str, Schema]:
        return {each.id.lower(): each for each in self.extensions}


def _index(attributes: Iterable[Attribute]) -> dict[str, Attribute]:
    return {attribute.name.lower(): attribute for attribute in attributes}


COMMON = Schema(
    "",
    "Common",
    "What every resource has, whatever its schemas.",
    (
        Attribute(
            name="schemas",
            description="The schemas in use.",
            type="reference",
            multi_valued=True,
            required=True,
            case_exact=True,
            mutability="readOnly",
            returned="always",
        ),
        Attribute(
            name="id",
            description="Identifies the resource; set by the bridge.",
            type="string",
            multi_valued=False,
            required=False,
            case_exact=True,
            mutability="readOnly",
            returned="always",
        ),
        Attribute("externalId", "The client's own name for the resource.", case_exact=True),
        Attribute(
            "meta",
            "About the resource itself.",
            "complex",
            mutability="readOnly",
            sub_attributes=(
                Attribute("resourceType", "Its type.", case_exact=True, mutability="readOnly"),
                Attribute("created", "When it was made.", "dateTime", mutability="readOnly"),
                Attribute("lastModified", "When it last changed.", "dateTime", mutability="readOnly"),
                Attribute("location", "Its address.", "reference", case_exact=True, mutability="readOnly"),
                Attribute("version", "Its version, as in the ETag header.", case_exact=True, mutability="readOnly"),
            ),
        ),
    ),
)
