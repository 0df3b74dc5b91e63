"""The reference bridge with one defect of the lab, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge_ref.lab.registry import get_defect
from tests.bridge_ref.world import World


@contextmanager
def broken(name: str, folder: Path) -> Iterator[World]:
    """A world whose bridge has the defect of that name."""
    defect = get_defect(name)
    world = World(folder, {defect.part: defect.replacement})
    yield world
    world.close()
