from __future__ import annotations

import io

from rich.console import Console

from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.model import make_report
from harness.report.summary import print_summary, render_summary
from tests.harness.report.samples import broken, by_hand, entry, exchange, result

FINDING = broken("OKTA-01", entry(exchange(), "0:5", "okta-oin"), "status 200 and a list", "status [red]500\x1b[0m\n")
VERDICTS = by_hand(result("OKTA-01", Verdict.FAIL, FINDING), result("OKTA-02", Verdict.SKIP), claims=("okta",))
REPORT = make_report(VERDICTS, [], ExitCode.CONFORMANCE_FAILURE, 2.5, figures={"requests per second": "410"})


def test_the_verdict_comes_first_and_the_exit_code_last() -> None:
    lines = render_summary(REPORT, ("out/report.html",)).splitlines()

    assert lines[0].startswith("Does not conform: 1 MUST broken")
    assert lines[-2:] == ["written: out/report.html", "exit 1: conformance failure"]
    assert "requests per second: 410" in lines
    assert "2 requirements, 1 judged: 0 pass, 0 warn, 1 fail, 0 error; 0 judged in part; 3 exchanges in 2.5 s" in lines
    assert "Not judged: 1 not run" in lines


def test_a_finding_is_printed_as_expected_and_was() -> None:
    text = render_summary(REPORT)

    assert (
        "    expected status 200 and a list\n         was status [red]500\\x1b[0m\\n\n    entry 0:5 (a_check)" in text
    )


def test_the_first_ten_causes_are_printed_each_with_its_request_and_the_command_that_repeats_it() -> None:
    names = [f"OKTA-{number:02}" for number in range(1, 13)]
    rows = [result(name, Verdict.FAIL, broken(name, entry(exchange()), actual=name)) for name in names]

    text = render_summary(make_report(by_hand(*rows, claims=("okta",)), [], ExitCode.CONFORMANCE_FAILURE, 1.0))

    assert "12 causes of 12 findings:" in text
    assert text.count("    expected ") == 10
    assert text.count("    POST /Users → 201") == 10
    assert "bridgecheck run … --requirement OKTA-01 " in text
    assert "… and 2 more causes, in the report" in text


def test_what_follows_from_a_cause_is_counted_under_it() -> None:
    refused = exchange(status=400, received={"detail": "Nobody is welcome here."})
    rows = [
        result(
            "OKTA-06",
            Verdict.FAIL,
            *(broken("OKTA-06", entry(refused, f"0:{n}", scenario=str(n)), actual="status 400") for n in (1, 2)),
        ),
        result("SEED-16", Verdict.FAIL, broken("SEED-16", entry(refused, "0:1", scenario="1"), "ada", "status 400")),
    ]

    text = render_summary(make_report(by_hand(*rows), [], ExitCode.CONFORMANCE_FAILURE, 1.0))

    assert "1 cause of 3 findings:" in text
    assert "    follows: 1 × other requirements by the same exchange (SEED-16)" in text
    assert "    follows: 1 × the same fault in other stories (OKTA-06)" in text


def test_the_console_shows_the_same_lines_and_reads_no_markup_from_a_bridge() -> None:
    stream = io.StringIO()

    print_summary(REPORT, Console(file=stream, width=40, force_terminal=False))

    assert stream.getvalue() == render_summary(REPORT)
