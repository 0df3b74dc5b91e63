"""The account's own health monitoring: who is told of an outage, and when (SEED-29, SEED-32)."""

from __future__ import annotations

from typing import Any

from bridge_ref.monitor.account_watch import AccountWatch
from tests.bridge_ref.world import World

OPS = {"notification_address": "ops@example.com"}


def watched(world: World, settings: dict[str, Any]) -> World:
    world.service.health_watch = AccountWatch(world.service)
    world.control("POST", "provisioning", settings)
    return world


def advance(world: World, seconds: int) -> None:
    world.control("POST", "clock/advance", {"seconds": seconds})


def notices(world: World) -> list[tuple[str, str]]:
    return [(each["to"], each["subject"]) for each in world.control("GET", "mail").body["messages"]]


def test_an_outage_of_three_pings_is_mailed_once_and_so_is_the_return(world: World) -> None:
    watched(world, OPS)
    world.control("POST", "bridge/stop")
    advance(world, 119)
    before = notices(world)
    advance(world, 600)
    during = notices(world)
    world.control("POST", "bridge/start")
    advance(world, 600)

    assert before == []
    assert during == [("ops@example.com", "Your provisioning bridge is offline")]
    assert notices(world)[1:] == [("ops@example.com", "Your provisioning bridge is back")]


def test_two_pings_in_vain_are_not_mailed(world: World) -> None:
    watched(world, OPS)
    world.control("POST", "bridge/stop")
    advance(world, 121)
    world.control("POST", "bridge/start")
    advance(world, 600)

    assert notices(world) == []


def test_nobody_is_told_without_an_address(world: World) -> None:
    watched(world, {"notification_address": None})
    world.control("POST", "bridge/stop")
    advance(world, 3600)

    assert notices(world) == []


def test_the_address_of_that_moment_is_told(world: World) -> None:
    watched(world, OPS)
    world.control("POST", "bridge/stop")
    advance(world, 100)
    world.control("POST", "provisioning", {"notification_address": "night@example.com"})
    advance(world, 100)

    assert [to for to, _ in notices(world)] == ["night@example.com"]


def test_a_reset_brings_the_bridge_back_and_forgets_the_outage(world: World) -> None:
    watched(world, OPS)
    world.control("POST", "bridge/stop")
    advance(world, 600)
    world.control("POST", "reset")
    world.control("POST", "provisioning", OPS)
    advance(world, 600)

    assert world.service.is_offline is False
    assert notices(world) == []
