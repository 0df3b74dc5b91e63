"""References between resources: RFC 7643 section 2.3.7."""

from urllib.parse import urlsplit

import pytest

from tests.bridge_ref.rich import RICH, rich
from tests.bridge_ref.world import BASE_URL, ENTERPRISE, USER, World


def test_references_lead_to_what_they_name(world: World) -> None:
    """RFC7643-2.3.7-02, RFC7643-2.3.7-04, RFC7643-2.3.7-05, RFC7643-3.1-25, RFC7643-4.1.2-15, RFC7643-4.1.2-16,
    RFC7643-4.2-04, RFC7643-4.2-05, RFC7643-4.3-02, RFC7643-4.3-03, RFC7644-1.2-02, RFC7644-1.3-01, RFC7644-3.12-20,
    RFC7644-3.13-02."""
    grace = world.invite("grace@example.com")
    ada = rich(world, **{ENTERPRISE: {"manager": {"value": grace}}}).body["id"]
    design = world.form("Design", ada)

    user, group = world.send("GET", f"/Users/{ada}").body, world.send("GET", f"/Groups/{design}").body
    manager = user[ENTERPRISE]["manager"]
    named = [(user["id"], user["meta"]["location"]), (group["id"], group["meta"]["location"])]
    named += [(each["value"], each["$ref"]) for each in [*user["groups"], *group["members"], manager]]
    assert {each[0] for each in named} == {ada, design, grace}
    for scim_id, address in named:
        assert urlsplit(address)[0] == "https"
        assert urlsplit(address)[3:] == ("", "")
        assert "@" not in address
        assert "/v2/" in address
        assert world.send("GET", address.removeprefix(BASE_URL)).body["id"] == scim_id


def test_the_address_of_a_manager_follows_the_id(world: World) -> None:
    """RFC7643-4.3-03, RFC7643-4.3-05."""
    path = f"/Users/{rich(world).body['id']}"
    sent = {"value": "G-1", "$ref": "https://elsewhere.example/G-1", "displayName": "Grace"}
    put = world.send("PUT", path, RICH | {ENTERPRISE: {"manager": sent}}).body[ENTERPRISE]["manager"]
    patched = world.patch(path, {"op": "replace", "path": f"{ENTERPRISE}:manager.value", "value": "a b/c"}).body

    assert put == {"value": "G-1", "$ref": f"{BASE_URL}/Users/G-1"}
    assert patched[ENTERPRISE]["manager"] == {"value": "a b/c", "$ref": f"{BASE_URL}/Users/a%20b%2Fc"}


@pytest.mark.parametrize("reference", ["https://bridge.example/scim/v2/Users/{}", "/Users/{}", "../Users/{}"])
def test_a_member_can_be_named_by_its_address_of_any_version(world: World, reference: str) -> None:
    """RFC7643-2.4-07."""
    ada, design = world.invite("ada@example.com"), world.form("Design")

    world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"$ref": reference.format(ada)}]})

    assert world.members_of(design) == [ada]


def test_groups_of_a_user_are_changed_through_groups_only(world: World) -> None:
    """RFC7643-4.1.2-17, RFC7643-4.1.2-18, RFC7643-4.1.2-19, RFC7643-4.1.2-20, RFC7643-7-21, RFC7644-3.3-03,
    RFC7644-3.5.1-13, RFC7644-3.5.2-15, RFC7644-3.5.2.2-10, RFC7644-3.6-11."""
    ada = world.invite("ada@example.com")
    design, sales = world.form("Design", ada), world.form("Sales", ada)
    path, value = f"/Users/{ada}", [{"value": sales}]
    eve = world.invite("eve@example.com", groups=value)
    put = world.send("PUT", path, {"schemas": [USER], "userName": "ada@example.com", "groups": []}).body
    refused = [world.patch(path, {"op": op, "path": "groups", "value": value}) for op in ("add", "replace", "remove")]
    both = [each["value"] for each in put["groups"]]
    world.patch(f"/Groups/{sales}", {"op": "remove", "path": f'members[value eq "{ada}"]'})
    one = world.send("GET", path).body["groups"]
    world.send("DELETE", f"/Groups/{design}")

    assert {(each.status, each.body["scimType"]) for each in refused} == {(400, "mutability")}
    assert "groups" not in world.send("GET", f"/Users/{eve}").body
    assert both == [design, sales]
    assert [(each["value"], each["type"]) for each in one] == [(design, "direct")]
    assert "groups" not in world.send("GET", path).body
