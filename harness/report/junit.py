"""`junit.xml`: one test case per requirement and dialect, for CI servers.

Names are unique, since GitLab keeps only the first of equal ones (GitLab docs, "Unit test reports").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict, gravest
from harness.judge.exit_code import ExitCode
from harness.report.causes import ReportedCause
from harness.report.evidence import Evidence
from harness.report.findings import PER_REQUIREMENT, FindingGroup
from harness.report.leftovers import HINT
from harness.report.model import Report, Row

_JUDGING = (ExitCode.PASS, ExitCode.CONFORMANCE_FAILURE)
_BODY = 4 * 1024  # GitLab reads 30 MB at most, and a CI page shows no more than this anyway
_MESSAGE = 400
_ERRORS = 50


@dataclass(frozen=True, slots=True)
class JUnitCase:
    """One test case: a requirement under one dialect (none: ""), with what was found there."""

    row: Row
    dialect: str
    verdict: Verdict
    groups: tuple[FindingGroup, ...]

    @property
    def name(self) -> str:
        """Unique in the whole file."""
        return f"{self.row.requirement.id} [{self.dialect}]" if self.dialect else self.row.requirement.id


def render_junit(report: Report) -> bytes:
    """The report as JUnit XML."""
    suites = [_run_suite(report)]
    for claim in report.header.claims:
        cases = [case for row in report.rows if row.requirement.claim == claim for case in cases_of(row)]
        suites.append(_suite(f"bridgecheck.{claim}", [_testcase(case, report) for case in cases], report))
    root = ET.Element("testsuites", {"name": "bridgecheck", "time": f"{report.duration_s:.3f}", **_sum(suites)})
    root.extend(suites)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def cases_of(row: Row) -> Iterator[JUnitCase]:
    """The test cases of a requirement: one per dialect, and one for what belongs to no dialect."""
    for dialect, verdict in row.by_dialect.items():
        yield JUnitCase(row, dialect, verdict, tuple(group for group in row.groups if dialect in group.dialects))
    alone = [finding.verdict for finding in row.findings if not finding.dialect]
    if alone or not row.by_dialect:
        groups = tuple(group for group in row.groups if not row.by_dialect or _is_alone(group, row))
        yield JUnitCase(row, "", gravest(alone) if alone else row.verdict, groups)


def _is_alone(group: FindingGroup, row: Row) -> bool:
    entries = {finding.entry for finding in row.findings if not finding.dialect}
    return any(entry in entries for entry in group.entries)


def is_failure(row: Row, verdict: Verdict, gate: str) -> bool:
    """Whether the gate counts this verdict: as `harness.judge.exit_code.decide` does."""
    if row.requirement.level is Level.MAY:
        return False
    return verdict is Verdict.FAIL or (verdict is Verdict.WARN and gate == "should")


def _testcase(case: JUnitCase, report: Report) -> ET.Element:
    claim = case.row.requirement.claim
    element = ET.Element("testcase", {"classname": f"bridgecheck.{claim}", "name": case.name, "time": "0"})
    if case.verdict is Verdict.SKIP:
        ET.SubElement(element, "skipped", {"message": f"{case.row.reason}: {case.row.why}"})
    elif case.verdict is Verdict.PARTLY:
        ET.SubElement(element, "skipped", {"message": f"judged in part; missing: {'; '.join(case.row.missing)}"})
    elif case.verdict is Verdict.ERROR:
        _put(element, "error", case, report)
    elif is_failure(case.row, case.verdict, report.header.gate):
        _put(element, "failure", case, report)
    elif case.groups:
        ET.SubElement(element, "system-out").text = f"warning\n{_details(case, report)}"
    return element


def _put(element: ET.Element, kind: str, case: JUnitCase, report: Report) -> None:
    first = case.groups[0] if case.groups else None
    message = f"expected {first.expected}; was {first.actual}" if first else case.row.requirement.statement
    told = [said_of_cause(cause, case.row) for cause in causes_of(case, report)]
    message = f"{told[0]}: {message}" if told else message
    child = ET.SubElement(element, kind, {"type": case.row.requirement.level.value, "message": message[:_MESSAGE]})
    child.text = _details(case, report)


def causes_of(case: JUnitCase, report: Report) -> list[ReportedCause]:
    """The causes of what was found in a test case, the gravest and widest first."""
    found = [f for f in case.row.findings if f.dialect == case.dialect] or list(case.row.findings)
    numbers = {finding.cause for finding in found}
    return [cause for cause in report.causes if cause.number in numbers]


def said_of_cause(cause: ReportedCause, row: Row) -> str:
    """One line about a cause: the deciding request with the bridge's words, and the row that bears it."""
    decided = f"{cause.request} → {cause.said}" if cause.said else cause.request
    if cause.requirement.id == row.requirement.id:
        return f"cause {cause.number}, {decided}"
    return f"follows from cause {cause.number} ({cause.requirement.id}), {decided}"


def _details(case: JUnitCase, report: Report) -> str:
    requirement = case.row.requirement
    parts = [f"{requirement.id} {requirement.level}: {requirement.statement}\nsource: {requirement.source}"]
    causes = causes_of(case, report)
    parts += [said_of_cause(cause, case.row) for cause in causes[:PER_REQUIREMENT]]
    parts += [f"again: {case.row.findings[0].rerun}"] if causes else []
    parts += [_finding(group, case.dialect) for group in case.groups[:PER_REQUIREMENT]]
    if len(case.groups) > PER_REQUIREMENT:
        parts.append(f"and {len(case.groups) - PER_REQUIREMENT} more, in conformance.json")
    return "\n\n".join(parts)


def _finding(group: FindingGroup, dialect: str) -> str:
    shown = [sighting for sighting in group.sightings if sighting.place.dialect == dialect] or list(group.sightings)
    lines = [
        f"expected: {group.expected}",
        f"     was: {group.actual}",
        f"   where: {group.pointer or '-'}, entry {group.entries[0]}, {group.count} in all",
        f"   check: {', '.join(group.checks)}",
    ]
    for sighting in shown[:1]:
        lines.append(f"   story: {sighting.place.sentence or sighting.place.scenario or '-'}")
        if sighting.evidence:
            lines.append(_exchange(sighting.evidence))
    return "\n".join(lines)


def _exchange(evidence: Evidence) -> str:
    sent = [evidence.request_line, *(f"{name}: {value}" for name, value in evidence.request_headers)]
    got = [evidence.status_line, *(f"{name}: {value}" for name, value in evidence.response_headers)]
    return "\n".join(
        [
            f"\n{evidence.how} (entry {evidence.entry}):",
            *sent,
            "",
            evidence.request_body[:_BODY],
            "",
            *got,
            "",
            evidence.response_body[:_BODY],
            "",
            evidence.curl[:_BODY],
        ]
    )


def _run_suite(report: Report) -> ET.Element:
    """Whether the run could judge at all, so that one that died early is never green."""
    end = ET.Element("testcase", {"classname": "bridgecheck.run", "name": "the run came to a verdict", "time": "0"})
    if report.exit_code not in _JUDGING:
        said = f"exit {report.exit_code.value}: {report.exit_code.label}"
        child = ET.SubElement(end, "error", {"type": report.exit_code.label, "message": said})
        child.text = "\n".join([report.sentence, report.message, *report.errors[:_ERRORS]]).strip()
    return _suite("bridgecheck.run", [end, _clean_up(report)], report)


def _clean_up(report: Report) -> ET.Element:
    """Whether what the run made is gone again."""
    case = ET.Element("testcase", {"classname": "bridgecheck.run", "name": "nothing was left behind", "time": "0"})
    if report.leftovers:
        said = f"{len(report.leftovers)} left on the target; {HINT}"
        child = ET.SubElement(case, "error", {"type": "leftovers", "message": said})
        child.text = "\n".join(str(leftover) for leftover in report.leftovers)
    return case


def _suite(name: str, cases: Iterable[ET.Element], report: Report) -> ET.Element:
    listed = list(cases)
    started = datetime.fromtimestamp(report.header.started_at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    element = ET.Element("testsuite", {"name": name, "timestamp": started, "time": "0"})
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(kind, str(sum(case.find(tag) is not None for case in listed)))
    element.set("tests", str(len(listed)))
    properties = ET.SubElement(element, "properties")
    for key, value in _properties(report):
        ET.SubElement(properties, "property", {"name": key, "value": value})
    element.extend(listed)
    return element


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    yield "target", report.header.target_url
    yield "seed", str(report.header.seed)
    yield "mode", report.header.mode
    yield "gate", report.header.gate
    yield "version", report.version
    yield "judged in part", str(report.totals.partly)
    yield "sentence", report.sentence
    yield from report.figures


def _sum(suites: Iterable[ET.Element]) -> dict[str, str]:
    listed = list(suites)
    return {
        key: str(sum(int(suite.get(key, "0")) for suite in listed))
        for key in ("tests", "failures", "errors", "skipped")
    }
