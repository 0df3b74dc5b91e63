"""Commands of the operator: bounded, without a shell, and without secrets in what is said of them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.target.hook import HookFailed, run_hook, words_of
from harness.target.secrets import Secrets

LONG_S = 30.0
NO_SECRETS = Secrets({})


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_hook_prints_is_returned() -> None:
    assert run_hook("rotate", python("print('new-token')"), LONG_S, NO_SECRETS) == "new-token"


def test_a_hook_runs_without_a_shell(tmp_path: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -c 'import sys; print(sys.argv[1:])' '$HOME;' {{data}}"
    words = words_of("restart", command, {"data": f"{tmp_path}/a folder; rm -r x"})

    assert run_hook("restart", words, LONG_S, NO_SECRETS) == str(["$HOME;", f"{tmp_path}/a folder; rm -r x"])


def test_a_hook_that_fails_is_told_by_its_last_line_without_secrets() -> None:
    code = "import sys; print('noise', file=sys.stderr); print('no bridge for s3cret', file=sys.stderr); sys.exit(3)"

    with pytest.raises(HookFailed) as failed:
        run_hook("restart", python(code), LONG_S, Secrets({"scim": "s3cret"}))

    assert str(failed.value) == "the hook 'restart' ended with exit code 3: no bridge for ‹credential:scim›"


def test_a_hook_that_does_not_end_is_ended_with_what_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    child = f"import time; kept = open({str(pipe)!r}, 'w'); time.sleep(600)"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"

    with pytest.raises(HookFailed, match="has not ended after 3 s, and was ended"):
        run_hook("stop", python(code), 3, NO_SECRETS)

    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # the end comes when nobody holds the other side any more
    os.close(reader)


def test_a_hook_may_leave_a_bridge_running(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))"
    )

    run_hook("start", python(code), LONG_S, NO_SECRETS)

    left = int(pid_file.read_text())
    assert subprocess.run(["kill", str(left)], check=False).returncode == 0


def test_a_command_that_is_not_there_is_no_crash() -> None:
    with pytest.raises(HookFailed, match="'/no/such/command' can't be run: No such file"):
        run_hook("start", ["/no/such/command"], LONG_S, NO_SECRETS)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "hook stop is empty"),
        ("a 'b", "can't be split into words"),
        ("a {tokne}", r"unknown placeholder \{tokne\}; there are: port"),
    ],
)
def test_a_hook_that_cannot_be_read_is_refused(command: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        words_of("stop", command, {"port": "1"})
