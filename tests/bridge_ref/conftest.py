"""Fixtures for tests of the reference bridge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge_ref.world import World


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
