"""A bridge that throttles: it says when to come back, and does what comes again once (P-31)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchanges


@check("P-31", over=lambda exchange: exchange.status == 429, is_about_load=True)
def throttling_says_when_to_come_back(exchange: Exchange) -> Iterator[Outcome]:
    """A 429 carries Retry-After, in seconds or as a date."""
    if not (exchange.header("Retry-After") or "").strip():
        yield Finding("Retry-After", "none")


def _created_again(record: History) -> Iterator[Case[Exchange]]:
    """Creates that come again after they were throttled, at the answer that stands; no twins of one that was done."""
    waiting: dict[tuple[str, str, bytes | None], Entry] = {}
    done: set[tuple[str, str, bytes | None]] = set()
    for entry, exchange in exchanges(record):
        if exchange.request.method != "POST" or exchange.route.id:
            continue
        key = (entry.scenario, exchange.request.target, exchange.request.body)
        if exchange.status == 429:
            if key not in done:
                waiting.setdefault(key, entry)
        elif key in waiting:
            yield Case(entry, exchange, (waiting.pop(key), entry))
        if 200 <= exchange.status < 300:
            done.add(key)


@history_check("P-31", over=_created_again, is_of_run=True)
def throttled_creates_have_done_nothing(case: Case[Exchange]) -> Iterator[Outcome]:
    """A create that was throttled has made nobody: when it comes again it is no conflict."""
    if case.event.status == 409:
        yield Finding(f"the create of entry {case.entries[0].id}, which was throttled, to be done now", "status 409")
