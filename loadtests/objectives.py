"""Objectives of a load run and how they are judged from figures; pure, without locust or a clock."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["pass", "fail", "void"]
TOTAL = "all requests"


@dataclass(frozen=True, slots=True)
class Figures:
    """The measured figures of the requests of one name."""

    name: str
    count: int
    failures: int
    rps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class Objective:
    """A limit for a figure of the requests of one name, by default of all requests."""

    figure: Literal["failure_ratio", "p99_ms"]
    limit: float
    request: str = TOTAL

    @property
    def name(self) -> str:
        """Figure and requests, as reports show them."""
        return f"{self.figure} of {self.request}"


@dataclass(frozen=True, slots=True)
class Judged:
    """An objective, its measured value, and whether it was kept."""

    name: str
    limit: float
    value: float | None
    verdict: Outcome


def percentile(histogram: Mapping[float, int], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed; 0 when there is none."""
    rank = max(1, math.ceil(share * sum(histogram.values()) - 1e-9))
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank:
            return float(value)
    return 0.0


def round_ms(ms: float) -> float:
    """A response time to three digits, at best 0.1 ms: locust's own buckets hold two and whole milliseconds."""
    if ms < 100:
        return round(ms, 1)
    return float(round(ms, 2 - math.floor(math.log10(ms))))


def judge(objective: Objective, figures: Mapping[str, Figures]) -> Judged:
    """Whether the objective was kept; void when no such request was made."""
    found = figures.get(objective.request)
    if found is None or found.count == 0:
        return Judged(objective.name, objective.limit, None, "void")
    value = found.failures / found.count if objective.figure == "failure_ratio" else found.p99_ms
    return Judged(objective.name, objective.limit, value, "pass" if value <= objective.limit else "fail")


def judge_all(
    objectives: Sequence[Objective], figures: Mapping[str, Figures], problems: Sequence[str]
) -> tuple[tuple[Judged, ...], Outcome]:
    """Every objective, and the verdict of the run. With a problem of the measurement nothing is passed or failed."""
    judged = tuple(judge(objective, figures) for objective in objectives)
    if problems:
        return tuple(Judged(j.name, j.limit, j.value, "void") for j in judged), "void"
    # A missed objective outranks one that could not be judged: a bridge that refuses every create is no void run.
    verdicts = {j.verdict for j in judged} or {"void"}
    return judged, next(verdict for verdict in _GRAVEST_FIRST if verdict in verdicts)


_GRAVEST_FIRST: tuple[Outcome, ...] = ("fail", "void", "pass")
