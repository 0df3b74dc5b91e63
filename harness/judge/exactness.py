"""Which row says the most exactly what is broken: its cases coincide with what went wrong, and with nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable

from harness.catalogue.claims import IDP_CLAIMS, concerns
from harness.catalogue.requirement import Level, Requirement
from harness.judge.clusters import COMPARED, Blame
from harness.judge.judge import Result
from harness.judge.refusal import shape_of
from harness.judge.requests import is_write
from harness.judge.several import repeat_one
from harness.record.journal import Entry, exchange_of

_LEVELS = list(Level)
_RECALL = 2.5  # the F-measure, with recall weightier than precision; calibrated on the defects of the lab
_NEARNESS = (
    1.0,
    0.9,
    0.75,
    0.4,
)  # ours: what a row said at the exchange itself names the fault better than a later look
_ABOUT = 0.4  # ours: how much it counts that a row is judged over just this kind of write
_OF_FILTERS, _OF_LISTS = "a_filter_finds_what_it_says", "what_is_there_is_found_and_nothing_else"
_LOST_AT_CREATE, _LOST_IN_ANSWER = "RFC7644-3.3-18", "RFC7644-3.3-11"
_SERVER_ERROR = "RFC7644-3.12-23"
_OFTEN = 0.4  # ours


class Exactness:
    """Chooses the row that heads a cause."""

    def __init__(self, results: Iterable[Result], entries: Iterable[Entry]) -> None:
        self._results = {result.requirement.id: result for result in results}
        self._shapes = {entry.id: shape_of(exchange_of(entry)) for entry in entries if is_write(entry)}

    def requirement(self, row: str) -> Requirement:
        """The requirement of that id."""
        return self._results[row].requirement

    def is_often_red(self, row: str) -> bool:
        """Whether a row goes wrong so often when it is judged that there is one reason for it."""
        return self.share_red(row) >= _OFTEN

    def share_red(self, row: str) -> float:
        """How often a row goes wrong when it is judged, from 0 to 1."""
        red = len({judgement.entry.id for judgement in self._results[row].findings})
        return red / (red + len(self._results[row].passed))

    def head(self, blamed: list[Blame]) -> str:
        """The most exact row of a cluster.

        Of equal ones the standard's goes before a vendor's, then the one that goes wrong more often.
        """
        rows: dict[str, list[Blame]] = {}
        for blame in _without_rough(blamed):
            rows.setdefault(blame.row, []).append(blame)
        head = min(rows, key=lambda row: self._rank(row, rows[row], blamed))
        # An error of the server is no refusal: what it spoils for a vendor or a person is told below it.
        if _SERVER_ERROR in rows and self.requirement(head).claim != self.requirement(_SERVER_ERROR).claim:
            return _SERVER_ERROR
        return head

    def _rank(self, row: str, own: list[Blame], blamed: list[Blame]) -> tuple[bool, float, int, bool, int, float]:
        requirement = self.requirement(row)
        found = {blame.judgement.entry.id for blame in own}
        score = self._coincidence(row, own, blamed) + _ABOUT * self._aboutness(row, own, blamed)
        return (
            requirement.level is Level.MAY,
            -round(score, 2),
            _LEVELS.index(requirement.level),
            requirement.claim in IDP_CLAIMS,
            -len(found),
            -self.share_red(row),
        )

    def _coincidence(self, row: str, own: list[Blame], blamed: list[Blame]) -> float:
        """How well the cases in which the row is red coincide with what was decided in the cluster.

        A row that is judged in the same way over other requests and passes there does not name what was wrong. A
        vendor's row is only ever judged over requests of its own dialects, so its recall is half excused.
        """
        claim = self.requirement(row).claim
        its = [b for b in blamed if concerns(claim, b.judgement.entry.dialect)]
        met, decided, concerned = ({blame.deciding.entry.id for blame in each} for each in (own, blamed, its))
        kinds = {_kind_of(blame.judgement.check) for blame in own}
        red = len({blame.judgement.entry.id for blame in own})
        green = sum(_kind_of(check) in kinds for check, _ in self._results[row].passed)
        precision = red / (red + green)
        recall = len(met) / math.sqrt(len(decided) * max(len(concerned), len(met)))
        near = _NEARNESS[min(blame.distance for blame in own)]
        return near * (1 + _RECALL) * precision * recall / (_RECALL * precision + recall)

    def _aboutness(self, row: str, own: list[Blame], blamed: list[Blame]) -> float:
        """How well the writes over which the row is judged coincide with writes of the deciding kinds."""
        if blamed[0].kind != "written":
            return 0.0
        shapes = {shape_of(blame.exchange) for blame in blamed if blame.exchange}
        alike = {entry for entry, shape in self._shapes.items() if shape in shapes}
        cases = {entry for _, entry in self._results[row].passed if entry in self._shapes}
        cases |= {b.deciding.entry.id for b in own if b.distance <= COMPARED}
        both = len(cases & alike)
        return 2 * both / (len(cases) + len(alike)) if both else 0.0


def _without_rough(blamed: list[Blame]) -> list[Blame]:
    """The findings without those that another one at the same answer tells more exactly.

    These are findings of the walk at lists whose filter a check has taken apart, and at answers to creates where it is
    told that the create itself, and not its answer alone, has lost something.
    """
    filtered = {blame.judgement.entry.id for blame in blamed if blame.judgement.check == _OF_FILTERS}
    lost = {blame.judgement.entry.id for blame in blamed if blame.row == _LOST_AT_CREATE}
    kept = [
        blame
        for blame, is_repeated in zip(blamed, repeat_one([each.said_of_patch for each in blamed]), strict=True)
        if not is_repeated
        and not (blame.judgement.check == _OF_LISTS and blame.judgement.entry.id in filtered)
        and not (blame.row == _LOST_IN_ANSWER and blame.judgement.entry.id in lost)
    ]
    return kept or blamed


def _kind_of(check: str) -> str:
    """A check, or the kind of what stories state: the name of the story tells nothing of it."""
    return check.partition(" in ")[0]
