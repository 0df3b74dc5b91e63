"""Which findings are of one fault: the same refusal, the same write, or the same row broken in the same way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from harness.judge.attribution import Deciding, is_refused
from harness.judge.judge import Judgement
from harness.judge.refusal import normalised, shape_of, words_in
from harness.record.exchange import Exchange
from harness.record.journal import Expectation, Observation

AT_IT, COMPARED, STATED_LATER = range(3)


@dataclass(frozen=True)
class Blame:
    """A finding with what decided it."""

    judgement: Judgement
    deciding: Deciding

    @property
    def row(self) -> str:
        """The id of the requirement."""
        return self.judgement.requirement

    @cached_property
    def exchange(self) -> Exchange | None:
        """The deciding exchange."""
        event = self.deciding.entry.event
        return event if isinstance(event, Exchange) else None

    @cached_property
    def distance(self) -> int:
        """How far from what decided it the finding was made: AT_IT, COMPARED with it, or STATED_LATER."""
        event = self.judgement.entry.event
        if isinstance(event, Observation):
            return STATED_LATER
        if isinstance(event, Expectation):
            return AT_IT if event.params.get("entry") == self.deciding.entry.id else STATED_LATER
        return COMPARED if self.deciding.is_earlier else AT_IT

    @cached_property
    def is_of_refusal(self) -> bool:
        """Whether it complains that a request was refused, not of the form of an answer."""
        if self.exchange is None or not is_refused(self.exchange):
            return False
        finding = self.judgement.finding
        is_told = finding is not None and f"status {self.exchange.status}" in finding.actual
        return self.deciding.is_earlier or is_told

    def shared_with(self) -> Iterator[Hashable]:
        """Findings that share a key are of one fault."""
        entry, exchange = self.deciding.entry, self.exchange
        if exchange is None:
            yield "without a request", self.row
            yield "without a request", entry.id
        elif self.is_of_refusal:
            words = words_in(exchange)
            yield "refused", shape_of(exchange)[:2], words.status, words.scim_type, normalised(words.detail)
        elif self.distance or (
            exchange.request.method != "GET" and isinstance(self.judgement.entry.event, Expectation)
        ):
            yield "written", entry.id
            yield "written", self.row, shape_of(exchange)
        else:
            yield "answered", self.row


def cluster(blames: Iterable[Blame]) -> list[list[Blame]]:
    """The findings by fault, in the order of the first of each."""
    listed = list(blames)
    parents = list(range(len(listed)))
    seen: dict[Hashable, int] = {}
    for place, blame in enumerate(listed):
        for key in blame.shared_with():
            _join(parents, seen.setdefault(key, place), place)
    made: dict[int, list[Blame]] = {}
    for place, blame in enumerate(listed):
        made.setdefault(_root(parents, place), []).append(blame)
    return list(made.values())


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _join(parents: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(parents, one), _root(parents, other)))
    parents[high] = low
