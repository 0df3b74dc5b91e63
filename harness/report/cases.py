"""The report as test cases, for viewers of test results: one for each requirement and dialect, each with its time.

A story's time is shared by the requirements that it names, so that the times of all cases add up to that of the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict, gravest
from harness.report.causes import ReportedCause
from harness.report.excuses import say_excuse
from harness.report.findings import FindingGroup
from harness.report.model import Report, ReportedFinding, Row
from harness.report.told import ToldStory, stories_of


class CaseStatus(StrEnum):
    """How a case ended, as the gate counts it: a MAY never fails."""

    PASSED = "passed"
    WARNED = "warned"
    PARTLY = "partly"
    SKIPPED = "skipped"
    EXCUSED = "excused"
    FAILED = "failed"
    BROKEN = "broken"


_STATUSES = {Verdict.SKIP: CaseStatus.SKIPPED, Verdict.PARTLY: CaseStatus.PARTLY, Verdict.ERROR: CaseStatus.BROKEN}


@dataclass(frozen=True, slots=True)
class RowCase:
    """A requirement under one dialect (none: ""), with what was found there, and its time.

    `excuse` is why the gate counts none of it, in words.
    """

    row: Row
    dialect: str
    verdict: Verdict
    groups: tuple[FindingGroup, ...]
    started_at: float = 0.0
    duration_s: float = 0.0
    excuse: str = ""

    @property
    def name(self) -> str:
        """Unique in the whole run."""
        return f"{self.row.requirement.id} [{self.dialect}]" if self.dialect else self.row.requirement.id

    def status(self, gate: str) -> CaseStatus:
        """How it ended under this gate."""
        if is_failure(self.row, self.verdict, gate):
            return CaseStatus.EXCUSED if self.excuse else CaseStatus.FAILED
        if self.groups and self.verdict not in _STATUSES:
            return CaseStatus.WARNED
        return _STATUSES.get(self.verdict, CaseStatus.PASSED)

    @property
    def why(self) -> str:
        """Why it was not judged, or not whole, or does not count; empty where it was and does."""
        if self.excuse:
            return "; ".join([self.excuse, *self.row.waived])
        if self.verdict is Verdict.SKIP:
            return f"{self.row.reason}: {self.row.why}"
        missing = "; ".join(self.row.missing)
        return f"judged in part; missing: {missing}" if self.verdict is Verdict.PARTLY else ""


@dataclass(frozen=True, slots=True)
class CaseList:
    """All cases of a run in the order of the catalogue, and the seconds of stories that name none of them."""

    cases: tuple[RowCase, ...]
    rest_s: float

    def of_claim(self, claim: str) -> list[RowCase]:
        """The cases of one claim."""
        return [case for case in self.cases if case.row.requirement.claim == claim]


def make_cases(report: Report) -> CaseList:
    """The cases of a report."""
    names = {row.requirement.id: [case.dialect for case in cases_of(row)] for row in report.rows}
    shares: dict[tuple[str, str], float] = defaultdict(float)
    begun: dict[tuple[str, str], float] = {}
    rest_s = 0.0
    for story in stories_of(report.entries):
        concerned = [(row, _dialect(story, names[row])) for row in story.rows if row in names]
        rest_s += 0.0 if concerned else story.duration_s
        for key in concerned:
            shares[key] += story.duration_s / len(concerned)
            begun[key] = min(begun.get(key, story.started_at), story.started_at)
    cases = (case for row in report.rows for case in cases_of(row, shares, begun))
    return CaseList(tuple(cases), rest_s)


def _dialect(story: ToldStory, dialects: list[str]) -> str:
    return story.dialect if story.dialect in dialects else "" if "" in dialects else dialects[0]


def cases_of(
    row: Row,
    shares: dict[tuple[str, str], float] | None = None,
    begun: dict[tuple[str, str], float] | None = None,
) -> Iterator[RowCase]:
    """The cases of a requirement: one per dialect, and one for what belongs to no dialect."""
    times, starts = shares or {}, begun or {}
    rid = row.requirement.id
    for dialect, verdict in row.by_dialect.items():
        groups = tuple(group for group in row.groups if dialect in group.dialects)
        key = rid, dialect
        excuse = _excuse([finding for finding in row.findings if finding.dialect == dialect])
        yield RowCase(row, dialect, verdict, groups, starts.get(key, 0.0), times.get(key, 0.0), excuse)
    found = [finding for finding in row.findings if not finding.dialect]
    alone = [finding.verdict for finding in found]
    if alone or not row.by_dialect:
        groups = tuple(group for group in row.groups if not row.by_dialect or _is_alone(group, row))
        verdict = gravest(alone) if alone else row.verdict
        key = rid, ""
        yield RowCase(row, "", verdict, groups, starts.get(key, 0.0), times.get(key, 0.0), _excuse(found))


def _excuse(found: Iterable[ReportedFinding]) -> str:
    """Why the gate counts none of these findings; empty where it counts one, or there is none."""
    excuses = list(dict.fromkeys(say_excuse(f.excuse) for f in found if f.verdict in (Verdict.FAIL, Verdict.WARN)))
    return "" if "" in excuses else " and ".join(excuses)


def _is_alone(group: FindingGroup, row: Row) -> bool:
    entries = {finding.entry for finding in row.findings if not finding.dialect}
    return any(entry in entries for entry in group.entries)


def is_failure(row: Row, verdict: Verdict, gate: str) -> bool:
    """Whether the gate counts this verdict: as `harness.judge.exit_code.decide` does."""
    if row.requirement.level is Level.MAY:
        return False
    return verdict is Verdict.FAIL or (verdict is Verdict.WARN and gate == "should")


def causes_of(case: RowCase, report: Report) -> list[ReportedCause]:
    """The causes of what was found in a case, the gravest and widest first."""
    found = [f for f in case.row.findings if f.dialect == case.dialect] or list(case.row.findings)
    numbers = {finding.cause for finding in found}
    return [cause for cause in report.causes if cause.number in numbers]


def said_of_cause(cause: ReportedCause, row: Row) -> str:
    """One line about a cause: the deciding request with the bridge's words, and the row that bears it."""
    decided = f"{cause.request} → {cause.said}" if cause.said else cause.request
    if cause.requirement.id == row.requirement.id:
        return f"cause {cause.number}, {decided}"
    return f"follows from cause {cause.number} ({cause.requirement.id}), {decided}"
