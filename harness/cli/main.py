"""`bridgecheck`: the group of commands; each is loaded when it is used, so that `--help` is fast."""

from __future__ import annotations

import os
import sys
import threading
from importlib import import_module
from io import TextIOWrapper

import click

from harness import __version__
from harness.errors import BridgecheckError, nearest

COMMANDS = {
    "demo": "Everything against the reference bridge, and a report to look at.",
    "run": "Judge a bridge: a running one by --url, or one that is started by --start.",
    "simulate": "Provision a company to a bridge as one identity provider does, and compare both.",
    "load": "Put load on the hot path of a bridge.",
    "selftest": "Judge the judge: the clean reference bridge green, each of its defects caught.",
    "list": "List requirements, stories, dialects, claims or checks.",
    "explain": "Say what a requirement means, where it comes from and what judges it.",
    "replay": "Judge a stored journal again, without a bridge.",
}


class LazyGroup(click.Group):
    """Knows its commands by name, and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name. Raises click's UsageError with the nearest right one."""
        if cmd_name not in COMMANDS:
            raise click.UsageError(f"no command {cmd_name!r}{nearest(cmd_name, COMMANDS) or '; try --help'}")
        command = getattr(import_module(f"harness.cli.{cmd_name}_command"), "command", None)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bridgecheck")
def cli() -> None:
    """Conformance tests for SCIM provisioning bridges.

    Simulated Okta, Entra ID and Google Workspace play stories against a bridge; every answer is judged by named
    requirements. Exit codes: 0 pass, 1 conformance failure, 2 usage, 3 target unreachable or authentication refused,
    4 nothing judged, 6 objective missed, 7 measurement void, 8 cleanup incomplete, 70 harness error.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit; every refusal is one line on stderr, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a log that knows no ✓ must not end a run
    try:
        code = cli.main(arguments, prog_name="bridgecheck", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        code = 2
    except click.ClickException as error:
        click.echo(f"bridgecheck: {' '.join(error.format_message().split())}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("bridgecheck: interrupted", err=True)
        sys.stdout.flush()
        sys.stderr.flush()
        # An ordinary exit waits for every thread, and one may be waiting for a silent bridge.
        if threading.active_count() > 1:
            os._exit(130)
        code = 130
    except BridgecheckError as error:
        click.echo(f"bridgecheck: {error}", err=True)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
