"""`bridgecheck replay`: judges a stored journal again, without a bridge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.folder import make_folder
from harness.cli.gate_options import BASELINE, FLAKY, MIN_JUDGED, WAIVERS
from harness.cli.gated import GateFiles, judge_at_gate, read_policy
from harness.cli.output import say, show
from harness.cli.repeating import repeats_beside
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
@WAIVERS
@BASELINE
@MIN_JUDGED
@FLAKY
def command(file: Path, report_dir: Path | None, formats: str, **given: Any) -> int:
    """Judge the journal FILE of an earlier run again, with the checks of this version and without a bridge."""
    chosen = check_formats(formats.split(","))
    policy = read_policy(GateFiles(**given))
    try:
        entries = tuple(read_journal(file))
    except JournalError as error:
        raise UsageError(str(error)) from error
    judged = judge_at_gate(entries, policy, repeats_beside(file))
    report = make_report(
        judged.verdicts,
        entries,
        judged.exit_code,
        0.0,
        message="replayed from a journal",
        found=judged.causes,
        gate=judged.gate,
    )
    folder = make_folder(report_dir) if report_dir else None
    files = write_reports(report, folder, chosen) if folder else []
    show(report, chosen if folder else ())
    for path in files:
        say(f"  {path}")
    return int(judged.exit_code)
