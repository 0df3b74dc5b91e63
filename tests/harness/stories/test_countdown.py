"""Waiting in real time, told second by second."""

from __future__ import annotations

from harness.clock import ManualClock
from harness.stories.countdown import Countdown


def test_it_tells_what_is_awaited_and_the_seconds_left_and_that_it_is_over() -> None:
    clock, told = ManualClock(), list[tuple[str, float]]()

    Countdown(clock, lambda awaits, left: told.append((awaits, left))).wait(3.5, "the bridge confirms")

    assert told == [(("the bridge confirms"), left) for left in (3.5, 2.5, 1.5, 0.5)] + [("", 0.0)]
    assert clock.now() == 3.5


def test_a_short_wait_is_not_told() -> None:
    clock, told = ManualClock(), list[tuple[str, float]]()
    countdown = Countdown(clock, lambda awaits, left: told.append((awaits, left)))

    countdown.wait(1.1, "")

    assert told == []
    assert countdown.waited_s == 1.1
