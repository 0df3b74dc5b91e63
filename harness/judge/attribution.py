"""Finds the exchange that decided a finding: the refused request, or the write after which a state is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.expectations import judge_expectation
from harness.checks.registry import Case
from harness.checks.selectors import is_projected
from harness.checks.timeline import key_of
from harness.judge.requests import is_look, is_refused, is_write, made_good
from harness.judge.segments import Segments, looks
from harness.judge.subject import Subject, mentions, subject_of
from harness.judge.tally import Judgement
from harness.record.exchange import Exchange
from harness.record.journal import Act, ClockMove, Entry, Expectation, Observation, Step, exchange_of

LOOKS = 40  # ours: how many looks back a state is followed
_LASTING = ("never", "no-mail", "silent")  # once broken, such a statement stays broken
_CONDITIONS = ("if-match", "if-none-match")
_DONE_OUTSIDE = (Act, ClockMove, Step)


@dataclass(frozen=True, slots=True)
class Deciding:
    """The entry that decided a finding, and whether it is another one than the finding was made at.

    It is an exchange wherever a request decided; else what was done outside SCIM, or the finding's own entry.
    """

    entry: Entry
    is_earlier: bool = False


@dataclass(frozen=True, slots=True)
class _Suspects:
    """The entries that may have decided, in their order, and what the finding is about."""

    entries: Sequence[Entry]
    subject: Subject | None = None


class Attribution:
    """Looks up what decided a finding, in the record of one run. `red` are the entries at which anything was found."""

    def __init__(self, entries: Iterable[Entry], red: Collection[str]) -> None:
        self._stories: dict[str, list[Entry]] = {}
        self._place: dict[str, int] = {}
        self._red = red
        self._known: set[str] = set()
        for entry in entries:
            story = self._stories.setdefault(entry.scenario, [])
            self._place[entry.id] = len(story)
            story.append(entry)

    def decide(self, judgements: Sequence[Judgement]) -> list[Deciding]:
        """What decided each finding. Of several writes, the kind decided that goes wrong the most often in this run."""
        self._known = {each.deciding.id for each in judgements if each.finding and each.deciding is not None}
        suspects = [self._suspects(judgement) for judgement in judgements]
        blamed = {each.entry.id for each in judgements if each.finding and each.finding.actual.startswith("status ")}
        segments = Segments(self._stories.values(), [entry for each in suspects for entry in each.entries])
        made = []
        for judgement, each in zip(judgements, suspects, strict=True):
            entry = max(
                reversed(each.entries),
                key=lambda entry: (
                    entry.id in blamed,
                    segments.suspicion(entry),
                    each.subject.nearness(entry) if each.subject else 0,
                ),
            )
            made.append(Deciding(entry, entry.id != judgement.entry.id))
        return made

    def _suspects(self, judgement: Judgement) -> _Suspects:
        entry, finding = judgement.entry, judgement.finding
        if finding is None or entry.id not in self._place:
            return _Suspects([entry])
        if judgement.deciding is not None:
            return _Suspects([judgement.deciding])
        if isinstance(entry.event, Exchange):
            return _Suspects(self._shown_by(entry, judgement.compared))
        if isinstance(entry.event, Expectation):
            return self._of_statement(entry, entry.event, finding)
        if isinstance(entry.event, Observation):
            return self._between(judgement, finding)
        return _Suspects([entry])

    def _shown_by(self, entry: Entry, compared: Sequence[Entry]) -> list[Entry]:
        """A write and a search decide for themselves; a look that succeeds shows what writes before it have done.

        Where a look selects attributes, what stands in it and does not is its own.
        """
        exchange = exchange_of(entry)
        if is_projected(exchange):
            return [entry]
        writes = [each for each in compared if each.id != entry.id and is_write(each)]
        if not is_look(exchange) or is_refused(exchange) or not writes:
            return [entry]
        keys = {key_of(exchange_of(each)) for each in writes}
        if len(keys) != 1:
            return [entry]
        first = min(self._place[each.id] for each in compared)
        story = self._stories[entry.scenario][first : self._place[entry.id]]
        return [each for each in story if is_write(each) and key_of(exchange_of(each)) in keys] or [entry]

    def _between(self, judgement: Judgement, finding: Finding) -> _Suspects:
        """Something changed between two looks though no request names it: some write that was accepted between."""
        entries = judgement.compared[1:-1]
        subject = subject_of(self._stories[judgement.entry.scenario], {}, finding)
        writes = [entry for entry in entries if is_write(entry) and not is_refused(exchange_of(entry))]
        refused = [
            entry for entry in entries if is_write(entry) and is_refused(exchange_of(entry)) and subject.nearness(entry)
        ]
        if refused and not any(subject.nearness(entry) for entry in writes):
            return _Suspects(refused, subject)  # what was refused must change nothing
        return _Suspects(writes or [self._done_before(judgement.entry)], subject)

    def _of_statement(self, entry: Entry, stated: Expectation, finding: Finding) -> _Suspects:
        named = self._named(entry, str(stated.params.get("entry", "")))
        if named is not None:
            return _Suspects(self._leading_to(named))
        story = self._stories[entry.scenario][: self._place[entry.id]]
        subject = subject_of(story, stated.params, finding, stated.kind)
        begin = self._last_held(story, stated)
        about = [e for e in story[begin:] if is_write(e) and subject.nearness(e)]
        about = [e for e in about if subject.is_on_topic(exchange_of(e))] or about
        turned = self._turn(story, stated, finding, begin)
        refused = [e for e in about if is_refused(exchange_of(e)) and not made_good(e, story)]
        if refused and (not turned or self._place[turned[-1].id] <= self._place[refused[-1].id]):
            return _Suspects([e for e in refused if e.step == refused[-1].step][:1], subject)
        known = [e for e in about if e.id in self._known]
        if known and not turned:
            return _Suspects(known, subject)  # what is wrong was seen in the resource itself, after that write
        last = [e for e in about if e.step == about[-1].step]
        if turned and (stated.kind in _LASTING or not last or turned[-1].step >= last[0].step):
            return _Suspects(turned, subject)
        if last and stated.kind not in _LASTING and not self._is_acted_on(last[-1], story, subject):
            key = {key_of(exchange_of(e)) for e in last}
            done = [e for e in story[begin:] if e.step == last[0].step and _concerns(e, key)]
            return _Suspects(done or last, subject)  # a create that met a taken name may be all that was sent
        unread = [e for e in story[begin:] if _is_refused_search(e)]
        named_in = [e for e in unread if subject.nearness(e)] or [e for e in unread if e.step == entry.step]
        return _Suspects(named_in[-1:] or [self._done_before(entry)], subject)

    def _leading_to(self, named: Entry) -> list[Entry]:
        """A story speaks of one answer. If that is a successful look by id, the last write to the resource decided.

        Whether a condition of a look holds (RFC 9110 section 13) is for the look itself to tell.
        """
        exchange = exchange_of(named)
        is_conditional = any(name.lower() in _CONDITIONS for name, _ in exchange.request.headers)
        if is_conditional or not is_look(exchange) or not exchange.route.id or is_refused(exchange):
            return [named]
        key = key_of(exchange)
        before = self._stories[named.scenario][: self._place[named.id]]
        return [e for e in before if is_write(e) and key_of(exchange_of(e)) == key][-1:] or [named]

    def _named(self, entry: Entry, named: str) -> Entry | None:
        place, story = self._place.get(named), self._stories[entry.scenario]
        found = story[place] if place is not None and place < len(story) else None
        return found if found and found.id == named and isinstance(found.event, Exchange) else None

    def _last_held(self, story: list[Entry], stated: Expectation) -> int:
        """Where the story said the same kind of thing about the same person before, and it held; 0 where never."""
        address = stated.params.get("address", "")
        for index in range(len(story) - 1, -1, -1):
            event = story[index].event
            if (
                isinstance(event, Expectation)
                and (event.kind, event.params.get("address")) == (stated.kind, address)
                and story[index].id not in self._red
            ):
                return index
        return 0

    def _turn(self, story: list[Entry], stated: Expectation, finding: Finding, begin: int) -> list[Entry]:
        """The writes between the last look that showed the right state and the look after it; none where none did."""
        if isinstance(since := stated.params.get("since"), str):  # what is stated of a time can't be asked before it
            begin = max(begin, self._place[since] + 1)
        ends = list(looks(story))[-LOOKS:]
        for right, wrong in zip(reversed(ends[:-1]), reversed(ends[1:]), strict=True):
            if right < begin:
                break
            case = Case(story[right - 1], stated, tuple(story[:right]))
            said = list(judge_expectation(case))
            if not any(not isinstance(o, Finding) or o.expected == finding.expected for o in said):
                return [e for e in story[right:wrong] if is_write(e)]
        return []

    @staticmethod
    def _is_acted_on(write: Entry, story: list[Entry], subject: Subject) -> bool:
        """Whether something was done to the person outside SCIM after the last request about them."""
        place = next(i for i, each in enumerate(story) if each.id == write.id)
        return any(isinstance(e.event, Act) and mentions(subject.names, e.event.address) for e in story[place:])

    def _done_before(self, entry: Entry) -> Entry:
        before = self._stories[entry.scenario][: self._place[entry.id]]
        return next((each for each in reversed(before) if isinstance(each.event, _DONE_OUTSIDE)), entry)


def _concerns(entry: Entry, keys: Collection[tuple[str, str]]) -> bool:
    return is_write(entry) and not is_refused(exchange_of(entry)) and key_of(exchange_of(entry)) in keys


def _is_refused_search(entry: Entry) -> bool:
    """A search that should have told the client whom it has to create."""
    event = entry.event
    return isinstance(event, Exchange) and "filter=" in event.route.query and is_refused(event)
