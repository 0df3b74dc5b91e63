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
    click.option("--url", metavar="URL", help="SCIM base address, such as https://bridge.example/scim/v2."),
    click.option(
        "--start",
        metavar="CMD",
        help="Command that starts a bridge, run without a shell. Filled in: {port} {data} {token_file} {token} "
        "{probe_port} {probe_token_file}.",
    ),
    click.option("--token-file", metavar="FILE", help="The bearer token, in a file."),
    click.option("--token-env", metavar="NAME", help="The bearer token, in an environment variable."),
    click.option("--token-command", metavar="CMD", help="The bearer token, printed by a command."),
    click.option("--probe-url", metavar="URL", help="Base address of the account probe, ending in /probe/v1."),
    click.option("--probe-token-file", metavar="FILE", help="The account probe's token, in a file."),
    click.option("--ca-file", metavar="FILE", help="Certificates to trust besides the system's."),
    click.option(
        "--claim",
        metavar="NAMES",
        help=f"Judge by these, separated by commas: {', '.join(CLAIMS)}. "
        "Default: rfc, bridge and the vendors of --idp.",
    ),
    click.option(
        "--idp",
        metavar="DIALECTS",
        help=f"Who plays the stories: {', '.join(map(_with_aliases, SENDING))}. Default: {_in_words(MAIN_DIALECTS)}; "
        "a story that only some dialects can tell is then told by each of these. Stories about google-pull are told "
        "whatever stands here.",
    ),
    click.option("--suite", metavar="NAMES", help="Which stories: protocol, lifecycle, idp. Default: all."),
    click.option(
        "--mode",
        type=click.Choice(MODES),
        help="smoke: reads and one user. safe: touches nothing that it did not make. full: the whole directory. "
        "certify: every row must be judged. Default: safe; full with --start.",
    ),
    click.option(
        "--only",
        metavar="GLOB",
        multiple=True,
        help="Only stories whose name (`list stories`) matches; may be repeated.",
    ),
    click.option("--skip", metavar="GLOB", multiple=True, help="No stories whose name matches; may be repeated."),
    click.option("--seed", type=int, help="Same seed, same requests. Default 7."),
    click.option("--max-rps", type=click.FloatRange(min=0, min_open=True), help="At most so many requests a second."),
    click.option("--report-dir", metavar="DIR", help="Where the reports go. Default: bridgecheck-report."),
    click.option(
        "--format", metavar="NAMES", help="Reports to write: json, junit, html, allure. Default: json,junit,html."
    ),
    click.option(
        "--gate",
        type=click.Choice(["must", "should"]),
        help="must: a broken MUST ends with exit 1; should: a broken SHOULD too. Default must.",
    ),
    click.option("--wait-for", type=click.FloatRange(min=0), help="Seconds to wait for the bridge. Default 30."),
    click.option(
        "--declare-disposable",
        is_flag=True,
        default=None,
        help="This account may be changed as a whole; --mode full with --url needs it.",
    ),
    click.option("--mail-domain", metavar="DOMAIN", help="Domain of the invented people. Default example.com."),
    click.option(
        "--profile", metavar="FILE", help="A TOML file with the same options by the same names; the command line wins."
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
    """Judge a bridge by stories that simulated identity providers play against it.

    Leaves conformance.json, junit.xml, report.html and journal.ndjson in the report folder.
    """
    options = options_from(profile, given)
    check_secrets(options)
    with StoryProgress("Telling the stories") as progress:
        recorded = run_suite(options, progress)
    outcome = judge_run(recorded)
    show(outcome.report)
    for path in outcome.files:
        say(f"  {path}")
    return int(outcome.exit_code)
