"""Options of the mail server, for every command that sends mail."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge_ref.clock import Clock, SystemClock
from bridge_ref.credentials.files import read_secret
from bridge_ref.storage.store import Store

if TYPE_CHECKING:
    from email.headerregistry import Address

    from bridge_ref.mailing.sender import MailSender
    from bridge_ref.mailing.server import MailServer

PASSWORD = "BRIDGE_SMTP_PASSWORD"

MAIL_OPTIONS = (
    click.option(
        "--smtp-url",
        metavar="URL",
        help="Mail server, such as smtp://user@host:587 or smtps://user@host. [none: mail stays in the outbox]",
    ),
    click.option(
        "--smtp-password-file",
        type=click.Path(path_type=Path),
        help=f"File with the password of that user; without it {PASSWORD} is used.",
    ),
    click.option(
        "--smtp-ca-file",
        type=click.Path(path_type=Path),
        help="CA certificates to trust for the mail server, instead of the system's.",
    ),
    click.option("--mail-from", metavar="ADDRESS", help="Sender of mail, such as 'Bridge <bridge@example.com>'."),
)


def make_sender(options: dict[str, Any]) -> "Callable[[Store, Clock], MailSender] | None":
    """A factory of the mail sender, or none without a mail server. Raises UsageError."""
    if options["smtp_url"] is None:
        _refuse_without_server(options)
        return None
    server, sender = parse_mail_options(options)
    # Here, since a bridge that sends no mail does without the libraries for it.
    from bridge_ref.mailing.sender import MailSender
    from bridge_ref.mailing.server import SmtpSession

    return lambda store, clock: MailSender(store, clock, SystemClock(), SmtpSession(server), sender)


def parse_mail_options(options: dict[str, Any]) -> "tuple[MailServer, Address]":
    """The mail server and the sender that the options name. Raises UsageError, CredentialsError."""
    from bridge_ref.mailing.letter import UnmailableError, parse_sender
    from bridge_ref.mailing.server import parse_mail_server

    if options["mail_from"] is None:
        raise click.UsageError("--smtp-url needs --mail-from")
    try:
        sender = parse_sender(options["mail_from"])
    except UnmailableError as error:
        raise click.UsageError(f"--mail-from: {error}") from None
    try:
        return parse_mail_server(options["smtp_url"], _password(options), options["smtp_ca_file"]), sender
    except ValueError as error:
        raise click.UsageError(f"--smtp-url {error}") from None


def _password(options: dict[str, Any]) -> str | None:
    if options["smtp_password_file"] is not None:
        return read_secret(options["smtp_password_file"], "--smtp-password-file").decode("utf-8", "replace").strip()
    return os.environ.get(PASSWORD) if "@" in options["smtp_url"] else None


def _refuse_without_server(options: dict[str, Any]) -> None:
    for name in ("smtp_password_file", "smtp_ca_file", "mail_from"):
        if options[name] is not None:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --smtp-url")
