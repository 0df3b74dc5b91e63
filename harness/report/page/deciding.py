"""The line of an exchange that decided: where a finding's pointer, status or header stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.report.evidence import Evidence

_HEADER = re.compile(r"\b([A-Z][A-Za-z-]+) header\b")
_KEY = re.compile(r'^\s*"((?:[^"\\]|\\.)*)": ')


@dataclass(frozen=True, slots=True)
class DecidingLine:
    """Where it stands: `part` is `status`, `header` or `body` of the answer, or empty; `line` counts from 0.

    `missing` names what should stand there, where it is the place of something that is absent.
    """

    part: str = ""
    line: int = 0
    missing: str = ""


UNTOLD = DecidingLine()
"""Where nothing says which line it was."""


def find_deciding(evidence: Evidence, pointer: str, expected: str) -> DecidingLine:
    """The deciding line of the answer; the status line where nothing says more."""
    if pointer and evidence.response_body:
        found = _in_body(evidence.response_body, pointer)
        if found:
            return found
    for index, (name, _) in enumerate(evidence.response_headers):
        if re.search(rf"\b{re.escape(name)}\b", expected, re.IGNORECASE) and len(name) > 3:
            return DecidingLine("header", index)
    absent = _HEADER.search(expected)
    if absent:
        return DecidingLine("status", 0, f"{absent[1]} header")
    return DecidingLine("status", 0, pointer.strip("/").replace("/", "."))


def _in_body(body: str, pointer: str) -> DecidingLine | None:
    """The line at a pointer, else that of its nearest holder, with the name of what is missing there."""
    wanted = [part.replace("~1", "/").replace("~0", "~").lower() for part in pointer.strip("/").split("/")]
    lines = _pointers(body.split("\n"))
    for length in range(len(wanted), 0, -1):
        if (line := lines.get(tuple(wanted[:length]))) is not None:
            return DecidingLine("body", line, ".".join(wanted[length:]))
    return DecidingLine("body", 0, pointer.strip("/").replace("/", ".")) if () in lines else None


def _pointers(lines: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The line on which each member of a pretty-printed JSON text begins, by its path in lower case."""
    found: dict[tuple[str, ...], int] = {}
    path: list[str] = []
    counts: list[int] = []  # of the lists and objects that are open; -1 where one is an object
    for number, line in enumerate(lines):
        text = line.strip()
        if text[:1] in ("}", "]") and counts:
            counts.pop()
            if path:
                path.pop()
            continue
        name = _name(line, counts)
        here = (*path, *name)
        found.setdefault(here, number)
        if text.endswith(("{", "[")):
            path += name
            counts.append(0 if text.endswith("[") else -1)
    return found


def _name(line: str, counts: list[int]) -> list[str]:
    """What a line is called within what holds it: a key, an index, or nothing for the outermost value."""
    if not counts:
        return []
    if counts[-1] < 0:
        key = _KEY.match(line)
        return [key[1].lower() if key else ""]
    counts[-1] += 1
    return [str(counts[-1] - 1)]
