"""A probe that is half, refuses, fails or talks nonsense: what was seen is judged, the rest is a named skip."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.harness.cli.runs import OPTIONS, PYTHON, bridgecheck

pytestmark = pytest.mark.slow

SCRIPT = shlex.quote(str(Path(__file__).with_name("bad_probe.py")))
STORIES = ("--only", "*test_one_person_is_invited*", "--only", "*test_an_active_member_is_suspended_and_kept*")


def run(fault: str, folder: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, rows of the report by id, and what was printed."""
    start = f"{PYTHON} {SCRIPT} {fault} serve {OPTIONS}"
    words = ("--claim", "bridge", "--idp", "okta", *STORIES, "--report-dir", str(folder))
    done = bridgecheck("run", "--start", start, *words)
    report = json.loads((folder / "conformance.json").read_text(encoding="utf-8"))
    return done.returncode, {row["id"]: row for row in report["requirements"]}, done.stdout + done.stderr


def reason(row: dict[str, Any]) -> str:
    return f"{row['reason'] or row['verdict']}: {row.get('why') or '; '.join(row['missing'])}"


@pytest.mark.parametrize("fault", ["sign-up-409", "sign-up-500", "sign-up-nonsense", "no-clock"])
def test_an_act_that_fails_ends_its_story_alone(fault: str, tmp_path: Path) -> None:
    code, rows, said = run(fault, tmp_path / "report")

    assert code == 0, said
    assert (rows["SEED-51"]["verdict"], rows["SEED-13"]["verdict"]) == ("pass", "pass")
    assert rows["SEED-67"]["reason"] == "not observable"
    assert "target lost" not in said


@pytest.mark.parametrize(
    ("fault", "unseen"), [("half", "SEED-51"), ("mail-500", "SEED-51"), ("members-nonsense", "SEED-67")]
)
def test_what_can_not_be_seen_is_not_passed(fault: str, unseen: str, tmp_path: Path) -> None:
    code, rows, said = run(fault, tmp_path / "report")

    assert code in (0, 4), said
    assert rows[unseen]["verdict"] in ("skip", "partly")
    assert rows[unseen]["reason"] in ("not observable", None)


def test_an_account_that_can_not_be_reset_is_used_on_after_three_times(tmp_path: Path) -> None:
    code, rows, said = run("reset-409", tmp_path / "report")

    assert code in (0, 4), said
    assert rows["SEED-51"]["reason"] == "not observable"
    assert "target lost" not in said
