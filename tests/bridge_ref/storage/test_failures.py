"""Failing stores (full, gone, restarted): acknowledged writes stay, others are refused, and work continues."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge_ref.storage.sqlite import SqliteStore
from tests.bridge_ref.postgres import OwnServer, new_database
from tests.bridge_ref.world import USER, World

pytestmark = pytest.mark.slow


def names_in(world: World) -> set[str]:
    page = world.send("GET", "/Users", count="1000").body
    assert page["totalResults"] == len(page["Resources"])
    return {user["userName"] for user in page["Resources"]}


def is_healthy(world: World) -> bool:
    return bool(world.control("GET", "health").body["status"] == "ok")


def test_a_full_store_refuses_with_503_and_goes_on_once_there_is_room(world: World) -> None:
    assert isinstance(world.store, SqliteStore)
    connection = world.store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    kept, refused = set(), []

    for number in range(200):
        name = f"person{number}@example.com"
        reply = world.send("POST", "/Users", {"schemas": [USER], "userName": name, "title": "x" * 500})
        kept.add(name) if reply.status == 201 else refused.append(reply)

    assert {reply.status for reply in refused} == {503}
    assert refused[0].headers["retry-after"] == "5"
    assert refused[0].body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert names_in(world) == kept
    connection.execute("PRAGMA max_page_count = 1000000")
    world.invite("late@example.com")
    assert names_in(world) == {*kept, "late@example.com"}
    assert world.mail_to("late@example.com") == ["invitation"]


def test_a_full_store_fails_all_who_share_the_commit(world: World) -> None:
    assert isinstance(world.store, SqliteStore)
    connection = world.store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))

    async def at_once() -> list[int]:
        body = '{{"schemas": ["{}"], "userName": "person{}@example.com", "title": "{}"}}'
        bodies = [body.format(USER, number, "x" * 3000).encode() for number in range(30)]
        asked = [world.scim.handle("POST", "/scim/v2/Users", "", headers, each) for each in bodies]
        return [response.status for response in await asyncio.gather(*asked)]

    statuses = world.runner.run(at_once())

    assert 503 in statuses
    connection.execute("PRAGMA max_page_count = 1000000")
    assert names_in(world) == {f"person{n}@example.com" for n, status in enumerate(statuses) if status == 201}


def test_a_store_whose_file_is_gone_acknowledges_nothing(world: World, tmp_path: Path) -> None:
    world.invite("ada@example.com")
    os.rename(tmp_path / "data" / "bridge-ref.sqlite3", tmp_path / "elsewhere")

    reply = world.send("POST", "/Users", {"schemas": [USER], "userName": "grace@example.com"})

    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert not is_healthy(world)
    os.rename(tmp_path / "elsewhere", tmp_path / "data" / "bridge-ref.sqlite3")
    world.invite("grace@example.com")
    assert is_healthy(world)


@pytest.fixture
def server() -> Iterator[OwnServer]:
    made = OwnServer()
    yield made
    made.close()


def test_a_database_that_crashes_and_returns_is_used_again(server: OwnServer) -> None:
    world = World(server.url)
    world.invite("ada@example.com")

    server.stop()
    while_away = [
        world.send("POST", "/Users", {"schemas": [USER], "userName": "grace@example.com"}),
        world.send("GET", "/Users"),
    ]
    away_health = is_healthy(world)
    server.start()

    assert [reply.status for reply in while_away] == [503, 503]
    assert not away_health
    # At most as many requests fail as there were connections; then each is a new one.
    statuses = [world.send("GET", "/Users").status for _ in range(9)]
    assert statuses[-1] == 200
    world.invite("grace@example.com")
    assert names_in(world) == {"ada@example.com", "grace@example.com"}
    assert world.mail_to("grace@example.com") == ["invitation"]
    assert is_healthy(world)
    world.close()


def test_two_bridges_on_one_database_tell_one_story() -> None:
    url = new_database()
    first, second = World(url), World(url)
    headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))
    body = b'{"schemas": ["%s"], "userName": "ada@example.com"}' % USER.encode()

    # Each world has a loop of its own, and so two requests of two bridges alternate; twice each, for good measure.
    statuses = [
        world.runner.run(world.scim.handle("POST", "/scim/v2/Users", "", headers, body)).status
        for world in (first, second, first, second)
    ]
    first.act("ada@example.com", "sign-up")
    for world in (first, second):
        world.clock.advance(300)
        world.runner.run(world.service.tick())

    assert statuses == [201, 409, 409, 409]
    assert second.mail_to("ada@example.com") == ["invitation", "start"]
    assert second.state("ada@example.com") == "ACTIVE"
    second.control("POST", "clock/advance", {"seconds": 3600})
    first.runner.run(first.service.tick())
    assert first.control("GET", "capabilities").body["now"] == second.control("GET", "capabilities").body["now"]
    first.close()
    second.close()
