"""Opens a bridge and tells the stories to it, into a journal: what one process of a run does."""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness import __version__
from harness.cli.folder import make_folder
from harness.cli.sentinel import write_sentinel
from harness.cli.story_session import PYTEST_LOG, tell_stories
from harness.clock import SystemClock
from harness.errors import TargetError
from harness.pytest_plugin import Session, Watcher
from harness.record.journal import (
    INTERRUPTED,
    SCHEMA,
    TIME_BUDGET,
    HarnessError,
    Journal,
    RunHeader,
    ScenarioEnd,
)
from harness.record.journal_file import JOURNAL, JournalFile
from harness.record.remains import keep_remains
from harness.report.circumstances import say_skew
from harness.stories.order import InTurn, Order, say_left_out
from harness.stories.run import Run, TargetLost
from harness.target.observers import make_probe
from harness.target.options import USUAL_LIVES, Options
from harness.target.probe import AccountProbe
from harness.target.secrets import Secrets
from harness.target.target import Target, open_target
from harness.target.transport import Transport

TARGET_LOST = "target lost"


@dataclass(frozen=True, slots=True)
class Told:
    """How the telling ended: why the target is lost, whether somebody interrupted, what went wrong with pytest.

    From the entry at `ending` on, the journal holds what the end of the run tried once more to take away.
    """

    ending: int
    lost: str = ""
    is_interrupted: bool = False
    error: str = ""
    secrets: Secrets | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ToldRun:
    """A run whose stories were told: its folder, who observed, what is to be said of its end, what it must not show."""

    folder: Path
    observers: tuple[str, ...]
    message: str
    secrets: tuple[Secrets, ...] = field(default=(), repr=False)


def play_alone(options: Options, watcher: Watcher, before: tuple[str, ...]) -> ToldRun:
    """Tell the stories in this process.

    A target that can't be opened is recorded as lost. Raises UsageError before anything is written.
    """
    order = make_order(options)
    with contextlib.ExitStack() as stack:
        opened, refusal = open_bridge(options, stack)
        folder = make_folder(Path(options.report_dir))
        keep_remains(folder)
        target = opened[0] if opened else None
        skew_s = target.skew_s if target else None
        header = make_header(options, target.url if target else options.url or "", skew_s, before)
        write_sentinel(header, folder, options.format)
        journal = Journal(stack.enter_context(JournalFile(folder / JOURNAL)))
        journal.add(header)
        if not opened:
            message = note_end(journal, TARGET_LOST, refusal)
            journal.end()
            return ToldRun(folder, ("scim",), message)
        if said := say_skew(skew_s):
            watcher.says(said)
        told = tell(options, opened, journal, watcher, order, folder)
        message = end_run(journal, told, order, options)
        journal.end()
        journal.close()  # pytest keeps its session, and with it the entries
        return ToldRun(folder, ("scim", *sorted(opened[1].reads)), message, (opened[0].secrets,))


def make_order(options: Options) -> InTurn:
    """The order of the stories, until the time budget is used up."""
    budget_s = options.time_budget * 60 if options.time_budget else None
    return InTurn(budget_s, is_shared=options.jobs > 1 and not options.start)


def open_bridge(
    options: Options, stack: contextlib.ExitStack, token: str = ""
) -> tuple[tuple[Target, AccountProbe] | None, str]:
    """The target with its probe, stopped when the stack ends; or why there is none. Raises UsageError."""
    try:
        target = open_target(options, token)
        stack.callback(target.stop)
        return (target, make_probe(options, target)), ""
    except TargetError as error:
        return None, str(error)


def make_header(options: Options, url: str, skew_s: float | None, before: tuple[str, ...]) -> RunHeader:
    """The first entry of a journal."""
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
        skew_s=skew_s,
        readings=options.readings,
        lives=None if options.lives == USUAL_LIVES else options.lives,
    )


def make_run(options: Options, opened: tuple[Target, AccountProbe], journal: Journal) -> Run:
    """The run at an open bridge, which writes into that journal."""
    target, probe = opened
    clock = SystemClock()
    target.secrets.add("wrong", secrets.token_urlsafe(32))
    return Run(options, target, Transport(target.url, target.secrets, clock, options.ca_file), probe, journal, clock)


def tell(
    options: Options,
    opened: tuple[Target, AccountProbe],
    journal: Journal,
    watcher: Watcher,
    order: Order,
    folder: Path,
) -> Told:
    """Tell the stories in their order, and take away at the end what is left of them."""
    run = make_run(options, opened, journal)
    session = Session(run, watcher, order)
    code = tell_stories(options, session, folder)
    ending = len(journal.entries)
    with contextlib.suppress(TargetLost):
        run.finish()
    return Told(ending, run.lost, session.is_interrupted, _say_code(code), opened[0].secrets)


def end_run(journal: Journal, told: Told, order: InTurn, options: Options) -> str:
    """Record why a run ended early, where it did, and return it in words."""
    if told.lost:
        return note_end(journal, TARGET_LOST, told.lost)
    if told.is_interrupted:
        return note_end(journal, INTERRUPTED, "The run was interrupted; what was judged until then follows.")
    if told.error:
        journal.place("run")
        journal.add(HarnessError("pytest", told.error))
        return ""
    if order.left_out:
        said = say_left_out(order.left_out, len(order.names), options.time_budget or 0.0)
        note_end(journal, TIME_BUDGET, said)  # every report tells it from the journal
    return ""


def note_end(journal: Journal, outcome: str, message: str) -> str:
    """Record at the place of the whole run how it ended."""
    journal.place("run")
    journal.add(ScenarioEnd(outcome, message))
    return message


def _say_code(code: int) -> str:
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        return f"ended with {code}; see {PYTEST_LOG}"
    if code == pytest.ExitCode.INTERRUPTED:
        return f"a story could not be collected; see {PYTEST_LOG}"
    return ""
