"""`--jobs`: the same verdicts as with one job; what goes wrong in one of them ends as it would in a run with one.

All stories in four jobs: `test_whole_run.py`.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.record.journal_file import JOURNAL, read_lines
from tests.circumstances.servers import bridge
from tests.harness.cli.runs import OPTIONS, PYTHON, REFERENCE, bridgecheck, lab, rows_in, stories_in, texts_in
from tests.harness.cli.signals import heed_interrupts

pytestmark = pytest.mark.slow

SOME = (
    "--suite",
    "protocol",
    "--suite",
    "lifecycle",
    "--claim",
    "rfc,bridge,okta",
    "--idp",
    "okta",
    "--format",
    "json",
)
# Long stories about one resource at a time, which meet nobody who runs beside them: test_whole_run.py has all of them.
WITHOUT_LONG = tuple(
    word
    for name in (
        "test_every_attribute_of_a_user_has_its_life",
        "test_values_that_are_not_plain_are_kept",
        "test_writes_that_are_refused_or_odd",
        "test_bodies_that_are_wrong_make_nothing",
        "test_one_patch_changes_several_attributes",
        "test_a_patch_of_every_place",
        "test_the_same_once_more",
        "test_one_attribute_changes_and_all_others_stay",
    )
    for word in ("--skip", name)
)
MORTAL = f"{PYTHON} {shlex.quote(str(Path(__file__).with_name('mortal.py')))} 200 serve {OPTIONS}"


def both(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    """The same run with one job and with four."""
    one = bridgecheck("run", *words, "--report-dir", str(folder / "one"))
    return one, bridgecheck("run", *words, "--report-dir", str(folder / "four"), "--jobs", "4")


def running(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A run in three jobs, once each of them tells stories."""
    argv = [sys.executable, "-m", "harness.cli.main", "run", *words, "--report-dir", str(folder), "--jobs", "3"]
    process = subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=heed_interrupts,
    )
    for _ in range(4000):
        parts = list(folder.glob(f"job-*/{JOURNAL}"))
        if len(parts) == 3 and all(
            any(b'"kind":"scenario-end"' in line for line in read_lines(part)) for part in parts
        ):
            break
        time.sleep(0.05)
    return process


def children_of(pid: int) -> list[int]:
    """The job processes of a run, by what Linux says of its threads' children."""
    texts = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    children = [int(word) for text in texts for word in text.split()]
    return [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.long
def test_four_jobs_give_the_verdicts_of_one_on_a_bridge_that_they_share(tmp_path: Path) -> None:
    (tmp_path / "bridge").mkdir()
    with bridge(tmp_path / "bridge") as words:
        one, four = both(tmp_path, *words, "--suite", "protocol,lifecycle", "--format", "json", *WITHOUT_LONG)

    assert (one.returncode, four.returncode) == (0, 0), four.stdout + four.stderr
    assert rows_in(tmp_path / "four") == rows_in(tmp_path / "one")
    assert stories_in(tmp_path / "four") == stories_in(tmp_path / "one")


def test_four_jobs_find_the_defect_that_one_finds(tmp_path: Path) -> None:
    one, four = both(tmp_path, "--start", lab("created-without-location"), *SOME)

    assert (one.returncode, four.returncode) == (1, 1)
    assert rows_in(tmp_path / "four") == rows_in(tmp_path / "one")
    assert one.stdout.splitlines()[0] == four.stdout.splitlines()[0]


def test_a_bridge_that_one_job_loses_is_lost_for_the_run(tmp_path: Path) -> None:
    done = bridgecheck("run", "--start", MORTAL, *SOME, "--jobs", "2", "--report-dir", str(tmp_path))

    assert done.returncode == 3, done.stdout
    assert "out of memory" in done.stdout
    assert len(stories_in(tmp_path)) > 2


def test_what_cannot_be_started_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    done = bridgecheck("run", "--start", "no-such-bridge {port}", "--jobs", "2", "--report-dir", str(tmp_path / "r"))

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("bridgecheck: --start: 'no-such-bridge' can't be run")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_bridge_that_is_not_there_is_lost(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t", encoding="utf-8")
    words = ("--url", "http://127.0.0.1:9/scim", "--token-file", str(tmp_path / "token"), "--wait-for", "0")

    done = bridgecheck("run", *words, "--jobs", "2", "--report-dir", str(tmp_path / "r"))

    assert done.returncode == 3
    assert "nothing listens at 127.0.0.1:9" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_all_jobs_with_clean_up_and_a_report(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "bridge").mkdir()
    with bridge(tmp_path / "bridge") as words:
        process = running(tmp_path / "r", *words, "--format", "json")
        jobs = children_of(process.pid)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=600)

    assert process.returncode == 128 + number, err
    assert "No verdict: the run was interrupted." in out
    assert "Traceback" not in out + err
    assert "Left on the target" not in out
    assert len(jobs) == 3
    assert not any(Path(f"/proc/{job}").exists() for job in jobs)
    assert not list((tmp_path / "r").glob("job-*"))


def test_a_job_that_is_killed_is_an_error_of_ours_and_the_rest_is_judged(tmp_path: Path) -> None:
    (tmp_path / "bridge").mkdir()
    with bridge(tmp_path / "bridge") as words:
        process = running(tmp_path / "r", *words, "--suite", "protocol,lifecycle", "--format", "json", *WITHOUT_LONG)
        os.kill(children_of(process.pid)[0], signal.SIGKILL)
        out, err = process.communicate(timeout=600)

    report = json.loads((tmp_path / "r" / "conformance.json").read_text(encoding="utf-8"))
    assert process.returncode == 70, err
    assert "it was killed by signal 9 in the middle of its stories" in out
    assert report["totals"]["judged"] > 50
    assert report["totals"]["fail"] == 0


def test_a_token_command_runs_once_and_its_token_stands_nowhere(tmp_path: Path) -> None:
    (tmp_path / "bridge").mkdir()
    with bridge(tmp_path / "bridge") as words:
        token = Path(words[3]).read_text(encoding="utf-8")
        script = tmp_path / "token.py"
        script.write_text(
            f"open({str(tmp_path / 'runs')!r}, 'a').write('x')\nprint(open({words[3]!r}).read())\n", encoding="utf-8"
        )
        command = f"{PYTHON} {shlex.quote(str(script))}"
        done = bridgecheck(
            *("run", *words[:2], *words[4:], "--token-command", command, "--mode", "smoke", "--jobs", "2"),
            *("--report-dir", str(tmp_path / "r"), "--format", "json"),
        )

    assert done.returncode in (0, 4), done.stdout + done.stderr
    assert (tmp_path / "runs").read_text(encoding="utf-8") == "x"
    assert token not in texts_in(tmp_path / "r") + done.stdout + done.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_time_budget_names_what_it_left_out_and_never_says_ready(tmp_path: Path, jobs: str) -> None:
    words = ("--start", REFERENCE, "--jobs", jobs, "--time-budget", "0.3", "--report-dir", str(tmp_path))

    done = bridgecheck("run", *words, "--format", "json", "--claim", "rfc")

    report = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))
    first = done.stdout.splitlines()[0]
    assert done.returncode == 0, done.stdout
    assert "The time budget of 0.3 minutes was used up: " in first
    assert "stories were left out: " in first
    assert report["verdict"]["sentence"] == first
    assert "the time budget was too short (--time-budget)" in report["verdict"]["readiness"]["rfc"]["sentence"]
    again = bridgecheck("replay", str(tmp_path / JOURNAL))
    assert again.stdout.splitlines()[0] == first
