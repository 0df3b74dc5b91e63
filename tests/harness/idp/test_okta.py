"""Okta's conversations, stepped by hand: the rows 1.a to 1.h of docs/sources.md."""

from __future__ import annotations

from harness.idp.okta import OktaOin
from harness.idp.provider import Lost, Problem, Wait
from tests.harness.idp.steps import answer, body, company, found, jobs, lines, play, requests_of


def hired(*, count: int = 1) -> OktaOin:
    directory = company()
    directory.assign(*(directory.hire(name) for name in ("Ada", "Grace", "Joan")[:count]))
    return OktaOin(directory)


def test_the_connection_test_lists_two_users() -> None:
    first, second = list(hired().connect())

    assert lines(play(first.conversation, answer(200))) == ["GET /Users?startIndex=1&count=2"]  # type: ignore[union-attr]
    assert lines(play(second.conversation, answer(200))) == ["GET /Groups?startIndex=1&count=100"]  # type: ignore[union-attr]


def test_an_unknown_person_is_matched_and_then_created() -> None:
    okta = hired()
    ada = okta.directory.people["tp1"]

    seen = play(okta.provision(ada), found(), answer(201, {"id": "7"}))

    find, create = requests_of(seen)
    assert find.target.startswith("/Users?filter=userName%20eq%20%22ada.")
    assert find.target.endswith("%40marigold.example%22&startIndex=1&count=100")
    assert ("Content-Type", "application/scim+json; charset=utf-8") in create.headers
    assert not any(name == "Content-Type" for name, _ in find.headers)
    sent = body(create)
    assert sent["groups"] == []
    assert sent["active"] is True
    assert len(sent["externalId"]) == 20
    assert sent["password"]
    assert okta.id_of(ada) == "7"


def test_a_known_person_is_linked_and_overlaid() -> None:
    okta = hired()
    ada = okta.directory.people["tp1"]
    stored = {
        "id": "7",
        "userName": "old",
        "nickName": "kept",
        "name": {"formatted": "Old Name"},
        "meta": {"version": "1"},
    }

    seen = play(okta.provision(ada), found({"id": "7", "active": True}), answer(200, stored), answer(200, {"id": "7"}))

    assert lines(seen)[1:] == ["GET /Users/7", "PUT /Users/7"]
    put = body(requests_of(seen)[2])
    assert put["nickName"] == "kept"
    assert put["meta"] == {"version": "1"}
    assert put["userName"] == ada.address


def test_a_match_that_is_inactive_is_activated_first() -> None:
    okta = hired()
    ada = okta.directory.people["tp1"]

    seen = play(
        okta.provision(ada), found({"id": "7", "active": False}), answer(204), answer(200, {"id": "7"}), answer(200)
    )

    assert lines(seen)[1] == "PATCH /Users/7"
    assert body(requests_of(seen)[1])["Operations"] == [{"op": "replace", "value": {"active": True}}]


def test_a_conflict_stops_the_job_with_a_task() -> None:
    okta = hired()
    ada = okta.directory.people["tp1"]

    play(okta.provision(ada), found(), answer(409))

    assert okta.problems == [Problem("tp1", "the user could not be created: HTTP 409")]
    assert okta.id_of(ada) == ""


def test_several_matches_write_nothing() -> None:
    okta = hired()

    seen = play(okta.provision(okta.directory.people["tp1"]), found({"id": "7"}, {"id": "8"}))

    assert len(lines(seen)) == 1
    assert len(okta.problems) == 1


def test_deactivation_is_a_replace_without_path() -> None:
    okta = hired()
    ada = okta.directory.people["tp1"]
    okta.link(ada, "7")
    okta.directory.disable(ada)

    (request,) = requests_of(play(okta.deprovision(ada), answer(204)))

    assert (request.method, request.target) == ("PATCH", "/Users/7")
    assert body(request)["Operations"] == [{"op": "replace", "value": {"active": False}}]
    assert jobs(okta.plan()) == ["event", "|"]


def test_throttling_is_waited_out_and_doubled() -> None:
    okta = hired()
    ada = okta.directory.people["tp1"]

    seen = play(okta.provision(ada), answer(429, Retry_After="7"), answer(429), found(), answer(201, {"id": "7"}))

    assert [step for step in seen if isinstance(step, Wait) and step.on == "bridge"] == [
        Wait(7.0, "bridge"),
        Wait(14.0, "bridge"),
    ]


def test_throttling_without_seconds_waits_five_minutes() -> None:
    okta = hired()

    seen = play(
        okta.provision(okta.directory.people["tp1"]),
        answer(429, Retry_After="Wed, 25 Nov 2026 10:00:00 GMT"),
        found(),
        answer(201, {"id": "7"}),
    )

    assert Wait(300.0, "bridge") in seen


def test_a_lost_answer_is_a_failed_job_and_no_crash() -> None:
    okta = hired()

    play(okta.provision(okta.directory.people["tp1"]), Lost("timed out"))

    assert okta.problems == [Problem("tp1", "the match query failed: HTTP 0")]


def test_a_pushed_group_is_created_and_filled_in_one_patch() -> None:
    okta = hired()
    design = okta.directory.form_group("Design")
    okta.directory.assign_group(design)
    ada, grace = okta.directory.people["tp1"], okta.directory.hire("Grace", design)
    okta.directory.join(ada, design)
    okta.link(ada, "7")
    okta.link(grace, "8")

    seen = play(okta.push(design), found(), answer(201, {"id": "g"}), answer(200), answer(204))

    create, rename, members = requests_of(seen)[1:]
    assert body(create)["members"] == []
    assert body(rename)["Operations"] == [{"op": "replace", "value": {"id": "g", "displayName": "Design t"}}]
    (operation,) = body(members)["Operations"]
    assert (operation["op"], operation["path"]) == ("add", "members")
    assert operation["value"] == [{"value": "7", "display": ada.address}, {"value": "8", "display": grace.address}]


def test_a_leaver_is_removed_by_a_filter_path() -> None:
    okta = hired()
    design = okta.directory.form_group("Design")
    okta.directory.assign_group(design)
    ada = okta.directory.people["tp1"]
    okta.link(ada, "7")
    okta.links.groups[design.key], okta.links.names[design.key] = "g", design.name
    okta.links.members[design.key] = {"7"}

    seen = play(okta.push(design), answer(200), answer(200))

    assert body(requests_of(seen)[1])["Operations"] == [{"op": "remove", "path": 'members[value eq "7"]'}]


def test_a_push_carries_at_most_256_members() -> None:
    okta = OktaOin(company())
    design = okta.directory.form_group("Design")
    okta.directory.assign_group(design)
    for number, person in enumerate(okta.directory.hire_many(300, design)):
        okta.link(person, f"u{number:03}")

    seen = play(okta.push(design), found({"id": "g"}), *[answer(200, {"id": "g"})] * 4)

    sent = requests_of(seen)[1:]
    assert [request.name for request in sent] == ["rename group", "change group members"] * 2
    assert [len(body(request)["Operations"][0]["value"]) for request in sent[1::2]] == [256, 44]


def test_an_unchanged_directory_sends_nothing() -> None:
    okta = hired()
    okta.link(okta.directory.people["tp1"], "7")

    assert jobs(okta.plan()) == ["event", "|"]
