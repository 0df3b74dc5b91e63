"""What every command has without saying so: `--json`, and an environment variable for each option."""

from __future__ import annotations

from collections.abc import Iterator

import click

from harness.cli.answer import ANSWER

PREFIX = "BRIDGECHECK_"
"""`--report-dir` is also BRIDGECHECK_REPORT_DIR, in every command that has it; the command line goes before."""


def equip(command: click.Command) -> click.Command:
    """Give a command, and the commands below it, what they all have."""
    for each in _commands(command):
        for param in each.params:
            if isinstance(param, click.Option) and param.envvar is None and param.name != "help":
                param.envvar = f"{PREFIX}{str(param.name).upper()}"
        if not isinstance(each, click.Group) and all(param.name not in ("as_json", "json") for param in each.params):
            each.params.append(_json_option())
    return command


def _commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _commands(each)


def _json_option() -> click.Option:
    return click.Option(
        ["--json"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_begin,
        help="Write one JSON object on stdout, with the exit code and what was found, instead of lines.",
    )


def _begin(context: click.Context, param: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not context.resilient_parsing:
        ANSWER.begin()
