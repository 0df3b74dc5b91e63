"""Processor time and anonymous memory of a process group, read from /proc."""

import os
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def parse_stat(text: str) -> tuple[int, float]:
    """The process group and the processor time in seconds, ended children included, from a `stat` file.

    The name of the program is in brackets and may itself contain brackets and spaces.
    """
    fields = text[text.rindex(")") + 2 :].split()
    user, system, children_user, children_system = (int(field) for field in fields[11:15])
    return int(fields[2]), (user + system + children_user + children_system) / _TICKS_PER_S


def parse_anonymous_kb(text: str) -> int:
    """Anonymous memory (not backed by a file) from a `status` file; 0 for a process that is ending."""
    for line in text.splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def group_cpu_s(group: int, proc: Path = PROC) -> float:
    """The processor time, user and system, that the processes of a group have had."""
    return sum(seconds for found, seconds in _stats(proc).values() if found == group)


def group_anonymous_kb(group: int, proc: Path = PROC) -> int:
    """The anonymous memory of the processes of a group."""
    pids = [pid for pid, (found, _) in _stats(proc).items() if found == group]
    return sum(parse_anonymous_kb(_read(proc / pid / "status")) for pid in pids)


def _stats(proc: Path) -> dict[str, tuple[int, float]]:
    texts = {entry.name: _read(entry / "stat") for entry in proc.iterdir() if entry.name.isdecimal()}
    return {pid: parse_stat(text) for pid, text in texts.items() if text}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        # It has ended since it was listed.
        return ""
