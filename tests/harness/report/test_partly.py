"""A requirement that was judged in part, in every report: apart from what was judged, and from what was not run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from click.testing import CliRunner

from harness.catalogue.facets import Unseen
from harness.catalogue.verdict import Verdict
from harness.cli.explain_command import command as explain
from harness.cli.list_command import command as list_
from harness.judge.exit_code import ExitCode
from harness.report.formats.allure import write_allure
from harness.report.formats.junit import render_junit
from harness.report.html import brief, describe, render_html
from harness.report.json import render_json
from harness.report.model import Report, make_report
from harness.report.summary import render_summary
from harness.schema.validate import validate
from tests.harness.report.samples import by_hand, result

ROW = "RFC7644-3.3-12"  # of Users and of Groups


def report() -> Report:
    unseen = (
        Unseen("Group", "", False),
        Unseen("PATCH", "this bridge: not ServiceProviderConfig.patch.supported", True),
    )
    partly = replace(result(ROW, Verdict.PARTLY, by_dialect={"okta-oin": Verdict.PARTLY}), unseen=unseen)
    verdicts = by_hand(partly, result("RFC7644-3.3-09"), result("RFC7644-3.3-10", Verdict.SKIP), claims=("rfc",))
    return make_report(verdicts, [], ExitCode.PASS, 1.0)


def test_the_totals_count_it_apart() -> None:
    totals = report().totals

    assert (totals.requirements, totals.judged, totals.partly, totals.skipped) == (3, 1, 1, 1)


def test_the_summary_names_the_missing_part() -> None:
    lines = render_summary(report()).splitlines()

    assert lines[0] == (
        "Nothing broken that the gate asks for; 1 of 3 requirements judged, 1 in part. "
        "Not enough to say ready for SCIM 2.0."
    )
    assert f"◐ {ROW} MUST Group" in lines
    assert "3 requirements, 1 judged: 1 pass, 0 warn, 0 fail, 0 error; 1 judged in part; 3 exchanges in 1.0 s" in lines


def test_json_has_what_is_missing_and_what_is_excused() -> None:
    made = render_json(report())
    (row,) = [each for each in made["requirements"] if each["id"] == ROW]

    assert validate(made, "report/conformance") == []
    assert (row["verdict"], row["missing"], row["reason"]) == ("partly", ["Group"], None)
    assert row["excused"] == ["PATCH (this bridge: not ServiceProviderConfig.patch.supported)"]
    assert (made["totals"]["judged"], made["totals"]["partly"], made["totals"]["skip"]) == (1, 1, 1)
    assert made["verdict"]["readiness"]["rfc"]["verdict"] == "not_enough"


def test_junit_shows_no_pass() -> None:
    root = ET.fromstring(render_junit(report()))
    (case,) = [each for each in root.iter("testcase") if each.get("name") == f"{ROW} [okta-oin]"]
    skipped = case.find("skipped")

    assert skipped is not None
    assert skipped.get("message") == "judged in part; missing: Group"
    assert any(p.get("name") == "judged in part" and p.get("value") == "1" for p in root.iter("property"))


def test_allure_shows_neither_passed_nor_skipped(tmp_path: Path) -> None:
    write_allure(report(), tmp_path)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*-result.json")]
    (partly,) = [each for each in results if each["name"].startswith(ROW)]

    assert partly["status"] == "unknown"
    assert partly["statusDetails"]["message"] == "judged in part; missing: Group"


def test_the_matrix_counts_it_apart() -> None:
    (line,) = report().matrix.lines

    assert (line.overall.verdict, line.overall.judged, line.overall.partly, line.overall.touched) == (
        Verdict.PARTLY,
        1,
        1,
        2,
    )
    assert (brief(line.overall), describe(line.overall)) == ("◐ 1/2", "1 judged, 1 judged in part")
    assert brief(line.cells[0]) == "◐ 1/1"


def test_the_page_names_the_missing_part() -> None:
    page = render_html(report())

    assert "missing: Group" in page
    assert "can&#39;t be shown here: PATCH" in page or "can't be shown here: PATCH" in page
    assert "class=partly" in page
    assert 'class="not_enough"' in page


def test_explain_and_list_tell_the_parts() -> None:
    explained = CliRunner().invoke(explain, ["ENTRA-11"]).output
    listed = CliRunner().invoke(list_, ["--only", "ENTRA-11"]).output

    assert "the text False (with entra-default or entra-ondemand)" in explained
    parts = "the text False, the text True, a Boolean behind a capital Replace, the Boolean false, the Boolean true"
    assert f"(parts: {parts})" in listed
