"""The command line of the benchmarks: `python -m loadtests.peers`."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from loadtests.peers.fleet import FULL, PEERS, POSTGRES, QUICK, STANDARD, Fleet, Scale, say
from loadtests.peers.machine import describe_machine
from loadtests.peers.memory import measure_memory
from loadtests.peers.operations import OPERATIONS
from loadtests.peers.report import Report, render_page, render_text, to_json
from loadtests.peers.rounds import VoidError, measure
from loadtests.peers.servers import ROOT

MEMORY = "memory"
_PAGE = ROOT / "docs" / "performance.md"
_SCALES = {scale.name: scale for scale in (QUICK, STANDARD, FULL)}
# As `bridgecheck load` has it: the measurement is void.
_VOID = 7


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", "scale", flag_value="quick", help="1,000 to 10,000 users; takes a few minutes.")
@click.option("--standard", "scale", flag_value="standard", default=True, help="Up to 100,000 users. [default]")
@click.option("--full", "scale", flag_value="full", help="Up to 1,000,000 users; takes half an hour and 10 GB of disk.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([*OPERATIONS, MEMORY]),
    help="Measure only this operation; may be repeated.",
)
@click.option(
    "--without", multiple=True, type=click.Choice([*PEERS, POSTGRES]), help="Leave this server out; may be repeated."
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write every sample to this file.")
@click.option("--write", is_flag=True, help="Write docs/performance.md.")
@click.option(
    "--folder", type=click.Path(path_type=Path, exists=True), help="Folder for the stores, on the disk to measure."
)
@click.option("--cache", type=click.Path(path_type=Path), help="Folder for npm packages. [~/.cache/bridgecheck]")
def command(
    scale: str,
    only: Sequence[str],
    without: Sequence[str],
    json_file: Path | None,
    write: bool,
    folder: Path | None,
    cache: Path | None,
) -> None:
    """Compare the reference bridge with a bare HTTP server and with other SCIM servers, as ratios.

    A missed goal does not change the exit code. The exit code is 7 when a server gave a wrong answer.
    """
    report = run(_SCALES[scale], only or (*OPERATIONS, MEMORY), cache or _cache(), folder, frozenset(without))
    click.echo(render_text(report))
    if json_file is not None:
        json_file.write_text(json.dumps(to_json(report), indent=1), encoding="utf-8")
    if write:
        _PAGE.write_text(render_page(report), encoding="utf-8")
    if report.is_void:
        raise SystemExit(_VOID)


def run(
    scale: Scale,
    keys: Sequence[str],
    cache: Path,
    folder: Path | None = None,
    without: frozenset[str] = frozenset(),
) -> Report:
    """Measure these operations in the order of `OPERATIONS`."""
    fleet = Fleet(scale, cache, folder, without)
    try:
        report = Report(_words(scale), scale, describe_machine(fleet.folder))
        for key in (key for key in OPERATIONS if key in keys):
            operation = OPERATIONS[key](fleet)
            say(operation.title)
            report.results.append(measure(operation, scale.rounds, scale.seconds))
        if MEMORY in keys:
            _measure_memory(fleet, report)
        report.skipped = fleet.skipped
    finally:
        fleet.close()
    return report


def _measure_memory(fleet: Fleet, report: Report) -> None:
    say(MEMORY)
    try:
        report.memory = measure_memory(fleet)
    except VoidError as error:
        report.problems.append(f"{MEMORY}: {error}")


def _words(scale: Scale) -> str:
    return f"python3 -m loadtests.peers --{scale.name} --write"


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bridgecheck"


def main() -> None:
    """Run the command. A SIGTERM or an interrupt ends the servers too, which have process groups of their own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        command(prog_name="python3 -m loadtests.peers")
    except KeyboardInterrupt:
        sys.exit(130)
