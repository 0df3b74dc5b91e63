"""Reports that runs have left, read again: `conformance.json` as far as a history needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.reading import LARGE, check_schema, read_json
from harness.report.json import SCHEMA
from harness.report.text import visible_line

REPORT = "conformance.json"
_PAGE = "report.html"
RUNS = 500
"""So many reports are read at most: the newest stand in a history, and more do not fit a page."""


class _Suite(msgspec.Struct):
    version: str
    started_at: str
    exchanges: int


class _Target(msgspec.Struct):
    name: str
    url: str


class _Ready(msgspec.Struct):
    verdict: str
    sentence: str


class _Verdict(msgspec.Struct):
    exit_code: int
    name: str
    readiness: dict[str, _Ready]


class _Requirement(msgspec.Struct):
    id: str
    level: str
    verdict: str
    by_claim: dict[str, str]


class _Document(msgspec.Struct):
    suite: _Suite
    target: _Target
    verdict: _Verdict
    totals: dict[str, int]
    requirements: list[_Requirement]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run: when, of which bridge, how it ended, and what it says of each claim and requirement.

    `place` is its folder below the one of the history, `page` its report.html where that is still there. `levels` are
    by requirement, and so are `verdicts`; `claims` has each judged requirement's claim.
    """

    place: str
    page: str
    started_at: datetime
    version: str
    target: str
    exit_code: int
    label: str
    exchanges: int
    totals: Mapping[str, int]
    readiness: Mapping[str, str]
    verdicts: Mapping[str, str]
    levels: Mapping[str, str]
    claims: Mapping[str, str]


def read_runs(folder: Path) -> tuple[StoredRun, ...]:
    """The runs whose reports stand in a folder or below it, the oldest first.

    Raises UsageError where there is none, or with the file and the line of one that can't be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: give the one that holds the report folders")
    paths = sorted(path for path in folder.rglob(REPORT) if path.is_file())
    if not paths:
        raise UsageError(f"{folder} and its folders have no {REPORT}: give the folder that holds the report folders")
    if len(paths) > RUNS:
        raise UsageError(f"{folder} has {len(paths)} reports; a history has {RUNS} at most: move the oldest away")
    return tuple(sorted((_read(path, folder) for path in paths), key=lambda run: (run.started_at, run.place)))


def _read(path: Path, folder: Path) -> StoredRun:
    document = read_json(path, str(path), LARGE)
    check_schema(document, SCHEMA, str(path), "make the report again with `bridgecheck replay`, or move it away")
    try:
        parsed = msgspec.convert(document, _Document)
        return _run(parsed, path, folder)
    except (msgspec.ValidationError, ValueError) as error:
        raise UsageError(f"{path} is no whole report of bridgecheck: {error}") from error


def _run(parsed: _Document, path: Path, folder: Path) -> StoredRun:
    rows = parsed.requirements
    page = path.with_name(_PAGE)
    return StoredRun(
        visible_line(path.parent.relative_to(folder).as_posix()),
        page.relative_to(folder).as_posix() if page.exists() else "",
        _moment(parsed.suite.started_at),
        visible_line(parsed.suite.version),
        visible_line(parsed.target.name or parsed.target.url),
        parsed.verdict.exit_code,
        visible_line(parsed.verdict.name),
        parsed.suite.exchanges,
        _frozen(parsed.totals),
        _frozen({visible_line(claim): ready.verdict for claim, ready in parsed.verdict.readiness.items()}),
        _frozen({visible_line(row.id): row.verdict for row in rows}),
        _frozen({visible_line(row.id): visible_line(row.level) for row in rows}),
        _frozen({visible_line(row.id): visible_line(claim) for row in rows for claim in row.by_claim}),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _frozen(values: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(values)
