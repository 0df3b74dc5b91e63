"""The stories of a run as they were told: when, for how long, and how each ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.record.exchange import Exchange
from harness.record.journal import STORY_FAULT, Entry, ScenarioBegin, ScenarioEnd, StoryFault
from harness.report.text import visible_line

COMPLETED, NOT_OBSERVABLE = "completed", "not observable"
_CUT = "it did not come to its end"


@dataclass(frozen=True, slots=True)
class ToldStory:
    """One story under one dialect. Its time runs from its first request to its last answer, by the clock of this host.

    `outcome` is that of the journal; empty where the record ends before the story does.
    """

    scenario: str
    dialect: str
    sentence: str
    suite: str
    rows: tuple[str, ...]
    started_at: float
    duration_s: float
    outcome: str
    reason: str
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """Its name on one line, with the dialect; unique in a run."""
        named = visible_line(self.scenario)
        is_told = not self.dialect or f"[{self.dialect}" in named
        return named if is_told else f"{named} [{visible_line(self.dialect)}]"

    @property
    def is_broken(self) -> bool:
        """Whether the story itself went wrong, so that what it states was judged no further."""
        return self.outcome not in (COMPLETED, NOT_OBSERVABLE)


def stories_of(entries: Iterable[Entry]) -> tuple[ToldStory, ...]:
    """The stories of a journal, in the order in which they began."""
    by_place: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.scenario:
            by_place.setdefault((entry.scenario, entry.dialect), []).append(entry)
    return tuple(story for place, found in by_place.items() for story in _story(*place, found))


def _story(scenario: str, dialect: str, entries: list[Entry]) -> Iterator[ToldStory]:
    events = [entry.event for entry in entries]
    begin = next((event for event in events if isinstance(event, ScenarioBegin)), None)
    if begin is None:
        return
    end = next((event for event in reversed(events) if isinstance(event, ScenarioEnd)), None)
    fault = next((event for event in events if isinstance(event, StoryFault)), None)
    outcome, reason = (end.outcome, end.reason) if end else ("", _CUT)
    if fault:
        outcome, reason = STORY_FAULT, f"{fault.place}: {fault.error}"
    started, duration = _time_of(events)
    yield ToldStory(
        scenario,
        dialect,
        visible_line(begin.sentence),
        visible_line(begin.suite),
        begin.requirements,
        started,
        duration,
        visible_line(outcome),
        visible_line(reason),
        tuple(entries),
    )


def _time_of(events: Iterable[object]) -> tuple[float, float]:
    sent = [event for event in events if isinstance(event, Exchange) and event.started_at]
    if not sent:
        return 0.0, 0.0
    started = min(exchange.started_at for exchange in sent)
    return started, max(exchange.started_at + exchange.elapsed_s for exchange in sent) - started
