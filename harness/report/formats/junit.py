"""`junit.xml`: one test case per requirement and dialect, for CI servers.

Names are unique, since GitLab keeps only the first of equal ones (GitLab docs, "Unit test reports"). The format
`junit-stories` has a test case for each story instead.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from harness.report.cases import CaseStatus, RowCase, make_cases
from harness.report.details import details_of, message_of
from harness.report.format import one_file
from harness.report.junit_xml import make_case, make_suite, put, render_suites, run_suite
from harness.report.model import Report


def render_junit(report: Report) -> bytes:
    """The report as JUnit XML."""
    listed = make_cases(report)
    suites = [run_suite(report, listed.rest_s)]
    for claim in report.header.claims:
        cases = [_testcase(case, report) for case in listed.of_claim(claim)]
        suites.append(make_suite(f"bridgecheck.{claim}", cases, report))
    return render_suites(suites)


def _testcase(case: RowCase, report: Report) -> ET.Element:
    element = make_case(f"bridgecheck.{case.row.requirement.claim}", case.name, case.duration_s)
    status = case.status(report.header.gate)
    if status in (CaseStatus.SKIPPED, CaseStatus.PARTLY, CaseStatus.EXCUSED):
        put(element, "skipped", "", case.why, details_of(case, report) if case.excuse else "")
    elif status in (CaseStatus.BROKEN, CaseStatus.FAILED):
        tag = "error" if status is CaseStatus.BROKEN else "failure"
        put(element, tag, case.row.requirement.level.value, message_of(case, report), details_of(case, report))
    elif status is CaseStatus.WARNED:
        ET.SubElement(element, "system-out").text = f"warning\n{details_of(case, report)}"
    return element


FORMAT = one_file(
    "junit.xml", "for CI servers: one test for each requirement and identity provider, with its time", render_junit
)
