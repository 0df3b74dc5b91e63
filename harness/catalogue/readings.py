"""Readings, by which a vendor does otherwise than the RFCs say, and check lists: claims with their readings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from harness.errors import CatalogueError

FILE = Path(__file__).parent / "readings.toml"


@dataclass(frozen=True, slots=True)
class VendorReading:
    """One reading. `rows` are the requirements that it touches: they are not judged where it was chosen."""

    name: str
    value: str
    statement: str
    source: str
    rows: tuple[str, ...]

    @property
    def key(self) -> str:
        """How an option and a report write it: `name=value`."""
        return f"{self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class CheckList:
    """Claims that are judged with these readings (each `name=value`), in this version."""

    name: str
    title: str
    version: str
    claims: tuple[str, ...]
    readings: tuple[str, ...]


@cache
def load_readings() -> Mapping[str, VendorReading]:
    """All readings, by `name=value`. Raises CatalogueError."""
    made = [msgspec.convert(each, VendorReading) for each in _tables("reading")]
    return MappingProxyType({reading.key: reading for reading in made})


@cache
def load_check_lists() -> Mapping[str, CheckList]:
    """All check lists, by name. Raises CatalogueError, also for one with a reading that does not exist."""
    lists = [msgspec.convert(each, CheckList) for each in _tables("check_list")]
    for each in lists:
        for key in each.readings:
            if key not in load_readings():
                raise CatalogueError(f"{FILE.name}: the check list {each.name!r} names the unknown reading {key!r}")
    return MappingProxyType({each.name: each for each in lists})


def rows_set_aside(chosen: Iterable[str]) -> dict[str, VendorReading]:
    """The rows that the chosen readings touch, each with its reading."""
    return {row: reading for key in chosen for reading in [load_readings()[key]] for row in reading.rows}


def _tables(kind: str) -> list[dict[str, object]]:
    try:
        return list(tomllib.loads(FILE.read_text(encoding="utf-8"))[kind])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise CatalogueError(f"{FILE.name} cannot be read: {error}") from error
