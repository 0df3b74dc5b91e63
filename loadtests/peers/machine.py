"""A description of the machine that the figures were measured on: processor, disk, versions, commit."""

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter

from loadtests.peers.servers import ROOT

_PACKAGES = ("uvicorn", "httptools", "uvloop", "asyncpg", "scim2-server", "scim2-models")
_SYNC_S = 0.5


def describe_machine(folder: Path) -> dict[str, str]:
    """The facts that a reader needs to compare figures; the disk is the one of the folder."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "processor": f"{len(os.sched_getaffinity(0))} cores, {parse_model(_text('/proc/cpuinfo'))}",
        "memory": f"{parse_memory_gib(_text('/proc/meminfo')):.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "disk": f"{syncs_per_s(folder):,.0f} fdatasync/s of 4 KiB",
        "load before the run": f"{os.getloadavg()[0]:.1f} processes (over a minute)",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "packages": ", ".join(filter(None, map(_version, _PACKAGES))),
        "node": _said("node", "--version") or "not installed",
    }


def parse_model(text: str) -> str:
    """The name of the processor from `cpuinfo`."""
    names = (line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name"))
    return next(names, "of an unknown model")


def parse_memory_gib(text: str) -> float:
    """The memory of the machine from `meminfo`."""
    return next(int(line.split()[1]) / 1024**2 for line in text.splitlines() if line.startswith("MemTotal:"))


def syncs_per_s(folder: Path, seconds: float = _SYNC_S) -> float:
    """The number of 4 KiB writes per second that the folder's disk makes durable."""
    with NamedTemporaryFile(dir=folder) as file:
        count, started_at = 0, perf_counter()
        while perf_counter() - started_at < seconds:
            os.pwrite(file.fileno(), bytes(4096), 0)
            os.fdatasync(file.fileno())
            count += 1
        return count / (perf_counter() - started_at)


def _commit() -> str:
    commit = _said("git", "rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    return f"{commit}, with changes" if _said("git", "status", "--porcelain") else commit


def _version(package: str) -> str | None:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return None


def _said(*words: str) -> str:
    try:
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")
