"""A handful of connections to PostgreSQL, handed out one question at a time.

asyncpg has a pool of its own, which makes a task and a proxy for each use; for questions of 50 microseconds that is
more than the question. What it does beside that, we do not need: we leave nothing in a session that had to be reset.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Connection = Any


class Connections:
    """At most `size` connections, made when they are needed; one that has broken is replaced by the next use."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int) -> None:
        self._connect = connect
        self._size = size
        self._made = 0
        self._free: list[Connection] = []
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        """A connection for the length of the context. Whatever `connect` raises is raised here."""
        connection = await self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    async def close(self) -> None:
        """Close all that are free; nobody may be using one any more."""
        while self._free:
            await self._free.pop().close()
            self._made -= 1

    async def _take(self) -> Connection:
        while True:
            while self._free:
                connection = self._free.pop()
                if not connection.is_closed():
                    return connection
                self._made -= 1
            if self._made < self._size:
                return await self._make()
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                self._pass_on(turn)
                raise

    async def _make(self) -> Connection:
        self._made += 1
        try:
            return await self._connect()
        except BaseException:
            self._made -= 1
            self._wake()
            raise

    def _give_back(self, connection: Connection) -> None:
        if connection.is_closed():
            self._made -= 1
        else:
            self._free.append(connection)
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _pass_on(self, turn: "asyncio.Future[None]") -> None:
        """Whoever gave up waiting, after being called, lets the next one have the turn."""
        if turn.done() and not turn.cancelled():
            self._wake()
