"""The bytes of requests as they come out of the transport, for tests that compare them literally."""

from __future__ import annotations

import socket
import threading

from harness.clock import SystemClock
from harness.record.exchange import Request
from harness.target.secrets import Secrets
from harness.target.transport import Transport


def heard(*requests: Request) -> list[str]:
    """What a bridge hears of these requests, on one connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        port = server.getsockname()[1]
        said: list[bytes] = []
        thread = threading.Thread(target=_hear, args=(server, said, len(requests)), daemon=True)
        thread.start()
        transport = Transport(f"http://127.0.0.1:{port}/scim", Secrets({"scim": "mf-demo-token"}), SystemClock())
        for request in requests:
            transport.send(request)
        thread.join(10)
    return [each.decode().replace(f"127.0.0.1:{port}", "bridge.marigold.example") for each in said]


def _hear(server: socket.socket, said: list[bytes], count: int) -> None:
    connection, _ = server.accept()
    with connection:
        for _ in range(count):
            message = connection.recv(65536)
            head, _, body = message.partition(b"\r\n\r\n")
            length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0] or 0)
            while len(body) < length:
                part = connection.recv(65536)
                message, body = message + part, body + part
            said.append(message)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
