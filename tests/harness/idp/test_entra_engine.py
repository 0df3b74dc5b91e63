"""Entra ID's engine over a minimal bridge: cycles, escrows, quarantine, the guard, restarts, soft deletion."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest
from msgspec.structs import replace

from harness.idp.entra import Entra, EntraDefault, EntraFlag, EntraKnobs, EntraOnDemand, Quarantine
from harness.idp.entra.knobs import DAY_S, HOUR_S
from harness.idp.entra.state import Tally, pause_before_try, reason_to_quarantine
from harness.idp.provider import Barrier, Job, Lost, Wait
from harness.record.exchange import Request, Response, parse_body
from tests.harness.idp.steps import NOBODY, answer, company, found

Bridge = Callable[[Request], Response | Lost]


class Kept:
    """A bridge that keeps what it is sent, and shows it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.count = 0
        self.users: dict[str, dict[str, object]] = {}

    def __call__(self, request: Request) -> Response | Lost:
        self.sent.append(f"{request.method} {request.target.split('?')[0]}")
        scim_id = request.target.rpartition("/")[2]
        if request.method == "POST":
            self.count += 1
            body = {**parse_body(request.body or b"").value, "id": f"{self.count}"}
            self.users[f"{self.count}"] = body
            return answer(201, body)
        if request.method == "GET":
            return answer(200, self.users.get(scim_id, {"id": scim_id})) if "filter" not in request.target else found()
        return answer(204)


def drive(plan: Iterable[Job | Barrier], bridge: Bridge, limit: int = 300) -> float:
    """Play a plan; returns how long the provider waited. Fails when it does not end."""
    waited = 0.0
    for job in plan:
        if isinstance(job, Job):
            waited += _drive(job, bridge, limit)
    return waited


def _drive(job: Job, bridge: Bridge, limit: int) -> float:
    waited, steps = 0.0, 0
    try:
        step = next(job.conversation)
        while True:
            steps += 1
            assert steps <= limit, "the conversation does not end"
            if isinstance(step, Wait):
                waited += step.seconds
                step = next(job.conversation)
                continue
            given = bridge(step)
            step = job.conversation.throw(given) if isinstance(given, Lost) else job.conversation.send(given)
    except StopIteration:
        return waited


def hired(knobs: EntraKnobs | None = None, cls: type[Entra] = EntraDefault) -> tuple[Entra, Kept]:
    """Ada and Grace in Design, which is assigned."""
    entra = cls(company(), knobs)
    design = entra.directory.form_group("Design")
    entra.directory.assign_group(design)
    entra.directory.hire("Ada", design)
    entra.directory.hire("Grace", design)
    return entra, Kept()


def cycle(entra: Entra, bridge: Kept) -> list[str]:
    """One cycle; what was sent after the keep-alive."""
    bridge.sent.clear()
    drive(entra.plan(), bridge)
    return bridge.sent[1:]


def test_a_quiet_cycle_asks_for_a_guid_and_nothing_else() -> None:
    """Sections 2.a and 2.f: the watermark passes over what was worked off."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)

    assert cycle(entra, bridge) == []
    assert bridge.sent == ["GET /Users"]
    assert entra.state.watermark == entra.directory.last_change


def test_without_keep_alive_a_quiet_cycle_is_silent() -> None:
    """Section 2.a: Q-03 is a knob."""
    entra, bridge = hired(EntraKnobs(keep_alive=False))
    drive(entra.plan(), bridge)
    bridge.sent.clear()

    assert drive(entra.plan(), bridge) == 2400
    assert bridge.sent == []


def test_an_incremental_cycle_looks_at_what_changed() -> None:
    """Section 2.f: Ada alone has another name."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.rename(entra.directory.people["tp1"], "Ada", "King")

    assert [person.key for person in entra._candidates()] == ["tp1"]
    assert cycle(entra, bridge) == ["GET /Users/1", "PATCH /Users/1"]


def test_leaving_suspends_before_it_removes() -> None:
    """ENTRA-30, section 2.e: GET, PATCH active, then the membership."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    (design,) = entra.directory.groups.values()
    entra.directory.leave(entra.directory.people["tp1"], design)

    assert cycle(entra, bridge) == ["GET /Users/1", "PATCH /Users/1", "PATCH /Groups/3"]


def test_a_group_that_is_unassigned_goes_after_its_users() -> None:
    """ENTRA-29, section 2.e: both are disabled, then the group is deleted."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.unassign_group(*entra.directory.groups.values())

    sent = cycle(entra, bridge)

    assert sent[-1] == "DELETE /Groups/3"
    assert sent[:-1] == ["GET /Users/1", "PATCH /Users/1", "GET /Users/2", "PATCH /Users/2"]


def test_a_restart_reads_and_writes_nothing() -> None:
    """ENTRA-36, section 2.f: links are kept, everybody is looked at."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.restart()

    assert cycle(entra, bridge) == ["GET /Users/1", "GET /Users/2", "GET /Groups/3"]


def test_a_full_restart_matches_anew() -> None:
    """ENTRA-36, section 2.f: links are broken."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.restart(full=True)

    assert cycle(entra, bridge)[:2] == ["GET /Users", "POST /Users"]


def test_an_escrow_grows_rarer() -> None:
    """ENTRA-09, section 2.f: in the next cycle, then after two, then after four."""
    entra, bridge = hired()
    tries: list[int] = []

    def conflict(request: Request) -> Response | Lost:
        if request.method == "POST" and request.target == "/Users" and b"Ada" in (request.body or b""):
            tries.append(entra.state.cycles)
            return answer(409)
        return bridge(request)

    for _ in range(9):
        drive(entra.plan(), conflict)

    assert tries == [1, 2, 4, 8]
    assert entra.state.escrows["tp1"].what == "EntryConflict"


def test_a_lost_create_is_matched_in_the_next_cycle() -> None:
    """ENTRA-34, section 2.g: the answer was lost, the bridge has acted."""
    entra, bridge = hired()
    drive(entra.plan(), lambda request: Lost("cut") if request.method == "POST" else bridge(request))

    assert cycle(entra, bridge)[:2] == ["GET /Users", "POST /Users"]
    assert entra.state.escrows == {}
    assert entra.links.members["tg1"] == {"1", "2"}


def test_a_lost_addition_is_taken_back_when_the_member_leaves() -> None:
    """ENTRA-26, section 2.g: whether the bridge has added Ada is unknown, so she is removed."""
    entra, bridge = hired()
    drive(entra.plan(), lambda request: Lost("cut") if b'"Add"' in (request.body or b"") else bridge(request))
    entra.directory.leave(entra.directory.people["tp1"], entra.directory.groups["tg1"])

    assert cycle(entra, bridge) == ["GET /Users/1", "PATCH /Users/1", "PATCH /Groups/3", "PATCH /Groups/3"]
    assert entra.links.members["tg1"] == {"2"}


def test_who_is_planned_and_never_brought_to_an_end_is_looked_at_again() -> None:
    """Section 2.f: a driver gave the job up."""
    entra, bridge = hired()
    for item in entra.plan():
        if isinstance(item, Job) and item.key == "user tp1":
            item.conversation.close()
        elif isinstance(item, Job):
            _drive(item, bridge, 50)

    assert entra.backlog() == 1
    assert cycle(entra, bridge) == ["GET /Users", "POST /Users", "PATCH /Groups/2"]


def test_a_soft_deletion_ends_in_delete_after_thirty_days() -> None:
    """ENTRA-28, section 2.d: disabled at once, deleted when the bin is emptied, and then forgotten."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.delete(entra.directory.people["tp1"])

    first = cycle(entra, bridge)
    drive(entra.let_pass(29.5), bridge)
    before = cycle(entra, bridge)
    drive(entra.let_pass(1), bridge)
    after = cycle(entra, bridge)

    assert first == ["GET /Users/1", "PATCH /Users/1", "PATCH /Groups/3"]
    assert (before, after) == ([], ["DELETE /Users/1"])
    assert "tp1" not in entra.links.people


def test_who_was_unassigned_first_gets_no_delete() -> None:
    """Section 2.d: the object is no longer managed."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    ada, design = entra.directory.people["tp1"], entra.directory.groups["tg1"]
    entra.directory.leave(ada, design)
    drive(entra.plan(), bridge)
    entra.directory.delete(ada)
    drive(entra.plan(), bridge)
    drive(entra.let_pass(31), bridge)

    assert cycle(entra, bridge) == []


def test_emptying_the_bin_by_hand() -> None:
    """Section 2.d: DELETE in the next cycle."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    ada = entra.directory.delete(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)

    entra.purge(ada)

    assert cycle(entra, bridge) == ["DELETE /Users/1"]


def test_the_guard_holds_a_batch_until_it_is_allowed() -> None:
    """Section 2.f: above the threshold nothing of the batch is sent, and no cycle runs."""
    entra, bridge = hired(EntraKnobs(deletion_threshold=1))
    drive(entra.plan(), bridge)
    for person in list(entra.directory.people.values()):
        entra.directory.disable(person)

    held = cycle(entra, bridge)
    still = cycle(entra, bridge)
    entra.allow_deletions()

    assert (held, still, bridge.sent) == ([], [], [])
    assert cycle(entra, bridge) == ["GET /Users/1", "PATCH /Users/1", "GET /Users/2", "PATCH /Users/2"]


def test_a_rejected_batch_is_never_sent() -> None:
    """Section 2.f: the users stay as they are."""
    entra, bridge = hired(EntraKnobs(deletion_threshold=1))
    drive(entra.plan(), bridge)
    for person in list(entra.directory.people.values()):
        entra.directory.disable(person)
    drive(entra.plan(), bridge)

    entra.reject_deletions()

    assert cycle(entra, bridge) == []
    assert entra.state.quarantine is None


def test_bad_credentials_are_quarantined_at_once_and_tried_ever_later() -> None:
    """ENTRA-37, section 2.f: 6, 12 and 24 hours after the first failure, then daily, for four weeks."""
    entra, bridge = hired()
    waits = [drive(entra.plan(), lambda request: answer(401)) for _ in range(5)]

    assert entra.state.quarantine is not None
    assert entra.state.quarantine.reason == "Unauthorized"
    assert waits == [2400, 6 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S]
    for _ in range(30):
        drive(entra.plan(), lambda request: answer(401))
    assert entra.state.is_disabled
    assert list(entra.plan()) == []
    entra.restart()
    assert "POST /Users" in cycle(entra, bridge)


def test_quarantine_ends_with_the_errors() -> None:
    """ENTRA-37, section 2.f: the job goes on where it stood."""
    entra, bridge = hired()
    drive(entra.plan(), lambda request: answer(404))
    assert entra.state.quarantine is not None

    drive(entra.plan(), bridge)

    assert entra.state.quarantine is None
    assert len(entra.links.people) == 2


@pytest.mark.parametrize(
    ("tally", "reason"),
    [
        (Tally(10_000, 4_999), ""),
        (Tally(20_000, 5_000), ""),
        (Tally(10_000, 5_000), "too large a share of failures"),
        (Tally(1_000_000, 40_001), "too many failures"),
        (Tally(1_000_000, 10, 59_989), ""),
        (Tally(1_000_000, 10, 59_990), "too many failures, references included"),
    ],
)
def test_when_a_job_is_quarantined(tally: Tally, reason: str) -> None:
    """Section 2.f: 5,000 failures before anything, 40 %, 40,000, and 60,000 with references."""
    assert reason_to_quarantine(tally, EntraKnobs()) == reason


def test_no_try_lies_in_the_past() -> None:
    """Section 2.f."""
    assert pause_before_try(Quarantine("x", 0.0, 1), 20 * HOUR_S, EntraKnobs()) == 0


def test_managers_come_after_all_users() -> None:
    """ENTRA-15, section 2.b: a PATCH of its own; a manager out of scope is not set later."""
    entra, bridge = hired()
    people = entra.directory.people
    people["tp1"] = replace(people["tp1"], manager="tp2")
    people["tp2"] = replace(people["tp2"], manager="tp9")

    sent = cycle(entra, bridge)

    assert sent[:5] == ["GET /Users", "POST /Users", "GET /Users", "POST /Users", "PATCH /Users/1"]
    assert sent.count("PATCH /Users/2") == 0
    assert cycle(entra, bridge) == []


def test_scope_all_takes_effect_with_a_restart() -> None:
    """Section 2.d: somebody without an assignment, before and after."""
    entra, bridge = hired()
    entra.directory.hire("Zoe")
    drive(entra.plan(), bridge)

    entra.change_scope("all")
    before = cycle(entra, bridge)
    entra.restart()

    assert "POST /Users" not in before
    assert "POST /Users" in cycle(entra, bridge)


def test_out_of_scope_deletions_can_be_skipped() -> None:
    """Section 2.d: nothing for who lost the assignment."""
    entra, bridge = hired(EntraKnobs(skip_out_of_scope=True, sync_groups=False))
    drive(entra.plan(), bridge)
    entra.directory.leave(entra.directory.people["tp1"], entra.directory.groups["tg1"])

    assert cycle(entra, bridge) == []


def test_a_member_who_comes_into_scope_late_is_not_noticed_until_a_restart() -> None:
    """Section 2.e: Ada is blocked when the group is provisioned."""
    entra, bridge = hired()
    ada = entra.directory.disable(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)
    entra.directory.enable(ada)

    late = cycle(entra, bridge)
    entra.restart()

    assert late == ["GET /Users", "POST /Users"]
    assert cycle(entra, bridge)[-1] == "PATCH /Groups/2"


def test_a_removed_application_sends_nothing() -> None:
    """Section 4: P-25."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.remove_application()
    entra.directory.disable(entra.directory.people["tp1"])

    assert list(entra.plan()) == []


def test_on_demand_takes_five_members() -> None:
    """Section 2.e: one group, at most five members a run."""
    entra, bridge = hired(cls=EntraFlag)
    design = entra.directory.groups["tg1"]
    for person in entra.directory.hire_many(8, design):
        entra.link(person, f"x{person.key}")

    drive(entra.run_group_on_demand(design), bridge)

    assert len(entra.links.members["tg1"]) == 5


def test_an_on_demand_dialect_converges_with_its_cycle() -> None:
    """Section 2.f: what a run can't do, the cycle does."""
    entra, bridge = hired(cls=EntraOnDemand)
    drive(entra.plan(), bridge)
    entra.directory.delete(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)

    assert entra.links.inactive == {"tp1"}
    assert entra.links.members["tg1"] == {"2"}


def test_state_survives_as_json() -> None:
    """Section 2.f: watermark, escrows and the bin."""
    entra, bridge = hired()
    drive(entra.plan(), lambda r: answer(409) if b"Ada" in (r.body or b"") else bridge(r))
    entra.directory.delete(entra.directory.people["tp2"])
    drive(entra.plan(), bridge)

    again = EntraDefault(entra.directory)
    again.recall(json.loads(json.dumps(entra.memory())))

    assert again.state == entra.state
    assert again.state.deleted_at.keys() == {"tp2"}


HTML = Response(200, (("Content-Type", "text/html"),), b"<html><h1>Sign in</h1></html>")
ERROR_IN_200 = answer(200, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "500", "id": "1"})
BRIDGES: dict[str, Bridge] = {
    "html": lambda request: HTML,
    "error-in-200": lambda request: ERROR_IN_200,
    "empty": lambda request: Response(200),
    "a-list": lambda request: Response(200, (), b"[]"),
    "no-id": lambda request: answer(201, {**NOBODY, "userName": "x"}),
    "id-is-no-text": lambda request: Response(200, (), b'{"id":"\\ud800","totalResults":1,"Resources":[{"id":7}]}'),
    "wrong-total": lambda request: answer(200, {"totalResults": 3, "Resources": []}),
    "endless": lambda request: answer(200, {"totalResults": 10**9, "Resources": [{"id": "1"}]}),
    "words": lambda request: answer(200, {"totalResults": 1, "Resources": ["ada"]}),
    "deep": lambda request: Response(200, (), b'{"id":"1","x":' + b"[" * 900 + b"]" * 900 + b"}"),
    "redirect": lambda request: answer(302, None, Location="https://elsewhere.example/scim/Users"),
    "server-error": lambda request: answer(500),
    "unauthorized": lambda request: answer(401),
    "throttled-for-ever": lambda request: answer(429, None, Retry_After="9" * 400),
    "lost": lambda request: Lost("timed out"),
}


@pytest.mark.parametrize("cls", [EntraDefault, EntraFlag, EntraOnDemand])
@pytest.mark.parametrize("name", BRIDGES)
def test_nothing_raises_and_everything_ends(cls: type[Entra], name: str) -> None:
    """Section 2.g: whatever comes back, few requests go out, only to the bridge, and nobody counts as provisioned."""
    entra, good = hired(cls=cls)
    sent: list[Request] = []

    def bad(request: Request) -> Response | Lost:
        sent.append(request)
        return BRIDGES[name](request)

    drive(entra.connect(), bad)
    drive(entra.plan(), bad)
    unlinked = dict(entra.links.people)
    entra.restart(full=True)
    drive(entra.plan(), good)
    entra.directory.rename(entra.directory.people["tp1"], "Ada", "King")
    entra.directory.disable(entra.directory.people["tp2"])
    for _ in range(3):
        drive(entra.plan(), bad)

    assert unlinked == {}
    assert 3 <= len(sent) <= 60
    assert all(request.target.startswith(("/Users", "/Groups")) for request in sent)
    assert entra.problems or entra.state.quarantine


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (HTML, "SystemForCrossDomainIdentityManagementServiceIncompatible: HTTP 200"),
        (answer(404), "SystemForCrossDomainIdentityManagementServiceIncompatible: HTTP 404"),
        (found({"id": "7"}, {"id": "8"}), "DuplicateTargetEntries: HTTP 200"),
        (answer(403), "InsufficientRights: HTTP 403"),
        (answer(405), "MethodNotAllowed: HTTP 405"),
        (answer(422), "UnprocessableEntity: HTTP 422"),
        (answer(429), "TooManyRequests: HTTP 429"),
        (answer(503), "ServiceFailure: HTTP 503"),
        (Lost("cut"), "the answer was lost: HTTP 0"),
    ],
)
def test_what_the_log_calls_it(given: Response | Lost, says: str) -> None:
    """ENTRA-01, ENTRA-06, section 2.g: nothing is written after a match that can't be read."""
    entra, _ = hired()

    _drive(Job("x", entra.provision(entra.directory.people["tp1"])), lambda request: given, 1)

    assert entra.problems[0].what == says


def test_an_id_that_is_gone_is_an_invalid_anchor() -> None:
    """Section 2.g: nobody is created anew by itself."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.rename(entra.directory.people["tp1"], "Ada", "King")

    drive(entra.plan(), lambda request: answer(404) if request.target == "/Users/1" else bridge(request))

    assert entra.problems[-1].what == "InvalidAnchor: HTTP 404"
    assert entra.links.people["tp1"] == "1"
