"""A bridge with a probe that shows both secrets in everything it says, dressed in many ways. For one test alone.

`python -m tests.harness.cli.echoing_bridge PORT TOKEN-FILE [PROBE-PORT PROBE-TOKEN-FILE]`
"""

from __future__ import annotations

import base64
import html
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

NOW = "2026-01-05T09:00:00Z"


def dresses(secret: str) -> Iterator[str]:
    """A secret in JSON text, as it may stand there: plain, escaped and encoded."""
    yield secret
    yield secret.replace("/", r"\/")
    yield "".join(rf"\u{ord(each):04x}" for each in secret)
    yield "".join(rf"\\u{ord(each):04X}" for each in secret)
    yield quote(secret, safe="")
    yield "".join(f"%{ord(each):02x}" for each in secret)
    yield base64.b64encode(secret.encode()).decode()
    yield base64.b64encode(f"Bearer {secret}".encode()).decode().replace("/", r"\/")
    yield base64.urlsafe_b64encode(f"user:{secret}".encode()).decode()
    yield secret.encode().hex()
    yield "".join(f"&#{ord(each)};" for each in secret)
    yield html.escape(secret)


class Echo(BaseHTTPRequestHandler):
    """Answers every request; `secrets` is what it shows."""

    protocol_version = "HTTP/1.1"
    secrets: tuple[str, ...] = ()
    is_probe = False

    def answer(self) -> None:
        """One answer with the secrets in headers and body."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = " ".join(dress for secret in self.secrets for dress in dresses(secret))
        status, body = (self._of_probe if self.is_probe else self._of_scim)(said)
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("X-Echo", " ".join(self.secrets))
        self.send_header("Location", f"http://127.0.0.1/{quote(self.secrets[0], safe='')}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _of_scim(self, said: str) -> tuple[int, bytes]:
        resource: dict[str, Any] = {"schemas": [said], "id": self.secrets[0], "userName": said, "displayName": said}
        if self.command == "GET" and "/ServiceProviderConfig" in self.path:
            return 200, raw({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "x": said})
        if self.command == "GET":
            return 200, raw({"schemas": [said], "totalResults": 1, "Resources": [resource]})
        if self.command == "POST":
            return 201, raw(resource)
        return 400, raw({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": said})

    def _of_probe(self, said: str) -> tuple[int, bytes]:
        if self.path.endswith("/capabilities"):
            reads, acts = ["members", "groups", "mail", "journal"], ["sign-up", "clock/advance"]
            return 200, raw({"contract": "bridgecheck/probe/1", "reads": reads, "acts": acts, "now": NOW})
        if self.path.endswith("/members"):
            return 200, raw({"now": NOW, "members": []})
        return 500, raw({"error": said})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # any method
            return self.answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """The last words of a bridge are shown, too."""
        sys.stderr.write(" ".join(self.secrets) + "\n")


def raw(value: Any) -> bytes:
    """JSON in which a backslash stays what it is: the escapes of a dress are those of the JSON text."""
    return json.dumps(value, ensure_ascii=False).replace(r"\\", "\\").encode()


def serve(port: str, is_probe: bool, secrets: tuple[str, ...]) -> None:
    """Answer on a port until the process ends."""
    handler = type("Handler", (Echo,), {"secrets": secrets, "is_probe": is_probe})
    ThreadingHTTPServer(("127.0.0.1", int(port)), handler).serve_forever()


if __name__ == "__main__":
    secrets = tuple(Path(each).read_text(encoding="utf-8") for each in sys.argv[2::2])
    if len(sys.argv) > 3:
        threading.Thread(target=serve, args=(sys.argv[3], True, secrets), daemon=True).start()
    serve(sys.argv[1], False, secrets)
