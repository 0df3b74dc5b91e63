"""The schedule of pulls: interval, clock, retries."""

from __future__ import annotations

from tests.bridge_ref.google import GoogleWorld


def test_a_sync_that_is_asked_for_is_due_at_once(google: GoogleWorld) -> None:
    google.sync()
    google.directory.disable(google.person("Ada"))

    google.world.control("POST", "workspace/sync")
    google.world.runner.run(google.world.service.tick_pull())

    assert google.suspended() == {google.address("Ada")}


def test_syncs_come_at_the_interval(google: GoogleWorld) -> None:
    """GOOGLE-17."""
    google.sync()
    google.directory.disable(google.person("Ada"))
    google.api.publish()

    google.world.clock.advance(3599)
    google.world.runner.run(google.world.service.tick_pull())
    assert google.suspended() == set()
    google.world.clock.advance(1)
    google.world.runner.run(google.world.service.tick_pull())
    assert google.suspended() == {google.address("Ada")}


def test_advancing_the_clock_does_each_sync_at_its_time(google: GoogleWorld) -> None:
    google.sync()
    synced = google.world.control("GET", "health").body["reports"][0]["time"]
    google.directory.disable(google.person("Ada"))
    google.world.act(google.address("Grace"), "sign-up")

    google.world.control("POST", "clock/advance", {"seconds": 30 * 86_400})

    events = google.world.control("GET", "journal").body["events"]
    at = {each["event"]: each["at"] for each in events}
    assert synced.startswith("2026-03-02T12:01")
    assert at["confirmed"].startswith("2026-03-02T12:05:00")
    assert at["suspended"].startswith("2026-03-02T13:01:00")
    assert google.health()["state"] == "healthy"
    assert google.api.count("users.list") < 6


def test_whoever_a_sync_lets_back_in_is_confirmed_in_the_same_advance(google: GoogleWorld) -> None:
    google.sync()
    ada = google.person("Ada")
    google.world.act(ada.address, "sign-up")
    google.directory.disable(ada)
    google.sync()
    google.directory.enable(ada)

    google.world.control("POST", "clock/advance", {"seconds": 4 * 3600})

    assert google.states()[ada.address] == "ACTIVE"


def test_a_directory_that_stays_away_is_asked_again_sooner(google: GoogleWorld) -> None:
    google.api.fail("users.list", status=403)
    google.sync()
    google.api.mend()

    google.world.clock.advance(300)
    google.world.runner.run(google.world.service.tick_pull())

    assert google.health()["state"] == "healthy"


def test_a_pull_that_has_stopped_is_not_well(google: GoogleWorld) -> None:
    google.sync()
    google.world.clock.advance(3 * 3600)

    assert "nothing has been read to its end since" in google.health()["detail"]
