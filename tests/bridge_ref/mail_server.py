"""A mail server for tests over loopback, which accepts mail or fails in a chosen way."""

from __future__ import annotations

import asyncio
import contextlib
import email
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from harness.target.target import free_port


class Received:
    """The handler: what it was given, and how it is to answer next."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        # What RCPT and DATA are answered with, each once, before mail is taken again.
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []
        self.drops = 0
        self.logins: list[bytes] = []

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails, read."""
        return [
            email.message_from_bytes(each.content, policy=policy.default)
            for each in self.envelopes
            if isinstance(each.content, bytes)
        ]

    @property
    def recipients(self) -> list[str]:
        """Who they went to, by the envelopes."""
        return [recipient for each in self.envelopes for recipient in each.rcpt_tos]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or answer what was ordered."""
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, answer what was ordered, or take it and end the connection without an answer."""
        if self.data_answers:
            return self.data_answers.pop(0)
        self.envelopes.append(envelope)
        if self.drops:
            self.drops -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let in who has the right password."""
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == b"right-password", handled=False)


@contextlib.contextmanager
def mail_server(port: int = 0, **options: Any) -> Iterator[tuple[Received, int]]:
    """A server on a port of loopback until the context ends."""
    received = Received()
    port = port or free_port()
    controller = Controller(
        received,
        hostname="127.0.0.1",
        port=port,
        authenticator=received.authenticate,
        auth_require_tls=False,
        **options,
    )
    controller.start()
    try:
        yield received, port
    finally:
        controller.stop()
