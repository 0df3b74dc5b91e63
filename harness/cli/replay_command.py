"""`bridgecheck replay`: judge a stored journal again, without a bridge."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.running import judge_entries
from harness.errors import JournalError, UsageError
from harness.journal import read_journal
from harness.profile import FORMATS
from harness.report.files import write_reports
from harness.report.model import make_report
from harness.report.summary import render_summary


@click.command(name="replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path),
    help="Write the reports here as well; without it nothing is written.",
)
@click.option(
    "--format",
    "formats",
    default="json,junit,html",
    show_default=True,
    help="Reports to write: " + ", ".join(FORMATS) + ".",
)
def command(file: Path, report_dir: Path | None, formats: str) -> int:
    """Judge the journal FILE of an earlier run: the same verdicts, by the checks of this version."""
    try:
        entries = tuple(read_journal(file))
    except JournalError as error:
        raise UsageError(str(error)) from error
    verdicts, exit_code = judge_entries(entries)
    report = make_report(verdicts, entries, exit_code, 0.0, message="replayed from a journal")
    click.echo(render_summary(report))
    if report_dir:
        report_dir.mkdir(parents=True, exist_ok=True)
        for path in write_reports(report, report_dir, tuple(formats.split(","))):
            click.echo(f"  {path}")
    return int(exit_code)
