"""Says how long a run will take, from what its first stories took."""

from __future__ import annotations

import time
from collections.abc import Callable

from harness.stories.waits import say_time
from harness.stories.work import Work
from harness.target.options import Options

USUAL_REQUESTS = 20  # ours: what a story sends on average, until the stories of this run show it
USUAL_WEIGHT = 3  # so many stories' worth
KNOWN_AFTER_S = 1.0
WORTH_TELLING_S = 60.0
MORE_JOBS = 4
SLOW_ANSWER_S = 0.1  # a bridge that answers faster keeps the machine busy: more jobs would not be faster in proportion


class Forecast:
    """Estimates with each story that ends; the time left is the requests left, at what a request has taken so far.

    The longest answer is left out, since a bridge often wakes up with the first request. `monotonic` is in seconds.
    """

    def __init__(self, options: Options | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        chosen = options or Options()
        self._jobs = chosen.jobs
        self._budget_s = chosen.time_budget * 60 if chosen.time_budget else None
        self._may_split = chosen.jobs == 1 and not chosen.needs_one_job and not chosen.max_rps
        self._monotonic = monotonic
        self._started: float | None = None
        self._total = 0
        self._stories = self._answers = self._put_off = 0
        self._took_s = self._waited_s = self._longest_s = 0.0

    def begins(self, total: int) -> None:
        """A story begins, of so many in all."""
        self._total = total
        if self._started is None:
            self._started = self._monotonic()

    def ends(self, work: Work) -> None:
        """It has ended."""
        self._stories += 1
        self._answers += work.answers
        self._put_off += work.put_off
        self._took_s += work.took_s
        self._waited_s += work.waited_s
        self._longest_s = max(self._longest_s, work.longest_s)

    @property
    def left_s(self) -> float | None:
        """How long the run still takes, in seconds, without a time budget; None while that is not known."""
        if self._answers < 2 or self._elapsed_s < KNOWN_AFTER_S:
            return None
        seen = self._answers + USUAL_WEIGHT * USUAL_REQUESTS
        per_story = seen / (self._stories + USUAL_WEIGHT)
        per_request_s = max(0.0, self._took_s - self._longest_s) / (self._answers - 1)
        return max(0, self._total - self._stories) * per_story * per_request_s / self._jobs

    @property
    def sentence(self) -> str:
        """How long the run takes as a whole, and what would make it shorter; empty for less than a minute."""
        left_s = self.left_s
        whole_s = self._elapsed_s + left_s if left_s is not None else 0.0
        if whole_s <= WORTH_TELLING_S:
            return ""
        answer_s = self._waited_s / self._answers
        said = f"this run takes about {say_time(whole_s)} at {_say_answer(answer_s)} per answer"
        if self._budget_s is not None and self._budget_s < whole_s:
            said += f"; its time budget ends it after {say_time(self._budget_s)}"
        if self._may_split and answer_s >= SLOW_ANSWER_S and not self._put_off:
            said += f"; --jobs {MORE_JOBS} would take about {say_time(whole_s / MORE_JOBS)}"
        return said

    @property
    def left(self) -> str:
        """The time left in words; empty where it is less than a minute, or not known."""
        left_s = self.left_s
        if left_s is not None and self._budget_s is not None:
            left_s = min(left_s, max(0.0, self._budget_s - self._elapsed_s))
        return f"about {say_time(left_s)} left" if left_s and left_s > WORTH_TELLING_S else ""

    @property
    def _elapsed_s(self) -> float:
        return self._monotonic() - self._started if self._started is not None else 0.0


def _say_answer(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds * 1000:.0f} ms"
