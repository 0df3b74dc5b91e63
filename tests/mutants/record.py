"""What was tried: the fates by seed, and how people read those that nothing noticed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.trial import Fate

FOLDER = Path(__file__).with_name("fates")
READINGS = FOLDER / "readings.toml"
SEEN, NO_CLIENT = "a client sees it", "no client sees it"


@dataclass(frozen=True, slots=True)
class Reading:
    """Why nothing noticed some mutants.

    `kind` is the group, `is_visible` whether a client of the bridge as it is judged could see them, `says` the reason.
    """

    kind: str
    is_visible: bool
    says: str
    mutants: tuple[str, ...]


def read_fates(path: Path) -> dict[str, Fate]:
    """The fates of a record by the mutant's name; of one that was tried again, the last. Empty without a record."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {fate.name: fate for fate in map(_fate, lines)}


def read_seeds(folder: Path = FOLDER) -> dict[int, dict[str, Fate]]:
    """The record of each seed."""
    return {int(path.stem.split("-")[1]): read_fates(path) for path in sorted(folder.glob("seed-*.ndjson"))}


def read_readings(path: Path = READINGS) -> tuple[Reading, ...]:
    """The readings in their order. Raises OSError and ValueError."""
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))["reading"]
    return tuple(
        Reading(each["kind"], each.get("visible", False), each["says"], tuple(each["mutants"])) for each in kinds
    )


def keep(fates: Iterable[Fate], path: Path) -> None:
    """Write the record, one line each, in the order of the names."""
    lines = [f"{fate.line()}\n" for fate in sorted(fates, key=lambda fate: fate.name)]
    path.write_text("".join(lines), encoding="utf-8")


def _fate(line: str) -> Fate:
    made = json.loads(line)
    return Fate(**{**made, "rows": tuple(made.get("rows", ()))})
