"""Reading a list page by page: the start of the next page, and the end."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from harness.record.exchange import Json
from harness.record.pages import Page, read_pages


def test_the_next_page_begins_where_the_last_one_ended() -> None:
    asked: list[str] = []
    answers = [["ada", "grace"], ["joan"], []]

    def get(query: str) -> Json:
        asked.append(query)
        return {"Resources": answers[len(asked) - 1]}

    assert [page.entries for page in read_pages(get, 2)] == answers
    assert asked == ["startIndex=1&count=2", "startIndex=3&count=2", "startIndex=4&count=2"]


def test_nothing_is_asked_that_is_not_read() -> None:
    asked: list[str] = []

    def get(query: str) -> Json:
        asked.append(query)
        return {"Resources": ["ada"]}

    assert len(list(islice(read_pages(get, 1), 3))) == len(asked) == 3


@pytest.mark.parametrize(
    ("body", "is_list", "entries", "total"),
    [
        ({"totalResults": 0}, True, [], 0),
        ({"Resources": None, "totalResults": 0}, True, [], 0),
        ({"Resources": ["ada"], "totalResults": "1"}, True, ["ada"], "1"),
        ({"Resources": {"id": "1"}}, False, [], None),
        ({"Resources": 0}, False, [], None),
        (None, False, [], None),
    ],
)
def test_a_page_is_read_as_far_as_it_is_a_list(body: Any, is_list: bool, entries: list[Any], total: Any) -> None:
    page = Page(body)

    assert (page.is_list, page.entries, page.total) == (is_list, entries, total)


def test_what_cannot_be_read_is_the_last_page() -> None:
    assert list(read_pages(lambda query: None, 2)) == [Page(None)]
