"""A store of an earlier version is migrated without loss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

from bridge_ref.storage import postgres, sqlite
from bridge_ref.storage.migrate import upgrade
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import World

FILLED = (
    """INSERT INTO members (id, email, email_key, name, type, state, managed, invitation, created_ms, updated_ms)
        VALUES ('M1', 'ada@example.com', 'ada@example.com', 'Ada', 'MEMBER', 'INVITED', TRUE, 's1', 5, 10),
        ('M2', 'grace@example.com', 'grace@example.com', 'Grace', 'MEMBER', 'SUSPENDED', TRUE, NULL, 5, 20)""",
    """INSERT INTO groups (id, scim_id, name, name_key, type, managed, created_ms, modified_ms)
        VALUES ('G1', 'g1', 'Design', 'design', 'USER_DEFINED', TRUE, 5, 5)""",
    "INSERT INTO memberships VALUES ('G1', 'M1')",
    "INSERT INTO events (at_ms, event, member_id, state) VALUES (5, 'invited', 'M1', 'INVITED')",
    """INSERT INTO mail (at_ms, recipient, recipient_key, kind, subject, links)
        VALUES (5, 'ada@example.com', 'ada@example.com', 'invitation', 'Hello', 'https://account.invalid/join/s1')""",
)


def _fill(connection: sqlalchemy.Connection) -> None:
    upgrade(connection, "0001")
    for statement in FILLED:
        connection.exec_driver_sql(statement)
    connection.commit()


def on_sqlite(folder: Path) -> Path | str:
    asyncio.run(sqlite.SqliteStore.open(folder).close())
    (folder / "bridge-ref.sqlite3").unlink()
    engine = sqlalchemy.create_engine(f"sqlite:///{folder / 'bridge-ref.sqlite3'}")
    with engine.connect() as connection:
        _fill(connection)
    engine.dispose()
    sqlite.migrate(folder)
    return folder


def on_postgres(folder: Path) -> Path | str:
    url = new_database(is_empty=True)

    async def fill() -> None:
        engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
        async with engine.connect() as connection:
            await connection.run_sync(_fill)
        await engine.dispose()

    asyncio.run(fill())
    asyncio.run(postgres.migrate(url))
    return url


@pytest.mark.parametrize("make", [on_sqlite, on_postgres])
def test_a_store_of_the_first_version_goes_on(make: Callable[[Path], Path | str], tmp_path: Path) -> None:
    """SEED-26"""
    world = World(make(tmp_path / "data"))

    ada, grace = world.member("ada@example.com"), world.member("grace@example.com")
    signed_up = world.act("ada@example.com", "sign-up", {"link": "https://account.invalid/join/s1"})

    assert (ada["state"], ada["groups"], ada["owner"]) == ("INVITED", ["G1"], False)
    assert grace["suspended_at"] == "1970-01-01T00:00:00.020Z"
    # The link counts from the last change, which is decades ago by now.
    assert (signed_up.status, signed_up.body["error"]) == (409, "This invitation link has expired.")
    assert world.events() == ["invited", "refused"]
    assert world.mail_to("ada@example.com") == ["invitation"]
    world.close()
