"""A small pool of connections to PostgreSQL, lent for one query at a time.

asyncpg has a pool of its own, which makes a task and a proxy for each use; for questions of 50 microseconds that is
more than the question. What it does beside that, we do not need: we leave nothing in a session that had to be reset.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
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

    def one(self) -> "_Loan":
        """A connection for the length of the context. Whatever `connect` raises is raised there."""
        return _Loan(self)

    async def close(self) -> None:
        """Close all connections; none may be in use."""
        while self._free:
            await self._free.pop().close()
            self._made -= 1

    async def take(self) -> Connection:
        """A connection that is free; to be given back."""
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

    def give_back(self, connection: Connection) -> None:
        """Let the next one have it."""
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
        """A waiter that gave up after it was called passes its turn on."""
        if turn.done() and not turn.cancelled():
            self._wake()


class _Loan:
    # Not made of a generator: that costs as much as a third of a question.
    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __aenter__(self) -> Connection:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(self, *error: object) -> None:
        self._connections.give_back(self._connection)
