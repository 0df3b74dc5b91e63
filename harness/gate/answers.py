"""Two builds on the same requests: which of these they answer otherwise, and where the answers differ."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from statistics import median
from typing import Any

from harness.gate.plain_answers import PlainAnswer
from harness.gate.structural import ABSENT, MISSING, ORDER, Place, places

PLACES = 12  # ours: so many places of an answer are told
KINDS = 50  # ours: so many kinds of requests of a way are named
WAYS = 200  # ours: so many ways in which answers differ are told, each with its number
STATUS, HEADERS = "status", "headers"
"""Places outside the body."""

_VALUE = 200
_NUMBER = re.compile(r"/\d+")
_SORTED = re.compile(r"[?&]sortby=(?!(?:meta\.)?(?:id|created|lastmodified)\b)", re.IGNORECASE)
_ITEM = re.compile(r"\[[^\]]*\]")
SLOWER, SLOWER_S, FEWEST = 1.5, 0.02, 10
"""A kind of request is slower whose median grew by half and by 20 ms, in at least ten answers on each side; ours."""

Stories = Mapping[str, list[PlainAnswer]]


@dataclass(frozen=True, slots=True)
class Deviating:
    """A way in which answers differ: where, how often, and in answers to which kinds of requests, each counted.

    `places` are those of the first, whose story and two entries are named.
    """

    kinds: tuple[tuple[str, int], ...]
    story: str
    entries: tuple[str, str]
    places: tuple[Place, ...]
    count: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class SlowerRequest:
    """A kind of request whose median answer takes longer, in seconds."""

    name: str
    before_s: float
    after_s: float
    answers: int


@dataclass(frozen=True, slots=True)
class AnswersCompared:
    """Two journals beside each other. `only_one` and `only_other` are requests that the other build was not sent."""

    same_requests: int
    deviating: int
    only_one: int
    only_other: int
    ways: tuple[Deviating, ...]
    slower: tuple[SlowerRequest, ...]
    more_ways: int = 0


def compare_answers(one: Stories, other: Stories) -> AnswersCompared:
    """Compare the answers to the same requests, story by story."""
    pairs = [(story, *pair) for story in one if story in other for pair in _pairs(one[story], other[story])]
    found: dict[tuple[object, ...], list[Any]] = {}
    deviating = 0
    for story, left, right in pairs:
        listed = list(islice(_places(left, right), PLACES + 1)) if _differs(left, right) else []
        if listed:
            deviating += 1
            found.setdefault(_way(left, listed), []).append((story, left, right, listed))
    ways = [_deviating(each) for each in found.values()]
    ways.sort(key=lambda way: -way.count)
    common = [story for story in one if story in other]
    return AnswersCompared(
        len(pairs),
        deviating,
        sum(len(one[story]) for story in common) - len(pairs),
        sum(len(other[story]) for story in common) - len(pairs),
        tuple(ways[:WAYS]),
        tuple(_slower([pair[1] for pair in pairs], [pair[2] for pair in pairs])),
        max(0, len(ways) - WAYS),
    )


def _pairs(one: list[PlainAnswer], other: list[PlainAnswer]) -> Iterator[tuple[PlainAnswer, PlainAnswer]]:
    """Answers to the same request; where a story goes on otherwise after one that differs, some have no partner."""
    left, right = [each.request for each in one], [each.request for each in other]
    if left == right:
        yield from zip(one, other, strict=True)
        return
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        yield from zip(one[block.a : block.a + block.size], other[block.b : block.b + block.size], strict=True)


def _differs(left: PlainAnswer, right: PlainAnswer) -> bool:
    return (left.status, left.headers, left.body) != (right.status, right.headers, right.body)


def _places(left: PlainAnswer, right: PlainAnswer) -> Iterator[tuple[str, Any, Any]]:
    if left.status != right.status:
        yield STATUS, left.status or MISSING, right.status or MISSING
    gone, new = set(left.headers) - set(right.headers), set(right.headers) - set(left.headers)
    if gone or new:
        yield HEADERS, ", ".join(sorted(gone)) or MISSING, ", ".join(sorted(new)) or MISSING
    if left.body == right.body:
        return
    if left.is_json and right.is_json:
        is_sorted = _SORTED.search(left.request[1]) is not None
        for pointer, one, other in places(json.loads(left.body), json.loads(right.body)):
            if pointer != ORDER or is_sorted:
                yield pointer or "/", one, other
    else:
        yield "body", left.body or MISSING, right.body or MISSING


def _way(left: PlainAnswer, listed: list[tuple[str, Any, Any]]) -> tuple[object, ...]:
    """Equal for answers that differ in the same places, by values of the same kind; if by status, of one endpoint."""
    where = {
        (_NUMBER.sub("/0", _ITEM.sub("[]", pointer)), _kind(pointer, one), _kind(pointer, other))
        for pointer, one, other in listed
    }
    endpoint = left.shape[:2] if any(pointer == STATUS for pointer, _, _ in listed) else ()
    return endpoint, frozenset(where)


def _kind(pointer: str, value: Any) -> str:
    return str(value) if pointer in (STATUS, HEADERS) and value is not MISSING else type(value).__name__


def _deviating(found: list[Any]) -> Deviating:
    story, first, other, listed = found[0]
    kinds = Counter(f"{' '.join(left.shape)} ({left.name})" for _, left, _, _ in found)
    return Deviating(
        tuple(kinds.most_common(KINDS)),
        story,
        (first.entry, other.entry),
        tuple((pointer, _shown(one), _shown(another)) for pointer, one, another in listed[:PLACES]),
        len(found),
        len(listed) > PLACES,
    )


def _slower(one: list[PlainAnswer], other: list[PlainAnswer]) -> Iterator[SlowerRequest]:
    times: dict[str, tuple[list[float], list[float]]] = {}
    for left, right in zip(one, other, strict=True):
        before, after = times.setdefault(left.name, ([], []))
        before.append(left.elapsed_s)
        after.append(right.elapsed_s)
    for name, (before, after) in times.items():
        was, now = median(before), median(after)
        if len(before) >= FEWEST and now >= was * SLOWER and now - was >= SLOWER_S:
            yield SlowerRequest(name, was, now, len(after))


def _shown(value: Any) -> str:
    return ABSENT if value is MISSING else _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _VALUE else text[: _VALUE - 1] + "…"
