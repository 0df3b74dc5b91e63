"""How long stories wait in real time, as it is told before a run."""

from __future__ import annotations

from typing import Any

import pytest

from harness.judge.coverage import stories
from harness.judge.story import Story
from harness.stories.run import Run
from harness.stories.waits import expected_wait_s, say_waits
from harness.target.options import make_options
from tests.harness.stories.fakes import Probe, make_run


class Real(Probe):
    """A probe whose clock can't be moved."""

    acts = frozenset({"sign-up"})


class WithConfirm(Real):
    """One that lets an administrator confirm."""

    acts = frozenset({"sign-up", "confirm"})


class Blind(Real):
    """One that signs nobody up."""

    acts = frozenset[str]()


def story(*calls: str) -> Story:
    return Story("lifecycle/test_x.py::test_y", "lifecycle", "A story.", (), (), (), calls)


def run_of(probe: Any, **options: Any) -> Run:
    run, _, _ = make_run(probe=probe, **options)
    return run


@pytest.mark.parametrize(
    ("probe", "wait_s"),
    [(Real(), 602.0), (WithConfirm(), 301.0), (Blind(), 0.0), (Probe(), 0.0)],
    ids=["real", "an administrator confirms", "nobody signs up", "the clock can be moved"],
)
def test_a_story_waits_for_the_watcher(probe: Any, wait_s: float) -> None:
    assert expected_wait_s(story("sync", "enrol", "wait_for_confirmation"), run_of(probe)) == wait_s


def test_a_story_that_needs_a_clock_does_not_wait_without_one() -> None:
    assert expected_wait_s(story("need_clock", "enrol"), run_of(Real())) == 0.0


def test_an_outage_by_hooks_takes_real_time_whatever_the_probe_can_do() -> None:
    hooks = {"hooks": {"stop": "a", "start": "b"}, "monitoring": {"ping_s": 10.0}}
    made = make_options({"url": "http://b", "token_env": "T"}, hooks)
    run = run_of(Probe(), hooks=made.hooks, monitoring=made.monitoring)

    assert expected_wait_s(story("outage", "come_back"), run) == 3 * 10 + 15 + 2 * 10 + 15


def test_it_is_told_before_the_run() -> None:
    waiting = [story("enrol"), story("sync"), story("wait_for_confirmation"), None]

    assert say_waits(waiting, run_of(Real())) == (
        "2 stories wait in real time, 10 minutes in all; "
        "--time-budget MINUTES leaves out those that would wait too long"
    )
    assert say_waits(waiting, run_of(Real(), time_budget=3.0)) == (
        "2 stories wait in real time, 10 minutes in all; "
        "the time budget of 3 minutes leaves out those for which it has no time"
    )
    assert say_waits(waiting, run_of(Probe())) == ""


def test_a_story_tells_its_calls_also_those_of_its_helpers() -> None:
    by_name = {each.name: each for each in stories()}
    restarts = by_name["lifecycle/test_operation.py::test_who_has_signed_up_is_confirmed_after_a_restart"]

    assert restarts.calls.count("wait_for_confirmation") == 1
    assert sum("enrol" in each.calls for each in by_name.values()) > 20
