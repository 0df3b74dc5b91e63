"""What all other looks rest on: that an answer tells who a resource is, and that a list shows what it is asked about.

Where a bridge shows hardly anybody under a usable name, no client can follow them, and what a run then finds about
people and groups follows from that. Where no list ever shows an attribute, no list testifies that a write spoiled it.
Where a kind of write changes somebody else, nobody's state is what was set; and where creates alter a
value, other writes alter it in the same way. Where a read contradicts the answer to the write before it, the write is
to blame and not the read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from harness.judge.altered import altered
from harness.judge.clusters import AT_IT, Blame
from harness.judge.collateral import spoilt
from harness.judge.exactness import Exactness
from harness.judge.ground import Ground
from harness.judge.requests import is_refused
from harness.judge.unshown import unshown
from harness.record.exchange import Exchange, is_list, resources_of
from harness.record.journal import Entry, Expectation, Observation, exchanges

_NAMES = ("id", "userName")  # under which a client knows a resource again
_HARDLY = 0.9  # ours: so often such a row goes wrong where the bridge hardly ever does it right
_UNKNOWN = 404
_AS_STORED = "RFC7644-3.1-07"
_IN_ITEM = re.compile(r"^/Resources/\d+/")


def split(blames: Sequence[Blame], exactness: Exactness, entries: Iterable[Entry]) -> tuple[list[Ground], list[Blame]]:
    """The missing grounds of a run, each with what rests on it, and all other findings."""
    grounds, record = [], tuple(entries)
    rest = list(blames)
    for find in (_unnamed, _unread, _unshown, _unlisted, _spoilt, _altered, _told_otherwise):
        ground = find(rest, exactness, record)
        if ground.seeds:
            taken = {id(blame.judgement) for blame in (*ground.seeds, *ground.following)}
            rest = [blame for blame in rest if id(blame.judgement) not in taken]
            grounds.append(ground)
    return grounds, rest


def _unnamed(blames: Sequence[Blame], exactness: Exactness, entries: Sequence[Entry]) -> Ground:
    """Answers without a usable name, and what was found about people and groups from then on in the same story."""
    named = [blame for blame in blames if _attribute(blame) in _NAMES and _is_of_form(blame)]
    rows = {blame.row for blame in named if exactness.share_red(blame.row) >= _HARDLY}
    seeds = [blame for blame in named if blame.row in rows]
    own, behind = {id(blame) for blame in seeds}, _behind(seeds, entries)
    following = [b for b in blames if id(b) not in own and b.judgement.entry.id in behind and _is_of_somebody(b)]
    return Ground(seeds, following)


def _behind(seeds: Iterable[Blame], entries: Iterable[Entry]) -> set[str]:
    """The entries that stand in a story at or behind the first of these findings."""
    at, begun, behind = {blame.judgement.entry.id for blame in seeds}, set(), set()
    for entry in entries:
        if entry.id in at:
            begun.add(entry.scenario)
        if entry.scenario in begun:
            behind.add(entry.id)
    return behind


def _is_of_form(blame: Blame) -> bool:
    """Whether it complains of an answer alone, compared with nothing."""
    return (
        blame.kind == "answered" and blame.distance == AT_IT and not blame.judgement.compared and not _is_stated(blame)
    )


def _is_of_somebody(blame: Blame) -> bool:
    """Whether it rests on knowing a resource again: not the form of an answer, nor a refusal for another reason."""
    if blame.judgement.finding is None:
        return False
    if blame.kind == "refused":
        return blame.exchange is not None and blame.exchange.status == _UNKNOWN
    return not _is_of_form(blame) or _attribute(blame) in _NAMES


def _unread(blames: Sequence[Blame], exactness: Exactness, _: Sequence[Entry]) -> Ground:
    """Answers with a body that is no JSON object, where that is so throughout; what they lack follows from it."""
    at_them = [blame for blame in blames if _is_unreadable(blame)]
    rows = {blame.row for blame in at_them if exactness.share_red(blame.row) >= _HARDLY}
    count = {row: sum(blame.row == row for blame in at_them) for row in rows}
    widest = {row for row in rows if count[row] == max(count.values())}
    seeds = [blame for blame in at_them if blame.row in widest]
    at = {blame.deciding.entry.id for blame in seeds}
    following = [b for b in at_them if b.row not in widest and b.deciding.entry.id in at]
    return Ground(seeds, following)


def _is_unreadable(blame: Blame) -> bool:
    """Whether it complains of the form of an answer whose body is no JSON object."""
    exchange = blame.exchange
    body = exchange.response.body if exchange and exchange.response else b""
    return exchange is not None and bool(body) and not exchange.json and _is_at_answer(blame)


def _is_at_answer(blame: Blame) -> bool:
    """Whether it was found at the deciding answer, and not in its status."""
    return blame.distance == AT_IT and blame.judgement.finding is not None and not blame.tells_status


def _unlisted(blames: Sequence[Blame], _: Exactness, entries: Sequence[Entry]) -> Ground:
    """Lists that never show an attribute which reads have shown, and what was found in such lists about it."""
    seeds = [blame for blame in blames if _is_of_looks(blame)]
    kinds = {(blame.exchange.route.endpoint, _attribute(blame)) for blame in seeds if blame.exchange}
    shown = _shown_in_lists(entries) if kinds else set()
    never = {kind for kind in kinds if kind not in shown}
    seeds = [b for b in seeds if b.exchange and (b.exchange.route.endpoint, _attribute(b)) in never]
    own = {id(blame) for blame in seeds}
    return Ground(seeds, [b for b in blames if id(b) not in own and any(_looks_at_list(b, *kind) for kind in never)])


def _spoilt(blames: Sequence[Blame], _: Exactness, entries: Sequence[Entry]) -> Ground:
    return spoilt(blames, entries)


def _altered(blames: Sequence[Blame], _: Exactness, __: Sequence[Entry]) -> Ground:
    return altered(blames)


def _unshown(blames: Sequence[Blame], _: Exactness, entries: Sequence[Entry]) -> Ground:
    return unshown(blames, entries)


def _told_otherwise(blames: Sequence[Blame], _: Exactness, __: Sequence[Entry]) -> Ground:
    """Answers to writes that the next read contradicts, and what that read itself was blamed for."""
    told = {(b.judgement.entry.id, _attribute(b)): b for b in blames if b.row == _AS_STORED and b.deciding.is_earlier}
    following = [
        blame
        for blame in blames
        if not blame.deciding.is_earlier and (blame.judgement.entry.id, _attribute(blame)) in told
    ]
    seeds = [told[blame.judgement.entry.id, _attribute(blame)] for blame in following]
    return Ground(list({id(blame): blame for blame in seeds}.values()), following)


def _is_of_looks(blame: Blame) -> bool:
    """Whether it compares an item of a list with other looks."""
    event, compared = blame.judgement.entry.event, blame.judgement.compared
    is_of_list = isinstance(event, Exchange) and is_list(event.json) and not blame.deciding.is_earlier
    is_of_item = blame.judgement.finding is not None and _IN_ITEM.match(blame.judgement.finding.pointer) is not None
    reads = [each for each in compared if isinstance(each.event, Exchange)]
    return (
        is_of_list
        and is_of_item
        and bool(reads)
        and all(e.event.request.method == "GET" for e in reads if isinstance(e.event, Exchange))
    )


def _looks_at_list(blame: Blame, endpoint: str, attribute: str) -> bool:
    """Whether a finding about that attribute was made at a list of the endpoint, or at what a run saw in one."""
    event = blame.judgement.entry.event
    if isinstance(event, Exchange):
        return event.route.endpoint == endpoint and is_list(event.json) and _attribute(blame) == attribute
    return blame.topic == attribute and isinstance(event, Expectation | Observation)


def _shown_in_lists(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """Endpoint and attribute of all that any list of the run has shown."""
    shown: set[tuple[str, str]] = set()
    for _, exchange in exchanges(entries):
        if exchange.request.method == "GET" and not is_refused(exchange) and is_list(exchange.json):
            for _, resource in resources_of(exchange):
                shown.update((exchange.route.endpoint, name) for name, value in resource.items() if value)
    return shown


def _attribute(blame: Blame) -> str:
    """The attribute at which a finding points, without the resource before it."""
    finding = blame.judgement.finding
    return finding.pointer.rpartition("/")[2] if finding else ""


def _is_stated(blame: Blame) -> bool:
    return isinstance(blame.judgement.entry.event, Expectation)
