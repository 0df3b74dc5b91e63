"""What a list counts, beside other answers of the same story: RFC 7644 sections 3.4.2 and 3.4.2.4."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.list_rows import question_of, shows_ours_alone
from harness.checks.queries import Query, RowsTold, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check

_ZERO, _BELOW, _ALL, _SAME = "RFC7644-3.4.2.4-05", "RFC7644-3.4.2.4-04", "RFC7644-3.4.2-06", "RFC7644-3.4.2.4-11"


def _total(query: Query) -> int | None:
    total = query.exchange.json.get("totalResults")
    return total if isinstance(total, int) and not isinstance(total, bool) else None


def _counted(entries: History) -> Iterator[tuple[Query, Query | None]]:
    """Lists by index, each with the same list as it was shown whole before, nothing of ours written between."""
    whole: dict[str, Query] = {}
    for query in queries_of(entries):
        if not query.is_listed or not query.endpoint or "cursor" in query.asked:
            continue
        question = question_of(query)
        known = whole.get(question)
        yield query, known if known is not None and known.known is query.known else None
        if query.is_whole and query.items and shows_ours_alone(query):
            whole[question] = query


def _nothing_asked_for(entries: History) -> Iterator[Case[RowsTold]]:
    for query, whole in _counted(entries):
        count = query.number("count")
        if count is None or count > 0:
            continue
        row = _ZERO if count == 0 else _BELOW
        wrong = [Finding("no resources", f"{len(query.items)}", "/Resources", row)] if query.items else []
        total = _total(query)
        if whole is not None and total is not None and total != len(whole.items):
            said = f"totalResults {len(whole.items)}, as the whole list"
            wrong.append(Finding(said, f"{total}", "/totalResults", row))
        yield told(query, (row,), wrong, *([whole.entry] if whole is not None else []))


@history_check(_ZERO, _BELOW, over=_nothing_asked_for, rows_of=rows_told)
def a_count_of_zero_tells_the_total_alone(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A count of zero, or below it, is answered by no resource, and by how many there are."""
    yield from case.event.outcomes


def _pages(entries: History) -> Iterator[Case[RowsTold]]:
    for query, whole in _counted(entries):
        total, count = _total(query), query.number("count")
        if whole is None or total is None or (count is not None and count <= 0):
            continue
        is_within = (query.number("startindex") or 1) <= len(whole.items)
        if total > len(whole.items) or (not query.items and is_within):
            continue  # whether the filter or the page came first is told elsewhere
        row = _ALL if total == len(query.items) < len(whole.items) else _SAME
        said = f"totalResults {len(whole.items)}, as the whole list"
        wrong = [] if total == len(whole.items) else [Finding(said, f"{total}", "/totalResults", row)]
        yield told(query, (row,) if wrong else (_ALL, _SAME), wrong, whole.entry)


@history_check(_ALL, _SAME, over=_pages, rows_of=rows_told)
def a_page_counts_all_that_matches(case: Case[RowsTold]) -> Iterator[Outcome]:
    """totalResults counts all that matches, and not the page or what follows it."""
    yield from case.event.outcomes
