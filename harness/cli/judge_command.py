"""`bridgecheck judge`: judges SCIM traffic that somebody else sent, from a HAR or from a journal."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.folder import make_folder
from harness.cli.output import say, show
from harness.cli.suite import judge_entries
from harness.errors import JournalError, UsageError
from harness.record.har import read_har
from harness.record.journal import Entry, read_journal
from harness.record.journal_file import read_lines
from harness.report.files import FORMATS, check_formats, write_reports
from harness.report.model import make_report

_LARGEST = 500_000_000  # bytes: ours, so that a wrong file ends in a sentence


@click.command(name="judge")
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
    """Judge the SCIM traffic in FILE, which somebody else sent.

    FILE is a HAR, as browsers and proxies save it, or a journal of bridgecheck. The address of the SCIM server is found
    in the HAR by its endpoints. Tokens, cookies and passwords are taken out before anything is written.
    """
    chosen = check_formats(formats.split(","))
    try:
        entries = tuple(_read(file))
    except JournalError as error:
        raise UsageError(str(error)) from error
    folder = make_folder(report_dir) if report_dir else None
    verdicts, exit_code = judge_entries(entries)
    report = make_report(verdicts, entries, exit_code, 0.0, message=f"judged from {file.name}")
    files = write_reports(report, folder, chosen) if folder else []
    show(report, chosen if folder else ())
    for path in files:
        say(f"  {path}")
    return int(exit_code)


def _read(file: Path) -> list[Entry]:
    """The entries of a HAR or of a journal. Raises JournalError."""
    try:
        if file.stat().st_size > _LARGEST:
            raise JournalError(f"{file} is larger than {_LARGEST // 1_000_000} MB")
    except OSError as error:
        raise JournalError(f"{file} can't be read: {error.strerror}") from error
    if b'"kind":"run"' in next(read_lines(file)).replace(b" ", b""):
        return read_journal(file)
    try:
        return read_har(b"\n".join(read_lines(file)).decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise JournalError(f"{file} can't be read: it is not text in UTF-8") from error
