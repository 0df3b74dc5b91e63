"""`conformance.json`: the report for machines, in the form of `schemas/report/conformance.json`."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from harness.catalogue.verdict import Verdict
from harness.record.exchange import Json
from harness.report.causes import ReportedCause, ReportedFollow
from harness.report.gate import gate_json
from harness.report.model import Report, ReportedFinding, Row

SCHEMA = "bridgecheck/report/1"


def render_json(report: Report) -> Json:
    """The report as a JSON document."""
    return {
        "schema": SCHEMA,
        "suite": _suite(report),
        "target": {
            "name": report.header.target_name,
            "url": report.header.target_url,
            "start": report.header.start or None,
            "capabilities": report.capabilities,
            "observers": list(report.observers),
        },
        "verdict": {
            "exit_code": report.exit_code.value,
            "name": report.exit_code.label,
            "sentence": report.sentence,
            "readiness": {r.claim: {"verdict": r.verdict.value, "sentence": r.sentence} for r in report.readiness},
        },
        "totals": _totals(report),
        "causes": [_cause(cause) for cause in report.causes],
        "changes": dataclasses.asdict(report.changes) if report.changes else None,
        "gate": gate_json(report.gate) if report.gate else None,
        "leftovers": [dataclasses.asdict(leftover) for leftover in report.leftovers],
        "story_faults": list(report.faults),
        "requirements": [_requirement(row) for row in report.rows],
    }


def _suite(report: Report) -> Json:
    return {
        "version": report.version,
        "has_ended": report.has_ended,
        "seed": report.header.seed,
        "mode": report.header.mode,
        "only": list(report.header.only),
        "skip": list(report.header.skip),
        "requirement": list(report.header.rows),
        "started_at": datetime.fromtimestamp(report.header.started_at, UTC).isoformat().replace("+00:00", "Z"),
        "duration_s": round(report.duration_s, 3),
        "exchanges": report.exchanges,
        "figures": dict(report.figures),
    }


def _totals(report: Report) -> Json:
    totals = report.totals
    return {
        "requirements": totals.requirements,
        "judged": totals.judged,
        "partly": totals.partly,
        "pass": totals.passed,
        "warn": totals.warned,
        "fail": totals.failed,
        "error": totals.errors,
        "skip": totals.skipped,
        "waived": totals.waived,
    }


def _requirement(row: Row) -> Json:
    judged = row.verdict is not Verdict.SKIP
    return {
        "id": row.requirement.id,
        "level": row.requirement.level.value,
        "verdict": row.verdict.value,
        "by_claim": {row.requirement.claim: row.verdict.value} if judged else {},
        "by_dialect": {dialect: verdict.value for dialect, verdict in row.by_dialect.items()},
        "reason": row.reason or None,
        "recorded": "; ".join(row.recorded) or None,
        "missing": list(row.missing),
        "excused": list(row.excused),
        "following": list(row.following),
        "judged_by": list(row.judged_by),
        "waived": "; ".join(row.waived) or None,
        "findings": [_finding(finding) for finding in row.findings],
    }


def _cause(cause: ReportedCause) -> Json:
    return {
        "number": cause.number,
        "fingerprint": cause.fingerprint,
        "standing": cause.standing or None,
        "requirement": cause.requirement.id,
        "level": cause.requirement.level.value,
        "statement": cause.requirement.statement,
        "verdict": cause.verdict.value,
        "request": cause.request,
        "said": cause.said or None,
        "also_said": list(cause.also_said),
        "probes": list(cause.probes),
        "expected": cause.expected,
        "actual": cause.actual,
        "entry": cause.entry,
        "dialects": list(cause.dialects),
        "findings": cause.count,
        "requirements": list(cause.requirements),
        "follows": [_follow(follow) for follow in cause.follows],
        "acquitted": [_follow(follow) for follow in cause.acquitted],
        "curl": cause.evidence.curl if cause.evidence else None,
        "rerun": cause.rerun,
    }


def _follow(follow: ReportedFollow) -> Json:
    return {
        "kind": follow.kind,
        "requirement": follow.requirement.id,
        "findings": follow.count,
        "entry": follow.entry,
        "dialects": list(follow.dialects),
    }


def _finding(finding: ReportedFinding) -> Json:
    return {
        "expected": finding.expected,
        "actual": finding.actual,
        "pointer": finding.pointer or None,
        "entry": finding.entry,
        "curl": finding.curl or None,
        "cause": finding.cause,
        "rerun": finding.rerun,
        "fingerprint": finding.fingerprint,
    }
