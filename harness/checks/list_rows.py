"""Lists and their pages, beside other answers of the same story: RFC 7644 sections 3.4.1, 3.4.2 and 3.4.2.4."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.queries import Query, RowsTold, looks_of, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.record.exchange import get_attribute

_ROW = "RFC7644-3.4.2.4-"
_PARAMETERS = frozenset(
    ("filter", "sortby", "sortorder", "startindex", "count", "cursor", "attributes", "excludedattributes", "schemas")
)


def ids_of(query: Query) -> list[str]:
    """The ids that an answer shows, in their order."""
    return [str(get_attribute(each, "id")) for each in query.items]


def shows_ours_alone(query: Query) -> bool:
    """Whether an answer shows nothing but what this story has made: others may come and go."""
    return {(query.endpoint, scim_id) for scim_id in ids_of(query)} <= query.known.keys()


def _answered(query: Query) -> bool:
    return query.exchange.status not in (0, 401, 403, 429, 503)


def _ids_of_others(entries: History) -> Iterator[Case[RowsTold]]:
    """Reads at one endpoint by the id of a resource of another."""
    for query in looks_of(entries):
        scim_id, own = query.exchange.route.id, query.endpoint
        other = next((each for (at, key), each in query.known.items() if key == scim_id and at != own), None)
        if query.kind != "read" or other is None or not _answered(query) or query.asked:
            continue
        name = get_attribute(other.resource, "userName") or get_attribute(other.resource, "displayName")
        shown = [get_attribute(item, key) for item in query.items for key in ("userName", "displayName")]
        if query.exchange.status == 200 and name not in shown:
            continue  # another resource may have the same id: an id is unique within its type
        wrong = [] if query.exchange.status == 404 else [Finding("status 404", f"status {query.exchange.status}")]
        yield told(query, ("RFC7644-3.4.1-04",), wrong, other.entry)


@history_check("RFC7644-3.4.1-04", over=_ids_of_others)
def an_id_is_of_one_endpoint(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A resource is not found under the endpoint of another resource type."""
    yield from case.event.outcomes


def _places(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        if _answered(query):
            where = f"/{query.endpoint}" + ("/.search" if query.is_search else "")
            how = "answered" if query.is_listed else f"status {query.exchange.status}"
            rows = ("RFC7644-3.4.2-01", "RFC7644-3.4.2.1-01")
            if query.is_listed or query.exchange.status in (404, 405, 501):
                yield told(query, rows, [Recorded(f"{where}: {how}")])


def _ways(entries: History) -> Iterator[Case[RowsTold]]:
    for query in looks_of(entries):
        if query.items and (query.endpoint, ids_of(query)[0]) in query.known:
            way = {"read": "by URL", "list": "by query", "search": "by query"}.get(query.kind)
            if way:
                yield told(query, ("RFC7644-3.4-01",), [Recorded(way)])


@history_check("RFC7644-3.4-01", over=_ways)
def ways_of_reading_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Whether what was made is read by its URL and by query."""
    yield from case.event.outcomes


@history_check("RFC7644-3.4.2-01", "RFC7644-3.4.2.1-01", over=_places, rows_of=rows_told)
def places_of_queries_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """At which endpoints a bridge answers queries."""
    yield from case.event.outcomes


def _unknown_parameters(entries: History) -> Iterator[Case[RowsTold]]:
    """Queries with a parameter that there is not, after the same without it."""
    plain: dict[tuple[str, str, str, str], Query] = {}
    for query in looks_of(entries):
        if query.kind not in ("list", "read"):
            continue
        kept = {name: value for name, value in query.asked.items() if name in _PARAMETERS}
        key = (query.kind, query.endpoint, query.exchange.route.id, repr(sorted(kept.items())))
        if len(kept) == len(query.asked):
            plain[key] = query
        elif key in plain and _answered(query) and plain[key].known is query.known:
            before = plain[key]
            own = {scim_id for _, scim_id in query.known}
            told_before, told_now = (sorted(own.intersection(ids_of(each))) for each in (before, query))
            wrong = []
            if query.exchange.status != before.exchange.status:
                wrong.append(Finding(f"status {before.exchange.status}, as without", f"status {query.exchange.status}"))
            elif told_before != told_now:
                wrong.append(Finding(f"{told_before}, as without", f"{told_now}", "/Resources"))
            yield told(query, ("RFC7644-3.4.2-03",), wrong, before.entry)


@history_check("RFC7644-3.4.2-03", over=_unknown_parameters)
def unknown_parameters_are_passed_over(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A query with a parameter that there is not is answered as without it."""
    yield from case.event.outcomes


# Pages.


def _sizes(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        if not query.is_listed or query.asked.get("cursor"):
            continue
        count, shown = query.number("count"), len(query.items)
        if count is None and "count" not in query.asked:
            yield told(query, (f"{_ROW}08",), [Recorded(f"without count: {'all' if query.is_whole else shown}")])
        elif count:
            said = "as many as asked for" if shown == count else "all" if query.is_whole else "fewer than asked for"
            yield told(query, (f"{_ROW}07", "RFC7644-3.4.2-08"), [Recorded(said)])


@history_check(f"{_ROW}07", f"{_ROW}08", "RFC7644-3.4.2-08", over=_sizes, rows_of=rows_told)
def sizes_of_pages_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """How many resources a bridge shows, with and without count."""
    yield from case.event.outcomes


def question_of(query: Query) -> str:
    """What a list is asked, but for the page: of one set of resources."""
    kept = {name: value for name, value in query.asked.items() if name not in ("startindex", "count")}
    return repr((query.endpoint, query.kind, sorted(kept.items(), key=str)))


def _cut(entries: History) -> Iterator[tuple[Query, Query, int, int | None]]:
    """Pages by index of a filtered list that was shown whole before, nothing of ours written between."""
    whole: dict[str, Query] = {}
    for query in queries_of(entries):
        question = question_of(query)
        if not query.is_listed or not query.text("filter") or "cursor" in query.asked or not query.endpoint:
            continue
        start, count = query.number("startindex"), query.number("count")
        if (start is None and "startindex" in query.asked) or (count is None and "count" in query.asked):
            continue  # no number, or one that is too large to be counted with
        if question in whole and whole[question].known is query.known:
            if count != 0:
                yield query, whole[question], max(start or 1, 1), count
        elif query.is_whole and shows_ours_alone(query):
            whole[question] = query


def _pages(entries: History) -> Iterator[Case[RowsTold]]:
    for query, whole, start, count in _cut(entries):
        all_ids, ids = ids_of(whole), ids_of(query)
        wrong: list[Finding] = []
        if not set(ids) <= set(all_ids):
            wrong.append(Finding(f"some of {all_ids}, as the whole list", f"{ids}", "/Resources", f"{_ROW}14"))
        total = query.exchange.json.get("totalResults")
        # One that is too low is told by what it counts, if the page shows something.
        is_cut_before = not ids and start <= len(all_ids)
        if isinstance(total, int) and (total > len(all_ids) or (total < len(all_ids) and is_cut_before)):
            wrong.append(Finding(f"totalResults {len(all_ids)}", f"{total}", "/totalResults", f"{_ROW}14"))
        if start <= len(all_ids) and not ids and (count is None or count > 0):
            row = f"{_ROW}03" if start == len(all_ids) > 1 else f"{_ROW}14"
            wrong.append(Finding(f"a part of the {len(all_ids)} results from {start} on", "nothing", "/Resources", row))
        elif start > 1 and ids and any(ids == all_ids[at : at + len(ids)] for at in (start, start - 2)):
            said = f"{all_ids[start - 1 : start - 1 + len(ids)]}, counted from 1"
            wrong.append(Finding(said, f"{ids}", "/Resources", f"{_ROW}03"))
        rows = [f"{_ROW}14", *((f"{_ROW}03",) if start > 1 else ())]
        broken = {each.requirement for each in wrong}
        yield told(query, broken or rows, wrong, whole.entry)


@history_check(f"{_ROW}03", f"{_ROW}14", over=_pages, rows_of=rows_told)
def a_page_is_cut_from_what_matches(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A page of a filtered list is a part of what matches, counted from 1."""
    yield from case.event.outcomes


def _default_starts(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        start = query.exchange.json.get("startIndex")
        is_default = not {"startindex", "cursor"} & set(query.asked) and query.is_listed and query.items
        if is_default and isinstance(start, int):
            wrong = [] if start == 1 else [Finding("startIndex 1", f"{start}", "/startIndex")]
            yield told(query, (f"{_ROW}02",), wrong)


@history_check(f"{_ROW}02", over=_default_starts)
def a_list_begins_at_one(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Without startIndex a list begins with the first result."""
    yield from case.event.outcomes


_NO_SEARCH = (401, 403, 404, 405, 501)  # each says that there is no `.search` here, or not for this client


def _no_numbers(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        odd = [name for name in ("startindex", "count") if name in query.asked and query.number(name) is None]
        if not odd or "cursor" in query.asked or not _answered(query):
            continue
        status = query.exchange.status
        if query.is_search and status in _NO_SEARCH:
            continue
        said: list[Outcome] = [
            Recorded(f"{' and '.join(odd)}: {'passed over' if status == 200 else f'status {status}'}")
        ]
        if status not in (200, 400):
            said.append(Finding("status 400, or a list", f"status {status}"))
        yield told(query, (f"{_ROW}15",), said)


@history_check(f"{_ROW}15", over=_no_numbers)
def a_page_that_is_no_number_breaks_nothing(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A count or startIndex that is no number is declined with 400, or passed over."""
    yield from case.event.outcomes


def _moved(entries: History) -> Iterator[Case[RowsTold]]:
    """Pages that were asked for before something of ours was written, and again after it."""
    before: dict[tuple[str, int | None, int | None], Query] = {}
    for query in queries_of(entries):
        if not query.is_listed or not query.number("count") or not query.text("filter"):
            continue
        key = (question_of(query), query.number("startindex"), query.number("count"))
        if key in before and set(before[key].known) != set(query.known):
            said = "the same resources" if ids_of(before[key]) == ids_of(query) else "other resources"
            yield told(query, (f"{_ROW}16",), [Recorded(f"a page again, after a change: {said}")], before[key].entry)
        before[key] = query


@history_check(f"{_ROW}16", over=_moved)
def pages_after_a_change_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """What a page shows again after somebody has come or gone."""
    yield from case.event.outcomes
