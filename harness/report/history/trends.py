"""What many runs say together: each claim from run to run, and each broken requirement from its first day on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.catalogue.claims import CLAIMS
from harness.report.history.stored import StoredRun

BROKEN = ("fail", "warn", "error")
_JUDGED = ("pass", "partly", *BROKEN)


class Course(StrEnum):
    """What became of a requirement that was broken at least once."""

    BROKEN = "broken"
    AGAIN = "broken again"
    FIXED = "fixed"
    UNJUDGED = "not judged since"


@dataclass(frozen=True, slots=True)
class ClaimPoint:
    """A claim in one run: its readiness, and how many of its requirements were judged and broken."""

    ready: str
    judged: int
    broken: int


@dataclass(frozen=True, slots=True)
class ClaimTrend:
    """A claim from run to run."""

    claim: str
    points: tuple[ClaimPoint, ...]


@dataclass(frozen=True, slots=True)
class RequirementCourse:
    """A requirement that was broken in a run: its verdict in each, the run that saw it first, and the one that saw it
    fixed."""

    id: str
    level: str
    claim: str
    verdicts: tuple[str, ...]
    course: Course
    first_seen: StoredRun
    fixed_in: StoredRun | None


@dataclass(frozen=True, slots=True)
class BridgeHistory:
    """The runs of one bridge, the oldest first."""

    target: str
    runs: tuple[StoredRun, ...]
    claims: tuple[ClaimTrend, ...]
    courses: tuple[RequirementCourse, ...]


def make_histories(runs: Sequence[StoredRun], *, together: bool = False) -> tuple[BridgeHistory, ...]:
    """The histories of the bridges by name, the one with most runs first; `together`: all are runs of one bridge."""
    if together and runs:
        return (_history(runs[-1].target, tuple(runs)),)
    by_target: dict[str, list[StoredRun]] = {}
    for run in runs:
        by_target.setdefault(run.target, []).append(run)
    made = [_history(target, tuple(own)) for target, own in by_target.items()]
    return tuple(sorted(made, key=lambda history: (-len(history.runs), history.target)))


def _history(target: str, runs: tuple[StoredRun, ...]) -> BridgeHistory:
    named = {claim for run in runs for claim in run.readiness}
    claims = [*(claim for claim in CLAIMS if claim in named), *sorted(named - set(CLAIMS))]
    return BridgeHistory(target, runs, tuple(_trend(claim, runs) for claim in claims), tuple(_courses(runs)))


def _trend(claim: str, runs: Sequence[StoredRun]) -> ClaimTrend:
    return ClaimTrend(claim, tuple(_point(claim, run) for run in runs))


def _point(claim: str, run: StoredRun) -> ClaimPoint:
    own = [run.verdicts[row] for row, name in run.claims.items() if name == claim]
    judged = sum(verdict in _JUDGED for verdict in own)
    return ClaimPoint(run.readiness.get(claim, ""), judged, sum(verdict in ("fail", "error") for verdict in own))


def _courses(runs: Sequence[StoredRun]) -> Iterator[RequirementCourse]:
    """Those still broken first, then the others, each by the catalogue's order in the last run."""
    rows = dict.fromkeys(row for run in reversed(runs) for row in run.verdicts)
    made = [_course(row, runs) for row in rows if any(run.verdicts.get(row) in BROKEN for run in runs)]
    order = list(Course)
    yield from sorted(made, key=lambda each: order.index(each.course))


def _course(row: str, runs: Sequence[StoredRun]) -> RequirementCourse:
    verdicts = tuple(run.verdicts.get(row, "") for run in runs)
    first = next(index for index, verdict in enumerate(verdicts) if verdict in BROKEN)
    last = max(index for index, verdict in enumerate(verdicts) if verdict in BROKEN)
    fixed = next((index for index in range(last + 1, len(runs)) if verdicts[index] == "pass"), None)
    newest = next(run for run in reversed(runs) if row in run.verdicts)
    claims: Mapping[str, str] = next((run.claims for run in reversed(runs) if row in run.claims), {})
    return RequirementCourse(
        row,
        newest.levels.get(row, ""),
        claims.get(row, ""),
        verdicts,
        _what_became(verdicts, first, last, fixed),
        runs[first],
        None if fixed is None else runs[fixed],
    )


def _what_became(verdicts: Sequence[str], first: int, last: int, fixed: int | None) -> Course:
    if fixed is not None:
        return Course.FIXED
    if last < len(verdicts) - 1:
        return Course.UNJUDGED
    return Course.AGAIN if "pass" in verdicts[first:last] else Course.BROKEN
