"""The transport: sends requests with the `requests` library and returns exchanges, with secrets replaced by names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from harness.clock import Clock
from harness.idp.provider import TIMEOUT_S
from harness.record.exchange import Exchange, Headers, Request, Response
from harness.target.lost_words import words_of_loss
from harness.target.secrets import Secrets
from harness.target.trust import make_session
from harness.target.watch import Watch

# Ours: how long an exchange may take as a whole, and how long a body may be; what is over is a lost exchange.
ANSWER_S = 120.0
BODY_LIMIT = 32 * 1024 * 1024
PART = 1024 * 1024
_DOTS = re.compile(r"/\.\.?(?:[/?]|$)")
# Headers that requests, urllib3 and http.client would add by themselves; a simulated client decides about each.
_ADDABLE_BY_URLLIB3 = ("User-Agent", "Accept-Encoding")


class OverlongAnswerError(ValueError):
    """An answer that is longer than anything that a client would read."""


class Transport:
    """Sends to one SCIM base address. Never raises over a bad bridge: what gets no answer is a lost exchange.

    `timeout_s` is how long silence may last: that of the vendor whose requests these are.
    """

    def __init__(
        self,
        base: str,
        secrets: Secrets,
        clock: Clock,
        ca_file: str | None = None,
        timeout_s: float = TIMEOUT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.base = base.rstrip("/")
        self._host = urlsplit(self.base).netloc.rpartition("@")[2]
        self.ca_file = ca_file
        self.secrets = secrets
        self.clock = clock
        self.timeout_s = timeout_s
        self.answer_s = answer_s
        self._watch = Watch()
        self._session = make_session(ca_file, self._watch)
        self._session.headers.clear()

    def another(self, base: str = "") -> Transport:
        """The same, over a connection of its own; to another base address, where one is given."""
        return Transport(base or self.base, self.secrets, self.clock, self.ca_file, self.timeout_s, self.answer_s)

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def send(self, request: Request) -> Exchange:
        """Send one request and record the exchange, secrets replaced by their names."""
        headers = self._headers(request)
        started = self.clock.now()
        try:
            with self._watch.limit(self.answer_s):
                response = self._send(request, headers)
            lost = ""
            if self._watch.has_ended:  # headers that were cut off are no answer, whatever the library makes of them
                raise requests.ReadTimeout
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            late = str(error) if isinstance(error, OverlongAnswerError) else ""
            if self._watch.has_ended:
                late = f"the answer was not complete after {self.answer_s:g} s"
            response, lost = None, self.secrets.redact(late or words_of_loss(error))
        return Exchange(self.base, self._as_sent(request), response, lost, started, self.clock.now() - started)

    def _send(self, request: Request, headers: dict[str, str]) -> Response:
        url = self.base + request.target
        prepared = self._session.prepare_request(
            requests.Request(request.method, url, data=request.body, headers=headers)
        )
        if _DOTS.search(url):
            prepared.url = url  # the library would leave out a part `.` or `..`, which is an id of a bridge here
        with self._session.send(prepared, timeout=self.timeout_s, allow_redirects=False, stream=True) as answer:
            body = self._read_body(answer.raw)
            fields = list(answer.raw.headers.iteritems())
        received: Headers = tuple((name, self.secrets.redact(value)) for name, value in fields)
        return Response(answer.status_code, received, self.secrets.redact_bytes(body))

    def _read_body(self, raw: Any) -> bytes:
        # The time-out is one of silence: a body that comes byte by byte would keep us for ever.
        body, deadline = bytearray(), self.clock.now() + self.answer_s
        while part := raw.read1(PART, decode_content=True):
            body += part
            if len(body) > BODY_LIMIT:
                raise OverlongAnswerError(f"the answer is longer than {BODY_LIMIT // 2**20} MB")
            if self.clock.now() > deadline:
                raise requests.ReadTimeout(f"the body was not complete after {self.answer_s:.0f} s")
        return bytes(body)

    def _headers(self, request: Request) -> dict[str, str]:
        headers = dict(request.headers)
        if request.credential:
            headers["Authorization"] = self.secrets.bearer(request.credential)
        elif headers.get("Authorization") == "":
            del headers["Authorization"]
        if headers.get("Host") == "":
            headers["Host"] = self._host
        for name in _ADDABLE_BY_URLLIB3:
            headers.setdefault(name, SKIP_HEADER)
        return headers

    def _as_sent(self, request: Request) -> Request:
        sent = self._headers(request).items()
        shown = tuple((name, self.secrets.redact(value)) for name, value in sent if value != SKIP_HEADER)
        body = self.secrets.redact_bytes(request.body) if request.body else request.body
        return replace(request, target=self.secrets.redact(request.target), headers=shown, body=body)


Send = Callable[[Request], Exchange]
