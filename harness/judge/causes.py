"""Causes: the findings of a run, grouped by the exchange that decided them; what follows from it stands below."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from harness.catalogue.verdict import gravest
from harness.judge.attribution import Attribution
from harness.judge.basis import split
from harness.judge.cause import Cause, Follow, FollowKind
from harness.judge.clusters import STATED_LATER, Blame, cluster
from harness.judge.differential import Probes
from harness.judge.exactness import Exactness
from harness.judge.judge import Verdicts
from harness.judge.order import in_order
from harness.judge.refusal import normalised, refusal_of, words_in
from harness.judge.requests import is_refused
from harness.judge.tally import Judgement
from harness.record.collector import uncollected
from harness.record.exchange import Exchange, resources_of
from harness.record.journal import Entry


@uncollected
def make_causes(verdicts: Verdicts, entries: Iterable[Entry]) -> tuple[Cause, ...]:
    """All findings of a run by cause: the gravest and widest first. Every finding belongs to exactly one cause."""
    record = tuple(entries)
    red = [judgement for result in verdicts.results for judgement in result.findings]
    attribution = Attribution(record, {judgement.entry.id for judgement in red})
    blames = [Blame(*each) for each in zip(red, attribution.decide(red), strict=True)]
    probes = Probes(record)
    exactness = Exactness(verdicts.results, record)
    cleared = [judgement for result in verdicts.results for judgement in result.acquitted]
    made = []
    grounds, others = split(blames, exactness, record)
    groups = [([*ground.seeds, *ground.following], exactness.head(ground.seeds)) for ground in grounds]
    groups += [(blamed, exactness.head(blamed)) for blamed in _merged(cluster(others), exactness)]
    for blamed, head in groups:
        cause = _with_probes(_make(blamed, head, exactness), probes, blamed)
        made.append(replace(cause, acquitted=tuple(_acquitted(blamed, cleared, exactness))))
    made = in_order(made, exactness, record)
    return tuple(replace(cause, number=number) for number, cause in enumerate(made, 1))


def causes_by_row(verdicts: Verdicts) -> tuple[Cause, ...]:
    """A cause for each red row, where nobody looks for what is behind it."""
    made: list[Cause] = []
    for result in verdicts.results:
        if result.findings:
            dialects = tuple(sorted({judgement.entry.dialect for judgement in result.findings} - {""}))
            entry, number = result.findings[0].entry, len(made) + 1
            made.append(Cause(number, result.requirement, result.verdict, entry, result.findings, (), dialects))
    return tuple(made)


def _acquitted(blamed: list[Blame], cleared: list[Judgement], exactness: Exactness) -> Iterator[Follow]:
    """The complaints that follow from this refusal though their own rows are acquitted of it."""
    met = {refusal_of(blame.exchange) for blame in blamed if blame.is_of_refusal and blame.exchange}
    refused = [
        each for each in cleared if isinstance(each.entry.event, Exchange) and refusal_of(each.entry.event) in met
    ]
    behind = {
        (each.requirement, each.entry.scenario) for each in refused
    }  # statements stand with their story's refusal
    its = [each for each in cleared if any(each is one for one in refused) or _is_behind(each, behind)]
    for row in dict.fromkeys(judgement.requirement for judgement in its):
        of_row = tuple(judgement for judgement in its if judgement.requirement == row)
        yield Follow(FollowKind.ACQUITTED, exactness.requirement(row), of_row)


def _is_behind(judgement: Judgement, refused: Collection[tuple[str, str]]) -> bool:
    is_statement = not isinstance(judgement.entry.event, Exchange)
    return is_statement and (judgement.requirement, judgement.entry.scenario) in refused


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
    spoiling = [blamed for blamed in clusters if any(_is_of_accepted_write(blame) for blame in blamed)]
    kept = []
    for blamed in clusters:
        is_spoiling = any(blamed is each for each in spoiling)  # of two that show each other's, neither may be lost
        of = (
            None
            if is_spoiling
            else next((each for each in spoiling if all(_shows_made(b, each) for b in blamed)), None)
        )
        if of is None:
            kept.append(blamed)
        else:
            of.extend(blamed)
    return kept


def _is_of_accepted_write(blame: Blame) -> bool:
    return blame.is_of_acceptance and blame.exchange is not None and blame.exchange.request.method != "GET"


def _shows_made(blame: Blame, spoiling: list[Blame]) -> bool:
    """Whether a look shows a resource that one of these writes made in the same story."""
    if blame.exchange is None or blame.exchange.request.method != "GET":
        return False
    story = blame.judgement.entry.scenario
    made = {b.exchange.json.get("id") for b in spoiling if b.exchange and b.judgement.entry.scenario == story}
    return any(shown.get("id") in made for _, shown in resources_of(blame.exchange))


def _make(blamed: list[Blame], head: str, exactness: Exactness) -> Cause:
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


def _with_probes(cause: Cause, probes: Probes, blamed: list[Blame]) -> Cause:
    """The cause with what the probes say of its request, or of the first like it that was probed."""
    if cause.exchange is None or not any(blame.is_of_refusal for blame in blamed):
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
