"""The rotation of credentials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.credentials.session import parse_session
from bridge_ref.decisions.queries import FindTokens
from bridge_ref.storage.sql_commands import AddToken, ExpireTokens, RetireTokens
from tests.bridge_ref.bearer import bearer
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import World


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data" if request.param == "sqlite" else new_database())
    yield made
    made.close()


def test_rotation_lets_both_in_for_a_while_and_then_the_new_one_alone(anywhere: World) -> None:
    """SEED-28, SEC-08."""
    anywhere.invite("ada@example.com")
    before = anywhere.control("GET", "members").body, anywhere.control("GET", "mail").body

    rotated = anywhere.control("POST", "credentials/rotate", {"overlap_seconds": 60})
    new = rotated.body["token"]
    both = [anywhere.send("GET", "/Users", token=token).status for token in ("right-token", new)]
    anywhere.control("POST", "clock/advance", {"seconds": 60})
    after = [
        anywhere.send_raw("GET", path, "", bearer(token)).status
        for path in ("/scim/v2/Users", "/health", "/metrics")
        for token in ("right-token", new)
    ]

    assert rotated.status == 200
    assert rotated.body["old_until"] == "2026-03-02T12:02:00.000Z"
    assert parse_session(rotated.body["session"].encode()).is_opened_by(new)
    assert both == [200, 200]
    assert after == [401, 200] * 3
    assert (anywhere.control("GET", "members").body, anywhere.control("GET", "mail").body) == before


def test_rotation_without_an_overlap_ends_the_old_token_at_once(world: World) -> None:
    new = world.control("POST", "credentials/rotate").body["token"]

    assert [world.send("GET", "/Users", token=token).status for token in ("right-token", new)] == [401, 200]


def test_a_second_rotation_ends_the_first_new_token_too(world: World) -> None:
    first = world.control("POST", "credentials/rotate").body["token"]
    second = world.control("POST", "credentials/rotate").body["token"]

    statuses = [world.send("GET", "/Users", token=token).status for token in ("right-token", first, second)]

    assert statuses == [401, 401, 200]


def test_a_token_that_has_ended_stays_so_when_the_bridge_starts_again_or_is_reset(tmp_path: Path) -> None:
    """SEC-08."""
    world = World(tmp_path / "data")
    world.control("POST", "clock/advance", {"seconds": 86_400})
    new = world.control("POST", "credentials/rotate").body["token"]
    world.control("POST", "reset")
    reset = [world.send("GET", "/Users", token=token).status for token in ("right-token", new)]
    world.close()
    again = World(tmp_path / "data")

    restarted = [again.send("GET", "/Users", token=token).status for token in ("right-token", new)]

    assert (reset, restarted) == ([401, 200], [401, 200])
    again.close()


def test_another_bridge_on_the_database_notices_a_rotation_with_its_next_tick() -> None:
    url = new_database()
    first, second = World(url), World(url)
    new = first.control("POST", "credentials/rotate").body["token"]

    second.runner.run(second.service.tick())

    assert [second.send("GET", "/Users", token=token).status for token in ("right-token", new)] == [401, 200]
    for world in (first, second):
        world.close()


@pytest.mark.parametrize("overlap", [-1, True, "1h", None, 1e9, [], 10**400])
def test_an_overlap_that_cannot_be_meant_is_refused_and_nothing_rotates(world: World, overlap: object) -> None:
    refused = world.control("POST", "credentials/rotate", {"overlap_seconds": overlap})

    assert refused.status == 400
    assert world.ask(FindTokens()) == []


@pytest.mark.parametrize(("method", "token", "status"), [("GET", "control-token", 405), ("POST", "right-token", 401)])
def test_only_the_control_listener_rotates(world: World, method: str, token: str, status: int) -> None:
    assert world.control(method, "credentials/rotate", token=token).status == status
    assert world.ask(FindTokens()) == []


def test_the_store_has_digests_alone(world: World, tmp_path: Path) -> None:
    """SEC-102."""
    new = world.control("POST", "credentials/rotate").body["token"]
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())

    assert digest_of(new).encode() in stored
    assert new.encode() not in stored
    assert b"right-token" not in stored


def test_commands_on_tokens_do_the_same_in_both_stores(anywhere: World) -> None:
    grants = [TokenGrant(str(number), "t", scope, number, expires) for number, (scope, expires) in enumerate(TIMES)]
    do, run = anywhere.store.do, anywhere.runner.run

    added = [run(do(AddToken(grant))) for grant in (*grants, grants[0])]
    retired = run(do(RetireTokens("full", 500, "1")))
    buried = run(do(ExpireTokens(100)))

    assert added == [True] * 5 + [False]
    assert (retired, buried) == (1, 1)
    assert [(each.digest, each.expires_ms) for each in anywhere.ask(FindTokens())] == [
        ("0", 500),
        ("1", None),
        ("2", 0),
        ("3", None),
        ("4", 400),
    ]


TIMES = ((Scope.FULL, None), (Scope.FULL, None), (Scope.FULL, 100), (Scope.READ_ONLY, None), (Scope.FULL, 400))
