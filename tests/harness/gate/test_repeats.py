"""Flaky causes: their stories are told again, and the cause does not come again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.gate.gate import Policy, open_gate
from harness.gate.repeats import Repeats, make_retrial, try_journals, worth_telling_again
from harness.judge.exit_code import ExitCode, decide
from harness.record.journal import INTERRUPTED, Entry, Leftover, ScenarioEnd
from harness.report.model import FoundCauses, make_report
from tests.harness.gate.samples import LOCATION, clean, faulty, judged, policy

STORY = "scenarios/lifecycle/test_hiring.py::test_ada_is_hired"


def ended(entries: list[Entry], outcome: str) -> list[Entry]:
    *others, end = entries
    return [*others, replace(end, event=ScenarioEnd(outcome))]


def test_a_cause_that_does_not_come_again_is_flaky() -> None:
    causes = judged(faulty())[1]

    assert try_journals(causes, faulty(), [clean()]) == Repeats(1, frozenset({1}))
    assert try_journals(causes, faulty(), [faulty(), clean()]) == Repeats(2, frozenset({1}))


def test_a_cause_that_comes_again_each_time_is_none() -> None:
    causes = judged(faulty())[1]

    assert try_journals(causes, faulty(), [faulty(), faulty(scim_id="2")]) == Repeats(2, frozenset())
    assert try_journals(causes, faulty(), []) is None


@pytest.mark.parametrize("outcome", ["target lost", INTERRUPTED, "failed"])
def test_a_story_that_did_not_come_to_its_end_tells_nothing(outcome: str) -> None:
    repeats = try_journals(judged(faulty())[1], faulty(), [ended(clean(), outcome)])

    assert repeats is not None
    assert repeats.flaky == frozenset()
    assert repeats.is_interrupted is (outcome == INTERRUPTED)


def test_a_repeat_without_the_story_tells_nothing() -> None:
    others = [replace(entry, scenario="other") for entry in clean()]

    assert try_journals(judged(faulty())[1], faulty(), [others]) == Repeats(1, frozenset())


def test_what_a_repeat_left_on_the_target_is_counted() -> None:
    *told, end = clean()
    left = replace(end, event=Leftover("/Users/1", "ada", "refused"))

    repeats = try_journals(judged(faulty())[1], faulty(), [[*told, left, end]])

    assert repeats is not None
    assert repeats.left == 1


def test_the_stories_are_those_of_what_came_again_so_far() -> None:
    trial = make_retrial(judged(faulty())[1], faulty())

    before = trial.stories
    trial.take(clean())

    assert (before, trial.stories) == ((STORY,), ())


@pytest.mark.parametrize(
    ("is_failure", "broken", "code"),
    [(False, (), ExitCode.PASS), (True, (LOCATION,), ExitCode.CONFORMANCE_FAILURE)],
)
def test_a_flaky_cause_fails_the_gate_only_where_its_owner_says_so(
    is_failure: bool, broken: tuple[str, ...], code: ExitCode
) -> None:
    verdicts, causes = judged(faulty())
    repeats = Repeats(2, frozenset({1}))

    gate = open_gate(verdicts, causes, Policy(is_flaky_failure=is_failure), repeats=repeats)

    assert (gate.broken, decide(verdicts, broken=gate.broken)) == (broken, code)
    assert gate.standings == {1: "flaky"}


def test_the_report_shows_flaky_causes_apart() -> None:
    verdicts, causes = judged(faulty())
    gate = open_gate(verdicts, causes, policy(), repeats=Repeats(2, frozenset({1})))

    report = make_report(verdicts, faulty(), ExitCode.PASS, 1.0, found=FoundCauses(causes), gate=gate)

    assert report.causes[0].standing == "flaky"
    assert report.sentence.startswith("Passes the gate: nothing broken but 1 flaky cause; ")
    assert report.gate_lines == (
        "flaky: 1 cause did not come again, which does not fail the gate (--flaky pass): "
        f"{LOCATION}/7f3e7dead7; broken stories told again 2 times",
    )


def test_what_is_excused_already_is_not_told_again() -> None:
    causes = judged(faulty())[1]

    assert worth_telling_again(causes, {1: "known"}, "must") == []
    assert worth_telling_again(causes, {1: "new"}, "must") == list(causes)
