from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.judge.judge import Result, Verdicts
from harness.report.formats.junit import render_junit
from harness.report.model import make_report
from tests.harness.report.formats.worlds import hostile_report, timed_report
from tests.harness.report.samples import broken, by_hand, entry, exchange, judged, result, story, without_location


def parsed(verdicts: Verdicts, exit_code: ExitCode = ExitCode.CONFORMANCE_FAILURE) -> ET.Element:
    return ET.fromstring(render_junit(make_report(verdicts, [], exit_code, 1.0)))


def case(root: ET.Element, name: str) -> ET.Element:
    (found,) = [element for element in root.iter("testcase") if element.get("name") == name]
    return found


def failing(requirement: str = "OKTA-01", **more: Any) -> Result:
    finding = broken(requirement, entry(exchange(), "0:5", "okta-oin"), **more)
    return result(requirement, Verdict.FAIL, finding, by_dialect={"okta-oin": Verdict.FAIL, "okta-x": Verdict.PASS})


def test_names_are_unique_over_a_whole_run() -> None:
    root = ET.fromstring(render_junit(judged(story(without_location()))))

    names = Counter(element.get("name") for element in root.iter("testcase"))
    assert len(names) > 500
    assert names.most_common(1)[0][1] == 1


def test_each_suite_tells_the_figures_of_the_run() -> None:
    report = make_report(
        by_hand(failing(), claims=("okta",)), [], ExitCode.PASS, 1.0, figures={"put off": "2 requests"}
    )

    properties = ET.fromstring(render_junit(report)).iter("property")

    assert {"name": "put off", "value": "2 requests"} in [each.attrib for each in properties]


def test_each_dialect_is_a_case_and_only_the_broken_one_fails() -> None:
    root = parsed(by_hand(failing(), claims=("okta",)))

    failure = case(root, "OKTA-01 [okta-oin]").find("failure")
    assert failure is not None
    assert failure.get("message") == "cause 1, POST /Users → 201: expected status 201; was status 200"
    assert "POST https://bridge.example/scim/v2/Users" in str(failure.text)
    assert case(root, "OKTA-01 [okta-x]").find("failure") is None
    assert case(root, "OKTA-01 [okta-oin]").get("classname") == "bridgecheck.okta"


def test_what_was_found_outside_any_dialect_is_not_lost() -> None:
    alone = broken("RFC7644-3.3-12", entry(exchange(), "0:9"))
    row = result("RFC7644-3.3-12", Verdict.FAIL, alone, by_dialect={"okta-oin": Verdict.PASS})

    root = parsed(by_hand(row, claims=("rfc",)))

    assert case(root, "RFC7644-3.3-12").find("failure") is not None
    assert case(root, "RFC7644-3.3-12 [okta-oin]").find("failure") is None


def test_a_skip_says_why_and_is_counted() -> None:
    root = parsed(by_hand(result("OKTA-01", Verdict.SKIP), claims=("okta",)))

    skipped = case(root, "OKTA-01").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "not run: nothing in this run judged it"
    assert root.get("skipped") == "1"


def test_a_warning_fails_only_where_the_gate_asks_for_it() -> None:
    row = result("RFC7644-3.3-11", Verdict.WARN, broken("RFC7644-3.3-11", entry(exchange()), verdict=Verdict.WARN))

    must = case(parsed(by_hand(row, claims=("rfc",))), "RFC7644-3.3-11")
    should = case(parsed(by_hand(row, claims=("rfc",), gate="should")), "RFC7644-3.3-11")

    assert must.find("failure") is None
    assert must.find("system-out") is not None
    assert should.find("failure") is not None


def test_an_error_is_an_error() -> None:
    root = parsed(by_hand(result("OKTA-01", Verdict.ERROR), claims=("okta",)), ExitCode.HARNESS_ERROR)

    assert case(root, "OKTA-01").find("error") is not None


def test_a_run_without_a_verdict_is_never_green() -> None:
    root = parsed(by_hand(result("OKTA-01", Verdict.SKIP), claims=("okta",)), ExitCode.TARGET_UNREACHABLE)

    error = case(root, "the run came to a verdict").find("error")
    assert error is not None
    assert error.get("message") == "exit 3: target unreachable"
    assert root.get("errors") == "1"


def test_hostile_text_is_still_xml() -> None:
    hostile = "</failure>]]>\x00\x0b\ud800\ufffe&<script>"

    root = parsed(by_hand(failing(expected=hostile, actual=hostile), claims=("okta",)))

    failure = case(root, "OKTA-01 [okta-oin]").find("failure")
    assert failure is not None
    assert "</failure>]]>\\x00\\x0b\\ud800\\ufffe&<script>" in str(failure.text)


def test_times_are_those_of_the_stories_and_add_up() -> None:
    root = ET.fromstring(render_junit(timed_report()))

    assert case(root, "RFC7644-3.3-12").get("time") == "1.500"
    assert case(root, "RFC7644-3.3-13").get("time") == "1.500"
    assert case(root, "the run came to a verdict").get("time") == "2.000"
    assert root.get("time") == "5.000"


def test_a_reader_of_junit_counts_what_the_file_says(tmp_path: Path) -> None:
    junitparser = pytest.importorskip("junitparser")
    (tmp_path / "junit.xml").write_bytes(render_junit(hostile_report()))

    suites = junitparser.JUnitXml.fromfile(str(tmp_path / "junit.xml"))

    told = (suites.tests, suites.failures, suites.errors, suites.skipped)
    suites.update_statistics()
    assert told == (suites.tests, suites.failures, suites.errors, suites.skipped)
    assert suites.failures > 0
    assert suites.errors > 0
