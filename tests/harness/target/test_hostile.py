"""Servers that are hostile or broken: an exchange with them ends, and leaves no more than it may."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from harness.clock import SystemClock
from harness.errors import TargetError
from harness.record.exchange import Exchange, Request
from harness.target import probe as probes
from harness.target import transport as transports
from harness.target.connection import Trouble, ask
from harness.target.probe import HttpProbe
from harness.target.secrets import Secrets
from harness.target.transport import Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n"
READ = Request("GET", "/Users", "list users")
Speak = Callable[[socket.socket], None]


@contextmanager
def speaking(speak: Speak) -> Iterator[str]:
    """A server whose every connection is handed to `speak` once a request has come; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def one(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                while connection.recv(65536):
                    speak(connection)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def exchanged(speak: Speak, answer_s: float = 30.0) -> Exchange:
    with speaking(speak) as base:
        transport = Transport(base, Secrets({"scim": "a-token"}), SystemClock(), timeout_s=30, answer_s=answer_s)
        exchange = transport.send(READ)
        transport.close()
    return exchange


def endless(head: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x" * 65536)

    return speak


def drip(head: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            time.sleep(0.02)
            connection.sendall(b"x")

    return speak


def test_an_endless_body_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "BODY_LIMIT", 2 * 1024 * 1024)

    exchange = exchanged(endless(OK + b"\r\n"))

    assert exchange.lost == "the answer is longer than 2 MB"


def test_a_compressed_bomb_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "BODY_LIMIT", 2 * 1024 * 1024)
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    exchange = exchanged(lambda connection: connection.sendall(head + bomb))

    assert exchange.lost == "the answer is longer than 2 MB"


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nX-Drip: ", OK + b"Content-Length: 1000000\r\n\r\n"],
    ids=["in the headers", "in the body"],
)
def test_an_answer_that_drips_is_over_in_time(head: bytes) -> None:
    exchange = exchanged(drip(head), answer_s=0.5)

    assert exchange.response is None
    assert "not complete after" in exchange.lost


@pytest.mark.parametrize(
    "flood",
    [b"X-Flood: " + b"x" * 200_000 + b"\r\n", b"X-Flood: y\r\n" * 20_000],
    ids=["one of 200 KB", "20,000 of them"],
)
def test_a_flood_of_headers_is_a_lost_answer(flood: bytes) -> None:
    exchange = exchanged(lambda connection: connection.sendall(OK + flood + b"Content-Length: 0\r\n\r\n"))

    assert exchange.response is None
    assert exchange.lost


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: lots\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 999999 Odd\r\n\r\n",
    ],
    ids=["no length", "no part", "not packed", "no HTTP", "no status"],
)
def test_what_is_no_answer_never_raises(head: bytes) -> None:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_RDWR)

    exchange = exchanged(speak)

    assert exchange.lost or exchange.response


@pytest.mark.parametrize("place", [b"http://[", b"http://elsewhere.example/Users", b"\xff\xfe", b"//"])
def test_a_redirect_is_an_answer_and_is_not_followed(place: bytes) -> None:
    asked: list[int] = []

    def speak(connection: socket.socket) -> None:
        asked.append(1)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + place + b"\r\nContent-Length: 2\r\n\r\n{}")

    exchange = exchanged(speak)

    assert exchange.status == 302
    assert exchange.response
    assert exchange.response.body == b"{}"
    assert len(asked) == 1


def test_a_redirect_with_an_endless_body_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "BODY_LIMIT", 2 * 1024 * 1024)

    exchange = exchanged(endless(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"))

    assert exchange.lost == "the answer is longer than 2 MB"


def test_the_first_look_takes_no_more_than_it_needs() -> None:
    with speaking(endless(OK + b"\r\n")) as base:
        look = ask(base, "t", None)

    assert look.trouble is Trouble.NOT_SCIM


@pytest.mark.parametrize("path", ["/Users/.", "/Users/..", "/Users/../Groups", "/Users/..?attributes=id"])
def test_an_id_of_dots_is_sent_as_it_stands(path: str) -> None:
    heard: list[bytes] = []

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection = server.accept()[0]
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(OK + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")

        threading.Thread(target=serve, daemon=True).start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}/scim"
        exchange = Transport(base, Secrets({"scim": "a-token"}), SystemClock()).send(Request("GET", path, "read"))

    assert exchange.status == 200
    assert heard[0].startswith(f"GET /scim{path} HTTP/1.1\r\n".encode())


def test_no_cookie_is_kept() -> None:
    heard: list[bytes] = []

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(2):
                connection = server.accept()[0]
                with connection:
                    heard.append(connection.recv(65536))
                    connection.sendall(OK + b"Set-Cookie: a=1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

        threading.Thread(target=serve, daemon=True).start()
        transport = Transport(
            f"http://127.0.0.1:{server.getsockname()[1]}", Secrets({"scim": "a-token"}), SystemClock()
        )
        statuses = [transport.send(READ).status for _ in range(2)]

    assert statuses == [200, 200]
    assert b"ookie" not in b"".join(heard)


def offered(answer: Speak) -> HttpProbe:
    with speaking(answer) as base:
        return HttpProbe(base, "a-token")


def test_an_endless_answer_of_a_probe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "BODY_LIMIT", 2 * 1024 * 1024)

    with pytest.raises(TargetError, match=r"answer to GET capabilities is longer than 2 MB"):
        offered(endless(OK + b"\r\n"))


def test_a_bomb_of_a_probe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "BODY_LIMIT", 2 * 1024 * 1024)
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    with pytest.raises(TargetError, match=r"answer to GET capabilities is longer than 2 MB"):
        offered(lambda connection: connection.sendall(head + bomb))


def test_a_probe_whose_answer_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "ANSWER_S", 0.5)

    with pytest.raises(TargetError, match=r"does not answer|was not complete after"):
        offered(drip(OK + b"Content-Length: 1000000\r\n\r\n"))


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"error": "\\ud800"', b"\xff\xfe", b"1e999999"])
def test_what_a_probe_says_is_no_crash(body: bytes) -> None:
    head = OK + b"Content-Length: %d\r\n\r\n" % len(body)

    with pytest.raises(TargetError, match="capabilities"):
        offered(lambda connection: connection.sendall(head + body))
