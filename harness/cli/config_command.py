"""`bridgecheck config`: what a run would go by, and where each setting comes from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from harness.cli.answer import ANSWER
from harness.cli.equip import PREFIX
from harness.cli.output import say
from harness.cli.run_command import command as run_command
from harness.cli.run_command import options_from
from harness.schema.registry import get_schema
from harness.target.options import Options, read_profile

_NO_SETTING = frozenset({"failed", "help"})


@click.group(name="config")
def command() -> None:
    """Show what a run would go by, and what a profile may hold."""


@command.command(name="show")
@click.option("--origin", is_flag=True, help="Say of each setting where it comes from.")
@click.option("--all", "is_all", is_flag=True, help="Also show the settings that nobody has set.")
@click.pass_context
def show(context: click.Context, /, origin: bool, is_all: bool, **given: Any) -> int:
    """Show the settings of a run with these options: command line, environment, profile, and defaults, in this order.

    Takes every option of `bridgecheck run`, and contacts nothing. No secret is shown: settings hold none.

    Example: bridgecheck config show --origin --profile vendor.toml --mode safe
    """
    profile = given.pop("profile")
    options = options_from(profile, given)
    kept = read_profile(Path(profile)) if profile else {}
    rows: list[tuple[str, Any, str]] = []
    for field in dataclasses.fields(Options):
        value = getattr(options, field.name)
        source = _origin(context, field.name, kept, profile)
        if is_all or source != "default":
            rows.append((field.name, _shown(value), source))
    ANSWER.add(settings=[{"name": name, "value": value, "origin": source} for name, value, source in rows])
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, value, source in rows:
        shown = json.dumps(value, ensure_ascii=False, default=str)
        say(f"{name:<{width}} = {shown}" + (f"   # {source}" if origin else ""))
    if not rows:
        say("nothing is set: every setting is its default")
    return 0


def _shown(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value


def _origin(context: click.Context, name: str, kept: dict[str, Any], profile: str | None) -> str:
    source = context.get_parameter_source(name)
    if source is ParameterSource.COMMANDLINE:
        return f"--{name.replace('_', '-')}"
    if source is ParameterSource.ENVIRONMENT:
        return f"{PREFIX}{name.upper()}"
    return str(profile) if name in kept else "default"


@command.command(name="schema")
def schema() -> int:
    """Write the JSON Schema of a profile, for an editor that completes and checks TOML."""
    document = get_schema("profile/profile")
    ANSWER.add(schema=document)
    say(json.dumps(document, ensure_ascii=False, indent=2))
    return 0


show.params += [param for param in run_command.params if param.name not in _NO_SETTING]
