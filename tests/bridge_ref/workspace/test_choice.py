"""The choice of groups that give access: made by the operator, stored, and forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bridge_ref.google import GoogleWorld, changed
from tests.bridge_ref.world import World


def test_without_a_choice_nobody_is_suspended(google: GoogleWorld) -> None:
    changed(google, groups=())
    google.put("old@marigold.example")

    google.sync()

    assert google.suspended() == set()
    assert google.health()["detail"] == "no group is chosen"
    assert google.preview()["outcome"] == "unchosen"


def test_a_choice_made_while_the_bridge_runs_is_kept(tmp_path: Path) -> None:
    """GOOGLE-16."""
    google = GoogleWorld(tmp_path / "data", groups=None)
    address = google.api.group_address("tg1")
    assert google.world.control("POST", "workspace/groups", {"groups": [address]}).status == 200
    google.world.close()

    google.world = World(tmp_path / "data")
    google.workspace = google.pull(google.world, groups=None)
    google.sync()

    assert google.world.control("GET", "workspace").body["groups"] == [address]
    assert set(google.groups()) == {"Design t"}
    google.close()


def test_a_bridge_that_has_lost_its_settings_says_so(tmp_path: Path) -> None:
    google = GoogleWorld(tmp_path / "data")
    google.sync()
    google.world.close()
    google.world = World(tmp_path / "data")

    health = google.health()

    assert (health["state"], health["detail"]) == ("unhealthy", "started without its settings and key")
    google.close()


def test_a_pull_can_be_forgotten(tmp_path: Path) -> None:
    google = GoogleWorld(tmp_path / "data")
    assert google.world.control("POST", "workspace/forget").status == 200
    google.world.close()
    google.world = World(tmp_path / "data")

    sources = [each["source"] for each in google.world.control("GET", "health").body["reports"]]

    assert "Workspace" not in sources
    assert google.world.control("GET", "workspace").status == 404
    google.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "workspace/groups", {"groups": ["a@marigold.example"]}, 409),
        ("POST", "workspace/groups", {"groups": "a"}, 400),
        ("POST", "workspace/confirm", {"digest": "x"}, 400),
        ("POST", "workspace/dance", {}, 404),
        ("GET", "workspace/sync", None, 404),
    ],
)
def test_acts_that_cannot_be_done(google: GoogleWorld, method: str, path: str, body: Any, status: int) -> None:
    assert google.world.control(method, path, body).status == status


def test_groups_are_offered(google: GoogleWorld) -> None:
    offered = google.world.control("GET", "workspace/groups").body["groups"]
    google.api.fail("groups.list", status=403)

    refused = google.world.control("GET", "workspace/groups")

    assert [each["name"] for each in offered] == ["Design t", "Sales t"]
    assert (refused.status, "403 forbidden" in refused.body["error"]) == (409, True)
