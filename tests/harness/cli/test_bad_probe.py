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


@pytest.mark.parametrize("fault", ["sign-up-409", "sign-up-500", "sign-up-nonsense", "no-clock", "clock-lost"])
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


def test_an_account_that_refuses_its_administrators_is_not_blamed(tmp_path: Path) -> None:
    """While provisioning is on such an account lets nobody delete a member: the story says so, and the pull goes on."""
    start = f"{PYTHON} -m bridge_ref serve --policy account_acts=refuse {OPTIONS}"
    stories = ("--only", "*deleted_on_the_account*", "--only", "*test_the_first_pull_suspends*")
    words = ("--claim", "bridge,google", "--idp", "okta", *stories, "--report-dir", str(tmp_path))
    done = bridgecheck("run", "--start", start, *words)
    rows = {r["id"]: r for r in json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))["requirements"]}

    assert done.returncode == 0, done.stdout + done.stderr
    assert rows["SEED-22"]["verdict"] == "pass"
    assert rows["P-16"]["reason"] == "not observable"
    assert "Switch provisioning off first" in (tmp_path / "junit.xml").read_text(encoding="utf-8")


def test_an_account_that_can_not_be_reset_is_used_on_after_three_times(tmp_path: Path) -> None:
    code, rows, said = run("reset-409", tmp_path / "report")

    assert code in (0, 4), said
    assert rows["SEED-51"]["reason"] == "not observable"
    assert "target lost" not in said
