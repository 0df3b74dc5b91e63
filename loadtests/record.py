"""The result of a load run as `load.json`, from locust's statistics and the state of its generators."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from loadtests.objectives import TOTAL, Figures, Outcome, judge_all, percentile
from loadtests.shapes import Shape

SATURATED = 0.9  # locust 2.47 warns above 90 % as well (runners.py, CPU_WARNING_THRESHOLD)
MAX_ERRORS = 100


class Entry(Protocol):
    """The part of locust's StatsEntry that we read."""

    name: str
    num_requests: int
    num_failures: int
    max_response_time: float
    response_times: Mapping[float, int]


class Failure(Protocol):
    """The part of locust's StatsError that we read."""

    name: str
    error: object
    occurrences: int


@dataclass(frozen=True, slots=True)
class Run:
    """The options of a run, and how well its generators kept up."""

    target: str
    duration_s: float
    users: int
    seed: int
    dialects: Sequence[str]
    processes: int
    cpu_share: float
    problems: Sequence[str]


class CpuMeter:
    """How much of one core this process used, from start to stop."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Measure from now on."""
        self._began = (time.process_time(), time.monotonic())
        self._ended: tuple[float, float] | None = None

    def stop(self) -> None:
        """Measure up to now; a second stop changes nothing."""
        self._ended = self._ended or (time.process_time(), time.monotonic())

    @property
    def seconds(self) -> float:
        """How long has been measured."""
        return self._span()[1]

    @property
    def share(self) -> float:
        """Processor time by time passed."""
        used, passed = self._span()
        return used / passed if passed > 0 else 0.0

    def _span(self) -> tuple[float, float]:
        used, at = self._ended or (time.process_time(), time.monotonic())
        return used - self._began[0], at - self._began[1]


def make_load(run: Run, shape: Shape, entries: Iterable[Entry], errors: Iterable[Failure]) -> dict[str, Any]:
    """The document `load.json` (schema `report/load`)."""
    figures = _figures(list(entries), run.duration_s)
    total = figures.pop(TOTAL)
    problems = _problems(run, total)
    judged, verdict = judge_all(shape.objectives, {**figures, TOTAL: total}, problems)
    return {
        "schema": "bridgecheck/load/1",
        "target": without_credentials(run.target),
        "shape": shape.name,
        "duration_s": round(run.duration_s, 3),
        "users": run.users,
        "seed": run.seed,
        "dialects": list(run.dialects),
        "generator": {"processes": run.processes, "cpu_share": round(run.cpu_share, 3), "problems": problems},
        "requests": [asdict(figures[name]) for name in sorted(figures)],
        "total": asdict(total),
        "errors": _errors(errors),
        "objectives": [asdict(one) for one in judged],
        "verdict": verdict,
    }


def write_load(path: Path, document: Mapping[str, Any]) -> None:
    """Write the document as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(unfinished, path)


def exit_code(verdict: Outcome) -> int:
    """6 is a missed objective, 7 a void measurement."""
    return {"pass": 0, "fail": 6, "void": 7}[verdict]


def without_credentials(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _problems(run: Run, total: Figures) -> list[str]:
    found = list(run.problems)
    if total.count == 0:
        found.append("no request was made")
    if run.cpu_share >= SATURATED:
        found.append(f"a generator process used {run.cpu_share:.0%} of a core: more --processes or fewer users")
    return found


def _figures(entries: Sequence[Entry], duration_s: float) -> dict[str, Figures]:
    by_name: dict[str, list[Entry]] = {TOTAL: list(entries)}
    for entry in entries:
        by_name.setdefault(entry.name, []).append(entry)
    return {name: _merge(name, group, duration_s) for name, group in by_name.items()}


def _merge(name: str, entries: Sequence[Entry], duration_s: float) -> Figures:
    histogram: dict[float, int] = {}
    for entry in entries:
        for ms, count in entry.response_times.items():
            histogram[ms] = histogram.get(ms, 0) + count
    count = sum(entry.num_requests for entry in entries)
    return Figures(
        name,
        count,
        sum(entry.num_failures for entry in entries),
        round(count / duration_s, 2) if duration_s > 0 else 0.0,
        percentile(histogram, 0.5),
        percentile(histogram, 0.95),
        percentile(histogram, 0.99),
        round(max((float(entry.max_response_time) for entry in entries), default=0.0), 1),
    )


def _errors(errors: Iterable[Failure]) -> list[dict[str, Any]]:
    counts: dict[tuple[str, str], int] = {}
    for one in errors:
        key = (one.name, str(one.error))
        counts[key] = counts.get(key, 0) + one.occurrences
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_ERRORS]
    return [{"name": name, "error": error, "count": count} for (name, error), count in most]
