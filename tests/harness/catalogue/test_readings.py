from __future__ import annotations

import pytest

from harness.catalogue.readings import load_check_lists, load_readings, rows_set_aside
from harness.catalogue.requirement import load_catalogue
from harness.errors import UsageError
from harness.target.options import make_options

START = {"start": "bridge --port {port}"}


@pytest.mark.parametrize("key", load_readings())
def test_a_reading_names_rows_that_exist(key: str) -> None:
    reading = load_readings()[key]

    assert reading.rows
    assert all(row in load_catalogue() for row in reading.rows)
    assert reading.statement.endswith(".")


def test_a_row_is_touched_by_one_reading() -> None:
    rows = [row for reading in load_readings().values() for row in reading.rows]

    assert sorted(set(rows)) == sorted(rows)


def test_a_check_list_stands_for_claims_and_readings() -> None:
    listed = load_check_lists()["1password"]
    options = make_options({**START, "claim": "1password"}, {})

    assert options.claim == listed.claims
    assert options.readings == listed.readings


def test_readings_come_from_a_table_of_the_profile() -> None:
    options = make_options(START, {"readings": {"existing_user": "adopt", "created_status": "200"}})

    assert options.readings == ("existing_user=adopt", "created_status=200")


def test_an_unknown_reading_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="existing_user=adopt"):
        make_options({**START, "readings": "existing_user=adapt"}, {})


def test_a_reading_sets_its_rows_aside() -> None:
    aside = rows_set_aside(["resource_types=absolute"])

    assert [(row, reading.name) for row, reading in aside.items()] == [("RFC7643-6-07", "resource_types")]
