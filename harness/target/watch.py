"""Ends an exchange that takes too long as a whole: a socket's time-out ends silence alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet, finalize

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Watch:
    """Knows the connections of one session, and cuts them when an exchange is over its time (`has_ended`)."""

    def __init__(self) -> None:
        self._cut = _Cut()
        self._alarm = Alarm(self._cut.cut)
        finalize(self, self._alarm.stop)

    @property
    def has_ended(self) -> bool:
        """Whether the exchange that ran last was cut."""
        return self._cut.was_made

    def pool_classes(self) -> dict[str, type[HTTPConnectionPool]]:
        """Pools whose connections this watch knows."""
        known = self._cut.connections

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
        self._cut.was_made = False
        self._alarm.set(seconds)
        try:
            yield
        finally:
            self._alarm.clear()


class _Cut:
    """What is cut, and whether it was."""

    def __init__(self) -> None:
        self.was_made = False
        self.connections: WeakSet[Any] = WeakSet()

    def cut(self) -> None:
        self.was_made = True
        for connection in list(self.connections):
            if connection.sock is not None:
                with suppress(OSError):
                    # Not the method of a TLS socket, which would take its parts away from who reads it.
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


class Alarm:
    """Calls `ring` when it was set and not cleared in time; set again for each of thousands of exchanges.

    One thread sleeps for all of them. It is not woken when the alarm is set or cleared, but looks again when it would
    have rung: a thread for each exchange took a third of the time of an exchange.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._changed = threading.Condition()
        self._until: float | None = None
        self._pause_s = 0.0
        self._looks_at = 0.0
        self._is_asleep = False
        self._has_stopped = False

    def set(self, seconds: float) -> None:
        """Ring in so many seconds."""
        with self._changed:
            self._until, self._pause_s = time.monotonic() + seconds, seconds
            if not self._is_asleep:
                self._is_asleep, self._looks_at = True, self._until
                threading.Thread(target=self._sleep, daemon=True).start()
            elif self._until < self._looks_at:
                self._changed.notify()

    def clear(self) -> None:
        """Do not ring."""
        with self._changed:
            self._until = None

    def stop(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._has_stopped = True
            self._changed.notify()

    def _sleep(self) -> None:
        with self._changed:
            while not self._has_stopped:
                now = time.monotonic()
                if self._until is not None and self._until <= now:
                    self._until = None
                    self._ring()
                self._looks_at = now + self._pause_s if self._until is None else self._until
                self._changed.wait(self._looks_at - now)
