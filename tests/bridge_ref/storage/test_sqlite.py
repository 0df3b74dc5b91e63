"""The embedded store: durability, shared commits, and failed commits."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.http.message import Headers, Response
from bridge_ref.storage.sqlite import SqliteStore
from bridge_ref.storage.store import StoreUnreadableError
from tests.bridge_ref.world import USER, World

JSON: Headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))


def create(world: World, user_name: str) -> Coroutine[Any, Any, Response]:
    body = b'{"schemas": ["%s"], "userName": "%s"}' % (USER.encode(), user_name.encode())
    return world.scim.handle("POST", "/scim/v2/Users", "", JSON, body)


class Watched:
    """A connection that counts commits, and fails them when told to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.commits = 0
        self.is_failing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: Any) -> Any:
        if sql == "COMMIT":
            self.commits += 1
            if self.is_failing:
                raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, *values)


@pytest.fixture
def watched(world: World) -> Watched:
    assert isinstance(world.store, SqliteStore)
    connection = Watched(world.store._connection)
    world.store._connection = connection  # type: ignore[assignment]
    return connection


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    first = World(tmp_path)
    ada = first.invite("ada@example.com", title="Countess")
    design = first.form("Design", ada)
    first.act("ada@example.com", "sign-up")
    shown, journal = first.send("GET", f"/Users/{ada}").body, first.control("GET", "journal").body
    first.close()

    second = World(tmp_path)

    assert second.send("GET", f"/Users/{ada}").body == shown
    assert second.members_of(design) == [ada]
    assert second.control("GET", "journal").body == journal
    assert second.state("ada@example.com") == "PENDING"
    second.close()


def test_the_clock_and_the_watcher_go_on_after_a_restart(tmp_path: Path) -> None:
    first = World(tmp_path)
    first.control("POST", "clock/advance", {"seconds": 86_400})
    first.invite("ada@example.com")
    first.act("ada@example.com", "sign-up")
    first.close()

    second = World(tmp_path)
    second.clock.advance(300)
    second.runner.run(second.service.tick())

    assert second.control("GET", "capabilities").body["now"] == "2026-03-03T12:06:00.000Z"
    assert second.state("ada@example.com") == "ACTIVE"
    second.close()


def test_what_became_due_while_the_bridge_was_down_is_done_at_the_start(tmp_path: Path) -> None:
    first = World(tmp_path)
    first.invite("ada@example.com")
    first.act("ada@example.com", "sign-up")
    first.close()

    second = World(tmp_path, late_s=3600)

    assert second.mail_to("ada@example.com") == ["invitation", "start"]
    second.close()


def test_writes_of_one_turn_share_a_commit(world: World, watched: Watched) -> None:
    async def at_once() -> list[Response]:
        return await asyncio.gather(*(create(world, f"person{number}@example.com") for number in range(20)))

    responses = world.runner.run(at_once())

    assert [response.status for response in responses] == [201] * 20
    assert watched.commits == 1


def test_a_failed_commit_is_a_503_for_all_and_leaves_nothing(world: World, watched: Watched) -> None:
    watched.is_failing = True

    async def at_once() -> list[Response]:
        reading = world.scim.handle("GET", "/scim/v2/Users", "", JSON, b"")
        return list(await asyncio.gather(create(world, "ada@example.com"), create(world, "grace@example.com"), reading))

    responses = world.runner.run(at_once())

    watched.is_failing = False
    assert [response.status for response in responses] == [503, 503, 503]
    assert world.send("GET", "/Users").body["totalResults"] == 0
    assert world.mail_to("ada@example.com") == []


def test_a_refused_write_leaves_the_others_of_its_turn_alone(world: World) -> None:
    async def at_once() -> list[Response]:
        return list(await asyncio.gather(create(world, "ada@example.com"), create(world, "ADA@example.com")))

    responses = world.runner.run(at_once())

    assert [response.status for response in responses] == [201, 409]
    assert world.send("GET", "/Users").body["totalResults"] == 1


def test_many_single_member_patches_at_once_all_land(world: World) -> None:
    people = [world.invite(f"person{number}@example.com") for number in range(10)]
    design = world.form("Design")

    async def at_once() -> list[Response]:
        path = f"/scim/v2/Groups/{design}"
        bodies = [
            b'{"Operations": [{"op": "Add", "path": "members", "value": [{"value": "%s"}]}]}' % each.encode()
            for each in people
        ]
        return await asyncio.gather(*(world.scim.handle("PATCH", path, "", JSON, body) for body in bodies))

    responses = world.runner.run(at_once())

    assert {response.status for response in responses} == {204}
    assert world.members_of(design) == sorted(people)


def test_a_folder_that_has_lost_its_store_is_refused(tmp_path: Path) -> None:
    World(tmp_path).close()
    (tmp_path / "bridge-ref.sqlite3").unlink()

    with pytest.raises(StoreUnreadableError, match="missing"):
        SqliteStore.open(tmp_path)


def test_a_store_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bridge-ref.sqlite3").write_bytes(b"not a database at all, but long enough to be read as one" * 20)

    with pytest.raises(StoreUnreadableError, match="cannot be read"):
        SqliteStore.open(tmp_path)


def test_two_bridges_cannot_share_a_folder(tmp_path: Path) -> None:
    first = World(tmp_path)

    with pytest.raises(StoreUnreadableError, match="in use"):
        SqliteStore.open(tmp_path)

    first.close()


def test_a_folder_that_is_made_is_nobody_elses_to_read(tmp_path: Path) -> None:
    world = World(tmp_path / "of" / "ours")
    world.close()

    assert (tmp_path / "of" / "ours").stat().st_mode & 0o077 == 0
