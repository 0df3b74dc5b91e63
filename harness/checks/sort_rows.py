"""Sorted lists: RFC 7644 section 3.4.2.3, also by search, over pages and by cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.list_rows import shows_ours_alone
from harness.checks.queries import Query, RowsTold, blamed_rows, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.members import member, value_at, values_of
from harness.model.sorting import misplaced, order_of, sort_value
from harness.record.exchange import Json

_ROW = "RFC7644-3.4.2.3-"
_SEARCH = ("RFC7644-3.4.3-09", "RFC7644-3.4.3-10")


def _place(query: Query, schema: ResourceSchema) -> tuple[Spot, Attribute] | None:
    """What a list is sorted by; None where that is no attribute with an order."""
    place = schema.find(query.text("sortby"))
    leaf = place.leaf if place else None
    if leaf is not None and leaf.is_complex:
        leaf = leaf.sub_attribute("value") if leaf.multi_valued else None
    return (place, leaf) if place is not None and leaf is not None and leaf.is_shown else None


def _is_descending(query: Query) -> bool | None:
    """None for a word that is no order."""
    return {"": False, "ascending": False, "descending": True}.get(query.text("sortorder").lower())


def _sorted(queries: Sequence[Query]) -> Iterator[tuple[Query, Spot, Attribute, bool]]:
    for query in queries:
        if not query.is_listed or not query.endpoint or not query.supports("sort") or "cursor" in query.asked:
            continue
        descending = _is_descending(query)
        found = _place(query, query.schema_of(query.endpoint))
        is_projected = query.asked.get("attributes") or query.asked.get("excludedattributes")
        if found is not None and descending is not None and not is_projected:
            yield query, *found, descending


# Where no row explains an order by itself; the most exact first.
_EXACTNESS = (
    f"{_ROW}12", "RFC7644-3.10-02", "RFC7644-3.10-01", _SEARCH[1], _SEARCH[0],
    f"{_ROW}03", f"{_ROW}04", f"{_ROW}02",
)  # fmt: skip


_OF_NAMES = ("RFC7644-3.10-02", "RFC7644-3.10-01", f"{_ROW}04")


@dataclass(frozen=True, slots=True)
class _SortedList:
    """A sorted list, the rows that it is about, what is out of place, and the row that would explain it."""

    query: Query
    rows: frozenset[str]
    wrong: Finding | None = None
    explained: str = ""


def _compared(entries: History) -> Iterator[_SortedList]:
    for query, place, attribute, descending in _sorted(queries_of(entries)):
        items = query.items
        values = [sort_value(each, place) for each in items]
        if not any(order_of(attribute, one, other) for one, other in pairwise(values)):
            continue
        rows = frozenset(_rows(query, place, attribute, values, items, descending))
        wrong = misplaced(items, query.text("sortby"), query.schema_of(query.endpoint), descending)
        if not wrong:
            yield _SortedList(query, rows)
            continue
        first, order = wrong[0], "descending" if descending else "ascending"
        said = f"{values[first.index]!r} before {values[first.before]!r}, by sortBy {query.text('sortby')}"
        finding = Finding(f"{said}, {order}", "behind it", f"/Resources/{first.index}")
        yield _SortedList(query, rows, finding, _explained(query, place, attribute, items, first.because, descending))


def _lists(entries: History) -> Iterator[Case[RowsTold]]:
    found = list(_compared(entries))
    held = {row for each in found if not each.wrong for row in each.rows}
    reasons = [each.explained for each in found if each.explained and each.explained not in held]
    likely = [row for row, _ in Counter(reasons).most_common()]
    blamed = blamed_rows((each.rows for each in found if each.wrong), held, _EXACTNESS)
    named = {row: {each.query.text("sortby").lower() for each in found if not each.wrong and row in each.rows}
             for row in _OF_NAMES}  # fmt: skip
    for each in found:
        if each.wrong is None:
            yield told(each.query, each.rows)
        else:
            row = next((row for row in likely if row in each.rows), _blamed(blamed[each.rows], named))
            yield told(each.query, (row,), [replace(each.wrong, requirement=row)])


def _blamed(row: str, named: Mapping[str, Collection[str]]) -> str:
    """How an attribute is named is no reason where others that are named so have their order.

    One may have it by chance: what is made first comes first where nothing is sorted.
    """
    return f"{_ROW}02" if len(named.get(row, ())) > 1 else row


def _rows(
    query: Query, place: Spot, attribute: Attribute, values: list[Any], items: list[Json], descending: bool
) -> Iterator[str]:
    """The rows that a list in order shows to be kept."""
    yield f"{_ROW}02"
    if (query.number("startindex") or 1) > 1:
        yield f"{_ROW}12"
    if query.is_search:
        yield from _SEARCH[:1]
        if place.sub is not None:
            yield _SEARCH[1]
    if ":" in query.text("sortby"):
        yield "RFC7644-3.10-01" if not place.urn else "RFC7644-3.10-02"
    if place.sub is not None:
        yield f"{_ROW}04"
    if place.attribute is not None and place.attribute.multi_valued and _has_other_primary(items, place):
        yield f"{_ROW}03"
    if None in values and any(each is not None for each in values):
        yield f"{_ROW}06" if descending else f"{_ROW}05"
    yield f"{_ROW}07" if descending else f"{_ROW}02"
    if not query.text("sortorder"):
        yield f"{_ROW}08"
    texts = [each for each in values if isinstance(each, str)]
    if attribute.type in ("string", "reference") and len(texts) > 1:
        is_told = attribute.case_exact or sorted(texts) != sorted(texts, key=str.lower)
        if is_told:
            yield f"{_ROW}10" if attribute.case_exact else f"{_ROW}09"
    elif len(texts) > 1 or attribute.type in ("integer", "decimal"):
        yield f"{_ROW}11"


def _has_other_primary(items: list[Json], place: Spot) -> bool:
    """Whether somebody's primary value is not the first one."""
    return any(any(member(each, "primary") is True for each in values_of(value_at(item, place))[1:]) for item in items)


def _explained(
    query: Query, place: Spot, attribute: Attribute, items: list[Json], because: str, descending: bool
) -> str:
    """The row that explains the order which was shown; empty where none does by itself."""
    schema = query.schema_of(query.endpoint)
    if not misplaced(items, query.text("sortby"), schema, not descending):
        return f"{_ROW}07" if descending else f"{_ROW}08"
    if because in (f"{_ROW}05", f"{_ROW}06"):
        return because
    values = [each for each in (sort_value(item, place) for item in items) if each is not None]
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) > 1 and texts == sorted(texts, reverse=descending):
        return f"{_ROW}11" if attribute.type == "dateTime" else f"{_ROW}09"
    if attribute.case_exact and texts == sorted(texts, key=str.lower, reverse=descending):
        return f"{_ROW}10"
    return ""


@history_check(
    *(f"{_ROW}{number:02}" for number in range(2, 12)), *_SEARCH, "RFC7644-3.10-01", "RFC7644-3.10-02",
    over=_lists, rows_of=rows_told,
)  # fmt: skip
def a_list_is_in_the_order_asked_for(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A list is sorted by what sortBy names, in the order that sortOrder names, those without data last."""
    yield from case.event.outcomes


def _question(query: Query) -> tuple[str, ...]:
    """What several pages have in common."""
    kept = {name: value for name, value in query.asked.items() if name not in ("startindex", "count", "cursor")}
    return query.endpoint, str(query.is_search), repr(sorted(kept.items(), key=str))


def _is_strict(query: Query, place: Spot, attribute: Attribute) -> bool:
    """Whether no two resources of a list may change places."""
    values = [sort_value(each, place) for each in query.items]
    return all(order_of(attribute, one, other) for one, other in pairwise(values))


def _pages(entries: History) -> Iterator[Case[RowsTold]]:
    """Pages beside the whole list in the same order, nothing of ours written between."""
    whole: dict[tuple[str, ...], Query] = {}
    for query, place, attribute, _ in _sorted(queries_of(entries)):
        question = _question(query)
        start, count = query.number("startindex") or 1, query.number("count")
        if query.is_whole and count is None and query.text("filter") and _is_strict(query, place, attribute):
            whole[question] = query
        elif question in whole and start > 1 and count and "cursor" not in query.asked:
            before = whole[question]
            if (
                before.known is not query.known
                or not shows_ours_alone(before)
                or len(before.items) != query.exchange.json.get("totalResults")
            ):
                continue
            ids = [str(each.get("id")) for each in before.items[start - 1 : start - 1 + len(query.items)]]
            shown = [str(each.get("id")) for each in query.items]
            wrong = [] if ids == shown else [Finding(f"{ids}, as the whole list in that order shows", f"{shown}")]
            yield told(query, (f"{_ROW}12",), wrong, before.entry)


@history_check(f"{_ROW}12", over=_pages)
def pages_are_cut_from_the_sorted_whole(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A page of a sorted list is a part of the whole list in that order."""
    yield from case.event.outcomes


def _asked_for_order(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        if query.text("sortby") and query.endpoint and query.exchange.status not in (0, 401, 429):
            said = "declared" if query.supports("sort") else "not declared"
            how = "answered" if query.is_listed else f"status {query.exchange.status}"
            yield told(query, (f"{_ROW}01",), [Recorded(f"sorting is {said}; sortBy is {how}")])


@history_check(f"{_ROW}01", over=_asked_for_order)
def sorting_is_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """What a bridge does with sortBy."""
    yield from case.event.outcomes


def _no_orders(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        status = query.exchange.status
        is_asked = _is_descending(query) is None and query.text("sortby") and query.supports("sort")
        if not is_asked or status in (0, 401, 429, 503):
            continue
        how = "passed over" if query.is_listed else f"status {status}"
        wrong: list[Outcome] = [Recorded(f"sortOrder {query.text('sortorder')!r}: {how}")]
        if not query.is_listed and status != 400:
            wrong.append(Finding("status 400, or a list", f"status {status}"))
        yield told(query, (f"{_ROW}13",), wrong)


@history_check(f"{_ROW}13", over=_no_orders)
def a_word_that_is_no_order_is_not_taken_for_one(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A sortOrder that is neither ascending nor descending is declined with 400, or passed over."""
    yield from case.event.outcomes
