"""The exit code of a run: it follows from the verdicts, never from pytest."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import SkipReason, Verdict
from harness.judge.judge import Verdicts


class ExitCode(IntEnum):
    """What a run ends with; printed with its name."""

    PASS = 0
    CONFORMANCE_FAILURE = 1
    USAGE = 2
    TARGET_UNREACHABLE = 3
    NOTHING_JUDGED = 4
    WAIVERS_STALE = 5
    OBJECTIVE_MISSED = 6
    MEASUREMENT_VOID = 7
    CLEANUP_INCOMPLETE = 8
    HARNESS_ERROR = 70
    INTERRUPTED = 130

    @property
    def label(self) -> str:
        """The name in words."""
        return self.name.lower().replace("_", " ")


CUT_SHORT = (ExitCode.HARNESS_ERROR, ExitCode.TARGET_UNREACHABLE, ExitCode.INTERRUPTED)
"""A run that ends so may not have seen all that it would have seen."""


def decide(
    verdicts: Verdicts,
    *,
    is_interrupted: bool = False,
    is_target_lost: bool = False,
    is_clean: bool = True,
    broken: Collection[str] | None = None,
    is_below_floor: bool = False,
    are_waivers_stale: bool = False,
) -> ExitCode:
    """What happened, in the order 130, 70, 3, 1, 2, 4, 8, 5 (the later codes belong to load runs).

    A run that was interrupted says so whatever it found: its caller ended it. `broken` are the requirements that fail
    the gate, where its owner excuses some; by default all that are broken do.

    A journal without an end is no pass: what the rest would have shown nobody knows.
    Errors of ours come first: a stumbling harness must never be read as a verdict on the bridge.
    """
    if is_interrupted:
        return ExitCode.INTERRUPTED
    if verdicts.errors or verdicts.count(Verdict.ERROR):
        return ExitCode.HARNESS_ERROR
    if is_target_lost:
        return ExitCode.TARGET_UNREACHABLE
    if broken_rows(verdicts) if broken is None else broken:
        return ExitCode.CONFORMANCE_FAILURE
    if verdicts.faults:
        return ExitCode.USAGE
    if (
        verdicts.is_incomplete
        or is_below_floor
        or not verdicts.touched
        or unjudged_claims(verdicts)
        or (verdicts.header.mode == "certify" and unjudged_rows(verdicts))
    ):
        return ExitCode.NOTHING_JUDGED
    if not is_clean:
        return ExitCode.CLEANUP_INCOMPLETE
    return ExitCode.WAIVERS_STALE if are_waivers_stale else ExitCode.PASS


def broken_rows(verdicts: Verdicts) -> list[str]:
    """The broken requirements that `--gate` asks for."""
    gate_warns = verdicts.header.gate == "should"
    broken = (Verdict.FAIL, Verdict.WARN) if gate_warns else (Verdict.FAIL,)
    found = (r for r in verdicts.results if r.verdict in broken and r.requirement.level is not Level.MAY)
    return [result.requirement.id for result in found]


def unjudged_claims(verdicts: Verdicts) -> list[str]:
    """The selected claims of which not one requirement was judged: below the coverage floor.

    A run of chosen stories is about what these judge: there the floor is that they judge anything.
    """
    if verdicts.header.only and verdicts.touched:
        return []
    judged = {r.requirement.claim for r in verdicts.results if r.verdict is not Verdict.SKIP}
    return [claim for claim in verdicts.header.claims if claim not in judged]


def unjudged_rows(verdicts: Verdicts) -> list[str]:
    """Requirements that apply and could be judged, and were not, or only in part: mode certify allows none.

    What a bridge may do is recorded where it is seen: nobody owes it.
    """
    excused = (None, SkipReason.NOT_APPLICABLE, SkipReason.NOT_JUDGEABLE, SkipReason.READ_OTHERWISE)
    owed = [result for result in verdicts.results if result.requirement.level is not Level.MAY]
    return [r.requirement.id for r in owed if r.reason not in excused or r.verdict is Verdict.PARTLY]
