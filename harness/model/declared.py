"""The resource types that a server declares, in `/Schemas` and `/ResourceTypes`: RFC 7643 sections 6 and 7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from harness.model.characteristics import (
    MUTABILITIES,
    RETURNED,
    TYPES,
    UNIQUENESS,
    Attribute,
    Extension,
    ResourceSchema,
)
from harness.model.members import member
from harness.model.standard import common_attributes, standard_attributes, standard_schemas

MAX_ATTRIBUTES = 5_000
"""Of one schema; more are not read. The longest schemas in use have some hundreds."""

_FIXED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # RFC 7643 section 4.1: a declaration that says otherwise is wrong, and does not change what must hold.
        "username": {"required": True, "type": "string", "multi_valued": False},
        "password": {"returned": "never", "mutability": "writeOnly"},
        "groups": {"mutability": "readOnly", "multi_valued": True, "type": "complex"},
    }
)
# Its name is required by section 4.2, though the schema of section 8.7.1, which many servers show, says otherwise.
_FIXED_OF_GROUPS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"displayname": MappingProxyType({"required": True})}
)
_USER, _GROUP = (f"urn:ietf:params:scim:schemas:core:2.0:{name}" for name in ("user", "group"))


def read_schemas(schemas_answer: Any, resource_types_answer: Any) -> Mapping[str, ResourceSchema]:
    """The resource types by name, as two answers of a server declare them; either may be anything.

    What cannot be read is as RFC 7643 has it. A type that the server does not declare stands as the standard one.
    """
    declared = {urn.lower(): each for each in _resources(schemas_answer) if (urn := _text(each, "id"))}
    found = {name: _redeclared(each, declared) for name, each in standard_schemas().items()}
    for each in _resources(resource_types_answer):
        name = _text(each, "name") or _text(each, "id")
        urn = _text(each, "schema")
        if name and urn:
            found[name] = _resource_type(name, urn, each, declared)
    return MappingProxyType(found)


def _resources(answer: Any) -> list[Mapping[str, Any]]:
    """The resources of a list answer, of a bare array, or a resource that stands alone."""
    listed = answer if isinstance(answer, list) else member(answer, "Resources")
    if listed is None and isinstance(answer, Mapping) and _text(answer, "id"):
        listed = [answer]
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def _text(node: Any, name: str) -> str:
    value = member(node, name)
    return value if isinstance(value, str) else ""


def _resource_type(
    name: str, urn: str, table: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]
) -> ResourceSchema:
    extensions: dict[str, Extension] = {}
    listed = member(table, "schemaExtensions")
    for each in listed if isinstance(listed, list) else ():
        if own := _text(each, "schema"):
            extensions[own] = Extension(own, member(each, "required") is True, _attributes(own, declared))
    standard = standard_schemas().get(name)
    # Users and groups are met at /Users and /Groups, whatever a server says of the place.
    endpoint = standard.endpoint if standard else _text(table, "endpoint")
    return ResourceSchema(name, endpoint, urn, _with_common(_attributes(urn, declared)), MappingProxyType(extensions))


def _redeclared(standard: ResourceSchema, declared: Mapping[str, Mapping[str, Any]]) -> ResourceSchema:
    if not {standard.urn.lower(), *(urn.lower() for urn in standard.extensions)} & declared.keys():
        return standard
    extensions = {
        urn: Extension(urn, each.required, _attributes(urn, declared)) for urn, each in standard.extensions.items()
    }
    attributes = _with_common(_attributes(standard.urn, declared))
    return ResourceSchema(standard.name, standard.endpoint, standard.urn, attributes, MappingProxyType(extensions))


def _with_common(attributes: Mapping[str, Attribute]) -> Mapping[str, Attribute]:
    """The common attributes are as section 3.1 has them, whatever a schema lists (RFC 7643 section 3.1)."""
    return MappingProxyType(
        {**common_attributes(), **{k: v for k, v in attributes.items() if k not in common_attributes()}}
    )


def _attributes(urn: str, declared: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Attribute]:
    standard = standard_attributes(urn)
    listed = member(declared.get(urn.lower()), "attributes")
    if not isinstance(listed, list):
        return standard
    fixed = {_USER: _FIXED, _GROUP: _FIXED_OF_GROUPS}.get(urn.lower(), {})
    return MappingProxyType(_read_all(listed, standard, fixed) or standard)


def _read_all(
    listed: Iterable[Any], standard: Mapping[str, Attribute], fixed: Mapping[str, Mapping[str, Any]]
) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for each in list(listed)[:MAX_ATTRIBUTES]:
        name = _text(each, "name")
        if name:
            key = name.lower()
            found[key] = _attribute(name, each, standard.get(key), fixed.get(key, {}))
    return found


def _attribute(
    name: str, table: Any, standard: Attribute | None, fixed: Mapping[str, Any], depth: int = 0
) -> Attribute:
    type_ = _word(table, "type", TYPES, standard.type if standard else "string")
    known = standard if standard is not None else Attribute(name)
    given: dict[str, Any] = {
        "type": type_,
        "multi_valued": _flag(table, "multiValued", known.multi_valued),
        "required": _flag(table, "required", known.required),
        "case_exact": type_ in ("reference", "binary") or _flag(table, "caseExact", known.case_exact),
        "mutability": _word(table, "mutability", MUTABILITIES, known.mutability),
        "returned": _word(table, "returned", RETURNED, known.returned),
        "uniqueness": _word(table, "uniqueness", UNIQUENESS, known.uniqueness),
        "canonical_values": _texts(table, "canonicalValues", known.canonical_values),
        "reference_types": _texts(table, "referenceTypes", known.reference_types),
        "sub": _sub_attributes(table, known) if type_ == "complex" and not depth else MappingProxyType({}),
    }
    return Attribute(name, **{**given, **fixed})


def _sub_attributes(table: Any, known: Attribute) -> Mapping[str, Attribute]:
    listed = member(table, "subAttributes")
    if not isinstance(listed, list):
        return known.sub
    found = {
        name.lower(): _attribute(name, each, known.sub.get(name.lower()), {}, depth=1)
        for each in listed[:MAX_ATTRIBUTES]
        if (name := _text(each, "name"))
    }
    return MappingProxyType(found or known.sub)


def _word(table: Any, name: str, known: tuple[str, ...], default: str) -> str:
    """One of the defined keywords in any letter case; else the default."""
    value = _text(table, name).lower()
    return next((each for each in known if each.lower() == value), default)


def _flag(table: Any, name: str, default: bool) -> bool:
    value = member(table, name)
    return value if isinstance(value, bool) else default


def _texts(table: Any, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = member(table, name)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else default
