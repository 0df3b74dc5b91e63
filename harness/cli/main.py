"""`bridgecheck`: the group of commands; each is loaded when it is used, so that `--help` is fast."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from importlib import import_module
from io import TextIOWrapper

import click

from harness import __version__
from harness.cli.answer import ANSWER
from harness.cli.ending import ENDING, heed_signals
from harness.cli.equip import equip
from harness.errors import BridgecheckError, nearest

COMMANDS = {
    "demo": "Try everything on the reference bridge, and write a report.",
    "run": "Test a bridge that runs (--url) or that is started by a command (--start).",
    "doctor": "Look at the way to a bridge: name, connection, TLS, token, SCIM, probe.",
    "simulate": "Provision a synthetic company to a bridge, then compare directory and bridge.",
    "load": "Measure a bridge under load.",
    "selftest": "Test bridgecheck itself: the clean bridge passes, each known defect is found.",
    "list": "List requirements, stories, dialects, claims or checks.",
    "baseline": "Write the causes of a report as known ones, or take out those that are fixed.",
    "diff": "Compare two runs: causes that are new or fixed, and answers that differ.",
    "explain": "Show a requirement: its meaning, source, and the checks that judge it.",
    "cleanup": "Remove what an earlier run left on a bridge.",
    "judge": "Judge SCIM traffic that somebody else sent, from a HAR, a request log or a journal.",
    "play": "Send the requests of a recording to a bridge again, and judge the answers.",
    "replay": "Judge the journal of an earlier run again, without a bridge.",
    "report": "Make a history page of the reports that many runs have left.",
    "certify": "Judge everything that applies, and keep the evidence in one archive.",
    "verify-bundle": "Check the archive of `certify`: whole, and judged as it says.",
    "config": "Show what a run would go by, and where each setting comes from.",
    "completion": "Write the script that lets a shell complete commands, options and names.",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of `--help`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name. Raises click's UsageError with the nearest right one."""
        if cmd_name not in COMMANDS:
            hint = nearest(cmd_name, COMMANDS) or f"; there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {cmd_name!r}{hint}")
        module = import_module(f"harness.cli.{cmd_name.replace('-', '_')}_command")
        command = getattr(module, "command", None)
        return equip(command) if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> int:
        """Run the command; with `--json` its answer is written when it has ended."""
        code = super().invoke(ctx)
        made = code if isinstance(code, int) else 0
        if ANSWER.is_wanted:
            click.echo(ANSWER.take(str(ctx.invoked_subcommand), made))
        return made

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bridgecheck")
def cli() -> None:
    """Conformance tests for SCIM provisioning bridges.

    Simulated Okta, Entra ID and Google Workspace provision people to a bridge, and named requirements judge every
    answer. Exit codes: 0 pass, 1 conformance failure, 2 wrong usage, 3 bridge unreachable or token refused,
    4 nothing judged, 5 waivers stale, 6 objective missed, 7 measurement void, 8 cleanup incomplete, 70 harness error,
    130 interrupted (129 by SIGHUP, 143 by SIGTERM).
    """


def _harmless(text: str) -> str:
    """What an error says, without secrets, and without signs that a terminal would obey: a bridge may have said it."""
    from harness.report.text import visible
    from harness.target.secrets import redact_known

    return visible(redact_known(text))


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit; an error is one line on stderr without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an encoding without ✓ must not end a run
    heed_signals()
    error_said = ""
    try:
        code = cli.main(arguments, prog_name="bridgecheck", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        code = 2
    except click.ClickException as error:
        error_said = " ".join(error.format_message().split())
        click.echo(f"bridgecheck: {error_said}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("bridgecheck: interrupted", err=True)
        sys.stdout.flush()
        sys.stderr.flush()
        # An ordinary exit waits for every thread, and one may be waiting for a silent bridge.
        if threading.active_count() > 1:
            os._exit(ENDING.code(130))
        code = 130
    except BridgecheckError as error:
        error_said = _harmless(str(error))
        click.echo(f"bridgecheck: {error_said}", err=True)
        code = error.exit_code
    except Exception:  # Python would end with 1, which a gate reads as a broken bridge
        click.echo(_harmless(traceback.format_exc()).rstrip("\n"), err=True)
        click.echo("bridgecheck: this is an error of bridgecheck, and says nothing about the bridge", err=True)
        code = BridgecheckError.exit_code
    if ANSWER.is_wanted:  # an error came before its end
        words = sys.argv[1:] if arguments is None else arguments
        click.echo(ANSWER.take(next((word for word in words if not word.startswith("-")), ""), code, error_said))
    sys.exit(ENDING.code(code) if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
