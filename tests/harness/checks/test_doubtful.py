"""Queries of which nothing says how they are read: their answers are compared with nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.selectors import is_doubtful, listed
from tests.harness.checks.samples import get, post


@pytest.mark.parametrize(
    ("query", "doubtful"),
    [
        ("count=1&count=2", True),
        ("count=1&COUNT=2", True),
        ("startindex=1", True),
        ("startIndex=1&count=2", False),
        ("nosuch=1", False),
        ("", False),
    ],
)
def test_a_query(query: str, doubtful: bool) -> None:
    exchange = get(f"/Users?{query}", {"totalResults": 0, "Resources": []})

    assert is_doubtful(exchange) is doubtful
    assert listed(exchange) is not doubtful


@pytest.mark.parametrize(
    ("body", "doubtful"),
    [
        ({"FILTER": "title pr", "COUNT": 1}, True),
        ({"count": "1"}, True),
        ({"count": True}, True),
        ({"attributes": "userName"}, True),
        ({"sortBy": 7}, True),
        ({"filter": "title pr", "count": 1, "attributes": ["userName"], "sortBy": None}, False),
    ],
)
def test_a_search(body: dict[str, Any], doubtful: bool) -> None:
    assert is_doubtful(post("/Users/.search", body, {"totalResults": 0}, 200)) is doubtful
