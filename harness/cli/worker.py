"""One of several jobs of a run: a process with a journal of its own, which is told story by story what to play."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from harness.cli.telling import Told, make_header, open_bridge, tell
from harness.errors import UsageError
from harness.record.journal import Journal, RunHeader
from harness.record.journal_file import JOURNAL, JournalFile
from harness.stories.work import Work
from harness.target.options import Options


@dataclass(frozen=True, slots=True)
class Opened:
    """The job has reached its bridge, and waits for the folder to write to. `pid` and `folder` are those of a bridge
    that it started."""

    header: RunHeader
    observers: tuple[str, ...]
    pid: int | None
    folder: Path | None


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no bridge: by a wrong option, or since it does not answer."""

    reason: str
    is_usage: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """The stories that the job knows, and those that need a still account: the same for all jobs."""

    names: tuple[str, ...]
    still: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asks:
    """The job is free: it waits for the place of the next story, or None."""


@dataclass(frozen=True, slots=True)
class Begins:
    """A story begins."""

    sentence: str
    dialect: str


@dataclass(frozen=True, slots=True)
class Ends:
    """A story has ended."""

    work: Work


@dataclass(frozen=True, slots=True)
class Waits:
    """Real time passes in the story."""

    awaits: str
    left_s: float


@dataclass(frozen=True, slots=True)
class Stumbled:
    """The job went wrong by a fault of ours."""

    error: str


Message = Opened | Refused | Collected | Asks | Begins | Ends | Waits | Stumbled | Told
"""What a job tells; the last one is how its telling ended."""


def work(pipe: Connection, number: int, options: Options, before: tuple[str, ...], token: str) -> None:
    """Play stories until none is left. `token` comes by the pipe of the process, never by its arguments."""
    # An interrupt outside a story: there is nothing to record. A broken pipe: nobody listens any more.
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError, EOFError):
        signal.signal(signal.SIGTERM, _interrupt)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _wait_for_word)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
        _end_with_parent()
        try:
            with contextlib.ExitStack() as stack:
                _play(pipe, number, options, before, token, stack)
        except UsageError as error:
            pipe.send(Refused(str(error), True))
        except (BrokenPipeError, EOFError):
            raise
        except Exception as error:
            pipe.send(Stumbled(f"{type(error).__name__}: {error}"))


def _play(
    pipe: Connection,
    number: int,
    options: Options,
    before: tuple[str, ...],
    token: str,
    stack: contextlib.ExitStack,
) -> None:
    opened, refusal = open_bridge(options, stack, token)
    if not opened:
        pipe.send(Refused(refusal, False))
        return
    target, probe = opened
    header = make_header(options, target.url, target.skew_s, before)
    pid = target.process.pid if target.process else None
    pipe.send(Opened(header, ("scim", *sorted(probe.reads)), pid, target.folder))
    folder: Path = pipe.recv()
    stream = stack.enter_context(JournalFile(folder / JOURNAL))
    journal = Journal(stream, str(number))
    journal.add(header)
    reporter = _Reporter(pipe)
    pipe.send(tell(options, opened, journal, reporter, reporter, folder))


def options_of_job(options: Options, number_of_jobs: int) -> Options:
    """The options of one job: its share of the pace, and no budget, since the first process keeps the time."""
    share = options.max_rps / number_of_jobs if options.max_rps else None
    return dataclasses.replace(options, jobs=1, max_rps=share, time_budget=None)


class _Reporter:
    """Hands on what happens, and asks for each story; the watcher and the order of the job."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def begin(self, names: Sequence[str], still: Collection[str]) -> None:
        self._pipe.send(Collected(tuple(names), frozenset(still)))

    def take(self) -> int | None:
        self._pipe.send(Asks())
        place = self._pipe.recv()
        return place if isinstance(place, int) else None

    def begins(self, sentence: str, dialect: str, number: int, total: int) -> None:
        self._pipe.send(Begins(sentence, dialect))

    def ends(self, work: Work) -> None:
        self._pipe.send(Ends(work))

    @property
    def left_s(self) -> float | None:
        """None: the first process keeps the time."""
        return None

    def waits(self, awaits: str, left_s: float) -> None:
        self._pipe.send(Waits(awaits, left_s))

    def says(self, line: str) -> None:
        """The first process says what concerns the whole run."""


def _wait_for_word(*_: object) -> None:
    """Ctrl-C and a hang-up reach all processes of a terminal: the first one hears it, and tells the jobs to end."""


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """End as by an interrupt, with clean-up, when the first process is killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
