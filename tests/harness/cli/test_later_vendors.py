"""The vendors that a default run leaves out, each by its claim against the reference bridge: everything green."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.idp.dialects import MAIN_CLAIMS, VENDORS
from tests.harness.cli.runs import REFERENCE, bridgecheck, lab, rows_in, stories_in

pytestmark = [pytest.mark.slow, pytest.mark.long]

LATER = [claim for claim in VENDORS if claim not in MAIN_CLAIMS]
NAMED = ("test_staged_rollout", "test_group_moves", "test_deprovisioning", "test_duplicate_invites")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of the run."""
    return tmp_path_factory.mktemp("later") / "report"


@pytest.fixture(scope="module")
def finished(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lifecycle and the vendors' own stories, told once for this file."""
    words = ("--claim", ",".join(("bridge", *LATER)), "--suite", "lifecycle,idp", "--gate", "should")
    return bridgecheck("run", "--start", REFERENCE, *words, "--report-dir", str(folder), "--format", "json")


def test_the_reference_bridge_passes(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "exit 0: pass" in finished.stdout


def test_every_row_of_these_vendors_is_judged(finished: subprocess.CompletedProcess[str], folder: Path) -> None:
    rows = {row: told for row, told in rows_in(folder).items() if load_catalogue().get(row).claim in LATER}

    assert finished.returncode == 0
    assert {told[0] for row, told in rows.items() if not load_catalogue().get(row).unjudgeable} == {"pass"}
    assert len(rows) == len(load_catalogue().of_claims(LATER))


@pytest.mark.parametrize("claim", LATER)
def test_every_vendor_tells_the_named_scenarios(
    finished: subprocess.CompletedProcess[str], folder: Path, claim: str
) -> None:
    dialect = VENDORS[claim].dialects[0].dialect
    told = [story for story in stories_in(folder) if f"[{dialect}" in story]

    assert finished.returncode == 0
    assert {name for name in NAMED if any(f"/{name}.py" in story for story in told)} == set(NAMED)
    assert any(f"idp/test_{claim}.py" in story for story in told)


def test_a_vendors_row_is_red_when_it_is_broken(tmp_path: Path) -> None:
    words = ("--requirement", "JUMPCLOUD-08", "--only", "*test_moving_between_groups_never_suspends*")
    done = bridgecheck(
        "run", "--start", lab("members-by-value-are-refused"), *words, "--report-dir", str(tmp_path), "--format", "json"
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert rows_in(tmp_path)["JUMPCLOUD-08"][0] == "fail"
