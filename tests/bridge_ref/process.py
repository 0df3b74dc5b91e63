"""A bridge in a process of its own: start, refusal, end."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BRIDGE_REF = [sys.executable, "-m", "bridge_ref"]
SERVE = [*BRIDGE_REF, "serve"]


def secret(path: Path, content: str) -> Path:
    """A file as secrets must be: for its owner alone."""
    path.touch(mode=0o600)
    path.write_text(content)
    return path


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    process = subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)


def refusal(*options: str) -> str:
    ended = subprocess.run([*SERVE, *options], capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr
