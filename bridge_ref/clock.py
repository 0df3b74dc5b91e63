"""The bridge's clock: real time plus an offset that the probe can advance."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """A source of the current time."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        ...


class SystemClock:
    """The machine's time."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands still until it is moved: for tests."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """The moment it was last set to."""
        return self._now_ms

    def advance(self, seconds: float) -> None:
        """Move on."""
        self._now_ms += round(seconds * 1000)


class ShiftedClock:
    """Another clock, ahead by an offset."""

    def __init__(self, clock: Clock, offset_ms: int = 0) -> None:
        self._clock = clock
        self.offset_ms = offset_ms

    def now_ms(self) -> int:
        """The other clock's time plus the offset."""
        return self._clock.now_ms() + self.offset_ms


def render_time(at_ms: int) -> str:
    """A moment in RFC 3339 form, UTC, to the millisecond."""
    return f"{_render_second(at_ms // 1000)}.{at_ms % 1000:03d}Z"


@lru_cache(maxsize=4096)
def _render_second(at_s: int) -> str:
    # Many resources share a second, and formatting one costs more than everything else in their `meta`.
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%dT%H:%M:%S}"
