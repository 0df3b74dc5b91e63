"""The PostgreSQL store, which several bridges can share: one round trip and one commit for each change set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from itertools import count
from typing import Any, TypeVar

import asyncpg

from bridge_ref.account.changes import ChangeSet
from bridge_ref.decisions.queries import Find
from bridge_ref.storage import sql_commands
from bridge_ref.storage.connections import Connections
from bridge_ref.storage.migrate import FIND_VERSION, check, upgrade
from bridge_ref.storage.postgres_writes import render_change_set
from bridge_ref.storage.sql_commands import Do
from bridge_ref.storage.sql_queries import make_statement
from bridge_ref.storage.statement import Statement
from bridge_ref.storage.store import StaleError, StoreUnavailableError, StoreUnreadableError

T = TypeVar("T")

CONNECTIONS = 8
# Seconds. An answer that takes longer is as bad as none.
_TIMEOUT_S = 10.0
_STALE = "BR001"
# Conflicts with a concurrent transaction; deciding again resolves them.
_OVERTAKEN = (
    asyncpg.UniqueViolationError,
    asyncpg.ForeignKeyViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    OSError,
    TimeoutError,
)
_FAILURES = (*_GONE, asyncpg.PostgresError)
_SETTLED = " AND tx < pg_snapshot_xmin(pg_current_snapshot())"
# The numbers of events and messages continue after this, so that a client's `since` never points past new ones.
_EMPTY = """TRUNCATE memberships, grants, vaults, user_emails, users, user_blocks, groups, members, events, mail,
    settings, texts"""
_TIDY = """WITH gone AS (DELETE FROM user_blocks RETURNING level, block, live)
    INSERT INTO user_blocks SELECT level, block, sum(live) FROM gone GROUP BY level, block HAVING sum(live) <> 0"""
_MANY = 1000


class PostgresStore:
    """Rows for questions, and change sets into transactions of their own: whatever has been applied is durable."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    async def open(cls, url: str) -> "PostgresStore":
        """The store of a database, which `bridge-ref migrate` has made. Raises StoreUnreadableError."""
        store = cls(
            Connections(lambda: asyncpg.connect(url, command_timeout=_TIMEOUT_S, timeout=_TIMEOUT_S), CONNECTIONS)
        )
        try:
            check(await store._find_version(), "the database")
        except (*_GONE, asyncpg.PostgresError, ValueError) as error:
            raise StoreUnreadableError(f"the database cannot be reached: {_words(error)}") from error
        except BaseException:
            await store.close()
            raise
        return store

    async def find(self, question: Find[T]) -> T:
        """The rows that answer a question."""
        found: Any = make_statement(question)
        while type(found) is Statement:
            try:
                async with self._connections.one() as connection:
                    rows = await connection.fetch(_in_postgres(found.sql), *map(_parameter, found.values))
            except _FAILURES as error:
                raise _in_our_words(error) from error
            found = found.read(rows)
        answer: T = found
        return answer

    async def apply(self, change_set: ChangeSet) -> None:
        """Write a change set and commit it: all of it, or `StaleError` and nothing."""
        try:
            async with self._connections.one() as connection:
                await connection.execute("SELECT apply_change_set($1::jsonb)", render_change_set(change_set))
        except _FAILURES as error:
            raise _in_our_words(error) from error

    async def committed(self) -> None:
        """Nothing to wait for: what can be seen is committed."""

    async def do(self, command: Do[T]) -> T:
        """Carry out one command, in a transaction of its own."""
        statement = sql_commands.make_statement(command)
        async with self._one() as connection:
            rows = await connection.fetch(_in_postgres(statement.sql), *map(_parameter, statement.values))
        done: T = statement.read(rows)
        return done

    async def get_setting(self, name: str, default: int) -> int:
        """A number that is kept beside the account."""
        async with self._one() as connection:
            value = await connection.fetchval("SELECT value FROM settings WHERE name = $1", name)
        return default if value is None else int(value)

    async def put_setting(self, name: str, value: int) -> None:
        """Keep a number."""
        async with self._one() as connection:
            await connection.execute(
                "INSERT INTO settings VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name,
                value,
            )

    async def swap_setting(self, name: str, old: int, new: int) -> bool:
        """Keep a number if it still is `old`."""
        async with self._one() as connection:
            await connection.execute("INSERT INTO settings VALUES ($1, 0) ON CONFLICT DO NOTHING", name)
            done = "UPDATE settings SET value = $3 WHERE name = $1 AND value = $2 RETURNING 1"
            return await connection.fetchval(done, name, old, new) is not None

    async def empty(self) -> None:
        """Forget everything."""
        async with self._one() as connection:
            await connection.execute(_EMPTY)

    async def tidy(self) -> None:
        """Add the counts of users up, once there are many."""
        async with self._one() as connection:
            if await connection.fetchval("SELECT count(*) FROM user_blocks") > _MANY:
                await connection.execute(_TIDY)

    async def close(self) -> None:
        """Let go of the connections."""
        with suppress(*_GONE):
            await self._connections.close()

    async def _find_version(self) -> str | None:
        async with self._connections.one() as connection:
            try:
                version: str | None = await connection.fetchval(FIND_VERSION)
            except asyncpg.UndefinedTableError:
                return None
        return version

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[Any]:
        """A connection, with what can go wrong on it in our words."""
        try:
            async with self._connections.one() as connection:
                yield connection
        except _FAILURES as error:
            raise _in_our_words(error) from error


async def migrate(url: str) -> None:
    """Make the store in a database, or bring it to our version. Raises StoreUnreadableError."""
    import sqlalchemy.exc
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(upgrade)
    except (*_GONE, asyncpg.PostgresError, sqlalchemy.exc.DBAPIError, ValueError) as error:
        raise StoreUnreadableError(f"the database cannot be migrated: {_words(error)}") from error
    finally:
        await engine.dispose()


@cache
def _in_postgres(sql: str) -> str:
    numbers = count(1)
    sql = sql.replace("{in}", "= ANY(?::text[])").replace("{in_numbers}", "= ANY(?::bigint[])")
    numbered = "".join(f"${next(numbers)}" if each == "?" else each for each in sql)
    return numbered.replace("{settled}", _SETTLED)


def _parameter(value: Any) -> Any:
    # PostgreSQL knows no NUL in text: nothing that it holds can be equal to a key with one.
    if isinstance(value, tuple):
        return [_parameter(each) for each in value]
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _in_our_words(error: Exception) -> Exception:
    """Translate a failure: stale, store unavailable, or a bug of ours."""
    if isinstance(error, _OVERTAKEN) or getattr(error, "sqlstate", None) == _STALE:
        return StaleError(_words(error))
    return StoreUnavailableError(_words(error)) if isinstance(error, _GONE) else error


def _words(error: BaseException) -> str:
    """The text of an error, without the URL that may hold a password."""
    return f"{type(error).__name__}: {error}" if isinstance(error, asyncpg.PostgresError) else type(error).__name__
