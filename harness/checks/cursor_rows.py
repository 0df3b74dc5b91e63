"""Pages by cursor: RFC 9865."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.filter_rows import parsed
from harness.checks.list_rows import ids_of
from harness.checks.queries import Query, RowsTold, own_of, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import object_in
from harness.model.matching import matches
from harness.model.sorting import misplaced
from harness.record.exchange import Exchange, get_attribute
from harness.record.message import is_error_message

_ROW = "RFC9865-"
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*")


def _by_cursor(entries: History) -> Iterator[Query]:
    """The answered queries by cursor, of a bridge that declares cursors."""
    for query in queries_of(entries):
        offers = get_attribute(object_in(query.config, "pagination"), "cursor") is True
        if "cursor" in query.asked and offers and not _is_about_else(query.exchange):
            yield query


def _is_about_else(exchange: Exchange) -> bool:
    """Whether an answer says nothing of the cursor: a search or a filter that the bridge does not offer."""
    is_filter = get_attribute(exchange.json, "scimType") == "invalidFilter"
    return is_filter or exchange.status in (0, 401, 403, 404, 429, 501, 503)


def _next(query: Query) -> str:
    following = query.exchange.json.get("nextCursor")
    return following if isinstance(following, str) else ""


def _is_counted(query: Query) -> bool:
    """Whether count is a number, or is not given."""
    return "count" not in query.asked or query.number("count") is not None


def _pages(entries: History) -> Iterator[Case[RowsTold]]:
    for query in _by_cursor(entries):
        count = query.number("count")
        is_first = query.asked.get("cursor") == "" and "startindex" not in query.asked
        if is_first and _is_counted(query) and not query.is_listed:
            yield told(query, (f"{_ROW}2-01",), [Finding("the first page", f"status {query.exchange.status}")])
        if not query.is_listed:
            continue
        body, rows, wrong = query.exchange.json, [f"{_ROW}2-02"], list(_odd_cursors(query))
        if is_first:
            rows += [f"{_ROW}2-01", f"{_ROW}2-11"]
            if get_attribute(body, "previousCursor"):
                wrong.append(Finding("no previousCursor", "one", "/previousCursor", f"{_ROW}2-11"))
        if count is not None:
            row = f"{_ROW}2-0{5 if count > 0 else 4 if count == 0 else 3}"
            rows.append(row)
            if len(query.items) > max(count, 0):
                wrong.append(Finding(f"at most {max(count, 0)} resources", f"{len(query.items)}", "/Resources", row))
        yield told(query, rows, wrong)


def _odd_cursors(query: Query) -> Iterator[Finding]:
    for name in ("nextCursor", "previousCursor"):
        value = get_attribute(query.exchange.json, name)
        if value is not None and not (isinstance(value, str) and _UNRESERVED.fullmatch(value)):
            yield Finding("a text of unreserved characters", repr(value)[:80], f"/{name}", f"{_ROW}2-02")


@history_check(*(f"{_ROW}2-{number:02}" for number in (1, 2, 3, 4, 5, 11)), over=_pages, rows_of=rows_told)
def a_page_by_cursor_is_what_was_asked_for(case: Case[RowsTold]) -> Iterator[Outcome]:
    """An empty cursor begins at the first page, no page is longer than count, and cursors need no escapes."""
    yield from case.event.outcomes


def _recorded(entries: History) -> Iterator[Case[RowsTold]]:
    for query in _by_cursor(entries):
        count, body = query.number("count"), query.exchange.json
        if not query.is_listed:
            continue
        said = []
        if count and _next(query):
            size = "as many as asked for" if len(query.items) == count else "fewer than asked for"
            said.append(Recorded(f"before the end {size}", f"{_ROW}2-06"))
        if query.asked.get("cursor"):
            said.append(Recorded("given" if get_attribute(body, "previousCursor") else "not given", f"{_ROW}2-10"))
        said.append(Recorded("given" if get_attribute(body, "totalResults") is not None else "left out", f"{_ROW}2-13"))
        yield told(query, [each.requirement for each in said], said)


@history_check(f"{_ROW}2-06", f"{_ROW}2-10", f"{_ROW}2-13", over=_recorded, rows_of=rows_told)
def choices_of_cursors_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Whether pages by cursor are full, tell the total, and lead back."""
    yield from case.event.outcomes


# Walks.


@dataclass(slots=True)
class _CursorWalk:
    """Pages of one question, one behind the other, from the first on."""

    pages: list[Query]

    @property
    def ids(self) -> list[str]:
        return [str(get_attribute(item, "id")) for page in self.pages for item in page.items]


def _question(query: Query) -> str:
    kept = {name: value for name, value in query.asked.items() if name != "cursor"}
    return repr((query.endpoint, query.kind, sorted(kept.items(), key=str)))


def _walks(entries: History) -> Iterator[_CursorWalk]:
    """Walks that ended: without a further cursor, or where a page or a cursor came that had been there before."""
    open_walks: dict[tuple[str, str], _CursorWalk] = {}
    for query in _by_cursor(entries):
        if not query.is_listed or (query.number("count") or 0) < 1:
            continue
        question, cursor = _question(query), str(query.asked.get("cursor"))
        walk = _CursorWalk([]) if cursor == "" else open_walks.pop((question, cursor), None)
        if walk is None or (walk.pages and walk.pages[0].known is not query.known):
            continue
        walk.pages.append(query)
        following = _next(query)
        seen = {str(page.asked.get("cursor")) for page in walk.pages}
        is_new = not query.items or len(set(walk.ids)) > len(
            {each for page in walk.pages[:-1] for each in ids_of(page)}
        )
        if following and following not in seen and is_new:
            open_walks[question, following] = walk
        else:
            yield walk


def _ended(entries: History) -> Iterator[Case[RowsTold]]:
    for walk in _walks(entries):
        last, first, ids = walk.pages[-1], walk.pages[0], walk.ids
        tree = parsed(first)
        is_filtered = bool(first.text("filter"))
        if (tree is None and is_filtered) or any(page.endpoint == "" for page in walk.pages):
            continue
        wanted = [key[1] for key, shown in own_of(first)
                  if tree is None or matches(tree, shown.resource, first.schema_of(key[0]))]  # fmt: skip
        missing = [each for each in wanted if each not in ids]
        wrong: list[Finding] = []
        if _next(last):
            wrong.append(Finding("no nextCursor on the last page", "one that leads round in a circle", "/nextCursor",
                                 f"{_ROW}2-09"))  # fmt: skip
        total = first.exchange.json.get("totalResults")
        is_early = isinstance(total, int) and len(ids) < total
        if missing and not wrong:
            row = [f"{_ROW}2-07", f"{_ROW}2-08"] if is_early or len(walk.pages) == 1 else [f"{_ROW}2-12"]
            wrong += [Finding(f"{missing} on one of the pages", "on none", "/Resources", each) for each in row]
        repeated = sorted({each for each in ids if ids.count(each) > 1})
        if repeated:
            wrong.append(Finding("every resource once", f"{repeated} again", "/Resources", f"{_ROW}2-12"))
        rows = [f"{_ROW}2-{number}" for number in ("07", "08", "09", "12")]
        rows += [f"{_ROW}3-01"] if first.is_search else []
        if first.is_search and wrong:
            wrong = [Finding(each.expected, each.actual, each.pointer, f"{_ROW}3-01") for each in wrong]
        broken = {each.requirement for each in wrong}
        yield told(last, broken or rows, wrong, *(page.entry for page in walk.pages[:-1]))


@history_check(*(f"{_ROW}2-{number}" for number in ("07", "08", "09", "12")), f"{_ROW}3-01", over=_ended,
               rows_of=rows_told)  # fmt: skip
def pages_by_cursor_cover_the_set(case: Case[RowsTold]) -> Iterator[Outcome]:
    """The pages from the first to the one without nextCursor show each resource once, by GET and by search."""
    yield from case.event.outcomes


def _sorted(entries: History) -> Iterator[Case[RowsTold]]:
    for walk in _walks(entries):
        first = walk.pages[0]
        by, order = first.text("sortby"), first.text("sortorder").lower()
        if not by or not first.endpoint or not first.supports("sort") or order not in ("", "ascending", "descending"):
            continue
        items = [item for page in walk.pages for item in page.items]
        wrong = misplaced(items, by, first.schema_of(first.endpoint), order == "descending")
        said = (
            [Finding(f"pages in the order of {by}", "a resource that stands too late", "/Resources")] if wrong else []
        )
        yield told(walk.pages[-1], (f"{_ROW}2.2-01",), said, *(page.entry for page in walk.pages[:-1]))


@history_check(f"{_ROW}2.2-01", over=_sorted)
def pages_by_cursor_are_sorted(case: Case[RowsTold]) -> Iterator[Outcome]:
    """The pages of a sorted query by cursor are in order, one behind the other."""
    yield from case.event.outcomes


def _followed(entries: History) -> Iterator[Case[RowsTold]]:
    """Cursors that are used as they were given, nothing of ours written between; one may have expired."""
    given: dict[str, Query] = {}
    for query in _by_cursor(entries):
        before = given.get(query.text("cursor"))
        is_as_given = before is not None and _question(before) == _question(query) and before.known is query.known
        if before is not None and is_as_given and get_attribute(query.exchange.json, "scimType") != "expiredCursor":
            said = f"status {query.exchange.status} {get_attribute(query.exchange.json, 'scimType') or ''}".strip()
            wrong = [] if query.is_listed else [Finding("the page behind the cursor that was given", said)]
            yield told(query, (f"{_ROW}2-12",), wrong, before.entry)
        if query.is_listed and _next(query):
            given[_next(query)] = query


@history_check(f"{_ROW}2-12", over=_followed)
def a_cursor_that_was_given_leads_on(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A cursor is good for the next page as long as nothing changes, unless its time is over."""
    yield from case.event.outcomes


# What is no cursor.


def _given(entries: History) -> dict[str, Query]:
    """Each cursor of a story with the answer that gave it."""
    return {_next(query): query for query in _by_cursor(entries) if query.is_listed and _next(query)}


def _misused(entries: History) -> Iterator[Case[RowsTold]]:
    given = _given(entries)
    for query in _by_cursor(entries):
        cursor, status, body = query.text("cursor"), query.exchange.status, query.exchange.json
        kind = get_attribute(body, "scimType")
        how = "answered" if query.is_listed else f"status {status} {kind or ''}".strip()
        if "count" in query.asked and query.number("count") is None:
            wrong: list[Outcome] = [Recorded(f"a count that is no number: {how}")]
            if not query.is_listed and (status != 400 or kind != "invalidCount"):
                wrong.append(Finding("status 400 and scimType invalidCount", how))
            yield told(query, (f"{_ROW}2.1-04",), wrong)
        elif cursor and cursor in given and _question(given[cursor]) != _question(query):
            before = given[cursor]
            wrong = [Recorded(f"a cursor of another query: {how}")]
            if not query.is_listed and (status != 400 or kind not in ("invalidCursor", "invalidCount")):
                wrong.append(Finding("status 400 and scimType invalidCursor or invalidCount, or a list", how))
            elif query.is_listed and _is_mixed(query, before):
                wrong.append(Finding("resources of one of the two queries", "of both", "/Resources"))
            yield told(query, (f"{_ROW}2-14",), wrong, before.entry)
        elif cursor and cursor not in given:
            is_altered = any(len(cursor) == len(each) for each in given)
            yield told(query, *_unknown(query, is_altered, how))


def _is_mixed(query: Query, before: Query) -> bool:
    """Whether a page holds what the new filter matches and the old does not, beside the reverse."""
    sides: set[Any] = set()
    trees = parsed(query), parsed(before)
    for item in query.items:
        shown = query.known.get((query.endpoint, str(get_attribute(item, "id"))))
        if shown is not None and query.endpoint and None not in trees:
            schema = query.schema_of(query.endpoint)
            sides.add(tuple(matches(tree, shown.resource, schema) for tree in trees if tree is not None))
    return (True, False) in sides and (False, True) in sides


def _unknown(query: Query, is_altered: bool, how: str) -> tuple[tuple[str, ...], list[Outcome]]:
    rows = (f"{_ROW}2.1-01", f"{_ROW}2.1-02", *((f"{_ROW}5.2-04",) if is_altered else ()))
    body, said = query.exchange.json, list[Outcome]()
    if query.is_listed:
        row = f"{_ROW}5.2-04" if is_altered else f"{_ROW}2.1-02"
        return rows, [Finding("status 400 and scimType invalidCursor", how, requirement=row)]
    if not 400 <= query.exchange.status < 500 or not is_error_message(body):
        said.append(Finding("status 400 and an Error", how, requirement=f"{_ROW}2.1-01"))
    elif get_attribute(body, "scimType") != "invalidCursor":
        said.append(Finding("scimType invalidCursor", how, "/scimType", f"{_ROW}2.1-02"))
    return rows, said


@history_check(
    f"{_ROW}2-14", f"{_ROW}2.1-01", f"{_ROW}2.1-02", f"{_ROW}2.1-04", f"{_ROW}5.2-04", over=_misused, rows_of=rows_told
)
def what_is_no_cursor_is_declined(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A cursor that was never given, or was altered, is declined with 400, and so is a count that is no number."""
    yield from case.event.outcomes


# The method of paging.


def _methods(entries: History) -> Iterator[Case[RowsTold]]:
    """Answers of a bridge that pages both ways: which way they page."""
    defaults: dict[str, Query] = {}
    for query in queries_of(entries):
        paging = object_in(query.config, "pagination")
        if get_attribute(paging, "cursor") is not True or not query.is_listed or query.is_whole:
            continue
        is_by_cursor = bool(_next(query))
        if not {"cursor", "startindex"} & set(query.asked):
            yield told(query, (f"{_ROW}2.3-01",), [Recorded("nextCursor" if is_by_cursor else "no nextCursor")])
        if get_attribute(paging, "index") is not True or query.number("count") == 0 or not query.items:
            continue
        if "startindex" in query.asked and "cursor" not in query.asked:
            wrong = [Finding("startIndex, and no nextCursor", "a nextCursor alone", "/nextCursor")]
            is_right = not is_by_cursor or query.exchange.json.get("startIndex") is not None
            yield told(query, (f"{_ROW}2.4-03",), [] if is_right else wrong)
        elif "cursor" not in query.asked:
            yield _default(query, defaults, is_by_cursor, get_attribute(paging, "defaultPaginationMethod"))


def _default(query: Query, defaults: dict[str, Query], is_by_cursor: bool, declared: Any) -> Case[RowsTold]:
    first = defaults.setdefault("", query)
    used = "cursor" if is_by_cursor else "index"
    said: list[Outcome] = [Recorded(f"the default method is {used}", f"{_ROW}2.4-02")]
    if bool(_next(first)) != is_by_cursor:
        said.append(Finding("the same method on every call", f"by {used}", requirement=f"{_ROW}2.4-01"))
    elif declared in ("cursor", "index") and declared != used:
        said.append(Finding(f"pages by {declared}, as defaultPaginationMethod says", f"by {used}",
                            requirement=f"{_ROW}2.4-01"))  # fmt: skip
    return told(query, (f"{_ROW}2.4-01", f"{_ROW}2.4-02"), said, *(() if first is query else (first.entry,)))


@history_check(*(f"{_ROW}{row}" for row in ("2.3-01", "2.4-01", "2.4-02", "2.4-03")), over=_methods,
               rows_of=rows_told)  # fmt: skip
def the_method_of_paging_is_the_one_asked_for(case: Case[RowsTold]) -> Iterator[Outcome]:
    """startIndex asks for pages by index, and without a word about it the method is always the same."""
    yield from case.event.outcomes


# The configuration.


def _has_pagination(exchange: Exchange) -> bool:
    is_config = exchange.route.endpoint == "ServiceProviderConfig" and exchange.request.method == "GET"
    return is_config and exchange.status == 200 and isinstance(get_attribute(exchange.json, "pagination"), dict)


@check(*(f"{_ROW}4-0{number}" for number in (2, 3, 4, 5)), over=_has_pagination)
def pagination_is_described(exchange: Exchange) -> Iterator[Outcome]:
    """The configuration says by true or false which methods there are, and by positive numbers how long pages are."""
    paging = object_in(exchange.json, "pagination")
    for name, row in (("cursor", "02"), ("index", "03")):
        if not isinstance(get_attribute(paging, name), bool):
            said = repr(get_attribute(paging, name))
            yield Finding("true or false", said, f"/pagination/{name}", f"{_ROW}4-{row}")
    default = get_attribute(paging, "defaultPaginationMethod")
    if default not in (None, "cursor", "index"):
        yield Finding("cursor or index", repr(default), "/pagination/defaultPaginationMethod", f"{_ROW}4-04")
    size = get_attribute(paging, "defaultPageSize")
    if size is not None and not _is_positive(size):
        yield Finding("a positive integer", repr(size), "/pagination/defaultPageSize", f"{_ROW}4-05")


def _is_positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _limited(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        most = get_attribute(object_in(query.config, "pagination"), "maxPageSize")
        if most is None or not query.is_listed:
            continue
        wrong = []
        if not _is_positive(most):
            wrong.append(Finding("maxPageSize as a positive integer", repr(most)))
        elif len(query.items) > most:
            wrong.append(Finding(f"at most {most} resources, as maxPageSize says", f"{len(query.items)}", "/Resources"))
        yield told(query, (f"{_ROW}4-06",), wrong)


@history_check(f"{_ROW}4-06", over=_limited)
def no_page_is_longer_than_declared(case: Case[RowsTold]) -> Iterator[Outcome]:
    """No page is longer than the configuration says."""
    yield from case.event.outcomes


def _answered_cursors(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        if query.asked.get("cursor") == "" and query.is_listed and _next(query) and query.config:
            is_told = isinstance(get_attribute(query.config, "pagination"), dict)
            wrong = [] if is_told else [Finding("pagination in the configuration", "none", "/pagination")]
            yield told(query, (f"{_ROW}4-01",), wrong)


@history_check(f"{_ROW}4-01", over=_answered_cursors)
def cursors_that_work_are_declared(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A bridge that answers a query by cursor says so in its configuration."""
    yield from case.event.outcomes
