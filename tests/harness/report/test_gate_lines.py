"""The gate in the reports: what is waived, by whom, until when, and what its owner has to do."""

from __future__ import annotations

from datetime import timedelta

from harness.gate.gate import Policy, open_gate
from harness.judge.exit_code import ExitCode
from harness.record.journal import Entry
from harness.report.html import render_html
from harness.report.json import render_json
from harness.report.model import FoundCauses, Report, make_report
from harness.report.summary import render_summary
from harness.schema.validate import validate
from tests.harness.gate.samples import LOCATION, TODAY, clean, faulty, judged, policy, waiver


def report_of(entries: list[Entry], asked: Policy, code: ExitCode) -> Report:
    verdicts, causes = judged(entries)
    gate = open_gate(verdicts, causes, asked)
    return make_report(verdicts, entries, code, 1.0, found=FoundCauses(causes), gate=gate)


def test_every_report_says_what_is_waived_by_whom_and_until_when() -> None:
    report = report_of(faulty(), policy(waiver(LOCATION)), ExitCode.PASS)
    words = "until 2027-03-31, by ada@example.com: the proxy drops it"

    assert f"waived: {LOCATION}, 1 finding, {words}" in render_summary(report)
    assert words in render_html(report)
    document = render_json(report)
    (row,) = (row for row in document["requirements"] if row["id"] == LOCATION)
    assert (row["verdict"], row["waived"]) == ("fail", words)
    assert document["totals"]["waived"] == 1
    assert document["gate"]["waivers"][0]["standing"] == "used"
    assert validate(document, "report/conformance") == []


def test_a_build_that_passes_by_a_waiver_never_reads_as_one_that_conforms() -> None:
    report = report_of(faulty(), policy(waiver(LOCATION)), ExitCode.PASS)

    assert report.sentence.startswith("Passes the gate: nothing broken but 1 waived requirement; ")


def test_a_waiver_is_announced_before_it_ends() -> None:
    report = report_of(faulty(), policy(waiver(LOCATION, expires=TODAY + timedelta(days=3))), ExitCode.PASS)

    assert report.gate_lines[0].endswith("; 3 days left")


def test_stale_waivers_are_told_with_what_to_do() -> None:
    gone = report_of(clean(), policy(waiver(LOCATION)), ExitCode.WAIVERS_STALE)
    late = report_of(faulty(), policy(waiver(LOCATION, expires=TODAY - timedelta(days=1))), ExitCode.WAIVERS_STALE)

    assert gone.gate_lines == (
        f"waiver not needed: {LOCATION} waives nothing any more ({LOCATION}: partly); remove it (waivers.toml, line 1)",
    )
    assert gone.sentence.startswith("Waivers stale: 1 not needed any more; ")
    assert late.gate_lines[0].startswith(f"waiver expired: {LOCATION}, still broken (1 finding); until 2026-11-30, by ")
    assert late.sentence.startswith("Waivers stale: 1 expired; ")


def test_what_a_file_says_stays_text() -> None:
    evil = waiver(LOCATION)
    evil = type(evil)(evil.kind, evil.name, "\x1b[31m<script>\n", "‮ada", evil.expires, evil.place)

    report = report_of(faulty(), policy(evil), ExitCode.PASS)

    assert "\\x1b[31m<script>\\n" in report.gate_lines[0]
    assert "‮" not in render_summary(report)
    assert "<script>\\n" not in render_html(report)


def test_without_files_the_reports_say_nothing_of_a_gate() -> None:
    verdicts, causes = judged(faulty())

    report = make_report(verdicts, faulty(), ExitCode.CONFORMANCE_FAILURE, 1.0, found=FoundCauses(causes))

    assert report.gate_lines == ()
    assert render_json(report)["gate"] is None
    assert "At the gate" not in render_summary(report)
