"""`verdicts.ndjson`: one line each for the run, its requirements, causes and findings, to be read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.record.exchange import Json
from harness.report.format import one_file
from harness.report.json import render_json
from harness.report.model import Report

SCHEMA = "bridgecheck/verdicts/1"


def render_ndjson(report: Report) -> bytes:
    """The lines, the run first and the end last: a file without the line `end` is not whole."""
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[Json]:
    whole = render_json(report)
    yield {"kind": "run", "schema": SCHEMA, "suite": whole["suite"], "target": whole["target"]}
    for row, shown in zip(report.rows, whole["requirements"], strict=True):
        findings = shown.pop("findings")
        yield {"kind": "verdict", "claim": row.requirement.claim, "findings": len(findings), **shown}
        for finding, said in zip(row.findings, findings, strict=True):
            told = {"requirement": row.requirement.id, "verdict": finding.verdict.value, "check": finding.check}
            yield {"kind": "finding", **told, "dialect": finding.dialect or None, **said}
    for cause in whole["causes"]:
        yield {"kind": "cause", **cause}
    for error in report.errors:
        yield {"kind": "error", "error": error}
    yield {"kind": "end", "verdict": whole["verdict"], "totals": whole["totals"]}


FORMAT = one_file(
    "verdicts.ndjson", "for scripts that read line by line: run, verdicts, findings, causes, end", render_ndjson
)
