"""The self-test: which rows each bridge of the lab must turn red, which it may, and which must be shown first.

A defect must be caught and located. A variant is a correct bridge that chooses otherwise, and must be green.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from harness.record.exchange import Json

RED = ("fail", "warn", "error")
KINDS = ("defect", "variant")


@dataclass(frozen=True, slots=True)
class Bridge:
    """One bridge of the lab: the clean one (no name), one with a defect, or a variant.

    `breaks` names the requirements that must turn red, `reach` patterns of those that may turn red beside them.
    """

    name: str = ""
    summary: str = "the clean reference bridge"
    breaks: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    kind: str = "defect"


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
        return "" if first in ("", *self.bridge.breaks) or not self.bridge.breaks else first

    @property
    def is_caught(self) -> bool:
        """Whether everything that the defect breaks is red."""
        return not (self.error or self.missed)

    @property
    def is_green(self) -> bool:
        """Whether nothing is red that a correct bridge may not turn red."""
        return not (self.error or self.surplus) and self.judged > 0

    @property
    def is_right(self) -> bool:
        """The clean bridge all green; a defect red where it must be and nowhere else, and named by the first cause."""
        is_named = bool(self.causes) or not self.bridge.breaks
        return not (self.error or self.missed or self.surplus or self.misled) and is_named and self.judged > 0


def parse_bridges(listed: Iterable[Json]) -> list[Bridge]:
    """The defects and the variants in the lab's `--list`, after the clean bridge."""
    bridges = [
        Bridge(str(row["name"]), str(row["summary"]), tuple(row["breaks"]), tuple(row["reach"]), str(row["kind"]))
        for row in listed
        if row.get("kind") in KINDS
    ]
    return [Bridge(), *bridges]


def sampled(bridges: list[Bridge], number: int) -> list[Bridge]:
    """At most this many of them, half of each kind, in order and spread evenly over the list; always the same ones."""
    defects, variants = ([each for each in bridges if each.kind == kind] for kind in KINDS)
    share = min(len(variants), max(number // 2, number - len(defects)))
    return _spread(defects, number - share) + _spread(variants, share)


def _spread(bridges: list[Bridge], number: int) -> list[Bridge]:
    number = min(number, len(bridges))
    return [bridges[place * len(bridges) // number] for place in range(number)]


def told(trials: Iterable[Trial]) -> str:
    """How many defects were caught, how many of these located, and how many variants were green."""
    tried = [trial for trial in trials if trial.bridge.name]
    defects = [trial for trial in tried if trial.bridge.kind == "defect"]
    variants = [trial for trial in tried if trial.bridge.kind == "variant"]
    caught = [trial for trial in defects if trial.is_caught]
    located = [trial for trial in caught if trial.causes and not trial.misled]
    green = [trial for trial in variants if trial.is_green]
    parts = []
    if defects:
        parts.append(f"{len(caught)} of {len(defects)} defects caught, {len(located)} located")
    if variants:
        parts.append(f"{len(green)} of {len(variants)} variants green")
    return "; ".join(parts)


def parse_trial(bridge: Bridge, conformance: Json) -> Trial:
    """A trial, from the conformance.json that its run left."""
    rows = conformance["requirements"]
    red = tuple(str(row["id"]) for row in rows if row["verdict"] in RED)
    causes = conformance["causes"]
    heads = tuple(str(cause["requirement"]) for cause in causes)
    found = sum(int(cause["findings"]) for cause in causes)
    return Trial(bridge, red, int(conformance["totals"]["judged"]), "", heads, found)
