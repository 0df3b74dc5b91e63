"""A waiver file: what may stay broken for a while, why, who answers for it, and until when."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from harness.catalogue.requirement import Catalogue
from harness.errors import UsageError, nearest
from harness.gate.fingerprint import FORM, row_of
from harness.reading import check_schema, read_toml

SCHEMA = "bridgecheck/waivers/1"
NAMES = ("requirement", "cause", "finding")
"""What a waiver names, each of which is one of its keys."""

_KEYS = (*NAMES, "reason", "owner", "expires")
_LONGEST = 2_000  # characters of a reason or an owner; ours
_HEAD = re.compile(r"^\s*\[\[\s*\"?waiver\"?\s*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver. `kind` is what it names: a requirement, a cause or a finding; `name` is its id or fingerprint.

    It holds up to and including the day `expires`, in UTC. `place` is where it stands.
    """

    kind: str
    name: str
    reason: str
    owner: str
    expires: date
    place: str

    @property
    def row(self) -> str:
        """The id of the requirement that it is about."""
        return self.name if self.kind == "requirement" else row_of(self.name)

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return today > self.expires


def read_waivers(path: Path, catalogue: Catalogue) -> tuple[Waiver, ...]:
    """The waivers of a file. Raises UsageError with the line of the waiver, and what would be right."""
    told = f"--waivers {path}"
    document, text = read_toml(path, told)
    if "schema" in document:
        check_schema(document, SCHEMA, told, "leave the key out, or write this version")
    for key in document:
        if key not in ("schema", "waiver"):
            raise UsageError(f"{told}: unknown key {key!r}; each waiver is a table [[waiver]]")
    tables = document.get("waiver", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{told}: waiver is no list of tables; begin each waiver with a line [[waiver]]")
    places = _places(path, text, len(tables))
    waivers = tuple(_waiver(table, place, catalogue) for table, place in zip(tables, places, strict=True))
    _refuse_doubles(waivers)
    return waivers


def _places(path: Path, text: str, count: int) -> list[str]:
    """Where each waiver stands: by its line where each has a head of its own, else by its number."""
    lines = [text.count("\n", 0, found.end()) + 1 for found in _HEAD.finditer(text)]
    if len(lines) == count:
        return [f"{path}, line {line}" for line in lines]
    return [f"{path}, waiver {number}" for number in range(1, count + 1)]


def _waiver(table: Mapping[str, Any], place: str, catalogue: Catalogue) -> Waiver:
    told = f"--waivers {place}"
    for key in table:
        if key not in _KEYS:
            hint = nearest(key, _KEYS) or f"; there are {', '.join(_KEYS)}"
            raise UsageError(f"{told}: unknown key {key!r}{hint}")
    named = [key for key in NAMES if key in table]
    if len(named) != 1:
        raise UsageError(f"{told}: name one of {', '.join(NAMES)}; {len(named)} are given")
    name = _text(table, named[0], told)
    _refuse_unknown(named[0], name, told, catalogue)
    reason, owner = _text(table, "reason", told), _text(table, "owner", told)
    return Waiver(named[0], name, reason, owner, _day(table, told), place)


def _text(table: Mapping[str, Any], key: str, told: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f'{told}: {key} is missing or no text; write {key} = "…"')
    if len(value) > _LONGEST:
        raise UsageError(f"{told}: {key} has {len(value)} characters; {_LONGEST} are the most")
    return value.strip()


def _day(table: Mapping[str, Any], told: str) -> date:
    value = table.get("expires")
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime.datetime) or not isinstance(value, date):
        raise UsageError(f"{told}: expires is missing or no date; write expires = 2027-03-31")
    return value


def _refuse_unknown(kind: str, name: str, told: str, catalogue: Catalogue) -> None:
    if kind != "requirement" and not FORM.match(name):
        raise UsageError(f"{told}: {name[:120]!r} is no fingerprint of a {kind}; conformance.json shows them")
    row = name if kind == "requirement" else row_of(name)
    if row not in catalogue:
        raise UsageError(f"{told}: there is no requirement {row[:120]!r}{nearest(row[:120], catalogue)}")


def _refuse_doubles(waivers: Iterable[Waiver]) -> None:
    seen: dict[tuple[str, str], Waiver] = {}
    for waiver in waivers:
        first = seen.setdefault((waiver.kind, waiver.name), waiver)
        if first is not waiver:
            raise UsageError(f"--waivers {waiver.place}: {waiver.name} is waived already in {first.place}; keep one")
