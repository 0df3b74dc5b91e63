"""What is excused at the gate is red in no viewer, and says why; what is not stays red."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.gate.baseline import Baseline, KnownCause
from harness.gate.gate import Policy, open_gate
from harness.gate.repeats import Repeats
from harness.judge.exit_code import ExitCode
from harness.report.formats.ctrf import render_ctrf
from harness.report.formats.github import annotations_of
from harness.report.formats.gitlab import render_code_quality
from harness.report.formats.junit import render_junit
from harness.report.formats.junit_stories import render_junit_stories
from harness.report.formats.sarif import render_sarif
from harness.report.model import FoundCauses, Report, make_report
from tests.harness.gate.samples import LOCATION, TODAY, faulty, judged, policy, waiver

KNOWN = Baseline(Path("b.json"), (KnownCause(f"{LOCATION}/7f3e7dead7"),))
WAIVED = "waived; until 2027-03-31, by ada@example.com: the proxy drops it"


def report_of(asked: Policy, code: ExitCode = ExitCode.PASS, repeats: Repeats | None = None) -> Report:
    verdicts, causes = judged(faulty())
    gate = open_gate(verdicts, causes, asked, repeats=repeats)
    return make_report(verdicts, faulty(), code, 1.0, found=FoundCauses(causes), gate=gate)


def skipped_in(report: Report) -> dict[str, str]:
    cases = ET.fromstring(render_junit(report)).iter("testcase")
    return {case.get("name", ""): skip.get("message", "") for case in cases for skip in case.iter("skipped")}


@pytest.mark.parametrize(
    ("asked", "repeats", "why"),
    [
        (policy(waiver(LOCATION)), None, WAIVED),
        (policy(baseline=KNOWN), None, "known: it stands in the baseline"),
        (policy(), Repeats(1, frozenset({1})), "flaky: it did not come again"),
    ],
)
def test_what_is_excused_is_red_nowhere_and_says_why(asked: Policy, repeats: Repeats | None, why: str) -> None:
    report = report_of(asked, repeats=repeats)

    assert skipped_in(report)[LOCATION] == why
    assert b"<failure" not in render_junit(report) + render_junit_stories(report)
    tests = json.loads(render_ctrf(report))["results"]["tests"]
    assert [(t["status"], t["message"]) for t in tests if t["name"] == LOCATION] == [("skipped", why)]
    assert [t["name"] for t in tests if t.get("flaky")] == ([LOCATION] if repeats else [])
    (found,) = json.loads(render_sarif(report))["runs"][0]["results"]
    assert found["suppressions"] == [{"kind": "external", "status": "accepted", "justification": why}]
    assert [issue["severity"] for issue in json.loads(render_code_quality(report))] == ["info"]
    (line,) = annotations_of(report)
    assert line.startswith("::notice title=bridgecheck::Passes the gate")


@pytest.mark.parametrize(
    ("asked", "repeats"),
    [
        (policy(waiver(LOCATION, expires=TODAY - timedelta(days=1))), None),
        (policy(baseline=Baseline(KNOWN.path, ())), None),
        (policy(is_flaky_failure=True), Repeats(1, frozenset({1}))),
    ],
)
def test_what_is_not_excused_stays_red(asked: Policy, repeats: Repeats | None) -> None:
    report = report_of(asked, ExitCode.CONFORMANCE_FAILURE, repeats)

    assert LOCATION not in skipped_in(report)
    assert b"<failure" in render_junit(report)
    assert b"<failure" in render_junit_stories(report)
    assert "suppressions" not in json.loads(render_sarif(report))["runs"][0]["results"][0]
    assert f"::error title={LOCATION} " in annotations_of(report)[1]
