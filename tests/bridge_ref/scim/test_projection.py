"""The attributes in an answer: RFC 7644 section 3.9."""

from typing import Any

import pytest

from tests.bridge_ref.answers import SEARCH
from tests.bridge_ref.world import ENTERPRISE, USER, World


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({"attributes": "userName"}, {"userName"}),
        ({"attributes": "title, userName"}, {"title", "userName"}),
        ({"attributes": "TITLE"}, {"title"}),
        ({"attributes": f"{USER}:userName"}, {"userName"}),
        ({"attributes": f"{ENTERPRISE}:employeeNumber"}, {ENTERPRISE}),
        ({"attributes": ENTERPRISE}, {ENTERPRISE}),
        ({"attributes": "noSuchAttribute"}, set()),
        ({"attributes": "noSuchAttribute,title"}, {"title"}),
        (
            {"excludedAttributes": "id,schemas,emails,userName,meta,name"},
            {"externalId", "title", "active", ENTERPRISE},
        ),
        (
            {"excludedAttributes": f"{ENTERPRISE},emails,meta,name.familyName"},
            {"userName", "externalId", "title", "active", "name"},
        ),
    ],
)
def test_projections(three: World, parameters: dict[str, str], shown: set[str]) -> None:
    """RFC7644-3.4.2.5-01, RFC7644-3.4.2.5-02, RFC7644-3.4.2.5-03, RFC7644-3.4.2.5-04, RFC7644-3.9-02, RFC7644-3.9-03,
    RFC7644-3.9-04, RFC7644-3.9-06, RFC7644-3.9-08, RFC7644-3.10-01, RFC7644-3.10-02, RFC7644-3.10-04,
    RFC7644-3.4.3-05, RFC7644-3.4.3-06, RFC7644-3.4.3-07, RFC7643-7-26, RFC7643-7-29."""
    ada = three.send("GET", "/Users").body["Resources"][0]["id"]
    search: dict[str, Any] = {"schemas": [SEARCH]} | {key: value.split(",") for key, value in parameters.items()}

    alone = three.send("GET", f"/Users/{ada}", None, "right-token", **parameters).body
    listed = three.send("GET", "/Users", None, "right-token", **parameters).body["Resources"][0]
    searched = three.send("POST", "/Users/.search", search).body["Resources"][0]

    assert alone.keys() - {"id", "schemas"} == shown
    assert {"id", "schemas"} <= alone.keys()
    assert listed == searched == alone


def test_parts_can_be_chosen_and_left_out(three: World) -> None:
    """RFC7644-3.9-03, RFC7644-3.9-09, RFC7644-3.10-03."""
    path = f"/Users/{three.send('GET', '/Users').body['Resources'][0]['id']}"

    chosen = three.send("GET", path, attributes=f"name.familyName,emails.value,{ENTERPRISE}:manager.value").body
    left = three.send("GET", path, excludedAttributes=f"name.familyName,{ENTERPRISE}:manager.$ref").body

    assert chosen["name"] == {"familyName": "Lovelace"}
    assert chosen["emails"] == [{"value": "ada@work.example"}, {"value": "ada@home.example"}]
    assert chosen[ENTERPRISE] == {"manager": {"value": "M-1"}}
    assert left["name"] == {"givenName": "Ada"}
    assert left[ENTERPRISE] == {"employeeNumber": "7", "manager": {"value": "M-1"}}


def test_both_projections_exclude_each_other(three: World) -> None:
    """RFC7644-3.9-07."""
    refused = three.send("GET", "/Users", attributes="userName", excludedAttributes="title")

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_members_can_be_left_out(world: World) -> None:
    """RFC7644-3.4.2.5-05, ENTRA-20."""
    design = world.form("Design", world.invite("ada@example.com"))

    assert "members" not in world.send("GET", f"/Groups/{design}", excludedAttributes="members").body
    assert "members" not in world.send("GET", "/Groups", excludedAttributes="members").body["Resources"][0]
    assert "members" in world.send("GET", "/Groups").body["Resources"][0]


def test_every_write_answers_as_the_projection_says(world: World) -> None:
    """RFC7644-3.5.2-31, RFC7644-3.9-02."""
    ada, design = world.invite("ada@example.com", title="Countess"), world.form("Design")
    title = {"op": "replace", "path": "title", "value": "Lady"}
    name = {"op": "replace", "path": "displayName", "value": "Sales"}

    user = world.patch(f"/Users/{ada}", title, attributes="title")
    group = world.patch(f"/Groups/{design}", name, attributes="displayName")

    assert (user.status, user.body.keys()) == (200, {"schemas", "id", "title"})
    assert (group.status, group.body.keys()) == (200, {"schemas", "id", "displayName"})
