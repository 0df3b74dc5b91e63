"""PUT: RFC 7644 section 3.5.1."""

from tests.bridge_ref.world import ENTERPRISE, GROUP, USER, World


def test_a_put_replaces_what_it_names_and_clears_what_it_leaves_out(three: World) -> None:
    """RFC7644-3.5-01, RFC7644-3.5.1-02, RFC7644-3.5.1-15, RFC7644-3.5.1-18, RFC7644-3.1-07, OKTA-11."""
    ada = three.send("GET", "/Users").body["Resources"][0]
    body = {
        "schemas": [USER, ENTERPRISE],
        "userName": "ada@example.com",
        "name": {"givenName": "Augusta"},
        "emails": [{"value": "new@example.com"}],
        ENTERPRISE: {"department": "Numbers"},
    }

    put = three.send("PUT", f"/Users/{ada['id']}", body)

    assert put.status == 200
    assert put.body | body == put.body
    assert put.body.keys() == {"schemas", "id", "meta", "userName", "name", "emails", "active", ENTERPRISE}
    assert three.send("GET", f"/Users/{ada['id']}").body == put.body


def test_a_put_of_what_was_read_changes_nothing(three: World) -> None:
    """RFC7644-3.1-06, RFC7644-3.5.1-11, RFC7644-3.5.1-12, OKTA-11, ENTRA-36."""
    ada = three.send("GET", "/Users").body["Resources"][0]
    three.form("Design", ada["id"])
    before = three.send("GET", f"/Users/{ada['id']}").body

    put = three.send("PUT", f"/Users/{ada['id']}", before)
    deactivated = three.send("PUT", f"/Users/{ada['id']}", before | {"active": False}).body

    assert put.body == before
    assert {key for key in deactivated if deactivated[key] != before[key]} == {"active", "meta"}
    assert three.mail_to("ada@example.com") == ["invitation"]


def test_a_put_of_a_group_sets_its_members(world: World) -> None:
    """RFC7644-3.5.1-16, RFC7644-3.5-01, RFC7644-3.4.1-02, OKTA-31."""
    ada, eve = world.invite("ada@example.com"), world.invite("eve@example.com")
    design = world.form("Design", ada)

    put = world.send(
        "PUT", f"/Groups/{design}", {"schemas": [GROUP], "displayName": "Sales", "members": [{"value": eve}]}
    )

    assert (put.status, put.body["displayName"], [each["value"] for each in put.body["members"]]) == (
        200,
        "Sales",
        [eve],
    )
    assert world.send("GET", f"/Groups/{design}").body == put.body
    assert "groups" not in world.send("GET", f"/Users/{ada}").body
    assert [each["value"] for each in world.send("GET", f"/Users/{eve}").body["groups"]] == [design]
