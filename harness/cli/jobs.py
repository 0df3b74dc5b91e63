"""Several jobs of a run at once: starts them, hands out the stories, and puts their journals together."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from harness.cli.ending import ENDING
from harness.cli.folder import make_folder
from harness.cli.sentinel import write_sentinel
from harness.cli.story_session import PYTEST_LOG, write_config
from harness.cli.telling import TARGET_LOST, Told, ToldRun, end_run, make_header, make_order, note_end
from harness.cli.worker import (
    Asks,
    Begins,
    Collected,
    Ends,
    Message,
    Opened,
    Refused,
    Stumbled,
    Waits,
    options_of_job,
    work,
)
from harness.errors import UsageError
from harness.pytest_plugin import Watcher
from harness.record.journal import HarnessError, Journal, Leftover, RunHeader
from harness.record.journal_file import JOURNAL, JournalFile, Lines
from harness.record.merge import Part, merge
from harness.record.remains import PART, keep_remains, left_in_part
from harness.report.circumstances import say_skew
from harness.stories.order import InTurn
from harness.target.options import Options
from harness.target.process import pid_in
from harness.target.secrets import Secrets
from harness.target.target import read_token

_SIGNALS: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDING_S = 30.0  # ours: how long a job that was told to end may take for it


def play_in_jobs(options: Options, watcher: Watcher, before: tuple[str, ...]) -> ToldRun:
    """Tell the stories in several processes.

    A target that can't be opened is recorded as lost. Raises UsageError before anything is written.
    """
    order = make_order(options)
    with Jobs(options, before, order, watcher) as jobs:
        jobs.open()
        folder = make_folder(Path(options.report_dir))
        keep_remains(folder)
        write_config(options, folder)
        write_sentinel(jobs.header, folder, options.format)
        with JournalFile(folder / JOURNAL) as stream:
            journal = Journal(stream)
            journal.add(jobs.header)
            if jobs.refusal:
                message = note_end(journal, TARGET_LOST, jobs.refusal)
                journal.end()
                return ToldRun(folder, ("scim",), message)
            jobs.play(folder)
            jobs.put_together(folder, journal, stream)
            message = end_run(journal, jobs.told, order, options)
            journal.end()
            return ToldRun(folder, jobs.observers, message, jobs.secrets)


@dataclass(slots=True)
class _Job:
    """One process, and how far it is."""

    number: int
    process: SpawnProcess
    pipe: Connection
    folder: Path | None = None
    opened: Opened | None = None
    told: Told | None = None
    refused: Refused | None = None
    error: str = ""
    is_idle: bool = False
    is_over: bool = False

    @property
    def name(self) -> str:
        return f"job {self.number}"


class Jobs:
    """The processes of a run; use it as a context manager, and not twice."""

    def __init__(self, options: Options, before: tuple[str, ...], order: InTurn, watcher: Watcher) -> None:
        self._options = options
        self._before = before
        self._order = order
        self._watcher = watcher
        self._begun = 0
        self._is_interrupted = False
        self._jobs: list[_Job] = []
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Jobs:
        """Start the processes. Raises UsageError where the token can't be read."""
        token = read_token(self._options) if self._options.token_command else ""
        for sign in (each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN):
            with contextlib.suppress(ValueError):  # not the main thread: whoever called us there handles signals
                self._handlers[sign] = signal.signal(sign, self._interrupt)
        try:
            with _blocked_signals():
                for number in range(1, self._options.jobs + 1):
                    self._jobs.append(self._start(number, token))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what still runs."""
        for job in self._jobs:
            if job.process.is_alive():
                job.process.terminate()
        for job in self._jobs:
            job.process.join(ENDING_S)
            if job.process.is_alive():
                job.process.kill()
                job.process.join()
                _stop_bridge(job)
            job.pipe.close()
        for sign, handler in self._handlers.items():
            signal.signal(sign, handler)

    def open(self) -> None:
        """Wait until each job has reached its bridge. Raises UsageError, and KeyboardInterrupt when told to end."""
        self._listen(until_opened=True)
        if self._is_interrupted:
            raise KeyboardInterrupt
        for job in self._jobs:
            if job.refused and job.refused.is_usage:
                raise UsageError(job.refused.reason)

    @property
    def refusal(self) -> str:
        """Why there is no bridge; empty where each job has one."""
        return next((job.refused.reason for job in self._jobs if job.refused), "")

    @property
    def header(self) -> RunHeader:
        """The header of the run: that of the first job which has reached its bridge."""
        opened = next((job.opened for job in self._jobs if job.opened), None)
        return opened.header if opened else make_header(self._options, self._options.url or "", None, self._before)

    @property
    def observers(self) -> tuple[str, ...]:
        """Who can observe the account."""
        return next((job.opened.observers for job in self._jobs if job.opened), ("scim",))

    @property
    def told(self) -> Told:
        """How the telling ended, of all jobs together."""
        ends = [job.told for job in self._jobs if job.told]
        lost = next((told.lost for told in ends if told.lost), "")
        return Told(0, lost, self._is_interrupted, next((told.error for told in ends if told.error), ""))

    @property
    def secrets(self) -> tuple[Secrets, ...]:
        """The secrets of all jobs."""
        return tuple(job.told.secrets for job in self._jobs if job.told and job.told.secrets)

    def play(self, folder: Path) -> None:
        """Hand out the stories until none is left."""
        if said := say_skew(self.header.skew_s):
            self._watcher.says(said)
        for job in self._jobs:
            job.folder = folder / f"{PART}{job.number}"
            job.folder.mkdir(exist_ok=True)
            self._send(job, job.folder)
        self._listen()

    def put_together(self, folder: Path, journal: Journal, stream: Lines) -> None:
        """Write what the jobs recorded into the journal of the run, and remove the parts."""
        parts = [Part(job.folder / JOURNAL, job.told.ending if job.told else None) for job in self._jobs if job.folder]
        for line in merge(parts, self._order.names):
            stream.write(line + "\n")
        for job in self._jobs:
            if job.error:
                self._note_crash(job, journal)
        with (folder / PYTEST_LOG).open("w", encoding="utf-8") as log:
            for job in self._jobs:
                with contextlib.suppress(OSError):
                    text = (job.folder / PYTEST_LOG).read_text(encoding="utf-8") if job.folder else ""
                    log.write(f"{job.name}\n{text}\n")
        for job in self._jobs:
            if job.folder:
                shutil.rmtree(job.folder, ignore_errors=True)

    def _note_crash(self, job: _Job, journal: Journal) -> None:
        """An error of ours, and by name what the job could not take away any more."""
        journal.place("run")
        journal.add(HarnessError(job.name, job.error))
        if job.told or not job.folder:
            return
        for made in left_in_part(job.folder / JOURNAL):
            journal.place(made.scenario)
            journal.add(Leftover(made.path, f"{job.name} ended before it could take this away", made.name))

    def _start(self, number: int, token: str) -> _Job:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        options = options_of_job(self._options, self._options.jobs)
        process = context.Process(
            target=work, args=(theirs, number, options, self._before, token), name=f"bridgecheck job {number}"
        )
        process.start()
        theirs.close()  # else its end would not be seen
        return _Job(number, process, ours)

    def _interrupt(self, number: int, _: object) -> None:
        """Ctrl-C, SIGTERM or SIGHUP: each job ends its story, takes away what it made, and ends."""
        ENDING.note(number)
        self._is_interrupted = True
        self._order.stop()
        for job in self._jobs:
            if job.process.is_alive():
                job.process.terminate()

    def _listen(self, *, until_opened: bool = False) -> None:
        """Take what the jobs tell, until they have ended, or until all have reached their bridge."""
        open_pipes = {job.pipe: job for job in self._jobs if not (until_opened and job.opened)}
        while open_pipes:
            for pipe in wait(list(open_pipes)):
                assert isinstance(pipe, Connection)
                job = open_pipes[pipe]
                try:
                    self._take(job, pipe.recv())
                except (EOFError, OSError):
                    del open_pipes[pipe]
                    self._ended(job)
                if until_opened and (job.opened or job.refused):
                    open_pipes.pop(pipe, None)
            if until_opened and any(job.refused or job.error for job in self._jobs):
                return

    def _take(self, job: _Job, said: Message) -> None:
        match said:
            case Opened():
                job.opened = said
            case Refused():
                job.refused = said
            case Collected():
                self._order.begin(said.names, said.still)
            case Asks():
                job.is_idle = True
                self._hand_out()
            case Begins():
                self._begun += 1
                self._watcher.begins(said.sentence, said.dialect, self._begun, len(self._order.names))
            case Ends():
                self._watcher.ends(said.work)
            case Waits():
                self._watcher.waits(said.awaits, said.left_s)
            case Stumbled():
                job.error = said.error
            case Told():
                job.told = said
                if said.lost:
                    self._order.stop()

    def _hand_out(self) -> None:
        """Give each idle job a story; where none is left, and no job is busy with one, let them end."""
        for job in [job for job in self._jobs if job.is_idle]:
            is_alone = all(other.is_idle or other.is_over for other in self._jobs)
            place = self._order.take(is_alone=is_alone)
            if place is not None or is_alone:
                job.is_idle, job.is_over = False, place is None
                self._send(job, place)

    def _send(self, job: _Job, what: object) -> None:
        with contextlib.suppress(OSError):  # it has ended: its pipe tells
            job.pipe.send(what)

    def _ended(self, job: _Job) -> None:
        """A job has ended; without a last word it crashed, and the bridge that it started goes on without it."""
        job.is_idle, job.is_over = False, True
        self._hand_out()
        if job.told or job.refused or self._is_interrupted:
            return
        job.process.join(ENDING_S)
        code = job.process.exitcode
        how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"
        job.error = job.error or f"it {how} in the middle of its stories"
        _stop_bridge(job)


def _stop_bridge(job: _Job) -> None:
    """End the bridge of a job that can't do so any more, and remove its data."""
    if job.opened and job.opened.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it may have been restarted since
            os.killpg((job.opened.folder and pid_in(job.opened.folder)) or job.opened.pid, signal.SIGTERM)
    if job.opened and job.opened.folder:
        shutil.rmtree(job.opened.folder, ignore_errors=True)


@contextlib.contextmanager
def _blocked_signals() -> Iterator[None]:
    """What starts in here holds signals back until it can handle them."""
    resource_tracker.ensure_running()  # it would let signals through again when it starts later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
