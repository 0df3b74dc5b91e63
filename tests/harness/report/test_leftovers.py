"""What was left on the target is named in every report, with the reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.judge.exit_code import ExitCode
from harness.record.journal import INTERRUPTED, Act, Leftover, Making, ScenarioEnd
from harness.report.formats.allure import write_allure
from harness.report.formats.junit import render_junit
from harness.report.html import render_html
from harness.report.json import render_json
from harness.report.leftovers import UNTRIED, ReportedLeftover, leftovers_in
from harness.report.model import Report
from harness.report.summary import render_summary
from harness.schema.validate import validate
from tests.harness.report.samples import exchange, header, judged, story, user

ADA = Leftover("/Users/7", "DELETE gives 500", "ada@example.com\x1b")
SHOWN = ReportedLeftover("/Users/7", "ada@example.com\\x1b", "DELETE gives 500")


@pytest.fixture
def report() -> Report:
    return judged(story(ADA), ExitCode.CLEANUP_INCOMPLETE)


def test_the_report_holds_each_with_name_and_reason(report: Report) -> None:
    assert report.leftovers == (SHOWN,)
    assert str(report.leftovers[0]) == "/Users/7 (ada@example.com\\x1b): DELETE gives 500"


def test_json_lists_them(report: Report) -> None:
    document = json.loads(json.dumps(render_json(report)))

    assert document["leftovers"] == [{"path": "/Users/7", "name": SHOWN.name, "reason": SHOWN.reason}]
    assert not validate(document, "report/conformance")


def test_junit_has_a_case_for_it(report: Report) -> None:
    cases = {each.get("name"): each for each in ET.fromstring(render_junit(report)).iter("testcase")}
    clean = {each.get("name"): each for each in ET.fromstring(render_junit(judged(story()))).iter("testcase")}

    error = cases["nothing was left behind"].find("error")
    assert error is not None
    assert error.text == str(SHOWN)
    assert clean["nothing was left behind"].find("error") is None


def test_html_and_summary_name_them_and_the_command_that_helps(report: Report) -> None:
    page, summary = render_html(report), render_summary(report)

    assert "<code>/Users/7</code> ada@example.com\\x1b: DELETE gives 500" in page
    assert f"  {SHOWN}\n" in summary
    assert "bridgecheck cleanup" in page
    assert "bridgecheck cleanup" in summary
    assert "Left on the target" not in render_html(judged(story())) + render_summary(judged(story()))


def test_many_are_counted_in_the_summary() -> None:
    many = judged(story(*(Leftover(f"/Users/{number}", "DELETE gives 500") for number in range(25))))

    assert "… and 5 more, in the report" in render_summary(many)


def test_allure_has_a_result_for_it(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_allure(report, tmp_path)

    results = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*-result.json")]
    (left,) = [each for each in results if each["name"] == "nothing was left behind"]
    assert left["status"] == "broken"
    assert left["statusDetails"]["message"] == str(SHOWN)


def test_a_run_that_was_killed_leaves_what_it_had_made() -> None:
    made = exchange(sent=user(), received=user(id="1"))
    entries = story(Making("Users", "ada@example.com"), made, Act("fixtures", "joan@example.com"))
    entries[-1] = replace(entries[-1], event=ScenarioEnd(INTERRUPTED, "the journal is cut short"))

    assert leftovers_in(entries) == (
        ReportedLeftover("/Users/1", "ada@example.com", UNTRIED),
        ReportedLeftover("members/joan@example.com", "joan@example.com", UNTRIED),
    )


def test_a_bridge_that_the_run_had_started_keeps_nothing() -> None:
    entries = story(ADA)
    entries[0] = replace(entries[0], event=replace(header("rfc"), start="bridge {port}"))

    assert leftovers_in(entries) == ()
