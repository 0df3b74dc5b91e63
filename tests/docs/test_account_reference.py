"""The generated pages about the account: each statement of the owner has a test or a reason."""

from __future__ import annotations

import pytest

from harness.catalogue.requirement import load_catalogue
from tools.account_reference import NOT_YET, NOTHING, reason_of, status_of
from tools.trace import bridge_places

ROWS = [row for row in load_catalogue().values() if row.id.startswith("SEED-")]
TESTS = bridge_places(load_catalogue())


def test_all_statements_are_there() -> None:
    assert [row.id for row in ROWS] == [f"SEED-{number:02}" for number in range(1, 69)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_statement_is_realised_or_says_why_not(row: object) -> None:
    assert status_of(row, TESTS) == "realised" or reason_of(row) != "*none*"  # type: ignore[arg-type]


def test_nothing_is_said_to_be_missing_that_is_there() -> None:
    rows = {row.id: row for row in ROWS}

    assert [each for each in (*NOTHING, *NOT_YET) if status_of(rows[each], TESTS) == "realised"] == []


def test_a_row_without_a_test_is_not_realised() -> None:
    row = next(row for row in ROWS if row.id == "SEED-16")

    assert status_of(row, {"SEED-16": ["t"]}) == "realised"
    assert status_of(row, {}) == "not yet"
    assert reason_of(row) == "*none*"
