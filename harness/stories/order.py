"""Which story comes next, and which are left out because the time is used up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

NAMED = 3


class Order(Protocol):
    """Who says which story comes next."""

    def begin(self, names: Sequence[str]) -> None:
        """These are the stories, in the order of a run with one job."""
        ...

    def take(self) -> int | None:
        """The place of the next story among them; None when no further one is to begin."""
        ...


class InTurn:
    """One story after the other, until `budget_s` seconds are used up or somebody stops it."""

    def __init__(self, budget_s: float | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until = monotonic() + budget_s if budget_s is not None else None
        self._is_stopped = False
        self._taken = 0
        self.names: tuple[str, ...] = ()

    def begin(self, names: Sequence[str]) -> None:
        """These are the stories; further calls change nothing."""
        self.names = self.names or tuple(names)

    def take(self) -> int | None:
        """The place of the next story."""
        if self._is_stopped or self._taken >= len(self.names):
            return None
        if self._until is not None and self._monotonic() >= self._until:
            return None
        self._taken += 1
        return self._taken - 1

    def stop(self) -> None:
        """No further story begins."""
        self._is_stopped = True

    @property
    def left_out(self) -> tuple[str, ...]:
        """The stories for which there was no time; none where they were stopped for another reason."""
        is_late = self._until is not None and self._monotonic() >= self._until
        return self.names[self._taken :] if is_late and not self._is_stopped else ()


def say_left_out(left_out: Sequence[str], total: int, minutes: float) -> str:
    """What a time budget has left out, with the first stories by name."""
    more = f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
    unit = "minute" if minutes == 1 else "minutes"
    return (
        f"The time budget of {minutes:g} {unit} was used up: {len(left_out)} of {total} stories were left out: "
        f"{', '.join(left_out[:NAMED])}{more}."
    )
