"""The clocks: the only place in the harness that reads the time or waits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the harness needs of time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class SystemClock:
    """Real time."""

    def now(self) -> float:
        """Seconds since the epoch, by the system's clock."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)


@dataclass(slots=True)
class ManualClock:
    """Time that moves only when told to; for tests."""

    at: float = 0.0

    def now(self) -> float:
        """The moment last set."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Move on without waiting."""
        self.at += seconds


@dataclass(slots=True)
class VirtualClock:
    """The simulated identity provider's time: it moves only over waits, at once or paced.

    `pace` is how many real seconds a simulated one lasts: 0 is at once, 1 as in life. Forty-minute cycles and deletions
    after thirty days therefore take as long as the bridge needs to answer.
    """

    at: float = 0.0
    pace: float = 0.0
    real: Clock = field(default_factory=SystemClock)

    def now(self) -> float:
        """The moment at which the simulation stands."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let that much simulated time pass."""
        if self.pace > 0 and seconds > 0:
            self.real.sleep(seconds * self.pace)
        self.at += max(0.0, seconds)


def render_time(at: float) -> str:
    """A moment as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
