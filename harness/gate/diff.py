"""Two reports beside each other: which causes are new, fixed, still there or flaky, and which requirements turned."""

from __future__ import annotations

from dataclasses import dataclass

from harness.gate.answers import AnswersCompared
from harness.gate.report_file import WrittenCause, WrittenReport

_BROKEN = ("warn", "fail", "error")
_HOLDS = ("pass", "partly")


@dataclass(frozen=True, slots=True)
class ReportsCompared:
    """Causes of two reports by what became of them, and requirements by how their verdict turned.

    `not_seen` are causes of the first that the second could not see: their requirement was not judged. `answers` is
    None where answers were not compared, and `why_not` says why.
    """

    one: WrittenReport
    other: WrittenReport
    new: tuple[WrittenCause, ...]
    fixed: tuple[WrittenCause, ...]
    still: tuple[WrittenCause, ...]
    flaky: tuple[WrittenCause, ...]
    not_seen: tuple[WrittenCause, ...]
    broken: tuple[str, ...]
    mended: tuple[str, ...]
    not_judged: tuple[str, ...]
    answers: AnswersCompared | None = None
    why_not: str = ""


def compare_reports(
    one: WrittenReport, other: WrittenReport, answers: AnswersCompared | None = None, why_not: str = ""
) -> ReportsCompared:
    """What became of the causes and verdicts of the first report in the second."""
    before, after = _by_mark(one), _by_mark(other)
    flaky = {mark for causes in (before, after) for mark, cause in causes.items() if cause.standing == "flaky"}
    gone = [cause for mark, cause in before.items() if mark not in after and mark not in flaky]
    return ReportsCompared(
        one,
        other,
        tuple(cause for mark, cause in after.items() if mark not in before and mark not in flaky),
        tuple(cause for cause in gone if _is_judged(cause, other)),
        tuple(cause for mark, cause in after.items() if mark in before and mark not in flaky),
        tuple((after.get(mark) or before[mark]) for mark in sorted(flaky)),
        tuple(cause for cause in gone if not _is_judged(cause, other)),
        tuple(row for row, verdict in other.verdicts.items() if verdict in _BROKEN and not _is_broken(one, row)),
        tuple(row for row, verdict in other.verdicts.items() if verdict in _HOLDS and _is_broken(one, row)),
        tuple(row for row, verdict in one.verdicts.items() if verdict != "skip" and _is_skipped(other, row)),
        answers,
        why_not,
    )


def _by_mark(report: WrittenReport) -> dict[str, WrittenCause]:
    made: dict[str, WrittenCause] = {}
    for cause in report.causes:
        made.setdefault(cause.fingerprint, cause)
    return made


def _is_judged(cause: WrittenCause, report: WrittenReport) -> bool:
    return report.has_ended and not _is_skipped(report, cause.requirement)


def _is_broken(report: WrittenReport, row: str) -> bool:
    return report.verdicts.get(row) in _BROKEN


def _is_skipped(report: WrittenReport, row: str) -> bool:
    return report.verdicts.get(row, "skip") == "skip"
