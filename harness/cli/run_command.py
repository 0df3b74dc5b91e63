"""`bridgecheck run`: judges a bridge by the stories that simulated identity providers play."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from harness.catalogue.claims import CLAIMS
from harness.catalogue.readings import load_check_lists, load_readings
from harness.cli.forecast import Forecast
from harness.cli.gate_options import BASELINE, FLAKY, MIN_JUDGED, REPEAT_FAILED, WAIVERS
from harness.cli.gated import at_the_gate, judge_at_gate, policy_of
from harness.cli.names import complete_claim, complete_dialect, complete_requirement, complete_story
from harness.cli.output import say, show
from harness.cli.progress import StoryProgress
from harness.cli.repeating import tell_again
from harness.cli.selection import FailedRun, folder_again, read_failed, refuse_empty_choice
from harness.cli.suite import normalise, report_run, run_suite
from harness.errors import UsageError
from harness.idp.dialects import DIALECTS, MAIN_DIALECTS
from harness.idp.provider import IdentityProvider
from harness.report.files import FORMATS, check_formats
from harness.target.observers import check_observers
from harness.target.operator import check_hooks
from harness.target.options import MODES, USUAL_LIVES, Options, make_options, read_profile
from harness.target.target import check_secrets

_RIVALS = (
    (
        *("url", "start", "second_url", "probe_url", "probe_token_file", "declare_disposable"),
        *("hooks", "monitoring", "op", "mail"),
    ),
    ("token_file", "token_env", "token_command"),
)
SENDING = tuple(cls for cls in DIALECTS.values() if not cls.is_pulled)


def _with_aliases(cls: type[IdentityProvider]) -> str:
    return f"{cls.dialect} ({', '.join(cls.aliases)})" if cls.aliases else cls.dialect


def _in_words(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


TARGET_OPTIONS: tuple[Any, ...] = (
    click.option(
        "--url", metavar="URL", help="SCIM base address of the bridge, such as https://bridge.example/scim/v2."
    ),
    click.option(
        "--start",
        metavar="CMD",
        help="Command that starts a bridge; it runs without a shell. These placeholders are replaced: {port} {data} "
        "{token_file} {token} {probe_port} {probe_token_file}.",
    ),
    click.option("--token-file", metavar="FILE", help="File that holds the bearer token."),
    click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token."),
    click.option("--token-command", metavar="CMD", help="Command that prints the bearer token."),
    click.option("--probe-url", metavar="URL", help="Base address of the account probe, ending in /probe/v1."),
    click.option("--probe-token-file", metavar="FILE", help="File that holds the account probe's token."),
    click.option("--ca-file", metavar="FILE", help="PEM file of certificates to trust besides the system's."),
    click.option(
        "--wait-for", type=click.FloatRange(min=0), help="Seconds to wait until the bridge answers. Default: 30."
    ),
    click.option(
        "--profile",
        metavar="FILE",
        help="TOML file with options by the same names; options of the command line override it.",
    ),
)
"""The options that say which bridge is meant and how to reach it."""

_OPTIONS: tuple[Any, ...] = (
    click.option(
        "--second-url",
        metavar="URL",
        help="SCIM base address of a second instance of the bridge at --url, on the same account, as while an update "
        "rolls over them. One story sends to both in turn; without it P-26 is not judged.",
    ),
    click.option(
        "--claim",
        shell_complete=complete_claim,
        metavar="NAMES",
        help=f"Sets of requirements to judge, separated by commas: {', '.join(CLAIMS)}; or a check list, "
        f"which is claims with a vendor's readings: {', '.join(load_check_lists())}. "
        "Default: rfc, bridge and the vendors of --idp.",
    ),
    click.option(
        "--readings",
        metavar="NAME=VALUE",
        help="What the vendor does otherwise than the RFCs say, on purpose, separated by commas: the requirements that "
        f"it touches are named and not judged. There are {', '.join(load_readings())}. Default: none.",
    ),
    click.option(
        "--idp",
        shell_complete=complete_dialect,
        metavar="DIALECTS",
        help=f"Identity providers to simulate, separated by commas: {', '.join(map(_with_aliases, SENDING))}. "
        f"Default: {_in_words(MAIN_DIALECTS)}, where --claim names no other vendor, else the vendors that it names; a "
        "story for particular dialects then runs with each of those of the same vendors. "
        "Stories about google-pull always run.",
    ),
    click.option(
        "--suite",
        metavar="NAMES",
        help="Suites of stories to run, separated by commas: protocol, lifecycle, idp, lives. Default: all.",
    ),
    click.option(
        "--stories",
        metavar="DIR",
        multiple=True,
        help="Folder with stories of your own, told beside those of the suites: files test_*.py with the fixtures of "
        "`pytest --fixtures`. To tell these alone: --only 'DIR/*'. May be repeated.",
    ),
    click.option(
        "--lives",
        metavar="N",
        type=click.IntRange(0, 10_000),
        help="Number of random lives of a company in the suite lives, told by the chosen identity providers in turn. "
        f"Default: {USUAL_LIVES}.",
    ),
    click.option(
        "--mode",
        type=click.Choice(MODES),
        help="smoke: reads, and creates one user. safe: changes only resources that it created. full: may change the "
        "whole account. certify: every requirement must be judged. Default: safe; full with --start.",
    ),
    click.option(
        "--only",
        shell_complete=complete_story,
        metavar="STORY",
        multiple=True,
        help="Run only this story, by its name in `bridgecheck list stories` or by its function alone; * and ? stand "
        "for any characters, [okta-oin] for that dialect; may be repeated.",
    ),
    click.option(
        "--skip",
        shell_complete=complete_story,
        metavar="STORY",
        multiple=True,
        help="Leave out this story; may be repeated.",
    ),
    click.option(
        "--requirement",
        shell_complete=complete_requirement,
        metavar="ID",
        multiple=True,
        help="Judge only this requirement, and run only the stories that name it; where none does, all stories, since "
        "checks may judge it in any. May be repeated.",
    ),
    click.option(
        "--failed",
        metavar="REPORT-DIR",
        help="Run again the stories in which that run found something broken, with its options, and say what is fixed, "
        "still failing and new. Writes to REPORT-DIR-again unless --report-dir says otherwise.",
    ),
    click.option("--seed", type=int, help="Seed of the people; the same seed gives the same requests. Default: 7."),
    click.option(
        "--max-rps", type=click.FloatRange(min=0, min_open=True), help="Limit of requests per second. Default: none."
    ),
    click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(1, 64),
        help="Tell the stories in N processes at once, for a bridge that answers slowly. With --start each has a "
        "bridge of its own; with --url they share it, in modes smoke and safe only; --max-rps holds for all together. "
        "Default: 1.",
    ),
    click.option(
        "--time-budget",
        metavar="MINUTES",
        type=click.FloatRange(min=0, min_open=True),
        help="Begin no further story after so many minutes, and none that would wait longer on a real clock than is "
        "left; the report names what was left out. Default: none.",
    ),
    click.option("--report-dir", metavar="DIR", help="Folder for the reports. Default: bridgecheck-report."),
    click.option(
        "--format",
        metavar="NAMES",
        help=f"Reports to write, separated by commas: {', '.join(FORMATS)}. Default: json,junit,html.",
    ),
    click.option(
        "--gate",
        type=click.Choice(["must", "should"]),
        help="Exit with 1 for a broken MUST (must), or for a broken MUST or SHOULD (should). Default: must.",
    ),
    WAIVERS,
    BASELINE,
    MIN_JUDGED,
    REPEAT_FAILED,
    FLAKY,
    click.option(
        "--declare-disposable",
        is_flag=True,
        default=None,
        help="Confirm that the whole account may be changed; required with --url for --mode full, and for acts of the "
        "probe that reach all of it.",
    ),
    click.option("--mail-domain", metavar="DOMAIN", help="Mail domain of the synthetic people. Default: example.com."),
)


def with_options(options: Sequence[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add these options to a command."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def options_from(profile: str | None, given: dict[str, Any], earlier: FailedRun | None = None) -> Options:
    """The options of a command line, its profile, and the earlier run that is repeated. Raises UsageError."""
    told = {name: value for name, value in given.items() if value not in (None, ())}
    kept = read_profile(Path(profile)) if profile else {}
    if earlier:
        kept = {**_without_rivals(earlier.options, {**kept, **told}), **kept, "only": earlier.stories}
    options = normalise(make_options(told, kept))
    check_formats(options.format)
    return options


def _without_rivals(options: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The options of the earlier run, without those that contradict what is told now: another bridge, another token."""
    rivals = [group for group in _RIVALS if any(name in told for name in group)]
    return {name: value for name, value in options.items() if not any(name in group for group in rivals)}


@click.command(name="run")
@with_options((*TARGET_OPTIONS, *_OPTIONS))
def command(profile: str | None, failed: str | None, **given: Any) -> int:
    """Test a bridge: simulated identity providers run stories against it, and requirements judge its answers.

    Writes conformance.json, junit.xml, report.html and journal.ndjson.gz to the report folder.

    \b
    bridgecheck run --start './bridge --port {port} --token-file {token_file}'
    bridgecheck run --url https://bridge.example/scim/v2 --token-env TOKEN --idp okta --max-rps 5
    bridgecheck run --profile vendor.toml --baseline bridgecheck-baseline.json --waivers waivers.toml
    bridgecheck run --profile vendor.toml --min-judged okta=30 --repeat-failed 2
    """
    earlier = None
    if failed:
        if given["only"] or given["requirement"]:
            raise UsageError("--failed chooses the stories itself: leave out --only and --requirement")
        earlier = read_failed(Path(failed))
        given["report_dir"] = given["report_dir"] or str(folder_again(Path(failed)))
    options = options_from(profile, given, earlier)
    check_secrets(options)
    check_hooks(options)
    check_observers(options)
    refuse_empty_choice(options)
    policy = policy_of(options)
    jobs = f" in {options.jobs} jobs" if options.jobs > 1 else ""
    with StoryProgress(f"Running the stories{jobs}", Forecast(options)) as progress:
        recorded = run_suite(options, progress, earlier.rows if earlier else ())
    judged = judge_at_gate(recorded.entries, policy)
    if repeats := tell_again(recorded, judged):
        judged = at_the_gate(judged, recorded.entries, policy, repeats)
    outcome = report_run(recorded, judged.verdicts, judged.exit_code, None, judged.causes, judged.gate)
    show(outcome.report, options.format)
    for path in outcome.files:
        say(f"  {path}")
    return int(outcome.exit_code)
