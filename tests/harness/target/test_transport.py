"""The transport: sent requests and recorded exchanges."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
import responses

from harness.clock import ManualClock
from harness.record.exchange import Request
from harness.target.secrets import Secrets
from harness.target.transport import Transport

BASE = "https://bridge.marigold.example/scim/v2"
TOKEN = "t0ken-of-the-bridge"


def transport(clock: ManualClock | None = None) -> Transport:
    return Transport(BASE, Secrets({"scim": TOKEN, "wrong": "never-issued"}), clock or ManualClock(5.0))


@responses.activate
def test_a_request_leaves_as_it_was_built() -> None:
    responses.get(f"{BASE}/Users", json={}, content_type="application/scim+json")

    transport().send(Request("GET", "/Users?filter=userName+eq+%22a%40b%22", "find user", (("User-Agent", "Okta"),)))

    sent = responses.calls[0].request
    assert sent.url == f"{BASE}/Users?filter=userName+eq+%22a%40b%22"
    assert sent.headers["User-Agent"] == "Okta"
    assert sent.headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Accept" not in sent.headers
    assert "Content-Type" not in sent.headers


@responses.activate
def test_a_body_is_sent_byte_for_byte() -> None:
    responses.post(f"{BASE}/Users", json={})

    transport().send(Request("POST", "/Users", "create user", (), b'{"userName": "\xc3\xa9"}'))

    assert responses.calls[0].request.body == b'{"userName": "\xc3\xa9"}'


@responses.activate
def test_no_secret_is_kept_wherever_it_comes_back() -> None:
    responses.post(f"{BASE}/Users", body=f'{{"echo": "{TOKEN}"}}', headers={"X-Debug": f"Bearer {TOKEN}"}, status=400)

    kept = transport().send(Request("POST", f"/Users?token={TOKEN}", "leak", (), f'{{"x": "{TOKEN}"}}'.encode()))

    assert TOKEN not in repr(kept)
    assert ("Authorization", "Bearer ‹credential:scim›") in kept.request.headers
    assert kept.response is not None
    assert kept.response.body == '{"echo": "‹credential:scim›"}'.encode()


@responses.activate
def test_without_a_credential_nothing_is_inserted() -> None:
    responses.get(f"{BASE}/Users", json={}, status=401)

    kept = transport().send(Request("GET", "/Users", "list users", credential=None))

    assert "Authorization" not in responses.calls[0].request.headers
    assert kept.status == 401


@responses.activate
def test_credential_and_host_go_where_the_client_has_them() -> None:
    responses.get(f"{BASE}/Users", json={})
    headers = (("Accept", "x"), ("Authorization", ""), ("Host", ""), ("Connection", "Keep-Alive"))

    kept = transport().send(Request("GET", "/Users", "list users", headers))
    bare = transport().send(Request("GET", "/Users", "list users", headers, credential=None))

    sent = [(name, value) for name, value in responses.calls[0].request.headers.items() if name != "User-Agent"]
    assert sent[:4] == [
        ("Accept", "x"),
        ("Authorization", f"Bearer {TOKEN}"),
        ("Host", "bridge.marigold.example"),
        ("Connection", "Keep-Alive"),
    ]
    assert [name for name, _ in kept.request.headers] == ["Accept", "Authorization", "Host", "Connection"]
    assert [name for name, _ in bare.request.headers] == ["Accept", "Host", "Connection"]


@responses.activate
def test_a_redirect_is_not_followed() -> None:
    responses.get(f"{BASE}/Users", status=307, headers={"Location": "https://elsewhere.example/"})

    assert transport().send(Request("GET", "/Users", "list users")).status == 307
    assert len(responses.calls) == 1


@contextmanager
def saying(*parts: bytes) -> Iterator[str]:
    """A socket that answers one request with these bytes and closes; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                for part in parts:
                    connection.sendall(part)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize(
    "parts",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", b'{"a"', b":1}"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b'4\r\n{"a"\r\n', b"3\r\n:1}\r\n0\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b'{"a":1}')),
        (b"HTTP/1.1 200 OK\r\n\r\n", b'{"a":1}'),
    ],
    ids=["length", "chunked", "gzip", "until closed"],
)
def test_a_body_arrives_whole_however_it_is_framed(parts: tuple[bytes, ...]) -> None:
    with saying(*parts) as url:
        kept = Transport(url, Secrets({"scim": TOKEN}), ManualClock()).send(Request("GET", "/Users", "list users"))

    assert kept.json == {"a": 1}


def test_a_body_that_breaks_off_is_a_lost_answer() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n", b'{"a":1}') as url:
        kept = Transport(url, Secrets({"scim": TOKEN}), ManualClock()).send(Request("GET", "/Users", "list users"))

    assert kept.response is None
    assert "IncompleteRead" in kept.lost


def test_a_body_that_drips_for_ever_is_a_lost_answer() -> None:
    clock = ManualClock()

    class Dripping:
        """A byte a minute."""

        def read1(self, amount: int, decode_content: bool) -> bytes:
            clock.sleep(60)
            return b"x"

    with pytest.raises(requests.ReadTimeout, match="the body was not complete after 120 s"):
        transport(clock)._read_body(Dripping())


def test_silence_lasts_as_long_as_the_vendor_waits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        kept = Transport(url, Secrets({"scim": TOKEN}), ManualClock(), timeout_s=0.05).send(
            Request("GET", "/Users", "list users")
        )

    assert kept.response is None
    assert "timed out" in kept.lost


@responses.activate
def test_a_connection_that_breaks_is_a_lost_exchange() -> None:
    responses.get(f"{BASE}/Users", body=requests.ConnectionError(f"refused {TOKEN}"))

    kept = transport().send(Request("GET", "/Users", "list users"))

    assert kept.response is None
    assert kept.lost == "the connection was lost: refused ‹credential:scim›"
