from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.harness.cli.runs import REFERENCE, bridgecheck, lab

pytestmark = pytest.mark.slow
STORY = "test_an_invited_person_is_suspended"


def report_in(folder: Path) -> Any:
    return json.loads((folder / "conformance.json").read_text(encoding="utf-8"))


def test_failed_plays_the_red_stories_again_and_says_what_changed(tmp_path: Path) -> None:
    first = bridgecheck(
        *("run", "--start", lab("text-booleans-refused"), "--report-dir", str(tmp_path / "r")),
        *("--idp", "entra-default", "--suite", "lifecycle"),
    )
    again = bridgecheck("run", "--failed", str(tmp_path / "r"))
    mended = bridgecheck("run", "--failed", str(tmp_path / "r"), "--start", REFERENCE)

    assert first.returncode == 1
    red = {row["id"] for row in report_in(tmp_path / "r")["requirements"] if row["verdict"] in ("fail", "warn")}
    assert "SEED-62" in red
    assert again.returncode == 1
    assert "Since the run before:" in again.stdout
    assert f"{len(red)} still failing" in again.stdout
    changes = report_in(tmp_path / "r-again")["changes"]
    assert set(changes["fixed"]) == red
    assert changes["still_failing"] == changes["new"] == changes["not_judged"] == []
    assert f"{len(red)} fixed: " in mended.stdout
    assert mended.returncode == 0
    assert f"started by: {REFERENCE}" in mended.stdout


def test_nothing_failed_is_refused(tmp_path: Path) -> None:
    bridgecheck("run", "--start", REFERENCE, "--report-dir", str(tmp_path / "r"), "--only", STORY)

    done = bridgecheck("run", "--failed", str(tmp_path / "r"))

    assert done.returncode == 2
    assert "nothing failed in that run" in done.stderr


def test_one_requirement_is_judged_alone_in_the_stories_that_name_it(tmp_path: Path) -> None:
    done = bridgecheck("run", "--start", REFERENCE, "--report-dir", str(tmp_path), "--requirement", "seed-62")

    assert done.returncode == 0
    report = report_in(tmp_path)
    assert [(row["id"], row["verdict"]) for row in report["requirements"]] == [("SEED-62", "pass")]
    assert report["suite"]["requirement"] == ["SEED-62"]
    assert report["target"]["start"] == REFERENCE
    assert "--requirement SEED-62" in (tmp_path / "report.html").read_text(encoding="utf-8")
