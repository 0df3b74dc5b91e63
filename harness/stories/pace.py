"""The pace of a run: the limit that was asked for, and the one that a bridge shows by putting requests off."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from harness.clock import Clock
from harness.record.exchange import Exchange
from harness.target.removal import is_put_off, retry_after_s

LONGEST_PAUSE_S = 60.0  # ours: Retry-After is honoured up to here
PATIENCE_S = 180.0  # ours: how long one request waits that is put off again and again; half as long after each in vain
_BELOW_LIMIT = 0.9
_FASTER = 0.95  # once in so many answers the pace is tried a little faster
_STEP = 50
_SLOWEST_S = 2.0


class Pace:
    """Waits before requests, and before those that are sent again. `monotonic` is in seconds."""

    def __init__(self, clock: Clock, max_rps: float | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._floor_s = 1 / max_rps if max_rps else 0.0
        self._gap_s = self._floor_s
        self._next = 0.0
        self._served: deque[float] = deque()
        self._answers = 0
        self._slowed_at = -1.0
        self._changed_at = 0.0
        self._patience_s = PATIENCE_S
        self.put_off = 0
        self.slowest_rps: float | None = None

    def wait(self) -> None:
        """Wait until the next request may leave."""
        if self._gap_s:
            now = self._monotonic()
            self._clock.sleep(max(0.0, self._next - now))
            self._next = max(now, self._next) + self._gap_s

    def take(self, exchange: Exchange, waited_s: float) -> float | None:
        """After how many seconds the request is to be sent again; None where its answer stands.

        `waited_s` is how long this request has been put off already. An answer of 429, or of 503 with Retry-After,
        slows all later requests down (RFC 6585 section 4, RFC 9110 section 10.2.3).
        """
        now = self._monotonic()
        if not is_put_off(exchange):
            self._note_served(now)
            if waited_s:
                self._patience_s = PATIENCE_S
            return None
        self.put_off += 1
        if exchange.started_at >= self._changed_at:  # else it left before the pace was changed
            self._slow_down(now)
        pause = min(max(retry_after_s(exchange), self._gap_s, 0.1), LONGEST_PAUSE_S)
        if waited_s + pause <= self._patience_s:
            return pause
        self._patience_s /= 2  # whatever puts requests off for good must not cost each of them as much
        return None

    def _note_served(self, now: float) -> None:
        self._served.append(now)
        while self._served and self._served[0] < now - 1.0:
            self._served.popleft()
        self._answers += 1
        if self._gap_s > self._floor_s and self._answers % _STEP == 0:
            self._gap_s = max(self._floor_s, self._gap_s * _FASTER)

    def _slow_down(self, now: float) -> None:
        if now - self._slowed_at < 1.0:
            return
        self._slowed_at = now
        self._changed_at = self._clock.now()
        served = sum(moment >= now - 1.0 for moment in self._served)
        wanted = 1 / (_BELOW_LIMIT * served) if served else self._gap_s
        self._gap_s = min(max(wanted, self._gap_s * 1.25), _SLOWEST_S)
        rps = 1 / self._gap_s if self._gap_s else None
        if rps is not None and (self.slowest_rps is None or rps < self.slowest_rps):
            self.slowest_rps = rps
