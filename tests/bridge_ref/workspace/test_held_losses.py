"""Suspensions above a limit wait until the operator confirms them."""

from __future__ import annotations

from tests.bridge_ref.google import GoogleWorld, changed


def test_many_suspensions_wait_for_somebody_who_confirms_them(google: GoogleWorld) -> None:
    changed(google, max_suspensions=1)
    google.put("one@marigold.example", "two@marigold.example")

    google.sync()
    assert google.suspended() == set()
    assert "2 members would be suspended" in google.health()["detail"]
    assert set(google.groups()) == {"Design t", "Sales t"}

    digest = google.world.control("GET", "workspace/preview").body["digest"]
    google.put("three@marigold.example")
    assert google.world.control("POST", "workspace/confirm", {"digest": digest}).status == 200
    google.sync()
    assert google.suspended() == set(), "others than those who were confirmed"

    digest = google.world.control("GET", "workspace/preview").body["digest"]
    google.world.control("POST", "workspace/confirm", {"digest": digest})
    google.sync()
    assert len(google.suspended()) == 3
    assert google.health()["state"] == "healthy"


def test_a_share_of_suspensions_waits_too(google: GoogleWorld) -> None:
    changed(google, max_suspensions_percent=50)
    google.put("one@marigold.example", "two@marigold.example", google.address("Ada"))

    google.sync()
    google.sync()

    assert google.suspended() == set(), "not even now that more people are there"
    assert "members would be suspended" in google.health()["detail"]


def test_a_group_that_is_suddenly_empty_waits(google: GoogleWorld) -> None:
    google.sync()
    google.directory.members["tg1"].clear()

    google.sync()

    assert google.suspended() == set()
    assert "is empty, and 2 people are in it here" in google.health()["detail"]
