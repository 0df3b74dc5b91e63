"""The side of a load run that never touches locust."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BridgecheckError, UsageError
from harness.judge.exit_code import ExitCode
from harness.load import JudgedObjective, LoadFailure, make_argv, make_environment, parse_load, run_load

TOKEN = "top-secret-token"
FIGURES = {
    "name": "find user",
    "count": 9,
    "failures": 1,
    "rps": 3.0,
    "p50_ms": 4.0,
    "p95_ms": 8.5,
    "p99_ms": 9.0,
    "max_ms": 9.1,
}
DOCUMENT: dict[str, Any] = {
    "schema": "bridgecheck/load/1",
    "target": "http://127.0.0.1:1/scim/v2",
    "shape": "smoke",
    "duration_s": 3.0,
    "users": 3,
    "seed": 7,
    "dialects": ["okta-oin"],
    "generator": {"processes": 1, "cpu_share": 0.1, "problems": []},
    "requests": [FIGURES],
    "total": FIGURES | {"name": "all requests"},
    "errors": [{"name": "find user", "error": "status 500; expected 200", "count": 1}],
    "objectives": [{"name": "p99_ms of create user", "limit": 1000.0, "value": None, "verdict": "void"}],
    "verdict": "fail",
}


def start(tmp_path: Path, *, url: str = "http://127.0.0.1:9", token: str = TOKEN, users: int = 1) -> None:
    run_load(url, token, users=users, duration_s=1, json_path=tmp_path / "load.json", log_path=tmp_path / "load.log")


def test_load_json_is_read_back() -> None:
    load = parse_load(json.dumps(DOCUMENT))

    assert load.requests[0].p95_ms == 8.5
    assert load.total.name == "all requests"
    assert load.errors == (LoadFailure("find user", "status 500; expected 200", 1),)
    assert load.objectives == (JudgedObjective("p99_ms of create user", 1000.0, None, "void"),)
    assert load.exit_code is ExitCode.OBJECTIVE_MISSED


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("fail", 6), ("void", 7)])
def test_the_verdict_decides_the_exit_code(verdict: str, code: int) -> None:
    assert parse_load(json.dumps(DOCUMENT | {"verdict": verdict})).exit_code == code


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "not JSON"),
        (json.dumps(DOCUMENT | {"verdict": "fine"}), "breaks its schema at /verdict"),
        (json.dumps(DOCUMENT | {"token": "x"}), "breaks its schema at /"),
    ],
)
def test_a_document_that_is_not_ours_is_an_error(text: str, refusal: str) -> None:
    with pytest.raises(BridgecheckError, match=refusal):
        parse_load(text)


def test_one_process_needs_no_master() -> None:
    argv = make_argv("http://127.0.0.1:1/scim", "smoke", 4, 30, ("okta", "entra"), 7, Path("/tmp/load.json"), 1)

    assert argv[:3] == [sys.executable, "-m", "locust"]
    assert " ".join(argv[5:]) == (
        "--headless --only-summary -u 4 -r 4 -t 30s --host http://127.0.0.1:1/scim"
        " --scim-shape smoke --scim-seed 7 --scim-json /tmp/load.json --scim-dialects okta,entra"
    )


def test_several_processes_meet_on_a_loopback_port_of_their_own() -> None:
    argv = make_argv("http://127.0.0.1:1", "smoke", 4, 30, (), 7, Path("/tmp/load.json"), 2)

    assert argv[argv.index("--processes") + 1] == "2"
    assert argv[argv.index("--master-bind-host") + 1] == "127.0.0.1"
    assert argv[argv.index("--master-bind-port") + 1] == argv[argv.index("--master-port") + 1]
    assert "--scim-dialects" not in argv


def test_the_token_travels_by_environment_and_settings_of_a_locust_user_do_not() -> None:
    made = make_environment(TOKEN, {"PATH": "/bin", "LOCUST_USERS": "900", "PYTHONPATH": "/elsewhere"})

    assert made["BRIDGECHECK_TOKEN"] == TOKEN
    assert made["PATH"] == "/bin"
    assert "LOCUST_USERS" not in made
    assert made["PYTHONPATH"].endswith(":/elsewhere")


def test_a_run_hands_the_token_to_nobody_by_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def refuse(argv: list[str], **options: Any) -> None:
        seen.append(argv)
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(OSError):  # noqa: PT011  raised above, once the arguments are known
        start(tmp_path)

    assert TOKEN not in " ".join(seen[0])


def test_without_locust_the_refusal_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(UsageError, match=r"pip install 'bridgecheck\[load\]'"):
        start(tmp_path)


def test_what_cannot_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not an http or https address"):
        start(tmp_path, url="bridge.example")
    with pytest.raises(UsageError, match="bearer token"):
        start(tmp_path, token="")
    with pytest.raises(UsageError, match="users must be at least 1; is 0"):
        start(tmp_path, users=0)


def test_locust_that_breaks_down_is_an_error_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"import sys; print('no space left, says {TOKEN}'); sys.exit(3)"
    monkeypatch.setattr("harness.load.make_argv", lambda *given: [sys.executable, "-c", said])

    with pytest.raises(BridgecheckError, match="exit code 3:\nno space left") as caught:
        start(tmp_path)

    assert TOKEN not in str(caught.value)
    assert TOKEN not in (tmp_path / "load.log").read_text()


def test_an_interrupt_ends_locust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen[bytes]):
        def wait(self, timeout: float | None = None) -> int:
            if not started:
                started.append(self)
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    monkeypatch.setattr("harness.load.make_argv", lambda *given: ["sleep", "60"])

    with pytest.raises(KeyboardInterrupt):
        start(tmp_path)

    assert started[0].returncode == -15


def test_judging_a_load_run_needs_no_locust() -> None:
    code = "import sys, harness.load, loadtests.record, loadtests.answers; print('locust' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])

    assert done.stdout == "False\n"
