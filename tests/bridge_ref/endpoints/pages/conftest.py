"""Fixtures for tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge_ref.bench import GIVEN, Directory
from tests.bridge_ref.pages import Reader
from tests.bridge_ref.world import World


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[World]:
    """A bridge as on a test bench, with a directory, a token of each scope, and a few people."""
    made = World(tmp_path / "data", grants=GIVEN, is_lab=True)
    fixtures = {
        "members": [{"email": "olga@example.com", "name": "Olga", "owner": True}],
        "groups": [{"name": "Design", "members": ["olga@example.com"]}],
    }
    assert made.control("POST", "fixtures", fixtures).status == 201
    made.service.pull = Directory()
    made.invite("ada@example.com", displayName="Ada")
    made.invite("grace@example.com", displayName="Grace")
    yield made
    made.close()


@pytest.fixture
def ada(bench: World) -> Reader:
    """An operator who has signed in with the full token."""
    return Reader(bench)
