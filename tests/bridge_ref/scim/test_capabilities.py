"""Optional capabilities of a bridge: discovery and behaviour when they are switched off."""

from pathlib import Path

import pytest

from bridge_ref.scim.capabilities import EVERY_CAPABILITY, NAMES, Capabilities, without
from tests.bridge_ref.world import USER, World


def config(world: World) -> dict[str, bool]:
    """What discovery says of each capability."""
    told = world.send("GET", "/ServiceProviderConfig").body
    return {name: told["pagination"]["cursor"] if name == "cursor" else told[name]["supported"] for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_discovery_says_what_is_switched_off(tmp_path: Path, name: str) -> None:
    """RFC7643-5-28."""
    world = World(tmp_path / "data", capabilities=without([name]))

    told = config(world)

    world.close()
    assert told == {each: each != name for each in NAMES}


def test_everything_is_offered_by_default_but_passwords(world: World) -> None:
    """RFC7643-5-16."""
    assert set(config(world).values()) == {True}
    assert world.send("GET", "/ServiceProviderConfig").body["changePassword"] == {"supported": False}


def test_without_patch_nothing_is_patched(tmp_path: Path) -> None:
    """RFC7644-3.12-14."""
    world = World(tmp_path / "data", capabilities=without(["patch"]))
    ada = world.invite("ada@example.com")
    operation = {"op": "add", "path": "title", "value": "Countess"}
    bulk = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "PATCH", "path": f"/Users/{ada}", "data": {"Operations": [operation]}}],
    }

    refused = world.patch(f"/Users/{ada}", operation)
    in_bulk = world.send("POST", "/Bulk", bulk).body["Operations"]
    shown = world.send("GET", f"/Users/{ada}").body

    world.close()
    assert (refused.status, refused.body["status"]) == (501, "501")
    assert [entry["status"] for entry in in_bulk] == ["501"]
    assert "title" not in shown


def test_without_filter_a_filter_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    """RFC7643-5-28: an identity provider that asks for one user must not be given all of them."""
    world = World(tmp_path / "data", capabilities=without(["filter"]))
    ada = world.invite("ada@example.com")
    search = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "userName pr"}

    answers = [
        world.send("GET", "/Users", filter="userName pr"),
        world.send("GET", "/", filter="userName pr"),
        world.send("POST", "/Users/.search", search),
    ]
    plain = world.send("GET", "/Users")

    world.close()
    assert [answer.status for answer in answers] == [501, 501, 501]
    assert [each["id"] for each in plain.body["Resources"]] == [ada]


def test_several_capabilities_can_be_switched_off() -> None:
    assert without(["bulk", "etag"]) == Capabilities(bulk=False, etag=False)
    assert without([]) == EVERY_CAPABILITY


@pytest.mark.parametrize(("name", "hint"), [("Bulks", "did you mean bulk?"), ("zzz", "there are patch, bulk, filter")])
def test_a_capability_that_is_none_is_told_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(LookupError, match=f"no capability '{name}'") as error:
        without([name])

    assert hint in str(error.value)


def test_a_bridge_without_anything_still_makes_users(tmp_path: Path) -> None:
    world = World(tmp_path / "data", capabilities=without(NAMES))
    ada = world.invite("ada@example.com")

    put = world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": "ada@example.com", "active": False})

    state = world.state("ada@example.com")
    world.close()
    assert (put.status, state) == (200, "INVITED_SUSPENDED")
