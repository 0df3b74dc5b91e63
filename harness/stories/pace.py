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
SERVER_PATIENCE_S = 90.0  # ours: the same for a bridge that is not available, 503, and does not count requests
IN_VAIN = 2  # ours: after so many requests in a row that waited in vain no later one is worth the time
_TOO_MANY = 429
_BELOW_LIMIT = 0.9
_FASTER = 0.95  # once in so many answers the pace is tried a little faster
_STEP = 50
_SLOWEST_S = 2.0
_ENOUGH = 20  # ours: a pace that lets no more than so many through still has to find its limit


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
        self._patience = 1.0
        self._answered_before = 0
        self._served_between: list[int] = []
        self.put_off = 0
        self.in_vain = 0
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
                self._patience = 1.0
            self.in_vain = 0
            return None
        self.put_off += 1
        if exchange.started_at >= self._changed_at:  # else it left before the pace was changed
            self._slow_down(now)
        pause = min(max(retry_after_s(exchange), self._gap_s, 0.1), LONGEST_PAUSE_S)
        longest_s = PATIENCE_S if exchange.status == _TOO_MANY else SERVER_PATIENCE_S
        if waited_s + pause <= longest_s * self._patience:
            return pause
        self._patience /= 2  # whatever puts requests off for good must not cost each of them as much
        self.in_vain += 1
        return None

    def _is_slower_in_vain(self) -> bool:
        """Whether as few requests are served in a row though they leave more slowly: the rate is not the reason."""
        *_, first, second, last = (0, 0, 0, *self._served_between)
        return min(first, second, last) >= _ENOUGH and last <= 2 * first

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
        self._served_between.append(self._answers - self._answered_before)
        self._answered_before = self._answers
        if self._is_slower_in_vain():
            self._slowed_at, self._gap_s = now, self._floor_s
            return
        self._slowed_at = now
        self._changed_at = self._clock.now()
        served = sum(moment >= now - 1.0 for moment in self._served)
        wanted = 1 / (_BELOW_LIMIT * served) if served else self._gap_s
        self._gap_s = min(max(wanted, self._gap_s * 1.25), _SLOWEST_S)
        rps = 1 / self._gap_s if self._gap_s else None
        if rps is not None and (self.slowest_rps is None or rps < self.slowest_rps):
            self.slowest_rps = rps
