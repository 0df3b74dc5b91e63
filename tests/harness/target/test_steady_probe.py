"""A probe that fails: it spoils stories, is given up after three times in a row, and its refusals are handed on."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from harness.errors import TargetError
from harness.record.exchange import Json
from harness.target.probe import ProbeRefused
from harness.target.steady_probe import ProbeFailed, SteadyProbe


class Shaky:
    """A probe that does as it is told."""

    reads = frozenset({"members"})
    acts = frozenset({"reset"})
    confirmation_interval_s = 300.0

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.asked = 0

    def read(self, name: str, **query: Any) -> Json:
        self.asked += 1
        outcome = self.outcomes.pop(0)
        if outcome:
            raise outcome
        return {"members": []}

    def act(self, path: str, body: Json) -> Json:
        return self.read(path)


DEAD = TargetError("the probe does not answer")


def test_after_three_failures_in_a_row_nothing_more_is_asked() -> None:
    shaky = Shaky(DEAD, None, DEAD, DEAD, DEAD)
    probe = SteadyProbe(shaky)

    for fails in (True, False, True, True, True):
        with (
            pytest.raises(ProbeFailed, match=r"^the story can't go on: the probe does not answer$")
            if fails
            else nullcontext()
        ):
            probe.read("members")
    with pytest.raises(
        ProbeFailed, match="failed 3 times in a row and is asked nothing more: the probe does not answer"
    ):
        probe.act("reset", {})

    assert probe.is_given_up
    assert shaky.asked == 5


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_is_no_failure(status: int) -> None:
    probe = SteadyProbe(Shaky(DEAD, DEAD, ProbeRefused("not now", status), DEAD))

    for error in (ProbeFailed, ProbeFailed, ProbeRefused, ProbeFailed):
        with pytest.raises(error):
            probe.act("reset", {})

    assert not probe.is_given_up


def test_an_error_of_the_probe_is_a_failure() -> None:
    probe = SteadyProbe(Shaky(*[ProbeRefused("oops", 500)] * 3))

    for _ in range(3):
        with pytest.raises(ProbeFailed, match="oops"):
            probe.act("reset", {})

    assert probe.is_given_up
