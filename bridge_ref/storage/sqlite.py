"""The SQLite store: one database in a folder; concurrent writes share a commit."""

import asyncio
import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from bridge_ref.account.changes import ChangeSet
from bridge_ref.decisions.queries import Find
from bridge_ref.storage import sql_commands
from bridge_ref.storage.migrate import FIND_VERSION, check, upgrade
from bridge_ref.storage.sql_commands import Do
from bridge_ref.storage.sql_queries import make_statement
from bridge_ref.storage.sqlite_writes import write
from bridge_ref.storage.statement import Statement
from bridge_ref.storage.store import StaleError, StoreUnavailableError, StoreUnreadableError

T = TypeVar("T")

_MARKER = "bridge-ref.folder"
_DATABASE = "bridge-ref.sqlite3"
_LOCK = "bridge-ref.lock"
_PRAGMAS = (
    # The lock on the folder keeps other processes out, so no lock is needed for each read.
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 0",
    "mmap_size = 8589934592",
    "cache_size = -16000",
)
# The numbers of events and messages continue after this, so that a client's `since` never points past new ones.
_EMPTIED = (
    "memberships",
    "grants",
    "vaults",
    "users",
    "user_blocks",
    "groups",
    "members",
    "events",
    "mail",
    "settings",
    "texts",
)


class SqliteStore:
    """The embedded store.

    Only `committed` waits, so a decision and its writes are atomic to all others. Writes of one turn
    of the event loop share a transaction, each under its own savepoint. A caller that has read or written in it
    waits for `committed()` before answering.
    """

    def __init__(self, database: Path, connection: sqlite3.Connection, lock: IO[str]) -> None:
        self._database = database
        self._inode = database.stat().st_ino
        self._connection = connection
        self._lock = lock
        self._committed: asyncio.Future[None] | None = None

    @classmethod
    def open(cls, folder: Path) -> "SqliteStore":
        """The store in a folder: made if the folder is new, refused if it should be there and is not.

        Raises StoreUnreadableError.
        """
        database = folder / _DATABASE
        lock = lock_folder(folder)
        try:
            if not database.exists():
                _make(folder)
            return cls(database, _connect(database), lock)
        except BaseException:
            lock.close()
            raise

    async def find(self, question: Find[T]) -> T:
        """The rows that answer a question, uncommitted ones included."""
        found: Any = make_statement(question)
        while type(found) is Statement:
            values = [_encode(value) if type(value) is tuple else value for value in found.values]
            try:
                rows = self._connection.execute(_in_sqlite(found.sql), values).fetchall()
            except sqlite3.Error as error:
                raise StoreUnavailableError(str(error)) from error
            found = found.read(rows)
        answer: T = found
        return answer

    async def apply(self, change_set: ChangeSet) -> None:
        """Write a change set into the transaction of this turn: all of it, or `StaleError` and nothing."""
        self._begin()
        with _unavailable():
            self._connection.execute("SAVEPOINT change_set")
        try:
            write(self._connection, change_set)
        except BaseException as error:
            self._take_back()
            if isinstance(error, sqlite3.IntegrityError):
                # Somebody else was given the name or the id in the meantime.
                raise StaleError(str(error)) from error
            if isinstance(error, sqlite3.Error):
                raise StoreUnavailableError(str(error)) from error
            raise
        self._connection.execute("RELEASE change_set")

    def _take_back(self) -> None:
        # A full disk may have ended the whole transaction; then the commit fails for all who share it.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK TO change_set")
            self._connection.execute("RELEASE change_set")

    async def committed(self) -> None:
        """Return once what was seen and written is durable; `StoreUnavailableError` if it cannot be."""
        if self._committed is not None:
            await asyncio.shield(self._committed)

    async def do(self, command: Do[T]) -> T:
        """Carry out one command, in the transaction of this turn."""
        statement = sql_commands.make_statement(command)
        self._begin()
        with _unavailable():
            done: T = statement.read(self._connection.execute(statement.sql, statement.values).fetchall())
        return done

    async def get_setting(self, name: str, default: int) -> int:
        """A number that is kept beside the account."""
        self._check_presence()
        with _unavailable():
            row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else int(row[0])

    async def put_setting(self, name: str, value: int) -> None:
        """Keep a number, in the transaction of this turn."""
        self._begin()
        with _unavailable():
            self._connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    async def swap_setting(self, name: str, old: int, new: int) -> bool:
        """Keep a number if it still is `old`, in the transaction of this turn."""
        if await self.get_setting(name, 0) != old:
            return False
        await self.put_setting(name, new)
        return True

    async def empty(self) -> None:
        """Forget everything, in the transaction of this turn."""
        self._begin()
        with _unavailable():
            for table in _EMPTIED:
                self._connection.execute(f"DELETE FROM {table}")

    async def tidy(self) -> None:
        """Nothing: counts are kept as they change."""

    async def close(self) -> None:
        """Commit what is open and let go of the files."""
        self._commit()
        self._connection.close()
        self._lock.close()

    def _begin(self) -> None:
        if self._committed is not None:
            return
        self._check_presence()
        with _unavailable():
            self._connection.execute("BEGIN IMMEDIATE")
        loop = asyncio.get_running_loop()
        self._committed = loop.create_future()
        loop.call_soon(self._commit)

    def _check_presence(self) -> None:
        # SQLite keeps writing to a deleted file; acknowledged writes would be lost with the process.
        try:
            is_there = self._database.stat().st_ino == self._inode
        except OSError:
            is_there = False
        if not is_there:
            raise StoreUnavailableError(f"{self._database} is gone, or is another file now")

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
                committed.exception()  # Retrieved, or asyncio would log it when no task waits.
            return
        if not committed.done():
            committed.set_result(None)


def lock_folder(folder: Path) -> IO[str]:
    """Make the folder and keep other bridges out of it until the file is closed. Raises StoreUnreadableError."""
    if (folder / _MARKER).exists() and not (folder / _DATABASE).exists():
        raise StoreUnreadableError(f"{folder} has held a store, and {_DATABASE} is missing")
    # The folder holds invitation links and personal data: for its owner only.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / _LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise StoreUnreadableError(f"{folder} is in use by another bridge") from None
    return lock


def migrate(folder: Path) -> None:
    """Bring the store in a folder to our version; a new folder gets a new store. Raises StoreUnreadableError."""
    with lock_folder(folder):
        if (folder / _DATABASE).exists():
            _migrate(folder / _DATABASE)
        else:
            _make(folder)


def _make(folder: Path) -> None:
    # Under another name first, so that a half-made store is never taken for a whole one.
    unfinished = folder / f"{_DATABASE}.new"
    unfinished.unlink(missing_ok=True)
    _migrate(unfinished)
    unfinished.replace(folder / _DATABASE)
    (folder / _MARKER).write_text("The data of a bridge-ref. Do not delete single files of it.\n")


def _migrate(database: Path) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"sqlite:///{database}")
    try:
        with engine.connect() as connection:
            upgrade(connection)
    except sqlalchemy.exc.DatabaseError as error:
        raise StoreUnreadableError(f"{database} cannot be read: {error.orig}") from error
    finally:
        engine.dispose()


def _connect(database: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        row = connection.execute(FIND_VERSION).fetchone() if "alembic_version" in tables else None
    except sqlite3.DatabaseError as error:
        raise StoreUnreadableError(f"{database} cannot be read: {error}") from error
    check(row[0] if row else None, str(database))
    return connection


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailableError(str(error)) from error


@cache
def _in_sqlite(sql: str) -> str:
    among = "IN (SELECT value FROM json_each(?))"
    return sql.replace("{in}", among).replace("{in_numbers}", among).replace("{settled}", "")


def _encode(values: tuple[str | int, ...]) -> str:
    return msgspec.json.encode(values).decode()
