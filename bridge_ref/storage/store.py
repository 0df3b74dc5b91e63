"""The store: one SQLite database, and the commits that several writes share."""

import asyncio
import fcntl
import sqlite3
from pathlib import Path
from typing import IO, Any

from bridge_ref.account.changes import ChangeSet
from bridge_ref.find import Find
from bridge_ref.storage.reads import read
from bridge_ref.storage.tables import EMPTIED, TABLES, VERSION
from bridge_ref.storage.writes import StaleError, write

__all__ = ["StaleError", "Store", "StoreUnavailableError", "StoreUnreadableError"]


class StoreUnavailableError(Exception):
    """The store could not keep what it was given: nothing of it may be reported as done."""


class StoreUnreadableError(Exception):
    """A folder that held a store, and holds none that can be read."""


_MARKER = "bridge-ref.folder"
_DATABASE = "bridge-ref.sqlite3"
_LOCK = "bridge-ref.lock"


class Store:
    """Rows for questions, and change sets into transactions.

    Writes of one turn of the event loop share a transaction, each under a savepoint of its own. Whoever has
    seen or written anything in it waits for `committed()` before answering.
    """

    def __init__(self, connection: sqlite3.Connection, lock: IO[str] | None = None) -> None:
        self._connection = connection
        self._lock = lock
        self._committed: asyncio.Future[None] | None = None

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """The store in a folder: made if the folder is new, refused if it should be there and is not."""
        marker, database = folder / _MARKER, folder / _DATABASE
        if marker.exists() and not database.exists():
            raise StoreUnreadableError(f"{folder} has held a store, and {database.name} is missing")
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise StoreUnreadableError(f"{folder} is in use by another bridge") from None
        store = cls(_connect(database), lock)
        marker.write_text("The data of a bridge-ref. Do not delete single files of it.\n")
        return store

    def find(self, question: Find[Any]) -> Any:
        """The rows that answer a question, uncommitted ones included."""
        try:
            return read(self._connection, question)
        except sqlite3.OperationalError as error:
            raise StoreUnavailableError(str(error)) from error

    def apply(self, change_set: ChangeSet) -> None:
        """Write a change set into the transaction of this turn: all of it, or `StaleError` and nothing."""
        self._begin()
        self._connection.execute("SAVEPOINT change_set")
        try:
            write(self._connection, change_set)
        except BaseException as error:
            self._connection.execute("ROLLBACK TO change_set")
            self._connection.execute("RELEASE change_set")
            if isinstance(error, sqlite3.IntegrityError):
                # Somebody else was given the name or the id in the meantime.
                raise StaleError(str(error)) from error
            if isinstance(error, sqlite3.OperationalError):
                raise StoreUnavailableError(str(error)) from error
            raise
        self._connection.execute("RELEASE change_set")

    async def committed(self) -> None:
        """Return once what was seen and written is durable; `StoreUnavailableError` if it cannot be."""
        if self._committed is not None:
            await asyncio.shield(self._committed)

    def get_setting(self, name: str, default: int) -> int:
        """A number that is kept beside the account."""
        row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else int(row[0])

    def put_setting(self, name: str, value: int) -> None:
        """Keep a number, in the transaction of this turn."""
        self._begin()
        self._connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def empty(self) -> None:
        """Forget everything, in the transaction of this turn."""
        self._begin()
        for table in EMPTIED:
            self._connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """Commit what is open and let go of the files."""
        self._commit()
        self._connection.close()
        if self._lock is not None:
            self._lock.close()

    def _begin(self) -> None:
        if self._committed is not None:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise StoreUnavailableError(str(error)) from error
        loop = asyncio.get_running_loop()
        self._committed = loop.create_future()
        loop.call_soon(self._commit)

    def _commit(self) -> None:
        committed, self._committed = self._committed, None
        if committed is None:
            return
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if not committed.done():
                committed.set_exception(StoreUnavailableError(str(error)))
                committed.exception()  # Looked at: with nobody waiting, asyncio would log it.
            return
        if not committed.done():
            committed.set_result(None)


def _connect(database: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 0"):
            connection.execute(f"PRAGMA {pragma}")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        elif found != VERSION:
            raise StoreUnreadableError(f"{database} has version {found}; this bridge reads version {VERSION}")
    except sqlite3.DatabaseError as error:
        raise StoreUnreadableError(f"{database} cannot be read: {error}") from error
    return connection
