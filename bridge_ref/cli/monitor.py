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
    click.option("--url", metavar="URL", required=True, help="URL of the bridge, such as https://bridge.example."),
    click.option("--token-file", type=_FILE, required=True, help="File with the monitoring token."),
    click.option("--state", type=_FILE, required=True, help="File that remembers which notices were sent."),
    click.option("--notify", metavar="ADDRESS", help="Address to notify, unless the bridge names one."),
    click.option("--notify-file", type=_FILE, help="File with the address to notify, read before each mail."),
    click.option(
        "--interval", type=click.FloatRange(min=0.05), default=60, show_default=True, help="Seconds between polls."
    ),
    click.option(
        "--failures", type=click.IntRange(1), default=3, show_default=True, help="Failed polls in a row before a mail."
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0.05),
        default=10,
        show_default=True,
        help="Seconds to wait for an answer.",
    ),
    click.option(
        "--ignore-degraded",
        is_flag=True,
        help="Treat a bridge that answers as healthy, even if it reports itself degraded.",
    ),
    click.option("--ca-file", type=_FILE, help="CA certificates to trust for the bridge, instead of the system's."),
    *MAIL_OPTIONS,
    click.option("--log-level", type=click.Choice(LEVELS), help="Lowest level to log. [warning]"),
    click.option("--log-format", type=click.Choice(["text", "json"]), help="Log format. [text]"),
)


def _with_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("monitor")
@_with_options
def monitor(**options: Any) -> None:
    """Poll a bridge; send one mail when it fails and one when it is back.

    The address to notify is the one at /monitoring (`serve --notify`), else that of --notify-file, else --notify. The
    last address from /monitoring is remembered while the bridge is down.
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
        raise click.UsageError("--smtp-url is needed to send notices")
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
        raise click.UsageError("--url must be an address such as https://bridge.example")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _check_address(address: str) -> None:
    try:
        parse_address(address)
    except UnmailableError as error:
        raise click.UsageError(f"--notify: {error}") from None
