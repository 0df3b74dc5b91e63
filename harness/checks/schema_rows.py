"""What a bridge declares at /Schemas and /ResourceTypes, attribute by attribute (RFC 7643 sections 2, 6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding, Recorded
from harness.checks.facets import always
from harness.checks.registry import Outcome, check
from harness.checks.selectors import considered, resources_in
from harness.model.characteristics import COMMON, TYPES
from harness.model.standard import standard_attributes
from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_GROUP, CORE_USER

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9$_-]*|\$ref")  # the RFC's own `$ref` breaks its own grammar
_CAMEL = re.compile(r"[a-z$][A-Za-z0-9$_-]*")
_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:schema"


def _schemas(exchange: Exchange) -> bool:
    route = exchange.route
    is_asked = exchange.request.method == "GET" and route.endpoint == "Schemas" and not route.id and not route.query
    return is_asked and exchange.status == 200 and bool(resources_in(exchange))


def _types(exchange: Exchange) -> bool:
    route = exchange.route
    is_asked = exchange.request.method == "GET" and route.endpoint == "ResourceTypes" and not route.id
    return is_asked and not route.query and exchange.status == 200 and bool(resources_in(exchange))


Declared = tuple[str, str, Json, int]


def _declared(exchange: Exchange) -> Iterator[Declared]:
    """Every attribute and sub-attribute: the pointer, the path of names, the definition, and how deep it stands."""
    for index, schema in enumerate(resources_in(exchange)):
        yield from _below(schema, "attributes", f"/Resources/{index}", str(schema.get("id", "")), 0)


def _below(node: Json, name: str, pointer: str, path: str, depth: int) -> Iterator[Declared]:
    listed = node.get(name)
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict):
            at, own = f"{pointer}/{name}/{index}", f"{path}{'.' if depth else ':'}{each.get('name')}"
            yield at, own, each, depth
            yield from _below(each, "subAttributes", at, own, depth + 1)


@check("RFC7643-1.2-01", over=lambda e: e.route.endpoint == "Schemas" and not e.route.id and considered(e))
def whether_schemas_are_offered(exchange: Exchange) -> Iterator[Outcome]:
    """Whether /Schemas is offered is recorded."""
    if exchange.status in (200, 404, 501):
        yield Recorded(f"{exchange.request.method} /Schemas gives {exchange.status}")


@check("RFC7643-1.2-02", over=_schemas)
def only_what_is_complex_has_parts(exchange: Exchange) -> Iterator[Outcome]:
    """An attribute of another type than complex has no sub-attributes."""
    for pointer, path, each, _ in _declared(exchange):
        if each.get("type") != "complex" and each.get("subAttributes"):
            yield Finding(f"no subAttributes at {path}, which is of type {each.get('type')}", "some", pointer)


@check("RFC7643-2.1-02", over=_schemas)
def attribute_names_follow_the_grammar(exchange: Exchange) -> Iterator[Outcome]:
    """A name begins with a letter, and goes on with letters, digits, `$`, `-` and `_`."""
    for pointer, _, each, _ in _declared(exchange):
        if not isinstance(each.get("name"), str) or not _NAME.fullmatch(each["name"]):
            yield Finding("the name of an attribute", repr(each.get("name")), f"{pointer}/name")


@check("RFC7643-2.3-01", over=_schemas)
def types_are_those_of_the_specification(exchange: Exchange) -> Iterator[Outcome]:
    """The type of an attribute is one that the specification defines."""
    for pointer, path, each, _ in _declared(exchange):
        kind = each.get("type", "string")
        if not isinstance(kind, str) or kind not in TYPES:
            yield Finding(f"a type of the specification at {path}", repr(kind), f"{pointer}/type")


@check("RFC7643-2.3.8-02", over=_schemas)
def parts_have_no_parts(exchange: Exchange) -> Iterator[Outcome]:
    """A sub-attribute is not complex; the schema of schemas aside."""
    for pointer, path, each, depth in _declared(exchange):
        if depth and each.get("type") == "complex" and not path.lower().startswith(f"{_SCHEMA}:"):
            yield Finding(f"no complex sub-attribute at {path}", "type complex", f"{pointer}/type")


@check("RFC7643-7-10", over=_schemas)
def what_is_complex_lists_its_parts(exchange: Exchange) -> Iterator[Outcome]:
    """A complex attribute lists its sub-attributes."""
    for pointer, path, each, _ in _declared(exchange):
        if each.get("type") == "complex" and not objects_in(each.get("subAttributes")):
            yield Finding(f"the subAttributes of {path}", "none", pointer)


def _extensions(exchange: Exchange) -> Iterator[tuple[int, Json, set[str]]]:
    """Schemas that extend a core resource by their names, with the names of the attributes which that has."""
    for index, schema in enumerate(resources_in(exchange)):
        urn = str(schema.get("id", ""))
        base = urn.rpartition(":")[2]
        core = f"urn:ietf:params:scim:schemas:core:2.0:{base}"
        if urn.lower() != core.lower() and (names := set(standard_attributes(core))):
            yield index, schema, names | COMMON


def _has_extensions(exchange: Exchange) -> bool:
    return _schemas(exchange) and any(_extensions(exchange))


@check("RFC7643-3.3-05", over=_has_extensions)
def extensions_redefine_nothing(exchange: Exchange) -> Iterator[Outcome]:
    """An extension has no attribute of a name that the resource which it extends has."""
    for index, schema, core in _extensions(exchange):
        for number, each in enumerate(objects_in(schema.get("attributes"))):
            if str(each.get("name", "")).lower() in core:
                pointer = f"/Resources/{index}/attributes/{number}/name"
                yield Finding("attributes that the core has not", repr(each.get("name")), pointer)


@check("RFC7643-3.3-06", over=_has_extensions)
def extensions_keep_to_the_conventions(exchange: Exchange) -> Iterator[Outcome]:
    """The attributes of an extension have names in camel case, and a type."""
    for index, schema, _ in _extensions(exchange):
        for number, each in enumerate(objects_in(schema.get("attributes"))):
            pointer = f"/Resources/{index}/attributes/{number}"
            if not _CAMEL.fullmatch(str(each.get("name", ""))):
                yield Finding("a name in camel case", repr(each.get("name")), f"{pointer}/name")
            if not isinstance(each.get("type"), str):
                yield Finding(f"the type of {each.get('name')}", repr(each.get("type")), f"{pointer}/type")


def _attribute_at(exchange: Exchange, name: str, urn: str = CORE_USER) -> tuple[str, Json] | None:
    wanted = f"{urn}:{name}".lower()
    return next(((at, each) for at, path, each, _ in _declared(exchange) if path.lower() == wanted), None)


@check("RFC7643-4.1.1-26", over=lambda e: _schemas(e) and _attribute_at(e, "password") is not None)
def the_password_is_declared_secret(exchange: Exchange) -> Iterator[Outcome]:
    """The password is declared writeOnly and never returned."""
    pointer, each = _attribute_at(exchange, "password") or ("", {})
    for name, wanted in (("mutability", "writeOnly"), ("returned", "never")):
        if each.get(name) != wanted:
            yield Finding(f"{name} {wanted}", repr(each.get(name)), f"{pointer}/{name}")


@check(
    "RFC7643-7-37",
    over=lambda e: _schemas(e) and _attribute_at(e, "userName") is not None,
    facets=always("userName"),
)
def the_user_name_is_declared_as_it_must_behave(exchange: Exchange) -> Iterator[Outcome]:
    """userName is declared as required, single, unique on the server, and without regard to letter case."""
    pointer, each = _attribute_at(exchange, "userName") or ("", {})
    wanted = {"required": True, "multiValued": False, "uniqueness": "server", "caseExact": False}
    usual = {"required": False, "multiValued": False, "uniqueness": "none", "caseExact": False}
    for name, value in wanted.items():
        given = each.get(name, usual[name])
        if given != value and (name, given) != ("uniqueness", "global"):
            yield Finding(f"{name} {value!r} for userName", repr(given), f"{pointer}/{name}")


@check(
    "RFC7643-7-37",
    over=lambda e: _schemas(e) and _attribute_at(e, "members", CORE_GROUP) is not None,
    facets=always("members"),
)
def members_are_declared_as_a_list(exchange: Exchange) -> Iterator[Outcome]:
    """The members of a group are declared as a list of complex values."""
    pointer, each = _attribute_at(exchange, "members", CORE_GROUP) or ("", {})
    for name, wanted in (("type", "complex"), ("multiValued", True)):
        if each.get(name) != wanted:
            yield Finding(f"{name} {wanted!r} for members", repr(each.get(name)), f"{pointer}/{name}")


def _is_text_or_left_out(node: Json, name: str) -> bool:
    """Whether a text says something, where there is one: one of blanks alone is none."""
    value = node.get(name)
    return value is None or (isinstance(value, str) and bool(value.strip()))


@check("RFC7643-7-05", "RFC7643-7-06", over=_schemas)
def names_and_descriptions_of_schemas_are_texts(exchange: Exchange) -> Iterator[Outcome]:
    """The name and the description of a schema are texts where they are given: nobody can tell where one applies."""
    for index, schema in enumerate(resources_in(exchange)):
        for name, rid in (("name", "RFC7643-7-05"), ("description", "RFC7643-7-06")):
            if not _is_text_or_left_out(schema, name):
                yield Finding(f"{name} as a text", repr(schema[name]), f"/Resources/{index}/{name}", rid)


@check("RFC7643-7-13", over=_schemas)
def descriptions_of_attributes_are_texts(exchange: Exchange) -> Iterator[Outcome]:
    """The description of an attribute is a text where one is given."""
    for pointer, path, each, _ in _declared(exchange):
        if not _is_text_or_left_out(each, "description"):
            yield Finding(f"the description of {path} as a text", repr(each["description"]), f"{pointer}/description")


@check("RFC7643-6-06", over=_types)
def descriptions_of_types_are_texts(exchange: Exchange) -> Iterator[Outcome]:
    """The description of a resource type is a text where one is given."""
    for index, kind in enumerate(resources_in(exchange)):
        if not _is_text_or_left_out(kind, "description"):
            yield Finding("description as a text", repr(kind["description"]), f"/Resources/{index}/description")


@check("RFC7643-6-03", over=_types)
def ids_of_types_are_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Which resource types have an id is recorded."""
    named = [f"{kind.get('name')}: id {kind['id']!r}" for kind in resources_in(exchange) if "id" in kind]
    if named:
        yield Recorded(", ".join(named))


@check("RFC7643-6-10", over=_types)
def extensions_of_types_are_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Which extensions the resource types list is recorded."""
    for kind in resources_in(exchange):
        listed = [str(each.get("schema")) for each in objects_in(kind.get("schemaExtensions"))]
        if listed:
            yield Recorded(f"{kind.get('name')}: {', '.join(listed)}")


@check("RFC7643-2.3.7-01", over=_schemas)
def kinds_of_references_are_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """What the references of a bridge point to is recorded."""
    kinds = {str(kind) for _, _, each, _ in _declared(exchange) for kind in _texts(each.get("referenceTypes"))}
    if kinds:
        yield Recorded(f"referenceTypes: {', '.join(sorted(kinds))}")


@check("RFC7643-2.4-11", over=_schemas)
def attributes_with_a_type_are_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Which multi-valued attributes have a sub-attribute `type` is recorded."""
    named = [path for _, path, each, _ in _declared(exchange) if each.get("multiValued") and _has(each, "type")]
    if named:
        yield Recorded(f"with a type: {', '.join(sorted(path.rpartition(':')[2] for path in named))}")


def _has(each: Json, name: str) -> bool:
    return any(sub.get("name") == name for sub in objects_in(each.get("subAttributes")))


@check("RFC7643-2.4-12", "RFC7643-7-16", over=_schemas)
def canonical_values_are_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Which attributes have canonical values is recorded."""
    listed = {
        path.rpartition(":")[2] for _, path, each, _ in _declared(exchange) if _texts(each.get("canonicalValues"))
    }
    if listed:
        yield Recorded(f"canonicalValues at: {', '.join(sorted(listed))}")


@check("RFC7643-3.1-29", over=_schemas)
def common_attributes_in_schemas_are_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Whether schemas list the attributes that every resource has is recorded."""
    listed = {
        path for _, path, each, depth in _declared(exchange) if not depth and str(each.get("name")).lower() in COMMON
    }
    if listed:
        yield Recorded(f"common attributes listed: {', '.join(sorted(listed))}")


@check("RFC7643-8.7.1-01", over=_schemas)
def what_differs_from_the_example_is_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """How many attributes the published schemas have beside those of the specification, and lack, is recorded."""
    for schema in resources_in(exchange):
        standard = set(standard_attributes(str(schema.get("id", ""))))
        own = {str(each.get("name", "")).lower() for each in objects_in(schema.get("attributes"))}
        if standard and own != standard:
            yield Recorded(f"{schema['id']}: {len(own - standard)} more, {len(standard - own)} fewer than the example")


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
