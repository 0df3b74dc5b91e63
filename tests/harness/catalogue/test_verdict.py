"""Verdicts: their order, and how they follow from levels."""

from __future__ import annotations

import pytest

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict, gravest, verdict_of_finding


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Verdict.SKIP),
        ([Verdict.SKIP, Verdict.PASS], Verdict.PASS),
        ([Verdict.PASS, Verdict.WARN, Verdict.PASS], Verdict.WARN),
        ([Verdict.FAIL, Verdict.WARN], Verdict.FAIL),
        ([Verdict.FAIL, Verdict.ERROR, Verdict.PASS], Verdict.ERROR),
    ],
)
def test_the_gravest_wins(verdicts: list[Verdict], expected: Verdict) -> None:
    assert gravest(verdicts) is expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [(Level.MUST, Verdict.FAIL), (Level.SHOULD, Verdict.WARN), (Level.MAY, Verdict.WARN)],
)
def test_how_grave_a_finding_is_follows_from_the_level(level: Level, expected: Verdict) -> None:
    assert verdict_of_finding(level) is expected
