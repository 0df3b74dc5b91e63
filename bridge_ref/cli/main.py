"""The `bridge-ref` command: its subcommands and its exit codes."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bridge_ref import __version__
from bridge_ref.cli.serve_options import listening_options, run
from bridge_ref.cli.store_options import find_location
from bridge_ref.storage.migrate import HEAD
from bridge_ref.storage.store import StoreUnreadableError


class _Commands(click.Group):
    """The commands; most are loaded when called, so that a serving bridge does not hold them in memory."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return [*super().list_commands(ctx), *_LOADED_LATE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        load = _LOADED_LATE.get(cmd_name)
        return super().get_command(ctx, cmd_name) if load is None else load()


def _load_lab() -> click.Command:
    from bridge_ref.cli.lab import lab

    return lab


def _load_setup() -> click.Command:
    from bridge_ref.cli.credentials import setup

    return setup


def _load_rotate() -> click.Command:
    from bridge_ref.cli.credentials import rotate_command

    return rotate_command


def _load_monitor() -> click.Command:
    from bridge_ref.cli.monitor import monitor

    return monitor


def _load_workspace_preview() -> click.Command:
    from bridge_ref.cli.workspace_preview import workspace_preview

    return workspace_preview


_LOADED_LATE: dict[str, Callable[[], click.Command]] = {
    "workspace-preview": _load_workspace_preview,
    "setup": _load_setup,
    "rotate": _load_rotate,
    "monitor": _load_monitor,
    "lab": _load_lab,
}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """The reference bridge: SCIM in front of a simulated company account."""


@cli.command("serve")
@listening_options
def serve_command(**options: Any) -> None:
    """Serve a bridge until SIGTERM or Ctrl-C."""
    run(options)


@cli.command("migrate")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of a bridge.")
@click.option("--database", metavar="URL", help="PostgreSQL database; it may be empty.")
def migrate_command(data: Path | None, database: str | None) -> None:
    """Migrate a store to the version that this bridge reads, or create one in an empty database.

    Stop every bridge on it first and keep a copy: there is no downgrade.
    """
    try:
        asyncio.run(find_location(data, database).migrate())
    except StoreUnreadableError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"the store has version {HEAD}")


def main() -> None:
    """Run a command; a mistake of the caller is one line on stderr and exit code 2."""
    try:
        code = cli.main(prog_name="bridge-ref", standalone_mode=False)
    except click.Abort:
        code = 130
    except click.ClickException as error:
        print("bridge-ref: " + " ".join(error.format_message().split()), file=sys.stderr)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
