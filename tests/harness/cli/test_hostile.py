"""A whole run against servers that are hostile or broken: it ends, says so, and leaves reports that can be read."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.record.message import CORE_USER, ERROR, LIST_RESPONSE
from harness.report.files import FORMATS

pytestmark = pytest.mark.slow

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m‮<script>alert(1)</script>\x9b1A"
LIMIT_S = 240  # generous: a run against such a server takes a few seconds
CONFIG = json.dumps({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]}).encode()
Body = Callable[[BaseHTTPRequestHandler], bytes]


def to_json(body: object) -> bytes:
    return json.dumps(body).encode()


def nested(_: BaseHTTPRequestHandler) -> bytes:
    return b'{"schemas": ["x"], "id": "1", "a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"


def crowded(_: BaseHTTPRequestHandler) -> bytes:
    names = b",".join(b'"a%d": 1' % number for number in range(20_000))
    return b'{"schemas": ["' + CORE_USER.encode() + b'"], "id": "1", ' + names + b"}"


def halves(_: BaseHTTPRequestHandler) -> bytes:
    return b'{"schemas": ["%s"], "id": "\\ud800", "userName": "\\udfff\\ud83d", "x": NaN}' % CORE_USER.encode()


def escapes(_: BaseHTTPRequestHandler) -> bytes:
    return to_json({"schemas": [ERROR], "status": "400", "detail": ESCAPES, "scimType": ESCAPES})


def remote(_: BaseHTTPRequestHandler) -> bytes:
    address = "http://192.0.2.1/elsewhere.json"
    one = {"$ref": address, "$schema": address, "$id": address, "schemas": [CORE_USER], "id": address}
    return to_json({"schemas": [LIST_RESPONSE], "totalResults": 1, "Resources": [one], "$ref": address})


def not_an_object(_: BaseHTTPRequestHandler) -> bytes:
    return b'\xef\xbb\xbf[1, {"a": 1, "a": 2, "A": Infinity}]'


@contextmanager
def serving(body: Body, status: int, moved: str = "") -> Iterator[str]:
    """A server that looks like a bridge at first, and answers everything else with this body and status."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self) -> None:
            """Any method."""
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_first_look = self.path.endswith(("/ServiceProviderConfig", "/Users?startIndex=1&count=1"))
            shown, code = (CONFIG, 200) if is_first_look else (body(self), status)
            self.send_response(code)
            self.send_header("Content-Type", "application/scim+json")
            self.send_header("Content-Length", str(len(shown)))
            if moved:
                self.send_header("Location", moved)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(shown)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_any  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def judged(url: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    token = folder / "token"
    token.write_text("a-token-of-ours", encoding="utf-8")
    words = ["run", "--url", url, "--token-file", str(token), "--only", "*protocol/test_users*", "--declare-disposable"]
    words += ["--report-dir", str(folder / "report"), "--format", ",".join(FORMATS)]
    argv = [sys.executable, "-m", "harness.cli.main", *words]
    return subprocess.run(argv, capture_output=True, timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL)


class Scripts(HTMLParser):
    """Collects the scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A script begins."""
        self._is_inside = tag == "script"

    def handle_data(self, data: str) -> None:
        """What stands in it."""
        if self._is_inside:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        """A script ends."""
        self._is_inside = False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (nested, 200),
        (crowded, 200),
        (halves, 200),
        (escapes, 400),
        (escapes, 500),
        (remote, 200),
        (not_an_object, 200),
    ],
    ids=["nested", "crowded", "halves", "escapes", "escapes of a failure", "remote", "no object"],
)
def test_a_run_ends_with_findings_and_reports(body: Body, status: int, tmp_path: Path) -> None:
    with serving(body, status) as url:
        done = judged(url, tmp_path)

    folder = tmp_path / "report"
    report = json.loads((folder / "conformance.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    for name in ("junit.xml", "junit-stories.xml", "badge.svg"):
        ET.parse(folder / name)
    for name in ("ctrf-report.json", "bridgecheck.sarif", "traffic.har", "gl-code-quality-report.json"):
        json.loads((folder / name).read_text(encoding="utf-8"), parse_constant=pytest.fail)
    page = Scripts()
    page.feed((folder / "report.html").read_text(encoding="utf-8"))
    said = done.stdout + done.stderr
    assert done.returncode in (1, 2), said[-2000:]
    assert report["causes"]
    assert not [script for script in page.found if "alert(1)" in script]
    assert b"\x1b]" not in said
    assert b"\x1b[2J" not in said
    assert sum(line.startswith(b"::stop-commands::") for line in said.splitlines()) == 1
    assert "\x9b".encode() not in said


def test_a_redirect_elsewhere_is_not_followed(tmp_path: Path) -> None:
    asked: list[str] = []

    def elsewhere(handler: BaseHTTPRequestHandler) -> bytes:
        asked.append(handler.headers.get("Authorization", ""))
        return b"{}"

    with (
        serving(elsewhere, 200) as other,
        serving(lambda _: b"{}", 307, moved=f"{other}/Groups") as url,
    ):
        done = judged(url, tmp_path)

    assert done.returncode in (1, 2)
    assert asked == []
