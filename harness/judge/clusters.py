"""Which findings are of one fault: the same refusal, the same write, or the same row broken in the same way."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from harness.catalogue.verdict import Finding
from harness.judge.attribution import Deciding
from harness.judge.refusal import UNTOLD, normalised, refusal_of, shape_of
from harness.judge.requests import is_refused, is_write
from harness.judge.several import twins_of
from harness.judge.tally import Judgement
from harness.record.exchange import Exchange
from harness.record.journal import Expectation, Observation

_ITEM = re.compile(r"^/Resources/\d+$")  # one hit too many is a fault of the list, as one too few is
AT_IT, COMPARED, STATED_LATER, OF_ANOTHER = range(4)
_TOPICS = {"groups": "members", "active": "state", "state": "state", "never": "state", "name": "name", "mail": "mail"}
_WORDS = (("members", "members"), ("groups", "members"), ("state", "state"), ("active", "state"), ("Name", "name"))


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
        """How far from what decided it it was found: AT_IT, COMPARED, STATED_LATER, or OF_ANOTHER request."""
        event = self.judgement.entry.event
        if isinstance(event, Observation):
            return STATED_LATER
        if isinstance(event, Expectation):
            return AT_IT if event.params.get("entry") == self.deciding.entry.id else STATED_LATER
        if self.exchange and is_refused(self.exchange) and self.judgement.compared and not self.tells_status:
            return OF_ANOTHER
        if not self.deciding.is_earlier:
            return AT_IT
        writes = [entry.id for entry in self.judgement.compared if is_write(entry)]
        if self.deciding.entry.id not in writes:
            return OF_ANOTHER
        return COMPARED if self.deciding.entry.id == writes[-1] else STATED_LATER

    @cached_property
    def said_of_patch(self) -> str:
        """What was expected after the PATCH that decided; empty where another request did."""
        finding, exchange = self.judgement.finding, self.exchange
        return finding.expected if finding and exchange and exchange.request.method == "PATCH" else ""

    @cached_property
    def is_of_refusal(self) -> bool:
        """Whether it complains that a request was refused, not of the form of an answer."""
        if self.exchange is None or not is_refused(self.exchange):
            return False
        return self.deciding.is_earlier or self.tells_status

    @cached_property
    def is_of_acceptance(self) -> bool:
        """Whether it complains that a request was accepted."""
        if self.exchange is None or is_refused(self.exchange):
            return False
        return not self.distance and self.tells_status

    @cached_property
    def tells_status(self) -> bool:
        """Whether the finding gives the status of the deciding exchange as what was wrong."""
        finding, status = self.judgement.finding, self.exchange.status if self.exchange else 0
        if finding is None or finding.expected.startswith(f"status {status}"):
            return False
        return re.search(rf"^status {status}\b|\(HTTP {status}\)$", finding.actual) is not None

    @cached_property
    def kind(self) -> str:
        """In which way the fault shows: a refusal, a write, an answer, or no request at all."""
        if self.exchange is None:
            return "outside"
        if is_refused(self.exchange):
            return "refused"
        return "written" if self.distance or self.is_of_acceptance else "answered"

    @cached_property
    def topic(self) -> str:
        """Which part of a resource or a member is wrong."""
        finding, event = self.judgement.finding, self.judgement.entry.event
        if isinstance(event, Expectation) and event.kind in _TOPICS:
            return _TOPICS[event.kind]
        said = f"{finding.pointer} {finding.actual}" if finding else ""
        return next((topic for word, topic in _WORDS if word in said), "")

    def shared_with(self, wrong: Collection[str]) -> Iterator[Hashable]:
        """Findings that have one of these in common are of one fault.

        `wrong` are the exchanges that were refused, or accepted, where they must not be: all that was compared with
        their answers, or shown in them, follows.
        """
        entry, exchange, finding = self.deciding.entry, self.exchange, self.judgement.finding
        if finding is None:
            yield "stumbled", self.judgement.check
            return
        if exchange is None:
            yield "outside", self.row, normalised(finding.actual)
            yield "outside", entry.id
            yield "outside", normalised(f"{finding.expected} {finding.actual}")
        elif self.is_of_refusal or (is_refused(exchange) and entry.id in wrong and self.judgement.compared):
            yield "refused", refusal_of(exchange)
        elif self.distance or self.is_of_acceptance or (entry.id in wrong and not is_refused(exchange)):
            yield from self._written(entry.id, exchange, finding)
        else:
            yield "answered", self.row
            if finding.pointer:
                yield "answered", entry.id, _ITEM.sub("/Resources", finding.pointer)
        yield "said", entry.id, finding.expected, finding.actual

    def _written(self, entry: str, exchange: Exchange, finding: Finding) -> Iterator[Hashable]:
        shape, said = shape_of(exchange), normalised(f"{finding.expected} {finding.actual}")
        yield "written", entry
        yield "written", self.row, shape
        if shape[2:] and self.topic:
            yield "written", shape, self.topic
        if self.distance and UNTOLD not in said:
            yield "seen", exchange.route.endpoint, said


def cluster(blames: Iterable[Blame]) -> list[list[Blame]]:
    """The findings by fault, in the order of the first of each."""
    listed = list(blames)
    wrong = {blame.deciding.entry.id for blame in listed if blame.tells_status and not blame.distance}
    parents = list(range(len(listed)))
    seen: dict[Hashable, int] = {}
    twins = twins_of([blame.said_of_patch for blame in listed])
    for place, blame in enumerate(listed):
        shared = (*blame.shared_with(wrong), *((twins[place],) if place in twins else ()))
        for key in shared:
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
