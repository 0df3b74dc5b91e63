"""The matrix of the report: areas of the catalogue by identity provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.catalogue.verdict import Verdict, gravest
from harness.judge.judge import Result
from harness.report.areas import area_of


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one area under one dialect: the gravest verdict, and how many requirements have which."""

    verdict: Verdict
    passed: int = 0
    warned: int = 0
    failed: int = 0
    errors: int = 0
    partly: int = 0

    @property
    def judged(self) -> int:
        """How many requirements were judged whole, or found wrong."""
        return self.passed + self.warned + self.failed + self.errors

    @property
    def touched(self) -> int:
        """How many were judged at all, also in part."""
        return self.judged + self.partly


@dataclass(frozen=True, slots=True)
class Line:
    """One area: all its requirements taken together, and under each dialect in the order of the matrix."""

    number: int
    area: str
    claim: str
    overall: Cell
    cells: tuple[Cell, ...]
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The lines, in the catalogue's order, and the dialects above their cells."""

    dialects: tuple[str, ...]
    lines: tuple[Line, ...]


def make_matrix(results: Sequence[Result], selected: Sequence[str]) -> Matrix:
    """The matrix of a run: the dialects selected, and whichever else was judged."""
    seen = {dialect for result in results for dialect in result.by_dialect}
    dialects = (*dict.fromkeys(selected), *sorted(seen - set(selected)))
    areas: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        areas.setdefault((result.requirement.claim, area_of(result.requirement)), []).append(result)
    return Matrix(
        dialects,
        tuple(
            Line(
                number,
                area,
                claim,
                _cell([result.verdict for result in rows]),
                tuple(_cell([row.by_dialect[name] for row in rows if name in row.by_dialect]) for name in dialects),
                tuple(row.requirement.id for row in rows),
            )
            for number, ((claim, area), rows) in enumerate(areas.items(), 1)
        ),
    )


def _cell(verdicts: list[Verdict]) -> Cell:
    shown = (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.ERROR, Verdict.PARTLY)
    counts = [verdicts.count(verdict) for verdict in shown]
    return Cell(gravest(verdicts), *counts)
