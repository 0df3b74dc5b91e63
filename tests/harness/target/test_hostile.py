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
from harness.record.exchange import Exchange, Request
from harness.target import transport as transports
from harness.target.connection import Trouble, ask
from harness.target.transport import Secrets, Transport

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
