"""The command: `python -m loadtests.peers`."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from loadtests.peers.machine import describe_machine
from loadtests.peers.memory import measure_memory
from loadtests.peers.operations import OPERATIONS
from loadtests.peers.report import Report, render_page, render_text, to_json
from loadtests.peers.rounds import VoidError, measure
from loadtests.peers.servers import ROOT
from loadtests.peers.stage import FULL, PEERS, POSTGRES, QUICK, STANDARD, Scale, Stage, say

MEMORY = "memory"
_PAGE = ROOT / "docs" / "performance.md"
_SCALES = {scale.name: scale for scale in (QUICK, STANDARD, FULL)}
# As `bridgecheck load` has it: the measurement is void.
_VOID = 7


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", "scale", flag_value="quick", help="1,000 to 10,000 users; some minutes.")
@click.option("--standard", "scale", flag_value="standard", default=True, help="Up to 100,000 users. [default]")
@click.option("--full", "scale", flag_value="full", help="Up to 1,000,000 users; half an hour and 10 GB of disk.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([*OPERATIONS, MEMORY]),
    help="Only this operation; several are possible.",
)
@click.option("--without", multiple=True, type=click.Choice([*PEERS, POSTGRES]), help="Do without this server.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write every sample to a file.")
@click.option("--write", is_flag=True, help="Write docs/performance.md.")
@click.option(
    "--folder", type=click.Path(path_type=Path, exists=True), help="Where the stores go, on the disk to be measured."
)
@click.option("--cache", type=click.Path(path_type=Path), help="Where packages of npm are kept. [~/.cache/bridgecheck]")
def command(
    scale: str,
    only: Sequence[str],
    without: Sequence[str],
    json_file: Path | None,
    write: bool,
    folder: Path | None,
    cache: Path | None,
) -> None:
    """Measure our bridge beside a bare server and beside peers, in one run, and say what it is in their terms.

    A missed goal is no error. The exit code is 7 when a server gave a wrong answer.
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
    """Carry the operations out, in their own order."""
    stage = Stage(scale, cache, folder, without)
    try:
        report = Report(_words(scale), scale, describe_machine(stage.folder))
        for key in (key for key in OPERATIONS if key in keys):
            operation = OPERATIONS[key](stage)
            say(operation.title)
            report.results.append(measure(operation, scale.rounds, scale.seconds))
        if MEMORY in keys:
            _measure_memory(stage, report)
        report.skipped = stage.skipped
    finally:
        stage.close()
    return report


def _measure_memory(stage: Stage, report: Report) -> None:
    say(MEMORY)
    try:
        report.memory = measure_memory(stage)
    except VoidError as error:
        report.problems.append(f"{MEMORY}: {error}")


def _words(scale: Scale) -> str:
    return f"python3 -m loadtests.peers --{scale.name} --write"


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bridgecheck"


def main() -> None:
    """Run the command. Whoever ends it ends its servers with it: they are in process groups of their own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        command(prog_name="python3 -m loadtests.peers")
    except KeyboardInterrupt:
        sys.exit(130)
