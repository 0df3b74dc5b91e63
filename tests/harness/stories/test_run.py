"""A run: its observations, its clean-up, and when it gives up."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Request, Response
from harness.record.journal import ClockMove, Entry, Leftover, NotObservable, Observation, exchanges
from harness.record.message import CORE_GROUP, SCIM_JSON, group_body, patch_body, read, remove, user_body, write
from harness.stories.account import Account
from harness.stories.run import TargetLost
from tests.harness.stories.fakes import EMPTY, Probe, events, make_run, ok


def test_looking_lists_users_and_groups_to_the_end() -> None:
    pages = {"startIndex=1": [{"id": str(n)} for n in range(100)], "startIndex=101": [{"id": "last"}]}

    def answer(request: Request) -> Response:
        start = request.target.split("?")[1].split("&")[0]
        return ok({"totalResults": 101, "Resources": pages[start]})

    run, wire, journal = make_run(answer)
    run.observe()

    assert wire.sent[:2] == ["GET /Users?startIndex=1&count=100", "GET /Users?startIndex=101&count=100"]
    assert [len(o.data) for o in events(journal, Observation)] == [101, 101]


def test_a_total_that_stops_short_is_not_believed() -> None:
    full, rest = [{"id": str(n)} for n in range(100)], [{"id": "hidden"}]

    def answer(request: Request) -> Response:
        page = full if "startIndex=1&" in request.target else rest
        return ok({"totalResults": len(page), "Resources": page})

    run, _, journal = make_run(answer)
    run.observe()

    assert len(events(journal, Observation)[0].data) == 101


def test_a_group_that_got_members_on_the_account_is_read_whole() -> None:
    listed, whole = {"id": "g", "displayName": "Design"}, {"id": "g", "displayName": "Design", "members": []}

    def answer(request: Request) -> Response:
        if request.target == "/Groups/g":
            return ok(whole)
        return ok({"totalResults": 1, "Resources": [listed]} if "/Groups" in request.target else EMPTY)

    run, _, journal = make_run(answer)
    run.meet_group("DESIGN")
    run.observe()

    assert [o.data for o in events(journal, Observation) if o.kind == "scim.groups"] == [[whole]]


@pytest.mark.parametrize("is_shown", [True, False])
def test_members_that_are_shown_on_request_are_asked_for(is_shown: bool) -> None:
    members = {"name": "members", "type": "complex", "multiValued": True, "returned": "request"}
    schemas = {"Resources": [{"id": CORE_GROUP, "attributes": [{"name": "displayName"}, members]}]}
    group = {"id": "g", "displayName": "Design"}

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return ok(group, 201)
        if request.target == "/Schemas":
            return ok(schemas)
        if request.target == "/Groups/g?attributes=members":
            return ok({"id": "g", "members": [{"value": "7"}]}, 200 if is_shown else 403)
        return ok({"totalResults": 1, "Resources": [group]} if "Groups" in request.target else EMPTY)

    run, wire, journal = make_run(answer)
    run.send(write("POST", "/Groups", "create", {**group_body("Design"), "members": [{"value": "7"}]}))
    run.observe()
    run.send(write("POST", "/Groups", "create", {**group_body("Design"), "members": [{"value": "7"}]}))
    run.observe()

    seen = [o.data for o in events(journal, Observation) if o.kind == "scim.groups"]
    assert seen[0] == ([{**group, "members": [{"value": "7"}]}] if is_shown else None)
    assert wire.sent.count("GET /Schemas") == 1


def test_of_a_large_directory_those_are_looked_at_whom_the_story_names() -> None:
    ada, design = {"id": "7", "userName": "ada@x.example"}, {"id": "g", "displayName": "Design"}

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return ok(ada if "Users" in request.target else design, 201)
        if "filter" in request.target:
            found = [ada] if "ada" in request.target else []
            return ok({"totalResults": len(found), "Resources": found})
        if request.target == "/Groups/g":
            return ok(design)
        return ok({"totalResults": 501, "Resources": [{"id": "stranger"}]})

    run, wire, journal = make_run(answer)
    run.send(write("POST", "/Users", "create", user_body("ada@x.example")))
    run.send(write("POST", "/Groups", "create", group_body("Design")))
    run.meet("grace@x.example")
    wire.sent.clear()
    run.observe()

    assert [(o.kind, o.data) for o in events(journal, Observation)[:2]] == [
        ("scim.users", [ada]),
        ("scim.groups", [design]),
    ]
    assert "GET /Users?filter=userName%20eq%20%22grace%40x.example%22" in wire.sent
    assert len(wire.sent) == 6


@pytest.mark.parametrize("left", [[], [{"id": "new", "userName": "new@x.example"}]])
def test_who_slips_between_two_pages_while_others_write_is_read_by_id(left: list[dict[str, Any]]) -> None:
    """Somebody on the first page is deleted before the second is read: who stood first on the second is on neither."""
    strangers = [{"id": f"s{n}", "userName": f"s{n}@x.example"} for n in range(100)]

    assert _seen_of_ada([strangers, left]) == [_ADA]


def test_who_moves_to_the_next_page_while_others_write_is_seen_once() -> None:
    """Somebody is made before those of the first page: its last stands on the second page once more."""
    strangers = [{"id": f"s{n}", "userName": f"s{n}@x.example"} for n in range(99)]

    assert _seen_of_ada([[*strangers, _ADA], [_ADA]]) == [_ADA]


_ADA = {"id": "7", "userName": "ada.7b3e9a@x.example"}


def _seen_of_ada(pages: list[list[dict[str, Any]]]) -> Any:
    """What a story that made Ada sees of an account that others use too, listed in these pages."""

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return ok(_ADA, 201)
        if request.target == "/Users/7":
            return ok(_ADA)
        if "/Groups" in request.target:
            return ok(EMPTY)
        shown = pages[0] if "startIndex=1&" in request.target else pages[1]
        return ok({"totalResults": 101, "Resources": shown})

    run, _, journal = make_run(answer, mode="safe", declare_disposable=False)
    run.guard.owned.invent("7b3e9a")
    run.send(write("POST", "/Users", "create", user_body("ada.7b3e9a@x.example")))
    run.observe()
    return events(journal, Observation)[0].data


def test_a_look_up_that_is_refused_in_a_large_directory_is_not_known() -> None:
    def answer(request: Request) -> Response:
        return Response(500, (), b"") if "filter" in request.target else ok({"totalResults": 501, "Resources": []})

    run, _, journal = make_run(answer)
    run.meet("ada@x.example")
    run.observe()

    assert events(journal, Observation)[0] == Observation("scim.users", "")


def test_members_that_a_list_of_groups_leaves_out_are_read_by_id() -> None:
    whole = {"id": "g", "displayName": "Design", "members": [{"value": "7"}]}

    def answer(request: Request) -> Response:
        if request.method == "PATCH":
            return Response(204, (), b"")
        if request.target == "/Groups/g":
            return ok(whole)
        found = [{"id": "g", "displayName": "Design"}] if "Groups" in request.target else []
        return ok({"totalResults": len(found), "Resources": found})

    run, _, journal = make_run(answer)
    run.send(
        write("PATCH", "/Groups/g", "join", patch_body({"op": "add", "path": "members", "value": [{"value": "7"}]}))
    )
    run.observe()

    assert events(journal, Observation)[1].data == [whole]


@pytest.mark.parametrize("resources", [5, "ada", True, {"id": "1"}, [5, "ada"]])
def test_a_list_that_is_none_shows_nothing_rather_than_nobody(resources: Any) -> None:
    run, _, journal = make_run(lambda request: ok({"totalResults": 1, "Resources": resources}))

    run.observe()

    assert events(journal, Observation)[:2] == [Observation("scim.users", ""), Observation("scim.groups", "")]


def test_what_has_not_changed_is_not_kept_twice() -> None:
    run, _, journal = make_run()
    run.observe()
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))
    run.observe()

    assert [o.data for o in events(journal, Observation) if o.kind == "scim.users"] == [[], None]


def test_looking_twice_in_a_row_looks_once() -> None:
    run, wire, _ = make_run()

    run.observe()
    run.observe()

    assert len(wire.sent) == 2


def test_the_account_is_looked_at_where_it_can_be() -> None:
    run, _, journal = make_run(probe=Probe())

    run.observe()

    kinds = [o.kind for o in events(journal, Observation)]
    assert kinds == ["account.members", "account.journal", "scim.users", "scim.groups"]


def test_a_story_takes_away_what_it_made_last_first() -> None:
    ids = iter(["7", "a/b"])
    run, wire, _ = make_run(lambda r: ok({"id": next(ids)}, 201) if r.method == "POST" else Response(204))
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))
    run.send(write("POST", "/Groups", "create group", {"displayName": "Design"}))

    run.end("completed")

    assert wire.sent[2:] == ["DELETE /Groups/a%2Fb", "DELETE /Users/7"]


def test_what_the_story_deleted_itself_is_not_deleted_again() -> None:
    run, wire, _ = make_run()
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))
    run.send(remove("/Users/7", "delete user"))

    run.end("completed")

    assert len(wire.sent) == 2


def test_what_cannot_be_taken_away_is_recorded() -> None:
    run, _, journal = make_run(lambda r: ok({"id": "7"}, 201) if r.method == "POST" else Response(501))
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))

    run.end("completed")
    run.finish()

    assert events(journal, Leftover) == [Leftover("/Users/7", "DELETE gives 501", "ada@x.example")]


def test_cleaning_up_belongs_to_no_provider() -> None:
    run, _, journal = make_run()
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))

    run.end("completed")

    assert journal.entries[-1].dialect == ""
    assert journal.entries[-1].scenario == "lifecycle/test_x.py::test_y"


def test_a_bridge_of_ours_is_reset_instead() -> None:
    probe = Probe()
    run, wire, _ = make_run(probe=probe, start="bridge {port}")
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))

    run.end("completed")

    assert ("reset", {}) in probe.done
    assert len(wire.sent) == 1


def test_a_foreign_account_is_never_reset() -> None:
    probe = Probe()
    make_run(probe=probe)

    assert probe.done == []


def test_a_bridge_that_stops_answering_ends_the_run() -> None:
    run, wire, _ = make_run(lambda request: None)

    run.send(read("/Users", "list users"))
    run.send(read("/Users", "list users"))
    with pytest.raises(TargetLost, match="has stopped answering: refused"):
        run.send(read("/Users", "list users"))

    assert len(wire.sent) == 3
    assert run.lost


def test_one_lost_answer_is_no_lost_bridge() -> None:
    answers = iter([None, ok(EMPTY), None, ok(EMPTY)])
    run, _, _ = make_run(lambda request: next(answers))

    for _ in range(4):
        run.send(read("/Users", "list users"))

    assert run.lost == ""


def test_time_is_virtual_where_the_bridge_allows_it() -> None:
    probe = Probe()
    run, _, journal = make_run(probe=probe)

    Account(run).wait_for_confirmation()

    assert probe.done == [("clock/advance", {"seconds": 301.0})]
    assert events(journal, ClockMove) == [ClockMove("bridge", 301.0, True)]
    assert run.clock.now() == 0.0


def test_time_is_real_where_it_does_not() -> None:
    run, _, journal = make_run()

    run.advance(301)

    assert run.clock.now() == 301.0
    assert events(journal, ClockMove) == [ClockMove("bridge", 301, False)]


def test_what_cannot_be_seen_is_recorded_by_name() -> None:
    run, _, journal = make_run()

    run.unobservable(("SEED-53",), "no clock")

    assert [entry.event for entry in journal.entries if isinstance(entry, Entry)][-1] == NotObservable(
        ("SEED-53",), "no clock"
    )


def _refusing(request: Request) -> Response:
    if request.method == "PATCH":
        is_text = b'"False"' in (request.body or b"")
        return Response(400, (), b'{"detail": "active must be true or false."}') if is_text else Response(204)
    return Response(201, (), b'{"id": "7"}') if request.method == "POST" else ok(EMPTY)


def _patches(journal: Any) -> list[tuple[str, str, int]]:
    found = [(entry.dialect, exchange.request.name, exchange.status) for entry, exchange in exchanges(journal.entries)]
    return [each for each in found if each[1].startswith("differential: ")]


def _deactivate(target: str) -> Request:
    body = {"Operations": [{"op": "replace", "value": {"active": "False"}}]}
    return write("PATCH", target, "set user active", body, (("User-Agent", "x"), ("Content-Type", SCIM_JSON)))


def test_at_the_end_of_a_story_a_refused_write_is_sent_again_with_one_trait_changed_back() -> None:
    run, _, journal = make_run(_refusing)
    run.begin("idp/test_x.py::test_y", "entra-default", "…", (), "idp")
    run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))
    run.send(_deactivate("/Users/7"))
    run.end("completed")

    assert _patches(journal) == [("", "differential: with `active` as a Boolean", 204)]


def test_a_search_for_a_letter_outside_ascii_is_sent_again_without_it() -> None:
    run, _, journal = make_run(lambda request: Response(200 if request.target.isascii() else 400))
    run.begin("idp/test_x.py::test_y", "entra-default", "…", (), "idp")
    run.send(Request("GET", '/Users?filter=userName eq "zoë"', "find user", (("User-Agent", "x"),)))
    run.end("completed")

    assert _patches(journal) == [("", "differential: with a filter value in ASCII", 200)]


def test_403_to_a_client_without_a_name_is_asked_with_one() -> None:
    def named(request: Request) -> Response:
        return Response(200 if dict(request.headers).get("User-Agent") else 403)

    run, _, journal = make_run(named)
    run.begin("idp/test_x.py::test_y", "entra-default", "…", (), "idp")
    run.send(Request("GET", "/Users/7", "read user"))
    run.end("completed")

    assert _patches(journal) == [("", "differential: with a User-Agent", 200)]


def test_what_the_run_did_not_make_is_not_probed() -> None:
    run, _, journal = make_run(_refusing)
    run.begin("idp/test_x.py::test_y", "entra-default", "…", (), "idp")
    run.send(_deactivate("/Users/8"))
    run.end("completed")

    assert _patches(journal) == []


def test_an_equal_refusal_is_probed_once_in_a_run() -> None:
    run, _, journal = make_run(_refusing)
    for story in ("one", "two"):
        run.begin(f"idp/test_x.py::test_{story}", "entra-default", "…", (), "idp")
        run.send(write("POST", "/Users", "create user", user_body("ada@x.example")))
        run.send(_deactivate("/Users/7"))
        run.end("completed")

    assert len(_patches(journal)) == 1


def test_on_an_account_that_others_use_only_the_storys_own_people_are_recorded() -> None:
    ada, stranger = {"id": "7", "userName": "ada@x.example"}, {"id": "8", "userName": "sam@x.example"}

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return ok(ada, 201)
        found = [ada, stranger] if "Users" in request.target else [{"id": "g", "displayName": "Sales"}]
        return ok({"totalResults": len(found), "Resources": found})

    run, _, journal = make_run(answer, Probe(), mode="safe", declare_disposable=False)
    run.guard.owned.invent("ada")
    run.send(write("POST", "/Users", "create", user_body("ada@x.example")))
    run.observe()

    seen = {o.kind: o.data for o in events(journal, Observation)}
    assert seen["scim.users"] == [ada]
    assert seen["scim.groups"] == []
    assert [member["email"] for member in seen["account.members"]] == ["ada@x.example"]


def test_a_group_that_was_renamed_is_still_the_storys_own() -> None:
    class WithGroups(Probe):
        reads = frozenset({"groups"})

        def read(self, name: str, **query: str | list[str]) -> Any:
            return {"groups": [{"id": "1", "name": "West ada", "managed": True}, {"id": "2", "name": "Others"}]}

    west = {"id": "g", "displayName": "West ada"}

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return ok({**west, "displayName": "Design ada"}, 201)
        found = [west, {"id": "x", "displayName": "Others"}] if "Groups" in request.target else []
        return ok({"totalResults": len(found), "Resources": found})

    run, _, journal = make_run(answer, WithGroups(), mode="safe", declare_disposable=False)
    run.guard.owned.invent("ada")
    run.send(write("POST", "/Groups", "create", group_body("Design ada")))
    run.observe()

    seen = {o.kind: o.data for o in events(journal, Observation)}
    assert seen["scim.groups"] == [west]
    assert [group["name"] for group in seen["account.groups"]] == ["West ada"]
