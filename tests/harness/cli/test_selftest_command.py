"""The runs of a self-test: each has its time, and is ended when it is over."""

from __future__ import annotations

import sys

from harness.cli.selftest_command import run_within

QUICK = "print('judged')"
HANGS = """
import signal, sys, time
def end(*_):
    print("cleaned up", flush=True)
    sys.exit(130)
signal.signal(signal.SIGTERM, end)
time.sleep(60)
"""


def test_a_run_that_ends_in_time_is_told_as_it_is() -> None:
    done = run_within(30, [sys.executable, "-c", QUICK])

    assert (done.returncode, done.stdout) == (0, "judged\n")


def test_a_run_that_does_not_end_is_asked_to_and_cleans_up() -> None:
    done = run_within(1, [sys.executable, "-c", HANGS])

    assert done.returncode == 130
    assert done.stdout == "did not end within 1 s\ncleaned up\n"
