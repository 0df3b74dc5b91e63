"""DELETE, and unknown ids: RFC 7644 sections 3.4.1 and 3.6."""

import pytest

from tests.bridge_ref.answers import assert_error, found
from tests.bridge_ref.world import GROUP, PATCH, USER, World


@pytest.mark.parametrize("kind", ["Users", "Groups"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_id_is_unknown_to_every_method(world: World, kind: str, method: str) -> None:
    """RFC7644-3.4.1-03, RFC7644-3.5.1-01, RFC7644-3.2-04, RFC7644-3.5.2-33, RFC7644-3.6-10, OKTA-27."""
    bodies = {
        "PUT": {"schemas": [USER if kind == "Users" else GROUP], "userName": "x@example.com", "displayName": "X"},
        "PATCH": {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "displayName", "value": "x"}]},
    }

    unknown = world.send(method, f"/{kind}/nobody", bodies.get(method))

    assert_error(unknown, 404)
    assert world.send("GET", f"/{kind}").body["totalResults"] == 0


def test_an_id_is_no_id_of_another_type(world: World) -> None:
    """RFC7644-3.4.1-01, RFC7644-3.4.1-04."""
    ada, design = world.invite("ada@example.com"), world.form("Design")

    assert world.send("GET", f"/Users/{ada}").body["id"] == ada
    assert [world.send("GET", path).status for path in (f"/Groups/{ada}", f"/Users/{design}")] == [404, 404]


def test_what_is_deleted_is_gone_for_every_method(world: World) -> None:
    """RFC7644-3.6-01, RFC7644-3.6-04, RFC7644-3.6-05, RFC7644-3.6-06, RFC7644-3.6-07, RFC7644-3.6-08, RFC7644-3.6-09,
    ENTRA-28, ENTRA-01, GOOGLE-06."""
    ada = world.invite("ada@example.com")
    path = f"/Users/{ada}"
    deleted = world.send("DELETE", path)
    again = [
        world.send("GET", path),
        world.send("PUT", path, {"schemas": [USER], "userName": "ada@example.com"}),
        world.patch(path, {"op": "add", "path": "title", "value": "x"}),
        world.send("DELETE", path),
    ]

    assert (deleted.status, deleted.body) == (204, None)
    for each in again:
        assert_error(each, 404)
    assert (
        found(world, f'id eq "{ada}"') == found(world, 'userName eq "ada@example.com"') == found(world, "id pr") == ""
    )
    assert world.invite("ada@example.com") != ada


def test_a_deleted_group_leaves_its_members_alone(world: World) -> None:
    """RFC7644-3.6-02, RFC7644-3.6-11, RFC7644-3.6-12, OKTA-25, ENTRA-29."""
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)
    world.patch(f"/Users/{ada}", {"op": "replace", "path": "active", "value": False})

    deleted = world.send("DELETE", f"/Groups/{design}")

    assert (deleted.status, deleted.body) == (204, None)
    assert "groups" not in world.send("GET", f"/Users/{ada}").body
