"""Google's push client, stepped by hand: idp-wire.md section 3, "Push"."""

from __future__ import annotations

from harness.idp.google import Google
from harness.idp.provider import Job, Wait
from tests.idp.steps import answer, body, company, found, lines, play, requests_of


def hired() -> Google:
    google = Google(company())
    google.directory.assign(google.directory.hire("Ada"))
    return google


def test_a_create_names_both_schemas_and_is_plain_json() -> None:
    google = hired()
    ada = google.directory.people["tp1"]

    find, create = requests_of(play(google.provision(ada), found(), answer(201, {"id": "7"})))

    assert find.target.endswith("%22&startIndex=1")
    assert "count" not in find.target
    assert body(create)["schemas"] == ["urn:scim:schemas:core:1.0", "urn:ietf:params:scim:schemas:core:2.0:User"]
    assert ("Content-Type", "application/json") in create.headers
    assert ("User-Agent", "Google-Auto-Provisioning") in create.headers


def test_a_match_is_linked_and_nothing_more() -> None:
    google = hired()
    ada = google.directory.people["tp1"]

    assert len(lines(play(google.provision(ada), found({"id": "7", "active": True})))) == 1
    assert google.id_of(ada) == "7"


def test_suspension_comes_a_day_later_and_is_marked_as_a_guess() -> None:
    google = hired()
    ada = google.directory.people["tp1"]
    google.link(ada, "7")

    seen = play(google.deprovision(ada), answer(204))

    assert seen[0] == Wait(86400.0, "idp")
    assert requests_of(seen)[0].unconfirmed == "idp-wire.md 3.d"
    assert body(requests_of(seen)[0])["Operations"] == [{"op": "replace", "path": "active", "value": False}]


def test_an_update_is_a_put_and_marked_as_a_guess() -> None:
    google = hired()
    ada = google.directory.people["tp1"]
    google.link(ada, "7")

    (request,) = requests_of(play(google.update(ada), answer(200)))

    assert (request.method, request.target, request.unconfirmed) == ("PUT", "/Users/7", "idp-wire.md 3.c")


def test_groups_are_never_sent() -> None:
    google = hired()
    design = google.directory.form_group("Design")
    google.directory.assign_group(design)

    keys = [item.key for item in google.plan() if isinstance(item, Job)]

    assert keys == ["sync", "user tp1"]


def test_a_failure_is_tried_again_in_the_next_sync() -> None:
    google = hired()

    play(google.provision(google.directory.people["tp1"]), found(), answer(500))

    assert [job.key for job in google.user_jobs()] == ["user tp1"]
    assert len(google.problems) == 1
