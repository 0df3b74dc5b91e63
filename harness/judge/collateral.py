"""Writes that change somebody else: what is found about the same attribute behind them follows from that.

A resource that is shown otherwise after a write to another one may have been changed by any write between the two
looks; of these the kind that stands there the most often has done it. Looks by another way, filters and later writes
then meet a state that nobody has set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from harness.judge.attribution import Deciding
from harness.judge.clusters import Blame
from harness.judge.ground import Ground
from harness.judge.refusal import shape_of
from harness.judge.requests import is_write
from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchange_of

SOMEBODY_ELSE = "SEED-18"
_SEEN = 3  # ours: so often, and in two stories, a kind of write is followed by it before other findings are laid to it
_STORIES = 2


def spoilt(blames: Sequence[Blame], entries: Iterable[Entry]) -> Ground:
    """The findings that such a write has changed somebody else, and those about the same attribute behind one."""
    record = tuple(entries)
    told = [blame for blame in blames if blame.row == SOMEBODY_ELSE and _attribute(blame) and blame.deciding.is_earlier]
    between = {id(blame): _between(blame, record) for blame in told}
    kinds = Counter(shape for blame in told for shape in {_shape(exchange_of(e)) for e in between[id(blame)]})
    if not kinds:
        return Ground([], [])
    rare = Counter(_shape(exchange_of(entry)) for entry in record if is_write(entry))
    shape = max(kinds, key=lambda each: (kinds[each], -rare[each]))
    seeds = [_decided_by(blame, shape, between[id(blame)]) for blame in told]
    seeds = [blame for blame in seeds if _shape(blame.exchange) == shape]
    if len(seeds) < _SEEN or len({blame.judgement.entry.scenario for blame in seeds}) < _STORIES:
        return Ground([], [])
    own, names = {id(blame.judgement) for blame in seeds}, {_attribute(blame) for blame in seeds}
    behind = _behind(shape, record)
    following = [
        blame
        for blame in blames
        if id(blame.judgement) not in own
        and blame.judgement.entry.id in behind
        and any(_is_about(blame, name) for name in names)
    ]
    return Ground(seeds, following)


def _between(blame: Blame, record: Sequence[Entry]) -> list[Entry]:
    """The writes of a story between the last look that showed the right state and the look that shows the wrong one."""
    ids = [entry.id for entry in (*blame.judgement.compared[:1], blame.judgement.entry)]
    story = [entry for entry in record if entry.scenario == blame.judgement.entry.scenario]
    places = [place for place, entry in enumerate(story) if entry.id in ids]
    return [entry for entry in story[places[0] + 1 : places[-1]] if is_write(entry)] if places else []


def _decided_by(blame: Blame, shape: tuple[str, ...], writes: Iterable[Entry]) -> Blame:
    """The finding with the last write of that kind as what decided it, where there was one."""
    last = next((e for e in reversed(list(writes)) if _shape(exchange_of(e)) == shape), None)
    return Blame(blame.judgement, Deciding(last, is_earlier=True)) if last is not None else blame


def _shape(exchange: Exchange | None) -> tuple[str, ...]:
    return shape_of(exchange)[:2] if exchange is not None else ()


def _behind(shape: tuple[str, ...], entries: Iterable[Entry]) -> set[str]:
    """The entries behind the first write of that kind in their story."""
    begun: set[str] = set()
    behind: set[str] = set()
    for entry in entries:
        if entry.scenario in begun:
            behind.add(entry.id)
        elif is_write(entry) and isinstance(entry.event, Exchange) and _shape(entry.event) == shape:
            begun.add(entry.scenario)
    return behind


def _is_about(blame: Blame, attribute: str) -> bool:
    """Whether a finding points at the attribute, or is about a search by it."""
    if _attribute(blame) == attribute:
        return True
    event = blame.judgement.entry.event
    finding = blame.judgement.finding
    is_of_hits = finding is not None and finding.pointer.startswith("/Resources") and isinstance(event, Exchange)
    said = f"{finding.expected} {finding.actual}" if finding else ""
    return (
        is_of_hits and attribute.lower() in f"{said} {event.route.query if isinstance(event, Exchange) else ''}".lower()
    )


def _attribute(blame: Blame) -> str:
    finding = blame.judgement.finding
    return finding.pointer.rpartition("/")[2] if finding else ""
