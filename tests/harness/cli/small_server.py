"""The small bridge over loopback: it can hold an answer back, and refuse every DELETE."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness.record.exchange import Request, Response
from tests.bridges import SmallBridge

TOKEN = "token-of-a-small-bridge"
LONGEST_S = 60.0


class _Quiet(ThreadingHTTPServer):
    """A client that is killed while it waits is no error here."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


class SmallServer:
    """A bridge with Bob on it. `held` is set once the first request after a create waits for `release`."""

    def __init__(self, folder: Path, *, holds: bool, deletes: bool) -> None:
        self.bridge = SmallBridge()
        self.bridge.resources["ServiceProviderConfig"] = {}
        self.bridge.resources["Users"]["b"] = {"id": "b", "userName": "bob@corp.example"}
        self.held, self.release = threading.Event(), threading.Event()
        self._holds, self._deletes, self._has_made = holds, deletes, False
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self.words = self._words(folder)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def users(self) -> list[str]:
        """The names of all who are there."""
        return [str(user["userName"]) for user in self.bridge.resources["Users"].values()]

    def stop(self) -> None:
        """End it."""
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    def _words(self, folder: Path) -> tuple[str, ...]:
        token = folder / "token"
        token.write_text(TOKEN, encoding="utf-8")
        return ("--url", f"http://127.0.0.1:{self._server.server_address[1]}", "--token-file", str(token))

    def _answer(self, request: Request) -> Response:
        if self._holds and self._has_made and not self.held.is_set():
            self.held.set()
            self.release.wait(LONGEST_S)
        if request.method == "DELETE" and not self._deletes:
            return Response(500)
        self._has_made = self._has_made or request.method == "POST"
        response = self.bridge.send(request).response
        assert response is not None
        return response

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            def respond(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                response = answer(Request(self.command, self.path, "", (), body))
                self.send_response(response.status)
                self.send_header("Content-Length", str(len(response.body)))
                self.end_headers()
                self.wfile.write(response.body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815  what http.server looks for

            def log_message(self, format: str, *arguments: object) -> None: ...

        return Handler


@contextmanager
def small_server(folder: Path, *, holds: bool = False, deletes: bool = True) -> Iterator[SmallServer]:
    """A small server, and `words`: the options that reach it."""
    server = SmallServer(folder, holds=holds, deletes=deletes)
    try:
        yield server
    finally:
        server.stop()
