"""POST: RFC 7644 section 3.3."""

from typing import Any

import pytest

from tests.bridge_ref.answers import assert_error
from tests.bridge_ref.world import BASE_URL, ENTERPRISE, GROUP, USER, World


@pytest.mark.parametrize("path", ["roles", "shoeSize", f"{ENTERPRISE}:shoeSize"])
def test_strict_knows_no_other_attributes(strict_world: World, path: str) -> None:
    """RFC7644-3.5.2-14."""
    ada = strict_world.invite("ada@example.com")
    known = {"op": "add", "path": "title", "value": "x"}

    refused = strict_world.patch(f"/Users/{ada}", known, {"op": "add", "path": path, "value": "x"})

    assert_error(refused, 400, "invalidPath")


def test_unknown_attributes_of_a_create_are_no_part_of_the_resource(world: World) -> None:
    """RFC7644-3.3-19, ENTRA-17."""
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com", "shoeSize": 36}).body
    shoes = {"op": "add", "path": "shoeSize", "value": 36}
    patched = world.patch(f"/Users/{created['id']}", shoes, {"op": "add", "path": "title", "value": "Lady"}).body

    assert "shoeSize" not in created | patched
    assert patched["title"] == "Lady"


def test_a_create_says_where_the_resource_is(world: World) -> None:
    """RFC7644-3.3-09, RFC7644-3.3-10, RFC7644-3.3-12, RFC7644-3.3-13, RFC7644-3.3-14, RFC7643-3.1-26, OKTA-07,
    OKTA-18."""
    ada = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})
    empty = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Empty", "members": []})
    members = [{"value": ada.body["id"]}]
    full = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Full", "members": members})

    for created in (ada, empty, full):
        location = created.body["meta"]["location"]
        assert created.status == 201
        assert created.headers["location"] == created.headers["content-location"] == location
        assert world.send("GET", location.removeprefix(BASE_URL)).body["id"] == created.body["id"]
    assert [each["value"] for each in full.body["members"]] == [ada.body["id"]]


def test_a_refused_create_leaves_nothing_behind(world: World) -> None:
    """RFC7644-3.3-17."""
    world.form("Design")
    bodies: list[tuple[str, Any]] = [
        ("/Users", {"schemas": [USER], "userName": "ada@example.com", "active": "x"}),
        ("/Users", {"schemas": [USER], "userName": "ada@b@example.com"}),
        ("/Groups", {"schemas": [GROUP], "displayName": "Sales", "members": [{"value": "nobody"}]}),
        ("/Groups", {"schemas": [GROUP], "displayName": "DESIGN"}),
    ]
    before, events = world.send("GET", "/").body, world.events()

    statuses = [world.send("POST", path, body).status for path, body in bodies]

    assert statuses == [400, 400, 400, 409]
    assert (world.send("GET", "/").body, world.events()) == (before, events)
