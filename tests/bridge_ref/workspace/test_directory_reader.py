"""Reading a directory: interrupted reads, pages, back-off, tokens and keys."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory_api.tokens import SCOPES, ServiceAccount
from tests.bridge_ref.google import GoogleWorld, changed

FAULTS = [
    ("members.list", {"group": "Design t", "status": 500}),
    ("members.list", {"group": "Design t", "status": 403}),
    ("members.list", {"group": "Design t", "status": 404}),
    ("members.list", {"group": "Design t", "kind": "empty"}),
    ("members.list", {"group": "Design t", "kind": "cut"}),
    ("members.list", {"group": "Design t", "kind": "truncated"}),
    ("members.list", {"group": "Design t", "kind": "html"}),
    ("members.list", {"group": "Design t", "kind": "dropped"}),
    ("groups.get", {"group": "Design t", "status": 404}),
    ("groups.get", {"group": "Design t", "status": 403, "reason": "quotaExceeded"}),
    ("users.list", {"status": 503}),
    ("users.list", {"status": 401}),
    ("users.list", {"status": 403}),
    ("users.list", {"kind": "empty"}),
    ("users.list", {"kind": "cut"}),
    ("users.list", {"kind": "truncated"}),
    ("token", {"status": 503}),
    ("token", {"status": 400, "reason": "unauthorized_client"}),
]


@pytest.mark.parametrize(("operation", "fault"), FAULTS, ids=lambda each: str(each))
def test_a_read_that_failed_or_was_cut_short_suspends_nobody(
    google: GoogleWorld, operation: str, fault: dict[str, Any]
) -> None:
    """GOOGLE-09, GOOGLE-10, GOOGLE-20."""
    google.put("old@marigold.example")
    google.sync()
    before = google.states()
    google.directory.disable(google.person("Alan"))
    google.put("older@marigold.example")
    fault = {"kind": "status", **fault}
    met = google.api.fail(operation, **fault)
    if operation == "token":
        google.workspace.google._credentials.token = None

    google.sync()

    assert met.happened > 0
    assert google.states() == {**before, "older@marigold.example": "ACTIVE"}
    health = google.health()
    assert health["state"] == "unhealthy"
    assert health["detail"]
    google.api.mend()
    google.sync()
    assert google.suspended() == {"old@marigold.example", "older@marigold.example", google.address("Alan")}
    assert google.health()["state"] == "healthy"


def test_pages_are_read_to_their_end(tmp_path: Path) -> None:
    """GOOGLE-08."""
    directory = Directory(1, "marigold.example", "t")
    everyone = directory.form_group("Everyone")
    people = directory.hire_many(450, everyone)
    google = GoogleWorld(tmp_path / "data", directory)

    google.sync()

    assert google.groups()["Everyone t"] == {person.address for person in people}
    assert google.api.count("members.list") == 3
    google.close()


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        *((kind, page) for kind in ("cut", "empty", "truncated", "status") for page in (1, 2, 3)),
        *(("lost_token", page) for page in (1, 2)),
    ],
)
def test_each_page_of_a_large_group_can_break(tmp_path: Path, kind: str, page: int) -> None:
    """GOOGLE-08, GOOGLE-09."""
    directory = Directory(1, "marigold.example", "t")
    everyone = directory.form_group("Everyone")
    directory.hire_many(450, everyone)
    google = GoogleWorld(tmp_path / "data", directory)
    google.put(*(person.address for person in directory.people.values()))
    google.api.fail("members.list", kind, page=page, status=500)

    google.sync()

    assert google.suspended() == set()
    assert google.health()["state"] == "unhealthy"
    google.close()


def test_what_is_known_goes_on_while_a_group_cannot_be_read(google: GoogleWorld) -> None:
    google.sync()
    google.api.fail("members.list", group="Design t", status=403)
    barbara = google.directory.hire("Barbara", google.directory.groups["tg2"])
    google.directory.leave(google.person("Alan"), google.directory.groups["tg2"])

    google.sync()

    assert google.states()[barbara.address] == "INVITED"
    assert google.groups()["Sales t"] >= {google.address("Alan"), barbara.address}
    assert google.suspended() == set()


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ({"status": 429, "retry_after_s": 7}, [7.0, 7.0]),
        ({"status": 503}, [1.0, 2.0]),
        ({"status": 403, "reason": "userRateLimitExceeded"}, [1.0, 2.0]),
        ({"status": 500, "retry_after_s": 100_000}, [60.0, 60.0]),
    ],
)
def test_too_fast_or_down_is_tried_again_later(google: GoogleWorld, fault: dict[str, Any], waits: list[float]) -> None:
    """GOOGLE-20."""
    google.api.fail("users.list", times=2, **fault)

    google.sync()

    assert google.waits == waits
    assert google.health()["state"] == "healthy"


def test_tries_are_bounded(google: GoogleWorld) -> None:
    """GOOGLE-20."""
    google.api.fail("users.list", status=429)

    google.sync()

    assert google.api.count("users.list") == 5
    assert google.states() == {}


def test_what_is_forbidden_is_not_tried_again(google: GoogleWorld) -> None:
    google.api.fail("users.list", status=403)

    google.sync()

    assert (google.api.count("users.list"), google.waits) == (1, [])


def test_an_expired_token_is_renewed(google: GoogleWorld) -> None:
    """GOOGLE-21."""
    google.sync()
    google.api.tokens.expire_all()

    google.sync()

    assert google.health()["state"] == "healthy"
    assert google.api.count("token") == 2


def test_a_revoked_delegation_shows_and_changes_nothing(google: GoogleWorld) -> None:
    """GOOGLE-21."""
    google.sync()
    before = google.states()
    google.api.tokens.scopes = SCOPES[1:]
    google.api.tokens.expire_all()

    google.sync()

    assert google.states() == before
    assert "unauthorized_client" in google.health()["detail"]


def test_a_foreign_key_is_refused(tmp_path: Path) -> None:
    foreign = GoogleWorld(tmp_path / "data")
    key = ServiceAccount.make().key_file(foreign.api.token_uri)
    foreign.workspace = foreign.pull(foreign.world, key)
    foreign.sync()

    assert "Invalid JWT Signature" in foreign.health()["detail"]
    assert foreign.states() == {}
    foreign.close()


@pytest.mark.parametrize("off_s", [-7200, 7200])
def test_a_clock_that_is_wrong_is_told(google: GoogleWorld, off_s: int) -> None:
    google.api.tokens.clock = ManualClock(time.time() + off_s)

    google.sync()

    assert "short-lived token" in google.health()["detail"]


def test_a_wrong_administrator_is_told(google: GoogleWorld) -> None:
    changed(google, actor="nobody@marigold.example")

    google.sync()

    assert "Invalid email or User ID" in google.health()["detail"]


def test_no_secret_is_told(google: GoogleWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    google.api.fail("users.list", status=403)
    google.sync()
    told = caplog.text + json.dumps(google.health())

    assert str(google.workspace.google._credentials.token) not in told
    assert "PRIVATE KEY" not in told
    assert google.workspace.google.channel_token("x") not in told
