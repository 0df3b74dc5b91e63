from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Json
from tests.harness.checks.query_samples import NOT_TOLD, TOLD, ask, made, seek
from tests.harness.checks.samples import Row, accepts, error, finds, get, ignores, page, records, user


def named(display_name: Any, **more: Any) -> Json:
    """A user by a displayName."""
    return user(f"u-{display_name}", f"{display_name}@example.com", displayName=display_name, **more)


ANN, BOB, CYD, NONE = named("ann"), named("Bob"), named("cyd"), user("u-none", "none@example.com")
OF_THREE = (*TOLD, made(ANN), made(BOB), made(CYD))
ASK: dict[str, Any] = {"sortBy": "displayName"}
OURS: dict[str, Any] = {"filter": 'userName co "example.com"', **ASK}
DOWN: dict[str, Any] = {**ASK, "sortOrder": "descending"}
CHECK = "a_list_is_in_the_order_asked_for"


def numbered(name: str, *numbers: str) -> Json:
    """A user with phone numbers of which the last is the primary."""
    values: list[Json] = [{"value": each} for each in numbers]
    return named(name, phoneNumbers=[*values[:-1], {**values[-1], "primary": True}])


ROWS = (
    accepts(CHECK, "ascending", *TOLD, ask("/Users", page(ANN, BOB, CYD, NONE), **ASK)),
    accepts(CHECK, "descending", *TOLD, ask("/Users", page(NONE, CYD, BOB, ANN), **DOWN)),
    finds(
        CHECK,
        "descending where nothing was said",
        *TOLD,
        ask("/Users", page(CYD, BOB, ANN), **ASK),
        says="RFC7644-3.4.2.3-08: 'Bob' before 'cyd', by sortBy displayName, ascending ⟶ behind it @ /Resources/1",
    ),
    finds(
        CHECK,
        "capitals first",
        *TOLD,
        ask("/Users", page(BOB, ANN, CYD), **ASK),
        says="RFC7644-3.4.2.3-09: 'ann' before 'Bob', by sortBy displayName, ascending ⟶ behind it @ /Resources/1",
    ),
    finds(
        CHECK,
        "no order",
        *TOLD,
        ask("/Users", page(BOB, CYD, ANN), **ASK),
        says="RFC7644-3.4.2.3-02: 'ann' before 'cyd', by sortBy displayName, ascending ⟶ behind it @ /Resources/2",
    ),
    finds(
        CHECK,
        "nobody first",
        *TOLD,
        ask("/Users", page(NONE, ANN, BOB, CYD), **ASK),
        says="RFC7644-3.4.2.3-05: 'ann' before None, by sortBy displayName, ascending ⟶ behind it @ /Resources/1",
    ),
    finds(
        CHECK,
        "the first value, where another is the primary",
        *TOLD,
        ask("/Users", page(numbered("a", "1", "7"), numbered("b", "2", "5"), numbered("c", "3", "6")),
            sortBy="phoneNumbers.value"),
        says="RFC7644-3.4.2.3-03: '5' before '7', by sortBy phoneNumbers.value, ascending ⟶ behind it @ /Resources/1",
    ),
    finds(
        CHECK,
        "a search in no order",
        *TOLD,
        seek("/Users", page(BOB, CYD, ANN), **ASK),
        says="RFC7644-3.4.3-09: 'ann' before 'cyd', by sortBy displayName, ascending ⟶ behind it @ /Resources/2",
    ),
    ignores(CHECK, "sorting that is not declared", *NOT_TOLD, ask("/Users", page(CYD, ANN), **ASK)),
    ignores(CHECK, "an attribute that there is not", *TOLD, ask("/Users", page(CYD, ANN), sortBy="nosuch")),
    accepts(
        "pages_are_cut_from_the_sorted_whole",
        "the second",
        *OF_THREE,
        ask("/Users", page(ANN, BOB, CYD), **OURS),
        ask("/Users", page(BOB, total=3, start=2), **OURS, startIndex=2, count=1),
    ),
    finds(
        "pages_are_cut_from_the_sorted_whole",
        "another",
        *OF_THREE,
        ask("/Users", page(ANN, BOB, CYD), **OURS),
        ask("/Users", page(CYD, total=3, start=2), **OURS, startIndex=2, count=1),
        says="['u-Bob'], as the whole list in that order shows ⟶ ['u-cyd']",
    ),
    ignores(
        "pages_are_cut_from_the_sorted_whole",
        "written between",
        *TOLD,
        ask("/Users", page(ANN, BOB), **OURS),
        made(CYD),
        ask("/Users", page(CYD, total=3, start=2), **OURS, startIndex=2, count=1),
    ),
    accepts("sorting_is_recorded", "a list", *TOLD, ask("/Users", page(), **ASK)),
    records(
        "sorting_is_recorded",
        "refused, and not declared",
        *NOT_TOLD,
        ask("/Users", error(400), 400, **ASK),
        says="sorting is not declared; sortBy is status 400",
    ),
    ignores("sorting_is_recorded", "no order", *TOLD, get("/Users", page())),
    accepts("a_word_that_is_no_order_is_not_taken_for_one", "400", *TOLD,
            ask("/Users", error(400), 400, **ASK, sortOrder="up")),
    finds(
        "a_word_that_is_no_order_is_not_taken_for_one",
        "500",
        *TOLD,
        ask("/Users", error(500), 500, **ASK, sortOrder="up"),
        says="status 400, or a list ⟶ status 500",
    ),
    ignores("a_word_that_is_no_order_is_not_taken_for_one", "an order", *TOLD, ask("/Users", page(), **DOWN)),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
