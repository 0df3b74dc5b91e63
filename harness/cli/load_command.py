"""`bridgecheck load`: puts load on the hot path of a bridge."""

from __future__ import annotations

import json
from pathlib import Path

import click

from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.cli.profile_option import profile_option
from harness.cli.progress import StoryProgress
from harness.cli.suite import normalise
from harness.load import LoadResult, run_load
from harness.target.options import make_options
from harness.target.target import open_target


@click.command(name="load")
@profile_option("load")
@click.option("--url", metavar="URL", help="SCIM base address of the bridge.")
@click.option("--start", metavar="CMD", help="Command that starts a bridge, as in `bridgecheck run`.")
@click.option("--token-file", metavar="FILE", help="File that holds the bearer token.")
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--token-command", metavar="CMD", help="Command that prints the bearer token.")
@click.option(
    "--idp",
    metavar="DIALECTS",
    help="Dialects to play, separated by commas. Default: okta-oin, entra-default and google-push.",
)
@click.option(
    "--users",
    default=6,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of simulated connectors; each has its own people.",
)
@click.option(
    "--duration", default=30, show_default=True, type=click.IntRange(min=1), help="Length of the load in seconds."
)
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(min=1), help="Number of load generator processes."
)
@click.option("--seed", default=7, show_default=True, help="Seed of the people.")
@click.option(
    "--report-dir",
    default="bridgecheck-report",
    show_default=True,
    help="Folder for load.json and load.log, and with --url for made.ndjson, which `bridgecheck cleanup` reads.",
)
@click.option("--declare-disposable", is_flag=True, default=None, help="Confirm that the whole account may be changed.")
def command(users: int, duration: int, processes: int, seed: int, report_dir: str, **given: str | bool | None) -> int:
    """Measure a bridge under load: connectors find, create and suspend users, and change group members."""
    options = normalise(make_options({**given, "seed": seed, "report_dir": report_dir}, {}))
    folder = Path(report_dir)
    folder.mkdir(parents=True, exist_ok=True)
    target = open_target(options)
    try:
        with StoryProgress(f"{users} simulated connectors for {duration} s"):
            load = run_load(
                target.url,
                target.token,
                users=users,
                duration_s=duration,
                dialects=options.idp,
                seed=seed,
                json_path=folder / "load.json",
                processes=processes,
                log_path=folder / "load.log",
                made_folder=None if options.start else folder,
                is_disposable=options.is_disposable,
            )
    finally:
        target.stop()
    ANSWER.add(load=json.loads((folder / "load.json").read_text(encoding="utf-8")))
    _show(load)
    say(f"  {folder / 'load.json'}")
    return int(load.exit_code)


def _show(load: LoadResult) -> None:
    say(f"{'request':<24} {'count':>8} {'failed':>7} {'per s':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
    for row in (*load.requests, load.total):
        say(
            f"{row.name:<24} {row.count:>8} {row.failures:>7} {row.rps:>8.1f} "
            f"{row.p50_ms:>8.1f} {row.p95_ms:>8.1f} {row.p99_ms:>8.1f}"
        )
    for objective in load.objectives:
        say(f"{objective.verdict:<5} {objective.name}: {objective.value} (limit {objective.limit})")
    for error in load.errors[:10]:
        say(f"{error.count:>6} x {error.name}: {error.error}")
    for problem in load.generator.problems:
        say(f"void: {problem}")
    say(f"verdict: {load.verdict}")
