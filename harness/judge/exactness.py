"""Which row says the most exactly what is broken: its cases coincide with what went wrong, and with nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from harness.catalogue.claims import IDP_CLAIMS
from harness.catalogue.requirement import Level, Requirement
from harness.judge.clusters import Blame
from harness.judge.judge import Result
from harness.judge.refusal import shape_of
from harness.judge.requests import is_write
from harness.record.journal import Entry, exchange_of

_LEVELS = list(Level)
_RECALL = 4  # the F-measure with recall twice as weighty as precision: 2 squared
_NEARNESS = (1.0, 0.9, 0.75)  # ours: what a row said at the exchange itself names the fault better than a later look
_ABOUT = 0.3  # ours: how much it counts that a row is judged over just this kind of write
_MOSTLY = 0.8


class Exactness:
    """Chooses the row that heads a cause."""

    def __init__(self, results: Iterable[Result], entries: Iterable[Entry]) -> None:
        self._results = {result.requirement.id: result for result in results}
        self._shapes = {entry.id: shape_of(exchange_of(entry)) for entry in entries if is_write(entry)}

    def requirement(self, row: str) -> Requirement:
        """The requirement of that id."""
        return self._results[row].requirement

    def is_mostly_red(self, row: str) -> bool:
        """Whether a row goes wrong nearly whenever it is judged, so that there is one reason for it."""
        red = len({judgement.entry.id for judgement in self._results[row].findings})
        return red / (red + len(self._results[row].passed_at)) >= _MOSTLY

    def head(self, blamed: list[Blame]) -> str:
        """The most exact row of a cluster. Of equal ones the standard's goes before a vendor's."""
        rows: dict[str, list[Blame]] = {}
        for blame in blamed:
            rows.setdefault(blame.row, []).append(blame)
        return min(rows, key=lambda row: self._rank(row, rows[row], blamed))

    def _rank(self, row: str, own: list[Blame], blamed: list[Blame]) -> tuple[bool, float, int, bool, int]:
        requirement = self.requirement(row)
        found = {blame.judgement.entry.id for blame in own}
        score = self._coincidence(row, own, blamed) + _ABOUT * self._aboutness(row, own, blamed)
        return (
            requirement.level is Level.MAY,
            -round(score, 2),
            _LEVELS.index(requirement.level),
            requirement.claim in IDP_CLAIMS,
            -len(found),
        )

    def _coincidence(self, row: str, own: list[Blame], blamed: list[Blame]) -> float:
        """How well the cases in which the row is red coincide with what was decided in the cluster.

        A row that is judged over many other requests and passes there does not name what was wrong with these. A
        vendor's row is only ever judged over requests of its own dialects.
        """
        claim = self.requirement(row).claim
        of_row = [b for b in blamed if claim not in IDP_CLAIMS or b.judgement.entry.dialect.startswith(claim)]
        decided = {blame.deciding.entry.id for blame in of_row}
        red = len({blame.judgement.entry.id for blame in own})
        precision = red / (red + len(self._results[row].passed_at))
        recall = len({blame.deciding.entry.id for blame in own}) / len(decided)
        near = _NEARNESS[min(blame.distance for blame in own)]
        return near * (1 + _RECALL) * precision * recall / (_RECALL * precision + recall)

    def _aboutness(self, row: str, own: list[Blame], blamed: list[Blame]) -> float:
        """How well the writes over which the row is judged coincide with writes of the deciding kinds."""
        if blamed[0].kind != "written":
            return 0.0
        shapes = {shape_of(blame.exchange) for blame in blamed if blame.exchange}
        alike = {entry for entry, shape in self._shapes.items() if shape in shapes}
        cases = {entry for entry in self._results[row].passed_at if entry in self._shapes}
        cases |= {b.deciding.entry.id for b in own if b.distance < 2}
        both = len(cases & alike)
        return 2 * both / (len(cases) + len(alike)) if both else 0.0
