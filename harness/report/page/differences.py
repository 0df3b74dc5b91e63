"""What was expected and what was seen, line by line, with the parts that differ marked."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"\s+|[\w.@:/+-]+|.", re.DOTALL)
_VALUE = re.compile(r"[\[{]")
_CONTEXT = 2
_LINES = 40  # ours: a longer difference is not read
_PAIRS = 20_000  # ours: more pieces to compare take seconds, which a bridge could make us spend for each cause
_ALIKE = 0.3  # ours: with less in common, marks would only disturb

Change = tuple[bool, int, int, int, int]


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A piece of a line; `differs` where the other side has something else."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: `side` is `expected`, `was`, `both`, or `gap` where equal lines are left out."""

    side: str
    parts: tuple[DiffPart, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(part.text for part in self.parts)


def make_diff(expected: str, actual: str) -> tuple[DiffLine, ...]:
    """The difference of two statements: by members where both hold a JSON value that differs, else by words."""
    first, second = _split(expected), _split(actual)
    if first and second and first[1] != second[1]:
        return tuple(_by_members(first, second))
    return tuple(_by_words(expected, actual))


def _split(text: str) -> tuple[str, Any] | None:
    """The words before a JSON value, and the value, where the text begins with words and goes on with one."""
    start = _VALUE.search(text)
    if not start:
        return None
    try:
        value, end = json.JSONDecoder().raw_decode(text, start.start())
    except (ValueError, RecursionError):
        return None
    words = f"{text[: start.start()].strip()} {text[end:].strip()}".strip(" ,")
    return (words, value) if value else None


def _by_members(first: tuple[str, Any], second: tuple[str, Any]) -> Iterator[DiffLine]:
    if first[0] or second[0]:
        yield from _by_words(first[0], second[0])
    before, after = _pretty(first[1]), _pretty(second[1])
    made: list[DiffLine] = []
    for differs, a, b, c, d in _changes(before, after):
        if not differs:
            made += _folded(before[a:b], is_first=a == 0, is_last=b == len(before))
        else:
            made += [DiffLine("expected", (DiffPart(line, True),)) for line in before[a:b]]
            made += [DiffLine("was", (DiffPart(line, True),)) for line in after[c:d]]
    yield from made[:_LINES]
    if len(made) > _LINES:
        yield DiffLine("gap", (DiffPart(f"… {len(made) - _LINES} more lines"),))


def _pretty(value: Any) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).split("\n")


def _folded(lines: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[DiffLine]:
    head, tail = 0 if is_first else _CONTEXT, 0 if is_last else _CONTEXT
    if len(lines) <= head + tail + 1:
        yield from (DiffLine("both", (DiffPart(line),)) for line in lines)
        return
    yield from (DiffLine("both", (DiffPart(line),)) for line in lines[:head])
    yield DiffLine("gap", (DiffPart(f"… {len(lines) - head - tail} equal lines"),))
    yield from (DiffLine("both", (DiffPart(line),)) for line in lines[len(lines) - tail :])


def _by_words(expected: str, actual: str) -> Iterator[DiffLine]:
    """Two lines; words are marked only where the sides have enough in common for the rest to stand out."""
    before, after = _TOKEN.findall(expected), _TOKEN.findall(actual)
    changes = _changes(before, after)
    equal = sum(b - a for differs, a, b, _, _ in changes if not differs)
    is_alike = 2 * equal >= _ALIKE * (len(before) + len(after))
    first = [DiffPart("".join(before[a:b]), differs and is_alike) for differs, a, b, _, _ in changes if b > a]
    second = [DiffPart("".join(after[c:d]), differs and is_alike) for differs, _, _, c, d in changes if d > c]
    yield DiffLine("expected", tuple(first))
    yield DiffLine("was", tuple(second))


def _changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """What differs and what does not, from where to where on both sides; of long ones only the middle as a whole."""
    if len(before) * len(after) <= _PAIRS:
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        return [(tag != "equal", a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes()]
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    a, c = len(before) - tail, len(after) - tail
    return [(False, 0, head, 0, head), (True, head, a, head, c), (False, a, len(before), c, len(after))]


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many pieces at the beginning are the same."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(before), len(after)))
