"""Whether a run shows that something is gone: what was not looked at may be there still."""

from __future__ import annotations

from harness.catalogue.verdict import Verdict
from harness.judge.judge import Verdicts
from harness.judge.sufficiency import EXCUSED


def why_unseen(row: str, verdicts: Verdicts, *, ended_early: bool = False) -> str:
    """Why a run can't tell that a fault of this requirement is gone; empty where it can."""
    header, result = verdicts.header, verdicts.find(row)
    if ended_early:
        return "the run ended early"
    if result is None:
        return "this run does not judge it"
    if result.verdict is Verdict.SKIP:
        return "" if result.reason in EXCUSED else f"not judged this time: {result.reason}"
    if result.verdict is Verdict.ERROR:
        return "the harness stumbled over it"
    if result.verdict is Verdict.PASS:
        return ""
    if header.only or header.skip or verdicts.cut_short:
        return "this run left out stories"
    if header.rows and result.verdict is Verdict.PARTLY:
        return "judged in part"
    return ""
