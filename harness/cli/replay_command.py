"""`bridgecheck replay`: judges a stored journal again, without a bridge."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.folder import make_folder
from harness.cli.output import say, show
from harness.cli.suite import judge_entries
from harness.errors import JournalError, UsageError
from harness.record.journal import read_journal
from harness.report.files import FORMATS, check_formats, write_reports
from harness.report.model import make_report


@click.command(name="replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path),
    help="Folder for the reports. Without it, no report is written.",
)
@click.option(
    "--format",
    "formats",
    default="json,junit,html",
    show_default=True,
    help="Reports to write, separated by commas: " + ", ".join(FORMATS) + ".",
)
def command(file: Path, report_dir: Path | None, formats: str) -> int:
    """Judge the journal FILE of an earlier run again, with the checks of this version and without a bridge."""
    chosen = check_formats(formats.split(","))
    try:
        entries = tuple(read_journal(file))
    except JournalError as error:
        raise UsageError(str(error)) from error
    folder = make_folder(report_dir) if report_dir else None
    verdicts, exit_code = judge_entries(entries)
    report = make_report(verdicts, entries, exit_code, 0.0, message="replayed from a journal")
    files = write_reports(report, folder, chosen) if folder else []
    show(report, chosen if folder else ())
    for path in files:
        say(f"  {path}")
    return int(exit_code)
