"""The alarm that ends an exchange: it rings in time, and one thread serves thousands of exchanges."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import ref

import pytest

from harness.target.watch import Alarm, Watch

PATIENCE_S = 30.0


@dataclass
class Bell:
    """Notes that it was rung."""

    rung: threading.Event = field(default_factory=threading.Event)

    def ring(self) -> None:
        self.rung.set()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def alarm(bell: Bell) -> Iterator[Alarm]:
    made = Alarm(bell.ring)
    yield made
    made.stop()


def test_an_alarm_rings(alarm: Alarm, bell: Bell) -> None:
    alarm.set(0.01)

    assert bell.rung.wait(PATIENCE_S)


def test_an_alarm_that_was_cleared_does_not_ring(alarm: Alarm, bell: Bell) -> None:
    later = Bell()
    other = Alarm(later.ring)

    alarm.set(0.01)
    alarm.clear()
    other.set(0.1)

    assert later.rung.wait(PATIENCE_S)
    assert not bell.rung.is_set()
    other.stop()


def test_an_alarm_that_is_set_for_a_shorter_time_rings_by_that(alarm: Alarm, bell: Bell) -> None:
    alarm.set(10 * PATIENCE_S)
    alarm.clear()
    alarm.set(0.01)

    assert bell.rung.wait(PATIENCE_S)


def test_an_alarm_rings_again(alarm: Alarm, bell: Bell) -> None:
    alarm.set(0.01)
    bell.rung.wait(PATIENCE_S)
    bell.rung.clear()
    alarm.clear()
    alarm.set(0.01)

    assert bell.rung.wait(PATIENCE_S)


def test_one_thread_serves_all_exchanges_of_a_watch_and_ends_with_it() -> None:
    before = set(threading.enumerate())
    watch = Watch()

    for _ in range(100):
        with watch.limit(10 * PATIENCE_S):
            pass
    (sleeper,) = set(threading.enumerate()) - before
    known = ref(watch)
    del watch
    gc.collect()
    sleeper.join(PATIENCE_S)

    assert known() is None
    assert not sleeper.is_alive()
