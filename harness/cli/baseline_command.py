"""`bridgecheck baseline`: the causes that a build has today, so that a gate fails for new ones alone."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.errors import UsageError
from harness.gate.baseline import Baseline, fixed_in, make_baseline, prune, read_baseline, render_baseline
from harness.gate.report_file import read_report
from harness.report.files import write_whole
from harness.report.text import visible_line

FILE = "bridgecheck-baseline.json"


@click.command(name="baseline")
@click.argument("action", type=click.Choice(["write", "prune"]))
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--to", type=click.Path(path_type=Path), default=FILE, show_default=True, help="File of the baseline.")
@click.option("--replace", is_flag=True, help="Write over a baseline that is there already, with all causes.")
def command(action: str, report: Path, to: Path, replace: bool) -> int:
    """Write the causes of REPORT, a report folder or its conformance.json, as known ones; or prune what is fixed.

    \b
    bridgecheck baseline write bridgecheck-report
    bridgecheck run --profile vendor.toml --baseline bridgecheck-baseline.json
    bridgecheck baseline prune bridgecheck-report

    write takes in every cause but flaky and waived ones. prune takes out the causes that REPORT shows to be fixed, and
    adds none. A run with --baseline fails for causes alone that are not in the file.
    """
    (_write if action == "write" else _prune)(report, to, replace)
    return 0


def _write(place: Path, file: Path, replace: bool) -> None:
    report = read_report(place)
    if file.exists() and not replace:
        raise UsageError(
            f"--to {file} is there already: prune takes out what is fixed; --replace writes it anew, with all causes"
        )
    baseline = make_baseline(report, file)
    left_out = len({cause.fingerprint for cause in report.causes}) - len(baseline.causes)
    ANSWER.add(known=[cause.fingerprint for cause in baseline.causes])
    more = f"; {left_out} flaky, waived or errors of ours are left out" if left_out else ""
    _save(baseline, file)
    say(f"{file}: {_counted(len(baseline.causes))} known{more}")


def _prune(place: Path, file: Path, replace: bool) -> None:
    if replace:
        raise UsageError("--replace is for write: prune changes the file that is there")
    baseline = read_baseline(file, f"--to {file}")
    fixed = fixed_in(baseline, read_report(place))
    left = prune(baseline, fixed)
    ANSWER.add(fixed=list(fixed), known=[cause.fingerprint for cause in left.causes])
    if fixed:
        _save(left, file)
    for cause in baseline.causes:
        if cause.fingerprint in fixed:
            say(f"fixed: {cause.fingerprint} {visible_line(cause.statement)}".rstrip())
    say(f"{file}: {len(fixed)} taken out, {_counted(len(left.causes))} known")


def _save(baseline: Baseline, file: Path) -> None:
    try:
        write_whole(file, render_baseline(baseline))
    except OSError as error:
        raise UsageError(f"--to {file} can't be written: {error.strerror}") from error


def _counted(number: int) -> str:
    return f"{number} cause{'' if number == 1 else 's'}"
