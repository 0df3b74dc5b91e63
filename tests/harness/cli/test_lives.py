"""Random lives against the reference bridge: green in every dialect, and red where a bridge is wrong towards people."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.story_session import chosen_stories
from harness.idp.dialects import DIALECTS
from harness.target.options import Options, make_options
from tests.harness.cli.runs import REFERENCE, bridgecheck, lab, rows_in, stories_in

SENDING = [name for name, cls in DIALECTS.items() if not cls.is_pulled]


def names_of(**given: object) -> list[str]:
    options: Options = make_options({"start": "bridge", "suite": ("lives",), **given}, {})
    return [name.partition("[")[2].rstrip("]") for name in chosen_stories(options)]


def test_the_dialects_take_turns() -> None:
    assert names_of(idp=("okta-oin", "google-push"), lives=3) == ["okta-oin-1", "google-push-2", "okta-oin-3"]


def test_no_lives_on_wish() -> None:
    assert names_of(lives=0) == []


def test_a_pulled_dialect_has_no_life() -> None:
    assert names_of(idp=("google-pull",), lives=2) == []


@pytest.mark.slow
def test_no_invariant_breaks_on_the_reference_bridge(tmp_path: Path) -> None:
    words = ("--suite", "lives", "--lives", str(2 * len(SENDING)), "--idp", ",".join(SENDING), "--seed", "11")
    done = bridgecheck("run", "--start", REFERENCE, *words, "--report-dir", str(tmp_path), "--format", "json")

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(stories_in(tmp_path)) == 2 * len(SENDING)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("defect", "row"),
    [
        ("suspends-nobody", "SEED-16"),
        ("two-invitations", "SEED-51"),
        ("confirms-nobody", "SEED-53"),
        ("suspends-on-leaving-a-group", "SEED-18"),
        ("start-mails-come-early", "SEED-54"),
    ],
)
def test_a_defect_breaks_an_invariant(tmp_path: Path, defect: str, row: str) -> None:
    words = ("--suite", "lives", "--lives", "3", "--report-dir", str(tmp_path), "--format", "json")
    done = bridgecheck("run", "--start", lab(defect), *words)

    assert done.returncode == 1, done.stdout + done.stderr
    assert rows_in(tmp_path)[row][0] == "fail"


@pytest.mark.slow
def test_what_repeats_a_run_names_its_lives(tmp_path: Path) -> None:
    words = ("--suite", "lives", "--lives", "1", "--report-dir", str(tmp_path), "--format", "json")
    bridgecheck("run", "--start", lab("two-invitations"), *words)

    assert "--suite lives --lives 1" in (tmp_path / "conformance.json").read_text(encoding="utf-8")
