"""`bridgecheck diff`: what differs between two runs, in causes and in answers."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.errors import JournalError, UsageError
from harness.gate.answers import AnswersCompared, Stories, compare_answers
from harness.gate.diff import compare_reports
from harness.gate.plain_answers import plain_answers
from harness.gate.report_file import WrittenReport, read_report
from harness.judge.exit_code import ExitCode
from harness.record.journal import read_journal
from harness.record.journal_file import journal_in
from harness.report.diff import diff_json, diff_lines, hide_passwords


@click.command(name="diff")
@click.argument("one", metavar="A", type=click.Path(path_type=Path))
@click.argument("other", metavar="B", type=click.Path(path_type=Path))
def command(one: Path, other: Path) -> int:
    """Compare two runs, A before B: each a report folder or its conformance.json.

    \b
    bridgecheck run --start './bridge-1.4 --port {port} --token-file {token_file}' --report-dir before
    bridgecheck run --start './bridge-1.5 --port {port} --token-file {token_file}' --report-dir after
    bridgecheck diff before after

    Tells which causes are new, fixed, still there or flaky. Where both folders hold the journals of runs with the same
    seed, it compares the answers to the same requests, too: where they differ, without ids and times, and which kinds
    of requests have become slower. The exit code is 1 where B has a new cause, else 0.
    """
    before, after = read_report(one), read_report(other)
    why_not = _why_not(before, after)
    answers = None if why_not else _compare(before, after)
    found = compare_reports(before, after, answers, why_not)
    ANSWER.add(diff=diff_json(found))
    say("\n".join(diff_lines(found)))
    return int(ExitCode.CONFORMANCE_FAILURE if found.new else ExitCode.PASS)


def _why_not(before: WrittenReport, after: WrittenReport) -> str:
    """Why answers can't be compared; empty where they can."""
    for report in (before, after):
        if not journal_in(report.folder).is_file():
            return f"there is no journal beside {report.path}"
    if before.seed != after.seed:
        return f"the runs have the seeds {before.seed} and {after.seed}, and with them other requests"
    return ""


def _compare(before: WrittenReport, after: WrittenReport) -> AnswersCompared:
    return compare_answers(_answers_of(before), _answers_of(after))


def _answers_of(report: WrittenReport) -> Stories:
    try:
        return plain_answers(read_journal(journal_in(report.folder)), hide_passwords)
    except JournalError as error:
        raise UsageError(str(error)) from error
