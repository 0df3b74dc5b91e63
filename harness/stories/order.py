"""Which story comes next, and which are left out because the time is used up."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

NAMED = 3


class Order(Protocol):
    """Who says which story comes next."""

    def begin(self, names: Sequence[str], still: Collection[str]) -> None:
        """These are the stories, in the order of a run with one job; `still` read everything that is there."""
        ...

    def take(self) -> int | None:
        """The place of the next story among them; None when no further one is to begin."""
        ...

    @property
    def left_s(self) -> float | None:
        """What the time budget leaves, in seconds; None without one."""
        ...


class InTurn:
    """One story after the other, until `budget_s` seconds are used up or somebody stops it.

    Where several jobs share an account (`is_shared`), stories that need a still account come last, one at a time.
    """

    def __init__(
        self,
        budget_s: float | None = None,
        *,
        is_shared: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._until = monotonic() + budget_s if budget_s is not None else None
        self._is_shared = is_shared
        self._is_stopped = False
        self._waiting: deque[int] = deque()
        self._still: frozenset[int] = frozenset()
        self.names: tuple[str, ...] = ()

    def begin(self, names: Sequence[str], still: Collection[str] = ()) -> None:
        """These are the stories; further calls change nothing."""
        if self.names:
            return
        self.names = tuple(names)
        self._still = frozenset(place for place, name in enumerate(names) if self._is_shared and name in still)
        self._waiting.extend(sorted(range(len(names)), key=lambda place: place in self._still))

    def take(self, *, is_alone: bool = True) -> int | None:
        """The place of the next story; None, too, while the next one needs that no other job tells a story."""
        if self._is_stopped or self._is_late or not self._waiting:
            return None
        if self._waiting[0] in self._still and not is_alone:
            return None
        return self._waiting.popleft()

    def stop(self) -> None:
        """No further story begins."""
        self._is_stopped = True

    @property
    def left_s(self) -> float | None:
        """What the time budget leaves, in seconds; None without one."""
        return None if self._until is None else max(0.0, self._until - self._monotonic())

    @property
    def left_out(self) -> tuple[str, ...]:
        """The stories for which there was no time; none where they were stopped for another reason."""
        return tuple(self.names[place] for place in sorted(self._waiting)) if self._is_late else ()

    @property
    def _is_late(self) -> bool:
        return not self._is_stopped and self._until is not None and self._monotonic() >= self._until


def say_left_out(left_out: Sequence[str], total: int, minutes: float) -> str:
    """What a time budget has left out, with the first stories by name."""
    more = f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
    unit = "minute" if minutes == 1 else "minutes"
    return (
        f"The time budget of {minutes:g} {unit} was used up: {len(left_out)} of {total} stories were left out: "
        f"{', '.join(left_out[:NAMED])}{more}."
    )
