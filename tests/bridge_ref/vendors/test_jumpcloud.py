"""JumpCloud's requests at the reference bridge."""

from __future__ import annotations

from tests.bridge_ref.world import GROUP, USER, World

PROFILE = {
    "schemas": [USER],
    "userName": "ada@example.com",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "displayName": "Ada Lovelace",
    "emails": [{"value": "ada@example.com", "type": "work", "primary": True}],
    "active": True,
}


def test_a_create_and_a_patch_with_a_path_for_each_attribute(world: World) -> None:
    """JUMPCLOUD-04, JUMPCLOUD-05, JUMPCLOUD-06."""
    ada = world.send("POST", "/Users", PROFILE).body["id"]

    changed = world.patch(
        f"/Users/{ada}",
        {"op": "replace", "path": "name.givenName", "value": "Augusta"},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "augusta@example.com"},
        {"op": "replace", "path": "active", "value": False},
    )
    shown = world.send("GET", f"/Users/{ada}").body

    assert changed.status in (200, 204)
    assert (shown["name"]["givenName"], shown["emails"][0]["value"], shown["active"]) == (
        "Augusta",
        "augusta@example.com",
        False,
    )


def test_members_come_and_go_by_value(world: World) -> None:
    """JUMPCLOUD-07, JUMPCLOUD-08, JUMPCLOUD-10: a group with a name alone; others stay in it."""
    ada, bob = world.invite("ada@example.com"), world.invite("bob@example.com")
    design = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design"}).body["id"]

    world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": ada}, {"value": bob}]})
    left = world.patch(f"/Groups/{design}", {"op": "remove", "path": "members", "value": [{"value": ada}]})

    assert left.status in (200, 204)
    assert world.members_of(design) == [bob]
    assert world.send("DELETE", f"/Groups/{design}").status == 204


def test_what_an_activation_makes_is_gone(world: World) -> None:
    """JUMPCLOUD-02, JUMPCLOUD-11, JUMPCLOUD-12: and a read of all users changes nothing."""
    tester = world.send("POST", "/Users", PROFILE).body["id"]
    group = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Test"}).body["id"]

    statuses = [world.send("DELETE", path).status for path in (f"/Groups/{group}", f"/Users/{tester}")]

    assert statuses == [204, 204]
    assert world.send("GET", "/Users", startIndex="1", count="100").body["totalResults"] == 0
    assert world.send("GET", "/Groups", filter='displayName eq "Test"').body["totalResults"] == 0
