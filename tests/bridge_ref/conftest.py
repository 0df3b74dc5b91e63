"""Fixtures for tests of the reference bridge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from tests.bridge_ref.world import ENTERPRISE, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bridge in front of an empty account."""
    made = World(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def strict_world(tmp_path: Path) -> Iterator[World]:
    """The same without any leniency."""
    made = World(tmp_path / "data", is_strict=True)
    yield made
    made.close()


@pytest.fixture
def three(world: World) -> World:
    """Ada, Bob and Cleo: three people who differ in what filters ask for."""
    world.invite(
        "ada@example.com",
        externalId="A-1",
        title="Countess",
        name={"givenName": "Ada", "familyName": "Lovelace"},
        emails=[
            {"value": "ada@work.example", "type": "work", "primary": True},
            {"value": "ada@home.example", "type": "home"},
        ],
        **{ENTERPRISE: {"employeeNumber": "7", "manager": {"value": "M-1"}}},
    )
    world.clock.advance(60)
    world.invite("bob@example.com", externalId="B-1", title="", active=False, emails=[{"value": "bob@home.example"}])
    world.clock.advance(60)
    world.invite("cleo@example.com", title="Queen", nickName='q"\\%_', displayName="Cleo; DROP TABLE users; --")
    return world


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[World]:
    """A bridge that a health monitor may ask."""
    grant = TokenGrant(digest_of("monitor-token"), "monitor", Scope.MONITORING, 0)
    made = World(tmp_path / "data", grants=(grant,), notify="ops@example.com")
    yield made
    made.close()
