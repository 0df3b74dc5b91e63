"""What the gate's owner excuses is in every format, never as passed, and never as what fails the build."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from harness.gate.baseline import Baseline, KnownCause
from harness.gate.gate import Policy, open_gate
from harness.judge.exit_code import ExitCode
from harness.report.formats.allure import write_allure
from harness.report.formats.badge import badge_of
from harness.report.formats.ctrf import render_ctrf
from harness.report.formats.github import annotations_of, render_step_summary
from harness.report.formats.gitlab import render_code_quality
from harness.report.formats.junit import render_junit
from harness.report.formats.junit_stories import render_junit_stories
from harness.report.formats.sarif import render_sarif
from harness.report.model import FoundCauses, Report, make_report
from tests.harness.gate.samples import LOCATION, TODAY, faulty, judged, policy, waiver

WORDS = "waived; until 2027-03-31, by ada@example.com: the proxy drops it"


def report_of(asked: Policy, code: ExitCode = ExitCode.PASS) -> Report:
    entries = faulty()
    verdicts, causes = judged(entries)
    gate = open_gate(verdicts, causes, asked)
    return make_report(verdicts, entries, code, 1.0, found=FoundCauses(causes), gate=gate)


@pytest.fixture
def waived() -> Report:
    """A run in which the one thing broken is waived."""
    return report_of(policy(waiver(LOCATION)))


def case(document: bytes, name: str) -> ET.Element:
    (found,) = [element for element in ET.fromstring(document).iter("testcase") if name in str(element.get("name"))]
    return found


def result(document: bytes) -> Any:
    (found,) = json.loads(document)["runs"][0]["results"]
    return found


def test_junit_skips_it_and_says_until_when(waived: Report) -> None:
    skipped = case(render_junit(waived), LOCATION).find("skipped")

    assert skipped is not None
    assert skipped.get("message") == WORDS
    assert ET.fromstring(render_junit(waived)).get("failures") == "0"


def test_a_story_in_which_all_is_excused_is_skipped(waived: Report) -> None:
    skipped = case(render_junit_stories(waived), "test_ada_is_hired").find("skipped")

    assert skipped is not None
    assert str(skipped.get("message")).startswith(f"waived: {LOCATION}: expected a Location header")


def test_ctrf_skips_it(waived: Report) -> None:
    tests = {test["name"]: test for test in json.loads(render_ctrf(waived))["results"]["tests"]}

    found = (tests[LOCATION]["status"], tests[LOCATION]["rawStatus"], tests[LOCATION]["message"])
    assert found == ("skipped", "excused", WORDS)


def test_allure_skips_it_as_known(waived: Report, tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_allure(waived, tmp_path)

    made = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*-result.json")]
    (found,) = [each for each in made if each["fullName"] == f"rfc.{LOCATION}"]
    assert (found["status"], found["statusDetails"]["known"]) == ("skipped", True)
    assert found["statusDetails"]["message"].startswith(WORDS)


def test_sarif_suppresses_it(waived: Report) -> None:
    suppressions = result(render_sarif(waived))["suppressions"]

    assert suppressions == [{"kind": "external", "status": "accepted", "justification": WORDS}]


def test_gitlab_shows_it_as_information(waived: Report) -> None:
    (issue,) = json.loads(render_code_quality(waived))

    assert issue["severity"] == "info"
    assert issue["description"].startswith(f"{WORDS}. ")


def test_github_annotates_only_the_verdict_and_the_summary_has_it(waived: Report) -> None:
    assert len(annotations_of(waived)) == 1
    assert f"### 1. {LOCATION} MUST (waived):" in render_step_summary(waived)


def test_the_badge_does_not_say_that_nothing_is_broken(waived: Report) -> None:
    assert badge_of(waived)[0].startswith("passes its gate, ")


def test_what_a_baseline_holds_is_unchanged_and_the_rest_new() -> None:
    fingerprint = report_of(policy()).causes[0].fingerprint
    held = Baseline(Path("baseline.json"), (KnownCause(fingerprint),))
    empty = Baseline(Path("baseline.json"), ())

    known = result(render_sarif(report_of(policy(baseline=held))))
    new = result(render_sarif(report_of(policy(baseline=empty), ExitCode.CONFORMANCE_FAILURE)))

    assert (known["baselineState"], known["suppressions"][0]["justification"]) == (
        "unchanged",
        "known: it stands in the baseline",
    )
    assert new["baselineState"] == "new"
    assert "suppressions" not in new


def test_what_an_expired_waiver_names_fails_again() -> None:
    report = report_of(policy(waiver(LOCATION, expires=TODAY - timedelta(days=1))), ExitCode.WAIVERS_STALE)

    assert case(render_junit(report), LOCATION).find("failure") is not None
    error = case(render_junit(report), "the run came to a verdict").find("error")
    assert error is not None
    assert "waiver expired" in str(error.text)
    assert badge_of(report)[0].startswith("waivers stale")
