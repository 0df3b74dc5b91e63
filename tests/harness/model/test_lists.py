"""Order and pages of lists."""

from typing import Any

import pytest

from harness.model.paging import page_faults, window
from harness.model.sorting import expected_order, misplaced
from tests.harness.model.people import USER


def users(*names: str | None, attribute: str = "userName") -> list[dict[str, Any]]:
    """Users with these values, None for a user without one."""
    return [{"id": str(number), **({} if name is None else {attribute: name})} for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("names", "descending", "order"),
    [
        (("bo", "Ada", "cy"), False, [1, 0, 2]),
        (("bo", "Ada", "cy"), True, [2, 0, 1]),
        (("bo", None, "ada"), False, [2, 0, 1]),
        (("bo", None, "ada"), True, [1, 0, 2]),
        (("ada", "ADA"), False, None),
        (("a-b", "ab"), False, None),
        (("\u00e9", "e"), False, None),
        ((None, None), False, None),
    ],
)
def test_the_order_of_names(names: tuple[str | None, ...], descending: bool, order: list[int] | None) -> None:
    assert expected_order(users(*names), "USERNAME", USER, descending) == order


def test_case_exact_values_are_ordered_where_all_alphabets_agree() -> None:
    assert expected_order(users("b", "a", attribute="externalId"), "externalId", USER) == [1, 0]
    assert expected_order(users("B", "a", attribute="externalId"), "externalId", USER) is None


@pytest.mark.parametrize(
    ("names", "descending", "found"),
    [
        (("ada", "Bo", "cy"), False, []),
        (("ada", "cy", "bo"), False, [(2, 1, "RFC7644-3.4.2.3-09")]),
        (("cy", "bo", "ada"), True, []),
        (("bo", "cy"), True, [(1, 0, "RFC7644-3.4.2.3-07")]),
        ((None, "ada"), False, [(1, 0, "RFC7644-3.4.2.3-05")]),
        (("ada", None), True, [(1, 0, "RFC7644-3.4.2.3-06")]),
        (("cy", "b-b", "ada"), False, [(2, 0, "RFC7644-3.4.2.3-09")]),
    ],
)
def test_misplaced(names: tuple[str | None, ...], descending: bool, found: list[tuple[int, int, str]]) -> None:
    shown = misplaced(users(*names), "userName", USER, descending)

    assert [(each.index, each.before, each.because) for each in shown] == found


def test_several_values_are_sorted_by_the_primary_else_the_first() -> None:
    by_primary = {"emails": [{"value": "z"}, {"value": "b", "primary": True}]}
    by_first = {"emails": [{"value": "c"}, {"value": "a"}]}

    assert expected_order([by_first, by_primary], "emails.value", USER) == [1, 0]
    assert expected_order([by_first, by_primary], "emails", USER) == [1, 0]


def test_instants_are_sorted_by_time() -> None:
    early, late = {"meta": {"created": "2026-01-01T01:30:00+01:00"}}, {"meta": {"created": "2026-01-01T01:00:00Z"}}

    assert expected_order([late, early], "meta.created", USER) == [1, 0]


def test_nothing_is_said_of_what_no_schema_has() -> None:
    assert expected_order(users("b", "a"), "shoeSize", USER) is None
    assert misplaced(users("b", "a"), "name", USER) == []


@pytest.mark.parametrize(
    ("total", "start", "count", "expected"),
    [
        (25, None, None, (1, 1, 25)),
        (25, 1, 10, (1, 1, 10)),
        (25, 21, 10, (21, 1, 5)),
        (25, 26, 10, (26, 0, 0)),
        (25, 0, 10, (1, 1, 10)),
        (25, -3, 10, (1, 1, 10)),
        (25, 1, 0, (1, 0, 0)),
        (25, 1, -1, (1, 0, 0)),
        (0, 1, 10, (1, 0, 0)),
    ],
)
def test_windows(total: int, start: int | None, count: int | None, expected: tuple[int, int, int]) -> None:
    found = window(total, start, count)

    assert (found.start, found.fewest, found.most) == expected


def page(shown: int, **numbers: Any) -> dict[str, Any]:
    """A list answer with so many resources."""
    return {"totalResults": 25, "Resources": [{}] * shown, **numbers}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (page(10, startIndex=11, itemsPerPage=10), []),
        (page(3, startIndex=11, itemsPerPage=3), []),
        (page(11, startIndex=11, itemsPerPage=11), ["Resources"]),
        (page(0, startIndex=11, itemsPerPage=0), ["Resources"]),
        (page(10, startIndex=1, itemsPerPage=10), ["startIndex"]),
        (page(10, startIndex=11, itemsPerPage=25), ["itemsPerPage"]),
        (page(10, startIndex="11", itemsPerPage="10"), ["startIndex", "itemsPerPage"]),
        (page(10), ["startIndex", "itemsPerPage"]),
        (page(10, startIndex=11, itemsPerPage=10, totalResults=10), ["totalResults"]),
    ],
)
def test_the_numbers_of_a_page(answer: dict[str, Any], found: list[str]) -> None:
    assert [each.attribute for each in page_faults(answer, window(25, 11, 10))] == found


def test_an_empty_page_has_no_first_result() -> None:
    assert page_faults({"totalResults": 25, "startIndex": 1, "itemsPerPage": 0}, window(25, 1, 0)) == []
    assert page_faults({"totalResults": 25, "startIndex": 30, "itemsPerPage": 0}, window(25, 30, 10)) == []
