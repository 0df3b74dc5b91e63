"""A proxy before the reference bridge, which puts one fault between it and the harness.

`python -m tests.faults.behind FAULT serve --port … --data …` takes the words of `bridge-ref`, starts it on a port of
its own, and listens on the port given. The probe's port stays the bridge's own, so that the account tells the truth.
"""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from harness.target.target import free_port

Json = dict[str, Any]
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to the bridge. `path` begins below the base address."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as an object; empty where it is none."""
        return _object(self.body)

    @property
    def collection(self) -> str:
        """`Users`, `Groups`, or what stands first in the path."""
        return self.path.strip("/").split("/")[0]

    @property
    def resource(self) -> str:
        """The id in the path; empty for a collection."""
        parts = self.path.strip("/").split("/")
        return parts[1] if len(parts) > 1 else ""

    def with_json(self, document: Any) -> Call:
        """The same with another body."""
        return replace(self, body=json.dumps(document).encode())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way back."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Json:
        """The body as an object; empty where it is none."""
        return _object(self.body)

    def with_json(self, document: Any) -> Reply:
        """The same with another body."""
        return replace(self, body=json.dumps(document).encode())


Ask = Callable[[Call], Reply]


class Fault:
    """Passes everything on unchanged; a fault is a subclass that does not. `ask` asks the bridge itself."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        """The answer that the harness gets."""
        return ask(call)

    def on_error(self, status: int, detail: str) -> Reply:
        """An error as SCIM writes it."""
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status), "detail": detail}
        return Reply(status, {"Content-Type": "application/scim+json"}).with_json(body)


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class Upstream:
    """The bridge behind the proxy; one connection per thread."""

    def __init__(self, port: int, base: str) -> None:
        self.base = base
        self._port = port
        self._local = threading.local()

    def ask(self, call: Call) -> Reply:
        """Pass a request below the base address on."""
        return self.pass_on(replace(call, path=self.base + call.path))

    def pass_on(self, call: Call) -> Reply:
        """Pass any request on. A kept connection that has ended is opened again."""
        for attempt in (1, 2):
            if not hasattr(self._local, "connection"):
                self._local.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            try:
                target = call.path + (f"?{call.query}" if call.query else "")
                self._local.connection.putrequest(call.method, target, skip_host=True, skip_accept_encoding=True)
                for name, value in call.headers.items():
                    if name.lower() not in HOP_BY_HOP:
                        self._local.connection.putheader(name, value)
                if call.body or call.method in ("POST", "PUT", "PATCH"):
                    self._local.connection.putheader("Content-Length", str(len(call.body)))
                self._local.connection.endheaders(call.body or None)
                answer = self._local.connection.getresponse()
                body = answer.read()
                headers = {n: v for n, v in answer.getheaders() if n.lower() not in HOP_BY_HOP}
                return Reply(answer.status, headers, body)
            except (http.client.HTTPException, OSError):
                self._local.connection.close()
                del self._local.connection
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")


def make_server(port: int, upstream: Upstream, fault: Fault, prefix: str = "") -> ThreadingHTTPServer:
    """The listening proxy; SCIM lies below `prefix`, by default below the bridge's own base path."""
    base = prefix or upstream.base

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_any(self) -> None:
            """Any method."""
            target, _, query = self.path.partition("?")
            body = self.read_body()
            headers = dict(self.headers.items())
            if not target.startswith(base):
                reply = upstream.pass_on(Call(self.command, target, query, headers, body))
            else:
                call = Call(self.command, target.removeprefix(base), query, headers, body)
                reply = fault.answer(call, upstream.ask)
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if reply.status != 204:
                self.wfile.write(reply.body)

        def read_body(self) -> bytes:
            """The body, in one piece or in chunks (RFC 9112 section 7.1)."""
            if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = b""
            while size := int(self.rfile.readline().partition(b";")[0].strip() or b"0", 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass  # trailers
            return body

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.do_any
            raise AttributeError(name)

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay quiet."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main(words: list[str], faults: dict[str, type[Fault]], base: str = "/scim/v2") -> None:
    """Start the bridge and the proxy; SIGTERM ends both."""
    fault = faults[words[0]]()
    place = words.index("--port") + 1
    own, inner = int(words[place]), free_port()
    argv = [*words[1:place], str(inner), *words[place + 1 :], "--public-url", f"http://127.0.0.1:{own}{base}"]
    bridge = subprocess.Popen([sys.executable, "-m", "bridge_ref", *argv])

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    try:
        _wait(inner, bridge)
        server = make_server(own, Upstream(inner, base), fault)
        server.daemon_threads = True
        server.serve_forever()
    finally:
        bridge.terminate()
        bridge.wait(10)


def _wait(port: int, bridge: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            if bridge.poll() is not None:
                raise SystemExit(bridge.returncode) from None
            time.sleep(0.05)
        finally:
            connection.close()
    raise SystemExit("the bridge behind the proxy did not start")
