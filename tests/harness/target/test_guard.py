"""The guard: each way in which a run could harm somebody who was there before, and what it lets through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.record.exchange import Exchange, Json, Request, Response
from harness.record.message import group_body, patch_body, read, remove, render_json, user_body, whole_user_body, write
from harness.target.guard import Guard
from harness.target.options import Options
from harness.target.probe import NeedsDisposable, NotOurs
from tests.bridges import SmallBridge

MARK = "3f9c0ffee1"
ADA, BOB = f"ada.{MARK}@example.com", "bob@corp.example"
SAFE = Options(url="http://b", mode="safe")


class Wire:
    """Sends as a run does: through the guard, which hears every answer."""

    def __init__(self, options: Options = SAFE) -> None:
        self.bridge = SmallBridge()
        self.guard = Guard(options, self._pass)
        self.guard.owned.invent(MARK)
        for scim_id, name in (("b", BOB), ("c", "carol@corp.example")):
            self.bridge.resources["Users"][scim_id] = {"id": scim_id, "userName": name}
        self.bridge.resources["Groups"]["g"] = {"id": "g", "displayName": "Design", "members": [{"value": "b"}]}

    @property
    def writes(self) -> list[str]:
        """The requests that reached the bridge and are no reading ones."""
        return [f"{each.method} {each.target}" for each in self.bridge.asked if each.method != "GET"]

    def send(self, request: Request) -> Exchange:
        """Send it, unless the guard raises."""
        self.guard.check(request)
        return self._pass(request)

    def create(self, name: str = ADA) -> Exchange:
        """A create of a user."""
        return self.send(write("POST", "/Users", "create user", user_body(name)))

    def _pass(self, request: Request) -> Exchange:
        exchange = self.bridge.send(request)
        self.guard.learn(exchange)
        return exchange


@pytest.fixture
def wire() -> Wire:
    return Wire()


def off(target: str) -> Request:
    return write("PATCH", target, "suspend", patch_body({"op": "replace", "path": "active", "value": False}))


def member_of(group: str, *ids: str, op: str = "add") -> Request:
    operation = {"op": op, "path": "members", "value": [{"value": each} for each in ids]}
    return write("PATCH", f"/Groups/{group}", "join", patch_body(operation))


def answers(status: int, body: Json) -> Callable[[Request, Response], Response]:
    """The bridge answers every create so."""
    said = Response(status, (), render_json(body))
    return lambda request, response: said if request.method == "POST" else response


def in_bulk(method: str, path: str, data: Json | None = None) -> Request:
    operation = {"method": method, "path": path, "bulkId": "one", "data": data}
    return write("POST", "/Bulk", "bulk", {"schemas": [], "Operations": [operation]})


HARMFUL = [
    pytest.param(remove("/Users/b", "delete"), "user bob@corp.example", id="DELETE"),
    pytest.param(off("/Users/b"), "user bob@corp.example", id="PATCH"),
    pytest.param(write("PUT", "/Users/b", "replace", user_body(ADA)), "user bob@corp.example", id="PUT"),
    pytest.param(off("/Users/b?attributes=id"), "user bob@corp.example", id="with a query"),
    pytest.param(remove("/Groups/g", "delete"), "group Design", id="DELETE of a group"),
    pytest.param(member_of("g", "b", op="remove"), "group Design", id="emptying a group"),
    pytest.param(write("PUT", "/Groups/g", "replace", group_body(f"X {MARK}")), "group Design", id="PUT of a group"),
    pytest.param(remove("/Users", "delete"), "all users", id="DELETE of the collection"),
    pytest.param(remove("/Users/", "delete"), "all users", id="DELETE of an empty id"),
    pytest.param(remove("/Users/%20", "delete"), "all users", id="DELETE of a blank id"),
    pytest.param(off('/Users?filter=userName%20eq%20"x"'), "all users", id="PATCH through a filter"),
    pytest.param(remove("/Users/../Groups/g", "delete"), "leads out of its path", id="dots"),
    pytest.param(remove("/Users/%2e%2e/Groups/g", "delete"), "leads out of its path", id="dots in escapes"),
    pytest.param(remove("/Users/x/../b", "delete"), "leads out of its path", id="dots after an id"),
    pytest.param(remove("/Users//b", "delete"), "more than what this run made", id="an empty segment"),
    pytest.param(remove("/Users/b/", "delete"), "more than what this run made", id="a slash at the end"),
    pytest.param(remove("//Users/b", "delete"), "more than what this run made", id="two slashes"),
    pytest.param(off("/Me"), "more than what this run made", id="/Me"),
    pytest.param(in_bulk("DELETE", "/Users/b"), "user bob@corp.example", id="DELETE in a Bulk request"),
    pytest.param(in_bulk("POST", "/Users", user_body(BOB)), BOB, id="a create of a stranger's name in a Bulk request"),
    pytest.param(
        in_bulk("POST", "/Groups", group_body(f"X {MARK}", members=[{"value": "b"}])),
        "put user bob@corp.example",
        id="a group with a stranger in a Bulk request",
    ),
    pytest.param(in_bulk("POST", "/Bulk", user_body(ADA)), "more than what this run made", id="Bulk in Bulk"),
    pytest.param(write("POST", "/Bulk", "bulk", {"Operations": {}}), "more than what this run made", id="/Bulk unread"),
    pytest.param(write("PUT", "/ServiceProviderConfig", "replace", {}), "more than what this run", id="configuration"),
    pytest.param(write("POST", "/Users/b", "create", user_body(ADA)), "user bob@corp.example", id="POST to an id"),
    pytest.param(write("POST", "/Users", "create", user_body(BOB)), BOB, id="a create of a stranger's name"),
    pytest.param(
        write("POST", "/Users", "create", whole_user_body(ADA, emails=[{"value": BOB}])), BOB, id="a stranger's address"
    ),
    pytest.param(
        write("POST", "/Users", "create", user_body(ADA, id="b")),
        "user bob@corp.example",
        id="a stranger's id in the body",
    ),
    pytest.param(write("POST", "/Groups", "create", group_body("Design")), "'Design'", id="a stranger's group name"),
    pytest.param(
        write("POST", "/Groups", "create", group_body(f"X {MARK}", members=[{"value": "b"}])),
        "put user bob@corp.example (b), which this run did not make, into a group",
        id="a group made with a stranger in it",
    ),
]


@pytest.mark.parametrize(("request_", "says"), HARMFUL)
def test_what_could_harm_a_stranger_never_leaves(wire: Wire, request_: Request, says: str) -> None:
    with pytest.raises(NotOurs) as refused:
        wire.send(request_)

    assert says in str(refused.value)
    assert wire.writes == []


@pytest.mark.parametrize("target", ["/users/b", "/USERS/b", "/Users/%62"])
def test_a_stranger_is_known_under_every_spelling_of_the_path(wire: Wire, target: str) -> None:
    wire.send(read("/Users", "list"))

    with pytest.raises(NotOurs, match="user bob@corp"):
        wire.send(remove(target, "delete"))


@pytest.mark.parametrize(("request_", "says"), HARMFUL)
def test_on_a_disposable_account_everything_leaves(request_: Request, says: str) -> None:
    guard = Guard(Options(url="http://b", mode="full", declare_disposable=True), _unreachable)

    guard.check(request_)

    assert not guard.is_on


def _unreachable(request: Request) -> Exchange:
    raise AssertionError(f"{request.target} is looked at")


@pytest.mark.parametrize(
    "options",
    [
        Options(url="http://b"),
        Options(url="http://b", mode="smoke"),
        Options(url="http://b", mode="certify"),
        Options(url="http://b", mode="safe", declare_disposable=True),
        Options(start="bridge {port}", mode="safe"),
    ],
    ids=["by default", "smoke", "certify", "safe, though disposable", "safe, though started"],
)
def test_it_is_on_wherever_the_whole_account_is_not_offered(options: Options) -> None:
    assert Guard(options, _unreachable).is_on


def test_what_a_run_made_is_its_own_to_change_and_delete(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    group = wire.send(write("POST", "/Groups", "create", group_body(f"Design {MARK}"))).json["id"]

    wire.send(off(f"/Users/{scim_id}"))
    wire.send(member_of(group, scim_id))
    wire.send(member_of(group, scim_id, op="remove"))
    wire.send(remove(f"/Groups/{group}", "delete"))
    wire.send(remove(f"/Users/{scim_id}", "delete"))

    assert len(wire.writes) == 7


def test_operations_in_a_bulk_request_on_what_the_run_makes_are_its_own(wire: Wire) -> None:
    group = group_body(f"Design {MARK}", members=[{"value": "bulkId:ada"}])
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "ada", "data": user_body(ADA)},
        {"method": "POST", "path": "/Groups", "bulkId": "design", "data": group},
        {"method": "DELETE", "path": "/Users/bulkId:ada"},
        {"method": "DELETE", "path": "/Users/nobody"},
    ]

    wire.guard.check(write("POST", "/Bulk", "bulk", {"Operations": operations}))

    assert [each.target for each in wire.bridge.asked] == ["/Users/nobody"]


def test_a_name_in_full_width_letters_is_the_same_name(wire: Wire) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in ADA)

    wire.create(wide)

    assert wire.writes == ["POST /Users"]


def test_each_is_looked_at_once_before_the_first_write(wire: Wire) -> None:
    scim_id = wire.create().json["id"]

    for _ in range(3):
        wire.send(off(f"/Users/{scim_id}"))

    assert [each.target for each in wire.bridge.asked if each.method == "GET"] == [f"/Users/{scim_id}"]


def test_a_list_that_shows_it_saves_the_look(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    wire.send(read("/Users", "list"))

    wire.send(off(f"/Users/{scim_id}"))

    assert [each.target for each in wire.bridge.asked if each.method == "GET"] == ["/Users"]


@pytest.mark.parametrize("status", [200, 201])
def test_a_create_that_gives_the_id_of_a_stranger_makes_them_nobody_s_own(wire: Wire, status: int) -> None:
    wire.bridge.rewrite = answers(status, {"id": "b", "userName": ADA})
    wire.create()

    with pytest.raises(NotOurs, match=r"DELETE /Users/b would change user bob@corp\.example \(b\), which this run did"):
        wire.send(remove("/Users/b", "delete"))


def test_a_stranger_who_was_seen_before_stays_one(wire: Wire) -> None:
    wire.send(read("/Users", "list"))
    wire.bridge.rewrite = answers(201, {"id": "b", "userName": ADA})
    wire.create()
    wire.bridge.resources["Users"]["b"]["userName"] = ADA  # the create has taken over Bob

    with pytest.raises(NotOurs, match="would change user"):
        wire.send(off("/Users/b"))


@pytest.mark.parametrize(
    "shown", [{"id": "b"}, {"id": "b", "userName": 7}, {"id": "c", "userName": ADA}, {"userName": ADA}]
)
def test_who_is_not_clearly_shown_is_not_ours(wire: Wire, shown: Json) -> None:
    wire.bridge.rewrite = lambda request, response: Response(200, (), render_json(shown))
    wire.create()

    with pytest.raises(NotOurs):
        wire.send(off("/Users/b"))


def test_a_user_without_a_user_name_is_known_by_the_address(wire: Wire) -> None:
    made = wire.send(write("POST", "/Users", "create", whole_user_body("", emails=[{"value": ADA}]))).json["id"]
    wire.bridge.resources["Users"]["b"] |= {"userName": "", "emails": [{"value": BOB}]}

    wire.send(remove(f"/Users/{made}", "delete"))
    with pytest.raises(NotOurs, match="user bob@corp"):
        wire.send(remove("/Users/b", "delete"))


def test_who_was_ours_and_is_shown_under_another_name_is_not_touched(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    wire.send(off(f"/Users/{scim_id}"))
    wire.bridge.resources["Users"][scim_id]["userName"] = "dave@corp.example"
    wire.send(read(f"/Users/{scim_id}", "read"))

    with pytest.raises(NotOurs, match="user dave@corp"):
        wire.send(remove(f"/Users/{scim_id}", "delete"))


def test_an_id_that_is_used_again_for_somebody_else_is_not_touched(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    wire.send(remove(f"/Users/{scim_id}", "delete"))
    wire.bridge.resources["Users"][scim_id] = {"id": scim_id, "userName": BOB}

    with pytest.raises(NotOurs, match="user bob@corp"):
        wire.send(remove(f"/Users/{scim_id}", "delete again"))


def test_who_was_deleted_may_be_asked_for_again(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    wire.send(remove(f"/Users/{scim_id}", "delete"))

    assert wire.send(remove(f"/Users/{scim_id}", "delete again")).status == 404
    assert wire.send(off(f"/Users/{scim_id}")).status == 404


@pytest.mark.parametrize("request_", [remove("/Users/0f7c-no-such-id", "x"), off("/Groups/42")])
def test_nobody_is_nobody_when_the_bridge_says_so(wire: Wire, request_: Request) -> None:
    assert wire.send(request_).status == 404


def test_an_id_that_a_story_took_for_nobody_s_and_that_is_somebody_s(wire: Wire) -> None:
    wire.bridge.resources["Users"]["42"] = {"id": "42", "userName": BOB}

    with pytest.raises(NotOurs, match=r"bob@corp\.example \(42\)"):
        wire.send(remove("/Users/42", "delete unknown user"))


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
@pytest.mark.parametrize("is_gone", [False, True])
def test_a_bridge_that_does_not_tell_who_is_there(wire: Wire, status: int, is_gone: bool) -> None:
    scim_id = wire.create().json["id"]
    if is_gone:
        wire.send(remove(f"/Users/{scim_id}", "delete"))
    wire.bridge.rewrite = lambda request, response: Response(status)

    with pytest.raises(NotOurs, match=rf"does not tell whether this run made them \(GET gives {status}\)"):
        wire.send(remove(f"/Users/{scim_id}", "delete again"))


def test_a_bridge_without_reads_by_id_is_asked_by_name(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    wire.bridge.rewrite = lambda request, said: Response(404) if request.target == f"/Users/{scim_id}" else said

    wire.send(off(f"/Users/{scim_id}"))

    assert wire.writes == ["POST /Users", f"PATCH /Users/{scim_id}"]


def test_who_can_neither_be_read_nor_found_is_not_touched(wire: Wire) -> None:
    scim_id = wire.create().json["id"]
    wire.bridge.rewrite = lambda request, response: Response(404)

    with pytest.raises(NotOurs):
        wire.send(off(f"/Users/{scim_id}"))


def test_an_id_of_odd_characters_is_looked_at_by_its_own_path(wire: Wire) -> None:
    shown = {"id": "../Groups/g", "userName": ADA}
    wire.bridge.rewrite = lambda request, response: (
        response if request.target != "/Users" else Response(200, (), render_json({"Resources": [shown]}))
    )
    wire.bridge.resources["Users"]["..%2FGroups%2Fg"] = {"id": "g", "displayName": "Design"}
    wire.send(read("/Users", "list"))

    with pytest.raises(NotOurs):
        wire.send(remove("/Users/..%2FGroups%2Fg", "delete"))


def test_a_number_for_an_id_is_the_same_id(wire: Wire) -> None:
    wire.bridge.rewrite = lambda request, response: _with_number(response)
    scim_id = wire.create().json["id"]

    wire.send(off(f"/Users/{scim_id}"))

    assert scim_id == 1


def _with_number(response: Response) -> Response:
    return Response(
        response.status, (), response.body.replace(b'"id":"1"', b'"id":1').replace(b'"id": "1"', b'"id": 1')
    )


@pytest.mark.parametrize("value", [["b"], "b", {"value": "b"}, [{"VALUE": "b"}]])
@pytest.mark.parametrize("op", ["add", "Replace"])
def test_no_stranger_is_put_into_a_group_of_ours(wire: Wire, value: Any, op: str) -> None:
    group = wire.send(write("POST", "/Groups", "create", group_body(f"Design {MARK}"))).json["id"]
    forms = [{"op": op, "path": "members", "value": value}, {"op": op, "value": {"Members": value}}]

    for operation in forms:
        with pytest.raises(NotOurs, match="would put user bob"):
            wire.send(write("PATCH", f"/Groups/{group}", "join", patch_body(operation)))


def test_reading_is_free(wire: Wire) -> None:
    for request in (read("/Users/b", "read"), read("/Me", "me"), Request("POST", "/Users/.search", "search")):
        wire.guard.check(request)


def test_only_a_disposable_account_is_changed_whole() -> None:
    Guard(Options(start="x"), _unreachable).need_disposable("a reset")
    with pytest.raises(NeedsDisposable, match="needs a disposable account"):
        Guard(SAFE, _unreachable).need_disposable("a reset")


def test_a_group_that_a_bridge_made_without_a_name_is_ours_to_take_away(wire: Wire) -> None:
    wire.bridge.rewrite = answers(201, {"id": "n", "displayName": ""})
    wire.send(write("POST", "/Groups", "create group", {"displayName": ""}))
    wire.bridge.resources["Groups"]["n"] = {"id": "n"}

    wire.send(remove("/Groups/n", "clean up"))

    assert wire.writes[-1] == "DELETE /Groups/n"


@pytest.mark.parametrize(
    "there", [{"id": "n", "displayName": "Board"}, {"id": "n", "members": [{"value": "b"}]}, {"id": "other"}]
)
def test_a_group_that_was_there_is_not_ours_though_a_create_without_a_name_gave_its_id(there: Json, wire: Wire) -> None:
    wire.bridge.rewrite = answers(201, {"id": "n"})
    wire.send(write("POST", "/Groups", "create group", {"displayName": ""}))
    wire.bridge.resources["Groups"]["n"] = there

    with pytest.raises(NotOurs, match="which this run did not make"):
        wire.send(remove("/Groups/n", "clean up"))
