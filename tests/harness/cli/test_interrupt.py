"""Ctrl-C, SIGTERM and SIGHUP end a run with clean-up and a report, and with the code that a shell expects."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.record.journal_file import JOURNAL, read_lines
from tests.harness.cli.runs import FILES, REFERENCE, bridgecheck, left_in
from tests.harness.cli.signals import heed_interrupts

pytestmark = pytest.mark.slow


def interrupted(folder: Path, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    """A run that gets a signal once ten stories have ended."""
    argv = [sys.executable, "-m", "harness.cli.main", "run", "--start", REFERENCE, "--report-dir", str(folder)]
    process = subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=heed_interrupts,
    )
    journal = folder / JOURNAL
    for _ in range(4000):
        if journal.exists() and sum(b'"kind":"scenario-end"' in line for line in read_lines(journal)) >= 10:
            break
        time.sleep(0.05)
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=600)
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_reports_what_was_judged(tmp_path: Path, number: signal.Signals) -> None:
    done = interrupted(tmp_path, number)

    assert done.returncode == 128 + number, done.stderr
    assert "exit 130: interrupted" in done.stdout
    assert "No verdict: the run was interrupted." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert left_in(tmp_path) == FILES
    report = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))
    assert report["verdict"]["exit_code"] == 130
    assert report["totals"]["judged"] > 50
    assert report["totals"]["fail"] == 0
    assert "ready" not in {claim["verdict"] for claim in report["verdict"]["readiness"].values()}


def test_a_journal_that_is_cut_short_is_replayed_up_to_the_cut(short_journal: Path, tmp_path: Path) -> None:
    whole = short_journal.read_bytes()
    (tmp_path / "cut.ndjson.gz").write_bytes(whole[: len(whole) // 2])

    done = bridgecheck("replay", str(tmp_path / "cut.ndjson.gz"))

    assert done.returncode == 4
    assert "No verdict: the record of the run has no end; it was killed, or its disk was full." in done.stdout
    assert "0 fail" in done.stdout


def test_a_journal_that_ends_between_two_stories_is_no_pass(short_journal: Path, tmp_path: Path) -> None:
    lines = [line.decode() for line in read_lines(short_journal)][:-1]
    assert '"kind":"run-end"' in lines[-1]
    (tmp_path / "whole.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "killed.ndjson").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")

    whole, killed = (bridgecheck("replay", str(tmp_path / f"{name}.ndjson")) for name in ("whole", "killed"))

    assert (whole.returncode, killed.returncode) == (0, 4)
    assert "has no end" in killed.stdout


def test_after_nohup_a_hang_up_is_not_heard() -> None:
    code = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from harness.cli.ending import heed_signals; "
        "heed_signals(); os.kill(os.getpid(), signal.SIGHUP); print('goes on')"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout == "goes on\n"
