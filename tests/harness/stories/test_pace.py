"""The pace: what a bridge puts off is sent again after the time that it names, and later requests leave more slowly."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate

import pytest

from harness.clock import ManualClock
from harness.record.exchange import Exchange, Headers, Request, Response
from harness.record.journal import Journal, Slowdown, exchanges
from harness.record.message import read
from harness.stories.pace import PATIENCE_S, Pace
from harness.target.removal import is_put_off, retry_after_s
from tests.harness.stories.fakes import EMPTY, make_run, ok

REQUEST = Request("GET", "/Users", "read")


def answered(status: int, headers: Headers = ()) -> Exchange:
    return Exchange("http://b", REQUEST, Response(status, headers, b""), "", 1_000_000.0, 0.5)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, (), 1.0),
        (429, (("Retry-After", "7"),), 7.0),
        (503, (("retry-after", "0"),), 0.1),
        (429, (("Retry-After", "3600"),), 60.0),
        (429, (("Retry-After", formatdate(1_000_012.5, usegmt=True)),), 11.5),
        (429, (("Retry-After", "soon"),), 1.0),
    ],
)
def test_what_is_put_off_waits_as_long_as_the_bridge_says(status: int, headers: Headers, seconds: float) -> None:
    pace = Pace(ManualClock(), None)

    assert pace.take(answered(status, headers), 0.0) == pytest.approx(seconds)
    assert pace.put_off == 1


@pytest.mark.parametrize(("status", "headers"), [(200, ()), (503, ()), (500, (("Retry-After", "1"),)), (404, ())])
def test_every_other_answer_stands(status: int, headers: Headers) -> None:
    assert Pace(ManualClock(), None).take(answered(status, headers), 0.0) is None
    assert not is_put_off(answered(status, headers))


def test_patience_ends() -> None:
    pace = Pace(ManualClock(), None)

    assert pace.take(answered(429, (("Retry-After", "30"),)), PATIENCE_S - 31) == 30.0
    assert pace.take(answered(429, (("Retry-After", "30"),)), PATIENCE_S - 29) is None


def test_patience_is_half_as_long_after_each_request_that_waited_in_vain() -> None:
    pace = Pace(ManualClock(), None)
    later = answered(503, (("Retry-After", "30"),))

    assert pace.take(later, PATIENCE_S) is None
    assert pace.take(later, PATIENCE_S / 2 - 31) == 30.0
    assert pace.take(later, PATIENCE_S / 2 - 29) is None
    assert pace.take(answered(200, ()), 30.0) is None
    assert pace.take(later, PATIENCE_S - 31) == 30.0


def test_after_429_requests_leave_below_the_rate_that_was_served() -> None:
    now = [0.0]
    clock = ManualClock()
    pace = Pace(clock, None, lambda: now[0])
    for _ in range(20):
        now[0] += 0.01
        assert pace.take(answered(200), 0.0) is None
    pace.take(answered(429), 0.0)

    pace.wait()
    pace.wait()

    assert pace.slowest_rps == pytest.approx(18.0)
    assert clock.at == pytest.approx(1 / 18)


def test_answers_to_what_left_before_the_pace_was_changed_change_it_no_more() -> None:
    now, clock = [0.0], ManualClock(1_000_000.5)
    pace = Pace(clock, None, lambda: now[0])
    for _ in range(20):
        pace.take(answered(200), 0.0)
    pace.take(replace(answered(429), started_at=1_000_000.4), 0.0)
    for _ in range(4):  # sent at the same moment, and looked at one by one
        now[0] += 1.5
        pace.take(replace(answered(429), started_at=1_000_000.4), 0.0)

    assert pace.slowest_rps == pytest.approx(18.0)


def test_a_run_sends_again_what_is_put_off_and_records_both() -> None:
    answers = [Response(429, (("Retry-After", "2"),), b""), ok(EMPTY)]
    run, wire, journal = make_run(lambda request: answers.pop(0))

    entry = run.send(read("/Users", "read"))

    assert entry is journal.entries[-1]
    assert [exchange.status for _, exchange in exchanges(journal.entries)] == [429, 200]
    assert len(wire.sent) == 2
    assert run.pace.put_off == 1
    assert isinstance(journal, Journal)


def test_a_run_records_to_what_pace_it_slowed_down() -> None:
    answers = [Response(429, (), b""), Response(200), Response(429, (), b""), Response(200)]
    run, _, journal = make_run(lambda request: answers.pop(0), max_rps=10.0)

    run.send(read("/Users", "read"))
    run.send(read("/Users", "read"))

    paces = [entry.event.requests_per_s for entry in journal.entries if isinstance(entry.event, Slowdown)]
    assert paces[0] < 10.0
    assert paces[0] == round(paces[0], 2)


def test_a_run_tells_what_the_requests_of_a_story_took() -> None:
    answers = [Response(429, (), b""), Response(200), Response(200)]
    run, _, _ = make_run(lambda request: answers.pop(0))
    run.send(read("/Users", "read"))
    run.send(read("/Users", "read"))

    first, second = run.take_work(9.0), run.take_work(1.0)

    assert (first.answers, first.put_off, first.took_s) == (3, 1, 9.0)
    assert (second.answers, second.longest_s, second.put_off) == (0, 0.0, 0)


def test_a_date_that_has_passed_is_no_wait() -> None:
    assert retry_after_s(answered(429, (("Retry-After", formatdate(999_000, usegmt=True)),))) == 0.0
