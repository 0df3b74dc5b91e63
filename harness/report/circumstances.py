"""What a run met that is no finding: requests that the bridge put off, and a clock that differs from ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.record.exchange import Exchange
from harness.record.journal import Entry, RunHeader, Slowdown, exchanges
from harness.target.removal import is_put_off

SKEW_S = 60.0  # ours: a clock that differs by less is not worth a word


def figures_of(entries: Sequence[Entry]) -> dict[str, str]:
    """What is worth a word, by name."""
    header = next((entry.event for entry in entries if isinstance(entry.event, RunHeader)), None)
    told = {"put off": say_put_off(entries), "clock": say_skew(header.skew_s if header else None)}
    return {name: sentence for name, sentence in told.items() if sentence}


def say_skew(skew_s: float | None) -> str:
    """That the bridge's clock differs, where it does by more than a minute; `skew_s` is how far it is before ours."""
    if skew_s is None or abs(skew_s) <= SKEW_S:
        return ""
    amount, unit = (abs(skew_s), "seconds") if abs(skew_s) < 7200 else (abs(skew_s) / 3600, "hours")
    side = "before" if skew_s > 0 else "behind"
    return f"the bridge's clock is {amount:.0f} {unit} {side} ours: set both by a time server"


def say_put_off(entries: Sequence[Entry]) -> str:
    """How many requests were put off and sent again, and the slowest pace; nothing where none was."""
    put_off = [exchange for _, exchange in exchanges(entries) if is_put_off(exchange)]
    if not put_off:
        return ""
    codes = " and ".join(str(code) for code in sorted({exchange.status for exchange in put_off}))
    number, again = len(put_off), len(put_off) - _given_up(entries)
    said = f"{number} request{'s were' if number > 1 else ' was'} put off ({codes})"
    said += " and sent again" if again == number else f", {again} of them sent again"
    slowed = _say_pace(entries)
    return f"{said}; {slowed}" if slowed else said


def _given_up(entries: Iterable[Entry]) -> int:
    """How many were put off and never sent again in their story."""
    later: set[tuple[str, str, str, bytes | None]] = set()
    given_up = 0
    for entry, exchange in reversed(list(exchanges(entries))):
        key = (entry.scenario, *_form(exchange))
        given_up += is_put_off(exchange) and key not in later
        later.add(key)
    return given_up


def _form(exchange: Exchange) -> tuple[str, str, bytes | None]:
    return exchange.request.method, exchange.request.target, exchange.request.body


def _say_pace(entries: Sequence[Entry]) -> str:
    """The slowest pace: of several jobs that of each, taken together."""
    jobs = {_job(entry) for entry, _ in exchanges(entries)}
    slowest: dict[str, float] = {}
    for entry in entries:
        if isinstance(entry.event, Slowdown):
            pace = entry.event.requests_per_s
            slowest[_job(entry)] = min(pace, slowest.get(_job(entry), pace))
    if not slowest:
        return ""
    total = sum(slowest.values())
    rate = f"{total:.0f}" if total >= 10 else f"{total:.1f}"
    who = "the run" if len(slowest) >= len(jobs) else f"{len(slowest)} of {len(jobs)} jobs"
    return f"{who} slowed down to {rate} requests per second"


def _job(entry: Entry) -> str:
    return entry.id.partition(":")[0]
