"""Lists, filters and pages: RFC 7644 sections 3.4.2 to 3.4.2.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TypeGuard
from unicodedata import normalize

from harness.catalogue.verdict import Finding
from harness.checks.facets import BY_TYPE, CASE_BY_TYPE, always
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import (
    PULL_ACTS,
    created,
    equality_filter,
    filtered_list,
    has_body,
    listed,
    query_of,
    resources_in,
    whole_number,
)
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, is_list
from harness.record.journal import Act, ClockMove, Entry, exchanges
from harness.record.message import LIST_RESPONSE


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _answered_list(exchange: Exchange) -> bool:
    route = exchange.route
    is_asked = exchange.request.method == "GET" and route.endpoint in RESOURCES and not route.id
    return is_asked and exchange.status == 200 and has_body(exchange)


@check("RFC7644-3.4.2-04", over=_answered_list, facets=BY_TYPE)
def a_list_says_that_it_is_one(exchange: Exchange) -> Iterator[Outcome]:
    """The `schemas` of a list is exactly the ListResponse URI."""
    schemas = exchange.json.get("schemas")
    if schemas != [LIST_RESPONSE]:
        yield Finding(f"schemas {[LIST_RESPONSE]}", repr(schemas), "/schemas")


@check("RFC7644-3.4.2-05", over=listed, facets=BY_TYPE)
def a_list_has_total_results(exchange: Exchange) -> Iterator[Outcome]:
    """totalResults is a whole number, not negative."""
    total = exchange.json.get("totalResults")
    if not _is_number(total) or total < 0:
        yield Finding("totalResults as a number", repr(total), "/totalResults")


def _counted_list(exchange: Exchange) -> bool:
    return listed(exchange) and _is_number(exchange.json.get("totalResults"))


def _count_of(exchange: Exchange) -> int | None:
    return whole_number(query_of(exchange).get("count"))


@check("RFC7644-3.4.2-07", over=lambda e: _counted_list(e) and _asks_for_some(e) and _first_page(e), facets=BY_TYPE)
def matches_are_shown(exchange: Exchange) -> Iterator[Outcome]:
    """Where totalResults is not zero, Resources is there, and not empty."""
    yield from _shown(exchange.json)


def _shown(body: Json) -> Iterator[Outcome]:
    if body["totalResults"] > 0 and not (isinstance(found := body.get("Resources"), list) and found):
        yield Finding("Resources as an array", repr(found), "/Resources")


def _counted_at_the_root(exchange: Exchange) -> bool:
    """A search over all types, at the root or at its .search, that asks for the first page and for some of it."""
    if exchange.route.endpoint not in ("", ".search") or exchange.status != 200 or not is_list(exchange.json):
        return False
    asked = exchange.sent_json if exchange.request.method == "POST" else query_of(exchange)
    count = whole_number(str(asked.get("count", "")))
    is_first = not {"cursor", "startindex"} & {name.lower() for name in asked}
    asks_for_some = "count" not in asked or (count is not None and count > 0)
    return is_first and asks_for_some and _is_number(exchange.json.get("totalResults"))


@check("RFC7644-3.4.2-07", over=_counted_at_the_root)
def matches_are_shown_at_the_root(exchange: Exchange) -> Iterator[Outcome]:
    """The same of a search over all types."""
    yield from _shown(exchange.json)


def _asks_for_some(exchange: Exchange) -> bool:
    count = _count_of(exchange)
    return "count" not in query_of(exchange) or (count is not None and count > 0)


def _first_page(exchange: Exchange) -> bool:
    text = query_of(exchange).get("startindex")
    first = whole_number(text)
    return text is None or (first is not None and first <= 1)


def _partial(exchange: Exchange) -> bool:
    # A page that a cursor asks for has no index (RFC 9865 section 2).
    return "cursor" not in query_of(exchange) and _is_part(exchange)


def _is_part(exchange: Exchange) -> bool:
    return _counted_list(exchange) and 0 < len(resources_in(exchange)) < exchange.json["totalResults"]


@check("RFC7644-3.4.2-09", over=_partial, facets=BY_TYPE)
def a_part_says_where_it_starts(exchange: Exchange) -> Iterator[Outcome]:
    """A partial list gives startIndex."""
    start = exchange.json.get("startIndex")
    if not _is_number(start):
        yield Finding("startIndex as a number", repr(start), "/startIndex")


@check("RFC7644-3.4.2-10", over=_is_part, facets=BY_TYPE)
def a_part_says_how_long_it_is(exchange: Exchange) -> Iterator[Outcome]:
    """A partial list gives itemsPerPage."""
    items = exchange.json.get("itemsPerPage")
    if not _is_number(items):
        yield Finding("itemsPerPage as a number", repr(items), "/itemsPerPage")


@check("RFC7644-3.4.2.4-06", over=lambda e: listed(e) and (_count_of(e) or 0) > 0, facets=BY_TYPE)
def no_more_than_count(exchange: Exchange) -> Iterator[Outcome]:
    """A page holds no more results than count asks for."""
    count, shown = _count_of(exchange) or 0, len(resources_in(exchange))
    if shown > count:
        yield Finding(f"at most {count} resources", str(shown), "/Resources")


@check("RFC7644-3.4.2.4-09", over=lambda e: listed(e) and _is_number(e.json.get("itemsPerPage")), facets=BY_TYPE)
def items_per_page_counts_the_page(exchange: Exchange) -> Iterator[Outcome]:
    """itemsPerPage is the number of resources on the page."""
    stated, shown = exchange.json["itemsPerPage"], len(resources_in(exchange))
    if stated != shown:
        yield Finding(f"itemsPerPage {shown}", str(stated), "/itemsPerPage")


def _states_start(exchange: Exchange) -> bool:
    return listed(exchange) and bool(resources_in(exchange)) and _is_number(exchange.json.get("startIndex"))


@check("RFC7644-3.4.2.4-10", over=_states_start, facets=BY_TYPE)
def start_index_is_that_of_the_first_result(exchange: Exchange) -> Iterator[Outcome]:
    """startIndex in the answer is the index of the page's first result."""
    asked = max(whole_number(query_of(exchange).get("startindex")) or 1, 1)
    stated = exchange.json["startIndex"]
    if stated != asked:
        yield Finding(f"startIndex {asked}", str(stated), "/startIndex")


def unmatched_filters(entries: History) -> Iterable[Case[Exchange]]:
    """Equality filters that match nothing, answered with 404 or with a list that holds nothing, at a real endpoint.

    A bridge without groups answers everything at /Groups with 404, so a 404 counts where another answer succeeded.
    """
    offered = {"Users"} | {e.route.endpoint for _, e in exchanges(entries) if 200 <= e.status < 300}
    for entry, exchange in exchanges(entries):
        route = exchange.route
        is_filter = exchange.request.method == "GET" and not route.id and equality_filter(exchange) is not None
        is_empty = exchange.status == 404 or (listed(exchange) and not resources_in(exchange))
        if is_filter and route.endpoint in RESOURCES and route.endpoint in offered and is_empty:
            yield Case(entry, exchange, (entry,))


@history_check("RFC7644-3.4.2-11", over=unmatched_filters, facets=CASE_BY_TYPE)
def no_match_is_an_empty_list(case: Case[Exchange]) -> Iterator[Outcome]:
    """A filter without a match is answered with 200 and an empty list, never with 404."""
    exchange = case.event
    if exchange.status == 404:
        yield Finding("status 200 and totalResults 0", "status 404")
    elif _is_number(total := exchange.json.get("totalResults")) and total != 0 and _asks_for_some(exchange):
        yield Finding("totalResults 0, as nothing matches", str(total), "/totalResults")


@check("RFC7644-3.4.2.2-02", over=filtered_list, facets=BY_TYPE)
def only_matches_are_listed(exchange: Exchange) -> Iterator[Outcome]:
    """Everything in a filtered list matches the filter."""
    attribute, value = equality_filter(exchange) or ("", "")
    for index, resource in enumerate(resources_in(exchange)):
        shown = get_attribute(resource, attribute)
        if isinstance(shown, str) and _prepared(shown) != _prepared(value):
            yield Finding(f"{attribute} {value!r}", repr(shown), f"/Resources/{index}/{attribute}")


def _prepared(text: str) -> str:
    """A text without what PRECIS lets differ: normal form, width and letter case (RFC 7644 sections 5 and 7.8)."""
    return normalize("NFKC", text).casefold()


def _walks(entries: History) -> Iterable[Case[Exchange]]:
    """Runs of unfiltered pages of one endpoint, from the first to one that shows the end, no write in between."""
    walk: list[Entry] = []
    shown = 0
    for entry in _before_a_pull(entries):
        if not isinstance(entry.event, Exchange):
            continue
        if walk and not _continues(walk, shown, entry.event):
            yield from _complete(walk)
            walk, shown = [], 0
        if _is_plain_page(entry.event) and (walk or _first_page(entry.event)):
            walk.append(entry)
            shown += len(resources_in(entry.event))
    yield from _complete(walk)


def _before_a_pull(entries: History) -> Iterator[Entry]:
    """What a bridge was asked before it pulled a directory: from then on it may write without a request of ours."""
    return takewhile(lambda entry: not (isinstance(entry.event, Act) and entry.event.name in PULL_ACTS), entries)


def _is_plain_page(exchange: Exchange) -> bool:
    return (
        _asks_for_some(exchange) and _counted_list(exchange) and not query_of(exchange).keys() - {"startindex", "count"}
    )


def _pages(walk: Iterable[Entry]) -> list[Exchange]:
    return [entry.event for entry in walk if isinstance(entry.event, Exchange)]


def _continues(walk: list[Entry], shown: int, exchange: Exchange) -> bool:
    """Whether a request asks for what comes after the resources that a walk has shown; its first page has another."""
    start = whole_number(query_of(exchange).get("startindex")) or 1
    same_endpoint = exchange.route.endpoint == _pages(walk[:1])[0].route.endpoint
    return _is_plain_page(exchange) and same_endpoint and start > 1 and start == shown + 1


def _complete(walk: list[Entry]) -> Iterable[Case[Exchange]]:
    # A bridge may give less than asked for, so a short page alone is not the end; a full last page may hide more.
    pages = _pages(walk)
    if not pages:
        return
    last, shown = pages[-1], sum(len(resources_in(page)) for page in pages)
    count = _count_of(last)
    is_short = count is None or len(resources_in(last)) < count
    stated = max(page.json["totalResults"] for page in pages)
    if not resources_in(last) or (is_short and shown >= stated):
        yield Case(walk[-1], last, tuple(walk))


@history_check("RFC7644-3.4.2-06", over=_walks, is_of_whole_account=True)
def total_results_counts_all(case: Case[Exchange]) -> Iterator[Outcome]:
    """totalResults is the number of all results, as the pages together show them."""
    pages = case.exchanges
    shown = sum(len(resources_in(page)) for page in pages)
    stated = pages[0].json["totalResults"]
    if stated != shown:
        yield Finding(f"totalResults {shown}, as the pages together show", str(stated), "/totalResults")


@history_check("RFC7644-3.4.2.4-12", over=_walks, is_of_whole_account=True)
def pages_cover_the_set_once(case: Case[Exchange]) -> Iterator[Outcome]:
    """The pages of an unchanged set hold every resource once."""
    seen: set[str] = set()
    for page in case.exchanges:
        for resource in resources_in(page):
            shown = repr(resource.get("id"))
            if shown in seen and resource.get("id") is not None:
                yield Finding("every resource once", f"{shown} again", "/Resources")
            seen.add(shown)


@history_check("RFC7644-3.4.2.4-11", over=_walks, is_of_whole_account=True)
def total_results_is_constant(case: Case[Exchange]) -> Iterator[Outcome]:
    """totalResults is the same on all pages of an unchanged set."""
    totals = {page.json["totalResults"] for page in case.exchanges}
    if len(totals) > 1:
        yield Finding("the same totalResults on every page", f"{sorted(totals)}", "/totalResults")


def _walks_after_creates(entries: History) -> Iterable[Case[Exchange]]:
    """Complete walks with the creates before them whose resources nobody has touched since: those, then the pages."""
    made: dict[tuple[str, str], Entry] = {}
    position = {entry.id: index for index, entry in enumerate(entries)}
    for walk in _walks(entries):
        made.clear()
        for entry in entries[: position[walk.entries[0].id]]:
            exchange = entry.event
            if isinstance(exchange, Act):
                made.clear()
            elif isinstance(exchange, Exchange) and exchange.request.method in ("PUT", "PATCH", "DELETE"):
                made.pop((exchange.route.endpoint, exchange.route.id), None)
            elif isinstance(exchange, Exchange) and created(exchange) and exchange.status in (200, 201):
                made[exchange.route.endpoint, str(exchange.json.get("id"))] = entry
        endpoint = walk.event.route.endpoint
        own = [entry for (kind, _), entry in made.items() if kind == endpoint]
        if own:
            yield Case(walk.at, walk.event, (*own, *walk.entries))


@history_check("RFC7644-3.4.2.4-12", over=_walks_after_creates, is_of_whole_account=True)
def pages_hold_what_was_created(case: Case[Exchange]) -> Iterator[Outcome]:
    """The pages together leave out nothing: what was created before the walk is on one of them."""
    shown = {str(r.get("id")) for page in case.exchanges for r in resources_in(page)}
    for exchange in case.exchanges:
        own = str(exchange.json.get("id"))
        if created(exchange) and own not in shown:
            yield Finding(f"{own!r} on one of the pages", "on none", "/Resources")


def _part_before_a_walk(entries: History) -> Iterable[Case[Exchange]]:
    """A first page that its `count` cut short, with the walk over the whole set right after it, no write between."""
    part: tuple[Entry, Exchange] | None = None
    walk: list[Entry] = []
    shown = 0
    for entry in _before_a_pull(entries):
        exchange = entry.event
        if isinstance(exchange, Act | ClockMove):
            part, walk = None, []
        if not isinstance(exchange, Exchange):
            continue
        if exchange.request.method not in ("GET", "HEAD"):
            part, walk = None, []
        elif part and walk and _continues(walk, shown, exchange):
            walk.append(entry)
            shown += len(resources_in(exchange))
        elif part and _is_plain_page(exchange) and _first_page(exchange) and _same_endpoint(part[1], exchange):
            walk, shown = [entry], len(resources_in(exchange))
        if part and walk and _may_end(exchange) and any(_complete(walk)):
            first, page = part
            yield Case(first, page, (first, *walk))
            part, walk = None, []
        elif not walk and _is_full_page(exchange):
            part = (entry, exchange)


def _may_end(exchange: Exchange) -> bool:
    """Whether a page holds less than it was asked for: every other one has more behind it, as far as it tells."""
    return listed(exchange) and not _is_full_page_of(exchange)


def _is_full_page_of(exchange: Exchange) -> bool:
    return len(resources_in(exchange)) == _count_of(exchange)


def _is_full_page(exchange: Exchange) -> bool:
    return _is_plain_page(exchange) and _first_page(exchange) and _is_full_page_of(exchange)


def _same_endpoint(one: Exchange, other: Exchange) -> bool:
    return one.route.endpoint == other.route.endpoint


@history_check(
    "OKTA-02",
    "RFC7644-3.4.2-06",
    over=_part_before_a_walk,
    facets={"OKTA-02": always("the total counts all")},
    is_of_whole_account=True,
)
def a_part_states_the_whole(case: Case[Exchange]) -> Iterator[Outcome]:
    """totalResults of a page that `count` cut short is the number of all results.

    Where the pages of the whole state several totals, others made and deleted some meanwhile: it may differ by so many.
    """
    part, *pages = case.exchanges
    shown, stated = sum(len(resources_in(page)) for page in pages), part.json["totalResults"]
    totals = [total for page in pages if isinstance(total := page.json.get("totalResults"), int)]
    if abs(stated - shown) > max(totals) - min(totals):
        yield Finding(f"totalResults {shown}, as the whole list shows", str(stated), "/totalResults")


@history_check("OKTA-02", over=_part_before_a_walk, facets=always("the order stays"), is_of_whole_account=True)
def a_part_begins_like_the_whole(case: Case[Exchange]) -> Iterator[Outcome]:
    """The order is the same on every call: a first page shows what the whole list begins with."""
    part, *pages = case.exchanges
    begins = [r.get("id") for r in resources_in(part)]
    whole = [r.get("id") for page in pages for r in resources_in(page)][: len(begins)]
    if begins != whole:
        yield Finding(f"a list that begins with {begins}", f"{whole}", "/Resources")
