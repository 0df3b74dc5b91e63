"""Entra ID's conversations, stepped by hand: the rows 2.a to 2.h of docs/sources.md."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.directory.values import Group
from harness.idp.entra import EntraDefault as Entra
from harness.idp.provider import Job, Lost, Problem, Wait
from harness.record.exchange import Response
from tests.harness.idp.steps import answer, body, company, found, lines, play, requests_of


def hired() -> tuple[Entra, Group]:
    entra = Entra(company())
    design = entra.directory.form_group("Design")
    entra.directory.assign_group(design)
    entra.directory.hire("Ada", design)
    return entra, design


def test_the_connection_test_asks_for_a_guid_that_nobody_has() -> None:
    entra, _ = hired()
    job = next(iter(entra.connect()))
    assert isinstance(job, Job)

    (request,) = requests_of(play(job.conversation, found()))

    assert re.fullmatch(r"/Users\?filter=userName\+eq\+%22[0-9a-f-]{36}%22", request.target)
    assert [value for _, value in request.headers] == ["", ""]


def test_a_new_user_carries_meta_roles_and_the_enterprise_urn() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]

    find, create = requests_of(play(entra.provision(ada), found(), answer(201, {"id": "7"})))

    assert find.target.startswith("/Users?filter=userName+eq+%22ada.")
    assert "startIndex" not in find.target
    sent = body(create)
    assert sent["meta"] == {"resourceType": "User"}
    assert sent["roles"] == []
    assert "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" in sent["schemas"]
    assert "password" not in sent


def test_a_match_is_patched_with_what_differs_only() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    known = {
        "id": "7",
        "userName": ada.address,
        "displayName": "Old",
        "name": {"givenName": "Ada", "familyName": ada.family_name},
        "emails": [{"type": "work", "value": ada.address}],
        "active": True,
    }

    seen = play(entra.provision(ada), found(known), answer(204))

    assert body(requests_of(seen)[1])["Operations"] == [
        {"op": "Replace", "path": "displayName", "value": ada.full_name}
    ]


def test_an_absent_attribute_is_added_by_its_filter_path() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    known = {"id": "7", "userName": ada.address, "displayName": ada.full_name, "name": {"givenName": "Ada"}}

    seen = play(entra.provision(ada), found(known), answer(204))

    assert body(requests_of(seen)[1])["Operations"] == [
        {"op": "Add", "path": "name.familyName", "value": ada.family_name},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": ada.address},
    ]


def test_a_match_that_equals_is_not_patched() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    known = {
        "id": "7",
        "userName": ada.address,
        "displayName": ada.full_name,
        "name": {"givenName": "Ada", "familyName": ada.family_name},
        "emails": [{"type": "work", "value": ada.address}],
    }

    assert len(lines(play(entra.provision(ada), found(known)))) == 1


def test_active_is_a_string_with_a_capital() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    entra.link(ada, "7")

    seen = play(entra.deprovision(ada), answer(200, {"id": "7"}), answer(204))

    assert lines(seen) == ["GET /Users/7", "PATCH /Users/7"]
    assert body(requests_of(seen)[1])["Operations"] == [{"op": "Replace", "path": "active", "value": "False"}]


def test_several_matches_are_duplicate_target_entries() -> None:
    entra, _ = hired()

    play(entra.provision(entra.directory.people["tp1"]), found({"id": "7"}, {"id": "8"}))

    assert entra.problems == [Problem("tp1", "DuplicateTargetEntries: HTTP 200")]


def test_a_conflict_is_tried_again_in_the_next_cycle() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    entra._seen_scope = (entra.directory.assignment, entra.directory.filters)
    play(entra.provision(ada), found(), answer(409))
    assert entra.problems == [Problem("tp1", "EntryConflict: HTTP 409")]

    entra.state.watermark = entra.directory.last_change
    now = [job.key for job in entra.user_jobs()]
    entra.state.cycles = 1

    assert now == []
    assert [job.key for job in entra.user_jobs()] == ["user tp1"]


def test_a_lost_create_starts_with_the_match_again() -> None:
    entra, _ = hired()
    ada = entra.directory.people["tp1"]
    play(entra.provision(ada), found(), Lost("timed out"))

    seen = play(entra.provision(ada), found({"id": "7", "userName": ada.address}), answer(204))

    assert lines(seen)[0].startswith("GET /Users?filter=")
    assert entra.id_of(ada) == "7"


def test_a_cycle_goes_users_groups_memberships() -> None:
    entra, design = hired()
    ada = entra.directory.people["tp1"]
    sent: list[str] = []
    answers = {"GET /Users": found(), "POST /Users": answer(201, {"id": "7"}), "POST /Groups": answer(201, {"id": "g"})}

    for item in entra.plan():
        if isinstance(item, Job):
            _talk(item, sent, answers)

    assert [line.split("?")[0] for line in sent] == [
        "GET /Users", "GET /Users", "POST /Users", "GET /Groups", "POST /Groups", "GET /Groups/g", "PATCH /Groups/g",
    ]  # fmt: skip
    assert entra.links.members[design.key] == {entra.id_of(ada)}


def _talk(job: Job, sent: list[str], answers: Mapping[str, Response]) -> None:
    try:
        step = next(job.conversation)
        while True:
            if isinstance(step, Wait):
                step = next(job.conversation)
            else:
                line = f"{step.method} {step.target}"
                sent.append(line)
                step = job.conversation.send(answers.get(line.split("?")[0], found()))
    except StopIteration:
        return


def test_a_group_is_looked_for_without_its_members() -> None:
    entra, design = hired()

    seen = play(entra.provision_group(design), found(), answer(201, {"id": "g"}), answer(200))

    assert lines(seen)[0] == "GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Design+t%22"
    assert "members" not in body(requests_of(seen)[1])


def test_members_are_changed_one_at_a_time_by_value() -> None:
    entra, design = hired()
    entra.links.groups[design.key], entra.links.members[design.key] = "g", {"8"}
    entra.link(entra.directory.people["tp1"], "7")

    operations = [
        body(requests_of(play(job.conversation, answer(204)))[0])["Operations"] for job in entra.membership_jobs(design)
    ]

    assert operations == [
        [{"op": "Remove", "path": "members", "value": [{"value": "8"}]}],
        [{"op": "Add", "path": "members", "value": [{"value": "7"}]}],
    ]


def test_a_disabled_member_keeps_the_membership() -> None:
    entra, design = hired()
    ada = entra.directory.people["tp1"]
    entra.link(ada, "7")
    entra.links.groups[design.key], entra.links.members[design.key] = "g", {"7"}
    entra.directory.disable(ada)
    entra.links.inactive.add(ada.key)

    assert list(entra.membership_jobs(design)) == []


def test_an_unassigned_group_is_deleted_after_its_users() -> None:
    entra, design = hired()
    entra.links.groups[design.key], entra.links.members[design.key], entra.links.names[design.key] = "g", set(), "x"
    entra.directory.unassign_group(design)

    keys = [item.key if isinstance(item, Job) else "|" for item in entra.plan()]

    assert keys[-2:] == [f"group {design.key}", "|"]
