"""A recorded bridge: green under its check list, and under the RFCs red in nothing but what the readings touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue.readings import load_check_lists, rows_set_aside
from tests.harness.cli.runs import OPTIONS, PYTHON, bridgecheck, rows_in

pytestmark = pytest.mark.slow

PERSONA = f"{PYTHON} -m bridge_ref lab {OPTIONS} --persona 1password"
PART = ("--idp", "entra", "--suite", "protocol,lifecycle")
RED = ("fail", "warn", "error")


def test_green_under_its_check_list(tmp_path: Path) -> None:
    words = ("--claim", "1password", *PART, "--gate", "should", "--report-dir", str(tmp_path), "--format", "json")
    done = bridgecheck("run", "--start", PERSONA, *words)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "read otherwise" in done.stdout
    assert {rid for rid, row in rows_in(tmp_path).items() if row[0] in RED} == set()


@pytest.mark.long
def test_red_under_the_rfcs_in_the_recorded_deviations_alone(tmp_path: Path) -> None:
    words = ("--claim", "rfc,bridge", *PART, "--report-dir", str(tmp_path), "--format", "json")
    done = bridgecheck("run", "--start", PERSONA, *words)
    red = {rid for rid, row in rows_in(tmp_path).items() if row[0] in RED}

    assert done.returncode == 1, done.stdout + done.stderr
    assert red
    assert red <= set(rows_set_aside(load_check_lists()["1password"].readings))
