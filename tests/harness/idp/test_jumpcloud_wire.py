"""JumpCloud's exact requests, as its guides and the tests of other servers show them; the rest is marked as a guess.

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them.
"""

from __future__ import annotations

from harness.directory.values import Group, Person
from harness.idp.jumpcloud import JumpCloud, JumpCloudKnobs
from harness.idp.provider import Job
from harness.record.exchange import Request
from tests.harness.idp.steps import answer, company, found, lines, play, requests_of
from tests.harness.idp.wire import heard

TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example")
TOVE_BERG = Person("tove", "Tove", "Berg", "tove.lindqvist@marigold.example")
ID, GROUP_ID = "7c1b9e52", "g-41"
GUESS = "docs/sources.md JumpCloud"
PATCH = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
PROFILE = (
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],'
    '"userName":"tove.lindqvist@marigold.example",'
    '"name":{"givenName":"Tove","familyName":"Lindqvist"},'
    '"displayName":"Tove Lindqvist",'
    '"emails":[{"value":"tove.lindqvist@marigold.example","type":"work","primary":true}],'
    '"active":true}'
)


def jumpcloud_of(knobs: JumpCloudKnobs | None = None, *, linked: bool = False) -> JumpCloud:
    jumpcloud = JumpCloud(company(), knobs)
    jumpcloud.directory.add(TOVE)
    jumpcloud.directory.assign(TOVE)
    if linked:
        jumpcloud.link(TOVE, ID)
    return jumpcloud


def pushed(jumpcloud: JumpCloud, members: set[str]) -> Group:
    """A group that was pushed with these members."""
    design = jumpcloud.directory.form_group("Design")
    jumpcloud.directory.assign_group(design)
    jumpcloud.links.groups[design.key], jumpcloud.links.names[design.key] = GROUP_ID, design.name
    jumpcloud.links.members[design.key] = members
    return design


def wire(request: Request) -> tuple[str, str, str]:
    return request.method, request.target, (request.body or b"").decode()


def test_the_connection_test() -> None:
    """JUMPCLOUD-01: a guess: the first user, and the first group where groups are managed."""
    (job,) = jumpcloud_of().connect()
    (alone,) = jumpcloud_of(JumpCloudKnobs(manage_groups=False)).connect()
    assert isinstance(job, Job)
    assert isinstance(alone, Job)

    users, groups = requests_of(play(job.conversation, found(), found()))

    assert [users.target, groups.target] == ["/Users?startIndex=1&count=1", "/Groups?startIndex=1&count=1"]
    assert {users.unconfirmed, groups.unconfirmed} == {GUESS}
    assert lines(play(alone.conversation, found())) == ["GET /Users?startIndex=1&count=1"]


def test_match_and_create_byte_for_byte() -> None:
    """JUMPCLOUD-03, JUMPCLOUD-04: request line, headers and body, every byte; the headers are a guess."""
    find, create = requests_of(play(jumpcloud_of().provision(TOVE), found(), answer(201, {"id": ID})))

    assert heard(find, create) == [
        "GET /scim/Users?filter=userName%20eq%20%22tove.lindqvist%40marigold.example%22 HTTP/1.1\r\n"
        "Accept: application/scim+json\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "\r\n",
        "POST /scim/Users HTTP/1.1\r\n"
        "Accept: application/scim+json\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "Content-Type: application/scim+json\r\n"
        f"Content-Length: {len(PROFILE)}\r\n"
        "\r\n" + PROFILE,
    ]
    assert (find.unconfirmed, create.unconfirmed) == (GUESS, "")


def test_an_update_has_an_operation_and_a_path_for_each_attribute() -> None:
    """JUMPCLOUD-05: what is not as it was sent."""
    (request,) = requests_of(play(jumpcloud_of(linked=True).update(TOVE_BERG), answer(200, {"id": ID})))

    assert wire(request) == (
        "PATCH",
        f"/Users/{ID}",
        PATCH + '{"op":"replace","path":"name.familyName","value":"Berg"},'
        '{"op":"replace","path":"displayName","value":"Tove Berg"}]}',
    )
    assert not request.unconfirmed


def test_an_update_by_put_is_the_other_guess() -> None:
    """JUMPCLOUD-05: every mapped attribute; active goes the same way."""
    jumpcloud = jumpcloud_of(JumpCloudKnobs(update="put", media_type="application/json"), linked=True)

    (update,) = requests_of(play(jumpcloud.update(TOVE_BERG), answer(200, {"id": ID})))
    (off,) = requests_of(play(jumpcloud.deprovision(TOVE), answer(200, {"id": ID})))

    assert wire(update) == ("PUT", f"/Users/{ID}", PROFILE.replace("Lindqvist", "Berg"))
    assert wire(off) == ("PUT", f"/Users/{ID}", PROFILE.replace('"active":true', '"active":false'))
    assert (update.unconfirmed, dict(update.headers)["Content-Type"]) == (GUESS, "application/json")


def test_a_suspension_and_a_return() -> None:
    """JUMPCLOUD-06: a path and a Boolean."""
    jumpcloud = jumpcloud_of(linked=True)

    seen = requests_of(play(jumpcloud.deprovision(TOVE), answer(204)))
    seen += requests_of(play(jumpcloud.reactivate(TOVE), answer(204)))

    assert [wire(each) for each in seen] == [
        ("PATCH", f"/Users/{ID}", f'{PATCH}{{"op":"replace","path":"active","value":{word}}}]}}')
        for word in ("false", "true")
    ]
    assert not any(each.unconfirmed for each in seen)


def test_a_group_is_found_or_created_and_filled() -> None:
    """JUMPCLOUD-07, JUMPCLOUD-08, JUMPCLOUD-12: a look-up, a create with a name alone, members with a value alone."""
    jumpcloud = jumpcloud_of(linked=True)
    design = jumpcloud.directory.form_group("Design")
    jumpcloud.directory.join(TOVE, design)
    jumpcloud.directory.assign_group(design)

    seen = requests_of(play(jumpcloud.push(design), found(), answer(201, {"id": GROUP_ID}), answer(204)))

    assert [wire(each) for each in seen] == [
        ("GET", f"/Groups?filter=displayName%20eq%20%22{design.name.replace(' ', '%20')}%22", ""),
        (
            "POST",
            "/Groups",
            f'{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{design.name}"}}',
        ),
        ("PATCH", f"/Groups/{GROUP_ID}", f'{PATCH}{{"op":"add","path":"members","value":[{{"value":"{ID}"}}]}}]}}'),
    ]
    assert [each.unconfirmed for each in seen] == [GUESS, "", ""]


def test_a_group_of_that_name_is_taken_over() -> None:
    """JUMPCLOUD-12: nothing is created."""
    jumpcloud = jumpcloud_of(linked=True)
    design = jumpcloud.directory.form_group("Design")
    jumpcloud.directory.join(TOVE, design)
    jumpcloud.directory.assign_group(design)

    seen = play(jumpcloud.push(design), found({"id": GROUP_ID, "displayName": design.name.upper()}), answer(204))

    assert lines(seen)[1:] == [f"PATCH /Groups/{GROUP_ID}"]


def test_members_leave_by_value() -> None:
    """JUMPCLOUD-08: one operation with all of them; filters in the path are the other guess."""
    bodies = {}
    for remove_by in ("value", "filter"):
        jumpcloud = jumpcloud_of(JumpCloudKnobs(remove_by=remove_by), linked=True)
        (request,) = requests_of(play(jumpcloud.push(pushed(jumpcloud, {ID, "8d"})), answer(204)))
        bodies[remove_by] = (wire(request)[2], request.unconfirmed)

    assert bodies == {
        "value": (f'{PATCH}{{"op":"remove","path":"members","value":[{{"value":"{ID}"}},{{"value":"8d"}}]}}]}}', ""),
        "filter": (
            f'{PATCH}{{"op":"remove","path":"members[value eq \\"{ID}\\"]"}},'
            '{"op":"remove","path":"members[value eq \\"8d\\"]"}]}',
            GUESS,
        ),
    }


def test_a_group_is_renamed() -> None:
    """JUMPCLOUD-09: a guess."""
    jumpcloud = jumpcloud_of()
    design = jumpcloud.directory.rename_group(pushed(jumpcloud, set()), "Drawing")

    (request,) = requests_of(play(jumpcloud.push(design), answer(204)))

    assert wire(request) == (
        "PATCH",
        f"/Groups/{GROUP_ID}",
        f'{PATCH}{{"op":"replace","path":"displayName","value":"Drawing"}}]}}',
    )
    assert request.unconfirmed == GUESS


def test_a_deleted_group_is_deleted_and_a_disassociated_one_is_left() -> None:
    """JUMPCLOUD-10: DELETE only for a group that is gone in JumpCloud."""
    deleted, left = jumpcloud_of(), jumpcloud_of()
    deleted.directory.dissolve(pushed(deleted, set()))
    left.directory.unassign_group(pushed(left, set()))

    (job,) = deleted.group_jobs()
    (other,) = left.group_jobs()

    assert lines(play(job.conversation, answer(204))) == [f"DELETE /Groups/{GROUP_ID}"]
    assert lines(play(other.conversation)) == []
    assert deleted.links.groups == left.links.groups == {}


def test_an_empty_group_is_not_made() -> None:
    """JUMPCLOUD-13: but one that has become empty is emptied."""
    jumpcloud, eager = jumpcloud_of(linked=True), jumpcloud_of(JumpCloudKnobs(empty_groups=True))
    for each in (jumpcloud, eager):
        each.directory.assign_group(each.directory.form_group("Design"))
    emptied = jumpcloud_of(linked=True)
    pushed(emptied, {ID})

    assert list(jumpcloud.group_jobs()) == []
    assert len(list(eager.group_jobs())) == 1
    assert len(list(emptied.group_jobs())) == 1


def test_an_activation_makes_and_deletes_test_objects() -> None:
    """JUMPCLOUD-02: a user and a group, each made, changed and deleted; without DELETE the user ends inactive."""
    made = answer(201, {"id": ID}), answer(200, {"id": ID})
    group_made = answer(201, {"id": GROUP_ID}), answer(204), answer(204), answer(204)
    (job,) = jumpcloud_of().activate(TOVE)
    (kept,) = jumpcloud_of(JumpCloudKnobs(delete_test_user=False, manage_groups=False)).activate(TOVE)
    assert isinstance(job, Job)
    assert isinstance(kept, Job)

    assert lines(play(job.conversation, *made, *group_made, answer(204))) == [
        "POST /Users",
        f"PATCH /Users/{ID}",
        "POST /Groups",
        f"PATCH /Groups/{GROUP_ID}",
        f"PATCH /Groups/{GROUP_ID}",
        f"DELETE /Groups/{GROUP_ID}",
        f"DELETE /Users/{ID}",
    ]
    assert lines(play(kept.conversation, *made, answer(204)))[-1] == f"PATCH /Users/{ID}"


def test_an_import_reads_page_after_page() -> None:
    """JUMPCLOUD-11: until everybody was listed."""
    jumpcloud = jumpcloud_of(JumpCloudKnobs(import_page=1))
    (job,) = jumpcloud.run_import()
    assert isinstance(job, Job)
    pages = [answer(200, {"totalResults": 2, "Resources": [{"id": each}]}) for each in ("1", "2")]

    seen = lines(play(job.conversation, *pages))

    assert seen == ["GET /Users?startIndex=1&count=1", "GET /Users?startIndex=2&count=1"]
    assert jumpcloud.imported is not None
    assert [user["id"] for user in jumpcloud.imported.resources] == ["1", "2"]


def test_who_is_removed_is_deactivated_or_deleted() -> None:
    """JUMPCLOUD-14: the log of JumpCloud knows both."""
    delete = jumpcloud_of(JumpCloudKnobs(on_removal="delete"), linked=True)

    assert lines(play(jumpcloud_of(linked=True).deprovision(TOVE), answer(204))) == [f"PATCH /Users/{ID}"]
    assert lines(play(delete.deprovision(TOVE), answer(204))) == [f"DELETE /Users/{ID}"]
