"""What a probe acquits a row of is told under the cause, and beside the row."""

from __future__ import annotations

from harness.catalogue.requirement import load_catalogue
from harness.judge.exit_code import ExitCode
from harness.judge.judge import judge
from harness.report.html import render_html
from harness.report.json import render_json
from harness.report.model import Report, make_report
from harness.report.summary import render_summary
from harness.schema.validate import validate
from tests.harness.judge.test_acquittal import CAPITAL, REFUSED, add_member, probed, record

WORDS = "refused for another trait, so no finding"


def report() -> Report:
    entries = record(add_member(400, CAPITAL), REFUSED, probes=probed(REFUSED, op=200, active=400))
    return make_report(judge(entries, load_catalogue()), entries, ExitCode.CONFORMANCE_FAILURE, 1.0)


def test_the_document_names_the_cases_under_the_cause_and_beside_the_row() -> None:
    document = render_json(report())

    cause = next(each for each in document["causes"] if each["requirement"] == "ENTRA-10")
    row = next(each for each in document["requirements"] if each["id"] == "ENTRA-11")
    assert [(each["requirement"], each["findings"]) for each in cause["acquitted"]] == [("ENTRA-11", 1)]
    assert row["verdict"] == "skip"
    assert row["following"] == [f"1 case follows from cause {cause['number']}, ENTRA-10: {WORDS}"]
    assert validate(document, "report/conformance") == []


def test_terminal_and_page_tell_it_too() -> None:
    assert "no finding: 1 × ENTRA-11 (refused for another trait)" in render_summary(report())
    assert f"from cause 1, ENTRA-10: {WORDS}" in render_html(report())
