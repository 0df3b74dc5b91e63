"""The page on stories of one's own: its story and its two commands, as they stand there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, command_lines

PAGE = ROOT / "docs" / "how-to" / "write-a-story.md"
COMMANDS = [line.words for line in command_lines() if line.page.endswith("write-a-story.md")]
MODULES = {"bridgecheck": "harness.cli.main", "pytest": "pytest"}


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: str(words[0]))
def test_a_command_of_the_page_works(words: tuple[str, ...], tmp_path: Path) -> None:
    (story,) = blocks(PAGE, "python")
    place = tmp_path / story.splitlines()[0].removeprefix("# ")
    place.parent.mkdir()
    place.write_text(story, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"

    done = subprocess.run(
        [sys.executable, "-m", MODULES[words[0]], *words[1:]],
        cwd=tmp_path,
        env=kept,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "exit 0: pass" in done.stdout
    assert (tmp_path / "bridgecheck-report" / "report.html").exists()
