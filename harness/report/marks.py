"""A cause as other tools know one: its fingerprint, unique in a run, and a place like that of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from harness.record.exchange import parse_route
from harness.report.causes import ReportedCause
from harness.report.excuses import say_excuse


@dataclass(frozen=True, slots=True)
class CauseMark:
    """A cause with its mark, the same in the next run, its place, `scim/Users`, and why the gate does not count it."""

    cause: ReportedCause
    mark: str
    place: str
    excuse: str


def marks_of(causes: Iterable[ReportedCause]) -> tuple[CauseMark, ...]:
    """The causes with their marks. Of causes with one fingerprint each has a mark of its own, by their order."""
    seen: Counter[str] = Counter()
    made = []
    for cause in causes:
        known = cause.fingerprint or cause.requirement.id
        seen[known] += 1
        mark = known if seen[known] == 1 else f"{known}/{seen[known]}"
        made.append(CauseMark(cause, mark, _place(cause), "; ".join([say_excuse(cause.excuse), *cause.waived])))
    return tuple(made)


def _place(cause: ReportedCause) -> str:
    """The endpoint without ids, which differ in each run; relative, as a file of a repository."""
    _, _, target = cause.request.partition(" ")
    endpoint = parse_route(target).endpoint if target.startswith("/") else ""
    return f"scim/{endpoint}" if endpoint.isalnum() and endpoint.isascii() else "scim"
