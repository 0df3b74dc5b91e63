"""`bridgecheck run`: judge a bridge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.cli.progress import StoryProgress
from harness.cli.running import conclude, normalise, record
from harness.profile import MODES, Options, make_options, read_profile
from harness.report.summary import render_summary

_OPTIONS: tuple[Any, ...] = (
    click.option("--url", metavar="URL", help="SCIM base address of a bridge, such as https://bridge.example/scim/v2."),
    click.option("--start", metavar="CMD", help="Start a bridge: {port} {data} {token_file} {token} {probe_port} …"),
    click.option("--token-file", metavar="FILE", help="The bearer token, in a file."),
    click.option("--token-env", metavar="NAME", help="The bearer token, in an environment variable."),
    click.option("--token-command", metavar="CMD", help="The bearer token, printed by a command."),
    click.option("--probe-url", metavar="URL", help="The account probe (docs/reference/probe.md)."),
    click.option("--probe-token-file", metavar="FILE", help="The account probe's token, in a file."),
    click.option("--ca-file", metavar="FILE", help="Certificates to trust besides the system's."),
    click.option("--claim", metavar="NAMES", help="rfc, bridge, okta, entra, google, security, resilience."),
    click.option("--idp", metavar="DIALECTS", help="okta-oin, entra-default, google-push; or okta, entra, google."),
    click.option("--suite", metavar="NAMES", help="protocol, lifecycle."),
    click.option("--mode", type=click.Choice(MODES), help="Default: safe; full with --start."),
    click.option("--only", metavar="GLOB", multiple=True, help="Only stories whose name matches."),
    click.option("--skip", metavar="GLOB", multiple=True, help="No stories whose name matches."),
    click.option("--seed", type=int, help="Same seed, same requests. Default 7."),
    click.option("--max-rps", type=click.FloatRange(min=0, min_open=True), help="At most so many requests a second."),
    click.option("--report-dir", metavar="DIR", help="Default: bridgecheck-report."),
    click.option("--format", metavar="NAMES", help="json, junit, html, allure. Default: json,junit,html."),
    click.option("--gate", type=click.Choice(["must", "should"]), help="Which broken level fails. Default must."),
    click.option("--wait-for", type=click.FloatRange(min=0), help="Seconds to wait for the bridge. Default 30."),
    click.option("--declare-disposable", is_flag=True, default=None, help="This account may be changed as a whole."),
    click.option("--mail-domain", metavar="DOMAIN", help="Domain of the invented people. Default example.com."),
    click.option("--profile", metavar="FILE", help="A TOML file with the same options."),
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
    with StoryProgress("Telling the stories") as progress:
        recorded = record(options, progress)
    outcome = conclude(recorded)
    click.echo(render_summary(outcome.report))
    for path in outcome.files:
        click.echo(f"  {path}")
    return int(outcome.exit_code)
