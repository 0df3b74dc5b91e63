"""Waits in real time, and tells whoever watches what is awaited and for how long still."""

from __future__ import annotations

from collections.abc import Callable

from harness.clock import Clock

STEP_S = 1.0  # ours: how often it is told
WORTH_TELLING_S = 3.0


class Countdown:
    """Waits on a clock. `tell` is called with what is awaited and the seconds left; with none when it is over."""

    def __init__(self, clock: Clock, tell: Callable[[str, float], None] | None = None) -> None:
        self._clock = clock
        self.tell = tell
        self.waited_s = 0.0

    def wait(self, seconds: float, awaits: str) -> None:
        """Wait that long, second by second."""
        left = seconds
        while left > 0:
            if self.tell and seconds >= WORTH_TELLING_S:
                self.tell(awaits or "time passes on the bridge", left)
            step = min(left, STEP_S)
            self._clock.sleep(step)
            left -= step
        self.waited_s += max(0.0, seconds)
        if self.tell and seconds >= WORTH_TELLING_S:
            self.tell("", 0.0)
