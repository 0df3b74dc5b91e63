"""A write does what the model permits: RFC 7644 sections 3.3, 3.5.1 and 3.5.2, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.registry import Case, CaseSelector, History, Outcome, Shows, history_check
from harness.checks.write_walk import Written, written_in
from harness.record.exchange import Exchange, get_attribute

_P = "RFC7644-3.5.2"
_LETTERS = "RFC7643-2.1-03"
_DONE = (
    *(f"{_P}-{n:02}" for n in (6, 8, 9, 10, 11, 18, 20, 22, 23, 24, 32)),
    *(f"{_P}.1-{n:02}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 11, 12)),
    *(f"{_P}.2-{n:02}" for n in (2, 3, 4, 5, 6, 7, 8, 12)),
    *(f"{_P}.3-{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 10)),
    f"{_P}-29",
    _LETTERS,
)
_REFUSED = (
    *(f"{_P}-{n:02}" for n in (3, 4, 5, 7, 12, 13, 15, 16, 17, 19, 27, 36)),
    f"{_P}.1-01",
    *(f"{_P}.2-{n:02}" for n in (1, 9, 10)),
    f"{_P}.3-08",
)
_REPLACED = (*(f"RFC7644-3.5.1-{n:02}" for n in (2, 4, 5, 7, 8, 9, 10, 14, 15)), _LETTERS)
_CREATED = tuple(f"RFC7644-3.3-{n:02}" for n in (5, 6, 8, 11, 18))


def _about(rows: tuple[str, ...], method: str) -> CaseSelector[Written]:
    def over(record: History) -> Iterator[Case[Written]]:
        for case in written_in(record):
            if case.event.method == method and any(row in rows for row in case.event.rows):
                yield case

    return over


def _said(case: Case[Written], rows: tuple[str, ...]) -> Iterator[Outcome]:
    for row, value in case.event.recorded:
        if row in rows:
            yield Recorded(value, row)
    found = case.event.finding
    if found is not None:
        yield Finding(found.expected, found.actual, found.pointer)


def _within(rows: tuple[str, ...], case: Case[Written]) -> tuple[str, ...]:
    return tuple(row for row in case.event.rows if row in rows)


def _pathless(case: Case[Written]) -> set[str]:
    """Which operations of the PATCH have no path."""
    written = case.deciding.event if case.deciding else None
    listed = get_attribute(written.sent_json, "Operations") if isinstance(written, Exchange) else None
    operations = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {str(each.get("op")) for each in operations if each.get("path") is None} & {"add", "replace"}


_FACETS: dict[str, Shows[Case[Written]]] = {f"{_P}-06": Shows(("add", "replace"), _pathless)}


@history_check(
    *_DONE, facets=_FACETS, over=_about(_DONE, "PATCH"), is_of_run=True, rows_of=lambda case: _within(_DONE, case)
)
def a_patch_does_what_its_operations_say(case: Case[Written]) -> Iterator[Outcome]:
    """After a PATCH the resource is in one of the states that its operations, by their form, may lead to."""
    yield from _said(case, _DONE)


@history_check(*_REFUSED, over=_about(_REFUSED, "PATCH"), is_of_run=True, rows_of=lambda case: _within(_REFUSED, case))
def a_patch_that_must_be_refused_is_refused(case: Case[Written]) -> Iterator[Outcome]:
    """A PATCH that cannot be done is refused with the status, the error type and the message that are due."""
    yield from _said(case, _REFUSED)


@history_check(*_REPLACED, over=_about(_REPLACED, "PUT"), is_of_run=True, rows_of=lambda case: _within(_REPLACED, case))
def a_put_does_what_its_body_says(case: Case[Written]) -> Iterator[Outcome]:
    """A PUT clears what is null, keeps to what is immutable, and is refused without what is required."""
    yield from _said(case, _REPLACED)


@history_check(*_CREATED, over=_about(_CREATED, "POST"), is_of_run=True, rows_of=lambda case: _within(_CREATED, case))
def a_create_keeps_what_its_body_says(case: Case[Written]) -> Iterator[Outcome]:
    """A create keeps what it was given, and gives no value to what the client said has none."""
    yield from _said(case, _CREATED)
