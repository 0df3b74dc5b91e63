"""`bridgecheck run`: judges a bridge by the stories that simulated identity providers play."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from harness.catalogue.claims import CLAIMS
from harness.cli.output import say, show
from harness.cli.progress import StoryProgress
from harness.cli.suite import judge_run, normalise, run_suite
from harness.idp.dialects import DIALECTS, MAIN_DIALECTS
from harness.idp.provider import IdentityProvider
from harness.target.options import MODES, Options, make_options, read_profile
from harness.target.target import check_secrets

SENDING = tuple(cls for cls in DIALECTS.values() if not cls.is_pulled)


def _with_aliases(cls: type[IdentityProvider]) -> str:
    return f"{cls.dialect} ({', '.join(cls.aliases)})" if cls.aliases else cls.dialect


def _in_words(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


_OPTIONS: tuple[Any, ...] = (
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
        "--claim",
        metavar="NAMES",
        help=f"Sets of requirements to judge, separated by commas: {', '.join(CLAIMS)}. "
        "Default: rfc, bridge and the vendors of --idp.",
    ),
    click.option(
        "--idp",
        metavar="DIALECTS",
        help=f"Identity providers to simulate, separated by commas: {', '.join(map(_with_aliases, SENDING))}. "
        f"Default: {_in_words(MAIN_DIALECTS)}; a story for particular dialects then runs with each of those. "
        "Stories about google-pull always run.",
    ),
    click.option(
        "--suite",
        metavar="NAMES",
        help="Suites of stories to run, separated by commas: protocol, lifecycle, idp. Default: all.",
    ),
    click.option(
        "--mode",
        type=click.Choice(MODES),
        help="smoke: reads, and creates one user. safe: changes only resources that it created. full: may change the "
        "whole account. certify: every requirement must be judged. Default: safe; full with --start.",
    ),
    click.option(
        "--only",
        metavar="GLOB",
        multiple=True,
        help="Run only stories whose name matches (see `bridgecheck list stories`); may be repeated.",
    ),
    click.option(
        "--skip", metavar="GLOB", multiple=True, help="Leave out stories whose name matches; may be repeated."
    ),
    click.option("--seed", type=int, help="Seed of the people; the same seed gives the same requests. Default: 7."),
    click.option(
        "--max-rps", type=click.FloatRange(min=0, min_open=True), help="Limit of requests per second. Default: none."
    ),
    click.option("--report-dir", metavar="DIR", help="Folder for the reports. Default: bridgecheck-report."),
    click.option(
        "--format",
        metavar="NAMES",
        help="Reports to write, separated by commas: json, junit, html, allure. Default: json,junit,html.",
    ),
    click.option(
        "--gate",
        type=click.Choice(["must", "should"]),
        help="Exit with 1 for a broken MUST (must), or for a broken MUST or SHOULD (should). Default: must.",
    ),
    click.option(
        "--wait-for", type=click.FloatRange(min=0), help="Seconds to wait until the bridge answers. Default: 30."
    ),
    click.option(
        "--declare-disposable",
        is_flag=True,
        default=None,
        help="Confirm that the whole account may be changed; required for --mode full with --url.",
    ),
    click.option("--mail-domain", metavar="DOMAIN", help="Mail domain of the synthetic people. Default: example.com."),
    click.option(
        "--profile",
        metavar="FILE",
        help="TOML file with options by the same names; options of the command line override it.",
    ),
)


def run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a run to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def options_from(profile: str | None, given: dict[str, Any]) -> Options:
    """The options of a command line and its profile. Raises UsageError."""
    return normalise(make_options(given, read_profile(Path(profile)) if profile else {}))


@click.command(name="run")
@run_options
def command(profile: str | None, **given: Any) -> int:
    """Test a bridge: simulated identity providers run stories against it, and requirements judge its answers.

    Writes conformance.json, junit.xml, report.html and journal.ndjson to the report folder.
    """
    options = options_from(profile, given)
    check_secrets(options)
    with StoryProgress("Running the stories") as progress:
        recorded = run_suite(options, progress)
    outcome = judge_run(recorded)
    show(outcome.report)
    for path in outcome.files:
        say(f"  {path}")
    return int(outcome.exit_code)
