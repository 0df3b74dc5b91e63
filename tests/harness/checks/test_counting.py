"""What a list counts, beside the whole list."""

from __future__ import annotations

import pytest

from tests.harness.checks.query_samples import BOTH, ask
from tests.harness.checks.samples import ADA, GRACE, Row, accepts, finds, get, ignores, page

OURS = 'userName co "example.com"'
ALL = ask("/Users", page(ADA, GRACE), filter=OURS)
ZERO, PAGES = "a_count_of_zero_tells_the_total_alone", "a_page_counts_all_that_matches"
ROWS: tuple[Row, ...] = (
    accepts(ZERO, "how many there are", *BOTH, ALL, ask("/Users", page(total=2), filter=OURS, count="0")),
    accepts(ZERO, "below zero", *BOTH, ALL, ask("/Users", page(total=2), filter=OURS, count="-1")),
    accepts(ZERO, "without a filter", *BOTH, get("/Users?count=0", page(total=9))),
    finds(
        ZERO,
        "all of them",
        *BOTH,
        ask("/Users", page(ADA, GRACE), filter=OURS, count="0"),
        says="RFC7644-3.4.2.4-05: no resources ⟶ 2 @ /Resources",
    ),
    finds(
        ZERO,
        "none of them",
        *BOTH,
        ALL,
        ask("/Users", page(total=0), filter=OURS, count="0"),
        says="RFC7644-3.4.2.4-05: totalResults 2, as the whole list ⟶ 0 @ /totalResults",
    ),
    ignores(ZERO, "a page", *BOTH, ask("/Users", page(ADA, total=2), filter=OURS, count="1")),
    accepts(PAGES, "all", *BOTH, ALL, ask("/Users", page(ADA, total=2), filter=OURS, count="1")),
    finds(
        PAGES,
        "the page alone",
        *BOTH,
        ALL,
        ask("/Users", page(ADA, total=1), filter=OURS, count="1"),
        says="RFC7644-3.4.2-06: totalResults 2, as the whole list ⟶ 1 @ /totalResults",
    ),
    ignores(PAGES, "nothing before", *BOTH, ask("/Users", page(ADA, total=1), filter=OURS, count="1")),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_counting(row: Row) -> None:
    assert row.said() == row.wanted
