"""The self-test: which rows each bridge of the lab must turn red, and which it may."""

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
    """What the suite said of one bridge."""

    bridge: Bridge
    red: tuple[str, ...]
    judged: int
    error: str = ""

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
    def is_right(self) -> bool:
        """The clean bridge all green; a defect red where it must be, and nowhere else."""
        return not (self.error or self.missed or self.surplus) and self.judged > 0


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
    return Trial(bridge, red, int(conformance["totals"]["judged"]))
