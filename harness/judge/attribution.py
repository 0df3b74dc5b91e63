"""Finds the exchange that decided a finding: the refused request, or the write after which a state is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.expectations import judge_expectation
from harness.checks.registry import Case, History
from harness.checks.timeline import key_of
from harness.judge.judge import Judgement
from harness.judge.subject import Subject, mentions, subject_of
from harness.record.exchange import Exchange
from harness.record.journal import Act, ClockMove, Entry, Expectation, Observation, Step, exchange_of

LOOKS = 40  # ours: how many looks back a state is followed
_LASTING = ("never", "no-mail", "silent")  # once broken, such a statement stays broken
_SAW = (Act, ClockMove, Step)


@dataclass(frozen=True, slots=True)
class Deciding:
    """The entry that decided a finding, and whether it is another one than the finding was made at.

    It is an exchange wherever a request decided; else what was done outside SCIM, or the step, or the finding's entry.
    """

    entry: Entry
    is_earlier: bool = False


class Attribution:
    """Looks up what decided a finding, in the record of one run. `red` are the entries at which anything was found."""

    def __init__(self, entries: Iterable[Entry], red: Collection[str]) -> None:
        self._stories: dict[str, list[Entry]] = {}
        self._place: dict[str, int] = {}
        self._red = red
        for entry in entries:
            story = self._stories.setdefault(entry.scenario, [])
            self._place[entry.id] = len(story)
            story.append(entry)
        self._known: dict[tuple[str, str], Deciding] = {}

    def decide(self, judgement: Judgement) -> Deciding:
        """What decided a finding."""
        entry, finding = judgement.entry, judgement.finding
        if finding is None:
            return Deciding(entry)
        if isinstance(entry.event, Exchange):
            return self._of_exchange(judgement, entry.event, finding)
        if isinstance(entry.event, Expectation):
            key = (entry.id, f"{finding.expected} {finding.actual}")
            if key not in self._known:
                self._known[key] = self._of_expectation(entry, entry.event, finding)
            return self._known[key]
        if isinstance(entry.event, Observation):
            return self._between(judgement, finding)
        return Deciding(entry)

    def story_of(self, entry: Entry) -> list[Entry]:
        """All entries of the story to which an entry belongs."""
        return self._stories.get(entry.scenario, [])

    def place_of(self, entry: Entry) -> int:
        """Where in its story an entry stands."""
        return self._place[entry.id]

    def _of_exchange(self, judgement: Judgement, exchange: Exchange, finding: Finding) -> Deciding:
        """A write and a search decide for themselves; a look at a resource shows what a write before it has done."""
        entry = judgement.entry
        if not is_look(exchange):
            return Deciding(entry)
        writes = [each for each in judgement.compared if each.id != entry.id and is_write(each)]
        if len({key_of(exchange_of(each)) for each in writes}) != 1:
            return Deciding(entry)
        return Deciding(writes[-1], is_earlier=True)

    def _between(self, judgement: Judgement, finding: Finding) -> Deciding:
        """Something changed between two looks though no request names it: the write that reaches the farthest."""
        entries = judgement.compared[1:-1]
        subject = subject_of(self.story_of(judgement.entry), {}, finding)
        writes = [entry for entry in entries if is_write(entry) and not is_refused(exchange_of(entry))]
        if not writes:
            return Deciding(self._act_before(judgement.entry) or judgement.entry, is_earlier=True)
        return Deciding(max(reversed(writes), key=lambda entry: subject.nearness(exchange_of(entry))), is_earlier=True)

    def _of_expectation(self, entry: Entry, stated: Expectation, finding: Finding) -> Deciding:
        named = self._named(entry, str(stated.params.get("entry", "")))
        if named is not None:
            return self._of_named(named)
        story, end = self.story_of(entry), self.place_of(entry)
        begin = self._last_held(story[:end], stated)
        subject = subject_of(story[:end], stated.params, finding, stated.kind)
        about = [e for e in story[begin:end] if is_write(e) and subject.nearness(exchange_of(e))]
        last = [e for e in about if e.step == about[-1].step]
        refused = [e for e in last if is_refused(exchange_of(e)) and not _made_good(e, story[:end])]
        if refused:
            return Deciding(refused[0], is_earlier=True)
        if stated.kind in _LASTING or not last or self._act_after(last[-1], story[:end], subject):
            turned = self._turn(story[:end], stated, finding, begin)
            if turned is not None:
                return Deciding(_nearest(turned, subject), is_earlier=True)
            act = self._act_before(entry)
            return Deciding(act, is_earlier=True) if act is not None else Deciding(entry)
        turned = self._turn(story[:end], stated, finding, begin)
        if turned is not None and turned[0].step == last[0].step:
            return Deciding(_nearest(turned, subject), is_earlier=True)
        return Deciding(_nearest(last, subject), is_earlier=True)

    def _of_named(self, named: Entry) -> Deciding:
        """A story speaks of one answer. If that is a look by id, the last write to the resource before it decided."""
        exchange = exchange_of(named)
        if not is_look(exchange) or not exchange.route.id:
            return Deciding(named, is_earlier=True)
        before = self.story_of(named)[: self.place_of(named)]
        key = key_of(exchange)
        writes = [e for e in before if is_write(e) and key_of(exchange_of(e)) == key]
        return Deciding(writes[-1] if writes else named, is_earlier=True)

    def _named(self, entry: Entry, named: str) -> Entry | None:
        place = self._place.get(named)
        story = self.story_of(entry)
        found = story[place] if place is not None and place < len(story) else None
        return found if found and found.id == named and isinstance(found.event, Exchange) else None

    def _last_held(self, story: History | list[Entry], stated: Expectation) -> int:
        """Where the story said the same kind of thing about the same person before, and it held; 0 where never."""
        address = stated.params.get("address")
        for index in range(len(story) - 1, -1, -1):
            event = story[index].event
            if (
                isinstance(event, Expectation)
                and event.kind == stated.kind
                and address is not None
                and event.params.get("address") == address
                and story[index].id not in self._red
            ):
                return index
        return 0

    def _turn(self, story: list[Entry], stated: Expectation, finding: Finding, begin: int) -> list[Entry] | None:
        """The writes between the last look that showed the right state and the look after it; None where none did."""
        ends = list(_looks(story))[-LOOKS:]
        for right, wrong in zip(reversed(ends[:-1]), reversed(ends[1:]), strict=True):
            if right < begin:
                return None
            if self._held(story, right, stated, finding):
                return [e for e in story[right:wrong] if is_write(e)] or None
        return None

    @staticmethod
    def _held(story: list[Entry], end: int, stated: Expectation, finding: Finding) -> bool:
        case = Case(story[end - 1], stated, tuple(story[:end]))
        said = list(judge_expectation(case))
        return not any(not isinstance(o, Finding) or o.expected == finding.expected for o in said)

    @staticmethod
    def _act_after(write: Entry, story: list[Entry], subject: Subject) -> bool:
        """Whether something was done to the person outside SCIM after the last request about them."""
        place = next(i for i, each in enumerate(story) if each.id == write.id)
        return any(isinstance(e.event, Act) and mentions(subject.names, e.event.address) for e in story[place:])

    def _act_before(self, entry: Entry) -> Entry | None:
        before = self.story_of(entry)[: self.place_of(entry)]
        return next((each for each in reversed(before) if isinstance(each.event, _SAW)), None)


def is_write(entry: Entry) -> bool:
    """Whether an entry records a request that changes something, or wants to."""
    event = entry.event
    if not isinstance(event, Exchange) or event.request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    return not event.request.target.split("?")[0].endswith("/.search")


def is_refused(exchange: Exchange) -> bool:
    """Whether a request had no success: a 4xx, a 5xx or no answer."""
    return not 200 <= exchange.status < 400


def is_look(exchange: Exchange) -> bool:
    """Whether a request reads a resource by id, or looks over everything: no search that could itself be wrong."""
    if exchange.request.method not in ("GET", "HEAD") or "filter=" in exchange.route.query:
        return False
    return bool(exchange.route.id) or exchange.request.name.startswith("observe ")


def _made_good(refused: Entry, story: list[Entry]) -> bool:
    """Whether the same was asked again later, with success; a name that is taken is what a create has to meet."""
    request = exchange_of(refused).request
    again = (e.event for e in story if isinstance(e.event, Exchange) and not is_refused(e.event))
    same = any(
        (e.request.method, e.request.target, e.request.body) == (request.method, request.target, request.body)
        for e in again
    )
    return same or (request.method == "POST" and exchange_of(refused).status == 409)


def _nearest(writes: list[Entry], subject: Subject) -> Entry:
    """The write that is the most about the subject; of equal ones the last."""
    return max(reversed(writes), key=lambda entry: subject.nearness(exchange_of(entry)))


def _looks(story: list[Entry]) -> Iterator[int]:
    """The ends of the looks in a story: behind the last observation before something is sent or done again."""
    seen = False
    for index, entry in enumerate(story):
        if isinstance(entry.event, Observation):
            seen = True
        elif seen and (is_write(entry) or isinstance(entry.event, Act | ClockMove | Step)):
            yield index
            seen = False
    if seen:
        yield len(story)
