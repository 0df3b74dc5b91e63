"""Small servers that each misbehave in one way, for tests over loopback; each runs in a thread that the test ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "token-of-a-test-server"


class _Handler(BaseHTTPRequestHandler):
    """Answers every GET alike."""

    status = 200
    body = b"{}"
    media = "application/scim+json"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The one answer."""
        self.send_response(self.status)
        self.send_header("Content-Type", self.media)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay quiet."""


@contextmanager
def answering(status: int, body: object = None, media: str = "application/scim+json") -> Iterator[str]:
    """A server that answers every GET with this; yields its address."""
    content = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
    handler = type("Handler", (_Handler,), {"status": status, "body": content, "media": media})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
