from __future__ import annotations

import pytest

from tests.harness.checks.query_samples import BOTH, TOLD, WITH_DESIGN, ask, made, seek
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    Row,
    accepts,
    error,
    finds,
    get,
    group,
    ignores,
    page,
    records,
    user,
)

OURS = 'userName co "example.com"'
ALL = ask("/Users", page(ADA, GRACE), filter=OURS)

ROWS = (
    accepts("an_id_is_of_one_endpoint", "404", *BOTH, get("/Groups/u-ada", error(404), 404)),
    finds(
        "an_id_is_of_one_endpoint",
        "the user",
        *BOTH,
        get("/Groups/u-ada", ADA),
        says="status 404 ⟶ status 200",
    ),
    ignores("an_id_is_of_one_endpoint", "a group with the same id", *BOTH, get("/Groups/u-ada", group("u-ada"))),
    ignores("an_id_is_of_one_endpoint", "its own endpoint", *WITH_DESIGN, get("/Users/u-ada", ADA)),
    accepts("ways_of_reading_are_recorded", "a list", *BOTH, get("/Users", page(ADA))),
    records(
        "ways_of_reading_are_recorded",
        "both",
        *BOTH,
        get("/Users/u-ada", ADA),
        get("/Users", page(ADA)),
        says=("by URL", "by query"),
    ),
    ignores("ways_of_reading_are_recorded", "a stranger", *TOLD, get("/Users", page(ADA))),
    accepts("places_of_queries_are_recorded", "a list", *TOLD, get("/Users", page())),
    records(
        "places_of_queries_are_recorded",
        "none at the root",
        *TOLD,
        get("/?count=1", error(404), 404),
        says="/: status 404",
    ),
    ignores("places_of_queries_are_recorded", "a read", *TOLD, get("/Users/u-ada", ADA)),
    accepts("unknown_parameters_are_passed_over", "the same", *TOLD, get("/Users", page()), get("/Users?a=b", page())),
    finds(
        "unknown_parameters_are_passed_over",
        "refused",
        *TOLD,
        get("/Users", page()),
        get("/Users?a=b", error(400), 400),
        says="status 200, as without ⟶ status 400",
    ),
    finds(
        "unknown_parameters_are_passed_over",
        "others",
        *BOTH,
        get("/Users", page(ADA)),
        get("/Users?a=b", page(GRACE)),
        says="['u-ada'], as without ⟶ ['u-grace'] @ /Resources",
    ),
    ignores("unknown_parameters_are_passed_over", "nothing before", *TOLD, get("/Users?a=b", error(400), 400)),
    accepts("sizes_of_pages_are_recorded", "a page", *TOLD, get("/Users?count=1", page(ADA, total=2))),
    records(
        "sizes_of_pages_are_recorded",
        "three ways",
        *TOLD,
        get("/Users?count=1", page(ADA, total=2)),
        get("/Users?count=9", page(ADA)),
        get("/Users", page(ADA, total=2)),
        says=("as many as asked for", "all", "without count: 1"),
    ),
    ignores("sizes_of_pages_are_recorded", "a refusal", *TOLD, get("/Users?count=1", error(400), 400)),
    accepts(
        "a_page_is_cut_from_what_matches",
        "the second",
        *BOTH,
        ALL,
        ask("/Users", page(GRACE, total=2, start=2), filter=OURS, startIndex=2, count=1),
    ),
    finds(
        "a_page_is_cut_from_what_matches",
        "counted from 0",
        *BOTH,
        ALL,
        ask("/Users", page(total=2, start=2), filter=OURS, startIndex=2, count=1),
        says="RFC7644-3.4.2.4-03: a part of the 2 results from 2 on ⟶ nothing @ /Resources",
    ),
    finds(
        "a_page_is_cut_from_what_matches",
        "the filter after the page",
        *BOTH,
        ALL,
        ask("/Users", page(total=0), filter=OURS, startIndex=1, count=1),
        says=(
            "RFC7644-3.4.2.4-14: totalResults 2 ⟶ 0 @ /totalResults",
            "RFC7644-3.4.2.4-14: a part of the 2 results from 1 on ⟶ nothing @ /Resources",
        ),
    ),
    finds(
        "a_page_is_cut_from_what_matches",
        "others",
        *BOTH,
        ALL,
        ask("/Users", page(user("u-x"), total=2), filter=OURS, count=1),
        says="RFC7644-3.4.2.4-14: some of ['u-ada', 'u-grace'], as the whole list ⟶ ['u-x'] @ /Resources",
    ),
    ignores(
        "a_page_is_cut_from_what_matches",
        "a place that is no number to count with",
        *BOTH,
        ALL,
        ask("/Users", page(total=2, start=2), filter=OURS, startIndex="9" * 30),
        ask("/Users", page(total=2), filter=OURS, count="-" + "9" * 30),
    ),
    ignores(
        "a_page_is_cut_from_what_matches",
        "something was written between",
        *TOLD,
        made(ADA),
        ask("/Users", page(ADA), filter=OURS),
        made(GRACE),
        ask("/Users", page(ADA, total=2), filter=OURS, count=1),
    ),
    accepts("a_list_begins_at_one", "one", *TOLD, get("/Users", page(ADA))),
    finds(
        "a_list_begins_at_one",
        "zero",
        *TOLD,
        get("/Users", page(ADA, start=0)),
        says="startIndex 1 ⟶ 0 @ /startIndex",
    ),
    ignores("a_list_begins_at_one", "an index", *TOLD, get("/Users?startIndex=2", page(ADA, start=2))),
    accepts("a_page_that_is_no_number_breaks_nothing", "400", *TOLD, get("/Users?count=abc", error(400), 400)),
    finds(
        "a_page_that_is_no_number_breaks_nothing",
        "500",
        *TOLD,
        get("/Users?startIndex=x", error(500), 500),
        says="status 400, or a list ⟶ status 500",
    ),
    ignores("a_page_that_is_no_number_breaks_nothing", "no search", seek("/Users", error(501), 501, count="abc")),
    ignores("a_page_that_is_no_number_breaks_nothing", "a number", *TOLD, get("/Users?count=1", error(500), 500)),
    accepts(
        "pages_after_a_change_are_recorded",
        "another",
        *TOLD,
        ask("/Users", page(ADA), filter=OURS, count=1),
        made(GRACE),
        ask("/Users", page(GRACE), filter=OURS, count=1),
    ),
    records(
        "pages_after_a_change_are_recorded",
        "the same",
        *TOLD,
        ask("/Users", page(ADA), filter=OURS, count=1),
        made(GRACE),
        ask("/Users", page(ADA), filter=OURS, count=1),
        says="a page again, after a change: the same resources",
    ),
    ignores(
        "pages_after_a_change_are_recorded",
        "no change",
        *TOLD,
        ask("/Users", page(ADA), filter=OURS, count=1),
        ask("/Users", page(ADA), filter=OURS, count=1),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
