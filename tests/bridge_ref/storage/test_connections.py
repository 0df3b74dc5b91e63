"""The connection pool: never above its limit, broken connections are replaced, and no waiter is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from bridge_ref.storage.connections import Connections


class Line:
    """A connection that counts how many use it, and can break."""

    def __init__(self) -> None:
        self.is_broken = False

    def is_closed(self) -> bool:
        return self.is_broken

    async def close(self) -> None:
        self.is_broken = True


class Exchange:
    """Makes lines, or fails to."""

    def __init__(self) -> None:
        self.made: list[Line] = []
        self.is_down = False

    async def connect(self) -> Line:
        await asyncio.sleep(0)
        if self.is_down:
            raise OSError("down")
        self.made.append(Line())
        return self.made[-1]


async def use(connections: Connections, log: list[int], at_once: list[int]) -> None:
    async with connections.one():
        at_once.append(at_once[-1] + 1)
        await asyncio.sleep(0.001)
        at_once.append(at_once[-1] - 1)
        log.append(1)


def test_many_share_a_few() -> None:
    async def story() -> None:
        exchange, log, at_once = Exchange(), list[int](), [0]
        connections = Connections(exchange.connect, 3)

        await asyncio.gather(*(use(connections, log, at_once) for _ in range(20)))

        assert len(log) == 20
        assert max(at_once) == 3
        assert len(exchange.made) == 3
        await connections.close()
        assert all(line.is_broken for line in exchange.made)

    asyncio.run(story())


def test_a_broken_one_is_replaced() -> None:
    async def story() -> None:
        exchange = Exchange()
        connections = Connections(exchange.connect, 1)
        async with connections.one() as first:
            first.is_broken = True
        async with connections.one() as second:
            pass
        second.is_broken = True
        async with connections.one() as third:
            assert not third.is_broken
        assert len({id(first), id(second), id(third)}) == 3

    asyncio.run(story())


def test_who_cannot_connect_lets_the_next_one_try() -> None:
    async def story() -> None:
        exchange, log = Exchange(), list[int]()
        connections = Connections(exchange.connect, 1)
        exchange.is_down = True
        results = await asyncio.gather(*(use(connections, log, [0]) for _ in range(4)), return_exceptions=True)
        assert [type(result) for result in results] == [OSError] * 4
        exchange.is_down = False
        await asyncio.wait_for(use(connections, log, [0]), 1)
        assert log == [1]

    asyncio.run(story())


def test_who_gives_up_waiting_takes_no_turn_along() -> None:
    async def story() -> None:
        exchange, log = Exchange(), list[int]()
        connections = Connections(exchange.connect, 1)
        async with connections.one():
            first = asyncio.create_task(use(connections, log, [0]))
            second = asyncio.create_task(use(connections, log, [0]))
            await asyncio.sleep(0)
        first.cancel()  # it has just been called, and has not gone on yet
        with pytest.raises(asyncio.CancelledError):
            await first
        await asyncio.wait_for(second, 1)
        assert log == [1]

    asyncio.run(story())
