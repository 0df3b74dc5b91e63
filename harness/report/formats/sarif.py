"""`bridgecheck.sarif`: the causes as SARIF 2.1.0, for code scanning.

A bridge's source is not known here. The place of a result is therefore its endpoint, in the form of a relative path,
since GitHub takes no result without one and no address; the exchange stands in `webRequest` and `webResponse`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from harness.catalogue.requirement import Level, Requirement
from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.record.exchange import Json
from harness.report.evidence import Evidence
from harness.report.excuses import is_known, is_new
from harness.report.format import one_file
from harness.report.marks import CauseMark, marks_of
from harness.report.model import Report

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RESULTS = 5_000  # GitHub shows no more of them (GitHub docs, "SARIF support for code scanning")
_BODY = 16 * 1024
_LEVELS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "note"}


def render_sarif(report: Report) -> bytes:
    """The report as a SARIF log of one run, with a result for each cause."""
    marks = marks_of(report.causes)[:RESULTS]
    rules = list(dict.fromkeys(mark.cause.requirement.id for mark in marks))
    run = {
        "tool": {"driver": _driver(report, marks)},
        "invocations": [_invocation(report)],
        "automationDetails": {"id": f"bridgecheck/{'+'.join(report.header.claims)}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(mark, rules.index(mark.cause.requirement.id), report) for mark in marks],
        "properties": {"sentence": report.sentence, "seed": report.header.seed, "gate": report.header.gate},
    }
    document = {"$schema": SCHEMA, "version": VERSION, "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _driver(report: Report, marks: Iterable[CauseMark]) -> Json:
    rows = {mark.cause.requirement.id: mark.cause.requirement for mark in marks}
    return {"name": "bridgecheck", "semanticVersion": report.version, "rules": [_rule(row) for row in rows.values()]}


def _rule(row: Requirement) -> Json:
    return {
        "id": row.id,
        "shortDescription": {"text": row.statement},
        "fullDescription": {"text": f"{row.level}: {row.statement} Source: {row.source}."},
        "help": {"text": f"`bridgecheck explain {row.id}` tells what judges this requirement."},
        "defaultConfiguration": {"level": _LEVELS[row.level]},
        "properties": {"tags": ["scim", row.claim, row.level.value]},
    }


def _result(mark: CauseMark, rule: int, report: Report) -> Json:
    cause = mark.cause
    place = {"physicalLocation": {"artifactLocation": {"uri": mark.place}, "region": {"startLine": 1}}}
    made: Json = {
        "ruleId": cause.requirement.id,
        "ruleIndex": rule,
        "kind": "fail",
        "level": "warning" if cause.verdict is Verdict.WARN else _LEVELS[cause.requirement.level],
        "message": {"text": _message(mark)},
        "locations": [{**place, "logicalLocations": [{"fullyQualifiedName": cause.request, "kind": "resource"}]}],
        "partialFingerprints": {"bridgecheck/v1": mark.mark},
        "occurrenceCount": max(cause.count, 1),
        "properties": {
            "verdict": cause.verdict.value,
            "entry": cause.entry,
            "dialects": list(cause.dialects),
            "requirements": list(cause.requirements),
            "again": cause.rerun,
        },
    }
    return {**made, **_at_the_gate(mark), **(_web(cause.evidence, report) if cause.evidence else {})}


def _at_the_gate(mark: CauseMark) -> Json:
    """What the gate's owner has said of it: what is excused is suppressed, not left out."""
    made: Json = {}
    if is_new(mark.cause) or is_known(mark.cause):
        made["baselineState"] = "new" if is_new(mark.cause) else "unchanged"
    if mark.excuse:
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": mark.excuse}]
    return made


def _message(mark: CauseMark) -> str:
    """What happened, in words. A link that a bridge wrote is none: SARIF reads `](` as one."""
    cause = mark.cause
    said = f" → {cause.said}" if cause.said else ""
    follows = f" {cause.following} more findings follow from it." if cause.following else ""
    text = f"{cause.request}{said}: expected {cause.expected}; was {cause.actual}.{follows}"
    return text.replace("](", "] (")


def _web(evidence: Evidence, report: Report) -> Json:
    method, _, url = evidence.request_line.partition(" ")
    request: Json = {
        "method": method,
        "target": url.removeprefix(report.header.target_url) or "/",
        "headers": _headers(evidence.request_headers),
    }
    status = evidence.status_line.removeprefix("HTTP ")
    response: Json = {"headers": _headers(evidence.response_headers)}
    response |= {"statusCode": int(status)} if status.isdigit() else {"noResponseReceived": True}
    for message, body in ((request, evidence.request_body), (response, evidence.response_body)):
        if body:
            message["body"] = {"text": body[:_BODY]}
    return {"webRequest": request, "webResponse": response}


def _headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in pairs:
        made[name] = f"{made[name]}, {value}" if name in made else value
    return made


def _invocation(report: Report) -> Json:
    started = datetime.fromtimestamp(report.header.started_at, UTC)
    ended = started + timedelta(seconds=report.duration_s)
    said = [error for error in (report.message, *report.errors) if error]
    return {
        "executionSuccessful": report.exit_code in (ExitCode.PASS, ExitCode.CONFORMANCE_FAILURE),
        "exitCode": report.exit_code.value,
        "exitCodeDescription": report.exit_code.label,
        "startTimeUtc": _utc(started),
        "endTimeUtc": _utc(ended),
        "toolExecutionNotifications": [{"level": "note", "message": {"text": text}} for text in said],
    }


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


FORMAT = one_file("bridgecheck.sarif", "for code scanning: a result for each cause, in SARIF 2.1.0", render_sarif)
