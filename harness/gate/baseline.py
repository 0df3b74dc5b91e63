"""A baseline: the causes that a build has today, so that only new ones fail its gate."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.gate.fingerprint import FORM, row_of
from harness.gate.report_file import WrittenReport
from harness.reading import SMALL, check_schema, read_json

SCHEMA = "bridgecheck/baseline/1"
_NOT_KNOWN = ("waived", "waiver expired", "flaky")
"""What the gate said of a cause that no baseline takes in: a waiver has its own end, and what is flaky no certainty."""


@dataclass(frozen=True, slots=True)
class KnownCause:
    """A cause in a baseline, with its sentence for whoever reads the file."""

    fingerprint: str
    statement: str = ""

    @property
    def row(self) -> str:
        """The id of its requirement."""
        return row_of(self.fingerprint)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known causes, the file that they stand in, and the run that they are of."""

    path: Path
    causes: tuple[KnownCause, ...]
    of: str = ""

    def holds(self, fingerprint: str) -> bool:
        """Whether a cause of this fingerprint is known."""
        return any(cause.fingerprint == fingerprint for cause in self.causes)


def read_baseline(path: Path, told: str) -> Baseline:
    """The baseline in a file. Raises UsageError with what would be right."""
    document = read_json(path, told, SMALL)
    check_schema(document, SCHEMA, told, "write it anew: `bridgecheck baseline write REPORT`")
    causes = document.get("causes")
    if not isinstance(causes, list):
        raise UsageError(f"{told}: causes is missing or no list; write it anew: `bridgecheck baseline write REPORT`")
    known = tuple(_known(item, number, told) for number, item in enumerate(causes, 1))
    return Baseline(path, known, str(document.get("of") or ""))


def _known(item: Any, number: int, told: str) -> KnownCause:
    mark = item.get("cause") if isinstance(item, dict) else None
    if not isinstance(mark, str) or not FORM.match(mark):
        raise UsageError(f"{told}: cause {number} has no fingerprint under the key cause; conformance.json shows them")
    return KnownCause(mark, str(item.get("statement") or ""))


def make_baseline(report: WrittenReport, path: Path) -> Baseline:
    """The baseline of a report. Raises UsageError for a run that came to no verdict."""
    if not report.has_ended:
        raise UsageError(f"{report.path}: that run ended with {report.label}, so nobody knows all its causes")
    kept = [c for c in report.causes if c.verdict != "error" and c.standing not in _NOT_KNOWN]
    causes = {cause.fingerprint: KnownCause(cause.fingerprint, cause.statement) for cause in kept}
    told = f"a run with seed {report.seed}, mode {report.mode}, bridgecheck {report.version}"
    return Baseline(path, tuple(causes[mark] for mark in sorted(causes)), told)


def prune(baseline: Baseline, fixed: Iterable[str]) -> Baseline:
    """The baseline without these causes."""
    gone = set(fixed)
    return replace(baseline, causes=tuple(cause for cause in baseline.causes if cause.fingerprint not in gone))


def fixed_in(baseline: Baseline, report: WrittenReport) -> tuple[str, ...]:
    """The known causes that a report shows to be gone: as its gate told, else those of judged requirements."""
    if not report.has_ended:
        raise UsageError(f"{report.path}: that run ended with {report.label}, so nothing in it counts as fixed")
    marks = {cause.fingerprint for cause in report.causes}
    if report.fixed is not None:
        return tuple(c.fingerprint for c in baseline.causes if c.fingerprint in report.fixed)
    is_part = bool(report.only or report.skip or report.rows)
    decisive = ("pass",) if is_part else ("pass", "partly", "warn", "fail")
    gone = (c for c in baseline.causes if c.fingerprint not in marks and report.verdicts.get(c.row) in decisive)
    return tuple(cause.fingerprint for cause in gone)


def render_baseline(baseline: Baseline) -> bytes:
    """The baseline as a file: one line for each cause, so that a change of it reads well in a review."""
    rows = ",\n".join(
        "  " + json.dumps({"cause": cause.fingerprint, "statement": cause.statement}, ensure_ascii=False)
        for cause in baseline.causes
    )
    head = f'{{\n "schema": {json.dumps(SCHEMA)},\n "of": {json.dumps(baseline.of, ensure_ascii=False)},\n "causes": ['
    return f"{head}\n{rows}\n ]\n}}\n".encode() if rows else f"{head}]\n}}\n".encode()
