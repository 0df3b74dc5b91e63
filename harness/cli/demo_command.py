"""`bridgecheck demo`: all stories and a short load run against the reference bridge, with a report."""

from __future__ import annotations

import time
from pathlib import Path

import click

from harness.cli.output import say, show
from harness.cli.progress import StoryProgress
from harness.cli.reference import serve_command
from harness.cli.suite import RecordedRun, anonymous_memory_mb, judge_entries, normalise, report_run, run_suite
from harness.load import INSTALL_HINT, LoadResult, is_installed, run_load
from harness.target.options import Options
from harness.target.target import open_target

LOAD_USERS = 6
LOAD_SECONDS = 8


@click.command(name="demo")
@click.option("--report-dir", default="bridgecheck-report", show_default=True, help="Folder for the reports.")
@click.option("--seed", default=7, show_default=True, help="Seed of the people; the same seed gives the same requests.")
def command(report_dir: str, seed: int) -> int:
    """Start the reference bridge, run all stories and a short load against it, and write a report.

    Without the extra `load`, the load is left out, and the report says so.
    """
    begun = time.monotonic()
    options = normalise(Options(start=serve_command(), report_dir=report_dir, seed=seed))
    with StoryProgress("Running the stories against the reference bridge") as shown:
        recorded = run_suite(options, shown)
    verdicts, exit_code = judge_entries(recorded.entries)
    stories_s = time.monotonic() - begun
    load = _load(options, recorded) if is_installed() else None
    figures = {
        "conformance part": f"{stories_s:.1f} s",
        "whole demo": f"{time.monotonic() - begun:.1f} s",
        "memory of the harness": f"{anonymous_memory_mb():.0f} MB",
        **_load_figures(load),
    }
    outcome = report_run(recorded, verdicts, exit_code, figures)
    show(outcome.report)
    say(f"\nOpen the report: {(Path(report_dir) / 'report.html').resolve()}")
    return int(outcome.exit_code or (load.exit_code if load else 0))


def _load(options: Options, recorded: RecordedRun) -> LoadResult:
    target = open_target(options)
    try:
        with StoryProgress(f"{LOAD_USERS} simulated connectors put load on it for {LOAD_SECONDS} s"):
            return run_load(
                target.url,
                target.token,
                users=LOAD_USERS,
                duration_s=LOAD_SECONDS,
                dialects=options.idp,
                seed=options.seed,
                json_path=recorded.folder / "load.json",
                log_path=recorded.folder / "load.log",
            )
    finally:
        target.stop()


def _load_figures(load: LoadResult | None) -> dict[str, str]:
    if load is None:
        return {"load": f"left out, since {INSTALL_HINT}"}
    total = load.total
    text = f"{total.count} requests, {total.rps:.0f}/s, p95 {total.p95_ms:.0f} ms, {total.failures} failed"
    return {"load": f"{text} ({load.verdict})"}
