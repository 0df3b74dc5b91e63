"""A mailbox in Mailpit, by its HTTP API (MAILPIT): the list of messages, and the text of each new one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import urllib3

from harness.errors import TargetError
from harness.target.mailbox import Letter
from harness.target.trouble import say_trouble
from harness.target.trust import trusting_context

TIMEOUT_S = 30.0
PAGE = 100
MOST = 5_000  # ours: so many messages of others may lie before ours


class Mailpit:
    """Numbers messages as they come. Mailpit lists the newest first, and names each by an id that has no order."""

    def __init__(self, base: str, user: str = "", password: str = "", ca_file: str | None = None) -> None:
        self._base = base.rstrip("/")
        headers = urllib3.make_headers(basic_auth=f"{user}:{password}") if user else {}
        self._pool = urllib3.PoolManager(
            headers=headers, retries=False, timeout=TIMEOUT_S, ssl_context=trusting_context(ca_file)
        )
        self._letters: list[Letter] = []
        self._known: set[str] = set()
        self._is_begun = False

    def newest(self) -> int:
        """The number of the newest letter."""
        self._take()
        return len(self._letters)

    def letters(self, since: int) -> Iterable[Letter]:
        """The letters with a higher number."""
        self._take()
        return self._letters[since:]

    def _take(self) -> None:
        """Number what is new. What lay there before the first look is counted, and its text is not read."""
        new: list[dict[str, Any]] = []
        while len(new) < MOST:
            listed = self._get(f"/api/v1/messages?start={len(new)}&limit={PAGE}").get("messages")
            if not isinstance(listed, list):
                raise TargetError(f"Mailpit at {self._base} lists no messages")
            fresh = [each for each in listed if str(each.get("ID")) not in self._known]
            new += fresh
            if len(fresh) < len(listed) or len(listed) < PAGE:
                break
        for each in reversed(new):
            self._known.add(str(each.get("ID")))
            self._letters.append(self._letter(each, len(self._letters) + 1))
        self._is_begun = True

    def _letter(self, shown: dict[str, Any], seq: int) -> Letter:
        to = [each for name in ("To", "Cc", "Bcc") for each in shown.get(name) or ()]
        addresses = tuple(str(each.get("Address", "")) for each in to if isinstance(each, dict))
        text = ""
        if self._is_begun:
            whole = self._get(f"/api/v1/message/{quote(str(shown.get('ID')), safe='')}")
            text = str(whole.get("Text") or whole.get("HTML") or "")
        return Letter(seq, str(shown.get("Created", "")), addresses, str(shown.get("Subject", "")), text)

    def _get(self, path: str) -> dict[str, Any]:
        url = self._base + path
        try:
            answer = self._pool.request("GET", url, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise TargetError(f"Mailpit at {self._base} does not answer: {say_trouble(error, url)}") from error
        if answer.status != 200:
            raise TargetError(f"Mailpit at {self._base} answers {path.partition('?')[0]} with HTTP {answer.status}")
        try:
            said = json.loads(answer.data)
        except ValueError as error:
            raise TargetError(f"Mailpit at {self._base} does not answer with JSON") from error
        if not isinstance(said, dict):
            raise TargetError(f"Mailpit at {self._base} answers {path.partition('?')[0]} with no object")
        return said
