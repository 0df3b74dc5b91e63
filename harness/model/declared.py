"""The resource types as a server declares them at /Schemas and /ResourceTypes (RFC 7643 sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from harness.model.characteristics import Attribute, Extension, ResourceSchema
from harness.model.standard import common_attributes, standard_attributes, standard_schemas

T = TypeVar("T")


def read_schemas(schemas: Mapping[str, Any], types: Mapping[str, Any]) -> Mapping[str, ResourceSchema]:
    """The resource types by endpoint, such as `Users`; whatever is unreadable is as the standard has it."""
    declared = {
        str(each["id"]).lower(): _attributes(each.get("attributes"), standard_attributes(str(each["id"])))
        for each in _objects(schemas.get("Resources"))
        if isinstance(each.get("id"), str)
    }
    made = (_resource(each, declared) for each in _objects(types.get("Resources")))
    found = {each.endpoint: each for each in made if each}
    if found:
        return MappingProxyType(found)
    return MappingProxyType({each.endpoint.strip("/"): each for each in standard_schemas().values()})


def _resource(given: Mapping[str, Any], declared: Mapping[str, Mapping[str, Attribute]]) -> ResourceSchema | None:
    endpoint, urn = given.get("endpoint"), given.get("schema")
    if not isinstance(endpoint, str) or not isinstance(urn, str) or not endpoint.strip("/"):
        return None
    extensions = {
        each["schema"]: Extension(each["schema"], each.get("required") is True, _of(each["schema"], declared))
        for each in _objects(given.get("schemaExtensions"))
        if isinstance(each.get("schema"), str)
    }
    name = str(given.get("name") or endpoint.strip("/"))
    attributes = MappingProxyType({**common_attributes(), **_of(urn, declared)})
    return ResourceSchema(name, endpoint.strip("/"), urn, attributes, MappingProxyType(extensions))


def _of(urn: str, declared: Mapping[str, Mapping[str, Attribute]]) -> Mapping[str, Attribute]:
    return declared.get(urn.lower()) or standard_attributes(urn)


def _attributes(listed: Any, standard: Mapping[str, Attribute]) -> Mapping[str, Attribute]:
    made = (_attribute(each, standard) for each in _objects(listed) if isinstance(each.get("name"), str))
    return MappingProxyType({each.name.lower(): each for each in made})


def _attribute(given: Mapping[str, Any], standard: Mapping[str, Attribute]) -> Attribute:
    name = given["name"]
    usual = standard.get(name.lower(), Attribute(name))
    return Attribute(
        name=name,
        type=_value(given, "type", usual.type),
        multi_valued=_value(given, "multiValued", usual.multi_valued),
        required=_value(given, "required", usual.required),
        case_exact=_value(given, "caseExact", usual.case_exact),
        mutability=_value(given, "mutability", usual.mutability),
        returned=_value(given, "returned", usual.returned),
        uniqueness=_value(given, "uniqueness", usual.uniqueness),
        canonical_values=_texts(given.get("canonicalValues")),
        reference_types=_texts(given.get("referenceTypes")),
        sub=_attributes(given.get("subAttributes"), usual.sub),
    )


def _value(given: Mapping[str, Any], name: str, usual: T) -> T:
    found = given.get(name)
    return found if isinstance(found, type(usual)) else usual


def _texts(listed: Any) -> tuple[str, ...]:
    return tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def _objects(listed: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
