"""What several checks ask of one exchange is found out once: kept in the exchange's notes while it is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TypeVar

from harness.record.exchange import Exchange

T = TypeVar("T")


def once(tell: Callable[[Exchange], T]) -> Callable[[Exchange], T]:
    """A question whose answer is kept for the next check that asks it. The answer must not be changed."""

    @wraps(tell)
    def told(exchange: Exchange) -> T:
        notes = exchange.notes
        if tell not in notes:
            notes[tell] = tell(exchange)
        answer: T = notes[tell]
        return answer

    return told


def collected(tell: Callable[[Exchange], Iterable[T]]) -> Callable[[Exchange], tuple[T, ...]]:
    """The same of a question that is answered by several things."""

    @wraps(tell)
    def told(exchange: Exchange) -> tuple[T, ...]:
        notes = exchange.notes
        if tell not in notes:
            notes[tell] = tuple(tell(exchange))
        answer: tuple[T, ...] = notes[tell]
        return answer

    return told
