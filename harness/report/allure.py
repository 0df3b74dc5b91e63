"""Results for Allure: one file per requirement and dialect; needs the extra `allure`."""

from __future__ import annotations

import hashlib
import importlib
import uuid
from pathlib import Path
from typing import Any

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.report.evidence import Evidence
from harness.report.findings import PER_REQUIREMENT
from harness.report.junit import JUnitCase, cases_of, causes_of, is_failure, said_of_cause
from harness.report.leftovers import HINT
from harness.report.model import Report

_PARTLY = "unknown"  # Allure's word for a result that is neither passed, failed, broken nor skipped
_SEVERITY = {Level.MUST: "critical", Level.SHOULD: "normal", Level.MAY: "minor"}


def write_allure(report: Report, directory: Path) -> Path:
    """Write the results; what stands in the directory stays, as Allure's own writers do it. Raises UsageError."""
    model, writer = load_library("model2"), load_library("logger").AllureFileLogger(str(directory))
    for row in report.rows:
        for case in cases_of(row):
            writer.report_result(_result(case, report, model, writer))
    if report.leftovers:
        writer.report_result(_leftovers(report, model))
    _write_environment(report, directory)
    return directory


def _write_environment(report: Report, directory: Path) -> None:
    """What Allure shows as the environment: a properties file in ASCII, one line for each figure of the run."""
    lines = [("sentence", report.sentence), *report.figures]
    text = "".join(f"{name.replace(' ', '_')}={value}\n" for name, value in lines)
    (directory / "environment.properties").write_text(text, encoding="ascii", errors="backslashreplace")


def _leftovers(report: Report, model: Any) -> Any:
    """What was left behind, as a result of its own: the run is broken there, not the bridge."""
    started = int(report.header.started_at * 1000)
    name = "run.nothing was left behind"
    made = model.TestResult(
        uuid=str(uuid.uuid4()),
        name="nothing was left behind",
        fullName=name,
        historyId=hashlib.sha256(name.encode()).hexdigest(),
        testCaseId=hashlib.sha256(name.encode()).hexdigest(),
        status=model.Status.BROKEN,
        stage="finished",
        start=started,
        stop=started + int(report.duration_s * 1000),
        description=f"What this run made and could not delete; {HINT}.",
    )
    made.labels.extend([model.Label(name="framework", value="bridgecheck"), model.Label(name="suite", value="run")])
    made.statusDetails = model.StatusDetails(message="\n".join(str(leftover) for leftover in report.leftovers))
    return made


def load_library(module: str) -> Any:
    """A module of Allure's library, which is an extra. Raises UsageError, saying how to install it."""
    try:
        return importlib.import_module(f"allure_commons.{module}")
    except ImportError as error:
        raise UsageError("the format 'allure' needs Allure's library: pip install 'bridgecheck[allure]'") from error


def _result(case: JUnitCase, report: Report, model: Any, writer: Any) -> Any:
    requirement = case.row.requirement
    started = int(report.header.started_at * 1000)
    name = f"{requirement.claim}.{case.name}"
    made = model.TestResult(
        uuid=str(uuid.uuid4()),
        name=f"{case.name} {requirement.statement}",
        fullName=name,
        historyId=hashlib.sha256(name.encode()).hexdigest(),
        testCaseId=hashlib.sha256(name.encode()).hexdigest(),
        status=_status(case, report.header.gate, model),
        stage="finished",
        start=started,
        stop=started + int(report.duration_s * 1000),
        description=f"{requirement.statement}\n\n{requirement.level}, {requirement.source}",
    )
    made.labels.extend(_labels(case, model))
    if case.dialect:
        made.parameters.append(model.Parameter(name="dialect", value=case.dialect))
    if case.groups:
        first = case.groups[0]
        made.statusDetails = model.StatusDetails(
            message="\n".join(said_of_cause(cause, case.row) for cause in causes_of(case, report)[:PER_REQUIREMENT])
            + "\n"
            + "\n".join(f"expected {group.expected}; was {group.actual}" for group in case.groups[:PER_REQUIREMENT]),
            trace=f"entries {', '.join(first.entries[:3])}; judged by {', '.join(first.checks)}",
        )
        made.attachments.extend(_attachments(case, model, writer))
    elif case.verdict is Verdict.PARTLY:
        made.statusDetails = model.StatusDetails(message=f"judged in part; missing: {'; '.join(case.row.missing)}")
    elif case.verdict is Verdict.SKIP:
        made.statusDetails = model.StatusDetails(message=f"{case.row.reason}: {case.row.why}")
    return made


def _status(case: JUnitCase, gate: str, model: Any) -> str:
    if is_failure(case.row, case.verdict, gate):
        return str(model.Status.FAILED)
    words = {Verdict.ERROR: model.Status.BROKEN, Verdict.SKIP: model.Status.SKIPPED, Verdict.PARTLY: _PARTLY}
    return str(words.get(case.verdict, model.Status.PASSED))


def _labels(case: JUnitCase, model: Any) -> list[Any]:
    requirement = case.row.requirement
    labels = {
        "epic": requirement.claim,
        "feature": case.row.area,
        "story": requirement.id,
        "severity": _SEVERITY[requirement.level],
        "framework": "bridgecheck",
        "parentSuite": requirement.claim,
        "suite": case.row.area,
    }
    made = [model.Label(name=name, value=value) for name, value in labels.items()]
    return [*made, model.Label(name="tag", value=case.dialect)] if case.dialect else made


def _attachments(case: JUnitCase, model: Any, writer: Any) -> list[Any]:
    made = []
    for group in case.groups[:PER_REQUIREMENT]:
        for sighting in group.sightings[:1]:
            if sighting.evidence:
                source = f"{uuid.uuid4()}-attachment.txt"
                writer.report_attached_data(_text(sighting.evidence), source)
                made.append(model.Attachment(name=f"entry {sighting.evidence.entry}", source=source, type="text/plain"))
    return made


def _text(evidence: Evidence) -> str:
    sent = [evidence.request_line, *(f"{name}: {value}" for name, value in evidence.request_headers)]
    got = [evidence.status_line, *(f"{name}: {value}" for name, value in evidence.response_headers)]
    parts = ["\n".join(sent), evidence.request_body, "\n".join(got), evidence.response_body, evidence.curl]
    return "\n\n".join(parts)
