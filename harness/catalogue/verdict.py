"""The outcomes of a check, and the verdicts that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.catalogue.requirement import Level


class Verdict(StrEnum):
    """The result for one requirement, from harmless to grave; SKIP only where nothing judged it.

    PARTLY says that nothing was wrong in what was judged, and that a facet which this target can show was not seen.
    """

    SKIP = "skip"
    PASS = "pass"
    PARTLY = "partly"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"


class SkipReason(StrEnum):
    """Why a requirement was not judged."""

    NOT_APPLICABLE = "not applicable"
    NOT_OBSERVABLE = "not observable"
    NOT_RUN = "not run"
    NOT_JUDGEABLE = "not judgeable"
    READ_OTHERWISE = "read otherwise"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: what a good bridge does, what this one did, and where in the body it stands.

    `requirement` is set only by a check that judges several requirements in one pass (JSON Schema).
    """

    expected: str
    actual: str
    pointer: str = ""
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which of several allowed behaviours was seen; for MAY rows and for requirements with readings."""

    value: str
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Nothing to compare with here: not observable, or not applicable to this dialect. Counted, never a pass."""

    reason: SkipReason
    why: str
    requirement: str = ""


_ORDER = list(Verdict)


def gravest(verdicts: list[Verdict]) -> Verdict:
    """The gravest of the verdicts given; SKIP when there is none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.SKIP)


def verdict_of_finding(level: Level) -> Verdict:
    """How grave a finding is follows from the requirement's level: a broken MUST fails, a broken SHOULD warns.

    A MAY can't be broken: its checks record, and a finding there is only worth a warning.
    """
    return Verdict.FAIL if level is Level.MUST else Verdict.WARN
