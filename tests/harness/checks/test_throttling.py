"""A bridge that throttles says when to come back, and has done nothing."""

from __future__ import annotations

import pytest

from tests.harness.checks.samples import ADA, NEW_ADA, Row, accepts, error, finds, ignores, post, refused

BUSY = post("/Users", NEW_ADA, error(429), 429)
MADE = post("/Users", NEW_ADA, ADA)
MADE_ALREADY = post("/Users", NEW_ADA, error(409), 409)

ROWS: tuple[Row, ...] = (
    accepts("throttling_says_when_to_come_back", "in 30 s", refused(429, headers=(("Retry-After", "30"),))),
    finds("throttling_says_when_to_come_back", "nothing", refused(429), says="Retry-After ⟶ none"),
    ignores("throttling_says_when_to_come_back", "another refusal", refused(503)),
    accepts("throttled_creates_have_done_nothing", "done at the second time", BUSY, MADE),
    finds(
        "throttled_creates_have_done_nothing",
        "done at the first time already",
        BUSY,
        post("/Users", NEW_ADA, error(409), 409),
        says="the create of entry 0:1, which was throttled, to be done now ⟶ status 409",
    ),
    ignores("throttled_creates_have_done_nothing", "a twin of one that was done", MADE, BUSY, MADE_ALREADY),
    ignores("throttled_creates_have_done_nothing", "never throttled", MADE, post("/Users", NEW_ADA, error(409), 409)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_throttling(row: Row) -> None:
    assert row.said() == row.wanted
