"""The first cause of each fault's report: attribution, tried on faults on which it was not calibrated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.behind import ALL
from tests.faults.expected_conditional import EXPECTED
from tests.faults.trial import try_fault


def test_every_fault_has_an_expectation() -> None:
    assert set(EXPECTED) == set(ALL) - {"none"}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_the_first_cause_names_the_fault(name: str, tmp_path: Path) -> None:
    trial = try_fault(name, tmp_path)

    assert trial.is_right, f"{trial.row} on {trial.exchange}: {trial.finding}"


@pytest.mark.slow
def test_a_row_is_not_red_for_the_trait_of_another(tmp_path: Path) -> None:
    trial = try_fault("text-booleans-refused", tmp_path)

    assert trial.rows["ENTRA-11"] == "fail"
    assert trial.rows["ENTRA-10"] == "pass"
