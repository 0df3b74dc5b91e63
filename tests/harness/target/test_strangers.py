"""A simulated company keeps to its own: whom a bridge gives instead of the one asked for is never changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clock import VirtualClock
from harness.directory.directory import Directory
from harness.idp.dialects import DIALECTS, get_dialect
from harness.record.exchange import Json, Request, Response
from harness.record.made_log import MadeLog
from harness.record.message import equals, patch_body, read, remove, render_json, render_query, user_body, write
from harness.record.remains import read_remains
from harness.simulate.simulation import Simulation
from harness.target.strangers import NOT_OURS, Send, Strangers
from tests.bridges import SmallBridge
from tests.harness.stories.test_no_harm import MISLEADING, PUSHING, STRANGERS, Rewrite, strangers_on

BOB: Json = {"id": "b", "userName": "bob@corp.example"}


def guarded(bridge: SmallBridge, **options: object) -> tuple[Send, Strangers]:
    strangers = Strangers(**{"is_on": True, **options})  # type: ignore[arg-type]
    return strangers.wrap(bridge.send), strangers


def searched(value: str, *, more: str = "") -> Request:
    return read("/Users", "find", render_query((("filter", equals("userName", value)),)) + more)


def found(*resources: Json) -> SmallBridge:
    """A bridge that finds these, whatever is asked."""
    bridge = SmallBridge()
    bridge.resources["Users"]["b"] = dict(BOB)
    listed = Response(200, (), render_json({"Resources": list(resources)}))
    bridge.rewrite = lambda request, said: listed if request.target.startswith("/Users?") else said
    return bridge


def test_whom_a_search_shows_instead_is_not_changed() -> None:
    send, strangers = guarded(found(BOB))
    send(searched("ada@x.example"))

    exchange = send(remove("/Users/b", "delete"))

    assert exchange.response is None
    assert exchange.fault == NOT_OURS
    assert strangers.reasons == ["DELETE /Users/b would change bob@corp.example, which was not made here"]
    assert strangers.refused == 1


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("ada@x.example", {"id": "b", "userName": "ADA@x.example"}),
        ("José@x.example", {"id": "b", "userName": "Jose\u0301@x.example"}),
        ("ada@x.example", {"id": "b", "userName": "ada", "emails": [{"value": "ada@x.example"}]}),
    ],
)
def test_whom_a_search_asked_for_is_ours(asked: str, shown: Json) -> None:
    send, strangers = guarded(found(shown))
    send(searched(asked))

    send(remove("/Users/b", "delete"))

    assert strangers.refused == 0


def test_a_search_without_names_tells_nothing() -> None:
    send, strangers = guarded(found({"id": "b"}))
    send(searched("ada@x.example", more="&attributes=id"))

    send(remove("/Users/b", "delete"))

    assert strangers.refused == 0


def test_a_create_that_gives_back_somebody_else_makes_them_no_own() -> None:
    bridge = SmallBridge()
    bridge.resources["Users"]["b"] = dict(BOB)
    bridge.rewrite = lambda request, said: Response(200, (), render_json(BOB)) if request.method == "POST" else said
    send, strangers = guarded(bridge)
    send(write("POST", "/Users", "create", user_body("ada@x.example")))

    send(write("PUT", "/Users/b", "replace", user_body("ada@x.example")))
    operation = {"op": "add", "path": "members", "value": [{"value": "b"}]}
    send(write("PATCH", "/Groups/g", "join", patch_body(operation)))

    assert strangers.refused == 2
    assert "into a group" in strangers.reasons[1]


@pytest.mark.parametrize("target", ["/Users", "/Users/", "/Users/../Groups/7", "/Me", "/Users/7/x", "/Bulk"])
def test_no_request_reaches_more_than_one(target: str) -> None:
    send, strangers = guarded(SmallBridge())

    assert send(remove(target, "delete")).response is None
    assert strangers.refused == 1


def test_on_a_disposable_account_everything_is_sent() -> None:
    send, strangers = guarded(found(BOB), is_on=False)
    send(searched("ada@x.example"))

    assert send(remove("/Users/b", "delete")).status == 204
    assert strangers.refused == 0


@pytest.mark.parametrize("dialect", PUSHING)
@pytest.mark.parametrize("rewrite", MISLEADING, ids=lambda each: each.__name__)
def test_a_simulation_that_is_led_to_strangers_harms_nobody(dialect: str, rewrite: Rewrite) -> None:
    bridge = SmallBridge()
    for endpoint, there in STRANGERS.items():
        bridge.resources[endpoint].update({key: dict(each) for key, each in there.items()})
    bridge.rewrite = lambda request, said: rewrite(bridge, request, said)
    _, strangers = guarded(bridge, mark="s7-")
    directory = Directory.of(people=3, groups=1, seed=7, run_id="s7-")
    simulation = Simulation(
        get_dialect(dialect)(directory), lambda: strangers.wrap(bridge.send), clock=VirtualClock(), parallel=1
    )

    simulation.cycle()
    directory.disable(directory.people["s7-p1"])
    simulation.cycle()
    simulation.close()

    assert strangers_on(bridge) == STRANGERS


@pytest.mark.parametrize(
    ("name", "is_own"),
    [("ada.byron.s7-12@x.example", True), ("Design 3 s7", True), ("Design s7-", True), ("jess7-1@x.example", False),
     ("s71@x.example", False), ("bob@corp.example", False), ("", False)],
)  # fmt: skip
def test_each_is_looked_at_before_the_first_change(name: str, is_own: bool) -> None:
    bridge = SmallBridge()
    bridge.resources["Users"]["7"] = {"id": "7", "userName": name}
    send, strangers = guarded(bridge, mark="s7-")

    for _ in range(2):
        send(write("PATCH", "/Users/7", "x", patch_body({"op": "replace", "path": "title", "value": "x"})))

    assert strangers.refused == (0 if is_own else 2)
    assert [each.method for each in bridge.asked] == (["GET", "PATCH", "PATCH"] if is_own else ["GET", "GET"])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_bridge_that_does_not_tell_now_is_asked_again(status: int) -> None:
    bridge = SmallBridge()
    bridge.resources["Users"]["7"] = {"id": "7", "userName": "ada.s7-1@x.example"}
    said = iter([Response(status, (("Retry-After", "3"),)), None, None])
    bridge.rewrite = lambda request, response: next(said) or response
    send, _ = guarded(bridge, mark="s7-")

    first = send(remove("/Users/7", "delete"))
    again = send(remove("/Users/7", "delete"))

    assert (first.request.method, first.status, first.header("Retry-After")) == ("DELETE", status, "3")
    assert again.status == 204


def test_a_name_that_was_given_here_is_one_of_ours() -> None:
    bridge = SmallBridge()
    send, strangers = guarded(bridge, mark="s7-")
    made = send(write("POST", "/Groups", "create", {"displayName": "Friday"})).json["id"]

    send(remove(f"/Groups/{made}", "delete"))

    assert strangers.refused == 0


def test_what_is_made_is_written_down(tmp_path: Path) -> None:
    log = MadeLog(tmp_path, "http://b")
    bridge = SmallBridge()
    send, _ = guarded(bridge, log=log)
    directory = Directory.of(people=4, groups=1, seed=7, run_id="s7-")
    simulation = Simulation(get_dialect("okta-oin")(directory), lambda: send, parallel=1)

    simulation.cycle()
    simulation.close()
    log.close()

    made = read_remains(tmp_path).inventory
    assert len(made.things) == 5
    assert set(made.things) == {f"/{end}/{key}" for end, there in bridge.resources.items() for key in there}
    assert made.unanswered == []


def test_every_dialect_that_sends_is_tried() -> None:
    assert len(PUSHING) == sum(not cls.is_pulled for cls in DIALECTS.values())
