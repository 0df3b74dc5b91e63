"""OneLogin's requests at the reference bridge: accepted by default, and what --strict refuses of them."""

from __future__ import annotations

from tests.bridge_ref.world import World

JSON = "application/json"
LABELS = (("authorization", "Bearer right-token"), ("content-type", JSON))
TEMPLATE = {
    "schemas": ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"],
    "userName": "ada@example.com",
    "name": {"familyName": "Lovelace", "givenName": "Ada", "formatted": "Ada Lovelace"},
    "emails": [{"value": "ada@example.com", "type": "work", "primary": True}],
    "active": True,
}


def test_the_connection_test_and_the_look_up(world: World) -> None:
    """ONELOGIN-01, ONELOGIN-02, ONELOGIN-03: an & behind the filter, a Content-Type on a read, no agent."""
    ada = world.invite("ada@example.com")
    ask = "filter=userName+eq+%22{}%22&"

    nobody = world.send_raw("GET", "/scim/v2/Users", ask.format("onelogin-connection-test"), LABELS)
    found = world.send_raw("GET", "/scim/v2/Users", ask.format("ada%40example.com"), LABELS)

    assert (nobody.status, nobody.body["totalResults"]) == (200, 0)
    assert [each["id"] for each in found.body["Resources"]] == [ada]


def test_the_template_names_the_drafts(world: World) -> None:
    """ONELOGIN-03, ONELOGIN-04, ONELOGIN-05: in a create and in a PUT; what comes back names the RFC's schemas."""
    created = world.send_with("content-type", JSON, "POST", "/Users", TEMPLATE)
    changed = world.send_with(
        "content-type", JSON, "PUT", f"/Users/{created.body['id']}", {**TEMPLATE, "active": False}
    )

    assert created.status == 201
    assert created.body["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:User"]
    assert (changed.status, changed.body["active"]) == (200, False)


def test_strict_wants_the_schema_of_the_rfc(strict_world: World) -> None:
    answer = strict_world.send("POST", "/Users", TEMPLATE)

    assert (answer.status, answer.body["scimType"]) == (400, "invalidValue")


def test_groups_are_listed_created_and_patched(world: World) -> None:
    """ONELOGIN-07, ONELOGIN-08, ONELOGIN-09."""
    ada = world.invite("ada@example.com")
    group = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Design"}

    design = world.send_with("content-type", JSON, "POST", "/Groups", group).body["id"]
    joined = world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": ada}]})
    listed = world.send("GET", "/Groups", startIndex="1", count="100").body

    assert joined.status in (200, 204)
    assert [(each["id"], each["displayName"]) for each in listed["Resources"]] == [(design, "Design")]
    assert world.members_of(design) == [ada]


def test_a_user_is_deleted(world: World) -> None:
    """ONELOGIN-11."""
    ada = world.invite("ada@example.com")

    assert world.send("DELETE", f"/Users/{ada}").status == 204
    assert world.send("GET", f"/Users/{ada}").status == 404
