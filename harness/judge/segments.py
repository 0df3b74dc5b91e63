"""Segments: what was sent between two looks at everything, and which kinds of request go wrong in them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from harness.judge.refusal import shape_of
from harness.judge.requests import is_write
from harness.record.journal import Act, ClockMove, Entry, Observation, Step, exchange_of

_DONE = (Act, ClockMove, Step)


class Segments:
    """How often each kind of write stood in a segment, and in one in which something went wrong."""

    def __init__(self, stories: Iterable[Sequence[Entry]], suspects: Iterable[Entry]) -> None:
        bad = {entry.id for entry in suspects}
        self._seen: Counter[tuple[str, ...]] = Counter()
        self._wrong: Counter[tuple[str, ...]] = Counter()
        if not bad:
            return
        for story in stories:
            begin = 0
            for end in (*looks(story), len(story)):
                writes = [entry for entry in story[begin:end] if is_write(entry)]
                shapes = {shape_of(exchange_of(entry)) for entry in writes}
                self._seen.update(shapes)
                if any(entry.id in bad for entry in writes):
                    self._wrong.update(shapes)
                begin = end

    def suspicion(self, entry: Entry) -> float:
        """How suspect a kind of write is: often where something went wrong, seldom elsewhere (Ochiai's coefficient)."""
        if not is_write(entry):
            return 0.0
        shape = shape_of(exchange_of(entry))
        return self._wrong[shape] / math.sqrt(max(1, self._seen[shape]))


def looks(story: Sequence[Entry]) -> Iterator[int]:
    """The ends of the looks in a story: behind the last observation before something is sent or done again."""
    seen = False
    for index, entry in enumerate(story):
        if isinstance(entry.event, Observation):
            seen = True
        elif seen and (is_write(entry) or isinstance(entry.event, _DONE)):
            yield index
            seen = False
    if seen:
        yield len(story)
