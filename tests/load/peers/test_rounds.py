"""Rounds of a benchmark: their order, dropped subjects, and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from loadtests.peers.figures import Goal, Sample, rate
from loadtests.peers.fleet import QUICK
from loadtests.peers.report import Report, missed, number, render_page, render_text, to_json
from loadtests.peers.rounds import Operation, Result, Subject, VoidError, measure, plan_rounds


@dataclass
class Steady:
    """A subject that always takes as long, and says when it was asked."""

    name: str
    calls: list[str]
    sample: Sample = field(default_factory=lambda: Sample(100, 1.0, 1.0, 2.0, 3.0))

    def run(self, seconds: float) -> Sample:
        """Note it."""
        self.calls.append(self.name)
        return self.sample


@dataclass
class Failing:
    """A subject that gives a wrong answer in its third run."""

    name: str
    runs: int = 0

    def run(self, seconds: float) -> Sample:
        """Fail in time."""
        self.runs += 1
        if self.runs == 3:
            raise VoidError("status 500")
        return Sample(1, 1.0, 1.0)


def operation(*subjects: Subject, goals: Sequence[Goal] = ()) -> Operation:
    return Operation("get", "GET a user", subjects, goals, ["A note."])


def report(result: Result) -> Report:
    return Report("python3 -m loadtests.peers --quick --write", QUICK, {"Python": "3.11"}, [result])


def test_every_other_round_runs_backwards() -> None:
    assert list(plan_rounds(["a", "b", "c"], 3)) == [("a", "b", "c"), ("c", "b", "a"), ("a", "b", "c")]


def test_a_warm_up_comes_first_and_does_not_count() -> None:
    calls: list[str] = []

    result = measure(operation(Steady("a", calls), Steady("b", calls)), rounds=2, seconds=1.0)

    assert calls == ["a", "b", "a", "b", "b", "a"]
    assert {name: len(samples) for name, samples in result.series.items()} == {"a": 2, "b": 2}


def test_a_subject_with_a_wrong_answer_is_dropped() -> None:
    result = measure(operation(Steady("a", []), Failing("b")), rounds=4, seconds=1.0)

    assert set(result.series) == {"a"}
    assert result.problems == ["b: status 500"]
    assert report(result).is_void


def test_a_failed_check_after_the_rounds_is_a_problem() -> None:
    checked = Operation("post", "POST", [Steady("a", [])], [], checks=[lambda: "3 users are missing", lambda: None])

    assert measure(checked, rounds=1, seconds=1.0).problems == ["3 users are missing"]


def test_a_missed_goal_is_told_with_its_figure() -> None:
    goals = [Goal("rate", rate("a"), "at least", 200), Goal("low", rate("a"), "at least", 50)]

    result = measure(operation(Steady("a", []), goals=goals), rounds=3, seconds=1.0)

    assert missed(report(result)) == ["GET a user: rate: 100, to be at least 200"]


def test_every_form_of_a_report_has_the_figures() -> None:
    goals = [Goal("rate", rate("a"), "at least", 200), Goal("peer", rate("b"), "at least", 1)]
    found = report(measure(operation(Steady("a", []), goals=goals), rounds=3, seconds=1.0))
    found.skipped["scimmy-routers"] = "npm is not installed"

    text, page, data = render_text(found), render_page(found), to_json(found)

    assert "  a        100     100–100    100    2.00    3.00" in text.splitlines()
    assert "| rate | at least 200 | 100 | 100–100 | MISSED |" in page
    assert "| peer | at least 1.00 | not measured |  |  |" in page
    assert "skipped: scimmy-routers: npm is not installed" in page
    assert data["operations"][0]["goals"][0]["is_met"] is False
    assert data["operations"][0]["goals"][1]["measured"] is None


def test_numbers_have_three_digits_that_mean_something() -> None:
    assert [number(value) for value in (0.5, 12.34, 123.4, 12_345.6)] == ["0.50", "12.3", "123", "12,346"]
