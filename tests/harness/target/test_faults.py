"""Faults between provider and bridge: what the bridge hears, what the provider hears."""

from __future__ import annotations

import pytest

from harness.errors import UsageError
from harness.record.exchange import Exchange, Request, Response
from harness.record.message import patch_body, read, write
from harness.target.faults import FAULTS, Faults, parse_chance

CREATE = write("POST", "/Users", "create user", {"userName": "ada"})
REACTIVATE = write("PATCH", "/Users/1", "on", patch_body({"op": "Replace", "path": "active", "value": "True"}))


class Bridge:
    """Says yes, and remembers."""

    def __init__(self) -> None:
        self.heard: list[Request] = []

    def send(self, request: Request) -> Exchange:
        self.heard.append(request)
        return Exchange("http://bridge", request, Response(200))


def through(name: str, request: Request, bridge: Bridge) -> Exchange:
    return Faults({name: 1.0}, seed=1).wrap(bridge.send)(request)


@pytest.mark.parametrize("name", ["lost-answer", "lost-create"])
def test_a_lost_answer_was_heard_by_the_bridge(name: str) -> None:
    bridge = Bridge()

    exchange = through(name, CREATE, bridge)

    assert bridge.heard == [CREATE]
    assert (exchange.response, exchange.lost, exchange.fault) == (None, f"injected fault {name}", name)


def test_a_lost_create_spares_reads() -> None:
    assert through("lost-create", read("/Users", "find"), Bridge()).status == 200


def test_a_lost_request_was_never_heard() -> None:
    bridge = Bridge()

    exchange = through("lost-request", CREATE, bridge)

    assert bridge.heard == []
    assert exchange.response is None


def test_a_proxy_answers_in_place_of_the_bridge() -> None:
    bridge = Bridge()

    exchange = through("proxy-502", CREATE, bridge)

    assert bridge.heard == []
    assert exchange.status == 502
    assert exchange.response is not None
    assert exchange.response.body.startswith(b"<html>")


def test_a_duplicate_job_sends_twice_and_tells_of_both() -> None:
    bridge, extra = Bridge(), list[Exchange]()

    Faults({"duplicate-job": 1.0}, 1, extra.append).wrap(bridge.send)(CREATE)

    assert bridge.heard == [CREATE, CREATE]
    assert [exchange.fault for exchange in extra] == ["duplicate-job"]


@pytest.mark.parametrize(
    ("operation", "older"),
    [
        ({"op": "Replace", "path": "active", "value": "True"}, b'"value":"False"'),
        ({"op": "replace", "value": {"active": True}}, b'"active":false'),
    ],
)
def test_an_older_state_follows_a_reactivation(operation: dict[str, object], older: bytes) -> None:
    bridge = Bridge()

    through("reactivation-race", write("PATCH", "/Users/1", "on", patch_body(operation)), bridge)

    assert len(bridge.heard) == 2
    assert older in (bridge.heard[1].body or b"")


def test_a_race_needs_a_reactivation() -> None:
    bridge = Bridge()

    through("reactivation-race", write("PATCH", "/Users/1", "x", patch_body({"op": "add", "value": "True"})), bridge)

    assert len(bridge.heard) == 1


def test_a_restart_takes_a_few_requests() -> None:
    bridge = Bridge()
    send = Faults({"restart": 1.0}, 1).wrap(bridge.send)

    assert [send(CREATE).fault for _ in range(6)] == ["restart"] * 6
    assert bridge.heard == []


def test_the_same_seed_makes_the_same_faults_and_counts_them() -> None:
    def faults(seed: int) -> tuple[list[str], int]:
        made = Faults({"lost-answer": 0.3}, seed)
        send = made.wrap(Bridge().send)
        return [send(CREATE).fault for _ in range(40)], made.counts["lost-answer"]

    one, count = faults(1)

    assert faults(1) == (one, count)
    assert faults(2)[0] != one
    assert 0 < count == sum(map(bool, one)) < 40


def test_without_a_fault_nothing_stands_between() -> None:
    bridge = Bridge()
    send = bridge.send

    assert Faults({"restart": 0.0}, 1).wrap(send) is send


def test_an_unknown_fault_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no fault 'lost-anwser' \(--fault\); did you mean lost-answer"):
        Faults({"lost-anwser": 1.0}, 1)
    assert len(FAULTS) == 7


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("0", 0.0), ("100%", 1.0)])
def test_a_share_is_read_as_people_write_it(text: str, share: float) -> None:
    assert parse_chance(text, "--lose") == share


@pytest.mark.parametrize("text", ["five", "5", "-1%", "101%", "nan", ""])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--lose .* must be a share from 0 to 1"):
        parse_chance(text, "--lose")
