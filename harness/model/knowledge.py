"""What is known of a resource: of each attribute how it must be shown next, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.model.deviation import Comparisons, StateDeviation
from harness.model.flat import Flat, top_of
from harness.record.exchange import Json
from harness.record.journal import Entry

Key = tuple[str, str]
EVERYTHING = "*"


class Sure(StrEnum):
    """How sure a value is.

    EXACTLY was shown, and stays so. SENT was accepted, and the server may spell it its own way once. EITHER is this
    value or the one before: the next showing decides. ANSWERED was accepted, and the answer to its write shows the
    other value, `before`: the next showing tells whether the write or its answer is wrong.
    """

    EXACTLY = "exactly"
    SENT = "sent"
    EITHER = "either"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute: its value (None: unassigned), how sure it is, the operation that set it, the value
    before, and the write.
    """

    value: Any
    sure: Sure = Sure.EXACTLY
    how: str = ""
    before: Any = None
    by: Entry | None = None


@dataclass(slots=True)
class Resource:
    """One resource as far as it is known.

    `known` are its attributes by path; what stands in `unknown` is not judged until it is shown again. Where it
    `is_whole`, an attribute that is not known is unassigned. `source` is the entry that showed it last, and `writes`
    are the requests about it since then. `shown_by` are the ways in which it was shown since the last of them; `last`
    is the representation that was shown, and that still holds, and `previous` the last one, whether it holds or not.
    `hidden` are the attributes that `last` lacks because they are shown on request alone.
    `versions` are those that it has had, each with a digest of what it was then and the entry.
    `deviant` are attributes that were shown otherwise than they were written: what a list makes of them can't be told.
    `answered` are the deviations of the answer to the last write, by path, each with the look that noted it.
    """

    key: Key
    known: dict[str, Known] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    is_whole: bool = False
    source: Entry | None = None
    writes: list[Entry] = field(default_factory=list)
    accepted: list[Entry] = field(default_factory=list)
    shown_by: set[str] = field(default_factory=set)
    last: Json | None = None
    hidden: frozenset[str] = frozenset()
    previous: Flat = field(default_factory=dict)
    version: str = ""
    versions: dict[str, tuple[int, Entry]] = field(default_factory=dict)
    is_there: bool | None = True
    meta: Json = field(default_factory=dict)
    meta_at: Entry | None = None
    told: set[tuple[str, str]] = field(default_factory=set)
    deviant: set[str] = field(default_factory=set)
    answered: dict[str, tuple[Comparisons, StateDeviation]] = field(default_factory=dict)

    def is_unknown(self, path: str) -> bool:
        """Whether nothing is known of that attribute."""
        if not self.unknown:
            return False
        top = top_of(path)
        if not self.unknown.isdisjoint((EVERYTHING, path, top, top.rpartition(":")[2])):
            return True
        return any(path.startswith((f"{each}:", f"{each}.")) for each in self.unknown)

    def forget(self, *paths: str) -> None:
        """Nothing is known of these attributes any more, or of any."""
        self.unknown.update(paths or (EVERYTHING,))
        self.last = None
        if not paths:
            self.is_there = None
            self.meta = {}

    def flat(self) -> Flat:
        """The values that are known, for sure or as they were sent."""
        return {path: known.value for path, known in self.known.items() if known.value is not None}

    def unsure(self) -> Iterator[str]:
        """The attributes whose value is not known for sure."""
        yield from self.unknown
        yield from (top_of(path) for path, known in self.known.items() if known.sure is not Sure.EXACTLY)

    def write(self, entry: Entry, *, is_accepted: bool) -> None:
        """A request about it was answered."""
        self.writes.append(entry)
        self.last = None
        self.told.clear()
        self.answered.clear()
        if is_accepted:
            self.accepted.append(entry)
            self.shown_by.clear()

    def has(self, path: str) -> bool:
        """Whether it is known to have a value there."""
        known = self.known.get(path)
        return known is not None and known.value is not None

    @property
    def accepted_since(self) -> bool:
        """Whether a write was accepted since it was shown."""
        return any(entry in self.accepted for entry in self.writes)

    def is_confirmed(self, path: str) -> bool:
        """Whether an attribute was shown since it was written."""
        known = self.known.get(path)
        return known is None or known.sure is Sure.EXACTLY

    @property
    def members(self) -> set[str] | None:
        """The ids of a group's members; None where they are not known."""
        if self.is_unknown("members") or self.is_there is not True:
            return None
        known = self.known.get("members")
        if known is None:
            return set() if self.is_whole else None
        if known.sure in (Sure.EITHER, Sure.ANSWERED):
            return None
        return {str(e.get("value")) for e in known.value or () if isinstance(e, dict)}
