"""`conformance.json` of an earlier run, read again: its causes by fingerprint and its verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.gate.fingerprint import FORM
from harness.reading import LARGE, check_schema, read_json
from harness.schema.registry import is_valid
from harness.schema.validate import validate

NAME = "conformance.json"
SCHEMA = "bridgecheck/report/1"
_CUT_SHORT = (3, 70, 130)


@dataclass(frozen=True, slots=True)
class WrittenCause:
    """A cause as a report tells it. `standing` is what the gate said of it; empty where it said nothing."""

    fingerprint: str
    requirement: str
    level: str
    statement: str
    verdict: str
    requirements: tuple[str, ...]
    request: str
    expected: str
    actual: str
    standing: str


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report that was read. `verdicts` are by requirement; `reasons` say why one was skipped.

    `fixed` are the causes that its baseline knew and the run did not see; None without a baseline."""

    path: Path
    version: str
    seed: int
    mode: str
    only: tuple[str, ...]
    skip: tuple[str, ...]
    rows: tuple[str, ...]
    exit_code: int
    label: str
    sentence: str
    causes: tuple[WrittenCause, ...]
    verdicts: Mapping[str, str]
    reasons: Mapping[str, str]
    fixed: tuple[str, ...] | None = None

    @property
    def folder(self) -> Path:
        """The folder that it stands in."""
        return self.path.parent

    @property
    def has_ended(self) -> bool:
        """Whether the run came to a verdict."""
        return self.exit_code not in _CUT_SHORT

    def find(self, fingerprint: str) -> WrittenCause | None:
        """The cause of this fingerprint, the first where two share it."""
        return next((cause for cause in self.causes if cause.fingerprint == fingerprint), None)


def read_report(place: Path) -> WrittenReport:
    """The report in a folder, or in a file of any name. Raises UsageError with what would be right."""
    path = place / NAME if place.is_dir() else place
    told = str(path)
    document = read_json(path, told, LARGE)
    check_schema(document, SCHEMA, told, f"give a report folder or its {NAME}")
    if not is_valid(document, "report/conformance"):
        raise UsageError(f"{told}: {_first_fault(document)}; this is no whole report of bridgecheck")
    return _report(path, document)


def _first_fault(document: dict[str, Any]) -> str:
    for key, value in document.items():  # explaining the whole would take minutes where it is long
        if isinstance(value, list):
            document = {**document, key: value[:200]}
    found = next(iter(validate(document, "report/conformance")), None)
    return f"{found.pointer or '/'}: {found.message}"[:300] if found else "something in it breaks its schema"


def _report(path: Path, document: dict[str, Any]) -> WrittenReport:
    suite, verdict, rows = document["suite"], document["verdict"], document["requirements"]
    return WrittenReport(
        path,
        suite["version"],
        suite["seed"],
        suite["mode"],
        tuple(suite.get("only", ())),
        tuple(suite.get("skip", ())),
        tuple(suite.get("requirement", ())),
        verdict["exit_code"],
        verdict["name"],
        verdict.get("sentence", ""),
        tuple(_cause(cause, path, suite["version"]) for cause in document["causes"]),
        {row["id"]: row["verdict"] for row in rows},
        {row["id"]: row["reason"] for row in rows if row["reason"]},
        _fixed(document),
    )


def _fixed(document: dict[str, Any]) -> tuple[str, ...] | None:
    ratchet = (document.get("gate") or {}).get("baseline")
    return tuple(ratchet["fixed"]) if ratchet else None


def _cause(cause: dict[str, Any], path: Path, version: str) -> WrittenCause:
    if "fingerprint" not in cause:
        raise UsageError(
            f"{path} is of bridgecheck {version[:40]!r}, whose reports had no fingerprints: judge its journal again, "
            "`bridgecheck replay JOURNAL --report-dir DIR`"
        )
    if not FORM.match(cause["fingerprint"]):
        raise UsageError(f"{path}: cause {cause['number']} has no fingerprint, but {cause['fingerprint'][:80]!r}")
    return WrittenCause(
        cause["fingerprint"],
        cause["requirement"],
        cause["level"],
        cause["statement"],
        cause["verdict"],
        tuple(cause["requirements"]),
        cause["request"],
        cause["expected"],
        cause["actual"],
        cause.get("standing") or "",
    )
