"""`bridgecheck report`: makes a history page of the reports that many runs have left."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.output import say
from harness.errors import UsageError
from harness.report.files import write_whole
from harness.report.history.page import render_history
from harness.report.history.stored import read_runs

PAGE = "history.html"


@click.command(name="report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help=f"Where to write the page. [default: DIR/{PAGE}]")
@click.option("--together", is_flag=True, help="All are runs of one bridge, though its name or command has changed.")
def command(folder: Path, output: Path | None, together: bool) -> int:
    """Make a history page of the runs whose report folders stand in DIR.

    Every conformance.json in DIR and below it is one run. For each bridge the page shows its claims from run to run,
    and of each requirement that was broken the run that saw it first and the one that saw it fixed. A bridge is known
    by its name, which is the profile's, the address or the command.
    """
    runs = read_runs(folder)
    page = output or folder / PAGE
    try:
        write_whole(page, render_history(runs, together=together).encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{page} can't be written: {error.strerror}") from error
    say(f"{len(runs)} {'run' if len(runs) == 1 else 'runs'} in {page}")
    return 0
