"""The self-test: which rows each bridge of the lab must turn red, which it may, and which must be shown first."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from harness.record.exchange import Json

RED = ("fail", "warn", "error")


@dataclass(frozen=True, slots=True)
class Bridge:
    """One bridge of the lab: the clean one (no name), or one with a defect.

    `breaks` names the requirements that must turn red, `reach` patterns of those that may turn red beside them.
    """

    name: str = ""
    summary: str = "the clean reference bridge"
    breaks: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What the suite said of one bridge. `causes` are the rows that head the causes, in the order of the report."""

    bridge: Bridge
    red: tuple[str, ...]
    judged: int
    error: str = ""
    causes: tuple[str, ...] = ()
    findings: int = 0

    @property
    def missed(self) -> tuple[str, ...]:
        """Requirements that the defect breaks and that stayed green."""
        return tuple(rid for rid in self.bridge.breaks if rid not in self.red)

    @property
    def surplus(self) -> tuple[str, ...]:
        """Requirements that turned red beyond the declared reach."""
        allowed = (*self.bridge.breaks, *self.bridge.reach)
        return tuple(rid for rid in self.red if not any(fnmatch.fnmatchcase(rid, glob) for glob in allowed))

    @property
    def misled(self) -> str:
        """The row that heads the first cause though the defect does not break it; empty where the first is declared."""
        first = self.causes[0] if self.causes else ""
        return "" if first in ("", *self.bridge.breaks) else first

    @property
    def is_right(self) -> bool:
        """The clean bridge all green; a defect red where it must be and nowhere else, and named by the first cause."""
        is_named = bool(self.causes) or not self.bridge.breaks
        return not (self.error or self.missed or self.surplus or self.misled) and is_named and self.judged > 0


def parse_bridges(listed: Iterable[Json]) -> list[Bridge]:
    """The defects in the lab's `--list`, after the clean bridge."""
    defects = [
        Bridge(str(row["name"]), str(row["summary"]), tuple(row["breaks"]), tuple(row["reach"]))
        for row in listed
        if row.get("kind", "defect") == "defect"
    ]
    return [Bridge(), *defects]


def sampled(bridges: list[Bridge], number: int) -> list[Bridge]:
    """At most this many of them, in order and spread evenly over the list; always the same ones."""
    number = min(number, len(bridges))
    return [bridges[place * len(bridges) // number] for place in range(number)]


def parse_trial(bridge: Bridge, conformance: Json) -> Trial:
    """A trial, from the conformance.json that its run left."""
    rows = conformance["requirements"]
    red = tuple(str(row["id"]) for row in rows if row["verdict"] in RED)
    causes = conformance["causes"]
    heads = tuple(str(cause["requirement"]) for cause in causes)
    found = sum(int(cause["findings"]) for cause in causes)
    return Trial(bridge, red, int(conformance["totals"]["judged"]), "", heads, found)
