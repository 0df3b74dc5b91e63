"""The scheduler: several kinds of work on one clock, each on time, in order, and once."""

from __future__ import annotations

import asyncio

from bridge_ref.runtime.scheduler import run_all_due


class Work:
    """Runs at multiples of an interval; finds something to do as often as it is told."""

    def __init__(self, name: str, interval: int, log: list[tuple[str, int, int]], finds: int = 0) -> None:
        self.name = name
        self.interval = interval
        self.log = log
        self.finds = finds
        self.due: int | None = interval

    async def next_due_ms(self) -> int | None:
        return self.due

    async def run_due(self, until_ms: int) -> bool:
        assert self.due is not None
        self.log.append((self.name, self.due, until_ms))
        self.finds -= 1
        has_found = self.finds >= 0
        self.due = ((self.due if has_found else until_ms) // self.interval + 1) * self.interval
        return has_found


def run(until_ms: int, *works: Work) -> None:
    asyncio.run(run_all_due(works, until_ms))


def test_nothing_that_is_not_due_is_done() -> None:
    log: list[tuple[str, int, int]] = []

    run(99, Work("a", 100, log))

    assert log == []


def test_each_at_its_moment_and_up_to_the_next_of_the_others() -> None:
    log: list[tuple[str, int, int]] = []

    run(1000, Work("a", 100, log), Work("b", 350, log))

    assert log == [("a", 100, 350), ("b", 350, 1000), ("a", 400, 1000)]


def test_what_one_does_is_found_by_the_other() -> None:
    log: list[tuple[str, int, int]] = []

    run(1000, Work("a", 300, log), Work("b", 350, log, finds=2))

    # b has done something at 350 and at 700: so a looks again after each, at its own next moment.
    assert log == [
        ("a", 300, 350),
        ("b", 350, 1000),
        ("a", 600, 700),
        ("b", 700, 1000),
        ("a", 900, 1000),
    ]


def test_months_pass_in_a_few_looks() -> None:
    log: list[tuple[str, int, int]] = []

    run(10_000_000, Work("a", 300, log), Work("b", 3600, log))

    assert len(log) == 3


def test_work_that_cannot_go_on_holds_nobody_up() -> None:
    log: list[tuple[str, int, int]] = []

    class Stuck(Work):
        async def run_due(self, until_ms: int) -> bool:
            self.log.append((self.name, 0, until_ms))
            return False

    run(500, Stuck("stuck", 100, log), Work("a", 200, log))

    assert [name for name, _, _ in log] == ["stuck", "a"]


def test_work_without_a_moment_is_left_out() -> None:
    log: list[tuple[str, int, int]] = []
    never = Work("never", 100, log)
    never.due = None

    run(500, never, Work("a", 400, log))

    assert log == [("a", 400, 500)]
