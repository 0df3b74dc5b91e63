"""The runs of a self-test: each has its time, and is ended when it is over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import selftest_command
from harness.cli.selftest_command import run_within
from harness.errors import UsageError
from harness.judge.selftest import Bridge, Trial

QUICK = "print('judged')"
HANGS = """
import signal, sys, time
def end(*_):
    print("cleaned up", flush=True)
    sys.exit(130)
signal.signal(signal.SIGTERM, end)
time.sleep(60)
"""


def test_what_was_judged_as_expected_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    defect = {"kind": "defect", "summary": "wrong", "breaks": ["SEED-04"], "reach": []}
    rows = [{**defect, "name": name} for name in ("one", "two", "three")]
    monkeypatch.setattr(selftest_command, "lab_list", lambda: rows)

    def judged(bridge: Bridge, _: int) -> Trial:
        tried.append(bridge.name)
        red = ("SEED-04",) if bridge.name in ("one", "three") else ()
        return Trial(bridge, red, 9, causes=red)

    monkeypatch.setattr(selftest_command, "_try", judged)
    words = ["--jobs", "1", "--record", str(tmp_path / "record")]

    first = CliRunner().invoke(selftest_command.command, words, standalone_mode=False)
    again = CliRunner().invoke(selftest_command.command, words, standalone_mode=False)

    assert tried == ["", "one", "two", "three", "", "two"]
    assert (tmp_path / "record").read_text().splitlines() == ["defect one", "defect three"]
    assert (first.return_value, again.return_value) == (1, 1)
    assert "; 2 more were before, by" in again.output


def test_a_record_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(b"\xff\xfe")

    with pytest.raises(UsageError, match="record can't be read"):
        selftest_command.read_record(tmp_path / "record")


def test_a_run_that_ends_in_time_is_told_as_it_is() -> None:
    done = run_within(30, [sys.executable, "-c", QUICK])

    assert (done.returncode, done.stdout) == (0, "judged\n")


def test_a_run_that_does_not_end_is_asked_to_and_cleans_up() -> None:
    done = run_within(1, [sys.executable, "-c", HANGS])

    assert done.returncode == 130
    assert done.stdout == "did not end within 1 s\ncleaned up\n"
