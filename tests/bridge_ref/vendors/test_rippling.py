"""Rippling's requests at the reference bridge."""

from __future__ import annotations

from tests.bridge_ref.world import GROUP, USER, World


def test_a_create_with_external_id(world: World) -> None:
    """RIPPLING-03."""
    body = {
        "schemas": [USER],
        "externalId": "63a1",
        "userName": "ada@example.com",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "displayName": "Ada Lovelace",
        "emails": [{"value": "ada@example.com", "type": "work", "primary": True}],
        "active": True,
    }

    created = world.send("POST", "/Users", body)

    assert created.status == 201
    assert created.body | body == created.body


def test_groups_are_listed_page_by_page_and_changed(world: World) -> None:
    """RIPPLING-06, RIPPLING-07, RIPPLING-08, RIPPLING-09, RIPPLING-11."""
    ada, bob = world.invite("ada@example.com"), world.invite("bob@example.com")
    made = [
        world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": name, "members": []}).body["id"]
        for name in ("Design", "Sales")
    ]

    pages = [world.send("GET", "/Groups", startIndex=start, count="1").body for start in "12"]
    world.patch(f"/Groups/{made[0]}", {"op": "add", "path": "members", "value": [{"value": ada}]})
    world.patch(
        f"/Groups/{made[0]}",
        {"op": "remove", "path": f'members[value eq "{ada}"]'},
        {"op": "add", "path": "members", "value": [{"value": bob}]},
    )

    assert {page["Resources"][0]["id"] for page in pages} == set(made)
    assert {page["totalResults"] for page in pages} == {2}
    assert world.members_of(made[0]) == [bob]
    assert world.send("DELETE", f"/Groups/{made[1]}").status == 204
