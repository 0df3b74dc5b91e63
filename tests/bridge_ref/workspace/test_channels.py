"""Google's notices and the channels on which they come."""

from __future__ import annotations

import pytest

from bridge_ref.endpoints.google_notices import GoogleNotices
from tests.bridge_ref.google import GoogleWorld, changed


def notify(google: GoogleWorld, channel_id: str, token: str, state: str = "update", method: str = "POST") -> int:
    headers = (
        ("x-goog-channel-id", channel_id),
        ("x-goog-channel-token", token),
        ("x-goog-resource-state", state),
    )
    handler = GoogleNotices(google.world.handler, google.world.service)
    asked = handler.handle(method, "/google/notices", "", headers, b'{"primaryEmail": "evil@marigold.example"}')
    return google.world.runner.run(asked).status


def test_a_notice_hastens_the_next_sync(google: GoogleWorld) -> None:
    """GOOGLE-18."""
    google.sync()
    google.directory.disable(google.person("Ada"))
    token = google.workspace.google.channel_token("c1")

    statuses = [notify(google, "c1", token) for _ in range(3)]
    google.world.clock.advance(11)
    google.world.runner.run(google.world.service.tick_pull())

    assert statuses == [200, 200, 200]
    assert google.suspended() == {google.address("Ada")}
    assert google.api.count("users.list") == 2
    assert "evil@marigold.example" not in google.states()


def test_the_first_notice_of_a_channel_only_says_that_it_works(google: GoogleWorld) -> None:
    """GOOGLE-19."""
    google.sync()

    status = notify(google, "c1", google.workspace.google.channel_token("c1"), "sync")
    google.world.clock.advance(11)
    google.world.runner.run(google.world.service.tick_pull())

    assert (status, google.api.count("users.list")) == (200, 1)


@pytest.mark.parametrize("token", ["", "guess", "\u00e9"])
def test_a_notice_with_a_wrong_token_is_refused(google: GoogleWorld, token: str) -> None:
    """GOOGLE-18."""
    google.sync()

    status = notify(google, "c1", token)
    google.world.clock.advance(11)
    google.world.runner.run(google.world.service.tick_pull())

    assert (status, google.api.count("users.list")) == (403, 1)


def test_the_token_of_one_channel_opens_no_other(google: GoogleWorld) -> None:
    assert notify(google, "c2", google.workspace.google.channel_token("c1")) == 403
    assert notify(google, "c1", google.workspace.google.channel_token("c1"), method="GET") == 405


def test_beside_notices_everything_is_as_before(google: GoogleWorld) -> None:
    handler = GoogleNotices(google.world.handler, google.world.service)

    assert google.world.runner.run(handler.handle("GET", "/ping", "", (), b"")).status == 200
    assert handler.refuse_body().status == 413


def test_notices_are_heard_from_when_a_pull_is_attached(google: GoogleWorld) -> None:
    """GOOGLE-18: a test bench attaches one while the bridge runs; before, it is an address like any other."""
    token = google.workspace.google.channel_token("c1")
    google.world.service.pull = None
    before = notify(google, "c1", token)
    google.world.service.pull = google.workspace

    assert (before, notify(google, "c1", token)) == (401, 200)


def test_channels_are_opened_and_renewed_before_they_end(google: GoogleWorld) -> None:
    changed(google, bridge_address="http://127.0.0.1:9")
    google.sync()
    opened = len(google.api.api.channels.open)

    google.world.clock.advance(21_600 - 300)
    google.world.runner.run(google.world.service.tick_pull())

    assert opened == 5
    assert len(google.api.api.channels.open) == 10
    assert google.health()["state"] == "healthy"


def test_channels_that_cannot_be_opened_are_told_and_the_pull_goes_on(google: GoogleWorld) -> None:
    changed(google, bridge_address="http://127.0.0.1:9")
    google.api.fail("users.watch", status=403)

    google.sync()

    assert len(google.states()) == 3
    assert "Google sends no notices" in google.health()["detail"]
