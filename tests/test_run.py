"""A run: what it observes, what it takes away again, when it gives up."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from harness.clock import ManualClock
from harness.idp.okta import Knobs, OktaOin
from harness.record.exchange import Exchange, Json, Request, Response
from harness.record.journal import Act, ClockMove, Entry, Journal, Leftover, NotObservable, Observation
from harness.record.message import read, remove, user_body, write
from harness.run import Account, Client, DrivenIdp, Run, TargetLost, make_names, make_provider
from harness.target.options import Options
from harness.target.probe import NoProbe, NotOffered
from harness.target.target import Target

EMPTY: Json = {"totalResults": 0, "Resources": []}
Answer = Callable[[Request], Response | None]


class Wire:
    """A transport that answers from a function."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.sent: list[str] = []
        self.timeout_s = 0.0

    def another(self) -> Wire:
        """The same: it has no connection."""
        return self

    def close(self) -> None:
        """Nothing to let go."""

    def send(self, request: Request) -> Exchange:
        """Answer."""
        self.sent.append(f"{request.method} {request.target}")
        response = self.answer(request)
        return Exchange("http://b", request, response, "" if response else "refused")


class Probe:
    """An account probe with one member and everything offered."""

    reads = frozenset({"members", "journal"})
    acts = frozenset({"reset", "clock/advance", "sign-up", "fixtures"})
    confirmation_interval_s = 300.0

    def __init__(self, state: str = "ACTIVE") -> None:
        self.state = state
        self.done: list[tuple[str, Json]] = []

    def read(self, name: str, **query: str) -> Json:
        """What stands there."""
        member = {"id": "m1", "email": "ada@x.example", "state": self.state}
        return {"members": [member], "events": [], "next": 4}

    def act(self, path: str, body: Json) -> Json:
        """Remember it."""
        self.done.append((path, body))
        return {}


def ok(body: Json, status: int = 200) -> Response:
    return Response(status, (), json.dumps(body).encode())


def nothing(request: Request) -> Response:
    return ok({"id": "7"}, 201) if request.method == "POST" else ok(EMPTY) if request.method == "GET" else Response(204)


def make_run(answer: Answer = nothing, probe: Any = None, **options: Any) -> tuple[Run, Wire, Journal]:
    wire, journal = Wire(answer), Journal()
    target = Target("bridge", "http://b", "token")
    run = Run(Options(**{"url": "http://b", **options}), target, wire, probe or NoProbe(), journal, ManualClock())  # type: ignore[arg-type]
    run.begin("lifecycle/test_x.py::test_y", "okta-oin", "a story", (), "lifecycle")
    return run, wire, journal


def events(journal: Journal, kind: type[Any]) -> list[Any]:
    return [entry.event for entry in journal.entries if isinstance(entry.event, kind)]


def test_looking_lists_users_and_groups_to_the_end() -> None:
    pages = {"startIndex=1": [{"id": str(n)} for n in range(100)], "startIndex=101": [{"id": "last"}]}

    def answer(request: Request) -> Response:
        start = request.target.split("?")[1].split("&")[0]
        return ok({"totalResults": 101, "Resources": pages[start]})

    run, wire, journal = make_run(answer)
    run.observe()

    assert wire.sent[:2] == ["GET /Users?startIndex=1&count=100", "GET /Users?startIndex=101&count=100"]
    assert [len(o.data) for o in events(journal, Observation)] == [101, 101]


def test_each_vendor_waits_as_long_as_it_does() -> None:
    run, wire, _ = make_run()
    okta = make_provider(OktaOin, run.options, "a story")
    okta.knobs = Knobs(timeout_s=17)  # type: ignore[attr-defined]

    DrivenIdp(okta, run).sync()

    assert wire.timeout_s == 17


def test_a_total_that_stops_short_is_not_believed() -> None:
    full, rest = [{"id": str(n)} for n in range(100)], [{"id": "hidden"}]

    def answer(request: Request) -> Response:
        page = full if "startIndex=1&" in request.target else rest
        return ok({"totalResults": len(page), "Resources": page})

    run, _, journal = make_run(answer)
    run.observe()

    assert len(events(journal, Observation)[0].data) == 101


def test_a_directory_above_the_limit_is_not_listed_whole() -> None:
    run, _, journal = make_run(lambda request: ok({"totalResults": 501, "Resources": [{"id": "1"}]}))

    run.observe()

    assert events(journal, Observation) == []


@pytest.mark.parametrize("resources", [5, "ada", True, {"id": "1"}, [5, "ada"]])
def test_a_list_that_is_none_shows_nothing_rather_than_nobody(resources: Any) -> None:
    run, _, journal = make_run(lambda request: ok({"totalResults": 1, "Resources": resources}))

    run.observe()

    assert events(journal, Observation) == []


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
    assert kinds == ["scim.users", "scim.groups", "account.members", "account.journal"]


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

    assert events(journal, Leftover) == [Leftover("/Users/7", "DELETE gives 501")]


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


def test_the_bridges_clock_follows_the_providers() -> None:
    probe = Probe()
    run, _, _ = make_run(probe=probe)
    idp = DrivenIdp(OktaOin(make_provider(OktaOin, run.options, "x").directory), run)

    idp.sync()

    assert probe.done == [("clock/advance", {"seconds": 1.5})]


def test_somebody_who_is_not_confirmed_ends_the_story() -> None:
    run, _, _ = make_run(probe=Probe(state="PENDING"))
    provider = make_provider(OktaOin, run.options, "x")
    ada = provider.directory.hire("Ada")
    ada = type(ada)(ada.key, "Ada", "B", "ada@x.example")

    with pytest.raises(NotOffered, match="Ada B was not confirmed"):
        Account(run).enrol(ada)


def test_an_act_is_recorded_with_whom_it_concerned() -> None:
    run, _, journal = make_run(probe=Probe())
    provider = make_provider(OktaOin, run.options, "x")
    ada = provider.directory.hire("Ada")

    Account(run).put_in_place(ada)

    assert events(journal, Act) == [Act("fixtures", ada.address)]


def test_without_a_probe_an_act_is_not_offered() -> None:
    run, _, _ = make_run()

    with pytest.raises(NotOffered):
        Account(run).put_in_place(make_provider(OktaOin, run.options, "x").directory.hire("Ada"))


def test_a_started_bridge_meets_the_same_names_in_every_run() -> None:
    options = Options(start="bridge {port}", seed=3)

    assert make_names(options, "story") == make_names(options, "story")
    assert make_names(options, "story") != make_names(options, "another")


def test_a_lasting_bridge_meets_other_names_in_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(url="http://b")
    monkeypatch.setattr("time.time", lambda: 1000.0)
    one = make_names(options, "story")
    monkeypatch.setattr("time.time", lambda: 1001.0)

    assert one != make_names(options, "story")


def test_a_walk_goes_to_the_empty_page() -> None:
    pages = iter([2, 2, 1, 0])
    run, wire, _ = make_run(lambda request: ok({"totalResults": 2, "Resources": [{"id": "x"}] * next(pages)}))

    Client(run).walk("/Users", count=2, at_most=10)

    assert [line.split("?")[1] for line in wire.sent] == [f"startIndex={n}&count=2" for n in (1, 3, 5, 6)]


def test_what_cannot_be_seen_is_recorded_by_name() -> None:
    run, _, journal = make_run()

    run.unobservable(("SEED-53",), "no clock")

    assert [entry.event for entry in journal.entries if isinstance(entry, Entry)][-1] == NotObservable(
        ("SEED-53",), "no clock"
    )


def test_what_is_sent_together_is_under_way_together() -> None:
    """None is answered before all have arrived, and they are recorded in the order given."""
    all_there = threading.Barrier(4)

    def answer(request: Request) -> Response:
        all_there.wait(timeout=10)
        return Response(204)

    run, _, journal = make_run(answer)
    wanted = [remove(f"/Users/{number}", "delete user") for number in range(4)]

    entries = Client(run).send_together(wanted)

    assert [entry.event for entry in entries] == events(journal, Exchange)
    assert [each.request for each in events(journal, Exchange)] == wanted


@pytest.mark.parametrize("status", [409, 412, 429, 503])
def test_what_is_put_off_is_sent_once_more(status: int) -> None:
    seen: dict[str, int] = {}

    def answer(request: Request) -> Response:
        seen[request.target] = seen.get(request.target, 0) + 1
        return Response(status if request.target.endswith("1") and seen[request.target] == 1 else 204)

    run, _, _ = make_run(answer)

    entries = Client(run).send_together([remove(f"/Users/{number}", "delete user") for number in range(3)])

    assert [entry.event.status for entry in entries if isinstance(entry.event, Exchange)] == [204, 204, 204]
    assert seen == {"/Users/0": 1, "/Users/1": 2, "/Users/2": 1}


def test_what_is_refused_for_good_is_not_sent_again() -> None:
    run, wire, _ = make_run(lambda request: Response(400))

    Client(run).send_together([remove("/Users/1", "delete user")])

    assert len(wire.sent) == 1


def test_an_id_is_taken_from_what_was_made_alone() -> None:
    """What a refused create shows is no id, even where it shows one: the story can't go on."""
    run, _, _ = make_run(lambda request: ok({"id": "7"}, 201 if request.method == "POST" else 409))
    client = Client(run)

    assert client.id_from(client.send(write("POST", "/Users", "create user", user_body("ada")))) == "7"
    with pytest.raises(NotOffered, match="replace user"):
        client.id_from(client.send(write("PUT", "/Users/7", "replace user", user_body("ada"))))
