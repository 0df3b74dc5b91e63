"""Output of the commands: one line for an error, colour on a terminal, no failure on a closed pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.cli.runs import bridgecheck

pytestmark = pytest.mark.slow


def test_a_reader_that_has_left_changes_no_exit_code(short_journal: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "harness.cli.main", "replay", str(short_journal)]

    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, timeout=600, check=False)

    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_is_shown_colour_and_a_file_is_not(short_journal: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    words = [sys.executable, "-m", "harness.cli.main", "replay", str(short_journal)]

    for environment, has_colour in (({**plain, "FORCE_COLOR": "1"}, True), (plain, False)):
        done = subprocess.run(words, capture_output=True, env=environment, timeout=600, check=False)
        assert (b"\x1b[33m" in done.stdout) is has_colour
        assert done.returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run --url http://127.0.0.1:9/scim --token-file nowhere", "--token-file nowhere can't be read: No such file"),
        (
            "run --url http://127.0.0.1:9/scim --token-env NOBODY_SETS_THIS",
            "environment variable NOBODY_SETS_THIS is not set",
        ),
        ("replay nowhere.ndjson", "nowhere.ndjson can't be read: No such file"),
        ("replay nowhere.ndjson --format htlm", "there is no report format 'htlm' (--format); did you mean 'html'?"),
        ("selftest --only suspends-somebody", "--only 'suspends-somebody' matches no defect"),
        ("selftest --smaple 2", "No such option '--smaple'. Did you mean '--sample'?"),
        (
            "explain RFC7644-3.3-99",
            "there is no requirement, check, story or dialect 'RFC7644-3.3-99'; did you mean RFC7644-3.3-",
        ),
        ("repaly x", "there is no command 'repaly'; did you mean replay or play or report?"),
    ],
)
def test_a_refusal_is_one_clear_line(words: str, said: str, tmp_path: Path) -> None:
    done = bridgecheck(*words.split())

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_an_output_without_our_signs_ends_no_run(short_journal: Path) -> None:
    words = [sys.executable, "-m", "harness.cli.main", "replay", str(short_journal)]

    done = subprocess.run(
        words, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, timeout=600, check=False
    )

    assert done.returncode == 0
    assert b"\\u25d0 Not enough to say ready for SCIM 2.0" in done.stdout
