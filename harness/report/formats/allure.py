"""`allure-results/`: one result per requirement and dialect, by Allure's own library; needs the extra `allure`."""

from __future__ import annotations

import hashlib
import importlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.catalogue.requirement import Level
from harness.errors import UsageError
from harness.record.exchange import Exchange
from harness.record.journal import Entry, Step
from harness.report.cases import CaseStatus, RowCase, causes_of, make_cases, said_of_cause
from harness.report.details import exchange_text
from harness.report.findings import PER_REQUIREMENT, FindingGroup
from harness.report.format import Format
from harness.report.leftovers import HINT
from harness.report.model import Report
from harness.report.text import visible_line
from harness.report.told import ToldStory, stories_of

FOLDER = "allure-results"
_BEFORE = 40  # ours: so many exchanges before the deciding one are shown as steps
_SEVERITY = {Level.MUST: "CRITICAL", Level.SHOULD: "NORMAL", Level.MAY: "MINOR"}
_STATUS = {
    CaseStatus.PASSED: "PASSED",
    CaseStatus.WARNED: "PASSED",
    CaseStatus.PARTLY: "UNKNOWN",  # Allure's word for what is neither passed, failed, broken nor skipped
    CaseStatus.SKIPPED: "SKIPPED",
    CaseStatus.EXCUSED: "SKIPPED",
    CaseStatus.FAILED: "FAILED",
    CaseStatus.BROKEN: "BROKEN",
}


@dataclass(frozen=True, slots=True)
class _Library:
    """Allure's modules, which are there only with the extra: its model, its words, and what writes the files."""

    model: Any
    types: Any
    writer: Any

    def status(self, kind: CaseStatus) -> str:
        return str(getattr(self.model.Status, _STATUS[kind]))

    def label(self, name: str, value: str) -> Any:
        return self.model.Label(name=getattr(self.types.LabelType, name), value=value)

    def attach(self, name: str, text: str) -> Any:
        kind = self.types.AttachmentType.TEXT
        source = self.model.ATTACHMENT_PATTERN.format(prefix=uuid.uuid4(), ext=kind.extension)
        self.writer.report_attached_data(text, source)
        return self.model.Attachment(name=name, source=source, type=kind.mime_type)


def load_library(module: str) -> Any:
    """A module of Allure's library, which is an extra. Raises UsageError, saying how to install it."""
    try:
        return importlib.import_module(f"allure_commons.{module}")
    except ImportError as error:
        raise UsageError("the format 'allure' needs Allure's library: pip install 'bridgecheck[allure]'") from error


def _check() -> None:
    for name in ("model2", "types", "logger"):
        load_library(name)


def write_allure(report: Report, directory: Path) -> Path:
    """Write the results; what stands in the directory stays, as Allure's own writers do it. Raises UsageError."""
    writer = load_library("logger").AllureFileLogger(str(directory))
    library = _Library(load_library("model2"), load_library("types"), writer)
    stories = {(story.scenario, story.dialect): story for story in stories_of(report.entries)}
    for case in make_cases(report).cases:
        writer.report_result(_result(case, report, library, stories))
    if report.leftovers:
        writer.report_result(_leftovers(report, library))
    _write_environment(report, directory)
    return directory


def _write_environment(report: Report, directory: Path) -> None:
    """What Allure shows as the environment: a properties file in ASCII, one line for each figure of the run."""
    lines = [("sentence", report.sentence), *report.figures]
    text = "".join(f"{name.replace(' ', '_')}={value}\n" for name, value in lines)
    (directory / "environment.properties").write_text(text, encoding="ascii", errors="backslashreplace")


def _bare(name: str, title: str, started_at: float, duration_s: float, library: _Library) -> Any:
    """A result with nothing but its identity and its times: the same name has the same history in every run."""
    started = int(started_at * 1000)
    known = hashlib.sha256(name.encode()).hexdigest()
    made = library.model.TestResult(
        uuid=str(uuid.uuid4()),
        name=title,
        fullName=name,
        historyId=known,
        testCaseId=known,
        stage="finished",
        start=started,
        stop=started + int(duration_s * 1000),
    )
    made.labels.append(library.label("FRAMEWORK", "bridgecheck"))
    return made


def _leftovers(report: Report, library: _Library) -> Any:
    """What was left behind, as a result of its own: the run is broken there, not the bridge."""
    title = "nothing was left behind"
    made = _bare(f"run.{title}", title, report.header.started_at, report.duration_s, library)
    made.status = library.status(CaseStatus.BROKEN)
    made.description = f"What this run made and could not delete; {HINT}."
    made.labels.append(library.label("SUITE", "run"))
    message = "\n".join(str(leftover) for leftover in report.leftovers)
    made.statusDetails = library.model.StatusDetails(message=message)
    return made


def _result(case: RowCase, report: Report, library: _Library, stories: dict[tuple[str, str], ToldStory]) -> Any:
    requirement = case.row.requirement
    started = case.started_at or report.header.started_at
    title = f"{case.name} {requirement.statement}"
    made = _bare(f"{requirement.claim}.{case.name}", title, started, case.duration_s, library)
    made.status = library.status(case.status(report.header.gate))
    made.description = f"{requirement.statement}\n\n{requirement.level}, {requirement.source}"
    made.labels.extend(_labels(case, library))
    made.parameters.extend(_parameters(case, library))
    if case.groups:
        made.statusDetails = _said(case, report, library)
        made.attachments.extend(_attachments(case, library))
        made.steps.extend(_steps(case, stories, library))
    elif case.why:
        made.statusDetails = library.model.StatusDetails(message=case.why)
    return made


def _labels(case: RowCase, library: _Library) -> Iterator[Any]:
    requirement = case.row.requirement
    yield library.label("EPIC", requirement.claim)
    yield library.label("FEATURE", case.row.area)
    yield library.label("STORY", requirement.id)
    yield library.label("PARENT_SUITE", requirement.claim)
    yield library.label("SUITE", case.row.area)
    yield library.label("SUB_SUITE", requirement.id)
    yield library.label("SEVERITY", library.types.Severity[_SEVERITY[requirement.level]].value)
    for tag in (requirement.level.value, case.dialect):
        if tag:
            yield library.label("TAG", tag)


def _parameters(case: RowCase, library: _Library) -> Iterator[Any]:
    if case.dialect:
        yield library.model.Parameter(name="dialect", value=case.dialect)


def _said(case: RowCase, report: Report, library: _Library) -> Any:
    first = case.groups[0]
    causes = [said_of_cause(cause, case.row) for cause in causes_of(case, report)[:PER_REQUIREMENT]]
    found = [f"expected {group.expected}; was {group.actual}" for group in case.groups[:PER_REQUIREMENT]]
    trace = f"entries {', '.join(first.entries[:3])}; judged by {', '.join(first.checks)}"
    known = {"known": True} if case.excuse else {}
    excuse = [case.why] if case.excuse else []
    return library.model.StatusDetails(message="\n".join([*excuse, *causes, *found]), trace=trace, **known)


def _attachments(case: RowCase, library: _Library) -> Iterator[Any]:
    for group in case.groups[:PER_REQUIREMENT]:
        for sighting in group.sightings[:1]:
            if sighting.evidence:
                yield library.attach(f"entry {sighting.evidence.entry}", exchange_text(sighting.evidence).lstrip())


def _steps(case: RowCase, stories: dict[tuple[str, str], ToldStory], library: _Library) -> list[Any]:
    """The steps of the story in which the first finding was made, up to the exchange that shows it."""
    places = [s.place for group in case.groups for s in group.sightings if s.place.dialect == case.dialect]
    story = stories.get((places[0].scenario, places[0].dialect)) if places else None
    evidence = _shown(case.groups, places[0].entry) if places else ""
    if story is None:
        return []
    position = next((i for i, entry in enumerate(story.entries) if entry.id == evidence), len(story.entries) - 1)
    return _told(story.entries[: position + 1], evidence, library)


def _shown(groups: tuple[FindingGroup, ...], entry: str) -> str:
    """The entry of the exchange that shows the finding made at this entry."""
    found = [s.evidence.entry for group in groups for s in group.sightings if s.place.entry == entry and s.evidence]
    return found[0] if found else entry


def _told(entries: tuple[Entry, ...], deciding: str, library: _Library) -> list[Any]:
    """The steps with their exchanges as steps within, the last forty of them; the deciding one is the failed one."""
    kept = {entry.id for entry in [e for e in entries if isinstance(e.event, Exchange)][-_BEFORE:]}
    steps: list[Any] = []
    for entry in entries:
        if isinstance(entry.event, Step):
            steps.append(_step(visible_line(entry.event.sentence), CaseStatus.PASSED, 0.0, 0.0, library))
        elif isinstance(entry.event, Exchange) and entry.id in kept:
            steps = steps or [_step("before the first step", CaseStatus.PASSED, 0.0, 0.0, library)]
            _add(steps[-1], entry.event, entry.id == deciding, library)
    return [step for step in steps if step.steps]


def _add(step: Any, exchange: Exchange, is_deciding: bool, library: _Library) -> None:
    """Put an exchange into a step, which lasts from its first exchange to its last."""
    said = f"{exchange.request.method} {exchange.request.target} → {exchange.status or 'no answer'}"
    kind = CaseStatus.FAILED if is_deciding else CaseStatus.PASSED
    made = _step(visible_line(said), kind, exchange.started_at, exchange.elapsed_s, library)
    step.start, step.stop = step.start or made.start, made.stop
    step.status = library.status(CaseStatus.FAILED) if is_deciding else step.status
    step.steps.append(made)


def _step(name: str, kind: CaseStatus, started_at: float, duration_s: float, library: _Library) -> Any:
    start = int(started_at * 1000)
    stop = start + int(duration_s * 1000)
    status = library.status(kind)
    return library.model.TestStepResult(name=name, status=status, stage="finished", start=start, stop=stop)


FORMAT = Format(
    (f"{FOLDER}/",),
    "for Allure: results with labels, steps, attachments and history; needs `pip install 'bridgecheck[allure]'`",
    lambda report, folder: [write_allure(report, folder / FOLDER)],
    check=_check,
)
