"""`bridgecheck judge`: judges SCIM traffic that somebody else sent, from a HAR, a request log or a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.folder import make_folder
from harness.cli.gate_options import BASELINE, MIN_JUDGED, WAIVERS
from harness.cli.gated import GateFiles, judge_at_gate, read_policy
from harness.cli.output import say, show
from harness.errors import JournalError, UsageError
from harness.record.traffic import read_traffic
from harness.report.files import FORMATS, check_formats, write_reports
from harness.report.model import make_report


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
@WAIVERS
@BASELINE
@MIN_JUDGED
def command(file: Path, report_dir: Path | None, formats: str, **given: Any) -> int:
    """Judge the SCIM traffic in FILE, which somebody else sent.

    FILE is a HAR, as browsers and proxies save it, a request log (a JSON object a line: method, path, body, status,
    response), or a journal of bridgecheck. The address of the SCIM server is found by its endpoints. Tokens, cookies
    and passwords are taken out before anything is written.
    """
    chosen = check_formats(formats.split(","))
    policy = read_policy(GateFiles(**given))
    try:
        entries = tuple(read_traffic(file))
    except JournalError as error:
        raise UsageError(str(error)) from error
    judged = judge_at_gate(entries, policy)
    report = make_report(
        judged.verdicts,
        entries,
        judged.exit_code,
        0.0,
        message=f"judged from {file.name}",
        found=judged.causes,
        gate=judged.gate,
    )
    folder = make_folder(report_dir) if report_dir else None
    files = write_reports(report, folder, chosen) if folder else []
    show(report, chosen if folder else ())
    for path in files:
        say(f"  {path}")
    return int(judged.exit_code)
