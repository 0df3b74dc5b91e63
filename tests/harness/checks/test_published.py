from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import ADA, Row, accepts, delete, error, finds, get, ignores, page, post, user
from tests.harness.checks.test_declared import EXTENDED, WITH_COST, attribute

ALIKE = "a_document_is_what_its_list_shows"
READ_ONLY = "the_groups_of_a_user_are_declared_read_only"
DEMANDED = "a_required_extension_is_demanded"
UNIQUE = "what_is_declared_unique_is_held_by_one"


def schema(*attributes: Json) -> Json:
    return {"id": CORE_USER, "attributes": list(attributes)}


def kind(*, required: bool = False, endpoint: str = "/Users") -> Json:
    extension = {"schema": ENTERPRISE_USER, "required": required}
    return {"name": "User", "endpoint": endpoint, "schema": CORE_USER, "schemaExtensions": [extension]}


def create(shown: Json, status: int = 201, **sent: Any) -> Exchange:
    return post("/Users", {"schemas": [CORE_USER], "userName": "ada@example.com", **sent}, shown, status)


NAMES = attribute("name", "complex", subAttributes=[attribute("givenName")])
LISTED = get("/Schemas", page(schema(attribute("title"), NAMES)))
TYPES = get("/ResourceTypes", page(kind()))
DEMANDING = get("/ResourceTypes", page(kind(required=True)))
UNIQUE_TITLES = get("/Schemas", page(schema(attribute("title", uniqueness="global"), attribute("userName"))))
ALAN = user("u-alan", "alan@example.com", title="COUNTESS")
COUNTESS = user(title="Countess")
REFUSED = error(400, scimType="invalidValue")

ROWS: tuple[Row, ...] = (
    accepts(
        ALIKE,
        "the same in another order, with a default that is told",
        LISTED,
        get(f"/Schemas/{CORE_USER}", schema(NAMES, attribute("title", caseExact=False))),
    ),
    accepts(ALIKE, "a type by its name", TYPES, get("/ResourceTypes/User", kind())),
    finds(
        ALIKE,
        "another mutability",
        LISTED,
        get(f"/Schemas/{CORE_USER}", schema(attribute("title", mutability="readOnly"), NAMES)),
        says="RFC7644-4-04: mutability of title 'readWrite', as the list of entry 0:1 shows it ⟶ 'readOnly'",
    ),
    finds(
        ALIKE,
        "a part that is not there",
        LISTED,
        get(f"/Schemas/{CORE_USER}", schema(attribute("title"), {**NAMES, "subAttributes": []})),
        says="RFC7644-4-04: type of name.givenname 'string', as the list of entry 0:1 shows it ⟶ None",
    ),
    finds(
        ALIKE,
        "a type at another place",
        TYPES,
        get("/ResourceTypes/User", kind(endpoint="/People")),
        says="RFC7644-4-06: endpoint '/Users', as the list of entry 0:1 shows it ⟶ '/People'",
    ),
    ignores(ALIKE, "a schema that the list has not", LISTED, get("/Schemas/urn:x", {"id": "urn:x", "attributes": []})),
    ignores(ALIKE, "a list of one", LISTED, get(f"/Schemas/{CORE_USER}", page(schema()))),
    ignores(ALIKE, "no list before", get(f"/Schemas/{CORE_USER}", schema())),
    accepts(READ_ONLY, "readOnly", get("/Schemas", page(schema(attribute("groups", mutability="readOnly"))))),
    finds(
        READ_ONLY,
        "to be written",
        get("/Schemas", page(schema(attribute("groups", mutability="readWrite")))),
        says="mutability readOnly for groups ⟶ 'readWrite' @ /Resources/0/attributes/0/mutability",
    ),
    ignores(READ_ONLY, "nothing is told of it", get("/Schemas", page(schema(attribute("groups"))))),
    accepts(DEMANDED, "refused without", DEMANDING, create(REFUSED, 400)),
    accepts(DEMANDED, "given by the server", DEMANDING, create(EXTENDED)),
    finds(
        DEMANDED,
        "taken without",
        DEMANDING,
        create(ADA),
        says=f"a refusal, or {ENTERPRISE_USER}, which is declared as required ⟶ a resource without it",
    ),
    ignores(DEMANDED, "sent", DEMANDING, create(EXTENDED, **WITH_COST)),
    ignores(DEMANDED, "not required", TYPES, create(ADA)),
    ignores(DEMANDED, "an answer that shows nothing of it", DEMANDING, create(None, 201)),  # type: ignore[arg-type]
    accepts(UNIQUE, "different values", UNIQUE_TITLES, create(COUNTESS), create(user("u-alan", title="Lady"))),
    accepts(
        UNIQUE,
        "a value that is free again",
        UNIQUE_TITLES,
        create(COUNTESS),
        delete("/Users/u-ada"),
        create(ALAN),
    ),
    finds(
        UNIQUE,
        "the same twice, in another letter case",
        UNIQUE_TITLES,
        create(COUNTESS),
        create(ALAN),
        says="no second resource with title 'COUNTESS', which u-ada has ⟶ a second one @ /title",
    ),
    accepts(
        UNIQUE,
        "what is there is the answer",
        *(UNIQUE_TITLES, create(COUNTESS), create(COUNTESS, 200)),
    ),
    ignores(UNIQUE, "nothing is declared unique", LISTED, create(COUNTESS), create(ALAN)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
