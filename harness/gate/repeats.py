"""Which causes are flaky: their stories were told again, as before, and the cause did not come again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.judge.cause import Cause
from harness.judge.judge import judge
from harness.record.journal import INTERRUPTED, Entry, Leftover, ScenarioEnd

_TOLD = ("completed", "not observable")
_RED = (Verdict.FAIL, Verdict.WARN)

Mark = tuple[str, str]
"""A requirement, and a story in which it was broken."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often stories were told again, and the causes, by number, that did not come again.

    `left` are things that the repeats left on the target; `is_interrupted` says that somebody ended them.
    """

    times: int = 0
    flaky: frozenset[int] = frozenset()
    left: int = 0
    is_interrupted: bool = False


@dataclass(slots=True)
class Retrial:
    """What is still to be told again. A cause comes again where its own requirement breaks again in one of its stories.

    That is asked of the requirement that bears the cause and not of the cause itself, which may be cut in another way
    where fewer stories are told: nothing steady may pass as flaky.
    """

    open: dict[int, frozenset[Mark]]
    result: Repeats = field(default_factory=Repeats)

    @property
    def stories(self) -> tuple[str, ...]:
        """The stories of the causes that came again each time so far."""
        return tuple(sorted({story for marks in self.open.values() for _, story in marks}))

    def take(self, entries: Sequence[Entry]) -> None:
        """Take the journal of a repeat. Where a story did not come to its end, it tells nothing of its causes."""
        outcomes = [(entry.scenario, entry.event) for entry in entries]
        told = {story for story, event in outcomes if isinstance(event, ScenarioEnd) and event.outcome in _TOLD}
        red = _red_in(entries)
        gone = {number for number, marks in self.open.items() if _stories_of(marks) <= told and not marks & red}
        for number in gone:
            del self.open[number]
        self.result = Repeats(
            self.result.times + 1,
            self.result.flaky | gone,
            self.result.left + sum(isinstance(event, Leftover) for _, event in outcomes),
            any(isinstance(event, ScenarioEnd) and event.outcome == INTERRUPTED for _, event in outcomes),
        )


def make_retrial(causes: Iterable[Cause], entries: Sequence[Entry]) -> Retrial:
    """The causes that can be tried: those that their stories alone show, judged without all others."""
    marks = {cause.number: found for cause in causes if (found := _marks_of(cause))}
    alone = _red_in(_only(entries, {story for found in marks.values() for story in _stories_of(found)}))
    return Retrial({number: shown for number, found in marks.items() if (shown := found & alone)})


def try_journals(
    causes: Iterable[Cause], entries: Sequence[Entry], journals: Iterable[Sequence[Entry]]
) -> Repeats | None:
    """What journals of repeats say, one after the other; None where there are none."""
    listed = list(journals)
    if not listed:
        return None
    trial = make_retrial(causes, entries)
    for journal in listed:
        trial.take(journal)
    return trial.result


def _marks_of(cause: Cause) -> frozenset[Mark]:
    own = (j for j in cause.all_judgements if j.requirement == cause.requirement.id and j.verdict in _RED)
    return frozenset(
        (judgement.requirement, judgement.entry.scenario) for judgement in own if _is_story(judgement.entry)
    )


def _stories_of(marks: Iterable[Mark]) -> frozenset[str]:
    return frozenset(story for _, story in marks)


def _is_story(entry: Entry) -> bool:
    return "::" in entry.scenario


def _only(entries: Iterable[Entry], stories: Iterable[str]) -> tuple[Entry, ...]:
    kept = set(stories)
    return tuple(entry for entry in entries if entry.scenario in kept or not _is_story(entry))


def _red_in(entries: Sequence[Entry]) -> frozenset[Mark]:
    results = judge(entries, load_catalogue()).results
    found = (judgement for result in results for judgement in result.findings if judgement.verdict in _RED)
    return frozenset((judgement.requirement, judgement.entry.scenario) for judgement in found)


def worth_telling_again(causes: Iterable[Cause], standings: Mapping[int, str], gate: str) -> list[Cause]:
    """The causes that fail the gate as things stand: what is excused already need not be tried."""
    counted = _RED if gate == "should" else (Verdict.FAIL,)
    return [
        cause
        for cause in causes
        if standings.get(cause.number, "") in ("", "new")
        and any(judgement.verdict in counted for judgement in cause.all_judgements)
    ]
