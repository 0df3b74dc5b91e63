from __future__ import annotations

import json
import re

from harness.report.files import around
from harness.report.formats.gitlab import render_code_quality
from tests.harness.report.formats.worlds import hostile_report
from tests.harness.report.samples import judged, story, without_location

SECTION = re.compile("\x1b\\[0Ksection_(start|end):([0-9]+):([a-z0-9_]+)(\\[collapsed=true\\])?\r\x1b\\[0K")


def test_each_cause_is_an_issue_with_what_gitlab_demands() -> None:
    report = hostile_report()

    issues = json.loads(render_code_quality(report))

    assert len(issues) == len(report.causes) > 0
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch(r"scim(/[A-Za-z]+)?", issue["location"]["path"])
        assert issue["location"]["lines"] == {"begin": 1}


def test_a_cause_keeps_its_fingerprint_in_the_next_run() -> None:
    first, second = (json.loads(render_code_quality(judged(story(without_location())))) for _ in range(2))

    assert [issue["fingerprint"] for issue in first] == [issue["fingerprint"] for issue in second]


def test_a_run_without_causes_has_no_issues() -> None:
    assert json.loads(render_code_quality(judged(story()))) == []


def test_sections_open_and_close_in_pairs_and_causes_are_folded() -> None:
    before, after = around(judged(story(without_location())), ("gitlab",))

    marks = [(match[1], match[3], bool(match[4])) for match in SECTION.finditer(f"{before}\n{after}")]
    assert marks[:3] == [
        ("start", "bridgecheck_summary", False),
        ("end", "bridgecheck_summary", False),
        ("start", "bridgecheck_cause_1", True),
    ]
    assert [name for kind, name, _ in marks if kind == "start"] == [name for kind, name, _ in marks if kind == "end"]


def test_nothing_that_a_bridge_says_opens_or_closes_a_section() -> None:
    report = hostile_report()

    before, after = around(report, ("gitlab",))

    without_ours = SECTION.sub("", f"{before}\n{after}")
    assert "\x1b" not in without_ours
    assert "\r" not in without_ours
