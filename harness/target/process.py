"""The process of a bridge that we start by command, end, and start again on the same folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.errors import UsageError
from harness.target.secrets import Secrets

STOP_AFTER_S = 10.0
LAST_LINES = 5
LAST_CHARACTERS = 240  # ours: a report shows no more of it, and the reason stands at the end
PID = "bridge.pid"


@dataclass(slots=True)
class BridgeProcess:
    """A running bridge: its words, the folder that holds its data and its output, and the process itself."""

    words: list[str]
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """The process id, which is that of its group too."""
        return self.process.pid

    def death(self, patience_s: float, secrets: Secrets) -> str:
        """How the process has ended, with its last words, without the secrets; empty while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
        if self.process.returncode is None:
            return ""
        return f"the bridge ended with exit code {self.process.returncode}{self._last_words(secrets)}"

    def end(self) -> None:
        """End the group: a bridge may have started processes of its own. It may be gone already."""
        for sign, patience in ((signal.SIGTERM, STOP_AFTER_S), (signal.SIGKILL, STOP_AFTER_S)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                return

    def restart(self) -> None:
        """End it, and start the same command on the same folder. Raises UsageError."""
        self.end()
        self.process = _popen_in(self.words, self.folder, "ab")
        _tell_pid(self.folder, self.process)

    def _last_words(self, secrets: Secrets) -> str:
        text = (self.folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        lines = [line for line in text.splitlines() if line.strip()][-LAST_LINES:]
        said = " | ".join(" ".join(line.split()) for line in lines)
        said = secrets.redact(said)  # before the cut, which would leave a part of one
        if len(said) > LAST_CHARACTERS:
            said = f"… {said[-LAST_CHARACTERS:]}"
        return f": {said}" if said else ""


def spawn(words: list[str], folder: Path) -> BridgeProcess:
    """Start a bridge, whose output goes to files in the folder. Raises UsageError."""
    process = _popen_in(words, folder, "wb")
    _tell_pid(folder, process)
    return BridgeProcess(words, folder, process)


def pid_in(folder: Path) -> int | None:
    """The process id of the bridge that runs on a folder, as it was told last."""
    with contextlib.suppress(OSError, ValueError):
        return int((folder / PID).read_text(encoding="ascii"))
    return None


def _tell_pid(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """For whoever has to end the bridge when we can't any more."""
    (folder / PID).write_text(str(process.pid), encoding="ascii")


def _popen_in(words: list[str], folder: Path, mode: str) -> subprocess.Popen[bytes]:
    with (folder / "stdout").open(mode) as out, (folder / "stderr").open(mode) as err:
        return _popen(words, out, err)


def _popen(words: list[str], out: IO[bytes], err: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
    except OSError as error:
        raise UsageError(f"--start: {words[0]!r} can't be run: {error.strerror}{_beside_us(words[0])}") from error


def _beside_us(name: str) -> str:
    """Where a command of our own environment lies, which the shell does not find while that is not active."""
    path = Path(sys.executable).parent / name
    return f"; there is {path}" if os.sep not in name and path.is_file() else ""
