"""Starts the reference bridge for demo and selftest: by command, exactly like a vendor's build."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

from harness.errors import BridgecheckError
from harness.record.exchange import Json

# -P: a folder named bridge_ref or harness where the user stands is not ours.
PYTHON = (sys.executable, "-P")
_OPTIONS = (
    "--port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)


def serve_command() -> str:
    """The command of the reference bridge, for `--start`."""
    return f"{shlex.join(PYTHON)} -m bridge_ref serve {_OPTIONS}"


def lab_command(name: str, kind: str = "defect") -> str:
    """The command of the lab bridge of this name and kind, `defect` or `variant`; without a name, of the clean one."""
    chosen = f" --{kind} {shlex.quote(name)}" if name else ""
    return f"{shlex.join(PYTHON)} -m bridge_ref lab {_OPTIONS}{chosen}"


def lab_list() -> list[Json]:
    """The lab's list of its bridges. Raises BridgecheckError."""
    words = [*PYTHON, "-m", "bridge_ref", "lab", "--list"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise BridgecheckError(f"`bridge-ref lab --list` failed: {done.stderr.strip()}")
    rows = json.loads(done.stdout)
    return [row for row in rows if isinstance(row, dict)]
