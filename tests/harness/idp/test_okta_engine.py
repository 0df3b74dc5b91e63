"""Okta's engine, stepped by hand: due work, waiting tasks, admin actions (1.d to 1.f)."""

from __future__ import annotations

import json

import pytest

from harness.directory.values import Group
from harness.idp.okta import Okta, OktaAiw, OktaKnobs, OktaOin
from harness.idp.provider import Job, Lost, Wait
from harness.record.exchange import Json
from tests.harness.idp.steps import answer, body, company, found, jobs, lines, play, requests_of

BOTH = pytest.mark.parametrize("cls", [OktaOin, OktaAiw])
QUIET = ["event", "|"]


def okta_with(cls: type[Okta] = OktaOin, knobs: OktaKnobs | None = None, *, linked: bool = True) -> tuple[Okta, Group]:
    """Ada and Grace in Design, which is assigned and pushed by rule; linked as 1 and 2."""
    directory = company()
    design = directory.form_group("Design")
    directory.assign_group(design)
    okta = cls(directory, knobs)
    for number, name in enumerate(("Ada", "Grace"), 1):
        person = directory.hire(name, design)
        if linked:
            okta.link(person, str(number))
    if linked:
        okta.links.groups[design.key], okta.links.names[design.key] = "g", design.name
        okta.links.members[design.key] = {"1", "2"}
    return okta, design


def run(job: object, *answers: object) -> list[str]:
    assert isinstance(job, Job)
    return lines(play(job.conversation, *answers))  # type: ignore[arg-type]


@BOTH
def test_an_unchanged_directory_sends_nothing(cls: type[Okta]) -> None:
    """Section 1.f: no event, no request."""
    okta, _ = okta_with(cls)

    assert jobs(okta.plan()) == QUIET


def test_users_and_groups_go_side_by_side() -> None:
    """OKTA-30, section 1.f: no barrier between users and pushes; who has arrived is pushed afterwards."""
    okta, design = okta_with(linked=False)
    plan = okta.plan()

    first = [next(plan) for _ in range(5)]
    for person in okta.directory.people.values():
        okta.link(person, person.key)
    okta._link_group(design, "g", design.name)

    assert jobs(first) == ["event", "user tp1", "user tp2", "group tg1", "|"]
    assert jobs(plan) == ["group tg1"]


def test_a_push_leaves_out_who_is_not_provisioned() -> None:
    """OKTA-18, section 1.e: members appear once they are assigned and provisioned."""
    okta, design = okta_with()
    del okta.links.people["tp2"]

    assert okta.wanted_members(design) == {"1": "tp1"}


def test_batches_of_one_group_share_two_lanes() -> None:
    """OKTA-23, sections 1.e and 1.f: 600 members are three PATCHes of at most 256; two may be under way at once."""
    okta, design = okta_with()
    for number, person in enumerate(okta.directory.hire_many(600, design)):
        okta.link(person, f"u{number:03}")

    pushes = list(okta.group_jobs())

    assert jobs(pushes) == ["group tg1", "group tg1 lane 1", "group tg1"]
    sizes = [
        len(body(requests_of(play(job.conversation, answer(204), answer(204)))[1])["Operations"][0]["value"])
        for job in pushes
    ]
    assert sizes == [256, 256, 88]
    assert len(okta.links.members[design.key]) == 602


def test_leavers_count_in_a_batch_too() -> None:
    """OKTA-20, section 1.e: a request names no more than 256 members, whether they come or go."""
    okta, design = okta_with(knobs=OktaKnobs(members_per_patch=2))
    okta.links.members[design.key] = {"1", "7", "8", "9"}

    sent = [body(requests_of(play(job.conversation, answer(204), answer(204)))[1]) for job in okta.group_jobs()]

    assert [[op["op"] for op in one["Operations"]] for one in sent] == [["remove", "remove"], ["remove", "add"]]


@BOTH
def test_a_failed_job_waits_as_a_task(cls: type[Okta]) -> None:
    """OKTA-29, section 1.g: the task shows what the bridge said; only another event or a retry repeats it."""
    okta, _ = okta_with(cls, linked=False)
    ada = okta.directory.people["tp1"]
    job = next(okta.user_jobs())
    run(job, found(), answer(409, {"detail": "that address is taken"}))

    assert okta.tasks["tp1"].detail == "that address is taken"
    assert "user tp1" not in jobs(okta.user_jobs())

    okta.directory.rename(ada, "Ada", "King")
    assert "user tp1" in jobs(okta.user_jobs())
    run(next(okta.user_jobs()), found(), answer(500))
    assert "user tp1" not in jobs(okta.user_jobs())
    okta.retry("tp1")
    assert "user tp1" in jobs(okta.user_jobs())


@BOTH
def test_a_task_is_closed_by_success(cls: type[Okta]) -> None:
    """Section 1.b: what went well leaves no task behind."""
    okta, _ = okta_with(cls, linked=False)
    run(next(okta.user_jobs()), found(), answer(500))
    okta.retry_all()

    run(next(okta.user_jobs()), found(), answer(201, {"id": "7"}))

    assert okta.tasks == {}


@BOTH
def test_a_lost_create_is_adopted_on_retry(cls: type[Okta]) -> None:
    """Section 1.b: whether the bridge acted is unknown; the retry asks first, and links what it finds."""
    okta, _ = okta_with(cls, linked=False)
    ada = okta.directory.people["tp1"]
    run(next(okta.user_jobs()), found(), Lost("timed out"))
    assert okta.tasks["tp1"].what == "the user could not be created: HTTP 0"

    okta.retry("tp1")
    sent = run(next(okta.user_jobs()), found({"id": "7"}), answer(200, {"id": "7"}), answer(200, {"id": "7"}))

    assert [line.split("?")[0] for line in sent] == ["GET /Users", "GET /Users/7", "PUT /Users/7"]
    assert okta.id_of(ada) == "7"


@BOTH
def test_a_profile_that_was_refused_is_pushed_on_retry(cls: type[Okta]) -> None:
    """Section 1.c: the link stays, and the retry pushes the profile again."""
    okta, _ = okta_with(cls, linked=False)
    run(next(okta.user_jobs()), found({"id": "7"}), answer(200, {"id": "7"}), answer(500))

    okta.retry("tp1")

    assert run(next(okta.user_jobs()), answer(200, {"id": "7"}), answer(200)) == ["GET /Users/7", "PUT /Users/7"]


def test_a_dissolved_group_is_pushed_no_more() -> None:
    """Section 1.e: Okta sends nothing about a group that it has no more."""
    okta, design = okta_with()
    okta.directory.unassign_group(design)
    for person in okta.directory.people.values():
        okta.directory.assign(person)

    okta.directory.dissolve(design)

    assert jobs(okta.plan()) == QUIET


def test_an_assigned_group_is_pushed_by_a_rule_alone() -> None:
    """Section 1.e: assignment creates users; without a rule no group is looked for or created (SEED-42)."""
    okta, design = okta_with(knobs=OktaKnobs(push_assigned_groups=False), linked=False)

    assert jobs(okta.plan()) == ["event", "user tp1", "user tp2", "|"]
    okta.push_group(design)
    assert jobs(okta.group_jobs()) == ["group tg1"]


@BOTH
def test_a_failed_push_waits_for_retry_all_groups(cls: type[Okta]) -> None:
    """Section 1.e: a failed push stays on the list; another joiner is another event."""
    okta, design = okta_with(cls)
    joan = okta.directory.hire("Joan", design)
    okta.link(joan, "3")
    run(next(okta.group_jobs()), answer(502))

    assert design.key in okta.tasks
    assert jobs(okta.group_jobs()) == []

    okta.retry_all()
    assert jobs(okta.group_jobs()) == ["group tg1"]


@BOTH
def test_a_pushed_group_deleted_on_the_bridge_is_not_repaired(cls: type[Okta]) -> None:
    """Section 1.e: 404 is a task, and no second create."""
    okta, design = okta_with(cls)
    okta.directory.leave(okta.directory.people["tp1"], design)

    assert not any("POST" in line for line in run(next(okta.group_jobs()), answer(404)))
    assert okta.tasks[design.key].what.endswith("HTTP 404")


def test_an_own_assignment_is_lost_by_deactivation() -> None:
    """OKTA-14, section 1.d: nothing is sent on reactivation until assigned again; by a group it is automatic."""
    okta, design = okta_with()
    ada, grace = okta.directory.people["tp1"], okta.directory.people["tp2"]
    okta.directory.leave(grace, design)
    okta.directory.assign(grace)
    assert jobs(okta.user_jobs()) == []

    for person in (ada, grace):
        okta.directory.disable(person)
    assert jobs(okta.user_jobs()) == ["user tp1", "user tp2"]
    okta.links.inactive |= {"tp1", "tp2"}
    for person in (ada, grace):
        okta.directory.enable(person)
    assert jobs(okta.user_jobs()) == ["user tp1"]
    okta.assign_again(grace)
    assert jobs(okta.user_jobs()) == ["user tp1", "user tp2"]


def test_who_was_deactivated_needs_a_re_push() -> None:
    """Section 1.e: left out of pushes, and in them again only after "Push Now" or another joining."""
    okta, design = okta_with()
    ada = okta.directory.people["tp1"]
    okta.directory.disable(ada)
    play(next(okta.user_jobs()).conversation, answer(204))
    play(next(okta.group_jobs()).conversation, answer(204), answer(204))
    assert okta.links.members[design.key] == {"2"}

    okta.directory.enable(ada)
    play(
        next(okta.user_jobs()).conversation,
        found({"id": "1"}),
        answer(204),
        answer(200, {"id": "1"}),
        answer(200, {"id": "1"}),
    )
    assert jobs(okta.plan()) == QUIET

    (job,) = okta.by_hand()
    run(job, answer(204), answer(204))
    assert okta.links.members[design.key] == {"1", "2"}
    assert list(okta.by_hand()) == []


@BOTH
def test_a_suspension_sends_nothing(cls: type[Okta]) -> None:
    """OKTA-32, section 1.d: neither suspension nor its end."""
    okta, _ = okta_with(cls)

    okta.suspend(okta.directory.people["tp1"])
    assert jobs(okta.plan()) == QUIET
    okta.unsuspend(okta.directory.people["tp1"])
    assert jobs(okta.plan()) == QUIET


@BOTH
def test_a_removed_application_sends_nothing(cls: type[Okta]) -> None:
    """Section 1.d: whoever was active stays so (P-25)."""
    okta, _ = okta_with(cls)

    okta.remove_application()
    okta.directory.disable(okta.directory.people["tp1"])

    assert jobs(okta.plan()) == []


def test_who_was_assigned_before_waits_for_the_button() -> None:
    """Section 1.b: "Provision User" sends them, nothing else does."""
    okta, _ = okta_with(linked=False)
    okta.switch_on_provisioning()

    assert jobs(okta.user_jobs()) == []
    okta.provision_user(okta.directory.people["tp2"])
    assert jobs(okta.user_jobs()) == ["user tp2"]


@pytest.mark.parametrize(
    ("knobs", "linked", "act"),
    [
        (OktaKnobs(create_users=False), False, "hire"),
        (OktaKnobs(update_users=False), True, "rename"),
        (OktaKnobs(deactivate_users=False), True, "disable"),
    ],
)
def test_what_is_switched_off_is_not_sent(knobs: OktaKnobs, linked: bool, act: str) -> None:
    """Sections 1.b and 1.d: "Create Users", "Update User Attributes" and "Deactivate Users" are switches."""
    off, _ = okta_with(knobs=knobs, linked=linked)
    on, _ = okta_with(linked=linked)
    for okta in (off, on):
        ada = okta.directory.people["tp1"]
        if act == "rename":
            okta.directory.rename(ada, "Ada", "King")
        elif act == "disable":
            okta.directory.disable(ada)

    assert "user tp1" not in jobs(off.user_jobs())
    assert "user tp1" in jobs(on.user_jobs())


def test_a_return_that_overtakes_itself() -> None:
    """OKTA-16, section 1.d: `active` true, and a profile with false right after it, on wish."""
    okta, _ = okta_with(knobs=OktaKnobs(reactivation_race=True, filter_before_reactivation=False))
    ada = okta.directory.people["tp1"]
    okta.links.inactive.add("tp1")
    whole = answer(200, {"id": "1"})

    seen = requests_of(play(okta.reactivate(ada), answer(204), whole, whole, whole, whole))

    assert [request.method for request in seen] == ["PATCH", "GET", "PUT", "GET", "PUT"]
    assert [body(request)["active"] for request in seen if request.method == "PUT"] == [True, False]


def test_a_job_may_come_twice() -> None:
    """Section 6: a fault; two jobs of one event, free of each other."""
    okta, _ = okta_with(knobs=OktaKnobs(duplicate_jobs=True), linked=False)

    assert jobs(okta.user_jobs()) == ["user tp1", "user tp1 again", "user tp2", "user tp2 again"]


@BOTH
def test_a_link_keeps_the_members(cls: type[Okta]) -> None:
    """Section 1.e: nobody who is in the remote group is removed; the name follows when renaming is on."""
    okta, design = okta_with(cls)
    okta._forget_group(design.key)
    stored = answer(200, {"id": "r", "displayName": "Old", "members": [{"value": "x"}]})

    (job,) = okta.link_group(design, "Old")
    assert isinstance(job, Job)
    seen = requests_of(
        play(job.conversation, found({"id": "r", "displayName": "Old"}), stored, *[stored] * (cls is OktaAiw))
    )

    assert seen[0].unconfirmed == "docs/sources.md 1.e"
    last = body(seen[-1])
    assert (last if cls is OktaAiw else last["Operations"][0]["value"])["displayName"] == design.name
    if cls is OktaAiw:
        assert {"value": "x"} in body(seen[-1])["members"]


def test_a_link_without_renaming_sends_the_filter_alone() -> None:
    """Section 1.e: with renaming off the remote name stays."""
    okta, design = okta_with(knobs=OktaKnobs(rename_on_link=False))
    okta._forget_group(design.key)

    (job,) = okta.link_group(design, "Old")

    assert len(run(job, found({"id": "r", "displayName": "Old"}))) == 1
    (push,) = okta.group_jobs()
    rename, members = requests_of(play(push.conversation, answer(204), answer(204)))
    assert body(rename)["Operations"] == [{"op": "replace", "value": {"id": "r", "displayName": "Old"}}]
    assert [op["op"] for op in body(members)["Operations"]] == ["add"]
    assert jobs(okta.group_jobs()) == []


def test_an_imported_group_is_not_looked_for() -> None:
    """OKTA-17, section 1.e: the filter goes out only while the remote id is unknown."""
    okta, design = okta_with()
    okta._forget_group(design.key)
    _, groups = okta.connect()
    run(groups, found({"id": "r", "displayName": design.name}))

    assert [line.split("?")[0] for line in run(next(okta.group_jobs()), answer(204), answer(204))] == [
        "PATCH /Groups/r",
        "PATCH /Groups/r",
    ]


def test_a_deactivated_push_is_not_due() -> None:
    """Section 1.e: nothing more until it is pushed again, and then at once."""
    okta, design = okta_with()
    okta.deactivate_push(design)
    okta.directory.leave(okta.directory.people["tp1"], design)

    assert jobs(okta.group_jobs()) == []
    okta.push_group(design)
    assert jobs(okta.group_jobs()) == ["group tg1"]


def test_an_unlinked_group_is_pushed_no_more() -> None:
    """OKTA-25, section 1.e: also by the rule that pushed it."""
    okta, design = okta_with()

    (job,) = okta.unlink_group(design, delete=True)
    run(job, answer(204))

    assert jobs(okta.group_jobs()) == []
    assert design.key not in okta.links.groups


def imported(okta: Okta, *users: Json, total: int | None = None) -> None:
    listing = {"totalResults": len(users) if total is None else total, "Resources": list(users)}
    (job,) = okta.run_import()
    run(job, answer(200, listing), *[found()] * (total is None))


def test_an_import_proposes_and_sends_nothing() -> None:
    """Section 1.a: an equal userName is a link to propose, the inactive are not counted, a stranger is a proposal."""
    okta, _ = okta_with()
    joan = okta.directory.hire("Joan")
    users = ({"id": "1", "userName": "a"}, {"id": "2", "userName": "b"}, {"id": "3", "userName": joan.address.upper()})

    imported(okta, *users, {"id": "4", "userName": "stranger"}, {"id": "5", "userName": "gone", "active": False})

    result = okta.last_import
    assert result is not None
    assert (result.scanned, result.matched, result.unknown, result.removed) == (4, {joan.key: "3"}, 1, ())
    assert okta.id_of(joan) == ""
    assert jobs(okta.user_jobs()) == []
    okta.confirm_match(joan)
    assert okta.id_of(joan) == "3"
    assert jobs(okta.user_jobs()) == ["user tp3"]


def test_who_is_missing_from_an_import_has_lost_the_application() -> None:
    """Section 1.a: removed in the app, so not provisioned anew until assigned again."""
    okta, _ = okta_with(knobs=OktaKnobs(safeguard_share=0.5))

    imported(okta, {"id": "1", "userName": "a"})

    assert okta.last_import is not None
    assert okta.last_import.removed == ("tp2",)
    assert jobs(okta.user_jobs()) == []
    okta.assign_again(okta.directory.people["tp2"])
    assert jobs(okta.user_jobs()) == ["user tp2"]


def test_the_safeguard_stops_an_import() -> None:
    """Section 1.a: more than a fifth of all assignments would be lost, as when totalResults is 0: nothing is."""
    okta, _ = okta_with()

    imported(okta)

    assert okta.last_import is not None
    assert okta.last_import.stopped == "import safeguard: 2 of 2 assignments would be lost"
    assert okta.id_of(okta.directory.people["tp1"]) == "1"
    assert "import" in okta.tasks


def test_the_first_request_comes_a_while_after_the_event() -> None:
    """Section 6: one to two seconds, and a quarter of one between match and create."""
    okta, _ = okta_with(linked=False)
    event = next(okta.plan())
    assert isinstance(event, Job)

    assert play(event.conversation) == [Wait(1.5, "idp")]
    assert Wait(0.25, "idp") in play(next(okta.user_jobs()).conversation, found(), answer(201, {"id": "7"}))


def test_what_okta_remembers_outlives_a_run() -> None:
    """Section 1.f: tasks, pushes and whoever is treated apart are the same after a stop."""
    okta, design = okta_with()
    ada, grace = okta.directory.people["tp1"], okta.directory.people["tp2"]
    okta.suspend(ada)
    okta.directory.assign(grace)
    okta.directory.disable(grace)
    play(next(okta.user_jobs()).conversation, answer(500, {"detail": "later"}))
    okta.deactivate_push(design)
    (groups,) = list(okta.connect())[1:]
    run(groups, found({"id": "r", "displayName": "Remote"}))

    later = OktaOin(okta.directory)
    later.links = okta.links
    later.recall(json.loads(json.dumps(okta.memory())))

    assert later.memory() == okta.memory()
    assert later.tasks["tp2"].detail == "later"
    assert jobs(later.plan()) == QUIET
    later.retry_all()
    assert jobs(later.plan()) == ["event", "user tp2", "|"]


@BOTH
def test_a_push_without_an_answer_is_pushed_by_hand(cls: type[Okta]) -> None:
    """Section 1.e: who was added by it and has left since would stay; a full push names the list."""
    okta, design = okta_with(cls)
    joan = okta.directory.hire("Joan", design)
    okta.link(joan, "3")
    fetched = [answer(200, {"id": "g"})]
    run(next(okta.group_jobs()), *fetched, Lost("timed out"))
    okta.directory.leave(joan, design)

    (job,) = okta.by_hand()
    run(job, *fetched, answer(200, {"id": "g"}))

    assert okta.links.members[design.key] == {"1", "2"}
    assert list(okta.by_hand()) == []


@BOTH
def test_a_create_without_an_answer_is_found_by_an_import(cls: type[Okta]) -> None:
    """Sections 1.a and 1.b: no retry asks for who has left; the import links, then comes `active` false."""
    okta, design = okta_with(cls, linked=False)
    ada = okta.directory.people["tp1"]
    run(next(okta.user_jobs()), found(), Lost("timed out"))
    okta.directory.delete(ada)
    okta.deactivate_push(design)
    assert "user tp1" not in jobs(okta.user_jobs())

    plan = okta.by_hand()
    run(next(plan), found({"id": "7", "userName": ada.address}), found())
    barrier, job = plan
    whole = answer(200, {"id": "7"})
    sent = run(job, *[whole] * (2 if cls is OktaAiw else 1))

    assert jobs([barrier]) == ["|"]
    assert sent[-1].endswith("/Users/7")
    assert okta.links.inactive == {"tp1"}
    assert list(okta.by_hand()) == []


@BOTH
def test_a_group_inside_a_group_is_not_pushed(cls: type[Okta]) -> None:
    """Section 1.e: Okta has no nested groups; only direct members are in a push."""
    okta, design = okta_with(cls)
    inner = okta.directory.form_group("Inner")
    okta.link(okta.directory.hire("Joan", inner), "3")
    okta.directory.nest(inner, design)

    assert okta.wanted_members(design).keys() == {"1", "2"}


@BOTH
def test_a_service_identity_is_not_provisioned(cls: type[Okta]) -> None:
    """Section 1.b: it is in the group that is assigned, and no user."""
    okta, design = okta_with(cls)
    okta.directory.join(okta.directory.add_service("Backup"), design)

    assert jobs(okta.plan()) == QUIET


def test_what_stands_in_the_way_is_told() -> None:
    """Sections 1.a and 1.g: error tasks, and the safeguard of an import; nothing where all is well."""
    okta, _ = okta_with()
    well = okta.standing()
    okta.directory.rename(okta.directory.people["tp1"], "Ada", "King")
    run(next(okta.user_jobs()), answer(500))
    (job,) = okta.run_import()
    run(job, found(), found())

    assert well == []
    assert okta.standing() == ["2 error tasks", "import safeguard: 2 of 2 assignments would be lost"]
