"""A SCIM server in memory for load tests: it answers the hot path and keeps the requests it received."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Resource = dict[str, Any]
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived; the token is left out."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Stub:
    """Users and groups by id; `finds_another` gives a stranger for every user that is looked for."""

    token: str
    finds_another: bool = False
    resources: dict[str, dict[str, Resource]] = field(default_factory=lambda: {"Users": {}, "Groups": {}})
    received: list[Received] = field(default_factory=list)
    url: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, target: str, sent: Resource) -> tuple[int, Resource]:
        """Status and body for one request."""
        with self._lock:
            parts = urlsplit(target)
            kind, _, identity = parts.path.removeprefix("/scim/v2/").partition("/")
            known = self.resources[kind]
            if method == "POST":
                return self._create(known, sent)
            if not identity:
                return 200, self._find(kind, parse_qs(parts.query).get("filter", [""])[0])
            if identity not in known:
                return 404, {}
            if method == "PATCH" and kind == "Users":
                value = sent["Operations"][0]["value"]
                known[identity]["active"] = str(value["active"] if isinstance(value, dict) else value).lower() == "true"
            return 200, known[identity]

    def _create(self, known: dict[str, Resource], sent: Resource) -> tuple[int, Resource]:
        identity = str(next(self._ids))
        if any(_name(other) == _name(sent) for other in known.values()):
            return 409, {}
        known[identity] = {"active": True, **sent, "id": identity}
        return 201, known[identity]

    def _find(self, kind: str, wanted: str) -> Resource:
        name = json.loads(wanted.partition(" eq ")[2] or '""')
        found = [resource for resource in self.resources[kind].values() if _name(resource) == name]
        if self.finds_another and kind == "Users" and name:
            found = [{"id": "7", "userName": "stranger@example.com", "active": True}]
        return {"schemas": [LIST], "totalResults": len(found), "Resources": found}


def _name(resource: Resource) -> str:
    return str(resource.get("userName") or resource.get("displayName"))


@contextmanager
def serve(stub: Stub) -> Iterator[Stub]:
    """Serve on loopback, on a port that the system chose."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            shown = tuple((k, v) for k, v in self.headers.items() if k.lower() != "authorization")
            stub.received.append(Received(self.command, self.path, shown, body))
            if self.headers.get("Authorization") == f"Bearer {stub.token}":
                status, said = stub.answer(self.command, self.path, json.loads(body or b"{}"))
            else:
                status, said = 401, {}
            answer = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/scim+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = do_PUT = _handle  # noqa: N815  the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        stub.url = f"http://127.0.0.1:{server.server_address[1]}/scim/v2"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
