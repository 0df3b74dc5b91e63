"""--ca-file adds to the authorities that are trusted anyway, for SCIM and for the probe alike."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.clock import ManualClock
from harness.errors import TargetError, UsageError
from harness.record.message import read
from harness.target.connection import Trouble, ask
from harness.target.options import Options
from harness.target.probe import HttpProbe
from harness.target.secrets import Secrets
from harness.target.target import Target, check_secrets
from harness.target.transport import Transport
from harness.target.trust import trusting_context
from tests.tls import write_pair

OFFER = {"contract": "bridgecheck/probe/1", "reads": [], "acts": [], "now": "2026-03-02T12:00:00Z"}


class _Both(BaseHTTPRequestHandler):
    """Answers as a probe's capabilities and as a SCIM service in one."""

    def do_GET(self) -> None:
        """The one answer."""
        body = json.dumps({**OFFER, "confirmation_interval_s": 60, **self.more}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def more(self) -> dict[str, object]:
        return {} if "/probe/" in self.path else {"schemas": ["x"]}

    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a TLS server whose certificate signs itself, and the certificate's file."""
    certificate, key = write_pair(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Both) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}", str(certificate)
        server.shutdown()


def test_scim_and_probe_trust_the_file(secured: tuple[str, str]) -> None:
    url, ca_file = secured

    exchange = Transport(url, Secrets({"scim": "t"}), ManualClock(), ca_file).send(read("/Users", "list"))
    probe = Target("b", url, "t", f"{url}/probe/v1", "p", ca_file=ca_file).probe()

    assert exchange.status == 200
    assert probe.confirmation_interval_s == 60
    assert ask(url, "t", ca_file).trouble is Trouble.NONE


def test_without_it_neither_is_trusted(secured: tuple[str, str]) -> None:
    url, _ = secured

    exchange = Transport(url, Secrets({"scim": "t"}), ManualClock()).send(read("/Users", "list"))

    assert "certificate" in exchange.lost.lower()
    with pytest.raises(TargetError):
        HttpProbe(f"{url}/probe/v1", "p")


def test_the_file_comes_on_top_of_the_known_authorities(secured: tuple[str, str]) -> None:
    _, ca_file = secured

    known, more = trusting_context(None).get_ca_certs(True), trusting_context(ca_file).get_ca_certs(True)

    assert len(known) > 20
    assert len(more) == len(known) + 1


def test_a_file_that_cannot_be_used_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate", encoding="utf-8")

    with pytest.raises(UsageError, match=r"--ca-file .*empty\.pem holds no certificate in PEM form"):
        check_secrets(Options(url="http://b", ca_file=str(tmp_path / "empty.pem")))
    with pytest.raises(UsageError, match=r"--ca-file .*none\.pem can't be read: No such file"):
        check_secrets(Options(url="http://b", ca_file=str(tmp_path / "none.pem")))
