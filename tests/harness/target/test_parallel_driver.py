"""The parallel driver: order, barriers, time, and an end with every bridge."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from harness.clock import ManualClock, VirtualClock
from harness.idp.provider import Barrier, Conversation, Job, Lost, Wait
from harness.record.exchange import Exchange, Request, Response
from harness.record.message import read
from harness.target.parallel_driver import LOST_IN_A_ROW, GivenUp, ParallelDriver


class Bridge:
    """Answers everything alike, and remembers what it was asked."""

    def __init__(self, *answers: int) -> None:
        self.asked: list[str] = []
        self.answers = iter(answers)

    def send(self, request: Request) -> Exchange:
        self.asked.append(request.target)
        status = next(self.answers, 200)
        return Exchange("", request, Response(status) if status else None, "" if status else "ConnectionError")


def asking(*paths: str) -> Conversation[None]:
    for path in paths:
        yield read(path, "ask")


def driver(bridge: Bridge, parallel: int = 1, patience_s: float = 60.0) -> ParallelDriver:
    return ParallelDriver(
        lambda: bridge.send, VirtualClock(), parallel=parallel, patience_s=patience_s, real=ManualClock()
    )


def test_one_at_a_time_keeps_the_order_of_the_plan() -> None:
    bridge = Bridge()

    driver(bridge).run([Job("a", asking("/1", "/2")), Job("b", asking("/3")), Job("a", asking("/4"))])

    assert bridge.asked == ["/1", "/2", "/3", "/4"]


def test_jobs_of_one_key_never_overlap() -> None:
    met: list[str] = []

    def send(request: Request) -> Exchange:
        try:
            meeting.wait(0.05)
            met.append(request.target)
        except threading.BrokenBarrierError:
            meeting.reset()
        return Exchange("", request, Response(200))

    meeting = threading.Barrier(2)
    subject = ParallelDriver(lambda: send, VirtualClock(), parallel=4)
    subject.run([Job("group", asking(f"/{number}")) for number in range(3)])
    subject.close()

    assert met == []


def test_several_jobs_are_under_way_at_once() -> None:
    meeting = threading.Barrier(3, timeout=10)

    def send(request: Request) -> Exchange:
        meeting.wait()
        return Exchange("", request, Response(200))

    subject = ParallelDriver(lambda: send, VirtualClock(), parallel=3)
    subject.run([Job(key, asking("/1", "/2")) for key in "abc"])
    subject.close()

    assert subject.given_up == []


def test_what_follows_a_barrier_is_planned_when_all_before_has_ended() -> None:
    bridge = Bridge()
    seen: list[int] = []

    def plan() -> Iterator[Job | Barrier]:
        yield Job("a", asking("/1"))
        yield Job("b", asking("/2"))
        yield Barrier()
        seen.append(len(bridge.asked))
        yield Job("c", asking("/3"))

    subject = driver(bridge, parallel=2)
    subject.run(plan())
    subject.close()

    assert seen == [2]
    assert bridge.asked[2] == "/3"


def test_a_plan_is_taken_as_it_is_needed() -> None:
    ahead: list[int] = []

    def plan() -> Iterator[Job | Barrier]:
        for number in range(100):
            yield Job(str(number), asking("/x"))
            ahead.append(number - len(bridge.asked))

    bridge = Bridge()
    driver(bridge).run(plan())

    assert max(ahead) <= 1


def test_waits_of_the_provider_move_its_clock_and_take_no_time() -> None:
    def slow() -> Conversation[None]:
        yield Wait(2_400.0, "idp")
        yield read("/1", "ask")
        yield Wait(30 * 86_400.0, "idp")

    subject = driver(Bridge())
    subject.run([Job("a", slow()), Job("b", slow())])

    assert subject.clock.now() == 2_400.0 + 30 * 86_400.0  # both waited at the same time


def test_a_paced_clock_lasts() -> None:
    real = ManualClock()
    clock = VirtualClock(pace=0.1, real=real)

    clock.sleep(20)

    assert (clock.now(), real.now()) == (20, 2)


def test_a_lost_answer_is_thrown_in() -> None:
    told: list[str] = []

    def careful() -> Conversation[None]:
        try:
            yield read("/1", "ask")
        except Lost as lost:
            told.append(str(lost))

    driver(Bridge(0)).run([Job("a", careful())])

    assert told == ["ConnectionError"]


def patient() -> Conversation[None]:
    while (yield read("/1", "ask")).status == 429:
        yield Wait(50.0, "bridge")


def test_a_bridge_that_always_asks_for_more_time_is_given_up() -> None:
    bridge = Bridge(*[429] * 1_000)
    subject = driver(bridge)

    subject.run([Job("a", patient()), Job("b", asking("/2"))])

    assert len(bridge.asked) == 2
    assert subject.given_up == [
        GivenUp("a", "the bridge asks for 50 s more; 60 s are allowed"),
        GivenUp("", "the bridge keeps us waiting: 50 s in this cycle, and asks for more"),
    ]


def test_a_conversation_without_end_is_ended() -> None:
    def endless() -> Conversation[None]:
        while True:
            yield read("/1", "ask")

    bridge = Bridge()
    subject = driver(bridge)
    subject.run([Job("a", endless()), Job("b", asking("/2"))])

    assert subject.given_up == [GivenUp("a", "more than 10,000 requests in one job")]
    assert bridge.asked[-1] == "/2"


def careless(path: str) -> Conversation[None]:
    try:
        yield read(path, "ask")
    except Lost:
        return


def test_a_bridge_that_is_gone_ends_the_plan() -> None:
    bridge = Bridge(*[0] * 1_000)
    subject = driver(bridge)

    subject.run(Job(str(number), careless("/1")) for number in range(1_000))

    assert len(bridge.asked) == LOST_IN_A_ROW
    assert subject.given_up == [GivenUp("", "10 answers in a row did not come: ConnectionError")]


def test_a_driver_runs_the_next_plan_after_one_that_was_given_up() -> None:
    bridge = Bridge(*[0] * LOST_IN_A_ROW)
    subject = driver(bridge)
    subject.run(Job(str(number), careless("/1")) for number in range(1_000))

    subject.run([Job("a", asking("/2"))])

    assert bridge.asked[-1] == "/2"


def test_an_interruption_waits_for_nobody() -> None:
    """Somebody presses Ctrl-C while a bridge is silent: closing does not wait for its answer."""
    heard, released, ended = threading.Event(), threading.Event(), threading.Event()

    def silent(request: Request) -> Exchange:
        heard.set()
        released.wait(timeout=5)
        ended.set()
        return Exchange("", request, Response(200))

    def interrupted() -> Conversation[None]:
        heard.wait(timeout=5)
        raise KeyboardInterrupt
        yield  # a conversation is a generator

    runner = ParallelDriver(lambda: silent, VirtualClock(), parallel=2, real=ManualClock())
    with pytest.raises(KeyboardInterrupt):
        runner.run([Job("one", asking("/1")), Job("two", interrupted())])
    runner.close()

    assert heard.is_set()
    assert not ended.is_set()
    released.set()
