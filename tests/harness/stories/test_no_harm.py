"""A provider that a bridge leads to somebody else is stopped: nobody is harmed, and nobody is blamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from harness.directory.directory import Directory
from harness.idp.dialects import DIALECTS, get_dialect
from harness.record.exchange import Json, Request, Response, parse_body
from harness.record.journal import Journal, Leftover, Look
from harness.record.message import LIST_RESPONSE, render_json, user_body, write
from harness.situations.situation import Conversation, Scene, Situation
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.names import Names
from harness.stories.run import Run
from harness.stories.situations import Situations
from harness.target.probe import NotOffered, NotOurs, ProbeRefused
from tests.bridges import SmallBridge
from tests.harness.stories.fakes import Wire, events, make_run, ok

MARK = "3f9c0ffee1"
PUSHING = [name for name, cls in DIALECTS.items() if not cls.is_pulled]
STRANGERS: dict[str, dict[str, Json]] = {
    "Users": {"b": {"id": "b", "userName": "bob@corp.example", "active": True}},
    "Groups": {"g": {"id": "g", "displayName": "Design", "members": [{"value": "b"}]}},
}
Rewrite = Callable[[SmallBridge, Request, Response], Response]


def ignores_filters(bridge: SmallBridge, request: Request, response: Response) -> Response:
    """Every search finds everybody, strangers first."""
    endpoint = request.target.strip("/").split("?")[0]
    if request.method != "GET" or endpoint not in bridge.resources:
        return response
    listed = list(bridge.resources[endpoint].values())
    return _ok(200, {"schemas": [LIST_RESPONSE], "totalResults": len(listed), "Resources": listed})


def finds_strangers_only(bridge: SmallBridge, request: Request, response: Response) -> Response:
    """A create conflicts, and every search finds the stranger."""
    if request.method == "POST":
        return _ok(409, {"scimType": "uniqueness"})
    endpoint = request.target.strip("/").split("?")[0]
    if request.method == "GET" and endpoint in STRANGERS:
        listed = list(STRANGERS[endpoint].values())
        return _ok(200, {"schemas": [LIST_RESPONSE], "totalResults": 1, "Resources": listed})
    return response


def gives_a_strangers_id(bridge: SmallBridge, request: Request, response: Response) -> Response:
    """Every create is answered with the id of the same stranger."""
    if request.method != "POST":
        return response
    other = next(iter(STRANGERS[request.target.strip("/")]))
    return _ok(201, {**parse_body(request.body or b"").value, "id": other})


def links_a_stranger(bridge: SmallBridge, request: Request, response: Response) -> Response:
    """Every create links the stranger, and shows them as they are."""
    if request.method != "POST":
        return response
    return _ok(200, next(iter(STRANGERS[request.target.strip("/")].values())))


def _ok(status: int, body: Any) -> Response:
    return Response(status, (("Content-Type", "application/scim+json"),), render_json(body))


def safe_run(bridge: SmallBridge, rewrite: Rewrite | None = None) -> tuple[Run, Wire, Journal]:
    bridge.resources["Users"].update(deepcopy(STRANGERS["Users"]))
    bridge.resources["Groups"].update(deepcopy(STRANGERS["Groups"]))
    if rewrite:
        bridge.rewrite = lambda request, response: rewrite(bridge, request, response)
    run, wire, journal = make_run(lambda request: bridge.send(request).response, mode="safe", declare_disposable=False)
    run.guard.owned.invent(MARK)
    return run, wire, journal


def career(idp: DrivenIdp) -> None:
    """Ada is hired into a group, renamed, suspended, and the group is dropped."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada = idp.hire("Ada", everyone, design)
    idp.sync()
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.directory.leave(ada, design)
    idp.sync()
    idp.directory.disable(ada)
    idp.sync()


def strangers_on(bridge: SmallBridge) -> dict[str, dict[str, Json]]:
    return {
        endpoint: {key: each for key, each in bridge.resources[endpoint].items() if key in there}
        for endpoint, there in STRANGERS.items()
    }


MISLEADING = [ignores_filters, finds_strangers_only, gives_a_strangers_id, links_a_stranger]


@pytest.mark.parametrize("dialect", PUSHING)
@pytest.mark.parametrize("rewrite", MISLEADING, ids=lambda each: each.__name__)
def test_a_provider_that_is_led_to_a_stranger_is_stopped(dialect: str, rewrite: Rewrite) -> None:
    bridge = SmallBridge()
    run, _, _ = safe_run(bridge, rewrite)
    idp = DrivenIdp(get_dialect(dialect)(Directory(7, "example.com", MARK)), run)

    try:
        career(idp)
        refused = ""
    except NotOurs as stopped:
        refused = str(stopped)
    run.end("not observable" if refused else "completed", refused)
    run.finish()

    assert strangers_on(bridge) == STRANGERS
    assert not refused or "which this run did not" in refused
    made = {key for there in bridge.resources.values() for key in there} - {"b", "g"}
    assert made == set() or rewrite is gives_a_strangers_id or rewrite is links_a_stranger


@pytest.mark.parametrize("dialect", PUSHING)
def test_a_provider_that_is_led_to_its_own_people_is_not_hindered(dialect: str) -> None:
    bridge = SmallBridge()
    run, _, journal = safe_run(bridge)
    idp = DrivenIdp(get_dialect(dialect)(Directory(7, "example.com", MARK)), run)

    career(idp)
    run.end("completed")
    run.finish()

    assert bridge.resources == STRANGERS
    assert events(journal, Leftover) == []


def test_a_stranger_under_an_id_of_ours_is_left_and_told() -> None:
    bridge = SmallBridge()
    run, wire, journal = safe_run(bridge, gives_a_strangers_id)
    idp = DrivenIdp(get_dialect("google-push")(Directory(7, "example.com", MARK)), run)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync()

    run.end("completed")
    run.finish()

    (left,) = events(journal, Leftover)
    assert left.path == "/Users/b"
    assert left.name == ada.address
    assert "would change user bob@corp.example (b), which this run did not make" in left.reason
    assert not any(sent.startswith("DELETE") for sent in wire.sent)


def in_bulk(address: str) -> Request:
    operation = {"method": "POST", "path": "/Users", "bulkId": "one", "data": user_body(address)}
    return write("POST", "/Bulk", "bulk", {"Operations": [operation]})


@pytest.mark.parametrize("is_told", [True, False], ids=["with its results", "whose answer was lost"])
def test_what_a_bulk_request_made_is_taken_away(is_told: bool) -> None:
    bridge, address = SmallBridge(), f"ada.{MARK}@example.com"
    run, wire, _ = safe_run(bridge)

    def answer(request: Request) -> Response | None:
        if request.target != "/Bulk":
            return bridge.send(request).response
        made = bridge.send(write("POST", "/Users", "create", user_body(address))).json["id"]
        told = {"method": "POST", "bulkId": "one", "location": f"http://b/Users/{made}", "status": "201"}
        return _ok(200, {"Operations": [told]}) if is_told else None

    wire.answer = answer
    run.send(in_bulk(address))

    run.end("completed")
    run.finish()

    assert bridge.resources == STRANGERS


def test_a_look_is_recorded_and_is_no_exchange() -> None:
    bridge = SmallBridge()
    run, _, journal = safe_run(bridge)
    idp = DrivenIdp(get_dialect("google-push")(Directory(7, "example.com", MARK)), run)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    run.send(idp.create_again(ada))

    run.end("completed")

    assert events(journal, Look) == [Look("/Users/1", 200, ada.address)]


def test_a_busy_bridge_is_looked_at_again() -> None:
    bridge = SmallBridge()
    run, wire, journal = safe_run(bridge)
    busy = iter([True, True, False])
    bridge.rewrite = lambda request, response: (
        Response(429, (("Retry-After", "2"),)) if request.method == "GET" and next(busy) else response
    )
    idp = DrivenIdp(get_dialect("google-push")(Directory(7, "example.com", MARK)), run)
    run.send(idp.create_again(idp.hire("Ada")))

    run.end("completed")

    assert [sent.split()[0] for sent in wire.sent] == ["POST", "GET", "GET", "GET", "DELETE"]
    assert run.clock.now() == 4.0
    assert events(journal, Leftover) == []


class Administration:
    """A probe over an account with Bob, which offers everything."""

    reads = frozenset({"members"})
    acts = frozenset({"fixtures", "delete", "confirm", "sign-up", "clock/advance"})
    confirmation_interval_s = 300.0

    def __init__(self) -> None:
        self.members = {"m0": {"id": "m0", "email": "bob@corp.example", "state": "ACTIVE"}}
        self.done: list[str] = []

    def read(self, name: str, **query: str | list[str]) -> Json:
        """Who is there."""
        return {"members": list(self.members.values())}

    def act(self, path: str, body: Json) -> Json:
        """Do it."""
        self.done.append(path)
        if path == "fixtures":
            for number, each in enumerate(body["members"], 1):
                self.members[f"m{number}"] = {"id": f"m{number}", "state": "INVITED", **each}
        elif path.endswith("/delete"):
            del self.members[path.split("/")[1]]
        elif path.endswith("/confirm"):
            self.members[path.split("/")[1]]["state"] = "ACTIVE"
        return {}


def test_members_that_a_story_put_in_place_are_taken_away() -> None:
    probe = Administration()
    run, _, journal = make_run(probe=probe, mode="safe", declare_disposable=False)
    run.guard.owned.invent(MARK)
    ada = Directory(7, "example.com", MARK).hire("Ada")

    Account(run).put_in_place(ada, kind="GUEST")
    run.end("completed")
    run.finish()

    assert list(probe.members) == ["m0"]
    assert events(journal, Leftover) == []


def test_where_the_clock_is_not_ours_an_administrator_confirms() -> None:
    probe = Administration()
    run, _, _ = make_run(probe=probe, mode="safe", declare_disposable=False)
    run.guard.owned.invent(MARK)
    ada = Directory(7, "example.com", MARK).hire("Ada")
    Account(run).put_in_place(ada, state="INVITED")

    Account(run).enrol(ada)

    assert probe.done == ["fixtures", "members/m1/sign-up", "members/m1/confirm"]


def test_who_was_confirmed_by_the_bridge_in_the_meantime_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bridge's own watch comes between the sign-up and the administrator, whose act is then refused."""
    probe = Administration()
    run, _, _ = make_run(probe=probe, mode="safe", declare_disposable=False)
    run.guard.owned.invent(MARK)
    ada = Directory(7, "example.com", MARK).hire("Ada")
    Account(run).put_in_place(ada, state="INVITED")
    act = probe.act

    def refuses(path: str, body: Json) -> Json:
        """What the watch has confirmed already can't be confirmed again."""
        if path.endswith("/confirm"):
            raise ProbeRefused("the member is ACTIVE", 409)
        return act(path, body)

    monkeypatch.setattr(probe, "act", refuses)
    with pytest.raises(NotOffered, match="the story can't go on: the member is ACTIVE"):
        Account(run).enrol(ada)
    probe.members["m1"]["state"] = "ACTIVE"
    Account(run).enrol(ada)

    assert probe.done == ["fixtures", "members/m1/sign-up", "members/m1/sign-up"]


@pytest.mark.parametrize("status", [400, 409, 500])
def test_an_act_that_the_probe_refuses_ends_the_story_and_not_the_run(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    run, _, _ = make_run(probe=(probe := Administration()))

    def stumbles(path: str, body: Json) -> Json:
        raise ProbeRefused("what is that", status)

    monkeypatch.setattr(probe, "act", stumbles)
    with pytest.raises(NotOffered, match="the story can't go on: what is that"):
        run.act("members/m1/sign-up", {}, "ada@example.com")
    assert run.lost == ""


def test_members_that_cannot_be_taken_away_are_named() -> None:
    probe = Administration()
    probe.acts = probe.acts - {"delete"}
    run, _, journal = make_run(probe=probe, mode="safe", declare_disposable=False)
    probe.act = lambda path, body: _put(probe, path, body)  # type: ignore[method-assign]
    run.guard.owned.invent(MARK)
    ada = Directory(7, "example.com", MARK).hire("Ada")

    Account(run).put_in_place(ada)
    run.end("completed")
    run.finish()

    (left,) = events(journal, Leftover)
    assert (left.path, left.name) == ("members/m1", ada.address)


def _put(probe: Administration, path: str, body: Json) -> Json:
    if path != "fixtures":
        raise NotOffered("the target's probe does not offer the act 'delete'")
    return Administration.act(probe, path, body)


def test_a_family_goes_on_after_what_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard holds back is left out; the other situations are played, and the end says what was left out."""
    run, wire, _ = make_run(lambda _: _ok(404, {}), mode="safe", declare_disposable=False)
    run.guard.owned.invent(MARK)

    def family(scene: Scene) -> Iterator[Situation]:
        yield Situation(
            "a stranger", lambda: _one(write("POST", "/Users", "create user", {"userName": "bob@x.example"}))
        )
        yield Situation("our own", lambda: _one(write("POST", "/Groups", "create group", scene.group("Design"))))

    monkeypatch.setattr("harness.stories.situations.FAMILIES", {"strangers": family})

    with pytest.raises(NotOurs, match=r"needs a disposable account: .*bob@x\.example"):
        Situations(run, Client(run), Names(MARK, "example.com")).play("strangers")

    assert "POST /Groups" in wire.sent
    assert "POST /Users" not in wire.sent


def _one(request: Request) -> Conversation:
    yield request


def test_what_a_create_without_an_answer_made_is_taken_away_on_our_own_account_too() -> None:
    made: list[str] = []

    def answer(request: Request) -> Response | None:
        if request.method == "POST":
            made.append("/Users/7")
            return None
        if request.method == "DELETE":
            made.remove(request.target)
            return Response(204)
        found = [{"id": "7", "userName": "ada@x.example"}] if made else []
        return ok({"totalResults": len(found), "Resources": found})

    run, wire, _ = make_run(answer)

    run.send(write("POST", "/Users", "create user", {"userName": "ada@x.example"}))
    run.end("completed")

    assert made == []
    assert wire.sent[-1] == "DELETE /Users/7"
