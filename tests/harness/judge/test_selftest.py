"""The verdict on each bridge of the self-test."""

from __future__ import annotations

import pytest

from harness.judge.selftest import Bridge, Trial, parse_bridges, parse_trial, sampled, told

STRICT = Bridge("strict", "…", reach=("ENTRA-*",), kind="variant")
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

    assert parse_bridges([row, {**row, "kind": "persona"}]) == [Bridge(), Bridge("x", "…", ("SEED-16",), ())]


def test_variants_are_told_from_defects() -> None:
    row = {"name": "strict", "summary": "…", "breaks": [], "reach": ["ENTRA-*"], "kind": "variant"}

    assert parse_bridges([row]) == [Bridge(), STRICT]


def test_a_variant_is_right_where_it_is_red_within_its_reach() -> None:
    assert Trial(STRICT, ("ENTRA-10",), judged=200, causes=("ENTRA-10",)).is_right


def test_a_variant_that_is_red_beyond_its_reach_shows_a_false_alarm() -> None:
    trial = Trial(STRICT, ("RFC7644-3.3-01",), judged=200, causes=("RFC7644-3.3-01",))

    assert trial.surplus == ("RFC7644-3.3-01",)
    assert not trial.is_right


def test_what_was_tried_is_told_by_kind() -> None:
    caught = Trial(NOBODY, ("SEED-16",), judged=200, causes=("SEED-16",))
    misled = Trial(NOBODY, ("SEED-16", "SEED-67"), judged=200, causes=("SEED-67",))
    alarm = Trial(STRICT, ("SEED-16",), judged=200)

    assert told([Trial(Bridge(), (), 200), caught, misled]) == "2 of 2 defects caught, 1 located"
    assert told([caught, Trial(STRICT, (), 200), alarm]) == ("1 of 1 defects caught, 1 located; 1 of 2 variants green")


def test_warnings_and_errors_are_red_too() -> None:
    rows = [{"id": f"R-{n}", "verdict": v} for n, v in enumerate(("pass", "warn", "fail", "error", "skip"))]

    causes = [{"requirement": "R-2", "findings": 5}, {"requirement": "R-1", "findings": 1}]

    trial = parse_trial(Bridge(), {"requirements": rows, "totals": {"judged": 4}, "causes": causes})

    assert trial.red == ("R-1", "R-2", "R-3")
    assert (trial.causes, trial.findings) == (("R-2", "R-1"), 6)


@pytest.mark.parametrize(("number", "names"), [(1, "a"), (2, "ac"), (3, "abd"), (5, "abcde"), (9, "abcde")])
def test_a_sample_is_spread_over_the_list(number: int, names: str) -> None:
    assert "".join(bridge.name for bridge in sampled([Bridge(name) for name in "abcde"], number)) == names


@pytest.mark.parametrize(
    ("number", "names"),
    [(1, "a"), (2, "aV"), (4, "acVX"), (5, "abdVX"), (8, "abcdVWXY"), (9, "abcdeVWXY"), (99, "abcdeVWXYZ")],
)
def test_a_sample_takes_both_kinds_evenly(number: int, names: str) -> None:
    bridges = [Bridge(name) for name in "abcde"] + [Bridge(name, kind="variant") for name in "VWXYZ"]

    assert "".join(bridge.name for bridge in sampled(bridges, number)) == names
