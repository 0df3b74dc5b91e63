"""Shows the progress of a run: a live line on a terminal, plain lines elsewhere and in CI."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from harness.cli.forecast import Forecast
from harness.stories.work import Work

BEAT_S = 10.0


def say_left(seconds: float) -> str:
    """A time that is left, as a clock shows it."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


@contextlib.contextmanager
def _own_stderr() -> Iterator[TextIO]:
    """Standard error by a descriptor of its own, since pytest takes the usual one while a story is told."""
    try:
        descriptor = os.dup(sys.stderr.fileno())
    except OSError:  # no file behind it
        yield sys.stderr
        return
    with open(descriptor, "w", encoding=sys.stderr.encoding, errors="backslashreplace") as out:
        yield out


class StoryProgress:
    """Shows the running story, and says once how long the run takes; use it as a context manager."""

    def __init__(self, title: str, forecast: Forecast | None = None, *, is_quiet: bool = False) -> None:
        self._title = title
        self._forecast = forecast or Forecast()
        self._has_told = False
        self._is_quiet = is_quiet
        self._is_live = sys.stderr.isatty() and "CI" not in os.environ and "NO_COLOR" not in os.environ
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._closing = contextlib.ExitStack()
        self._out: TextIO = sys.stderr
        self._now = self._story = self._awaited = ""
        self._is_over = threading.Event()
        self._heart: threading.Thread | None = None

    def __enter__(self) -> StoryProgress:
        """Start the display."""
        self._out = self._closing.enter_context(_own_stderr())
        if self._is_live and not self._is_quiet:
            columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(file=self._out), transient=True)
            self._task = self._progress.add_task(self._title, total=None)
            self._progress.start()
        elif not self._is_quiet:
            self._print(f"{self._title} ...")
            self._heart = threading.Thread(target=self._beat, name="progress", daemon=True)
            self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""
        self._is_over.set()
        if self._heart:
            self._heart.join()
        if self._progress:
            self._progress.stop()
        self._out = sys.stderr
        self._closing.close()

    def begins(self, sentence: str, dialect: str, number: int, total: int) -> None:
        """A story begins."""
        self._forecast.begins(total)
        who = dialect or "protocol"
        if self._progress and self._task is not None:
            left = f" ({self._forecast.left})" if self._forecast.left else ""
            self._story = f"{number}/{total} {who}: {sentence}"[:90] + left
            self._progress.update(self._task, description=escape(self._story), completed=number - 1, total=total)
            return
        self._now = f"story {number} of {total}: {who}: {sentence}"
        if number == 1 and not self._is_quiet:
            self._print(f"  {self._now}")

    def ends(self, work: Work) -> None:
        """A story has ended."""
        self._forecast.ends(work)
        sentence = "" if self._has_told else self._forecast.sentence
        if sentence:
            self._has_told = True
            self.says(sentence)

    def waits(self, awaits: str, left_s: float) -> None:
        """A live countdown of what is awaited; a log gets it with its beat."""
        self._awaited = f"waiting {say_left(left_s)}: {awaits}" if awaits else ""
        if self._progress and self._task is not None:
            self._progress.update(self._task, description=escape((self._awaited or self._story)[:110]))

    def says(self, line: str) -> None:
        """A line that stays, on a terminal too."""
        if self._progress:
            self._progress.console.print(line, markup=False, highlight=False)
        elif not self._is_quiet:
            self._print(f"  {line}")

    def _beat(self) -> None:
        """A line every ten seconds: a log that stands still looks like a run that hangs."""
        started = time.monotonic()
        while not self._is_over.wait(BEAT_S):
            left = f"; {self._forecast.left}" if self._forecast.left else ""
            self._print(f"  {time.monotonic() - started:.0f} s: {self._awaited or self._now or self._title}{left}")

    def _print(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # whoever read it has gone
            print(line, file=self._out, flush=True)
