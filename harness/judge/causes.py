"""Causes: the findings of a run, grouped by the exchange that decided them; what follows from it stands below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.catalogue.requirement import Requirement
from harness.catalogue.verdict import Verdict, gravest
from harness.judge.attribution import Attribution
from harness.judge.clusters import STATED_LATER, Blame, cluster
from harness.judge.differential import Probes
from harness.judge.exactness import Exactness
from harness.judge.judge import Judgement, Verdicts
from harness.judge.refusal import Words, normalised, words_in
from harness.judge.requests import is_refused, is_write
from harness.record.exchange import Exchange, resources_of
from harness.record.journal import Entry


class FollowKind(StrEnum):
    """In which way a finding follows from a cause."""

    SAME_EXCHANGE = "other requirements by the same exchange"
    LATER_LOOK = "later looks at what it left behind"
    OTHER_STORIES = "the same fault in other stories"
    OTHER_DIALECTS = "the same fault by other dialects"


@dataclass(frozen=True, slots=True)
class Follow:
    """Findings of one requirement that follow from a cause in one way."""

    kind: FollowKind
    requirement: Requirement
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One fault of a bridge: what bears it, and what follows from it.

    `requirement` is the most exact row that it breaks; `entry` the deciding exchange, or what was done outside SCIM
    where no request decided. `judgements` are the findings of that row that were made there; `also_said` is what
    the bridge said to other requests that met the same, as far as it differs. `probes` tells of the refused request
    with one trait changed back.
    """

    number: int
    requirement: Requirement
    verdict: Verdict
    entry: Entry
    judgements: tuple[Judgement, ...]
    follows: tuple[Follow, ...]
    dialects: tuple[str, ...]
    also_said: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many findings it explains."""
        return len(self.judgements) + sum(len(follow.judgements) for follow in self.follows)

    @property
    def exchange(self) -> Exchange | None:
        """The deciding exchange; None where no request decided."""
        return self.entry.event if isinstance(self.entry.event, Exchange) else None

    @property
    def words(self) -> Words | None:
        """The bridge's own words in the deciding exchange."""
        return words_in(self.exchange) if self.exchange else None

    @property
    def requirements(self) -> tuple[str, ...]:
        """The ids of all rows that it turns red, the one that bears it first."""
        return tuple(dict.fromkeys([self.requirement.id, *(follow.requirement.id for follow in self.follows)]))


def make_causes(verdicts: Verdicts, entries: Iterable[Entry]) -> tuple[Cause, ...]:
    """All findings of a run by cause: the gravest and widest first. Every finding belongs to exactly one cause."""
    record = tuple(entries)
    red = [judgement for result in verdicts.results for judgement in result.findings]
    attribution = Attribution(record, {judgement.entry.id for judgement in red})
    blames = [Blame(*each) for each in zip(red, attribution.decide(red), strict=True)]
    probes = Probes(record)
    exactness = Exactness(verdicts.results, record)
    made = [_make(blamed, exactness) for blamed in _merged(cluster(blames), exactness)]
    made = [_with_probes(cause, probes) for cause in made]
    made.sort(key=_weight)
    return tuple(replace(cause, number=number) for number, cause in enumerate(made, 1))


def _merged(clusters: list[list[Blame]], exactness: Exactness) -> list[list[Blame]]:
    """Clusters of one kind are one where the same row heads them, and it often goes wrong when it is judged."""
    made: dict[tuple[str, str] | int, list[Blame]] = {}
    for number, blamed in enumerate(clusters):
        head = exactness.head(blamed)
        is_one = exactness.is_often_red(head) or blamed[0].kind == "outside"
        made.setdefault((blamed[0].kind, head) if is_one else number, []).extend(blamed)
    return _without_looks_at_spoiled(list(made.values()))


def _without_looks_at_spoiled(clusters: list[list[Blame]]) -> list[list[Blame]]:
    """Searches that only show what a wrongly accepted write has made follow from that write."""
    spoiling = [blamed for blamed in clusters if any(blame.is_of_acceptance for blame in blamed)]
    kept = []
    for blamed in clusters:
        of = next((each for each in spoiling if each is not blamed and all(_shows_made(b, each) for b in blamed)), None)
        if of is None:
            kept.append(blamed)
        else:
            of.extend(blamed)
    return kept


def _shows_made(blame: Blame, spoiling: list[Blame]) -> bool:
    """Whether a look shows a resource that one of these writes made in the same story."""
    if blame.exchange is None or blame.exchange.request.method != "GET":
        return False
    story = blame.judgement.entry.scenario
    made = {b.exchange.json.get("id") for b in spoiling if b.exchange and b.judgement.entry.scenario == story}
    return any(shown.get("id") in made for _, shown in resources_of(blame.exchange))


def _make(blamed: list[Blame], exactness: Exactness) -> Cause:
    head = exactness.head(blamed)
    own = [blame for blame in blamed if blame.row == head]
    first = min(own, key=lambda blame: blame.distance)
    bearing = [b for b in own if b.distance == first.distance and _alike(b, first)]
    taken = {id(blame) for blame in bearing}
    rest = [blame for blame in blamed if id(blame) not in taken]
    nearest = min(blame.distance for blame in blamed)
    return Cause(
        0,
        exactness.requirement(head),
        gravest([blame.judgement.verdict for blame in blamed if blame.distance <= max(nearest, first.distance)]),
        first.deciding.entry,
        tuple(blame.judgement for blame in bearing),
        tuple(_follows(first, bearing, rest, exactness)),
        tuple(sorted({blame.judgement.entry.dialect for blame in blamed} - {""})),
        _also_said(first, blamed),
    )


def _with_probes(cause: Cause, probes: Probes) -> Cause:
    """The cause with what the probes say of its request, or of the first like it that was probed."""
    if cause.exchange is None or not is_refused(cause.exchange) or not is_write(cause.entry):
        return cause
    return replace(cause, probes=probes.said_of(cause.entry))


def _also_said(first: Blame, blamed: list[Blame]) -> tuple[str, ...]:
    if first.exchange is None or not is_refused(first.exchange):
        return ()
    told = [words_in(blame.exchange) for blame in blamed if blame.exchange and is_refused(blame.exchange)]
    different = {normalised(str(words)): str(words) for words in reversed(told)}
    different.pop(normalised(str(words_in(first.exchange))), None)
    return tuple(reversed(different.values()))


def _alike(one: Blame, other: Blame) -> bool:
    """Whether two findings are of one story's dialect, so that the second tells nothing that differs."""
    here, there = one.judgement.entry, other.judgement.entry
    return (here.scenario, here.dialect) == (there.scenario, there.dialect)


def _follows(first: Blame, bearing: list[Blame], rest: list[Blame], exactness: Exactness) -> Iterator[Follow]:
    found: dict[tuple[FollowKind, str], list[Judgement]] = {}
    for blame in rest:
        found.setdefault((_kind(blame, first, bearing), blame.row), []).append(blame.judgement)
    for kind in FollowKind:
        for (its_kind, row), judgements in found.items():
            if its_kind is kind:
                yield Follow(kind, exactness.requirement(row), tuple(judgements))


def _kind(blame: Blame, first: Blame, bearing: list[Blame]) -> FollowKind:
    if _alike(blame, first):
        same = any(blame.deciding.entry.id == each.deciding.entry.id for each in bearing)
        return FollowKind.SAME_EXCHANGE if same and blame.distance < STATED_LATER else FollowKind.LATER_LOOK
    if blame.judgement.entry.dialect != first.judgement.entry.dialect:
        return FollowKind.OTHER_DIALECTS
    return FollowKind.OTHER_STORIES


def _weight(cause: Cause) -> tuple[int, ...]:
    """The gravest first: errors of ours last, a broken MUST before a SHOULD; then what reaches the farthest."""
    order = [Verdict.FAIL, Verdict.WARN, Verdict.PASS, Verdict.SKIP, Verdict.ERROR]
    return order.index(cause.verdict), -len(cause.requirements), -cause.count
