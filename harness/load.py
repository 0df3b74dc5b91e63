"""One load run: starts locust in a process of its own, and reads the result that it wrote."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.errors import BridgecheckError, UsageError
from harness.judge.exit_code import ExitCode
from harness.resources import find_folder
from harness.schema.validate import validate
from harness.target.secrets import Secrets
from harness.target.target import free_port

TOKEN_VARIABLE = "BRIDGECHECK_TOKEN"
INSTALL_HINT = "load runs need locust: pip install 'bridgecheck[load]'"
# Exit codes with a result: pass, locust's own code for failed requests (1), objective missed, measurement void.
RESULTS = (0, 1, ExitCode.OBJECTIVE_MISSED, ExitCode.MEASUREMENT_VOID)
SLACK_S = 60.0  # for the start of all processes, and for locust's own patience with its workers
STOP_AFTER_S = 5.0
LAST_LINES = 15

LoadVerdict = Literal["pass", "fail", "void"]


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """The measured figures of the requests of one name."""

    name: str
    count: int
    failures: int
    rps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """An error of the requests of one name, and how often it occurred."""

    name: str
    error: str
    count: int


@dataclass(frozen=True, slots=True)
class JudgedObjective:
    """An objective, its measured value (None without requests), and whether it was kept."""

    name: str
    limit: float
    value: float | None
    verdict: LoadVerdict


@dataclass(frozen=True, slots=True)
class Generator:
    """The state of the load generator; a problem of its own makes the measurement void."""

    processes: int
    cpu_share: float
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """`load.json`, read back."""

    target: str
    shape: str
    duration_s: float
    users: int
    seed: int
    dialects: tuple[str, ...]
    generator: Generator
    requests: tuple[RequestFigures, ...]
    total: RequestFigures
    errors: tuple[LoadFailure, ...]
    objectives: tuple[JudgedObjective, ...]
    verdict: LoadVerdict

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the command line."""
        codes = {"pass": ExitCode.PASS, "fail": ExitCode.OBJECTIVE_MISSED, "void": ExitCode.MEASUREMENT_VOID}
        return codes[self.verdict]


def is_installed() -> bool:
    """Whether the extra `load` is there, which brings locust."""
    return importlib.util.find_spec("locust") is not None


def run_load(
    url: str,
    token: str,
    *,
    users: int,
    duration_s: int,
    json_path: Path,
    log_path: Path,
    shape: str = "smoke",
    dialects: Sequence[str] = (),
    seed: int = 1,
    processes: int = 1,
    made_folder: Path | None = None,
    is_disposable: bool = True,
) -> LoadResult:
    """Put load on a bridge and return the measured figures; locust's own output goes to `log_path`.

    Without `dialects` all main ones are played. What is made is written to made.ndjson in `made_folder`, if one is
    given; unless the account is disposable, nothing else is changed. An interrupt ends locust and all its workers.
    Raises UsageError for options that can't be used, BridgecheckError when locust itself fails.
    """
    _refuse_unusable(url, token, users, duration_s, processes)
    argv = make_argv(url, shape, users, duration_s, dialects, seed, json_path.absolute(), processes)
    argv += ["--scim-made", str(made_folder.absolute())] if made_folder else []
    argv += [] if is_disposable else ["--scim-only-own", "yes"]
    for path in (json_path, log_path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    code = _run(argv, token, log_path, duration_s + SLACK_S)
    if code is None:
        raise BridgecheckError(f"locust did not end within {duration_s + SLACK_S:.0f} s{_last_words(log_path)}")
    if code == ExitCode.USAGE:
        raise UsageError(f"locust refused its options{_last_words(log_path)}")
    if code not in RESULTS or not json_path.is_file():
        raise BridgecheckError(f"locust failed with exit code {code}{_last_words(log_path)}")
    return parse_load(json_path.read_text(encoding="utf-8"))


def make_argv(
    url: str,
    shape: str,
    users: int,
    duration_s: int,
    dialects: Sequence[str],
    seed: int,
    json_path: Path,
    processes: int,
) -> list[str]:
    """The command line of the run; it never contains the token."""
    argv = [sys.executable, "-m", "locust", "-f", str(find_folder("loadtests") / "locustfile.py"), "--headless"]
    argv += ["--only-summary", "-u", str(users), "-r", str(users), "-t", f"{duration_s}s", "--host", url]
    argv += ["--scim-shape", shape, "--scim-seed", str(seed), "--scim-json", str(json_path)]
    if dialects:
        argv += ["--scim-dialects", ",".join(dialects)]
    if processes > 1:
        port = str(free_port())  # two runs on one machine must not share locust's default port
        argv += ["--processes", str(processes), "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        argv += ["--master-host", "127.0.0.1", "--master-port", port]
    return argv


def parse_load(text: str) -> LoadResult:
    """Read `load.json` back. Raises BridgecheckError when it breaks its schema."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BridgecheckError(f"load.json is not JSON: {error}") from error
    if violations := validate(document, "report/load"):
        first = violations[0]
        raise BridgecheckError(f"load.json breaks its schema at {first.pointer or '/'}: {first.message}")
    return _from(document)


def _from(document: dict[str, Any]) -> LoadResult:
    generator = document["generator"]
    return LoadResult(
        target=document["target"],
        shape=document["shape"],
        duration_s=document["duration_s"],
        users=document["users"],
        seed=document["seed"],
        dialects=tuple(document["dialects"]),
        generator=Generator(generator["processes"], generator["cpu_share"], tuple(generator["problems"])),
        requests=tuple(RequestFigures(**row) for row in document["requests"]),
        total=RequestFigures(**document["total"]),
        errors=tuple(LoadFailure(**row) for row in document["errors"]),
        objectives=tuple(JudgedObjective(**row) for row in document["objectives"]),
        verdict=document["verdict"],
    )


def _refuse_unusable(url: str, token: str, users: int, duration_s: int, processes: int) -> None:
    if not is_installed():
        raise UsageError(INSTALL_HINT)
    if not re.match(r"https?://[^/]+", url):
        raise UsageError(f"{url!r} is not an http or https address")
    if not token:
        raise UsageError("a load run needs the bridge's bearer token")
    for name, value in (("users", users), ("duration", duration_s), ("processes", processes)):
        if value < 1:
            raise UsageError(f"{name} must be at least 1; is {value}")
    if users < processes:
        raise UsageError(f"users must be at least the number of processes ({processes}); is {users}")


def make_environment(token: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of locust's process: the token, our code first on its path, no outside settings of locust."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(("LOCUST_", "BRIDGECHECK_LOAD_"))}
    path = [str(Path(__file__).parent.parent.absolute()), kept.get("PYTHONPATH", "")]
    return {**kept, "PYTHONPATH": os.pathsep.join(part for part in path if part), TOKEN_VARIABLE: token}


def _run(argv: list[str], token: str, log_path: Path, patience_s: float) -> int | None:
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=make_environment(token, os.environ),
            cwd=find_folder("loadtests"),  # locust reads locust.conf and pyproject.toml from where it stands
            start_new_session=True,
        )
    try:
        return process.wait(patience_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)
        _redact(log_path, token)


def _end(process: subprocess.Popen[bytes]) -> None:
    # The group, not only the process: workers outlive a master that crashed.
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_AFTER_S)


def _redact(log_path: Path, token: str) -> None:
    said = log_path.read_bytes()
    if (clean := Secrets({"scim": token}).redact_bytes(said)) != said:
        log_path.write_bytes(clean)


def _last_words(log_path: Path) -> str:
    lines = [line for line in log_path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return ":\n" + "\n".join(lines[-LAST_LINES:]) if lines else ""
