"""The tutorial's middle part, run as written: break the bridge, read the finding, judge the journal again."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, command_lines

pytestmark = pytest.mark.slow

TUTORIAL = ROOT / "docs" / "tutorial.md"
# The tutorial's run is for all dialects, that of the test for one.
QUOTED = re.compile(r"✗ 1\. SEED-16 MUST \[[\w, -]*okta-oin\] A person who is deprovisioned in the identity")


def carry_out(words: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line of the tutorial, by this interpreter and for Okta alone."""
    start = f"{sys.executable} -m bridge_ref"
    given = [word.replace("bridge-ref", start) for word in words[1:]]
    narrowed = ["--idp", "okta"] if words[1] == "run" else []
    command = [sys.executable, "-m", "harness.cli.main", *given, *narrowed]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/bin", "LANG": "C.UTF-8"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=600, check=False
    )


def test_the_broken_bridge_is_caught_and_the_journal_says_the_same(tmp_path: Path) -> None:
    lines = [line.words for line in command_lines() if line.page == "docs/tutorial.md"]
    broken = next(words for words in lines if "--report-dir" in words and "broken" in words)
    replay = next(words for words in lines if words[:2] == ("bridgecheck", "replay"))

    ran, replayed = carry_out(broken, tmp_path), carry_out(replay, tmp_path)

    assert (ran.returncode, replayed.returncode) == (1, 1), ran.stderr + replayed.stderr
    assert "exit 1: conformance failure" in ran.stdout
    assert QUOTED.search(ran.stdout)
    assert QUOTED.search(replayed.stdout)
    assert any(QUOTED.search(block) for block in blocks(TUTORIAL, "text"))
