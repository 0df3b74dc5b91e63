from __future__ import annotations

import pytest

from tests.harness.checks.query_samples import BOTH, DESIGN, TOLD, WITH_DESIGN, ask_filter, seek
from tests.harness.checks.samples import ADA, GRACE, Row, accepts, error, finds, get, ignores, page, records

EVERYBODY = "userName pr or displayName pr"

ROWS = (
    accepts("a_search_is_answered_as_a_list", "a list", *TOLD, seek("/Users", page(ADA))),
    finds(
        "a_search_is_answered_as_a_list",
        "a user is made",
        *TOLD,
        seek("/Users", ADA, 201),
        says="status 200 and a ListResponse ⟶ status 201",
    ),
    finds(
        "a_search_is_answered_as_a_list",
        "a user among groups",
        *TOLD,
        seek("/Groups", page(DESIGN, ADA)),
        says="RFC7644-3.4.3-02: groups alone ⟶ a user @ /Resources/1",
    ),
    ignores("a_search_is_answered_as_a_list", "no search here", *TOLD, seek("/Users", error(404), 404)),
    accepts(
        "another_message_is_no_search", "declined", *TOLD, seek("/Users", page()), seek("/Users", error(400), 400, ())
    ),
    finds(
        "another_message_is_no_search",
        "a fault",
        *TOLD,
        seek("/Users", page()),
        seek("/Users", error(500), 500, ()),
        says="status 400 ⟶ status 500",
    ),
    ignores("another_message_is_no_search", "no search here", *TOLD, seek("/Users", error(400), 400, ())),
    accepts("a_search_is_paged", "a page", *TOLD, seek("/Users", page(ADA, start=2, total=3), startIndex=2, count=1)),
    finds(
        "a_search_is_paged",
        "all",
        *TOLD,
        seek("/Users", page(ADA, GRACE), startIndex=2, count=1),
        says=("at most 1 resources ⟶ 2 @ /Resources", "startIndex 2 ⟶ 1 @ /startIndex"),
    ),
    records("a_search_is_paged", "nothing to note", *TOLD, seek("/Users", page(ADA), count=1), says=()),
    ignores("a_search_is_paged", "no page", *TOLD, seek("/Users", page(ADA, GRACE))),
    accepts("a_search_needs_no_parameter", "a list", *TOLD, seek("/Users", page())),
    records("a_search_needs_no_parameter", "nothing to note", *TOLD, seek("/Users", page()), says=()),
    finds(
        "a_search_needs_no_parameter",
        "refused",
        *TOLD,
        seek("/Users", page(), count=1),
        seek("/Users", error(400), 400),
        says="a list ⟶ status 400",
    ),
    ignores("a_search_needs_no_parameter", "a parameter", *TOLD, seek("/Users", page(), count=1)),
    accepts(
        "the_root_shows_every_type", "both", *WITH_DESIGN, ask_filter(EVERYBODY, page(ADA, GRACE, DESIGN), 200, "/")
    ),
    finds(
        "the_root_shows_every_type",
        "users alone",
        *WITH_DESIGN,
        seek("", page(ADA, GRACE), filter=EVERYBODY),
        says="the Group 'g-design', too ⟶ not listed @ /Resources",
    ),
    ignores("the_root_shows_every_type", "users alone are there", *BOTH, ask_filter(EVERYBODY, page(ADA), 200, "/")),
    accepts(
        "types_in_filters_are_recorded", "a list", *TOLD, ask_filter('meta.resourceType eq "User"', page(), 200, "/")
    ),
    records(
        "types_in_filters_are_recorded",
        "users",
        *TOLD,
        ask_filter('meta.resourceType eq "User"', page(ADA), 200, "/"),
        says="User found",
    ),
    ignores("types_in_filters_are_recorded", "at Users", *TOLD, ask_filter('meta.resourceType eq "User"', page())),
    ignores("types_in_filters_are_recorded", "no filter", *TOLD, get("/?count=1", page())),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
