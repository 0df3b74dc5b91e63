"""Ends an exchange that takes too long as a whole: a socket's time-out ends silence alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Watch:
    """Knows the connections of one session, and cuts them when an exchange is over its time (`has_ended`)."""

    def __init__(self) -> None:
        self.has_ended = False
        self._connections: WeakSet[Any] = WeakSet()

    def pool_classes(self) -> dict[str, type[HTTPConnectionPool]]:
        """Pools whose connections this watch knows."""
        known = self._connections

        class Plain(HTTPConnection):
            def connect(self) -> None:
                known.add(self)
                super().connect()

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                known.add(self)
                super().connect()

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        return {"http": PlainPool, "https": SecurePool}

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """What is done inside takes no longer than this: then its connections are cut."""
        self.has_ended = False
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        self.has_ended = True
        for connection in list(self._connections):
            if connection.sock is not None:
                with suppress(OSError):
                    # Not the method of a TLS socket, which would take its parts away from who reads it.
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
