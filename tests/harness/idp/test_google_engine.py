"""Google's engine over a minimal bridge: matching, delays, triggers, failures, the console."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest

from harness.directory.values import Person
from harness.errors import UsageError
from harness.idp.google import Google, GoogleKnobs
from harness.idp.google.knobs import DAY_S, HOUR_S
from harness.idp.google.state import Trigger, moments_of
from harness.idp.knobs import set_knobs
from harness.idp.provider import Barrier, Job, Lost, Wait
from harness.record.exchange import Request, Response
from tests.bridges import SmallBridge
from tests.harness.idp.steps import answer, body, company, found, jobs, lines, play, requests_of

Bridge = Callable[[Request], Response | Lost]
WEEK = GoogleKnobs(off_suspend_days=7, suspended_suspend_days=7, deleted_suspend_days=7)


class Seen:
    """A bridge that keeps users, what it was sent of writing requests, and how long the provider waited between."""

    def __init__(self) -> None:
        self.kept = SmallBridge()
        self.sent: list[str] = []
        self.rewrite: Callable[[Request, Response], Response | Lost] = lambda request, response: response

    def __call__(self, request: Request) -> Response | Lost:
        response = self.kept.send(request).response
        assert response is not None
        if request.method != "GET":
            self.sent.append(f"{request.method} {request.target}")
        return self.rewrite(request, response)

    def taken(self) -> list[str]:
        """What was written since the last time."""
        sent, self.sent = self.sent, []
        return sent


def google_of(knobs: GoogleKnobs | None = None) -> tuple[Google, Seen, Person]:
    """Ada is assigned and linked as user 1."""
    google, bridge = Google(company(), knobs), Seen()
    ada = google.directory.hire("Ada")
    google.directory.assign(ada)
    sync(google, bridge)
    bridge.taken()
    return google, bridge, ada


def sync(google: Google, bridge: Bridge) -> float:
    """One step; returns how long the provider waited."""
    return drive(google.plan(), bridge)


def drive(plan: Iterable[Job | Barrier], bridge: Bridge, limit: int = 50) -> float:
    return sum(_drive(job, bridge, limit) for job in plan if isinstance(job, Job))


def _drive(job: Job, bridge: Bridge, limit: int) -> float:
    waited, steps = 0.0, 0
    try:
        step = next(job.conversation)
        while True:
            steps += 1
            assert steps <= limit, "the conversation does not end"
            if isinstance(step, Wait):
                assert step.on == "idp"
                waited += step.seconds
                step = next(job.conversation)
            else:
                given = bridge(step)
                step = job.conversation.throw(given) if isinstance(given, Lost) else job.conversation.send(given)
    except StopIteration:
        return waited


def test_the_first_run_covers_everybody_in_scope_and_no_group() -> None:
    """GOOGLE-05, section 3.f: one job for each person in scope, nobody else, and no group at all."""
    google = Google(company())
    design = google.directory.form_group("Design")
    google.directory.hire("Ada", design)
    google.directory.hire("Grace")
    google.directory.archive(google.directory.hire("Joan", design))
    google.directory.assign_group(design)

    assert jobs(google.plan()) == ["sync", "|", "user tp1", "|"]
    assert google.pushed_groups() == []


def test_a_group_narrows_the_scope() -> None:
    """GOOGLE-05, section 3.e: whoever leaves the group that gives access is out of scope; no request names a group."""
    google, bridge = Google(company()), Seen()
    design = google.directory.form_group("Design")
    ada = google.directory.hire("Ada", design)
    google.directory.assign_group(design)
    sync(google, bridge)

    google.directory.leave(ada, design)
    sync(google, bridge)
    google.directory.join(ada, design)
    sync(google, bridge)

    assert bridge.taken() == ["POST /Users", "PATCH /Users/1", "PATCH /Users/1"]


def test_a_match_that_is_the_same_is_linked_and_nothing_more() -> None:
    """GOOGLE-03, section 3.b: no POST after a match."""
    google, _, ada = google_of()
    google.links.people.clear()

    seen = play(google.provision(ada), found({"id": "7", "active": True, "displayName": ada.full_name}))

    assert len(lines(seen)) == 1
    assert google.id_of(ada) == "7"
    assert google.counts() == {"create": 1, "link": 1}


def test_a_match_that_is_inactive_or_named_otherwise_is_brought_up_to_date() -> None:
    """Section 3.b, what follows a match is a guess: active, then the attributes that are shown otherwise."""
    google, _, ada = google_of()
    google.links.people.clear()

    seen = play(
        google.provision(ada),
        found({"id": "7", "active": False, "name": {"givenName": "A."}}),
        answer(200),
        answer(200),
    )

    assert lines(seen)[1:] == ["PATCH /Users/7", "PUT /Users/7"]
    assert google.links.has_sent(ada)


def test_a_match_is_left_alone_where_that_is_chosen() -> None:
    """Section 3.b: the knob `update_on_link`."""
    google, _, ada = google_of(GoogleKnobs(update_on_link=False))
    google.links.people.clear()

    assert len(lines(play(google.provision(ada), found({"id": "7", "displayName": "Somebody"})))) == 1


def test_a_quiet_sync_sends_nothing() -> None:
    """Section 3.f: every few hours, and nothing where nothing differs."""
    google, bridge, _ = google_of()

    assert sync(google, bridge) == 3 * HOUR_S
    assert bridge.taken() == []


def test_a_change_of_what_is_not_mapped_writes_no_empty_patch() -> None:
    """Section 3.c: a PATCH of nothing is not sent; a PUT of the same is."""
    (patching, first, ada), (putting, second, same) = google_of(GoogleKnobs(update="patch")), google_of()
    patching.directory.change_profile(ada, title="Captain")
    putting.directory.change_profile(same, title="Captain")

    sync(patching, first)
    sync(putting, second)

    assert (first.taken(), second.taken()) == ([], ["PUT /Users/1"])
    assert sync(patching, first) == 3 * HOUR_S


@pytest.mark.parametrize("act", ["disable", "unassign", "delete"])
def test_each_trigger_suspends_within_a_day(act: str) -> None:
    """Section 3.d: suspended, turned off, deleted: `active` false within 24 hours, and the link stays."""
    google, bridge, ada = google_of()

    getattr(google.directory, act)(ada)
    waited = sync(google, bridge)

    assert bridge.taken() == ["PATCH /Users/1"]
    assert bridge.kept.users() == {ada.address: False}
    assert 3 * HOUR_S < waited < 24 * HOUR_S
    assert google.id_of(ada) == "1"
    assert google.backlog() == 0


def test_switching_off_takes_a_quarter_of_an_hour_longer() -> None:
    """Section 3.f: up to 15 minutes."""
    (one, first, ada), (other, second, grace) = google_of(), google_of()
    one.directory.disable(ada)
    other.directory.unassign(grace)

    assert sync(other, second) - sync(one, first) == 900


@pytest.mark.parametrize("days", [1, 7, 21, 30])
def test_a_longer_delay_is_kept(days: int) -> None:
    """Section 3.d: 1, 7, 21 and 30 days; a sync before sends nothing, the first one after does."""
    google, bridge, ada = google_of(GoogleKnobs(suspended_suspend_days=days))
    google.directory.disable(ada)

    sync(google, bridge)
    drive(google.let_pass(days - 0.2), bridge)
    sync(google, bridge)
    before = bridge.taken(), google.backlog()
    drive(google.let_pass(0.2), bridge)
    sync(google, bridge)

    assert before == ([], 1)
    assert bridge.taken() == ["PATCH /Users/1"]
    assert google.backlog() == 0


def test_a_delete_follows_the_suspension_days_later() -> None:
    """GOOGLE-06, section 3.d: both are chosen; suspension within a day, DELETE after seven, then the link is gone."""
    google, bridge, ada = google_of(GoogleKnobs(deleted_suspend_days=0, deleted_delete_days=7))
    google.directory.delete(ada)

    sync(google, bridge)
    first, pending = bridge.taken(), google.backlog()
    drive(google.let_pass(7), bridge)
    sync(google, bridge)
    sync(google, bridge)

    assert (first, pending) == (["PATCH /Users/1"], 1)
    assert bridge.taken() == ["DELETE /Users/1"]
    assert google.id_of(ada) == ""
    assert google.backlog() == 0


def test_deletion_alone_needs_no_suspension() -> None:
    """GOOGLE-06, section 3.d: "and/or"."""
    google, bridge, ada = google_of(GoogleKnobs(off_suspend_days=None, off_delete_days=0))
    google.directory.unassign(ada)

    sync(google, bridge)

    assert bridge.taken() == ["DELETE /Users/1"]


def test_for_suspended_users_there_is_no_deletion_to_choose() -> None:
    """Section 3.d: the trigger "user suspended" has suspension alone, whatever is chosen for the others."""
    google, bridge, ada = google_of(GoogleKnobs(off_delete_days=1, deleted_delete_days=1))
    google.directory.disable(ada)

    sync(google, bridge)
    drive(google.let_pass(30), bridge)
    sync(google, bridge)

    assert bridge.taken() == ["PATCH /Users/1"]


@pytest.mark.parametrize("days", [-1, 2, 31])
def test_a_delay_that_nobody_can_choose_is_refused(days: int) -> None:
    """Section 3.d: within 24 hours, 1, 7, 21 or 30 days."""
    with pytest.raises(ValueError, match="none or one of 0, 1, 7, 21, 30 days"):
        GoogleKnobs(off_delete_days=days)


def test_delays_are_set_by_name() -> None:
    """Section 3.d: as `bridgecheck simulate --set` does it."""
    google = Google(company())

    set_knobs(google, ["deleted_suspend_days=none", "deleted_delete_days=21", "update=patch"])

    assert google.knobs == GoogleKnobs(deleted_suspend_days=None, deleted_delete_days=21, update="patch")
    with pytest.raises(UsageError, match="off_suspend_days must be none or one of 0, 1, 7, 21, 30 days"):
        set_knobs(google, ["off_suspend_days=5"])


def test_nothing_chosen_sends_nothing() -> None:
    """Section 3.d: a trigger may do nothing at all; the user stays active on the bridge."""
    google, bridge, ada = google_of(GoogleKnobs(deleted_suspend_days=None))
    google.directory.delete(ada)

    drive(google.let_pass(60), bridge)
    sync(google, bridge)

    assert (bridge.taken(), google.backlog()) == ([], 0)


def test_archived_users_are_outside() -> None:
    """Section 3.d: whoever is archived is neither created nor suspended; back again, they are as before."""
    google, bridge, ada = google_of()
    google.directory.archive(ada)

    sync(google, bridge)
    drive(google.let_pass(60), bridge)
    sync(google, bridge)
    google.directory.unarchive(ada)
    sync(google, bridge)

    assert bridge.taken() == []
    assert bridge.kept.users() == {ada.address: True}


def test_whoever_is_back_in_time_is_never_suspended() -> None:
    """Section 3.d: back on the sixth of seven days: what was pending is dropped, and a later leave starts anew."""
    google, bridge, ada = google_of(WEEK)
    google.directory.disable(ada)
    sync(google, bridge)
    drive(google.let_pass(6), bridge)
    pending = google.backlog()

    google.directory.enable(ada)
    sync(google, bridge)
    after = google.backlog()
    google.directory.disable(ada)
    sync(google, bridge)
    drive(google.let_pass(6), bridge)
    sync(google, bridge)

    assert (pending, after, google.backlog()) == (1, 0, 1)
    assert bridge.taken() == []
    assert bridge.kept.users() == {ada.address: True}


def test_whoever_is_back_before_the_deletion_is_reactivated() -> None:
    """GOOGLE-06, section 3.d: suspended at once, deletion in a month; back in between: active, and no DELETE ever."""
    google, bridge, ada = google_of(GoogleKnobs(off_suspend_days=0, off_delete_days=30))
    google.directory.unassign(ada)
    sync(google, bridge)
    google.directory.assign(google.directory.rename(ada, "Ada", "King"))

    sync(google, bridge)
    drive(google.let_pass(40), bridge)
    sync(google, bridge)

    assert bridge.taken() == ["PATCH /Users/1", "PATCH /Users/1", "PUT /Users/1"]


def test_whoever_comes_back_after_a_deletion_is_created_anew() -> None:
    """GOOGLE-06: the link went with the DELETE, so the match finds nobody."""
    google, bridge, ada = google_of(GoogleKnobs(off_suspend_days=None, off_delete_days=0))
    google.directory.unassign(ada)
    sync(google, bridge)

    google.directory.assign(ada)
    sync(google, bridge)

    assert bridge.taken() == ["DELETE /Users/1", "POST /Users"]
    assert google.id_of(ada) == "2"


def test_the_first_of_two_triggers_counts() -> None:
    """Section 3.d: suspended with seven days to go, then turned off with one: suspended after one."""
    knobs = GoogleKnobs(suspended_suspend_days=7, off_suspend_days=1)
    google, bridge, ada = google_of(knobs)
    google.directory.disable(ada)
    sync(google, bridge)
    google.directory.unassign(ada)
    sync(google, bridge)

    drive(google.let_pass(1.1), bridge)
    sync(google, bridge)

    assert bridge.taken() == ["PATCH /Users/1"]


def test_a_deletion_keeps_the_delay_that_runs_already() -> None:
    """Section 3.d: suspended six days ago with seven to go, then deleted with nothing chosen for that."""
    google, bridge, ada = google_of(GoogleKnobs(suspended_suspend_days=7, deleted_suspend_days=None))
    google.directory.disable(ada)
    sync(google, bridge)
    drive(google.let_pass(6), bridge)
    google.directory.delete(ada)

    sync(google, bridge)
    before = bridge.taken()
    drive(google.let_pass(1), bridge)
    sync(google, bridge)

    assert (before, bridge.taken()) == ([], ["PATCH /Users/1"])


@pytest.mark.parametrize(
    ("triggers", "moments"),
    [
        ({"off": 0.0}, (7 * DAY_S + 900, 30 * DAY_S + 900)),
        ({"suspended": 100.0}, (12 * HOUR_S + 100, None)),
        ({"deleted": 5.0}, (None, DAY_S + 5)),
        ({"off": 0.0, "deleted": 40 * DAY_S}, (7 * DAY_S + 900, 30 * DAY_S + 900)),
        ({}, (None, None)),
    ],
)
def test_moments(triggers: dict[Trigger, float], moments: tuple[float | None, float | None]) -> None:
    """Section 3.d: each trigger with its own choice and its own delay."""
    knobs = GoogleKnobs(
        off_suspend_days=7,
        off_delete_days=30,
        suspended_suspend_days=0,
        deleted_suspend_days=None,
        deleted_delete_days=1,
    )

    assert moments_of(triggers, knobs) == moments


def test_whoever_waits_for_an_end_lets_the_delays_run_out() -> None:
    """GOOGLE-06, section 3.d: how `simulate` settles: one step lasts until the last deletion is done."""
    google, bridge, ada = google_of(GoogleKnobs(deleted_suspend_days=1, deleted_delete_days=30))
    google.directory.delete(ada)
    sync(google, bridge)

    google.retry_all()
    waited = sync(google, bridge)

    assert bridge.taken() == ["PATCH /Users/1", "DELETE /Users/1"]
    assert round(waited / DAY_S) == 30
    assert google.backlog() == 0


def test_what_is_pending_outlives_a_run() -> None:
    """Section 3.d: time, triggers, who is gone and the console's figures survive as JSON."""
    google, bridge, ada = google_of(WEEK)
    google.directory.disable(ada)
    sync(google, bridge)
    drive(google.let_pass(6), bridge)
    stored = json.loads(json.dumps(google.memory()))

    later = Google(google.directory, WEEK)
    later.links = google.links
    later.recall(stored)
    drive(later.let_pass(1), bridge)
    sync(later, bridge)

    assert bridge.taken() == ["PATCH /Users/1"]
    assert later.memory() == {**stored, **later.memory()}
    assert later.counts() == {"create": 1, "suspend": 1}


def test_an_empty_memory_is_a_fresh_start() -> None:
    """A state file of an earlier version knows nothing of delays."""
    google = Google(company())

    google.recall({})

    assert (google.backlog(), google.counts(), google.failures()) == (0, {}, [])


def test_whoever_was_removed_at_the_target_is_not_sent_again() -> None:
    """GOOGLE-07: the PUT meets 404: listed as a failure once, and nothing is sent about that person any more."""
    google, bridge, ada = google_of()
    del bridge.kept.resources["Users"]["1"]
    google.directory.rename(ada, "Ada", "King")

    sync(google, bridge)
    first = bridge.taken()
    google.directory.disable(ada)
    sync(google, bridge)
    google.directory.enable(ada)
    sync(google, bridge)

    assert (first, bridge.taken()) == (["PUT /Users/1"], [])
    assert [each.what for each in google.failures()] == [
        "the user could not be updated: the user was removed at the target: HTTP 404"
    ]
    assert google.backlog() == 0


@pytest.mark.parametrize(
    "knobs", [GoogleKnobs(), GoogleKnobs(off_suspend_days=None, off_delete_days=0)], ids=["suspend", "delete"]
)
def test_a_departure_that_meets_404_is_over(knobs: GoogleKnobs) -> None:
    """GOOGLE-07: the same when the suspension or the deletion comes too late."""
    google, bridge, ada = google_of(knobs)
    del bridge.kept.resources["Users"]["1"]
    google.directory.unassign(ada)

    sync(google, bridge)
    google.directory.assign(ada)
    sync(google, bridge)

    assert len(bridge.taken()) == 1
    assert len(google.failures()) == 1


def test_a_deletion_whose_answer_was_lost_is_no_removal_by_hand() -> None:
    """GOOGLE-06, section 3.g: DELETE, no answer, DELETE, 404: done; who comes back is created."""
    google, bridge, ada = google_of(GoogleKnobs(off_suspend_days=None, off_delete_days=0))
    google.directory.unassign(ada)
    bridge.rewrite = lambda request, response: Lost("timed out") if request.method == "DELETE" else response
    sync(google, bridge)
    bridge.rewrite = lambda request, response: response

    sync(google, bridge)
    google.directory.assign(ada)
    sync(google, bridge)

    assert bridge.taken() == ["DELETE /Users/1", "DELETE /Users/1", "POST /Users"]


def test_a_lost_create_is_found_by_the_match_of_the_next_sync() -> None:
    """Section 3.g: whether the bridge acted is unknown; the next sync links, and there is one user."""
    google, bridge = Google(company()), Seen()
    ada = google.directory.hire("Ada")
    google.directory.assign(ada)
    bridge.rewrite = lambda request, response: Lost("timed out") if request.method == "POST" else response
    sync(google, bridge)
    failed = google.failures()
    bridge.rewrite = lambda request, response: response

    sync(google, bridge)

    assert [(each.key, each.what) for each in failed] == [("tp1", "the user could not be created: HTTP 0")]
    assert bridge.taken() == ["POST /Users"]
    assert google.id_of(ada) == "1"
    assert google.counts() == {"link": 1}


@pytest.mark.parametrize("status", [401, 403, 409, 429, 500, 502, 503])
def test_a_refused_create_is_listed_and_tried_again_by_the_next_sync(status: int) -> None:
    """Section 3.g: 409, 429 and 5xx: once in each sync, whatever Retry-After says; then it goes through."""
    google = Google(company())
    google.directory.assign(google.directory.hire("Ada"))
    refusal = answer(status, None, Retry_After="7200")

    play(google.provision(google.directory.people["tp1"]), found(), refusal)
    waited = sync(google, lambda request: found() if request.method == "GET" else refusal)

    assert waited == 3 * HOUR_S + 0.1
    assert [each.what for each in google.failures()] == [f"the user could not be created: HTTP {status}"] * 2
    assert jobs(google.user_jobs()) == ["user tp1"]


@pytest.mark.parametrize("status", [0, 429, 500])
def test_a_refused_suspension_is_due_until_it_goes_through(status: int) -> None:
    """Section 3.g: once in each sync; meanwhile it is backlog."""
    google, bridge, ada = google_of()
    google.directory.disable(ada)
    refusal = Lost("timed out") if status == 0 else answer(status)

    sync(google, lambda request: refusal)
    pending = google.backlog()
    waited = sync(google, bridge)

    assert (pending, google.backlog(), waited) == (1, 0, 3 * HOUR_S)
    assert bridge.taken() == ["PATCH /Users/1"]


def test_a_refused_return_is_tried_again() -> None:
    """Section 3.d: who could not be reactivated stays inactive in Google's eyes."""
    google, bridge, ada = google_of()
    google.directory.disable(ada)
    sync(google, bridge)
    google.directory.enable(ada)

    sync(google, lambda request: answer(500))
    sync(google, bridge)

    assert bridge.taken() == ["PATCH /Users/1", "PATCH /Users/1"]
    assert google.counts() == {"create": 1, "suspend": 1, "reactivate": 1}


def test_the_console_shows_thirty_days() -> None:
    """Section 3.f: counts and failures of the last 30 days; what is older is gone from the list."""
    google, bridge, ada = google_of()
    google.directory.rename(ada, "Ada", "King")
    sync(google, lambda request: answer(500))
    shown = google.counts(), len(google.failures())

    drive(google.let_pass(31), bridge)
    sync(google, bridge)

    assert shown == ({"create": 1}, 1)
    assert (google.counts(), google.failures()) == ({"update": 1}, [])


def test_the_list_of_failures_is_bounded() -> None:
    """A bound of ours: a bridge that fails for ever does not fill the memory."""
    google, _, _ = google_of(GoogleKnobs(failures_shown=5))

    for number in range(50):
        google.fail(f"tp{number}", "no")

    assert [each.key for each in google.failures()] == ["tp45", "tp46", "tp47", "tp48", "tp49"]


def test_counts_of_a_year_take_a_month_of_memory() -> None:
    """Section 3.f: what the console no longer shows is not kept either."""
    google, bridge, ada = google_of()

    for day in range(365):
        google.directory.rename(ada, "Ada", f"King-{day}")
        drive(google.let_pass(0.875), bridge)
        sync(google, bridge)

    assert len(google.state.days) <= 33
    assert 30 <= google.counts()["update"] <= 33


def test_an_application_that_is_removed_sends_nothing_more() -> None:
    """P-25: whoever was active stays so, and nobody has the application any more."""
    google, bridge, ada = google_of()
    google.remove_application()
    google.directory.disable(ada)

    assert jobs(google.plan()) == []
    assert bridge.kept.users() == {ada.address: True}
    assert not google.has_application(google.directory.enable(ada))


def test_several_matches_fail_unless_the_first_is_taken() -> None:
    """Section 3.b: several matches are a guess: a failure; as a knob, the first."""
    google, _, ada = google_of()
    other, _, same = google_of(GoogleKnobs(on_several_matches="first"))
    for each in (google, other):
        each.links.people.clear()

    play(google.provision(ada), found({"id": "7"}, {"id": "8"}))
    play(other.provision(same), found({"id": "7"}, {"id": "8"}))

    assert [each.what for each in google.failures()] == ["several users match: HTTP 200"]
    assert (google.id_of(ada), other.id_of(same)) == ("", "7")


def test_404_to_a_match_is_a_failure_unless_it_is_taken_for_nobody() -> None:
    """Section 4: unknown; the default creates nobody."""
    google, _, ada = google_of()
    other, _, same = google_of(GoogleKnobs(on_match_404="nobody"))
    for each in (google, other):
        each.links.people.clear()

    assert len(lines(play(google.provision(ada), answer(404)))) == 1
    assert lines(play(other.provision(same), answer(404), answer(201, {"id": "7"})))[1:] == ["POST /Users"]


def test_the_other_agent_and_the_other_blank() -> None:
    """Section 6: the knobs `user_agent` and `blank`."""
    google, _, ada = google_of(GoogleKnobs(user_agent="Google", blank="+"))
    google.links.people.clear()

    (request,) = requests_of(play(google.provision(ada), answer(500)))

    assert request.target.startswith("/Users?filter=userName+eq+%22")
    assert request.headers[0] == ("User-Agent", "Google")


def test_every_guess_is_marked_and_nothing_else_is() -> None:
    """Section 3: what no recording shows names its place; what was recorded does not."""
    google, _, ada = google_of()

    first = requests_of(play(google.update(ada), answer(200)))[0]
    suspended = requests_of(play(google.deprovision(ada), answer(204)))[0]
    deleted = requests_of(play(google.delete(ada.key), answer(204)))[0]
    (find, create) = requests_of(play(google.provision(ada), found(), answer(201, {"id": "7"})))

    marks = [request.unconfirmed for request in (first, suspended, deleted, find, create)]
    assert marks == ["docs/sources.md 3.c", "docs/sources.md 3.d", "docs/sources.md 3.d", "", ""]
    assert body(suspended)["Operations"] == [{"op": "replace", "path": "active", "value": False}]
