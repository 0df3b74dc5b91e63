"""Runs the stories for a command: opens the target, calls pytest, keeps the journal, judges it, writes the reports."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import resource
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import __version__
from harness.catalogue.requirement import load_catalogue
from harness.cli.story_session import PYTEST_LOG, tell_stories
from harness.clock import SystemClock
from harness.errors import TargetError, UsageError
from harness.idp.dialects import get_dialect
from harness.judge.exit_code import ExitCode, decide
from harness.judge.judge import Verdicts, judge
from harness.pytest_plugin import Session, Watcher
from harness.record.journal import (
    INTERRUPTED,
    SCHEMA,
    Entry,
    HarnessError,
    Journal,
    Leftover,
    RunHeader,
    ScenarioEnd,
    read_journal,
)
from harness.record.remains import JOURNAL, keep_remains
from harness.report.files import check_formats, write_reports
from harness.report.model import Report, make_report
from harness.stories.run import Run, TargetLost
from harness.target.options import Options
from harness.target.probe import AccountProbe
from harness.target.target import Target, open_target
from harness.target.transport import Secrets, Transport

TARGET_LOST = "target lost"


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A recorded run that is not judged yet."""

    options: Options
    entries: tuple[Entry, ...]
    folder: Path
    duration_s: float
    observers: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A judged run and its report files."""

    report: Report
    verdicts: Verdicts
    exit_code: ExitCode
    files: tuple[Path, ...]


def normalise(options: Options) -> Options:
    """The options with aliases of dialects resolved. Raises UsageError for an unknown dialect."""
    return dataclasses.replace(options, idp=tuple(get_dialect(name).dialect for name in options.idp))


def run_suite(options: Options, watcher: Watcher, before: tuple[str, ...] = ()) -> RecordedRun:
    """Open the target, run the stories, and write the journal. A target that can't be opened is recorded as lost.

    `before` are the requirements that an earlier run found broken, and that this one looks at again.

    Raises UsageError before anything is written.
    """
    check_formats(options.format)
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        opened, refusal = _open(options, stack)
        folder = make_folder(Path(options.report_dir))
        keep_remains(folder)
        stream = stack.enter_context((folder / JOURNAL).open("w", encoding="utf-8", newline="\n"))
        journal = Journal(stream)
        journal.add(_header(options, opened[0].url if opened else options.url or "", before))
        message = refusal
        observers: tuple[str, ...] = ("scim",)
        if opened:
            message = _run_stories(options, *opened, journal, watcher, folder)
            observers = ("scim", *sorted(opened[1].reads))
        elif message:
            _end_run(journal, TARGET_LOST, message)
    entries = tuple(read_journal(folder / JOURNAL))
    return RecordedRun(options, entries, folder, time.monotonic() - started, observers, message)


def judge_run(recorded: RecordedRun) -> JudgedRun:
    """Judge what was recorded and write the reports."""
    return report_run(recorded, *judge_entries(recorded.entries))


def report_run(
    recorded: RecordedRun, verdicts: Verdicts, exit_code: ExitCode, figures: Mapping[str, str] | None = None
) -> JudgedRun:
    """Write the reports of what was judged, with further figures of the run by name."""
    report = make_report(
        verdicts,
        recorded.entries,
        exit_code,
        recorded.duration_s,
        recorded.observers,
        figures or {},
        recorded.message,
    )
    files = write_reports(report, recorded.folder, recorded.options.format)
    return JudgedRun(report, verdicts, exit_code, (*files, recorded.folder / JOURNAL))


def judge_entries(entries: tuple[Entry, ...]) -> tuple[Verdicts, ExitCode]:
    """Verdicts and exit code of a journal; the same for a run and for its replay."""
    verdicts = judge(entries, load_catalogue())
    is_lost = any(isinstance(e.event, ScenarioEnd) and e.event.outcome == TARGET_LOST for e in entries)
    is_interrupted = any(isinstance(e.event, ScenarioEnd) and e.event.outcome == INTERRUPTED for e in entries)
    is_clean = not any(isinstance(entry.event, Leftover) for entry in entries)
    return verdicts, decide(verdicts, is_interrupted=is_interrupted, is_target_lost=is_lost, is_clean=is_clean)


def anonymous_memory_mb() -> float:
    """Anonymous memory of this process in MB; where the system does not tell, its peak memory."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_folder(folder: Path) -> Path:
    """Create the folder of the reports where it is missing. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--report-dir {folder} can't be created: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise UsageError(f"--report-dir {folder} is not writable")
    return folder


def _header(options: Options, url: str, before: tuple[str, ...]) -> RunHeader:
    return RunHeader(
        SCHEMA,
        __version__,
        options.claims,
        options.idp,
        options.suite,
        options.effective_mode,
        options.seed,
        options.gate,
        options.start or options.url or "",
        url,
        time.time(),
        start=options.start or "",
        only=options.only,
        skip=options.skip,
        rows=options.requirement,
        before=before,
        is_disposable=options.is_disposable,
    )


def _open(options: Options, stack: contextlib.ExitStack) -> tuple[tuple[Target, AccountProbe] | None, str]:
    """The target with its probe, stopped when the stack ends; or why there is none."""
    try:
        target = open_target(options)
        stack.callback(target.stop)
        return (target, target.probe()), ""
    except TargetError as error:
        return None, str(error)


def _run_stories(
    options: Options, target: Target, probe: AccountProbe, journal: Journal, watcher: Watcher, folder: Path
) -> str:
    clock = SystemClock()
    names = {"scim": target.token, "probe": target.probe_token, "wrong": secrets.token_urlsafe(32)}
    transport = Transport(target.url, Secrets(names), clock, options.ca_file)
    run = Run(options, target, transport, probe, journal, clock)
    session = Session(run, watcher)
    code = tell_stories(options, session, folder)
    with contextlib.suppress(TargetLost):
        run.finish()
    if run.lost:
        return _end_run(journal, TARGET_LOST, run.lost)
    if session.is_interrupted:
        return _end_run(journal, INTERRUPTED, "The run was interrupted; what was judged until then follows.")
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        journal.add(HarnessError("pytest", f"ended with {code}; see {PYTEST_LOG}"))
    elif code == pytest.ExitCode.INTERRUPTED:
        journal.add(HarnessError("pytest", f"a story could not be collected; see {PYTEST_LOG}"))
    return ""


def _end_run(journal: Journal, outcome: str, message: str) -> str:
    journal.place("run")
    journal.add(ScenarioEnd(outcome, message))
    return message
