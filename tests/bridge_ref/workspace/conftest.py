"""Fixtures for tests of a pull."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge_ref.google import GoogleWorld


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    """A bridge that pulls the company of four."""
    made = GoogleWorld(tmp_path / "data")
    yield made
    made.close()
