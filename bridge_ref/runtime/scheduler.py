"""Run several kinds of scheduled work on one clock, in the order that they become due."""

from collections.abc import Iterable
from typing import Protocol


class DueWork(Protocol):
    """Work that is done at moments of its own."""

    async def next_due_ms(self) -> int | None:
        """The next moment at which there is something to do; none if there is no such moment."""
        ...

    async def run_due(self, until_ms: int) -> bool:
        """Do the first run that is due by then; true if it changed anything.

        If it did not, the later runs up to then count as done too: they would find nothing either.
        """
        ...


class Watch(DueWork, Protocol):
    """Work that remembers what it has seen of the account, until that is reset."""

    def forget(self) -> None:
        """Start over."""
        ...


async def run_all_due(works: Iterable[DueWork], until_ms: int) -> None:
    """Do all work that is due by then, each at its own moment, so that it sees earlier changes.

    Work that found nothing to do, without changes since, is not asked again before `until_ms`.
    """
    resting: list[DueWork] = []
    waiting = list(works)
    while True:
        due = [(moment, each) for each in waiting if (moment := await each.next_due_ms()) is not None]
        due = [(moment, each) for moment, each in due if moment <= until_ms]
        if not due:
            return
        moment, work = min(due, key=lambda pair: pair[0])
        others = [at for at, each in due if each is not work and each not in resting]
        if await work.run_due(min((until_ms, *others))):
            resting = []
        else:
            resting.append(work)
            # Work that cannot go on, as when another bridge is at it, comes up again with the next tick.
            if await work.next_due_ms() == moment:
                waiting.remove(work)
