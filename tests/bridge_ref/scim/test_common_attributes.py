"""The common attributes of resources (schemas, id, externalId, meta): RFC 7643 section 3."""

from typing import Any

import pytest

from bridge_ref.storage.sqlite import SqliteStore
from tests.bridge_ref.rich import RICH, rich, schemas
from tests.bridge_ref.world import ENTERPRISE, GROUP, USER, World

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def test_every_resource_names_its_schemas(world: World) -> None:
    """RFC7643-2.1-01, RFC7643-3-01, RFC7643-3-03, RFC7643-3-04, RFC7643-3-05, RFC7643-3.1-01, RFC7643-3.1-03,
    RFC7643-3.1-21, RFC7643-3.3-02, RFC7643-6-05, RFC7643-7-01, RFC7644-3.3.1-01, RFC7644-3.3.1-02."""
    ada = rich(world)
    world.form("Design", ada.body["id"])
    types = {each["name"]: each for each in world.send("GET", "/ResourceTypes").body["Resources"]}

    found = world.send("GET", "/").body["Resources"]
    for resource in found:
        of = types[resource["meta"]["resourceType"]]
        declared = {of["schema"], *(each["schema"] for each in of["schemaExtensions"])}
        assert resource["id"]
        assert of["schema"] in resource["schemas"]
        assert set(resource["schemas"]) <= declared
        assert declared <= schemas(world).keys()
    assert [each["meta"]["resourceType"] for each in found] == ["User", "Group"]
    for path in ("/Schemas", "/ResourceTypes"):
        assert all(each["schemas"] for each in world.send("GET", path).body["Resources"])


def test_schemas_follow_from_the_content(world: World) -> None:
    """RFC7643-3-06, RFC7643-3-09, RFC7643-3-10, RFC7643-3.3-08, ENTRA-08, ENTRA-21."""
    sent = [USER, USER, ENTERPRISE, "urn:example:unknown"]
    plain = world.send("POST", "/Users", {"schemas": sent, "userName": "ada@example.com"}).body
    extended = world.send(
        "POST", "/Users", {"schemas": [USER], "userName": "eve@example.com", ENTERPRISE: {"department": "Numbers"}}
    ).body
    microsoft = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
    group = {"schemas": [GROUP, microsoft], "displayName": "Design", "meta": {"resourceType": "Group"}}

    assert plain["schemas"] == [USER]
    assert extended["schemas"] == [USER, ENTERPRISE]
    assert "department" not in extended
    assert world.send("POST", "/Groups", group).body["schemas"] == [GROUP]


@pytest.mark.parametrize("sent", [[GROUP], [ENTERPRISE], [], "text", [7]])
def test_a_body_of_another_schema_is_no_user(world: World, sent: Any) -> None:
    """RFC7643-3.3-03."""
    refused = world.send("POST", "/Users", {"schemas": sent, "userName": "ada@example.com"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_strict_wants_the_schemas_of_a_body(strict_world: World) -> None:
    """RFC7643-3.3-03."""
    refused = strict_world.send("POST", "/Users", {"userName": "ada@example.com"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_ids_are_the_bridges_own_and_stay(world: World) -> None:
    """RFC7643-3.1-03, RFC7643-3.1-04, RFC7643-3.1-05, RFC7643-3.1-06, RFC7643-3.1-07, RFC7643-3.1-09, RFC7643-7-21,
    RFC7644-3.3-01, RFC7644-3.5.1-11, RFC7644-3.6-09."""
    eve = world.invite("eve@example.com")
    ada = rich(world, id=eve).body["id"]
    design = world.form("Design")
    path = f"/Users/{ada}"
    world.send("PUT", path, RICH | {"id": eve, "userName": "ada@example.net"})
    world.patch(path, {"op": "replace", "path": "userName", "value": "ada@example.org"})

    shown = [world.send("GET", path).body["id"], world.send("GET", "/Users").body["Resources"][1]["id"]]
    world.send("DELETE", path)
    again = rich(world, userName="ada@example.org").body["id"]

    assert shown == [ada, ada]
    assert len({eve, ada, design, again}) == 4
    assert "bulkId" not in eve + ada + design + again


@pytest.mark.parametrize("name", ["id", "externalId"])
def test_ids_are_compared_letter_by_letter(world: World, name: str) -> None:
    """RFC7643-3.1-08, RFC7643-3.1-16, RFC7643-7-18, ENTRA-05."""
    value = rich(world, externalId="Ab").body[name]

    found = [
        world.send("GET", "/Users", filter=f'{name} eq "{each}"').body["totalResults"]
        for each in (value, value.swapcase())
    ]

    assert found == [1, 0]


def test_external_ids_are_the_clients_affair(world: World) -> None:
    """RFC7643-3.1-15, RFC7643-3.1-17."""
    ada, eve = rich(world, externalId="Ab"), rich(world, userName="eve@example.com", externalId="Ab")
    path = f"/Users/{ada.body['id']}"
    put = world.send("PUT", path, RICH | {"externalId": "aB"})
    patched = world.patch(path, {"op": "replace", "path": "externalId", "value": "AB"})

    assert [each.body["externalId"] for each in (ada, eve, put, patched)] == ["Ab", "Ab", "aB", "AB"]


def test_meta_is_the_bridges_own(world: World) -> None:
    """RFC7643-3.1-18, RFC7643-3.1-19, RFC7643-3.1-20, RFC7644-3.3-02, RFC7644-3.3-04,
    RFC7644-3.5.1-12, RFC7644-3.1-06, OKTA-09, ENTRA-08."""
    false = {"resourceType": "Group", "created": "1815-12-10T00:00:00Z", "location": "https://x", "version": "9"}
    created = rich(world, meta=false, groups=[{"value": "nothing"}]).body
    path = f"/Users/{created['id']}"

    put = world.send("PUT", path, created | {"meta": false, "groups": [], "shoeSize": 36})

    assert created["meta"]["resourceType"] == "User"
    assert put.body == created
    assert "meta" not in world.send("GET", path, attributes="userName").body


def test_id_is_always_shown_and_a_password_never(world: World) -> None:
    """RFC7643-3.1-10, RFC7643-4.1.1-19, RFC7643-4.1.1-20, RFC7643-4.1.1-21, RFC7643-4.1.1-22, RFC7643-7-25,
    RFC7643-7-26, RFC7643-7-27, RFC7643-7-29, RFC7644-3.4.2.5-03, OKTA-06."""
    created = rich(world, password="S3cret-word", groups=[], locale="en-US")
    path = f"/Users/{created.body['id']}"
    search = {"schemas": [SEARCH], "attributes": ["password"]}
    answers = [
        created,
        world.send("GET", path, attributes="password"),
        world.send("GET", path, attributes="userName,password"),
        world.send("GET", path, excludedAttributes="id,schemas,userName"),
        world.send("PUT", path, RICH | {"password": "S3cret-word"}),
        world.patch(path, {"op": "replace", "path": "password", "value": "S3cret-word"}),
        world.patch(path, {"op": "replace", "value": {"password": "S3cret-word"}}, attributes="password"),
    ]
    lists = [world.send("GET", "/Users"), world.send("POST", "/Users/.search", search)]
    assert isinstance(world.store, SqliteStore)
    stored = world.store._connection.execute("SELECT document FROM users").fetchone()[0]

    assert [each.status for each in answers] == [201, 200, 200, 200, 200, 200, 200]
    assert all({"id", "schemas"} <= each.body.keys() for each in answers)
    assert not any("password" in str(each.body) or "S3cret" in str(each) for each in answers + lists)
    assert b"S3cret" not in stored
    assert answers[1].body.keys() == {"id", "schemas"}
    assert "userName" not in answers[3].body
