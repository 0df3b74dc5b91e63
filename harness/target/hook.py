"""Runs a command of the operator: without a shell, bounded in time, with no secret in its arguments."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from typing import IO

from harness.errors import UsageError
from harness.target.probe import NotOffered
from harness.target.secrets import Secrets

PRINTED_BYTES = 64 * 1024  # ours: more than any token, and no log
_LAST_WORDS = 200
_KILL_S = 5.0


class HookFailed(NotOffered):
    """A command of the operator did not do what it is there for: the story can't go on."""


def words_of(name: str, command: str, values: Mapping[str, str]) -> list[str]:
    """The words of a hook, with its placeholders filled in. Raises UsageError."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"hook {name}: {command!r} can't be split into words: {error}") from error
    if not words:
        raise UsageError(f"hook {name} is empty")
    return [_fill(name, word, values) for word in words]


def run_hook(name: str, words: list[str], timeout_s: float, secrets: Secrets) -> str:
    """Run a hook and return what it printed. Raises HookFailed, in whose message none of the secrets stands.

    What it leaves running in the background goes on: a hook that starts a bridge may end before the bridge does.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = _spawn(name, words, out, err)
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise HookFailed(f"the hook {name!r} has not ended after {timeout_s:g} s, and was ended") from None
        except BaseException:
            _kill(process)
            raise
        if code:
            raise HookFailed(f"the hook {name!r} ended with exit code {code}{_said(err, secrets)}")
        return _read(out)


def _spawn(name: str, words: list[str], out: IO[bytes], err: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
    except OSError as error:
        raise HookFailed(f"the hook {name!r}: {words[0]!r} can't be run: {error.strerror}") from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_KILL_S)


def _said(err: IO[bytes], secrets: Secrets) -> str:
    lines = [line for line in _read(err).splitlines() if line.strip()]
    if not lines:
        return ""
    return f": {secrets.redact(lines[-1].strip())[:_LAST_WORDS]}"


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(PRINTED_BYTES).decode("utf-8", "replace").strip()


def _fill(name: str, word: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            known = ", ".join(values) or "none here"
            raise UsageError(f"hook {name}: unknown placeholder {{{match[1]}}}; there are: {known}")
        return values[match[1]]

    return re.sub(r"\{([a-z_]+)\}", value, word)
