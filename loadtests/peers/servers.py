"""Starting the servers of a benchmark, each in a process group and on a core of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtests.peers.people import group_document, group_id, user_document, user_id
from loadtests.peers.processes import group_anonymous_kb, group_cpu_s
from loadtests.peers.sequences import Address

ROOT = Path(__file__).parents[2]
TOKEN = "benchmark-token-0123456789"
_SCIMMY = Path(__file__).parent / "scimmy"
_END_S = 20


class MissingError(Exception):
    """An optional part of a benchmark is not installed; the text names it."""


@dataclass
class Server:
    """A running server."""

    process: "subprocess.Popen[str]"
    address: Address

    def cpu_s(self) -> float:
        """The processor time of its process group so far."""
        return group_cpu_s(self.process.pid)

    def anonymous_kb(self) -> int:
        """The anonymous memory of its process group."""
        return group_anonymous_kb(self.process.pid)

    def close(self) -> None:
        """End the process."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


def cores() -> tuple[set[int], set[int]]:
    """The cores for servers and for generators: one each where there are two or more."""
    available = sorted(os.sched_getaffinity(0))
    return {available[0]}, {available[-1]}


def start_bridge(folder: Path, place: Sequence[str]) -> Server:
    """Our bridge, started by its public command on `--data FOLDER` or `--database URL`."""
    words = ["-m", "bridge_ref", "serve", "--port", "0", "--token-file", str(_token_file(folder)), *place]
    return _bridge([sys.executable, *words])


def start_single_commits(folder: Path, data: Path) -> Server:
    """Our bridge with one commit per request."""
    words = ["tools/bench_bridge.py", "serve-singly", "--data", str(data), "--token-file", str(_token_file(folder))]
    return _bridge([sys.executable, *words])


def start_bare(folder: Path, answer: bytes) -> Server:
    """Bare uvicorn that gives this answer to every request."""
    file = folder / "answer"
    file.write_bytes(answer)
    process = start([sys.executable, "-m", "loadtests.peers.serve_bare", str(file)])
    return Server(process, Address(ready(process)["port"], "/scim/v2", TOKEN))


def start_scim2(users: int, sizes: Iterable[int]) -> Server:
    """scim2-server with these users and groups. Raises MissingError."""
    process = start([sys.executable, "-m", "loadtests.peers.serve_scim2", str(users), *map(str, sizes)])
    return Server(process, Address(ready(process)["port"], "/v2", TOKEN))


def start_scimmy(cache: Path, users: int, sizes: Iterable[int]) -> Server:
    """scimmy-routers with these users and groups. Raises MissingError."""
    process = start(["node", str(install_scimmy(cache) / "server.mjs")], is_told=True)
    assert process.stdin is not None
    lines = [TOKEN, *(_resource("User", user_id(number), user_document(number)) for number in range(users))]
    lines += [_resource("Group", group_id(size), group_document(size)) for size in sizes]
    process.stdin.write("\n".join(lines))
    process.stdin.close()
    # It is closed: `communicate` would try to flush it.
    process.stdin = None
    return Server(process, Address(ready(process)["port"], "/scim", TOKEN))


def install_scimmy(cache: Path) -> Path:
    """Install scimmy-routers by npm in the versions of `package.json`, and return its folder. Raises MissingError."""
    folder, wanted = cache / "scimmy", (_SCIMMY / "package.json").read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.mjs").write_bytes((_SCIMMY / "server.mjs").read_bytes())
    installed = folder / "installed.json"
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return folder
    (folder / "package.json").write_text(wanted, encoding="utf-8")
    words = ["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]
    try:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=300)
    except FileNotFoundError:
        raise MissingError("npm is not installed") from None
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm could not install its packages: {type(error).__name__}") from None
    installed.write_text(wanted, encoding="utf-8")
    return folder


def run_tool(*words: str) -> None:
    """Fill or thin out a store by `tools/bench_bridge.py`."""
    subprocess.run([sys.executable, "tools/bench_bridge.py", *words], cwd=ROOT, check=True)


def run_bridge_command(*words: str) -> None:
    """Run a command of our bridge."""
    command = [sys.executable, "-m", "bridge_ref", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _bridge(words: list[str]) -> Server:
    process = start(words)
    port = int(ready(process)["scim"].rsplit(":", 1)[1].split("/")[0])
    return Server(process, Address(port, "/scim/v2", TOKEN))


def start(words: list[str], is_told: bool = False) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    core = cores()[0]
    try:
        return subprocess.Popen(
            words,
            cwd=ROOT,
            stdin=pipe if is_told else subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, core),
        )
    except FileNotFoundError:
        raise MissingError(f"{words[0]} is not installed") from None


def ready(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise MissingError(f"it ended before it was ready, with code {process.wait()}")
    ready: dict[str, Any] = json.loads(line)
    return ready


def _token_file(folder: Path) -> Path:
    file = folder / "token"
    file.touch(mode=0o600)
    file.write_text(TOKEN, encoding="utf-8")
    return file


def _resource(kind: str, resource_id: str, document: object) -> str:
    return json.dumps({"kind": kind, "id": resource_id, "document": document})
