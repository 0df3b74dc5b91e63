"""Looks at the account and at the SCIM directory: what each one saw, and what happened since the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.checks.registry import History
from harness.checks.selectors import is_search
from harness.record.exchange import Exchange, Json
from harness.record.journal import SWITCHED_OFF, SWITCHED_ON, Act, ClockMove, Entry, Observation

READS = ("GET", "HEAD")
_OF_THE_WHOLE = ("provisioning", SWITCHED_ON, SWITCHED_OFF, "rotate", "reset")


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything that is known after one look, by kind of observation; a kind that could not be read is missing.

    `since` holds the entries after the look before, that look's last one first, up to the end of this one.
    """

    at: Entry
    seen: Mapping[str, list[Json]]
    since: History
    before: Mapping[str, list[Json]] | None

    def find(self, kind: str) -> list[Json] | None:
        """What was seen of that kind; None when it can't be read."""
        return self.seen.get(kind)

    def found_before(self, kind: str) -> list[Json] | None:
        """What the look before has seen of that kind; None when there was none, or it can't be read."""
        return None if self.before is None else self.before.get(kind)

    @property
    def acts(self) -> tuple[Act, ...]:
        """What was done outside SCIM since the look before."""
        return tuple(entry.event for entry in self.since if isinstance(entry.event, Act))

    @property
    def acts_on_the_account(self) -> bool:
        """Whether administrators did something that may stop the bridge from acting: switched, moved or forgot."""
        return any(act.name in _OF_THE_WHOLE for act in self.acts)

    @property
    def passed_s(self) -> float:
        """Seconds by which the bridge's clock was moved since the look before."""
        moves = (entry.event for entry in self.since if isinstance(entry.event, ClockMove))
        return sum(move.seconds for move in moves if move.clock == "bridge")

    @property
    def writes(self) -> tuple[Exchange, ...]:
        """The requests since the look before that may have changed something."""
        return tuple(
            entry.event for entry in self.since if isinstance(entry.event, Exchange) and may_write(entry.event)
        )


def may_write(exchange: Exchange) -> bool:
    """Whether a request may have changed something: what was refused has not."""
    return exchange.request.method not in READS and not is_search(exchange) and not 400 <= exchange.status < 500


class _Kept:
    """The looks of one history, kept until another is asked for: several checks ask one after the other."""

    def __init__(self) -> None:
        self._entries: History | None = None
        self._looks: tuple[Glance, ...] = ()

    def of(self, entries: History) -> tuple[Glance, ...]:
        if entries is not self._entries:
            self._entries, self._looks = entries, tuple(_looks(entries))
        return self._looks


_KEPT = _Kept()


def looks_of(entries: History) -> tuple[Glance, ...]:
    """Each look of a history, in order."""
    return _KEPT.of(entries)


def _looks(entries: History) -> Iterator[Glance]:
    known: dict[str, list[Json]] = {}
    before: Mapping[str, list[Json]] | None = None
    first, last = 0, -1
    for index, entry in enumerate(entries):
        event = entry.event
        if isinstance(event, Observation):
            _take(known, event)
            last = index
        elif last >= 0 and not _is_part_of_a_look(event):
            seen = dict(known)
            yield Glance(entries[last], seen, entries[first : last + 1], before)
            before, first, last = seen, last, -1
    if last >= 0:
        yield Glance(entries[last], dict(known), entries[first : last + 1], before)


def _take(known: dict[str, list[Json]], event: Observation) -> None:
    if not event.digest:
        known.pop(event.kind, None)
    elif event.data is not None:
        known[event.kind] = event.data


def _is_part_of_a_look(event: Any) -> bool:
    return isinstance(event, Exchange) and event.request.name.startswith("observe ")
