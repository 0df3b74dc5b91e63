"""Searches by POST, and queries at the root: RFC 7644 sections 3.4.3 and 3.4.2.1."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.filter_features import leaves
from harness.checks.filter_rows import parsed
from harness.checks.queries import NAMES, Query, RowsTold, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import object_in
from harness.model.matching import matches
from harness.record.exchange import get_attribute

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
_ROW = "RFC7644-3.4.3-"


def _is_offered(query: Query) -> bool:
    """Whether an answer speaks of the search: not of the token, the load, or an endpoint that there is not."""
    return query.is_search and query.exchange.status not in (0, 401, 403, 404, 405, 429, 501, 503)


def _has_uri(query: Query) -> bool:
    schemas = query.asked.get("schemas")
    return isinstance(schemas, list) and SEARCH in schemas


def _searches(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        if not _is_offered(query) or not _has_uri(query) or query.exchange.status >= 300:
            continue
        is_right = query.is_listed
        rows = [f"{_ROW}01", f"{_ROW}13"]
        if not is_right:
            said = f"status {query.exchange.status}" if query.exchange.status != 200 else "no ListResponse"
            yield told(query, (f"{_ROW}01",), [Finding("status 200 and a ListResponse", said)])
            continue
        wrong: list[Outcome] = []
        if query.endpoint == "Groups":
            rows.append(f"{_ROW}02")
            wrong += [Finding("groups alone", "a user", f"/Resources/{index}", f"{_ROW}02")
                      for index, item in enumerate(query.items) if _type_of(item) == "User"]  # fmt: skip
        yield told(query, rows, wrong)


def _type_of(item: dict[str, object]) -> str:
    named = object_in(item, "meta").get("resourceType")
    return str(named) if named else "User" if get_attribute(item, "userName") is not None else ""


@history_check(f"{_ROW}01", f"{_ROW}02", f"{_ROW}13", over=_searches, rows_of=rows_told)
def a_search_is_answered_as_a_list(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A search by POST is answered with 200 and a list of the endpoint's resources, and makes nothing."""
    yield from case.event.outcomes


def _other_messages(entries: History) -> Iterator[Case[RowsTold]]:
    queries = queries_of(entries)
    for query in queries:
        is_known = any(other.is_search and other.is_listed and other.endpoint == query.endpoint for other in queries)
        if is_known and _is_offered(query) and not _has_uri(query):
            status = query.exchange.status
            said: list[Outcome] = [Recorded("answered" if query.is_listed else f"status {status}")]
            if not query.is_listed and status != 400:
                said.append(Finding("status 400", f"status {status}"))
            yield told(query, (f"{_ROW}04",), said)


@history_check(f"{_ROW}04", over=_other_messages)
def another_message_is_no_search(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A body that does not say that it is a search request is declined with 400, or read as one."""
    yield from case.event.outcomes


def _paged(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        count, start = query.number("count"), query.number("startindex")
        if not query.is_search or not query.is_listed or (count is None and start is None) or "cursor" in query.asked:
            continue
        wrong = []
        if count is not None and len(query.items) > max(count, 0):
            wrong.append(Finding(f"at most {count} resources", f"{len(query.items)}", "/Resources"))
        stated = query.exchange.json.get("startIndex")
        if start is not None and query.items and isinstance(stated, int) and stated != max(start, 1):
            wrong.append(Finding(f"startIndex {max(start, 1)}", f"{stated}", "/startIndex"))
        yield told(query, (f"{_ROW}11",), wrong)


@history_check(f"{_ROW}11", over=_paged)
def a_search_is_paged(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A search shows the page that startIndex and count in its body name."""
    yield from case.event.outcomes


def _bare(entries: History) -> Iterator[Case[RowsTold]]:
    queries = queries_of(entries)
    for query in queries:
        is_known = any(other.is_search and other.is_listed and other.endpoint == query.endpoint for other in queries)
        if is_known and query.is_search and _has_uri(query) and set(query.asked) == {"schemas"} and _is_offered(query):
            wrong = [] if query.is_listed else [Finding("a list", f"status {query.exchange.status}")]
            yield told(query, (f"{_ROW}12",), wrong)


@history_check(f"{_ROW}12", over=_bare)
def a_search_needs_no_parameter(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A search request without any parameter is answered with a list."""
    yield from case.event.outcomes


# At the root.


def _of_all_types(entries: History) -> Iterator[Case[RowsTold]]:
    """Whole answers at the root to a filter that resources of several types match."""
    for query in queries_of(entries):
        tree = parsed(query)
        if query.endpoint or not query.is_whole or tree is None:
            continue
        if any(leaf.name.name.lower() in query.open for leaf in leaves(tree)):
            continue
        wanted = {
            key: shown for key, shown in query.known.items()
            if matches(tree, shown.resource, query.schema_of(key[0]))
        }  # fmt: skip
        if len({endpoint for endpoint, _ in wanted}) < 2:
            continue
        shown_ids = {str(get_attribute(item, "id")) for item in query.items}
        row = f"{_ROW}03" if query.is_search else "RFC7644-3.4.2.1-02"
        missing = [(key, shown) for key, shown in wanted.items() if key[1] not in shown_ids]
        wrong = [Finding(f"the {NAMES[key[0]]} {key[1]!r}, too", "not listed", "/Resources") for key, _ in missing]
        yield told(query, (row,), wrong, *(shown.entry for _, shown in missing))


@history_check("RFC7644-3.4.2.1-02", f"{_ROW}03", over=_of_all_types, rows_of=rows_told)
def the_root_shows_every_type(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A query at the root finds what matches among the resources of every type."""
    yield from case.event.outcomes


def _by_type(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        tree = parsed(query)
        names = {leaf.name.text.lower() for leaf in leaves(tree)} if tree is not None else set()
        if not query.endpoint and "meta.resourcetype" in names and query.exchange.status not in (0, 401, 429):
            types = sorted({_type_of(item) for item in query.items} - {""})
            said = f"{' and '.join(types) or 'nothing'} found" if query.is_listed else f"status {query.exchange.status}"
            yield told(query, ("RFC7644-3.4.2.1-03",), [Recorded(said)])


@history_check("RFC7644-3.4.2.1-03", over=_by_type)
def types_in_filters_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Which types a filter by meta.resourceType finds at the root."""
    yield from case.event.outcomes
