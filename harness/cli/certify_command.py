"""`bridgecheck certify`: a run that skips nothing, and the evidence for it in one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.forecast import Forecast
from harness.cli.output import say, show
from harness.cli.progress import StoryProgress
from harness.cli.run_command import TARGET_OPTIONS, options_from, with_options
from harness.cli.run_command import command as run_command
from harness.cli.suite import judge_run, run_suite
from harness.errors import UsageError
from harness.report.bundle import BUNDLE, not_tested, write_bundle
from harness.report.page.cards import BESIDE
from harness.target.observers import check_observers
from harness.target.operator import check_hooks
from harness.target.target import check_secrets

_OF_A_RUN = frozenset(
    (
        *("claim", "readings", "idp", "lives", "second_url", "seed", "max_rps", "jobs", "report_dir", "gate"),
        *("declare_disposable", "mail_domain"),
    )
)
_CHOOSING = ("only", "skip", "requirement", "suite", "mode", "time_budget", "waivers", "baseline", "repeat_failed")
"""What a profile may hold for a run, and a certificate can't be made with."""


@click.command(name="certify")
@with_options(TARGET_OPTIONS)
@click.option(
    "--bundle",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The archive to write. Default: {BUNDLE} in the report folder.",
)
def command(profile: str | None, bundle: Path | None, **given: Any) -> int:
    """Judge everything that applies to a bridge, and keep the evidence in one archive.

    Every requirement that applies must be judged whole: no story is left out, nothing is waived, and what could not be
    observed ends the command with exit code 4. The archive holds the reports, the journal, what the bridge says of
    itself, the seed, and a digest of each file; its first page says what was not tested. `bridgecheck verify-bundle`
    checks it.

    Example: bridgecheck certify --url https://bridge.example/scim/v2 --token-env TOKEN --declare-disposable
    """
    options = options_from(profile, given | {"mode": "certify", "format": "json,junit,html"})
    wrong = [name for name in _CHOOSING if name != "mode" and _is_chosen(options, name)]
    if wrong:
        raise UsageError(f"certify leaves nothing out: --profile {profile} sets {', '.join(wrong)}")
    check_secrets(options)
    check_hooks(options)
    check_observers(options)
    with StoryProgress("Running all stories", Forecast(options)) as progress:
        recorded = run_suite(options, progress)
    outcome = judge_run(recorded)
    show(outcome.report)
    folder = Path(options.report_dir)
    place = write_bundle(outcome.report, [*outcome.files, folder / BESIDE], bundle or folder / BUNDLE)
    left = sum(len(each.rows) for each in not_tested(outcome.report.rows))
    say(f"  {place}")
    asked = outcome.report.totals.requirements
    say(f"{left} of {asked} requirements were not tested; the first page of the archive names them")
    return int(outcome.exit_code)


def _is_chosen(options: Any, name: str) -> bool:
    known = type(options)()
    return hasattr(options, name) and getattr(options, name) != getattr(known, name)


command.params += [param for param in run_command.params if param.name in _OF_A_RUN]
