"""A user sent from its stored form equals the user parsed and written anew."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge_ref.scim.projection import EVERYTHING
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import Membership, StoredUser
from tests.bridge_ref.world import ENTERPRISE, World


class Shouts(Representation):
    """Shows names in capitals."""

    def whole_user(self, user: StoredUser, groups: Any) -> dict[str, Any]:
        """The user, in capitals."""
        shown = super().whole_user(user, groups)
        return {**shown, "displayName": str(shown.get("displayName")).upper()}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"displayName": 'Ada "the" Ö \\ / \u2028', "active": False},
        {"emails": [{"value": "ada@example.com", "type": "work", "primary": True}], "title": f'"{ENTERPRISE}":'},
        {ENTERPRISE: {"department": "Engines"}},
        {ENTERPRISE: {"department": "Engines", "manager": {"value": "boss", "displayName": "Boss"}}},
    ],
)
@pytest.mark.parametrize("in_groups", [False, True])
def test_both_ways_say_the_same(world: World, attributes: dict[str, Any], in_groups: bool) -> None:
    ada = world.invite("ada@example.com", **attributes)
    if in_groups:
        world.form('Design "A"', ada)
        world.form("Ops", ada)
    shown = world.send("GET", f"/Users/{ada}")
    chosen = world.send("GET", f"/Users/{ada}", excludedAttributes="nickName")

    assert shown.body == chosen.body
    assert list(shown.body)[:3] == ["schemas", "id", "meta"]
    assert world.send("GET", "/Users").body["Resources"] == [shown.body]
    assert shown.headers["etag"] == shown.body["meta"]["version"]


def test_a_part_that_shows_users_in_another_way_is_asked(world: World) -> None:
    shouts = Shouts("https://bridge.example", world.service.parts.etags)
    user = StoredUser("U-1", "M-1", b'{"active":true,"userName":"ada","displayName":"Ada"}', 1, 1)

    shown = shouts.user(user, [Membership("G-1", "Design", "g")], EVERYTHING)

    assert json.loads(json.dumps(shown))["displayName"] == "ADA"
