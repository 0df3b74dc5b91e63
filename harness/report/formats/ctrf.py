"""`ctrf-report.json`: the Common Test Report Format, one test per requirement and dialect."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from datetime import UTC, datetime

from harness.gate.gate import Excuse
from harness.judge.exit_code import ExitCode
from harness.record.exchange import Json
from harness.report.cases import CaseStatus, RowCase, causes_of, make_cases
from harness.report.details import details_of, message_of
from harness.report.format import one_file
from harness.report.model import Report

SPECIFICATION = "0.0.0"
_STATUSES = ("passed", "failed", "skipped", "pending", "other")
_STATUS = {
    CaseStatus.PASSED: "passed",
    CaseStatus.WARNED: "passed",
    CaseStatus.PARTLY: "other",
    CaseStatus.SKIPPED: "skipped",
    CaseStatus.EXCUSED: "skipped",
    CaseStatus.FAILED: "failed",
    CaseStatus.BROKEN: "failed",
}


def render_ctrf(report: Report) -> bytes:
    """The report in CTRF, with the run itself as its first test: one that died early is never green."""
    tests = [_of_the_run(report), *(_test(case, report) for case in make_cases(report).cases)]
    document = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "reportId": str(uuid.uuid4()),
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "generatedBy": f"bridgecheck {report.version}",
        "results": {
            "tool": {"name": "bridgecheck", "version": report.version},
            "summary": _summary(tests, report),
            "tests": tests,
            "environment": _environment(report),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _summary(tests: list[Json], report: Report) -> Json:
    counts = Counter(test["status"] for test in tests)
    start, duration = _ms(report.header.started_at), _ms(report.duration_s)
    return {
        "tests": len(tests),
        **{status: counts[status] for status in _STATUSES},
        "suites": len(report.header.claims) + 1,
        "start": start,
        "stop": start + duration,
        "duration": duration,
        "extra": {"sentence": report.sentence, "exitCode": report.exit_code.value},
    }


def _test(case: RowCase, report: Report) -> Json:
    requirement = case.row.requirement
    status = case.status(report.header.gate)
    labels = {"requirement": requirement.id, "level": requirement.level.value, "claim": requirement.claim}
    made: Json = {
        "id": _id(f"{requirement.claim}.{case.name}"),
        "name": case.name,
        "status": _STATUS[status],
        "rawStatus": status.value,
        "duration": _ms(case.duration_s),
        "suite": [requirement.claim, case.row.area],
        "type": "conformance",
        "tags": [tag for tag in (requirement.level.value, case.dialect) if tag],
        "labels": {**labels, "dialect": case.dialect} if case.dialect else labels,
        "extra": {"statement": requirement.statement, "source": requirement.source},
    }
    if case.started_at:
        made |= {"start": _ms(case.started_at), "stop": _ms(case.started_at) + _ms(case.duration_s)}
    if case.groups:
        made |= {"message": message_of(case, report), "trace": details_of(case, report)}
        made["extra"]["causes"] = [cause.number for cause in causes_of(case, report)]
    if case.why:
        made["message"] = case.why
    if any(cause.standing == Excuse.FLAKY for cause in causes_of(case, report)):
        made["flaky"] = True
    return made


def _of_the_run(report: Report) -> Json:
    judged = report.exit_code in (ExitCode.PASS, ExitCode.CONFORMANCE_FAILURE)
    name = "the run came to a verdict"
    made: Json = {"id": _id(f"run.{name}"), "name": name, "status": "passed", "duration": 0, "suite": ["run"]}
    if judged:
        return made
    said = f"exit {report.exit_code.value}: {report.exit_code.label}. {report.sentence}"
    trace = "\n".join([report.message, *report.errors]).strip()
    return {**made, "status": "failed", "rawStatus": "broken", "message": said, "trace": trace}


def _environment(report: Report) -> Json:
    extra = {"seed": report.header.seed, "mode": report.header.mode, "gate": report.header.gate, **dict(report.figures)}
    return {"appName": report.header.target_name, "testEnvironment": report.header.target_url, "extra": extra}


def _id(name: str) -> str:
    """The same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:{name}"))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


FORMAT = one_file("ctrf-report.json", "for tools that read the Common Test Report Format (CTRF)", render_ctrf)
