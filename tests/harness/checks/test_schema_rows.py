"""What is declared at /Schemas and /ResourceTypes, attribute by attribute."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_GROUP, CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import ADA, Row, accepts, error, finds, get, ignores, page, records

AT = "/Resources/0/attributes/0"


def attribute(name: str, kind: Any = "string", **more: Any) -> Json:
    return {"name": name, "type": kind, **more}


def declared(*attributes: Json, urn: str = CORE_USER, **more: Any) -> Exchange:
    return get("/Schemas", page({"id": urn, "attributes": list(attributes), **more}))


def parts(*subs: Json, **more: Any) -> Json:
    return attribute("name", "complex", subAttributes=list(subs), **more)


USER_NAME = attribute("userName", required=True, uniqueness="server")
EXTENSION = declared(attribute("costCenter"), urn=ENTERPRISE_USER)
TYPES = get("/ResourceTypes", page({"name": "User", "schema": CORE_USER, "description": "People"}))
FORM = (
    accepts("only_what_is_complex_has_parts", "parts of what is complex", declared(parts(attribute("givenName")))),
    finds(
        "only_what_is_complex_has_parts",
        "parts of a text",
        declared(attribute("title", subAttributes=[attribute("x")])),
        says=f"no subAttributes at {CORE_USER}:title, which is of type string ⟶ some @ {AT}",
    ),
    ignores("only_what_is_complex_has_parts", "a refusal", get("/Schemas", error(404), 404)),
    accepts("attribute_names_follow_the_grammar", "letters and marks", declared(attribute("cost-center_2$"))),
    accepts("attribute_names_follow_the_grammar", "the RFC's own", declared(parts(attribute("$ref", "reference")))),
    finds(
        "attribute_names_follow_the_grammar",
        "a blank in it",
        declared(attribute("The title.")),
        says=f"the name of an attribute ⟶ 'The title.' @ {AT}/name",
    ),
    ignores("attribute_names_follow_the_grammar", "users", get("/Users/u-ada", ADA)),
    accepts("types_are_those_of_the_specification", "the default", declared({"name": "title"})),
    finds(
        "types_are_those_of_the_specification",
        "another",
        declared(attribute("age", "float")),
        says=f"a type of the specification at {CORE_USER}:age ⟶ 'float' @ {AT}/type",
    ),
    ignores("types_are_those_of_the_specification", "nothing listed", get("/Schemas", page())),
    accepts("parts_have_no_parts", "a text within", declared(parts(attribute("givenName")))),
    finds(
        "parts_have_no_parts",
        "a complex one within",
        declared(parts(attribute("inner", "complex"))),
        says=f"no complex sub-attribute at {CORE_USER}:name.inner ⟶ type complex @ {AT}/subAttributes/0/type",
    ),
    ignores("parts_have_no_parts", "one schema", get(f"/Schemas/{CORE_USER}", {"id": CORE_USER})),
    accepts("what_is_complex_lists_its_parts", "it does", declared(parts(attribute("givenName")))),
    finds(
        "what_is_complex_lists_its_parts",
        "it does not",
        declared(attribute("name", "complex")),
        says=f"the subAttributes of {CORE_USER}:name ⟶ none @ {AT}",
    ),
    ignores("what_is_complex_lists_its_parts", "a refusal", get("/Schemas", error(404), 404)),
)
EXTENSIONS = (
    accepts("extensions_redefine_nothing", "attributes of its own", EXTENSION),
    finds(
        "extensions_redefine_nothing",
        "a title of its own",
        declared(attribute("Title"), urn=ENTERPRISE_USER),
        says=f"attributes that the core has not ⟶ 'Title' @ {AT}/name",
    ),
    ignores("extensions_redefine_nothing", "no extension", declared(USER_NAME)),
    accepts("extensions_keep_to_the_conventions", "camel case", EXTENSION),
    finds(
        "extensions_keep_to_the_conventions",
        "capitals, no type",
        declared({"name": "CostCenter"}, urn=ENTERPRISE_USER),
        says=(
            f"a name in camel case ⟶ 'CostCenter' @ {AT}/name",
            f"the type of CostCenter ⟶ None @ {AT}/type",
        ),
    ),
    ignores("extensions_keep_to_the_conventions", "no extension", declared(USER_NAME)),
)
USER = (
    accepts(
        "the_password_is_declared_secret",
        "it is",
        declared(attribute("password", mutability="writeOnly", returned="never")),
    ),
    finds(
        "the_password_is_declared_secret",
        "it is not",
        declared(attribute("password", mutability="readWrite", returned="never")),
        says=f"mutability writeOnly ⟶ 'readWrite' @ {AT}/mutability",
    ),
    ignores("the_password_is_declared_secret", "none is declared", declared(USER_NAME)),
    accepts("the_user_name_is_declared_as_it_must_behave", "it is", declared(USER_NAME)),
    accepts(
        "the_user_name_is_declared_as_it_must_behave",
        "unique everywhere",
        declared(attribute("userName", required=True, uniqueness="global")),
    ),
    finds(
        "the_user_name_is_declared_as_it_must_behave",
        "not required, and by letter case",
        declared(attribute("userName", uniqueness="server", caseExact=True)),
        says=(
            f"required True for userName ⟶ False @ {AT}/required",
            f"caseExact False for userName ⟶ True @ {AT}/caseExact",
        ),
    ),
    ignores("the_user_name_is_declared_as_it_must_behave", "another schema", EXTENSION),
    accepts(
        "members_are_declared_as_a_list",
        "they are",
        declared(attribute("members", "complex", multiValued=True), urn=CORE_GROUP),
    ),
    finds(
        "members_are_declared_as_a_list",
        "a single one",
        declared(attribute("members", "complex", multiValued=False), urn=CORE_GROUP),
        says=f"multiValued True for members ⟶ False @ {AT}/multiValued",
    ),
    ignores("members_are_declared_as_a_list", "another schema", EXTENSION),
)
WORDS = (
    accepts("names_and_descriptions_of_schemas_are_texts", "left out", declared(USER_NAME, name="User")),
    finds(
        "names_and_descriptions_of_schemas_are_texts",
        "numbers",
        declared(USER_NAME, name=1, description=2),
        says=(
            "RFC7643-7-05: name as a text ⟶ 1 @ /Resources/0/name",
            "RFC7643-7-06: description as a text ⟶ 2 @ /Resources/0/description",
        ),
    ),
    finds(
        "names_and_descriptions_of_schemas_are_texts",
        "nothing in them",
        declared(USER_NAME, name="", description=" "),
        says=(
            "RFC7643-7-05: name as a text ⟶ '' @ /Resources/0/name",
            "RFC7643-7-06: description as a text ⟶ ' ' @ /Resources/0/description",
        ),
    ),
    ignores("names_and_descriptions_of_schemas_are_texts", "types", TYPES),
    accepts("descriptions_of_attributes_are_texts", "a text", declared(attribute("title", description="What"))),
    finds(
        "descriptions_of_attributes_are_texts",
        "a list",
        declared(attribute("title", description=["What"])),
        says=f"the description of {CORE_USER}:title as a text ⟶ ['What'] @ {AT}/description",
    ),
    ignores("descriptions_of_attributes_are_texts", "types", TYPES),
    accepts("descriptions_of_types_are_texts", "a text", TYPES),
    finds(
        "descriptions_of_types_are_texts",
        "a number",
        get("/ResourceTypes", page({"name": "User", "description": 1})),
        says="description as a text ⟶ 1 @ /Resources/0/description",
    ),
    finds(
        "descriptions_of_types_are_texts",
        "nothing in it",
        get("/ResourceTypes", page({"name": "User", "description": ""})),
        says="description as a text ⟶ '' @ /Resources/0/description",
    ),
    ignores("descriptions_of_types_are_texts", "schemas", EXTENSION),
)
RECORDED = (
    records(
        "whether_schemas_are_offered", "they are not", get("/Schemas", error(404), 404), says="GET /Schemas gives 404"
    ),
    ignores("whether_schemas_are_offered", "types", TYPES),
    accepts("whether_schemas_are_offered", "an answer about something else", get("/Schemas", error(403), 403)),
    accepts("ids_of_types_are_recorded", "none", TYPES),
    records(
        "ids_of_types_are_recorded",
        "one",
        get("/ResourceTypes", page({"id": "User", "name": "User"})),
        says="User: id 'User'",
    ),
    ignores("ids_of_types_are_recorded", "schemas", EXTENSION),
    accepts("extensions_of_types_are_recorded", "none", TYPES),
    records(
        "extensions_of_types_are_recorded",
        "one",
        get("/ResourceTypes", page({"name": "User", "schemaExtensions": [{"schema": ENTERPRISE_USER}]})),
        says=f"User: {ENTERPRISE_USER}",
    ),
    ignores("extensions_of_types_are_recorded", "schemas", EXTENSION),
    records(
        "kinds_of_references_are_recorded",
        "two kinds",
        declared(attribute("profileUrl", "reference", referenceTypes=["uri", "external"])),
        says="referenceTypes: external, uri",
    ),
    ignores("kinds_of_references_are_recorded", "types", TYPES),
    records(
        "attributes_with_a_type_are_recorded",
        "one",
        declared(attribute("emails", "complex", multiValued=True, subAttributes=[attribute("type")])),
        says="with a type: emails",
    ),
    ignores("attributes_with_a_type_are_recorded", "types", TYPES),
    records(
        "canonical_values_are_recorded",
        "one",
        declared(attribute("userType", canonicalValues=["Employee"])),
        says="canonicalValues at: userType",
    ),
    ignores("canonical_values_are_recorded", "types", TYPES),
    records(
        "common_attributes_in_schemas_are_recorded",
        "the id",
        declared(attribute("id")),
        says=f"common attributes listed: {CORE_USER}:id",
    ),
    ignores("common_attributes_in_schemas_are_recorded", "types", TYPES),
    records(
        "what_differs_from_the_example_is_recorded",
        "one more, most fewer",
        declared(attribute("costCenter"), attribute("shoeSize"), urn=ENTERPRISE_USER),
        says=f"{ENTERPRISE_USER}: 1 more, 5 fewer than the example",
    ),
    ignores("what_differs_from_the_example_is_recorded", "types", TYPES),
    *(
        accepts(name, "nothing to tell", declared(attribute("shoeSize"), urn="urn:example:schemas:Shoe"))
        for name in (
            "kinds_of_references_are_recorded",
            "attributes_with_a_type_are_recorded",
            "canonical_values_are_recorded",
            "common_attributes_in_schemas_are_recorded",
            "what_differs_from_the_example_is_recorded",
        )
    ),
)
ROWS: tuple[Row, ...] = (*FORM, *EXTENSIONS, *USER, *WORDS, *RECORDED)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_schema_rows(row: Row) -> None:
    assert row.said() == row.wanted
