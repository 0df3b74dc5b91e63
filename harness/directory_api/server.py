"""Serves the fake from a thread on loopback, for as long as a `with` block lasts."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.util import SKIP_HEADER

from harness.clock import Clock, SystemClock
from harness.directory.directory import Directory
from harness.directory_api.api import Answer, Api, Call
from harness.directory_api.channels import Channel, Happening, notice_headers
from harness.directory_api.company import Company
from harness.directory_api.faults import ApiFault, ApiFaults
from harness.directory_api.tokens import ServiceAccount, Tokens

_NOTICE_TIMEOUT_S = 5
# Ours: somebody who takes no notices is not waited for a thousand times.
_REFUSED_IN_A_ROW = 10
# What requests and urllib3 would add.
_NOT_SENT = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}


class DirectoryApi:
    """Google's token endpoint, Directory API and Reports API over a directory: `with DirectoryApi(directory) as api`.

    A pull bridge is pointed at `api.url`, with the key file that `write_key_file` makes.
    """

    def __init__(
        self,
        directory: Directory,
        actor: str | None = None,
        account: ServiceAccount | None = None,
        clock: Clock | None = None,
        port: int = 0,
        seed: int = 0,
    ) -> None:
        self.directory = directory
        self.actor = actor or f"admin@{directory.domain}"
        self.account = account or ServiceAccount.make()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        clock = clock or SystemClock()
        tokens = Tokens(self.account, self.actor, self.token_uri, clock)
        self.api = Api(Company(directory, self.actor), tokens, clock, ApiFaults(seed=seed))
        self._server.api = self
        self.refused = 0
        self.confirmed: list[int] = []
        self._confirming = 0
        self._held: list[tuple[str, dict[str, str], bytes]] = []
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def token_uri(self) -> str:
        """Where tokens come from; it stands in the key file."""
        return f"{self.url}/token"

    @property
    def tokens(self) -> Tokens:
        """Who may ask: change its `scopes`, expire what was given out."""
        return self.api.tokens

    @property
    def calls(self) -> list[Call]:
        """All requests so far, in order; what the token endpoint was sent is left out."""
        return self.api.calls

    def __enter__(self) -> DirectoryApi:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def write_key_file(self, path: Path) -> Path:
        """Write a key file whose token address is ours."""
        return self.account.write_key_file(path, self.token_uri)

    def group_address(self, key: str) -> str:
        """The address of a group of the directory, by its key: what goes into a bridge's settings."""
        return self.api.company.email_of(self.directory.groups[key])

    def fail(self, operation: str, kind: str = "status", **more: Any) -> ApiFault:
        """Let requests of one kind go wrong; the fault counts how often it happened."""
        return self.api.faults.add(ApiFault(operation, kind, **more))

    def mend(self) -> None:
        """Everything works again."""
        self.api.faults.clear()

    def count(self, operation: str) -> int:
        """How many requests of one kind there were."""
        return sum(call.operation == operation for call in self.calls)

    def publish(self) -> int:
        """Log what has changed in the directory since the last time, and send notices; how many were taken.

        `refused` counts those that were not.
        """
        taken = in_a_row = 0
        late, self._held = self._held, []
        for happening in self.api.look():
            for channel in self.api.channels.interested(happening, self.api.clock.now()):
                if in_a_row >= _REFUSED_IN_A_ROW:
                    self.refused += 1
                    continue
                answers = self._send(channel, happening)
                taken += sum(answers)
                self.refused += answers.count(False)
                in_a_row = 0 if all(answers) else in_a_row + 1
        answers = [_is_taken(post(*notice)) for notice in late]
        self.refused += answers.count(False)
        return taken + sum(answers)

    def _send(self, channel: Channel, happening: Happening) -> list[bool]:
        fault = self.api.faults.take("notice")
        if fault is not None and fault.kind == "dropped":
            return []
        content, state = _short(happening.user), happening.watched_as or "change"
        if "/reports/" in channel.resource_uri:
            content, state = happening.as_activity(0, self.actor, "my_customer"), happening.name
        body = json.dumps(content or {}).encode()
        headers = notice_headers(channel, state)
        if fault is not None and fault.kind == "late":
            self._held.append((channel.address, headers, body))
            return []
        if fault is not None and fault.kind == "forged":
            headers = {**headers, "X-Goog-Channel-Token": "a token that nobody gave"}
        times = 2 if fault is not None and fault.kind == "twice" else 1
        return [_is_taken(post(channel.address, headers, body)) for _ in range(times)]

    def confirm_channels(self) -> None:
        """The first notice of each channel that was opened meanwhile: it has no body, and only says that it works.

        How each was answered is in `confirmed`, status 0 where no answer came.
        """
        opened, self.api.opened = self.api.opened, []
        self._confirming += len(opened)
        for channel in opened:
            self.confirmed.append(post(channel.address, notice_headers(channel, "sync"), b""))

    def wait_for_confirmed(self) -> list[int]:
        """How the first notices were answered, once all are: the channels are confirmed beside the bridge's calls."""
        until = time.monotonic() + _NOTICE_TIMEOUT_S
        while len(self.confirmed) < self._confirming and time.monotonic() < until:
            time.sleep(0.01)
        return list(self.confirmed)


def post(address: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post a notice with only these headers; the status of the answer, 0 without one."""
    with requests.Session() as session:
        session.headers.clear()
        session.trust_env = False  # no proxy: notices never leave this machine
        try:
            fields = {**_NOT_SENT, **headers}
            response = session.post(
                address, data=body, headers=fields, timeout=_NOTICE_TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException:
            return 0
    return response.status_code


def _is_taken(status: int) -> bool:
    return 0 < status < 300


def _short(user: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a notice tells of a user."""
    return {name: user[name] for name in ("kind", "id", "primaryEmail")} if user else {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    api: DirectoryApi

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up in the middle."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()
        self.server.api.confirm_channels()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr: the calls are in `calls`."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        authorization = self.headers.get("Authorization", "")
        answer = self.server.api.api.handle(self.command, parts.path, parts.query, authorization, body)
        kind = None if answer.fault is None else answer.fault.kind
        if kind == "dropped":
            self.close_connection = True
            return
        self._send(answer, _render(answer, kind))

    def _send(self, answer: Answer, content: bytes) -> None:
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('', ''))[0]}"]
        kind = "text/html" if content.startswith(b"<") else "application/json; charset=UTF-8"
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if content or answer.status != 204:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
        # In one write, so that no part of it waits for an acknowledgement.
        self.wfile.write("\r\n".join((*lines, "", "")).encode("latin-1") + content)


def _render(answer: Answer, kind: str | None) -> bytes:
    if answer.content is None:
        return b""
    if isinstance(answer.content, str):
        return answer.content.encode()
    content = json.dumps(answer.content).encode()
    return content[: len(content) // 2] if kind == "truncated" else content
