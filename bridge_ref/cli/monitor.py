"""`bridge-ref monitor`: run the health monitor."""

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bridge_ref.cli.environment import log_settings
from bridge_ref.cli.mail_options import MAIL_OPTIONS, parse_mail_options
from bridge_ref.clock import SystemClock
from bridge_ref.credentials.files import CredentialsError
from bridge_ref.credentials.tokens import read_token
from bridge_ref.logs import LEVELS, configure_logs
from bridge_ref.mailing.letter import UnmailableError, parse_address
from bridge_ref.mailing.server import SmtpSession
from bridge_ref.monitor.rounds import Monitor, Watched

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--url", metavar="URL", required=True, help="Where the bridge is, such as https://bridge.example."),
    click.option("--token-file", type=_FILE, required=True, help="File with the monitoring token."),
    click.option(
        "--state", type=_FILE, required=True, help="File in which the monitor keeps what it has told already."
    ),
    click.option("--notify", metavar="ADDRESS", help="Whom to tell, until the bridge names somebody."),
    click.option("--notify-file", type=_FILE, help="File with that address, read anew for each mail."),
    click.option(
        "--interval", type=click.FloatRange(min=0.05), default=60, show_default=True, help="Seconds between looks."
    ),
    click.option(
        "--failures", type=click.IntRange(1), default=3, show_default=True, help="Bad looks in a row before a mail."
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0.05),
        default=10,
        show_default=True,
        help="Seconds to wait for an answer.",
    ),
    click.option(
        "--ignore-degraded", is_flag=True, help="A bridge that answers is well, whatever it says of its parts."
    ),
    click.option("--ca-file", type=_FILE, help="Certificates to trust for the bridge instead of the system's."),
    *MAIL_OPTIONS,
    click.option("--log-level", type=click.Choice(LEVELS), help="From which level on. [warning]"),
    click.option("--log-format", type=click.Choice(["text", "json"]), help="Lines for people or for machines. [text]"),
)


def _with_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("monitor")
@_with_options
def monitor(**options: Any) -> None:
    """Watch a bridge, and mail somebody when it fails and when it is back, once each.

    The address that the bridge tells at /monitoring wins (`serve --notify`), then --notify-file, then --notify; the
    last address that the bridge has told is remembered while it is away.
    """
    configure_logs(*log_settings(options["log_level"], options["log_format"]))
    try:
        watching = _make_monitor(options)
        stopping = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stopping.set())
        click.echo(json.dumps({"event": "ready", "pid": os.getpid()}))
        while not stopping.is_set():
            watching.go_round()
            stopping.wait(options["interval"])
    except CredentialsError as error:
        raise click.UsageError(str(error)) from None


def _make_monitor(options: dict[str, Any]) -> Monitor:
    if options["smtp_url"] is None:
        raise click.UsageError("--smtp-url is needed: a monitor that writes to nobody watches for nothing")
    if options["notify"] is not None:
        _check_address(options["notify"])
    server, sender = parse_mail_options(options)
    token = read_token(options["token_file"], "--token-file")
    watched = Watched(
        _origin(options["url"]), token, options["timeout"], options["ca_file"], options["ignore_degraded"]
    )
    return Monitor(
        watched=watched,
        session=SmtpSession(server),
        sender=sender,
        state=options["state"],
        threshold=options["failures"],
        clock=SystemClock(),
        notify=options["notify"],
        notify_file=options["notify_file"],
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise click.UsageError("--url takes an address such as https://bridge.example")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _check_address(address: str) -> None:
    try:
        parse_address(address)
    except UnmailableError as error:
        raise click.UsageError(f"--notify: {error}") from None
