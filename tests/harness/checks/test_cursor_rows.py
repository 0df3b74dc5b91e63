from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.query_samples import BOTH, CONFIG, NOT_TOLD, TOLD, ask
from tests.harness.checks.samples import ADA, GRACE, Row, accepts, error, finds, get, ignores, page, records, user

OURS = 'userName co "example.com"'


def turn(cursor: str, body: Any, status: int = 200, **more: Any) -> Exchange:
    """A page by cursor, answered."""
    return ask("/Users", body, status, **{"filter": OURS, "cursor": cursor, "count": 1, **more})


def leaf(*resources: Any, total: int = 2, **more: Any) -> Any:
    """A page by cursor."""
    return page(*resources, total=total, start=..., **more)


FIRST = turn("", leaf(ADA, nextCursor="abc"))
LAST = turn("abc", leaf(GRACE))
EXPIRED = error(400, scimType="expiredCursor")
BAD = error(400, scimType="invalidCursor")
NO_FILTER = error(400, scimType="invalidFilter")
DEFAULT = get("/Users?count=1", page(ADA, total=2))

ROWS = (
    accepts("a_page_by_cursor_is_what_was_asked_for", "the first", *TOLD, FIRST),
    finds(
        "a_page_by_cursor_is_what_was_asked_for",
        "an odd cursor, one that leads back, and too many",
        *TOLD,
        turn("", leaf(ADA, GRACE, total=3, nextCursor="a/b", previousCursor="z")),
        says=(
            "RFC9865-2-02: a text of unreserved characters ⟶ 'a/b' @ /nextCursor",
            "RFC9865-2-11: no previousCursor ⟶ one @ /previousCursor",
            "RFC9865-2-05: at most 1 resources ⟶ 2 @ /Resources",
        ),
    ),
    finds(
        "a_page_by_cursor_is_what_was_asked_for",
        "an empty cursor refused",
        *TOLD,
        turn("", BAD, 400),
        says="the first page ⟶ status 400",
    ),
    finds(
        "a_page_by_cursor_is_what_was_asked_for",
        "all for none",
        *TOLD,
        turn("", leaf(ADA, GRACE), count=-1),
        says="RFC9865-2-03: at most 0 resources ⟶ 2 @ /Resources",
    ),
    ignores("a_page_by_cursor_is_what_was_asked_for", "no cursors declared", *NOT_TOLD, FIRST),
    accepts("choices_of_cursors_are_recorded", "the first", *TOLD, FIRST),
    records(
        "choices_of_cursors_are_recorded",
        "two pages",
        *TOLD,
        FIRST,
        LAST,
        says=("before the end as many as asked for", "given", "not given", "given"),
    ),
    ignores("choices_of_cursors_are_recorded", "by index", *TOLD, DEFAULT),
    accepts("pages_by_cursor_cover_the_set", "both", *BOTH, FIRST, LAST),
    finds(
        "pages_by_cursor_cover_the_set",
        "an end too early",
        *BOTH,
        turn("", leaf(ADA)),
        says=(
            "RFC9865-2-07: ['u-grace'] on one of the pages ⟶ on none @ /Resources",
            "RFC9865-2-08: ['u-grace'] on one of the pages ⟶ on none @ /Resources",
        ),
    ),
    finds(
        "pages_by_cursor_cover_the_set",
        "an end too early without a filter",
        *BOTH,
        ask("/Users", leaf(ADA), cursor="", count=1),
        says=(
            "RFC9865-2-07: ['u-grace'] on one of the pages ⟶ on none @ /Resources",
            "RFC9865-2-08: ['u-grace'] on one of the pages ⟶ on none @ /Resources",
        ),
    ),
    finds(
        "pages_by_cursor_cover_the_set",
        "the same again",
        *BOTH,
        FIRST,
        turn("abc", leaf(ADA, nextCursor="abc")),
        says=(
            "RFC9865-2-09: no nextCursor on the last page ⟶ one that leads round in a circle @ /nextCursor",
            "RFC9865-2-12: every resource once ⟶ ['u-ada'] again @ /Resources",
        ),
    ),
    ignores("pages_by_cursor_cover_the_set", "no end", *BOTH, FIRST),
    accepts("a_cursor_that_was_given_leads_on", "the last page", *BOTH, FIRST, LAST),
    ignores("a_cursor_that_was_given_leads_on", "too late", *BOTH, FIRST, turn("abc", EXPIRED, 400)),
    finds(
        "a_cursor_that_was_given_leads_on",
        "declined",
        *BOTH,
        FIRST,
        turn("abc", BAD, 400),
        says="the page behind the cursor that was given ⟶ status 400 invalidCursor",
    ),
    ignores("a_cursor_that_was_given_leads_on", "another question", *BOTH, FIRST, turn("abc", BAD, 400, count=7)),
    accepts(
        "pages_by_cursor_are_sorted",
        "in order",
        *TOLD,
        turn("", leaf(user(displayName="a"), nextCursor="abc"), sortBy="displayName"),
        turn("abc", leaf(user(displayName="b")), sortBy="displayName"),
    ),
    finds(
        "pages_by_cursor_are_sorted",
        "not",
        *TOLD,
        turn("", leaf(user(displayName="b"), nextCursor="abc"), sortBy="displayName"),
        turn("abc", leaf(user(displayName="a")), sortBy="displayName"),
        says="pages in the order of displayName ⟶ a resource that stands too late @ /Resources",
    ),
    ignores("pages_by_cursor_are_sorted", "no order", *TOLD, FIRST, LAST),
    ignores("a_page_by_cursor_is_what_was_asked_for", "a filter declined", *TOLD, turn("", NO_FILTER, 400)),
    ignores("a_page_by_cursor_is_what_was_asked_for", "no search", *TOLD, turn("", error(501), 501)),
    accepts("what_is_no_cursor_is_declined", "declined", *TOLD, turn("nonsense", BAD, 400)),
    finds(
        "what_is_no_cursor_is_declined",
        "the first page",
        *TOLD,
        turn("nonsense", leaf(ADA)),
        says="RFC9865-2.1-02: status 400 and scimType invalidCursor ⟶ answered",
    ),
    finds(
        "what_is_no_cursor_is_declined",
        "an altered one is taken",
        *TOLD,
        FIRST,
        turn("abd", leaf(ADA)),
        says="RFC9865-5.2-04: status 400 and scimType invalidCursor ⟶ answered",
    ),
    finds(
        "what_is_no_cursor_is_declined",
        "a fault, another type, and a count",
        *TOLD,
        turn("nonsense", error(500), 500),
        turn("nonsense", error(400), 400),
        turn("", error(400), 400, count="abc"),
        says=(
            "RFC9865-2.1-01: status 400 and an Error ⟶ status 500",
            "RFC9865-2.1-02: scimType invalidCursor ⟶ status 400 @ /scimType",
            "status 400 and scimType invalidCount ⟶ status 400",
        ),
    ),
    finds(
        "what_is_no_cursor_is_declined",
        "of another query, and a fault",
        *TOLD,
        FIRST,
        turn("abc", error(500), 500, filter="title pr"),
        says="status 400 and scimType invalidCursor or invalidCount, or a list ⟶ status 500",
    ),
    ignores("what_is_no_cursor_is_declined", "one that was given", *TOLD, FIRST, LAST),
    accepts("the_method_of_paging_is_the_one_asked_for", "always by index", *TOLD, DEFAULT, DEFAULT),
    finds(
        "the_method_of_paging_is_the_one_asked_for",
        "now so, now so",
        *TOLD,
        DEFAULT,
        get("/Users?count=1", leaf(ADA, nextCursor="abc")),
        get("/Users?count=1&startIndex=2", leaf(ADA, nextCursor="abc")),
        says=(
            "RFC9865-2.4-01: the same method on every call ⟶ by cursor",
            "startIndex, and no nextCursor ⟶ a nextCursor alone @ /nextCursor",
        ),
    ),
    ignores("the_method_of_paging_is_the_one_asked_for", "all on one page", *TOLD, get("/Users", page(ADA))),
    accepts("pagination_is_described", "well", CONFIG),
    finds(
        "pagination_is_described",
        "badly",
        get(
            "/ServiceProviderConfig",
            {"pagination": {"cursor": "true", "defaultPaginationMethod": "offset", "defaultPageSize": 0}},
        ),
        says=(
            "RFC9865-4-02: true or false ⟶ 'true' @ /pagination/cursor",
            "RFC9865-4-03: true or false ⟶ None @ /pagination/index",
            "RFC9865-4-04: cursor or index ⟶ 'offset' @ /pagination/defaultPaginationMethod",
            "RFC9865-4-05: a positive integer ⟶ 0 @ /pagination/defaultPageSize",
        ),
    ),
    ignores("pagination_is_described", "none", get("/ServiceProviderConfig", {})),
    accepts("no_page_is_longer_than_declared", "three", *TOLD, get("/Users", page(ADA, GRACE, ADA))),
    records("no_page_is_longer_than_declared", "nothing to note", *TOLD, get("/Users", page(ADA)), says=()),
    finds(
        "no_page_is_longer_than_declared",
        "four",
        *TOLD,
        get("/Users", page(ADA, GRACE, ADA, GRACE)),
        says="at most 3 resources, as maxPageSize says ⟶ 4 @ /Resources",
    ),
    ignores("no_page_is_longer_than_declared", "nothing declared", *NOT_TOLD, get("/Users", page(ADA))),
    accepts("cursors_that_work_are_declared", "declared", *TOLD, FIRST),
    finds(
        "cursors_that_work_are_declared",
        "not declared",
        get("/ServiceProviderConfig", {"patch": {}}),
        *NOT_TOLD[1:],
        FIRST,
        says="pagination in the configuration ⟶ none @ /pagination",
    ),
    ignores("cursors_that_work_are_declared", "passed over", *NOT_TOLD, turn("", leaf(ADA))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
