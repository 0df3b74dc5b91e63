"""asyncpg without a bridge: point lookups and commits over some connections, at full speed.

`python -m loadtests.peers.bare_asyncpg URL CONNECTIONS USERS` reads lines such as `lookups 1.5`, and prints for each a
count and the seconds that it took.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import asyncpg
import uvloop

from loadtests.peers.people import user_document, user_id, user_name

_TABLE = """CREATE TABLE IF NOT EXISTS bare_commits
    (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, document BYTEA NOT NULL)"""
_FIND = "SELECT document FROM users WHERE id = $1"
_PUT = "INSERT INTO bare_commits VALUES ($1, $2, $3)"


class Bare:
    """The connections, and what they do."""

    def __init__(self, connections: list[Any], users: int) -> None:
        self.connections = connections
        self.users = users
        self.numbers = itertools.count()
        self.document = json.dumps(user_document(1)).encode()

    async def look_up(self, connection: Any) -> None:
        """Find one user of the bridge's by id."""
        user = user_id(next(self.numbers) * 7919 % self.users)
        assert await connection.fetchval(_FIND, user) is not None

    async def commit(self, connection: Any) -> None:
        """Put one row of a kilobyte, with two unique indexes, in a transaction of its own."""
        number = next(self.numbers)
        await connection.execute(_PUT, user_id(number), user_name(number), self.document)

    async def repeat(self, act: Callable[[Any], Awaitable[None]], seconds: float) -> tuple[int, float]:
        """Do something on all connections until the time is over: how often, and how long it took."""
        started_at = perf_counter()

        async def work(connection: Any) -> int:
            done = 0
            while perf_counter() - started_at < seconds:
                await act(connection)
                done += 1
            return done

        counts = await asyncio.gather(*(work(connection) for connection in self.connections))
        return sum(counts), perf_counter() - started_at


async def serve(url: str, connections: int, users: int) -> None:
    """Do what the lines of the input say."""
    opened = [await asyncpg.connect(url) for _ in range(connections)]
    await opened[0].execute(_TABLE)
    bare = Bare(opened, users)
    acts = {"lookups": bare.look_up, "commits": bare.commit}
    print(json.dumps({"ready": True}), flush=True)
    while line := (await asyncio.to_thread(sys.stdin.readline)).split():
        count, seconds = await bare.repeat(acts[line[0]], float(line[1]))
        print(json.dumps({"count": count, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
