"""What an earlier run left is removed while the bridge shows it as we made it, and never otherwise."""

from __future__ import annotations

import pytest

from harness.clock import ManualClock
from harness.errors import Unreachable
from harness.record.exchange import Exchange, Json, Request, Response
from harness.record.made import Inventory, Made
from harness.record.message import group_body, user_body, write
from harness.target.cleaning import NO_PROBE, Cleaning
from harness.target.options import Options
from harness.target.probe import AccountProbe, NoProbe
from tests.bridges import SmallBridge

ADA, BOB = "ada@x.example", "bob@corp.example"
OPTIONS = Options(url="http://b", mode="full", declare_disposable=True)


class Bench:
    """A bridge on which a run has made Ada and the group Design, and where Bob was before."""

    def __init__(self) -> None:
        self.bridge = SmallBridge()
        self.bridge.resources["Users"]["b"] = {"id": "b", "userName": BOB}
        self.inventory = Inventory()
        self.clock = ManualClock()
        for request in (
            write("POST", "/Users", "create", user_body(ADA)),
            write("POST", "/Groups", "create", group_body("Design r1")),
        ):
            self.inventory.take(self.bridge.send(request))
        self.bridge.asked.clear()

    def clean(self, probe: AccountProbe | None = None) -> dict[str, str]:
        """What became of each path."""
        options = Options(url="http://b")
        cleaning = Cleaning(self.inventory, options, self.bridge.send, probe or NoProbe(), self.clock)
        return {done.made.path: done.became for done in cleaning.run()}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_was_made_is_read_and_removed_last_first(bench: Bench) -> None:
    assert bench.clean() == {"/Groups/2": "removed", "/Users/1": "removed"}
    asked = [f"{each.method} {each.target}" for each in bench.bridge.asked]
    assert asked == ["GET /Groups/2", "DELETE /Groups/2", "GET /Users/1", "DELETE /Users/1"]
    assert list(bench.bridge.resources["Users"]) == ["b"]


def test_what_is_gone_is_told_so(bench: Bench) -> None:
    del bench.bridge.resources["Users"]["1"]

    assert bench.clean()["/Users/1"] == "gone"


def test_who_is_shown_under_another_name_is_left_alone(bench: Bench) -> None:
    bench.bridge.resources["Users"]["1"]["userName"] = BOB
    bench.bridge.resources["Groups"]["2"]["displayName"] = "Design"

    assert bench.clean() == {"/Users/1": "not ours", "/Groups/2": "not ours"}
    assert len(bench.bridge.resources["Users"]) == 2


def test_an_id_of_a_stranger_that_a_wrong_bridge_gave_is_left_alone(bench: Bench) -> None:
    bench.inventory.add(Made("/Users/b", ADA))

    assert bench.clean()["/Users/b"] == "not ours"
    assert "b" in bench.bridge.resources["Users"]


def test_a_create_without_an_answer_is_looked_for_by_its_name(bench: Bench) -> None:
    bench.bridge.send(write("POST", "/Users", "create", user_body("grace@x.example")))
    bench.inventory.announce("Users", "Grace@x.example")

    assert bench.clean()["/Users/3"] == "removed"


def test_what_depends_on_something_else_goes_in_a_later_pass(bench: Bench) -> None:
    def needs_no_user(request: Request, response: Response) -> Response:
        if request.method == "DELETE" and request.target == "/Groups/2" and "1" in bench.bridge.resources["Users"]:
            bench.bridge.resources["Groups"]["2"] = {"id": "2", "displayName": "Design r1"}
            return Response(409)
        return response

    bench.bridge.rewrite = needs_no_user

    assert bench.clean() == {"/Users/1": "removed", "/Groups/2": "removed"}


def test_what_resists_remains_with_its_reason(bench: Bench) -> None:
    bench.bridge.rewrite = lambda request, said: Response(500) if request.method == "DELETE" else said
    done = {
        each.made.path: each
        for each in Cleaning(bench.inventory, OPTIONS, bench.bridge.send, NoProbe(), bench.clock).run()
    }

    assert {each.became for each in done.values()} == {"remains"}
    assert done["/Users/1"].made.reason == "DELETE gives 500"


@pytest.mark.parametrize("status", [401, 429, 500])
def test_who_cannot_be_read_is_not_deleted(bench: Bench, status: int) -> None:
    bench.bridge.rewrite = lambda request, said: Response(status) if request.method == "GET" else said

    assert bench.clean() == {"/Users/1": "remains", "/Groups/2": "remains"}
    assert {each.method for each in bench.bridge.asked} == {"GET"}


def test_a_bridge_without_reads_by_id_is_asked_by_name(bench: Bench) -> None:
    bench.bridge.rewrite = lambda request, said: (
        Response(404) if request.method == "GET" and "?" not in request.target else said
    )

    assert set(bench.clean().values()) == {"removed"}


def test_a_busy_bridge_is_waited_for_as_long_as_it_asks(bench: Bench) -> None:
    busy = iter([True, False, True, False])
    later = Response(429, (("Retry-After", "7"),))
    bench.bridge.rewrite = lambda request, said: later if request.method == "DELETE" and next(busy) else said

    bench.clean()

    assert bench.clock.now() == 14.0


def test_a_bridge_that_is_busy_for_ever_is_left_after_a_while(bench: Bench) -> None:
    bench.bridge.rewrite = lambda request, said: (
        Response(503, (("Retry-After", "3600"),)) if request.method == "DELETE" else said
    )

    assert set(bench.clean().values()) == {"remains"}
    assert bench.clock.now() <= 120.0


def test_a_bridge_that_stops_answering_ends_it(bench: Bench) -> None:
    bench.inventory.add(Made("/Users/9", "x"))

    with pytest.raises(Unreachable, match="the bridge has stopped answering: refused"):
        list(Cleaning(bench.inventory, OPTIONS, _silent, NoProbe(), bench.clock).run())


def _silent(request: Request) -> Exchange:
    return Exchange("http://b", request, None, "refused")


class Account:
    """A probe that shows Ada and Bob."""

    reads = frozenset({"members"})
    acts = frozenset({"delete"})
    confirmation_interval_s = 1.0

    def __init__(self) -> None:
        self.done: list[str] = []

    def read(self, name: str, **query: str | list[str]) -> Json:
        """Both."""
        return {"members": [{"id": "m1", "email": ADA.upper()}, {"id": "m2", "email": BOB}]}

    def act(self, path: str, body: Json) -> Json:
        """Remember it."""
        self.done.append(path)
        return {}


def test_the_probe_removes_members_of_ours_and_nobody_else(bench: Bench) -> None:
    account = Account()

    assert bench.clean(account)["members/m1"] == "removed"
    assert account.done == ["members/m1/delete"]


def test_without_the_probe_members_that_it_put_in_place_remain(bench: Bench) -> None:
    bench.inventory.put_in_place("grace@x.example")
    done = list(Cleaning(bench.inventory, OPTIONS, bench.bridge.send, NoProbe(), bench.clock).run())

    assert (done[-1].became, done[-1].made.name, done[-1].made.reason) == ("remains", "grace@x.example", NO_PROBE)
