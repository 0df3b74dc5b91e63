"""Mail as an observer sees it: messages to a run's own people, numbered as they come, told apart by subject."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from harness.errors import UsageError
from harness.record.exchange import Json
from harness.target.tables import MailObserver

KINDS = ("invitation", "start", "address_change")
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
LINKS = 10  # ours: more than any of these mails holds


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its number in the mailbox, which grows, its date in RFC 3339, its addressees, subject and text."""

    seq: int
    at: str
    to: tuple[str, ...]
    subject: str
    text: str = ""


class Mailbox(Protocol):
    """Where mail is looked at. Raises TargetError where it can't be."""

    def letters(self, since: int) -> Iterable[Letter]:
        """The letters with a higher number, in order."""
        ...

    def newest(self) -> int:
        """The number of the newest letter; 0 where there is none."""
        ...


class Sorter:
    """Renders letters as the contract has them: those to addresses of one domain, each with its kind.

    A subject that none of the patterns of the profile matches is of kind `other`.
    """

    def __init__(self, settings: MailObserver, domain: str) -> None:
        self._domain = f"@{domain.casefold()}"
        self._patterns = [(kind, _pattern(kind, getattr(settings, kind))) for kind in KINDS]

    def render(self, letters: Iterable[Letter], to: str = "") -> list[Json]:
        """One message for each addressee of ours; only those to `to`, where it is given."""
        return [
            {
                "seq": letter.seq,
                "at": letter.at,
                "to": address,
                "kind": self._kind(letter.subject),
                "subject": letter.subject,
                "links": list(dict.fromkeys(_LINK.findall(letter.text)))[:LINKS],
            }
            for letter in letters
            for address in dict.fromkeys(letter.to)
            if address.casefold().endswith(self._domain) and to.casefold() in ("", address.casefold())
        ]

    def _kind(self, subject: str) -> str:
        return next((kind for kind, pattern in self._patterns if pattern and pattern.search(subject)), "other")


def _pattern(kind: str, text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise UsageError(f"[mail] {kind}: {text!r} is no regular expression: {error}") from error
