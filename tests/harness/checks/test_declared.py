from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_GROUP, CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    Row,
    accepts,
    active,
    error,
    finds,
    get,
    group,
    ignores,
    meta,
    page,
    patch,
    post,
    records,
    user,
)

AT = "/Users/u-ada"


def attribute(name: str, kind: str = "string", **more: Any) -> Json:
    return {"name": name, "type": kind, "multiValued": False, "returned": "default", **more}


USER_SCHEMA = {
    "id": CORE_USER,
    "attributes": [
        attribute("userName"),
        attribute("active", "boolean"),
        attribute("emails", "complex", multiValued=True),
        attribute("age", "integer"),
        attribute("password", returned="never"),
        attribute("token", returned="never"),
    ],
}
EXTENSION = {"id": ENTERPRISE_USER, "attributes": [attribute("costCenter")]}
GROUP_SCHEMA = {"id": CORE_GROUP, "attributes": [attribute("displayName"), attribute("members", "complex")]}
SCHEMAS = get("/Schemas", page(USER_SCHEMA, EXTENSION))
WITH_PARTS = attribute("emails", "complex", multiValued=True, subAttributes=[attribute("value"), attribute("label")])
SCHEMAS_WITH_PARTS = get(
    "/Schemas", page({"id": CORE_USER, "attributes": [attribute("userName"), attribute("active"), WITH_PARTS]})
)
USER_TYPE = {"name": "User", "schema": CORE_USER, "schemaExtensions": [{"schema": ENTERPRISE_USER, "required": False}]}
TYPES = get("/ResourceTypes", page(USER_TYPE))
WITH_COST: Any = {ENTERPRISE_USER: {"costCenter": "7"}}
WITH_A_SHOE_SIZE: Any = {ENTERPRISE_USER: {"shoeSize": "7"}}
EXTENDED = user(schemas=[CORE_USER, ENTERPRISE_USER], **WITH_COST)
WEIRD = "urn:example:weird"


def config(**features: Json) -> Exchange:
    return get("/ServiceProviderConfig", features)


def shows(**more: Any) -> Exchange:
    return get(AT, user(**more))


TYPED = (
    accepts("schemas_are_those_of_the_type", "listed", TYPES, get(AT, EXTENDED)),
    finds(
        "schemas_are_those_of_the_type",
        "not listed, in a list of users",
        TYPES,
        get("/Users", page(user(schemas=[CORE_USER, WEIRD]))),
        says=f"a schema that the resource type lists ⟶ {WEIRD!r} @ /Resources/0/schemas",
    ),
    accepts("schemas_are_those_of_the_type", "a type that is not listed", TYPES, get("/Groups/g", group())),
    ignores("schemas_are_those_of_the_type", "no types were read", get(AT, ADA)),
    ignores("schemas_are_those_of_the_type", "one type was read", get("/ResourceTypes/User", USER_TYPE), get(AT, ADA)),
    accepts("types_are_named_as_listed", "listed", TYPES, get(AT, ADA)),
    finds(
        "types_are_named_as_listed",
        "another name",
        TYPES,
        shows(meta=meta(resourceType="Users")),
        says="one of ['User'] ⟶ 'Users' @ /meta/resourceType",
    ),
    ignores("types_are_named_as_listed", "read afterwards", get(AT, ADA), TYPES),
    accepts("schemas_in_use_are_listed", "listed", SCHEMAS, get(AT, EXTENDED)),
    finds(
        "schemas_in_use_are_listed",
        "not listed",
        SCHEMAS,
        shows(schemas=[CORE_USER, WEIRD]),
        says=f"a schema that /Schemas lists ⟶ {WEIRD!r} @ /schemas",
    ),
    ignores("schemas_in_use_are_listed", "a refusal", SCHEMAS, get(AT, error(404), 404)),
    accepts("the_schemas_of_types_are_listed", "listed", TYPES, SCHEMAS),
    finds(
        "the_schemas_of_types_are_listed",
        "the extension is not",
        get("/Schemas", page(USER_SCHEMA)),
        TYPES,
        says=f"RFC7643-6-11: a schema that /Schemas lists ⟶ {ENTERPRISE_USER!r} @ /Resources/0",
    ),
    finds(
        "the_schemas_of_types_are_listed",
        "the base schema is not",
        get("/Schemas", page(EXTENSION)),
        TYPES,
        says=f"RFC7643-6-09: a schema that /Schemas lists ⟶ {CORE_USER!r} @ /Resources/0",
    ),
    ignores("the_schemas_of_types_are_listed", "no schemas are listed", get("/Schemas", page()), TYPES),
)

ATTRIBUTES = (
    accepts("what_is_shown_is_declared", "declared", SCHEMAS, get(AT, EXTENDED)),
    accepts("what_is_shown_is_declared", "in other letters", SCHEMAS, shows(EMAILS=[{"value": "a@x"}])),
    accepts("what_is_shown_is_declared", "nothing is shown", SCHEMAS, shows(nickName=None, ims=[])),
    accepts("what_is_shown_is_declared", "a schema that is not listed", SCHEMAS, get("/Groups/g", group())),
    finds(
        "what_is_shown_is_declared",
        "not declared",
        SCHEMAS,
        shows(nickName="Countess"),
        says="an attribute that a schema of the resource lists ⟶ nickName @ /nickName",
    ),
    accepts(
        "what_is_shown_is_declared",
        "the usual parts",
        SCHEMAS_WITH_PARTS,
        shows(emails=[{"value": "a@x", "type": "work", "primary": True, "display": "a", "label": "A"}]),
    ),
    finds(
        "what_is_shown_is_declared",
        "a part that is not declared",
        SCHEMAS_WITH_PARTS,
        shows(emails=[{"value": "a@x", "verified": True}]),
        says="a part of emails that its schema lists ⟶ verified @ /emails/verified",
    ),
    finds(
        "what_is_shown_is_declared",
        "not declared in the extension",
        SCHEMAS,
        shows(schemas=[CORE_USER, ENTERPRISE_USER], **WITH_A_SHOE_SIZE),
        says=(
            f"an attribute that a schema of the resource lists ⟶ {ENTERPRISE_USER}/shoeSize"
            f" @ /{ENTERPRISE_USER}/shoeSize"
        ),
    ),
    ignores("what_is_shown_is_declared", "no schemas were read", shows(nickName="Countess")),
    accepts("lists_are_shown_as_declared", "as declared", SCHEMAS, shows(emails=[{"value": "a@x"}])),
    finds(
        "lists_are_shown_as_declared",
        "the other way round",
        SCHEMAS,
        shows(emails={"value": "a@x"}, age=[7]),
        says=(
            "an array, as multiValued is true ⟶ dict @ /emails",
            "one value, as multiValued is false ⟶ list @ /age",
        ),
    ),
    ignores("lists_are_shown_as_declared", "no schemas were read", get(AT, ADA)),
    accepts("values_have_the_declared_type", "as declared", SCHEMAS, shows(age=7, emails=[{"value": "a@x"}])),
    finds(
        "values_have_the_declared_type",
        "a text as a number, numbers as a text and as a truth",
        SCHEMAS,
        shows(age="7", userName=7, active="true"),
        says=(
            "a text, as the type is string ⟶ 7 @ /userName",
            "true or false, as the type is boolean ⟶ 'true' @ /active",
            "an integer, as the type is integer ⟶ '7' @ /age",
        ),
    ),
    finds(
        "values_have_the_declared_type",
        "a truth as an integer, a text among objects",
        SCHEMAS,
        shows(age=True, emails=["a@x"]),
        says=(
            "an integer, as the type is integer ⟶ True @ /age",
            "an object, as the type is complex ⟶ 'a@x' @ /emails",
        ),
    ),
    ignores("values_have_the_declared_type", "no schemas were read", shows(age="7")),
    accepts("what_is_never_returned_is_not_shown", "not shown", SCHEMAS, get(AT, ADA)),
    finds(
        "what_is_never_returned_is_not_shown",
        "shown",
        SCHEMAS,
        post("/Users", NEW_ADA, user(token="x")),
        says="nothing, as returned is never ⟶ a value @ /token",
    ),
    ignores("what_is_never_returned_is_not_shown", "no schemas were read", shows(token="x")),
)

FEATURES = (
    accepts("no_list_is_longer_than_declared", "as long", config(filter={"maxResults": 1}), get("/Users", page(ADA))),
    finds(
        "no_list_is_longer_than_declared",
        "longer",
        config(filter={"maxResults": 1}),
        get("/Users", page(ADA, ADA)),
        says="at most 1 resources, as filter.maxResults says ⟶ 2 @ /Resources",
    ),
    ignores("no_list_is_longer_than_declared", "no limit", config(filter={}), get("/Users", page(ADA))),
    ignores("no_list_is_longer_than_declared", "zero", config(filter={"maxResults": 0}), get("/Users", page(ADA))),
    accepts("features_are_as_declared", "PATCH works", config(patch={"supported": True}), active()),
    accepts("features_are_as_declared", "PATCH is refused", config(patch={"supported": True}), active(status=400)),
    finds(
        "features_are_as_declared",
        "PATCH is not there",
        config(patch={"supported": True}),
        active(status=501),
        says="patch, as patch.supported is true ⟶ status 501",
    ),
    finds(
        "features_are_as_declared",
        "filters are not there",
        config(filter={"supported": True}),
        get("/Users?filter=userName%20eq%20%22a%22", error(501), 501),
        says="filter, as filter.supported is true ⟶ status 501",
    ),
    records(
        "features_are_as_declared",
        "PATCH works all the same",
        config(patch={"supported": False}),
        patch(AT, {"op": "replace", "path": "active", "value": False}),
        says="patch works, though patch.supported is false",
    ),
    ignores("features_are_as_declared", "nothing is declared", config(), active(status=501)),
    ignores("features_are_as_declared", "a read", config(patch={"supported": True}), get(AT, ADA)),
    records("documentation_is_recorded", "a URL", config(documentationUri={"a": 1}), says="a URL"),
    records("documentation_is_recorded", "none", config(patch={"supported": True}), says="none"),
    accepts("documentation_is_recorded", "an empty document", config(patch={})),
    ignores("documentation_is_recorded", "another document", SCHEMAS),
)

ROWS: tuple[Row, ...] = (*TYPED, *ATTRIBUTES, *FEATURES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_declared(row: Row) -> None:
    assert row.said() == row.wanted
