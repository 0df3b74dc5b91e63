"""All stories against the reference bridge: everything green, complete reports, the same in a replay and in jobs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.idp.dialects import DIALECTS, MAIN_CLAIMS
from harness.schema.validate import validate
from tests.harness.cli.runs import FILES, REFERENCE, bridgecheck, left_in, rows_in, stories_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of the run."""
    return tmp_path_factory.mktemp("run") / "report"


@pytest.fixture(scope="module")
def finished_run(run_folder: Path) -> subprocess.CompletedProcess[str]:
    """The run itself, told once for this file."""
    return bridgecheck("run", "--start", REFERENCE, "--gate", "should", "--report-dir", str(run_folder))


@pytest.fixture(scope="module")
def jobs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of the same run in four jobs."""
    return tmp_path_factory.mktemp("jobs") / "report"


@pytest.fixture(scope="module")
def run_in_jobs(jobs_folder: Path) -> subprocess.CompletedProcess[str]:
    """The same run in four jobs, told once for this file."""
    return bridgecheck("run", "--start", REFERENCE, "--report-dir", str(jobs_folder), "--jobs", "4")


def verdicts_in(folder: Path) -> dict[str, tuple[str, dict[str, str], str | None]]:
    report = json.loads((folder / "conformance.json").read_text(encoding="utf-8"))
    return {row["id"]: (row["verdict"], row["by_dialect"], row["reason"]) for row in report["requirements"]}


def test_the_reference_bridge_passes(finished_run: subprocess.CompletedProcess[str], run_folder: Path) -> None:
    assert finished_run.returncode == 0, finished_run.stdout + finished_run.stderr
    assert "exit 0: pass" in finished_run.stdout
    assert left_in(run_folder) == FILES


def test_vendors_that_nobody_named_tell_nothing(
    finished_run: subprocess.CompletedProcess[str], run_folder: Path
) -> None:
    later = {cls.dialect for cls in DIALECTS.values() if cls.claim not in MAIN_CLAIMS}

    assert finished_run.returncode == 0
    assert later
    assert not [story for story in stories_in(run_folder) if any(f"[{dialect}" in story for dialect in later)]


def test_it_judges_every_claim_and_breaks_none_and_is_ready_for_each(
    finished_run: subprocess.CompletedProcess[str], run_folder: Path
) -> None:
    report = json.loads((run_folder / "conformance.json").read_text(encoding="utf-8"))

    assert validate(report, "report/conformance") == []
    verdicts = {name: r["verdict"] for name, r in report["verdict"]["readiness"].items()}
    assert verdicts == dict.fromkeys(("rfc", "bridge", "okta", "entra", "google"), "ready")
    assert report["totals"]["judged"] == report["totals"]["pass"] > 700
    assert finished_run.stdout.startswith("Conforms: nothing broken that the gate asks for; ")


def test_every_part_of_every_row_that_is_judged_was_seen(
    finished_run: subprocess.CompletedProcess[str], run_folder: Path
) -> None:
    report = json.loads((run_folder / "conformance.json").read_text(encoding="utf-8"))

    assert {row["id"]: row["missing"] for row in report["requirements"] if row["missing"]} == {}
    assert report["totals"]["partly"] == 0


def test_rows_that_nothing_judged_are_counted(finished_run: subprocess.CompletedProcess[str], run_folder: Path) -> None:
    report = json.loads((run_folder / "conformance.json").read_text(encoding="utf-8"))
    skipped = [row for row in report["requirements"] if row["verdict"] == "skip"]

    assert len(skipped) == report["totals"]["skip"]
    assert all(row["reason"] for row in skipped)
    assert "not run" in finished_run.stdout


def test_junit_names_each_requirement_once(finished_run: subprocess.CompletedProcess[str], run_folder: Path) -> None:
    cases = ElementTree.parse(run_folder / "junit.xml").getroot().iter("testcase")
    names = [(case.get("classname"), case.get("name")) for case in cases]

    assert len(names) == len(set(names)) > 900


def test_a_journal_gives_the_same_verdicts_again(
    finished_run: subprocess.CompletedProcess[str], run_folder: Path, tmp_path: Path
) -> None:
    done = bridgecheck("replay", str(run_folder / "journal.ndjson.gz"), "--report-dir", str(tmp_path))

    assert done.returncode == 0
    assert verdicts_in(tmp_path) == verdicts_in(run_folder)


def test_four_jobs_give_the_verdicts_of_one_on_bridges_that_we_start(
    finished_run: subprocess.CompletedProcess[str],
    run_in_jobs: subprocess.CompletedProcess[str],
    run_folder: Path,
    jobs_folder: Path,
) -> None:
    assert (finished_run.returncode, run_in_jobs.returncode) == (0, 0), run_in_jobs.stdout + run_in_jobs.stderr
    assert rows_in(jobs_folder) == rows_in(run_folder)
    assert stories_in(jobs_folder) == stories_in(run_folder)
    assert left_in(jobs_folder) == FILES
    assert sorted(path.name for path in jobs_folder.iterdir()) == sorted([*FILES, "pytest.log", "run.json"])


def test_a_journal_of_jobs_is_replayed_as_it_was_judged(
    run_in_jobs: subprocess.CompletedProcess[str], jobs_folder: Path, tmp_path: Path
) -> None:
    assert run_in_jobs.returncode == 0

    bridgecheck("replay", str(jobs_folder / "journal.ndjson.gz"), "--report-dir", str(tmp_path), "--format", "json")

    assert rows_in(tmp_path) == rows_in(jobs_folder)
