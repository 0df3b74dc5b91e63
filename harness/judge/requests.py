"""What a recorded request was: a write, a look, a refusal."""

from __future__ import annotations

from collections.abc import Iterable

from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchange_of, exchanges

_READING = ("GET", "HEAD", "OPTIONS")


def is_write(entry: Entry) -> bool:
    """Whether an entry records a request that changes something, or wants to."""
    event = entry.event
    return isinstance(event, Exchange) and event.request.method not in _READING and event.route.endpoint != ".search"


def is_refused(exchange: Exchange) -> bool:
    """Whether a request had no success: a 4xx, a 5xx or no answer."""
    return not 200 <= exchange.status < 400


def is_look(exchange: Exchange) -> bool:
    """Whether a request reads a resource by id, or looks over everything: no search that could itself be wrong."""
    if exchange.request.method not in ("GET", "HEAD") or "filter=" in exchange.route.query:
        return False
    return bool(exchange.route.id) or exchange.request.name.startswith("observe ")


def made_good(refused: Entry, story: Iterable[Entry]) -> bool:
    """Whether the same was asked again, with success; a name that is taken is what a create has to meet."""
    exchange = exchange_of(refused)
    sent = (exchange.request.method, exchange.request.target, exchange.request.body)
    for _, again in exchanges(story):
        if not is_refused(again) and (again.request.method, again.request.target, again.request.body) == sent:
            return True
    return exchange.request.method == "POST" and exchange.status == 409
