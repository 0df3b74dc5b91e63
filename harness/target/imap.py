"""A mailbox by IMAP (RFC 9051), such as the catch-all mailbox of a test domain; it is only ever read."""

from __future__ import annotations

import contextlib
import email
import email.policy
import imaplib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from harness.errors import TargetError, UsageError
from harness.target.mailbox import Letter
from harness.target.trust import trusting_context

TIMEOUT_S = 30.0
TEXT_BYTES = 65_536
_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_FETCHED = f"(UID INTERNALDATE BODY.PEEK[HEADER] BODY.PEEK[TEXT]<0.{TEXT_BYTES}>)"
_UID = re.compile(rb"UID (\d+)")
T = TypeVar("T")

_EPOCH = "1970-01-01T00:00:00+00:00"


class Imap:
    """A folder of a mailbox at `imaps://user@host/FOLDER`, or `imap://` with STARTTLS; without TLS on loopback alone.

    Letters are numbered by their UID, which grows. Raises TargetError for trouble, UsageError for a wrong address.
    """

    def __init__(self, url: str, password: str, ca_file: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or parts.password:
            raise UsageError(
                "[mail] imap must be an address such as imaps://user@mail.example/INBOX, without a password"
            )
        self._is_tls = parts.scheme == "imaps"
        self._host, self._port = parts.hostname, parts.port or (993 if self._is_tls else 143)
        self._user, self._password = unquote(parts.username), password
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._ca_file = ca_file
        self._session: imaplib.IMAP4 | None = None

    def newest(self) -> int:
        """The highest UID of the folder."""
        return max(self._asked(self._uids_after, 0), default=0)

    def letters(self, since: int) -> Iterable[Letter]:
        """The letters with a higher UID, in their order."""
        return self._asked(lambda session, number: list(self._read(session, number)), since)

    def _asked(self, ask: Callable[[imaplib.IMAP4, int], list[T]], number: int) -> list[T]:
        """Ask, over a new session where the one at hand has ended."""
        try:
            try:
                return ask(self._open(), number)
            except imaplib.IMAP4.abort:
                self._session = None
                return ask(self._open(), number)
        except (imaplib.IMAP4.error, OSError) as error:
            self._close()
            said = str(error).replace(self._password, "‹credential›") if self._password else str(error)
            raise TargetError(f"the mailbox at {self._host}:{self._port} can't be read: {said[:200]}") from error

    def _open(self) -> imaplib.IMAP4:
        if self._session is None:
            context = trusting_context(self._ca_file)
            if self._is_tls:
                session: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    self._host, self._port, ssl_context=context, timeout=TIMEOUT_S
                )
            else:
                session = imaplib.IMAP4(self._host, self._port, timeout=TIMEOUT_S)
                if self._host not in _LOOPBACK:
                    session.starttls(context)
            session.login(self._user, self._password)
            self._session = session
        self._check(self._session.select(f'"{self._folder}"', readonly=True), "be opened")
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                self._session.shutdown()
        self._session = None

    def _uids_after(self, session: imaplib.IMAP4, since: int) -> list[int]:
        found = self._check(session.uid("SEARCH", "UID", f"{since + 1}:*"), "be searched")
        words = found[0].split() if found and isinstance(found[0], bytes) else []
        return sorted(uid for uid in map(int, words) if uid > since)  # `n:*` names the last one in any case

    def _read(self, session: imaplib.IMAP4, since: int) -> Iterator[Letter]:
        for uid in self._uids_after(session, since):
            found = self._check(session.uid("FETCH", str(uid), _FETCHED), "be read")
            parts = [each for each in found if isinstance(each, tuple)]
            if parts:
                yield _letter(uid, parts)

    @staticmethod
    def _check(answer: tuple[str, list[Any]], what: str) -> list[Any]:
        word, found = answer
        if word != "OK":
            raise imaplib.IMAP4.error(f"the folder can't {what}: {word}")
        return found


def _letter(uid: int, parts: list[tuple[object, ...]]) -> Letter:
    """A letter, from the parts of a FETCH: its header and its text, each after what it is called."""
    sections = {_section(each[0]): each[1] for each in parts if len(each) > 1 and isinstance(each[1], bytes)}
    header, text = sections.get("HEADER", b""), sections.get("TEXT", b"")
    message = email.message_from_bytes(header + text, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    values = [str(value) for name in _TO for value in message.get_all(name, [])]
    to = tuple(address for _, address in getaddresses(values) if address)
    return Letter(uid, _moment(str(message.get("Date", ""))), to, str(message.get("Subject", "")), _text(message))


def _section(called: object) -> str:
    return "HEADER" if isinstance(called, bytes) and b"HEADER" in called else "TEXT"


def _moment(date: str) -> str:
    try:
        return parsedate_to_datetime(date).astimezone(UTC).isoformat()
    except ValueError:
        return _EPOCH


def _text(message: EmailMessage) -> str:
    """The text of a mail; an unreadable one holds no link."""
    try:
        body = message.get_body(("plain", "html"))
        return str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, AttributeError):
        return ""
