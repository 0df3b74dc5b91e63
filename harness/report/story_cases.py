"""The report as test cases by story: how each story ended, with what was found in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Verdict
from harness.report.cases import CaseStatus, is_failure
from harness.report.excuses import say_excuse
from harness.report.model import Report, ReportedFinding, Row
from harness.report.told import NOT_OBSERVABLE, ToldStory, stories_of

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class StoryCase:
    """A story with the findings made in it, those that the gate counts first."""

    story: ToldStory
    status: CaseStatus
    found: tuple[tuple[Row, ReportedFinding], ...]

    @property
    def message(self) -> str:
        """One line: the first finding, else why the story was not told to its end."""
        if not self.found:
            return f"{self.story.outcome}: {self.story.reason}"
        row, finding = self.found[0]
        excuse = f"{say_excuse(finding.excuse)}: " if self.status is CaseStatus.EXCUSED else ""
        return f"{excuse}{row.requirement.id}: expected {finding.expected}; was {finding.actual}"[:400]

    @property
    def details(self) -> str:
        """The story in words, and its findings with their causes."""
        return "\n\n".join([self.story.sentence, *say_findings(self.found)])


def story_cases(report: Report) -> tuple[tuple[StoryCase, ...], tuple[tuple[Row, ReportedFinding], ...]]:
    """The stories of a run, and the findings that belong to none of them."""
    places = {entry.id: (entry.scenario, entry.dialect) for entry in report.entries}
    by_place: dict[tuple[str, str], list[tuple[Row, ReportedFinding]]] = {}
    for row in report.rows:
        for finding in row.findings:
            by_place.setdefault(places.get(finding.entry, ("", "")), []).append((row, finding))
    gate = report.header.gate
    for listed in by_place.values():
        listed.sort(key=lambda each: (not is_failure(each[0], each[1].verdict, gate), bool(each[1].excuse)))
    cases = []
    for story in stories_of(report.entries):
        found = tuple(by_place.pop((story.scenario, story.dialect), ()))
        cases.append(StoryCase(story, status_of(story, found, gate), found))
    return tuple(cases), tuple(each for listed in by_place.values() for each in listed)


def status_of(story: ToldStory, found: tuple[tuple[Row, ReportedFinding], ...], gate: str) -> CaseStatus:
    """How a story ended under the gate. One that went wrong itself is broken, whatever was found until then."""
    if story.is_broken or any(finding.verdict is Verdict.ERROR for _, finding in found):
        return CaseStatus.BROKEN
    counted = [finding for row, finding in found if is_failure(row, finding.verdict, gate)]
    if counted:
        return CaseStatus.EXCUSED if all(say_excuse(finding.excuse) for finding in counted) else CaseStatus.FAILED
    if found:
        return CaseStatus.WARNED
    return CaseStatus.SKIPPED if story.outcome == NOT_OBSERVABLE else CaseStatus.PASSED


def say_findings(found: tuple[tuple[Row, ReportedFinding], ...]) -> Iterator[str]:
    """The findings in words, the first twenty of them."""
    for row, finding in found[:_SHOWN]:
        requirement = row.requirement
        at = f" at {finding.pointer}" if finding.pointer else ""
        yield (
            f"{requirement.id} {requirement.level}: {requirement.statement}\n"
            f"expected: {finding.expected}\n     was: {finding.actual}\n"
            f"   where: entry {finding.entry}{at}, cause {finding.cause}, check {finding.check}\n"
            f"   again: {finding.rerun}"
        )
    if len(found) > _SHOWN:
        yield f"and {len(found) - _SHOWN} more, in conformance.json"
