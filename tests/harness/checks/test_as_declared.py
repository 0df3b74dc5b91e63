"""Discovery against what a whole run shows."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import NEW_ADA, Row, accepts, finds, get, ignores, page, post, put, user


def schema(**said: object) -> Exchange:
    """The schemas, which say this of the title."""
    title: Json = {"name": "title", "type": "string", "mutability": "readWrite", "returned": "default", **said}
    part: Json = {"name": "givenName", "type": "string"}
    name: Json = {"name": "name", "type": "complex", "multiValued": False, "subAttributes": [part]}
    return get("/Schemas", page({"id": CORE_USER, "attributes": [title, name, {"name": "userName"}]}))


SENT = {**NEW_ADA, "title": "Countess"}
NAMED = {**NEW_ADA, "name": {"givenName": "Ada"}}
KEPT, DROPPED = post("/Users", SENT, user(title="Countess")), post("/Users", SENT, user())
EMPTIED = post("/Users", {**NEW_ADA, "title": ""}, user())
REQUIRED, PROMISED = "what_is_required_is_asked_for", "what_is_declared_is_kept_and_shown"
DUE = f"{ENTERPRISE_USER}:department"
DEPARTMENT: Json = {"name": "department", "type": "string", "required": True}
EXTENDED = get("/Schemas", page({"id": ENTERPRISE_USER, "attributes": [DEPARTMENT, {"name": "division"}]}))
BARE = post("/Users", NEW_ADA, user())
ROWS: tuple[Row, ...] = (
    accepts(REQUIRED, "it is there", schema(required=True), KEPT),
    accepts(REQUIRED, "not required", schema(required=False), BARE),
    finds(
        REQUIRED,
        "the create is done without",
        schema(required=True),
        BARE,
        says="status 400 without title, which the schema requires ⟶ the create is done @ /title",
    ),
    accepts(REQUIRED, "its extension is left out", EXTENDED, BARE),
    finds(
        REQUIRED,
        "an extension without what it requires",
        EXTENDED,
        post("/Users", {**NEW_ADA, ENTERPRISE_USER: {"division": "North"}}, user()),
        says=f"status 400 without {DUE}, which the schema requires ⟶ the create is done @ /{DUE}",
    ),
    ignores(REQUIRED, "no schemas are told", BARE),
    ignores(REQUIRED, "the create is refused", schema(required=True), post("/Users", NEW_ADA, None, 400)),
    accepts(PROMISED, "kept", schema(), KEPT, KEPT),
    accepts(PROMISED, "shown by a read alone", schema(), DROPPED, DROPPED, get("/Users/u-ada", user(title="Countess"))),
    finds(
        PROMISED,
        "dropped by creates and replacements",
        schema(),
        DROPPED,
        put("/Users/u-ada", SENT, user()),
        says="title, which the schema lists and the request sets ⟶ it is shown in no answer @ /title",
    ),
    finds(
        PROMISED,
        "a part of a name",
        schema(),
        post("/Users", NAMED, user()),
        post("/Users", NAMED, user("u-2")),
        says="name.givenName, which the schema lists and the request sets ⟶ it is shown in no answer @ /name.givenName",
    ),
    accepts(PROMISED, "an empty text", schema(), EMPTIED, EMPTIED),
    ignores(PROMISED, "taken once", schema(), DROPPED),
    accepts(PROMISED, "shown on request", schema(returned="request"), DROPPED, DROPPED),
    accepts(PROMISED, "never shown", schema(mutability="writeOnly", returned="never"), DROPPED, DROPPED),
    accepts(PROMISED, "not declared", schema(name="nickName"), DROPPED, DROPPED),
    accepts(PROMISED, "of another type", schema(type="integer"), DROPPED, DROPPED),
    ignores(PROMISED, "no schemas are told", DROPPED, DROPPED),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_as_declared(row: Row) -> None:
    assert row.said() == row.wanted
