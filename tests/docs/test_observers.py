"""The page of observers says what runs say, and over SCIM alone nothing passes that was not seen."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.judge.sight import PROBED
from tests.docs.pages import text_of
from tests.harness.cli.runs import PYTHON
from tools.observers import PAGE, page, said_in

BARE = f"{PYTHON} -m bridge_ref serve --port {{port}} --data {{data}} --token-file {{token_file}}"
_ROW = re.compile(r"^\| ([A-Z]+-\d+) \| .* \| ([a-z ]+) \| ([a-z ]+) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str]]:
    """By row what the page says with the probe and without."""
    return {row: (seen, blind) for row, seen, blind in _ROW.findall(text_of(PAGE))}


def test_the_page_has_the_rows_that_can_be_judged() -> None:
    judgeable = {row.id for row in load_catalogue().of_claims(["bridge"]) if not row.unjudgeable}

    assert rows().keys() == judgeable


def test_nothing_passes_over_scim_alone_that_needs_the_account() -> None:
    catalogue = load_catalogue()

    assert [row for row, (_, blind) in rows().items() if blind == "pass" and PROBED & set(catalogue[row].needs)] == []


def test_a_page_is_made_from_what_two_runs_said() -> None:
    row = {"id": "SEED-16", "verdict": "pass", "reason": None}
    seen, blind = said_in({"requirements": [row]}), said_in({"requirements": [{**row, "verdict": "partly"}]})

    made = page(seen, blind)

    assert "| pass | 1 | 0 |" in made
    assert "| account, scim | pass | partly |" in made or "| scim, account | pass | partly |" in made


@pytest.mark.slow
@pytest.mark.long
def test_it_is_what_a_run_without_a_probe_says(tmp_path: Path) -> None:
    words = ("run", "--start", BARE, "--report-dir", str(tmp_path / "report"), "--format", "json")
    argv = [sys.executable, "-m", "harness.cli.main", *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=900, check=False, stdin=subprocess.DEVNULL)
    report = json.loads((tmp_path / "report" / "conformance.json").read_text(encoding="utf-8"))
    said = said_in(report)

    assert done.returncode == 0, done.stdout
    assert {row: blind for row, (_, blind) in rows().items()} == {row: said[row] for row in rows()}
    assert "a probe of the account: would bring" in done.stdout
