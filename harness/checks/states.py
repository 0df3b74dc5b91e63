"""One resource, one state: every representation in every answer, beside what is known of the resource.

One walk over the record of a run serves all checks of this module. It tells for each answer what was compared and where
it parts from what is known; the table in `harness/model/blame.toml` says which requirements that concerns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.checks.write_walk import told_by_form
from harness.model.blame import BlameRow, blame_table, blamed_for, judged_by
from harness.model.deviation import Context, StateDeviation
from harness.model.history import Walk
from harness.model.observed import schemas_in, supported_in
from harness.model.showing import OMITTED
from harness.model.values import Kind
from harness.model.write_forms import FORM_ROWS
from harness.record.journal import Entry, RunHeader

_OF_WRITES = (Kind.STALE, Kind.LOST, Kind.ALTERED, Kind.INVENTED)  # what a write may leave that was passed over
_OF_SETS = (Kind.ORDER, Kind.MISSING, Kind.EXTRA, Kind.RESURRECTED, Kind.GONE)


class Aspect(Enum):
    """What a comparison is about: one check judges each."""

    STATE = "the state of a resource"
    SET = "what is there"
    OTHERS = "what must not change"
    META = "meta"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one answer lets judge: the requirements that held, or the one deviation with those that it breaks.

    `chosen` is what the server chose where it may.
    """

    aspect: Aspect
    rows: tuple[str, ...]
    deviation: StateDeviation | None = None
    chosen: str = ""


class _Cached:
    """The walk over the record that was judged last."""

    def __init__(self) -> None:
        self._record: History = ()
        self._cases: list[Case[Judged]] = []

    def cases(self, record: History) -> list[Case[Judged]]:
        """All cases of a record; the same record is walked once."""
        if not record or record is not self._record:
            self._record, self._cases = record, walk_over(record)
        return self._cases


_CACHED = _Cached()


def walk_over(record: History) -> list[Case[Judged]]:
    """All that a walk over a record lets judge."""
    return list(_walk(record))


def _walk(record: History) -> Iterator[Case[Judged]]:
    supported, schemas, by_form = supported_in(record), schemas_in(record), told_by_form(record)
    stories: dict[str, list[Entry]] = {}
    for entry in record:
        if not isinstance(entry.event, RunHeader):
            stories.setdefault(entry.scenario, []).append(entry)
    is_alone = all(h.start or h.is_disposable for h in (e.event for e in record) if isinstance(h, RunHeader))
    for story in stories.values():
        # A later look may tell that an answer was wrong and not its write: the whole story first.
        for look in list(Walk(supported, schemas, is_alone=is_alone).over(tuple(story))):
            broken: set[str] = set()
            for deviation in look.deviations:
                rows = _rows_for(deviation, by_form)
                broken.update(rows)
                said = Judged(_aspect_of(deviation), rows, deviation)
                yield Case(deviation.entries[-1], said, deviation.entries, deviation.deciding)
            for row, choice in sorted(look.chosen):
                yield Case(look.entry, Judged(Aspect.STATE, (row,), None, choice), (look.entry,))
            held: dict[Aspect, set[str]] = {}
            for context in look.held:
                held.setdefault(_aspect(context), set()).update(judged_by(context))
            for aspect, ids in held.items():
                if kept := tuple(sorted(ids - broken)):
                    yield Case(look.entry, Judged(aspect, kept), (look.entry,))


def _rows_for(deviation: StateDeviation, by_form: Mapping[str, str]) -> tuple[str, ...]:
    """The rows of the table; of a write of which it is known that its form alone was not understood, the form's row."""
    by = deviation.deciding.id if deviation.deciding is not None and deviation.kind in _OF_WRITES else ""
    return (by_form[by],) if by in by_form else blamed_for(deviation.kind, deviation.context)


def _aspect_of(deviation: StateDeviation) -> Aspect:
    if deviation.kind in _OF_SETS:
        return Aspect.SET
    return _aspect(deviation.context)


def _aspect(context: Context) -> Aspect:
    if context.attribute.startswith("meta."):
        return Aspect.META
    if context.seen == "sorted":
        return Aspect.SET
    if context.how == "beside" or context.how.startswith("refused"):
        return Aspect.OTHERS
    is_of_set = context.how == "delete" or (
        context.seen in ("filter", "list") and not context.attribute and context.how
    )
    return Aspect.SET if is_of_set else Aspect.STATE


def _rows_of(case: Case[Judged]) -> tuple[str, ...]:
    return case.event.rows


def _rows_about(aspect: Aspect) -> tuple[str, ...]:
    """The requirements that comparisons about this aspect judge."""
    rows = [row for each in blame_table() if _aspect_in(each) is aspect for row in each.rows]
    rows += FORM_ROWS if aspect is Aspect.STATE else ()
    return tuple(dict.fromkeys(rows))


def _aspect_in(row: BlameRow) -> Aspect:
    if "sorted" in row.seen or (row.kinds and set(row.kinds) <= {kind.value for kind in _OF_SETS}):
        return Aspect.SET
    if any(attribute.startswith("meta.") for attribute in row.attributes):
        return Aspect.META
    return Aspect.OTHERS if "beside" in row.how or any(how.startswith("refused") for how in row.how) else Aspect.STATE


def cases_of(record: History) -> list[Case[Judged]]:
    """All that the walk over a record lets judge."""
    return _CACHED.cases(record)


def _about(aspect: Aspect) -> CaseSelector[Judged]:
    def over(record: History) -> Iterator[Case[Judged]]:
        return (case for case in cases_of(record) if case.event.aspect is aspect)

    return over


def _said(case: Case[Judged]) -> Iterator[Outcome]:
    deviation = case.event.deviation
    if deviation is not None:
        yield Finding(deviation.expected, deviation.actual, deviation.pointer)
    if case.event.chosen:
        yield Recorded(case.event.chosen)


@history_check(*_rows_about(Aspect.STATE), *OMITTED, over=_about(Aspect.STATE), is_of_run=True, rows_of=_rows_of)
def every_answer_shows_the_one_state(case: Case[Judged]) -> Iterator[Outcome]:
    """Every representation shows what is known of its resource: what was written, and what was shown before."""
    yield from _said(case)


@history_check(*_rows_about(Aspect.SET), over=_about(Aspect.SET), is_of_run=True, rows_of=_rows_of)
def what_is_there_is_found_and_nothing_else(case: Case[Judged]) -> Iterator[Outcome]:
    """What is there is read and listed, what was deleted is not, and a filter finds what matches."""
    yield from _said(case)


@history_check(*_rows_about(Aspect.OTHERS), over=_about(Aspect.OTHERS), is_of_run=True, rows_of=_rows_of)
def nothing_changes_that_no_request_changed(case: Case[Judged]) -> Iterator[Outcome]:
    """A refused write changes nothing, and a write changes nobody but whom it names."""
    yield from _said(case)


@history_check(*_rows_about(Aspect.META), over=_about(Aspect.META), is_of_run=True, rows_of=_rows_of)
def meta_tells_of_changes(case: Case[Judged]) -> Iterator[Outcome]:
    """Of meta only lastModified and version move, and they do when the resource changes."""
    yield from _said(case)
