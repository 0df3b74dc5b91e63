"""Locations of a store: a folder with SQLite, or a PostgreSQL database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge_ref.storage import sqlite
from bridge_ref.storage.sqlite import SqliteStore
from bridge_ref.storage.store import Store


class StoreLocation(Protocol):
    """The place of one store. Both methods raise StoreUnreadableError."""

    async def open(self) -> Store:
        """The store that is kept there."""
        ...

    async def migrate(self) -> None:
        """Bring the store to the version that this bridge reads."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with an SQLite database; only one process can have it open."""

    path: Path

    async def open(self) -> Store:
        """The store in the folder; a new folder gets a new one."""
        return SqliteStore.open(self.path)

    async def migrate(self) -> None:
        """Bring the store to the version that this bridge reads."""
        sqlite.migrate(self.path)


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL database, which several processes share."""

    url: str

    async def open(self) -> Store:
        """The store in the database."""
        # Here, since asyncpg comes with an extra; the command line has looked whether it is there.
        from bridge_ref.storage.postgres import PostgresStore

        return await PostgresStore.open(self.url)

    async def migrate(self) -> None:
        """Bring the store to the version that this bridge reads; an empty database gets a new one."""
        from bridge_ref.storage.postgres import migrate

        await migrate(self.url)
