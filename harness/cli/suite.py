"""Runs the stories for a command, in one job or in several, judges the journal, and writes the reports."""

from __future__ import annotations

import contextlib
import dataclasses
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from harness.catalogue.requirement import load_catalogue
from harness.cli.jobs import play_in_jobs
from harness.cli.leaks import refuse_leaks
from harness.cli.telling import TARGET_LOST, play_alone
from harness.gate.gate import Gate
from harness.idp.dialects import get_dialect
from harness.judge.exit_code import ExitCode, decide
from harness.judge.judge import Verdicts, judge
from harness.pytest_plugin import Watcher
from harness.record.journal import INTERRUPTED, Entry, Leftover, ScenarioEnd, read_journal
from harness.record.journal_file import JOURNAL
from harness.report.files import check_formats, write_reports
from harness.report.model import FoundCauses, Report, make_report
from harness.target.options import Options
from harness.target.secrets import Secrets


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A recorded run that is not judged yet."""

    options: Options
    entries: tuple[Entry, ...]
    folder: Path
    duration_s: float
    observers: tuple[str, ...]
    message: str
    secrets: tuple[Secrets, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A judged run and its report files."""

    report: Report
    verdicts: Verdicts
    exit_code: ExitCode
    files: tuple[Path, ...]


class RunEnds(TypedDict):
    """How a run ended, by the names of `decide`."""

    is_target_lost: bool
    is_interrupted: bool
    is_clean: bool


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
    play = play_in_jobs if options.jobs > 1 else play_alone
    played = play(options, watcher, before)
    entries = tuple(read_journal(played.folder / JOURNAL))
    took_s = time.monotonic() - started
    return RecordedRun(options, entries, played.folder, took_s, played.observers, played.message, played.secrets)


def judge_run(recorded: RecordedRun) -> JudgedRun:
    """Judge what was recorded and write the reports, where no owner of a gate excuses anything."""
    return report_run(recorded, *judge_entries(recorded.entries))


def report_run(
    recorded: RecordedRun,
    verdicts: Verdicts,
    exit_code: ExitCode,
    figures: Mapping[str, str] | None = None,
    causes: FoundCauses | None = None,
    gate: Gate | None = None,
) -> JudgedRun:
    """Write the reports of what was judged, with further figures of the run by name, and what the gate says.

    Raises SecretLeaked where one of them, or the journal, shows a secret.
    """
    report = make_report(
        verdicts,
        recorded.entries,
        exit_code,
        recorded.duration_s,
        recorded.observers,
        figures or {},
        recorded.message,
        causes,
        gate,
    )
    files = write_reports(report, recorded.folder, recorded.options.format)
    written = (*files, recorded.folder / JOURNAL)
    refuse_leaks(written, recorded.secrets)
    return JudgedRun(report, verdicts, exit_code, written)


def judge_entries(entries: tuple[Entry, ...]) -> tuple[Verdicts, ExitCode]:
    """Verdicts and exit code of a journal; the same for a run and for its replay."""
    verdicts = judge(entries, load_catalogue())
    return verdicts, decide(verdicts, **ends_of(entries))


def ends_of(entries: tuple[Entry, ...]) -> RunEnds:
    """How a run ended, as `decide` asks for it."""
    outcomes = {entry.event.outcome for entry in entries if isinstance(entry.event, ScenarioEnd)}
    return {
        "is_target_lost": TARGET_LOST in outcomes,
        "is_interrupted": INTERRUPTED in outcomes,
        "is_clean": not any(isinstance(entry.event, Leftover) for entry in entries),
    }


def anonymous_memory_mb() -> float:
    """Anonymous memory of this process in MB; where the system does not tell, its peak memory."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
