"""The byte-exact client: a listening socket shows exactly what was sent, and answers exactly what a test gives."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from harness.clock import SystemClock
from harness.raw import BODY_LIMIT, PLAIN, RawClient, Wire, complete
from harness.record.exchange import Exchange, Request
from harness.target.secrets import Secrets
from harness.target.transport import Transport

TOKEN = "t0ken-of-the-bridge"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
READ = Request("GET", "/Users", "list users")


@dataclass
class Listener:
    """What came in, once the connection has ended or the request was whole."""

    port: int
    got: bytearray = field(default_factory=bytearray)


@contextmanager
def listening(answer: bytes, wait_for: bytes = b"\r\n\r\n", keeps_open: bool = False) -> Iterator[Listener]:
    """A server for one connection: reads until `wait_for` has come or nothing more does, then gives the answer."""
    released = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1])

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while wait_for not in listener.got and (part := connection.recv(65536)):
                    listener.got += part
                connection.sendall(answer)
                if keeps_open:
                    released.wait(30)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener
        released.set()
        thread.join(30)


def client(port: int, limit_s: float = 30.0) -> RawClient:
    secrets = Secrets({"scim": TOKEN, "wrong": "never-issued"})
    return RawClient(f"http://127.0.0.1:{port}/scim/v2", secrets, SystemClock(), limit_s=limit_s)


def sent(request: Request, wire: Wire = PLAIN, wait_for: bytes = b"\r\n\r\n") -> str:
    """What a request puts on the wire; the port, which the system chose, as PORT."""
    with listening(EMPTY, wait_for) as listener:
        client(listener.port).send(request, wire)
    return listener.got.decode("latin-1").replace(str(listener.port), "PORT")


def answered(answer: bytes, request: Request = READ, keeps_open: bool = False, limit_s: float = 30.0) -> Exchange:
    with listening(answer, keeps_open=keeps_open) as listener:
        return client(listener.port, limit_s).send(request)


def test_nothing_is_added_but_the_credential() -> None:
    assert sent(READ) == f"GET /scim/v2/Users HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"


def test_without_a_credential_there_is_no_header_at_all() -> None:
    request = Request("GET", "/Users", "list users", (("Authorization", ""),), credential=None)

    assert sent(request) == "GET /scim/v2/Users HTTP/1.1\r\n\r\n"


def test_headers_keep_their_order_their_letters_and_their_number() -> None:
    headers = (("x-B", "1"), ("aCCept", "a/b"), ("HOST", ""), ("Accept", "c/d"), ("x-b", "2"), ("Authorization", ""))

    assert sent(Request("GET", "/Users?a=b", "read", headers)) == (
        "GET /scim/v2/Users?a=b HTTP/1.1\r\nx-B: 1\r\naCCept: a/b\r\nHOST: 127.0.0.1:PORT\r\nAccept: c/d\r\n"
        f"x-b: 2\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    )


def test_a_complete_request_has_what_http_asks_for() -> None:
    request = complete(Request("POST", "/Users", "create", (("Authorization", ""),), "ä".encode()))

    assert sent(request, wait_for="ä".encode()) == (
        f"POST /scim/v2/Users HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Connection: close\r\nContent-Length: 2\r\n\r\n\xc3\xa4"
    )


def test_any_method_target_form_and_version() -> None:
    request = Request("BREW", "/Users", "brew", credential=None)

    assert sent(request, Wire(is_absolute=True, version="HTTP/1.0")) == (
        "BREW http://127.0.0.1:PORT/scim/v2/Users HTTP/1.0\r\n\r\n"
    )


def test_a_body_goes_in_parts() -> None:
    request = Request("POST", "/Users", "create", (("Transfer-Encoding", "chunked"),), b"abcdefgh", credential=None)

    assert sent(request, Wire(chunks=(1, 5)), wait_for=b"0\r\n\r\n") == (
        "POST /scim/v2/Users HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n5\r\nbcdef\r\n2\r\ngh\r\n0\r\n\r\n"
    )


def test_a_request_is_cut_off() -> None:
    request = Request("POST", "/Users", "create", (("Content-Length", "8"),), b"abcdefgh", credential=None)

    assert sent(request, Wire(cut_after=55), wait_for=b"never") == (
        "POST /scim/v2/Users HTTP/1.1\r\nContent-Length: 8\r\n\r\nabcd"
    )


def test_an_exchange_is_kept_without_its_secret() -> None:
    body = f'{{"echo": "{TOKEN}"}}'.encode()
    with listening(b"HTTP/1.1 200 OK\r\nX-Debug: " + TOKEN.encode() + b"\r\n\r\n" + body) as listener:
        kept = client(listener.port).send(complete(READ))

    assert TOKEN not in repr(kept)
    assert kept.header("X-Debug") == "‹credential:scim›"
    assert kept.json == {"echo": "‹credential:scim›"}
    assert ("Authorization", "Bearer ‹credential:scim›") in kept.request.headers


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, b"{}"),
        (b"HTTP/1.0 200\r\n\r\nall of it", 200, b"all of it"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}", 201, b"{}"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n", 200, b"{}"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}"), 200, b"{}"),
        (EMPTY, 204, b""),
    ],
    ids=["counted", "to the end", "after an interim one", "chunked", "compressed", "none"],
)
def test_an_answer_is_read(answer: bytes, status: int, body: bytes) -> None:
    exchange = answered(answer)

    assert (exchange.status, exchange.response and exchange.response.body, exchange.lost) == (status, body, "")


def test_more_and_less_than_the_stated_length_is_seen() -> None:
    more = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{} and more", complete(READ))
    less = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", complete(READ))

    assert more.response
    assert more.response.body == b"{} and more"
    assert less.response
    assert less.response.body == b"{}"


def test_a_kept_connection_is_not_waited_for() -> None:
    exchange = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", keeps_open=True)

    assert exchange.response
    assert exchange.response.body == b"{}"


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        (b"", "the headers of the answer broke off"),
        (b"SSH-2.0-server\r\n\r\n", "the answer does not begin as HTTP does: 'SSH-2.0-server'"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000, "the headers of the answer are longer than 262144 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "the body of the answer broke off"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "a part of the answer has no length: b'zz'",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip", "the connection was lost"),
    ],
    ids=["nothing", "another protocol", "endless headers", "cut short", "no length", "not compressed"],
)
def test_an_answer_that_is_none_is_lost(answer: bytes, lost: str) -> None:
    exchange = answered(answer)

    assert exchange.response is None
    assert exchange.lost.startswith(lost)


def test_silence_ends() -> None:
    exchange = answered(b"HTTP/1.1 200 OK\r\n", keeps_open=True, limit_s=0.2)

    assert exchange.lost == "the headers of the answer did not come in time"


def test_what_unpacks_to_too_much_is_cut() -> None:
    bomb = gzip.compress(bytes(BODY_LIMIT + 1))

    exchange = answered(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb)

    assert exchange.response
    assert len(exchange.response.body) == BODY_LIMIT


def test_nobody_at_the_port_is_a_lost_exchange() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert client(port).send(READ).lost == "the connection was refused"


def test_a_client_beside_a_transport_has_its_target_and_its_secrets() -> None:
    with listening(EMPTY) as listener:
        base = f"http://127.0.0.1:{listener.port}/scim/v2"
        RawClient.beside(Transport(base, Secrets({"scim": TOKEN}), SystemClock())).send(READ)

    assert f"Bearer {TOKEN}".encode() in listener.got
