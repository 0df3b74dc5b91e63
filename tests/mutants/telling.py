"""Tells chosen stories to a bridge in a process of its own, judges after each, and stops at the first that is red.

pytest collects the stories once; each trial is a fork of that process, so that it starts with everything loaded.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import signal
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, cast

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.cli.story_session import tell_stories
from harness.cli.telling import make_header
from harness.clock import SystemClock
from harness.errors import TargetError
from harness.judge.exit_code import ExitCode, decide
from harness.judge.judge import Verdicts, judge
from harness.pytest_plugin import Session
from harness.record.journal import Entry, Journal
from harness.stories.run import Run
from harness.stories.work import Work
from harness.target.options import Options
from harness.target.secrets import Secrets
from harness.target.target import Target, open_target
from harness.target.transport import Transport

FIRST = "protocol/test_discovery.py::test_a_bridge_describes_itself"  # told to every mutant: checks need what it shows
ROWS = 6
LONGEST_WAIT_S = 0.05
FATE, PROCESS = "fate.json", "process"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Told:
    """How the stories of one trial ended.

    `outcome` is killed, survived, dead (no bridge at all) or stumbled (an error of ours). `story` is the one that was
    red, `rows` the first requirements that it broke, `quiet` the stories before it.
    """

    outcome: str
    story: str = ""
    rows: tuple[str, ...] = ()
    why: str = ""
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A bridge to be started by `command`, and the stories to be told to it, in this order."""

    command: str
    stories: tuple[str, ...]
    folder: Path


class Trials:
    """Hands out stories in each fork. `drive` runs in the parent, with the names of all stories, and forks."""

    def __init__(self, options: Options, drive: Callable[[Trials], None]) -> None:
        self.session = Session(cast(Run, None), _Nobody(), self)  # each fork puts its run in place
        self.names: tuple[str, ...] = ()
        self.is_trial = False
        self.error: Exception | None = None
        self._options, self._drive = options, drive
        self._after: Callable[[int], None] = lambda _: None
        self._running, self._mark = "", 0
        self._quiet: list[str] = []
        self._known: list[Entry] = []

    def begin(self, names: Sequence[str], still: Collection[str]) -> None:
        """All is collected: the parent forks from here; a fork goes on with its own stories."""
        self.names = tuple(names)
        try:
            self._drive(self)
        except Exception as error:  # pytest would keep it to itself
            self.error = error
            raise

    def fork(self, task: Task, after: Callable[[int], None] = lambda _: None) -> int | None:
        """The process id in the parent; None in the fork. `after` is told the bridge's process id after each story."""
        if pid := os.fork():
            return pid
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self.is_trial, self._task, self._after = True, task, after
        self._waiting = list(task.stories)
        try:
            self._open()
        except TargetError as error:
            died = "ended with exit code" in str(error)
            self._end(Told("dead" if died else "killed", "the first look", why=str(error)[:200]))
        except BaseException:
            self._end(Told("stumbled", why=traceback.format_exc()[-600:]))
        return None

    @property
    def left_s(self) -> float | None:
        """No time budget."""
        return None

    def take(self) -> int | None:
        """The place of the next story; a trial whose last one is red or that has none left ends here."""
        if not self.is_trial:
            return None
        try:
            self._close_story()
        except BaseException:
            self._end(Told("stumbled", self._running, why=traceback.format_exc()[-600:], quiet=tuple(self._quiet)))
        if not self._waiting:
            self._end(Told("survived", quiet=tuple(self._quiet)))
        self._running = self._waiting.pop(0)
        return self.names.index(self._running)

    def finish(self, code: int) -> NoReturn:
        """pytest has given up, since the target is lost or a story stumbled."""
        try:
            self._close_story()
            told = Told("killed", self._running, why=self._run.lost[:200], quiet=tuple(self._quiet))
            self._end(told if self._run.lost else Told("stumbled", self._running, why=f"pytest ended with {code}"))
        except BaseException:
            self._end(Told("stumbled", self._running, why=traceback.format_exc()[-600:]))

    def _open(self) -> None:
        options = self._options
        self._target: Target | None = None
        self._target = target = open_target(_started_by(options, self._task.command))
        (self._task.folder / PROCESS).write_text(str(target.process.pid if target.process else 0))
        self._journal = Journal()
        self._journal.add(make_header(options, target.url, target.skew_s, ()))
        clock = _Impatient()
        names = {"scim": target.token, "probe": target.probe_token, "wrong": secrets.token_urlsafe(32)}
        transport = Transport(target.url, Secrets(names), clock)
        self._run = Run(
            _started_by(options, self._task.command), target, transport, target.probe(), self._journal, clock
        )
        self.session.run = self._run
        self._after(target.process.pid if target.process else 0)

    def _close_story(self) -> None:
        if not self._running:
            return
        entries = self._journal.entries
        known = entries[: self._mark] if self._running == FIRST else self._known
        if self._running == FIRST:
            self._known = entries[:]
        if told := self._judged([*known, *entries[self._mark :]]):
            self._end(told)
        self._mark = len(entries)
        self._quiet.append(self._running)
        if self._target and self._target.process:
            self._after(self._target.process.pid)

    def _judged(self, entries: list[Entry]) -> Told | None:
        verdicts = judge(entries, load_catalogue())
        quiet = tuple(self._quiet)
        if self._run.lost:
            return Told("killed", self._running, _broken(verdicts), self._run.lost[:200], quiet)
        match decide(verdicts):
            case ExitCode.CONFORMANCE_FAILURE:
                return Told("killed", self._running, _broken(verdicts), _first(verdicts), quiet)
            case ExitCode.HARNESS_ERROR:
                return Told("stumbled", self._running, _broken(verdicts), "; ".join(verdicts.errors)[:600], quiet)
        return None

    def _end(self, told: Told) -> NoReturn:
        try:
            (self._task.folder / FATE).write_text(json.dumps(asdict(told)), encoding="utf-8")
            if target := getattr(self, "_target", None):
                target.stop()
        finally:
            os._exit(0)


def tell(options: Options, folder: Path, drive: Callable[[Trials], None]) -> None:
    """Collect the stories and let `drive` fork trials of them."""
    trials = Trials(options, drive)
    with contextlib.redirect_stderr(said := io.StringIO()):
        code = tell_stories(options, trials.session, folder)
    if trials.is_trial:
        trials.finish(code)
    if trials.error is not None:
        raise trials.error
    if not trials.names:
        raise RuntimeError(f"no story was collected: {said.getvalue()[-2000:]}")


def fate_of(folder: Path) -> dict[str, Any]:
    """What a trial has written of its end. Raises OSError and ValueError when it has not."""
    told: dict[str, Any] = json.loads((folder / FATE).read_text(encoding="utf-8"))
    return told


def _started_by(options: Options, command: str) -> Options:
    return replace(options, start=command)


def _broken(verdicts: Verdicts) -> tuple[str, ...]:
    red = (Verdict.FAIL, Verdict.WARN)
    return tuple(result.requirement.id for result in verdicts.results if result.verdict in red)[:ROWS]


def _first(verdicts: Verdicts) -> str:
    found = [each for result in verdicts.results for each in result.findings]
    return str(found[0].finding)[:200] if found else ""


class _Impatient(SystemClock):
    """Waits hardly at all: a fault that puts every request off would otherwise take minutes to say so."""

    def sleep(self, seconds: float) -> None:
        """Wait a moment."""
        super().sleep(min(seconds, LONGEST_WAIT_S))


class _Nobody:
    def waits(self, awaits: str, left_s: float) -> None:
        """Nobody watches."""

    def begins(self, sentence: str, dialect: str, number: int, total: int) -> None:
        """Nothing is shown."""

    def ends(self, work: Work) -> None:
        """Nothing is shown."""

    def says(self, line: str) -> None:
        """Nothing is shown."""
