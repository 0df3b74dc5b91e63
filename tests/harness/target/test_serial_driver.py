"""The serial driver: conversations get their answers, waits are counted, and order is kept where required."""

from __future__ import annotations

from harness.clock import ManualClock
from harness.idp.provider import Barrier, Conversation, Job, Lost, Wait
from harness.record.exchange import Exchange, Request, Response
from harness.target.serial_driver import SerialDriver

BASE = "https://bridge.marigold.example/scim/v2"


def _conversation(seen: list[object], *steps: Request | Wait) -> Conversation[None]:
    for step in steps:
        try:
            seen.append((yield step))
        except Lost as lost:
            seen.append(lost)


def _answering(status: int | None) -> tuple[list[str], SerialDriver, ManualClock]:
    sent: list[str] = []
    clock = ManualClock()

    def send(request: Request) -> Exchange:
        sent.append(request.name)
        return Exchange(BASE, request, Response(status) if status else None, "" if status else "timed out")

    return sent, SerialDriver(send, clock, seed=1), clock


def test_a_conversation_gets_its_answers() -> None:
    seen: list[object] = []
    sent, driver, _ = _answering(200)

    driver.drive(_conversation(seen, Request("GET", "/", "one"), Request("GET", "/", "two")))

    assert sent == ["one", "two"]
    assert seen == [Response(200), Response(200)]


def test_a_lost_answer_is_thrown_into_the_conversation() -> None:
    seen: list[object] = []
    _, driver, _ = _answering(None)

    driver.drive(_conversation(seen, Request("GET", "/", "one")))

    assert [type(item) for item in seen] == [Lost]


def test_the_providers_wait_is_virtual_and_the_bridges_is_real() -> None:
    seen: list[object] = []
    _, driver, clock = _answering(200)

    waited = driver.drive(_conversation(seen, Wait(2400, "idp"), Wait(7, "bridge")))

    assert waited == 2400
    assert clock.now() == 7


def test_jobs_of_one_key_keep_their_order_and_barriers_hold() -> None:
    sent, driver, _ = _answering(200)
    jobs = [Job(key, _conversation([], Request("GET", "/", f"{key}{n}"))) for key in "ab" for n in (1, 2)]
    late = Job("c", _conversation([], Request("GET", "/", "c1")))

    driver.run([*jobs, Barrier(), late])

    assert sent[-1] == "c1"
    assert sent.index("a1") < sent.index("a2")
    assert sent.index("b1") < sent.index("b2")


def test_overlapping_waits_count_once() -> None:
    _, driver, _ = _answering(200)

    driver.run([Job(key, _conversation([], Wait(86400, "idp"))) for key in "abc"])

    assert driver.idp_waited_s == 86400
