"""One resource, one state: every representation in every answer, beside what is known of the resource.

One walk over the record of a run serves all checks of this module. It tells for each answer what was compared and where
it parts from what is known; the table in `harness/model/blame.toml` says which requirements that concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.model.blame import blame_table, blamed_for, judged_by
from harness.model.deviation import Deviation
from harness.model.history import Walk, supported_in
from harness.model.values import Kind
from harness.record.journal import Entry, RunHeader

_OF_LISTS = (Kind.MISSING, Kind.EXTRA, Kind.RESURRECTED, Kind.GONE)
_OF_OTHERS = (Kind.MARK, Kind.COLLATERAL)
_OF_META = (Kind.MOVED, Kind.STILL, Kind.JUMPED)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one answer lets judge: the requirements that held, or the one deviation with those that it breaks."""

    rows: tuple[str, ...]
    deviation: Deviation | None = None


class _Cached:
    """The walk over the record that was judged last."""

    def __init__(self) -> None:
        self._record: History = ()
        self._cases: list[Case[Judged]] = []

    def cases(self, record: History) -> list[Case[Judged]]:
        """All cases of a record; the same record is walked once."""
        if not record or record is not self._record:
            self._record, self._cases = record, list(_walk(record))
        return self._cases


_CACHED = _Cached()


def _walk(record: History) -> Iterator[Case[Judged]]:
    supported = supported_in(record)
    stories: dict[str, list[Entry]] = {}
    for entry in record:
        if not isinstance(entry.event, RunHeader):
            stories.setdefault(entry.scenario, []).append(entry)
    for story in stories.values():
        for look in Walk(supported).over(tuple(story)):
            broken: set[str] = set()
            for deviation in look.deviations:
                rows = blamed_for(deviation.kind, deviation.context)
                broken.update(rows)
                yield Case(look.entry, Judged(rows, deviation), deviation.entries)
            held = {row for context in look.held for row in judged_by(context)} - broken
            if held:
                yield Case(look.entry, Judged(tuple(sorted(held))), (look.entry,))


def _rows_of(case: Case[Judged]) -> tuple[str, ...]:
    return case.event.rows


def _all_rows() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row for each in blame_table() for row in each.rows))


def _where(kinds: Iterable[Kind], *, is_held: bool = False) -> CaseSelector[Judged]:
    wanted = frozenset(kinds)

    def over(record: History) -> Iterator[Case[Judged]]:
        for case in _CACHED.cases(record):
            deviation = case.event.deviation
            if is_held if deviation is None else deviation.kind in wanted:
                yield case

    return over


def _said(case: Case[Judged]) -> Iterator[Outcome]:
    deviation = case.event.deviation
    if deviation is not None:
        yield Finding(deviation.expected, deviation.actual, deviation.pointer)


_SPECIAL = (*_OF_LISTS, *_OF_OTHERS, *_OF_META)


@history_check(*_all_rows(), over=_where(set(Kind) - set(_SPECIAL), is_held=True), is_of_run=True, rows_of=_rows_of)
def every_answer_shows_the_one_state(case: Case[Judged]) -> Iterator[Outcome]:
    """Every representation shows what is known of its resource: what was written, and what was shown before."""
    yield from _said(case)


@history_check(*_all_rows(), over=_where(_OF_LISTS), is_of_run=True, rows_of=_rows_of)
def what_is_there_is_found_and_nothing_else(case: Case[Judged]) -> Iterator[Outcome]:
    """What is there is read and listed, what was deleted is not, and a filter finds what matches."""
    yield from _said(case)


@history_check(*_all_rows(), over=_where(_OF_OTHERS), is_of_run=True, rows_of=_rows_of)
def nothing_changes_that_no_request_changed(case: Case[Judged]) -> Iterator[Outcome]:
    """A refused write changes nothing, and a write changes nobody but whom it names."""
    yield from _said(case)


@history_check(*_all_rows(), over=_where(_OF_META), is_of_run=True, rows_of=_rows_of)
def meta_tells_of_changes(case: Case[Judged]) -> Iterator[Outcome]:
    """Of meta only lastModified and version move, and they do when the resource changes."""
    yield from _said(case)
