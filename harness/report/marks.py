"""A cause as other tools know one: a mark that is the same in the next run, and a place like that of a file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from harness.record.exchange import parse_route
from harness.report.causes import ReportedCause


@dataclass(frozen=True, slots=True)
class CauseMark:
    """A cause with its mark, 64 hexadecimal digits, and its place: `scim/Users`, relative as a file of a repository."""

    cause: ReportedCause
    digest: str
    place: str


def marks_of(causes: Iterable[ReportedCause]) -> tuple[CauseMark, ...]:
    """The causes with their marks. Of causes that look alike each has a mark of its own, by their order."""
    seen: Counter[str] = Counter()
    made = []
    for cause in causes:
        place = _place(cause)
        method = cause.request.partition(" ")[0]
        told = "\0".join((cause.requirement.id, method, place, cause.pointer, *cause.checks))
        seen[told] += 1
        digest = hashlib.sha256(f"{told}\0{seen[told]}".encode()).hexdigest()
        made.append(CauseMark(cause, digest, place))
    return tuple(made)


def _place(cause: ReportedCause) -> str:
    """The endpoint without ids, which differ in each run."""
    _, _, target = cause.request.partition(" ")
    endpoint = parse_route(target).endpoint if target.startswith("/") else ""
    return f"scim/{endpoint}" if endpoint.isalnum() and endpoint.isascii() else "scim"
