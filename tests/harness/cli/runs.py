"""Starts `bridgecheck` for tests in a process of its own, as a user does."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

from harness.record.journal_file import JOURNAL, read_lines

PYTHON = shlex.quote(sys.executable)
OPTIONS = (
    "--port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)
FILES = ["conformance.json", "journal.ndjson.gz", "junit.xml", "report.html"]
REFERENCE = f"{PYTHON} -m bridge_ref serve {OPTIONS}"


def bridgecheck(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command line to its end."""
    argv = [sys.executable, "-m", "harness.cli.main", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=900, check=False, stdin=subprocess.DEVNULL)


def lab(defect: str) -> str:
    """The start command of a bridge with a defect."""
    return f"{PYTHON} -m bridge_ref lab {OPTIONS} --defect {defect}"


def texts_in(folder: Path) -> str:
    """Everything that a run left, as one text."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return "\n".join(b"\n".join(read_lines(path)).decode("utf-8") for path in paths)


def rows_in(folder: Path) -> dict[str, tuple[str, str | None, tuple[str, ...]]]:
    """By requirement what the report of a run says: verdict, reason, and the facets that are missing."""
    report = json.loads((folder / "conformance.json").read_text(encoding="utf-8"))
    return {row["id"]: (row["verdict"], row["reason"], tuple(row["missing"])) for row in report["requirements"]}


def stories_in(folder: Path) -> list[str]:
    """The stories of a run, in the order of its journal."""
    *lines, _ = read_lines(folder / JOURNAL)
    return [entry["scenario"] for entry in map(json.loads, lines) if entry["kind"] == "scenario"]


def left_in(folder: Path) -> list[str]:
    """The names of the report's files that a run left."""
    return sorted(path.name for path in folder.iterdir() if path.name in FILES)
