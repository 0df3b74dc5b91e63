"""`--profile` of the commands that do not judge: their target stands there, and a table of their own options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.errors import UsageError, nearest
from harness.target.options import read_profile, read_table


def profile_option(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option for the command of that name; what it brings stands behind the command line and the environment."""

    def take(context: click.Context, param: click.Parameter, value: str | None) -> None:
        if value:
            context.default_map = _defaults(context.command, Path(value), name)

    return click.option(
        "--profile",
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        callback=take,
        help=f"TOML file with the bridge and its token, as for `run`, and a table [{name}] with options of this "
        "command by the same names; options of the command line override it.",
    )


def _defaults(command: click.Command, path: Path, name: str) -> dict[str, Any]:
    """What the profile says for a command. Raises UsageError with the nearest right name."""
    known = {str(param.name): param for param in command.params if isinstance(param, click.Option)}
    table = read_table(path, name)
    for key in table:
        if key not in known:
            raise UsageError(f"--profile {path}: [{name}] has no {key!r}{nearest(key, known)}")
    kept = {**{key: value for key, value in read_profile(path).items() if key in known}, **table}
    return {key: _as_given(known[key], value) for key, value in kept.items()}


def _as_given(param: click.Option, value: Any) -> Any:
    """A value as it would stand on the command line: a list of an option that is given once is one text."""
    return ",".join(map(str, value)) if isinstance(value, list) and not param.multiple else value
