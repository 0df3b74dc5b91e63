"""Entra ID's reactions to bridges, fact by fact: docs/sources.md, 2.d to 2.g."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.directory.values import Filter, Group
from harness.idp.entra import Entra, EntraDefault, EntraKnobs, EntraOnDemand, requests, vendor_suite
from harness.idp.provider import Job, Lost, Wait
from harness.record.exchange import Json, Request, Response
from tests.harness.idp.steps import answer, body, company, found, lines, play, requests_of
from tests.harness.idp.test_entra_engine import Kept, cycle, drive, hired


def ada_of(entra: Entra, **kept: object) -> Json:
    """Ada as a bridge that keeps everything shows her, but for what is given."""
    ada = entra.directory.people["tp1"]
    sent = body(requests.create_user(ada))
    return {**sent, "id": "1", **kept}


def test_a_match_in_another_letter_case_is_taken_over() -> None:
    """ENTRA-05, section 2.b: the bridge finds it; its spelling is replaced by Entra's."""
    entra, _ = hired()
    ada = entra.directory.people["tp1"]

    seen = play(entra.provision(ada), found(ada_of(entra, userName=ada.address.upper())), answer(204))

    assert body(requests_of(seen)[1])["Operations"] == [{"op": "Replace", "path": "userName", "value": ada.address}]


def test_the_validator_asks_in_capitals() -> None:
    """ENTRA-05, section 2.b: the address is in capitals, the filter is not."""
    entra, _ = hired()
    ada = replace(entra.directory.people["tp1"], address="ada@marigold.example")

    assert vendor_suite.find_in_capitals(ada).target == "/Users?filter=userName+eq+%22ADA%40MARIGOLD.EXAMPLE%22"


def test_an_inactive_match_is_made_active() -> None:
    """ENTRA-07, section 2.d: found by the filter, so nobody is created a second time."""
    entra, _ = hired()
    ada = entra.directory.people["tp1"]

    seen = play(entra.provision(ada), found(ada_of(entra, active=False)), answer(200))

    assert [request.method for request in requests_of(seen)] == ["GET", "PATCH"]
    assert body(requests_of(seen)[1])["Operations"] == [{"op": "Replace", "path": "active", "value": "True"}]
    assert entra.links.inactive == set()


def test_a_bridge_that_hides_the_inactive_gets_a_second_post() -> None:
    """ENTRA-07, ENTRA-09, section 2.d: and, where addresses are unique, a conflict in every cycle to come."""
    entra, _ = hired()
    ada = entra.directory.people["tp1"]

    seen = play(entra.provision(ada), found(), answer(409))

    assert [line.split("?")[0] for line in lines(seen)] == ["GET /Users", "POST /Users"]
    assert entra.state.escrows["tp1"].what == "EntryConflict"


@pytest.mark.parametrize("given", [answer(200, {"id": "1"}), Response(200), Response(204)])
def test_a_patch_is_done_with_200_or_204(given: Response) -> None:
    """ENTRA-18, section 2.c: with the user, with nothing under 200, or without a body."""
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    entra.link(ada, "1")

    play(entra.deprovision(ada), answer(200, ada_of(entra)), given)

    assert entra.links.inactive == {"tp1"}
    assert entra.problems == []


@pytest.mark.parametrize("given", [Response(204), answer(200, {"id": "g", "displayName": "Design"}), Response(200)])
def test_a_small_answer_to_a_membership_is_enough(given: Response) -> None:
    """ENTRA-27, section 2.e: 204, or a group without its members; nothing is read of it."""
    entra, _ = hired()
    (design,) = entra.directory.groups.values()
    entra.link(entra.directory.people["tp1"], "1")
    entra.links.groups[design.key], entra.links.members[design.key] = "g", set()

    (job,) = entra.membership_jobs(design)
    play(job.conversation, given)

    assert entra.links.members[design.key] == {"1"}
    assert entra.problems == []


def test_an_unknown_attribute_that_is_refused_fails_the_known_ones_beside_it() -> None:
    """ENTRA-17, section 2.c: all are in one PATCH, so the user waits in escrow, and nothing counts as sent."""
    urn = "urn:ietf:params:scim:schemas:extension:marigold:2.0:User"
    entra, _ = hired(EntraKnobs(custom_extension=urn))
    ada = replace(entra.directory.people["tp1"], division="Roads", title="Countess")
    entra.link(entra.directory.people["tp1"], "1")

    seen = play(entra.update(ada), answer(200, ada_of(entra)), answer(400))

    assert [each["path"] for each in body(requests_of(seen)[1])["Operations"]] == ["title", f"{urn}:division"]
    assert "tp1" in entra.state.escrows
    assert not entra.links.has_sent(ada)


def test_a_value_that_comes_back_changed_is_patched_again_and_again() -> None:
    """ENTRA-35, section 2.c: each look finds the difference anew."""
    entra, _ = hired()
    ada = replace(entra.directory.people["tp1"], phone="5550104477")
    entra.link(ada, "1")
    shown = ada_of(entra, phoneNumbers=[{"type": "work", "value": "+1 555 010 4477"}])

    sent = [requests_of(play(entra.update(ada), answer(200, shown), answer(204)))[1] for _ in range(2)]

    assert [body(request)["Operations"] for request in sent] == [
        [{"op": "Replace", "path": 'phoneNumbers[type eq "work"].value', "value": "5550104477"}]
    ] * 2


def test_a_value_that_comes_back_as_sent_is_let_be() -> None:
    """ENTRA-35, section 2.c: a look, and nothing more."""
    entra, _ = hired()
    ada = replace(entra.directory.people["tp1"], phone="5550104477", title="Countess", city="London")
    entra.directory.people["tp1"] = ada
    entra.link(ada, "1")

    assert lines(play(entra.update(ada), answer(200, ada_of(entra)))) == ["GET /Users/1"]


def test_two_groups_of_one_name_collide() -> None:
    """ENTRA-38, section 2.e: the second matches the first one's group, as if names were unique."""
    entra, _ = hired()
    one, other = Group("a", "Design"), Group("b", "Design")

    play(entra.provision_group(one), found(), answer(201, {"id": "g"}), answer(200, {"id": "g"}))
    seen = play(entra.provision_group(other), found({"id": "g", "displayName": "Design"}), answer(200, {"id": "g"}))

    assert "POST /Groups" not in lines(seen)
    assert entra.links.groups == {"a": "g", "b": "g"}


def test_a_group_name_that_is_taken_waits_in_escrow() -> None:
    """ENTRA-38, section 2.e: the bridge did not find it, and refuses the create."""
    entra, _ = hired()
    (design,) = entra.directory.groups.values()

    play(entra.provision_group(design), found(), answer(409))

    assert entra.state.escrows[design.key].what == "EntryConflict"
    assert entra.links.groups == {}


def test_members_that_were_excluded_may_fail_the_group() -> None:
    """ENTRA-20, section 2.e: on wish, since only some logs have it."""
    shown = answer(200, {"id": "g", "members": [{"value": "1"}]})
    problems = []
    for knobs in (EntraKnobs(minds_members=True), EntraKnobs()):
        entra, _ = hired(knobs)
        (design,) = entra.directory.groups.values()
        play(entra.provision_group(design), found({"id": "g", "displayName": design.name}), shown)
        problems.append([each.what for each in entra.problems])

    assert problems == [["SystemForCrossDomainIdentityManagementMultipleEntriesInResponse: HTTP 200"], []]


def test_a_member_of_a_group_that_is_gone_blocks_nobody() -> None:
    """ENTRA-26, section 2.e: the removal fails as a reference, which counts for no quarantine of its own."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.leave(entra.directory.people["tp1"], entra.directory.groups["tg1"])

    def gone(request: Request) -> Response | Lost:
        return answer(404) if request.target.startswith("/Groups") else bridge(request)

    drive(entra.plan(), gone)

    assert entra.links.inactive == {"tp1"}
    assert entra.state.quarantine is None
    assert (entra._tally.failures, entra._tally.reference_failures) == (0, 1)


def test_somebody_whom_a_filter_lets_through_no_more_is_disabled() -> None:
    """Sections 2.d and 2.f: out of a scoping filter; and back in it."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.change_profile(entra.directory.people["tp1"], department="Roads")
    entra.directory.narrow(Filter("department", "equals", "Roads"))

    out = cycle(entra, bridge)
    entra.directory.narrow()

    assert out[:4] == ["GET /Users/1", "PATCH /Users/1", "GET /Users/2", "PATCH /Users/2"]
    assert entra.links.inactive == {"tp2"}
    assert cycle(entra, bridge)[:2] == ["PATCH /Users/2", "GET /Users/2"]


def test_whoever_is_disabled_already_is_not_created() -> None:
    """Section 2.b: an account that is disabled in Entra."""
    entra, bridge = hired()
    entra.directory.disable(entra.directory.people["tp1"])

    assert cycle(entra, bridge).count("POST /Users") == 1


@pytest.mark.parametrize(
    ("knobs", "header", "tries"),
    [
        (EntraKnobs(), "1", 1),
        (EntraKnobs(honours_retry_after=True), "1", 3),
        (EntraKnobs(honours_retry_after=True), "Wed, 25 Nov 2026 15:00:00 GMT", 1),
        (EntraKnobs(honours_retry_after=True), "86400", 1),
        (EntraKnobs(honours_retry_after=True), "9" * 400, 1),
    ],
)
def test_throttling(knobs: EntraKnobs, header: str, tries: int) -> None:
    """Section 2.g: by default the object waits for the next cycle; Q-05 is a knob, and bounded."""
    entra, _ = hired(knobs)
    given = [answer(429, None, Retry_After=header)] * tries

    seen = play(entra.provision(entra.directory.people["tp1"]), *given)

    assert len(requests_of(seen)) == tries
    assert [step for step in seen if isinstance(step, Wait)] == [Wait(1.0, "bridge")] * (tries - 1)
    assert entra.state.escrows["tp1"].what == "TooManyRequests"


def test_many_patches_of_one_group_are_under_way_at_once() -> None:
    """ENTRA-25, section 2.e: eight lanes, a member in each request; every one of them lands."""
    entra, _ = hired()
    (design,) = entra.directory.groups.values()
    for person in entra.directory.hire_many(18, design):
        entra.link(person, f"x{person.key}")
    entra.links.groups[design.key], entra.links.members[design.key] = "g", set()

    jobs = list(entra.membership_jobs(design))
    for job in jobs:
        assert isinstance(job, Job)
        play(job.conversation, answer(204))

    assert len(jobs) == 18
    assert len({job.key for job in jobs}) == 8
    assert len(entra.links.members[design.key]) == 18


def test_a_user_deleted_twice_is_deleted() -> None:
    """ENTRA-28, section 2.d: 404 to a repeated DELETE."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.delete(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)
    drive(entra.let_pass(31), bridge)

    drive(entra.plan(), lambda request: answer(404) if request.method == "DELETE" else bridge(request))

    assert "tp1" not in entra.links.people
    assert entra.state.escrows == {}


def test_a_lost_delete_is_sent_again() -> None:
    """ENTRA-28, section 2.g: whether the bridge has deleted is unknown."""
    entra, bridge = hired()
    drive(entra.plan(), bridge)
    entra.directory.delete(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)
    drive(entra.let_pass(31), bridge)

    drive(entra.plan(), lambda request: Lost("cut") if request.method == "DELETE" else bridge(request))

    assert cycle(entra, bridge) == ["DELETE /Users/1"]


def test_an_entra_without_delete_sends_none() -> None:
    """Section 2.d: the action is switched off."""
    entra, bridge = hired(EntraKnobs(delete_users=False))
    drive(entra.plan(), bridge)
    entra.directory.delete(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)
    drive(entra.let_pass(31), bridge)

    assert cycle(entra, bridge) == []


def test_an_initial_cycle_makes_what_the_load_shape_says() -> None:
    """Sections 2.f and 6: filter and POST for a user; filter, POST and GET for a group; a PATCH for a member."""
    entra, bridge = hired()

    sent = cycle(entra, bridge)

    assert sorted(sent) == sorted(
        ["GET /Users", "POST /Users"] * 2 + ["GET /Groups", "POST /Groups", "GET /Groups/3"] + ["PATCH /Groups/3"] * 2
    )


def test_a_company_of_nobody_is_a_quiet_cycle() -> None:
    """Section 2.f: nobody is in scope."""
    entra = EntraDefault(company())

    seen = [
        request.target
        for job in entra.plan()
        if isinstance(job, Job)
        for request in requests_of(play(job.conversation, found()))
    ]

    assert len(seen) == 1


def test_a_cycle_that_runs_comes_to_its_end() -> None:
    """ENTRA-37, section 2.f: provisioning is stopped in the middle of it; later it goes on where it stopped."""
    entra, bridge = hired()
    sent: list[str] = []
    for item in entra.plan():
        if isinstance(item, Job):
            drive([item], bridge)
        entra.stop()
    sent += bridge.sent
    entra.directory.rename(entra.directory.people["tp1"], "Ada", "King")
    stopped = list(entra.plan())
    entra.start()

    assert sent.count("POST /Users") == 2
    assert sent[-1] == "PATCH /Groups/3"
    assert stopped == []
    assert cycle(entra, bridge) == ["GET /Users/1", "PATCH /Users/1"]


@pytest.mark.parametrize(("threshold", "sent"), [(0, []), (1, ["DELETE /Groups/3"])])
def test_a_group_to_be_deleted_counts_for_the_guard(threshold: int, sent: list[str]) -> None:
    """Section 2.f: disables, deletes and groups to be deleted all count."""
    entra, bridge = hired(EntraKnobs(deletion_threshold=threshold))
    entra.directory.assign(*entra.directory.people.values())
    drive(entra.plan(), bridge)
    entra.directory.unassign_group(*entra.directory.groups.values())

    assert cycle(entra, bridge) == sent


def test_a_group_inside_a_group_is_not_read() -> None:
    """Section 2.e: only direct members of an assigned group count."""
    entra, bridge = hired()
    inner = entra.directory.form_group("Inner")
    entra.directory.hire("Joan", inner)
    entra.directory.nest(inner, entra.directory.groups["tg1"])
    drive(entra.plan(), bridge)

    assert entra.links.people.keys() == {"tp1", "tp2"}
    assert entra.links.members == {"tg1": {"1", "2"}}


def test_a_service_identity_is_not_provisioned() -> None:
    """Section 2.f: it is in the directory, and in the group, and no user."""
    entra, bridge = hired()
    service = entra.directory.add_service("Backup")
    entra.directory.join(service, entra.directory.groups["tg1"])

    assert cycle(entra, bridge).count("POST /Users") == 2


def test_on_demand_runs_are_about_what_has_happened() -> None:
    """ENTRA-32, section 2.f: somebody renamed is a run; without an event there is none, and the cycle is quiet."""
    entra, bridge = hired(cls=EntraOnDemand)
    drive(entra.plan(), bridge)
    entra.directory.rename(entra.directory.people["tp1"], "Ada", "King")
    first, quiet = keys_driven(entra, bridge), keys_driven(entra, bridge)

    assert first[0] == "user tp1"
    assert quiet == ["cycle"]


def keys_driven(entra: Entra, bridge: Kept) -> list[str]:
    """Drive a plan; the keys of its jobs."""
    keys = []
    for item in entra.plan():
        if isinstance(item, Job):
            keys.append(item.key)
            drive([item], bridge)
    return keys


def test_what_stands_in_the_way_is_told() -> None:
    """Section 2.f: quarantine first, with its reason and age; nothing where all is well."""
    entra, bridge = hired(EntraKnobs(deletion_threshold=0))
    drive(entra.plan(), bridge)
    well = entra.standing()
    entra.directory.disable(entra.directory.people["tp1"])
    drive(entra.plan(), bridge)
    held = entra.standing()
    entra.reject_deletions()
    entra.stop()
    entra.state.now_s += 43_200
    drive([Job("x", entra.provision(entra.directory.people["tp2"]))], lambda request: answer(401))
    entra._end()
    entra.state.now_s += 43_200

    assert well == []
    assert held == [
        "in quarantine for 0.0 days: 1 removals; 0 are allowed in one cycle",
        "1 removals are held, to be allowed or rejected",
    ]
    assert entra.standing() == [
        "in quarantine for 0.5 days: 1 removals; 0 are allowed in one cycle",
        "provisioning is stopped",
        "1 objects in escrow",
    ]
