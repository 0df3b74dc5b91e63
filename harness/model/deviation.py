"""Where a representation parts from what is known, and what was compared without a difference."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.model.values import Kind
from harness.record.journal import Entry


@dataclass(frozen=True, slots=True)
class Context:
    """What was compared: after which operation, of which resource type, which attribute, and how it was shown."""

    how: str
    type: str
    attribute: str
    seen: str


@dataclass(frozen=True, slots=True)
class StateDeviation:
    """One difference. `entries` are what it rests on: the view or write before, the writes since, and the showing.

    `deciding` is the write after which what is known and what is shown part, or the showing that parts by itself.
    """

    kind: Kind
    context: Context
    expected: str
    actual: str
    pointer: str
    entries: tuple[Entry, ...]
    deciding: Entry | None = None


@dataclass(slots=True)
class Comparisons:
    """What was compared in one answer: the contexts that held, and the deviations.

    `chosen` are the freedoms that were used: the requirement that grants each, and what the server chose.
    """

    entry: Entry
    held: set[Context] = field(default_factory=set)
    deviations: list[StateDeviation] = field(default_factory=list)
    chosen: set[tuple[str, str]] = field(default_factory=set)
