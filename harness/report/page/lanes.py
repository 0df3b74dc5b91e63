"""The story of a cause as beats between identity provider, bridge, and member and mail, with the clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from urllib.parse import unquote

from harness.record.exchange import Exchange
from harness.record.journal import Act, ClockMove, Entry, Observation, Step
from harness.report.text import visible_line

BEATS = 12  # ours: a longer lane is not read; it ends with what decided
_AFTER = 3  # what came between what decided and what was found
_LABEL = 26  # characters between two lanes
_BAND = 58
_LOOKS = "observe "  # so the names of our own looks begin


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happened. `kind` is step, send, act, see, mail, clock, found or gap; `clock` runs with the story.

    `answer` is the status of a request; `decides` marks what decided.
    """

    kind: str
    text: str
    clock: str = ""
    answer: str = ""
    decides: bool = False


def make_lane(deciding: Entry, story: Iterable[Entry], judged: Entry, was: str) -> tuple[Beat, ...]:
    """The beats of a story up to what decided, and on to where it was found and what was seen there (`was`).

    Empty outside a story, or where only that one thing happened.
    """
    own = [entry for entry in story if entry.dialect == deciding.dialect]
    at = next((index for index, entry in enumerate(own) if entry.id == deciding.id), None)
    if deciding.scenario == "" or at is None:
        return ()
    watcher = _Watcher(deciding)
    beats = list(watcher.beats(own[: at + 1]))
    after: list[Beat] = []
    found = next((index for index, entry in enumerate(own) if entry.id == judged.id), at)
    if found > at:
        after = list(watcher.beats(own[at + 1 : found]))[:_AFTER]
        after.append(Beat("found", _cut(f"found: {was}", _BAND)))
    return (*_last(beats, BEATS - len(after)), *after) if len(beats) > 1 else ()


def _last(beats: Sequence[Beat], limit: int) -> tuple[Beat, ...]:
    """The beats that lead to the end, with the step that they belong to."""
    if len(beats) <= limit:
        return tuple(beats)
    kept = list(beats[len(beats) - limit + 2 :])
    left = beats[: len(beats) - limit + 2]
    step = [beat for beat in left if beat.kind == "step"][-1:] if kept[0].kind != "step" else []
    gap = Beat("gap", f"… {len(left) - len(step)} earlier")
    return (gap, *step, *kept)


class _Watcher:
    """Goes through the entries of a story and keeps what it needs to tell a change from what was there."""

    def __init__(self, deciding: Entry) -> None:
        self._deciding = deciding
        self._moved_s = 0.0
        self._began_s = 0.0
        self._now_s = 0.0
        self._states: dict[str, str] | None = None
        self._mails: set[str] | None = None

    def beats(self, story: Iterable[Entry]) -> Iterator[Beat]:
        """The beats in their order."""
        for entry in story:
            decides = entry.id == self._deciding.id
            for beat in self._of(entry, decides=decides):
                yield replace(beat, clock=_clock(self._now_s + self._moved_s), decides=decides)

    def _of(self, entry: Entry, *, decides: bool) -> Iterator[Beat]:
        event = entry.event
        if isinstance(event, Exchange):
            self._tick(event)
            if decides or not event.request.name.startswith(_LOOKS):
                yield Beat("send", _cut(_request(event)), answer=str(event.status or "no answer"))
        elif isinstance(event, Step):
            yield Beat("step", _cut(event.sentence, _BAND))
        elif isinstance(event, Act):
            yield Beat("act", _cut(f"{event.name} {_short(event.address)}".strip()))
        elif isinstance(event, ClockMove):
            self._moved_s += event.seconds
            if event.seconds >= 2 or decides:
                yield Beat("clock", f"{_duration(event.seconds)} pass")
        elif isinstance(event, Observation) and isinstance(event.data, list):
            yield from self._seen(event)

    def _tick(self, exchange: Exchange) -> None:
        if exchange.started_at:
            self._began_s = self._began_s or exchange.started_at
            self._now_s = max(self._now_s, exchange.started_at - self._began_s)

    def _seen(self, event: Observation) -> Iterator[Beat]:
        items = [item for item in event.data if isinstance(item, dict)]
        if event.kind == "account.members":
            now = {str(item.get("email")): str(item.get("state")) for item in items}
            before, self._states = self._states, now
            for address, state in now.items() if before is not None else ():
                if before is not None and before.get(address) != state:
                    yield Beat("see", _cut(f"{_short(address)}: {state}"))
        elif event.kind == "account.mail":
            known, self._mails = self._mails, {str(item.get("seq")) for item in items}
            for item in items if known is not None else ():
                if known is not None and str(item.get("seq")) not in known:
                    yield Beat("mail", _cut(f"✉ {item.get('kind')} to {_short(str(item.get('to')))}"))


def _request(exchange: Exchange) -> str:
    """The request in short: the method, the endpoint, and what it is about."""
    route = exchange.route
    about = f"/{route.id[:8]}…" if len(route.id) > 9 else f"/{route.id}" if route.id else ""
    query = unquote(route.query.replace("+", " "))
    found = re.search(r"filter=([^&]*)", query)
    asked = f"?{found[1]}" if found else f"?{query}" if query else ""
    return f"{exchange.request.method} /{route.endpoint}{about}{asked}"


def _short(address: str) -> str:
    return address.partition("@")[0]


def _cut(text: str, limit: int = _LABEL) -> str:
    line = visible_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _clock(seconds: float) -> str:
    whole = int(seconds) if isfinite(seconds) else 0
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600}:{rest % 3600 // 60:02}:{rest % 60:02}" if whole >= 3600 else f"{rest // 60}:{rest % 60:02}"
    return f"{days} d" if days else clock


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
