"""Why there is no connection, in one sentence that says what to do: with real sockets and certificates."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from harness.target.connection import Trouble, ask
from harness.target.target import free_port
from harness.target.trouble import say_trouble
from tests.servers import answering
from tests.tls import write_pair


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that hands each connection to `serve`; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        is_over = threading.Event()

        def run() -> None:
            while not is_over.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        connection.settimeout(2)
                        serve(connection)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            is_over.set()
            thread.join()


@contextlib.contextmanager
def secure(folder: Path, **shape: object) -> Iterator[tuple[int, str]]:
    """A TLS server with a certificate of that shape; yields its port and the certificate's file."""
    certificate, key = write_pair(folder, **shape)  # type: ignore[arg-type]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as encrypted:
            encrypted.recv(1024)

    with listening(serve) as port:
        yield port, str(certificate)


def said(url: str, ca_file: str | None = None) -> str:
    answer = ask(url, "token", ca_file)

    assert answer.trouble is Trouble.NO_ANSWER
    assert not answer.is_heard
    assert "Error" not in answer.said
    assert "token" not in answer.said
    return answer.said


def test_a_port_where_nobody_listens() -> None:
    port = free_port()

    assert said(f"http://127.0.0.1:{port}") == (
        f"http://127.0.0.1:{port} does not answer: "
        f"nothing listens at 127.0.0.1:{port}: check that the bridge runs, and its port"
    )


def test_a_name_that_is_not_known() -> None:
    assert "the name nobody.invalid is not known here" in said("http://nobody.invalid")


def test_a_certificate_that_nobody_here_trusts(tmp_path: Path) -> None:
    with secure(tmp_path) as (port, _):
        assert "is signed by itself and not trusted here: give the authority's certificate with --ca-file" in said(
            f"https://localhost:{port}"
        )


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"start_days": -9, "end_days": -2}, "has expired: renew it"),
        ({"start_days": 2, "end_days": 9}, "is not valid yet: compare the clocks"),
        ({"host": "bridge.example"}, "is for another name: use the name in the certificate"),
    ],
)
def test_a_trusted_certificate_that_does_not_fit(tmp_path: Path, shape: dict[str, object], words: str) -> None:
    with secure(tmp_path, **shape) as (port, certificate):
        assert f"the certificate of localhost:{port} {words}" in said(f"https://localhost:{port}", certificate)


def test_plain_http_behind_an_address_with_https() -> None:
    with answering(200) as url:
        assert "speaks plain HTTP, and the address says https" in said(url.replace("http:", "https:"))


def test_tls_behind_an_address_with_http(tmp_path: Path) -> None:
    with secure(tmp_path) as (port, _):
        assert f"localhost:{port} speaks TLS, and the address says http: use https" in said(f"http://localhost:{port}")


def test_a_server_that_closes_the_connection() -> None:
    with listening(lambda connection: None) as port:
        assert "closes the connection without an answer" in said(f"http://127.0.0.1:{port}")


def test_a_server_that_stops_in_the_middle_of_an_answer() -> None:
    with listening(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")) as port:
        assert "does not answer" in said(f"http://127.0.0.1:{port}")


def test_a_server_of_another_protocol() -> None:
    with listening(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n")) as port:
        assert "does not answer in HTTP: check the port" in said(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ConnectTimeout(), "takes no connection: a firewall may drop it"),
        (requests.ReadTimeout(), "takes the connection and then says nothing"),
        (requests.ConnectionError(OSError(113, "no route")), "there is no way from here to b.example:443"),
    ],
)
def test_silence(error: Exception, words: str) -> None:
    assert words in say_trouble(error, "https://b.example/scim")
