"""`junit-stories.xml`: one test case per story and dialect, for who reads a run as tests with their times."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from harness.report.cases import CaseStatus, is_failure
from harness.report.excuses import say_excuse
from harness.report.format import one_file
from harness.report.junit_xml import make_case, make_suite, put, render_suites, run_suite
from harness.report.model import Report, ReportedFinding, Row
from harness.report.story_cases import StoryCase, say_findings, story_cases

_TAGS = {
    CaseStatus.EXCUSED: ("skipped", ""),
    CaseStatus.FAILED: ("failure", "finding"),
    CaseStatus.BROKEN: ("error", "story"),
    CaseStatus.SKIPPED: ("skipped", ""),
}


def render_junit_stories(report: Report) -> bytes:
    """The stories of the report as JUnit XML, a suite for each suite of stories."""
    cases, rest = story_cases(report)
    suites = [run_suite(report, 0.0, *([_of_the_run(rest, report.header.gate)] if rest else []))]
    for name in dict.fromkeys(case.story.suite for case in cases):
        chosen = [_testcase(case) for case in cases if case.story.suite == name]
        suites.append(make_suite(f"bridgecheck.{name or 'stories'}", chosen, report))
    return render_suites(suites)


def _testcase(case: StoryCase) -> ET.Element:
    element = make_case(f"bridgecheck.{case.story.suite or 'stories'}", case.story.name, case.story.duration_s)
    if case.status in _TAGS:
        put(element, *_TAGS[case.status], case.message, case.details)
    elif case.status is CaseStatus.WARNED:
        ET.SubElement(element, "system-out").text = f"warning\n{case.details}"
    return element


def _of_the_run(found: tuple[tuple[Row, ReportedFinding], ...], gate: str) -> ET.Element:
    """What was found in no story, but in the run as a whole."""
    element = make_case("bridgecheck.run", "the run as a whole", 0.0)
    text = "\n\n".join(say_findings(found))
    if any(is_failure(row, finding.verdict, gate) and not say_excuse(finding.excuse) for row, finding in found):
        put(element, "failure", "finding", f"{len(found)} found outside any story", text)
    else:
        ET.SubElement(element, "system-out").text = f"warning\n{text}"
    return element


FORMAT = one_file("junit-stories.xml", "for CI servers: one test for each story, with its time", render_junit_stories)
