"""Notices, groups of one name, and bursts: what the statements of the stories about them find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.catalogue.verdict import Finding, Unjudged
from harness.checks.expectations import KINDS, View
from harness.record.exchange import Exchange, Request, Response
from harness.record.journal import Entry, Event, Observation

ASKED = Request("GET", "/Users", "look up", ())
ANSWERED = Exchange("http://b", ASKED, Response(200, (), b""))


def judged(kind: str, params: dict[str, Any], *events: Event) -> list[Any]:
    """What the kind of statement says of this history."""
    entries = tuple(Entry(f"0:{number}", "s", "", 1, event) for number, event in enumerate(events, 1))
    return list(KINDS[kind](View(entries), params))


def burst(*answers: Response | None, gap_s: float) -> list[Exchange]:
    """These answers to requests that left so many seconds one after the other."""
    return [replace(ANSWERED, response=each, started_at=100 + n * gap_s) for n, each in enumerate(answers)]


OK, LATER = Response(200, (), b""), Response(429, (), b"")
STANDS = {"request": "look up", "rps": 25}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_first_notice_is_taken(status: int) -> None:
    seen = Observation("bridge.notices", "d", [{"state": "sync", "status": status}])

    assert judged("notices-taken", {}, seen) == []


@pytest.mark.parametrize(("status", "said"), [(403, "status 403"), (0, "no answer")])
def test_a_first_notice_is_refused(status: int, said: str) -> None:
    seen = Observation("bridge.notices", "d", [{"state": "sync", "status": status}])

    (finding,) = judged("notices-taken", {}, seen)

    assert isinstance(finding, Finding)
    assert finding.actual == said


def test_a_bridge_without_channels_is_asked_for_nothing() -> None:
    (said,) = judged("notices-taken", {}, Observation("bridge.notices", "d", []))

    assert isinstance(said, Unjudged)


@pytest.mark.parametrize(
    ("on_account", "listed", "findings"),
    [(["Design"], ["design"], 0), (["Design"], [], 0), (["Design", "DESIGN"], ["Design"], 1), (["Sales"], [], 1)],
)
def test_a_group_is_there_once(on_account: list[str], listed: list[str], findings: int) -> None:
    account = Observation("account.groups", "a", [{"name": name} for name in on_account])
    scim = Observation("scim.groups", "b", [{"displayName": name} for name in listed])

    said = judged("one-group", {"name": "Design"}, account, scim)

    assert len(said) == findings


def test_a_group_is_shown_twice_over_scim() -> None:
    scim = Observation("scim.groups", "b", [{"displayName": "Design"}] * 2)

    assert [type(each) for each in judged("one-group", {"name": "Design"}, scim)] == [Finding]


def test_a_burst_is_answered() -> None:
    assert judged("stands", STANDS, *burst(*[OK] * 25, gap_s=0.035)) == []


@pytest.mark.parametrize("last", [LATER, Response(500, (), b""), None])
def test_one_of_a_burst_is_turned_away(last: Response | None) -> None:
    (finding,) = judged("stands", STANDS, *burst(*[OK] * 24, last, gap_s=0.035))

    assert isinstance(finding, Finding)


def test_more_than_what_must_be_stood_may_be_turned_away() -> None:
    assert judged("stands", STANDS, *burst(*[OK] * 25, LATER, gap_s=0.01)) == []


def test_a_slow_machine_shows_nothing() -> None:
    (said,) = judged("stands", STANDS, *burst(*[OK] * 25, gap_s=0.1))

    assert isinstance(said, Unjudged)
    assert said.why == "only 10 requests could be sent in a second here"
