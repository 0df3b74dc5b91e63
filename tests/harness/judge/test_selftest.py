"""The verdict on each bridge of the self-test."""

from __future__ import annotations

import pytest

from harness.judge.selftest import Bridge, Trial, parse_bridges, parse_trial, sampled

NOBODY = Bridge("suspends-nobody", "…", breaks=("SEED-16",), reach=("SEED-6*",))


def test_a_defect_that_is_caught_within_its_reach_is_right() -> None:
    assert Trial(NOBODY, ("SEED-16", "SEED-67"), judged=200, causes=("SEED-16", "SEED-67")).is_right


def test_a_report_that_shows_another_cause_first_is_wrong() -> None:
    trial = Trial(NOBODY, ("SEED-16", "SEED-67"), judged=200, causes=("SEED-67", "SEED-16"))

    assert trial.misled == "SEED-67"
    assert not trial.is_right


def test_a_defect_of_which_the_report_shows_no_cause_is_wrong() -> None:
    assert not Trial(NOBODY, ("SEED-16",), judged=200).is_right


def test_a_defect_that_stays_green_is_missed() -> None:
    trial = Trial(NOBODY, ("SEED-67",), judged=200, causes=("SEED-67",))

    assert trial.missed == ("SEED-16",)
    assert not trial.is_right


def test_red_beyond_the_reach_is_surplus() -> None:
    trial = Trial(NOBODY, ("SEED-16", "RFC7644-3.6-01"), judged=200, causes=("SEED-16",))

    assert trial.surplus == ("RFC7644-3.6-01",)
    assert not trial.is_right


def test_the_clean_bridge_may_not_turn_anything_red() -> None:
    assert Trial(Bridge(), (), judged=200).is_right
    assert not Trial(Bridge(), ("SEED-16",), judged=200).is_right


def test_a_run_that_judged_nothing_is_never_right() -> None:
    assert not Trial(Bridge(), (), judged=0).is_right


def test_a_run_that_broke_down_is_never_right() -> None:
    assert not Trial(NOBODY, ("SEED-16",), judged=200, error="exit 70", causes=("SEED-16",)).is_right


def test_the_clean_bridge_comes_first() -> None:
    row = {"name": "x", "summary": "…", "breaks": ["SEED-16"], "reach": [], "kind": "defect"}

    assert parse_bridges([row, {**row, "kind": "variant"}]) == [Bridge(), Bridge("x", "…", ("SEED-16",), ())]


def test_warnings_and_errors_are_red_too() -> None:
    rows = [{"id": f"R-{n}", "verdict": v} for n, v in enumerate(("pass", "warn", "fail", "error", "skip"))]

    causes = [{"requirement": "R-2", "findings": 5}, {"requirement": "R-1", "findings": 1}]

    trial = parse_trial(Bridge(), {"requirements": rows, "totals": {"judged": 4}, "causes": causes})

    assert trial.red == ("R-1", "R-2", "R-3")
    assert (trial.causes, trial.findings) == (("R-2", "R-1"), 6)


@pytest.mark.parametrize(("number", "names"), [(1, "a"), (2, "ac"), (3, "abd"), (5, "abcde"), (9, "abcde")])
def test_a_sample_is_spread_over_the_list(number: int, names: str) -> None:
    assert "".join(bridge.name for bridge in sampled([Bridge(name) for name in "abcde"], number)) == names
