"""Which requests ran side by side: what they showed and wrote has no sure order."""

from __future__ import annotations

from collections.abc import Iterable

from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchanges

_READING = ("GET", "HEAD", "OPTIONS")


def is_reading(exchange: Exchange) -> bool:
    """Whether a request only reads; a search by POST reads, too."""
    return exchange.request.method in _READING or exchange.route.id == ".search" or exchange.route.endpoint == ".search"


def beside_writes(entries: Iterable[Entry]) -> set[str]:
    """The entries of exchanges that ran while a write of another one ran."""
    timed = [(x.started_at, x.started_at + x.elapsed_s, e.id, is_reading(x)) for e, x in exchanges(entries)]
    timed = sorted(each for each in timed if each[0])
    beside: set[str] = set()
    running: list[tuple[float, float, str, bool]] = []
    for one in timed:
        running = [other for other in running if other[1] > one[0]]
        for other in running:
            if not one[3]:
                beside.add(other[2])
            if not other[3]:
                beside.add(one[2])
        running.append(one)
    return beside
