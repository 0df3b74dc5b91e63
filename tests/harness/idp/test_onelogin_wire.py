"""OneLogin's exact requests: those of a recording, those of its pages, and the guesses between them.

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them.
"""

from __future__ import annotations

from harness.directory.values import Group, Person
from harness.idp.onelogin import OneLogin, OneLoginKnobs
from harness.idp.provider import Job
from harness.record.exchange import Request
from tests.harness.idp.steps import answer, company, found, lines, play, requests_of
from tests.harness.idp.wire import heard

TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example")
TOVE_BERG = Person("tove", "Tove", "Berg", "tove.lindqvist@marigold.example")
ID, GROUP_ID = "7c1b9e52", "g-41"
TEMPLATE = (
    '{"schemas":["urn:scim:schemas:core:2.0","urn:scim:schemas:extension:enterprise:2.0"],'
    '"userName":"tove.lindqvist@marigold.example",'
    '"name":{"familyName":"Lindqvist","givenName":"Tove","formatted":"Tove Lindqvist"},'
    '"emails":[{"value":"tove.lindqvist@marigold.example","type":"work","primary":true}],'
    '"active":true}'
)
LOOK_UP = "/Users?filter=userName+eq+%22tove.lindqvist%40marigold.example%22&"


def onelogin_of(knobs: OneLoginKnobs | None = None, *, linked: bool = False) -> OneLogin:
    onelogin = OneLogin(company(), knobs)
    onelogin.directory.add(TOVE)
    onelogin.directory.assign(TOVE)
    if linked:
        onelogin.link(TOVE, ID)
    return onelogin


def wire(request: Request) -> tuple[str, str, str]:
    return request.method, request.target, (request.body or b"").decode()


def test_the_connection_test_byte_for_byte() -> None:
    """ONELOGIN-01, ONELOGIN-03: a name that nobody has, a Content-Type on a read, and no agent."""
    (job,) = onelogin_of().connect()
    assert isinstance(job, Job)

    (request,) = requests_of(play(job.conversation, found()))

    assert heard(request) == [
        "GET /scim/Users?filter=userName+eq+%22onelogin-connection-test%22& HTTP/1.1\r\n"
        "Content-Type: application/json\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "\r\n"
    ]


def test_match_and_create_byte_for_byte() -> None:
    """ONELOGIN-02, ONELOGIN-03, ONELOGIN-04: request line, headers and body, every byte."""
    find, create = requests_of(play(onelogin_of().provision(TOVE), found(), answer(201, {"id": ID})))

    assert heard(find, create) == [
        f"GET /scim{LOOK_UP} HTTP/1.1\r\n"
        "Content-Type: application/json\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "\r\n",
        "POST /scim/Users HTTP/1.1\r\n"
        "Content-Type: application/json\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        f"Content-Length: {len(TEMPLATE)}\r\n"
        "\r\n" + TEMPLATE,
    ]
    assert not find.unconfirmed
    assert not create.unconfirmed


def test_an_update_is_a_look_up_and_a_put() -> None:
    """ONELOGIN-05, ONELOGIN-14: as in the recording; the PUT has a question mark behind the id."""
    onelogin = onelogin_of(linked=True)

    find, put = requests_of(play(onelogin.update(TOVE_BERG), found({"id": ID}), answer(200, {"id": ID})))

    assert wire(find) == ("GET", LOOK_UP, "")
    assert wire(put) == (
        "PUT",
        f"/Users/{ID}?",
        TEMPLATE.replace("Lindqvist", "Berg"),
    )
    assert not put.unconfirmed


def test_a_suspension_and_a_return() -> None:
    """ONELOGIN-06: a guess in two forms, each marked as one."""
    put_off = requests_of(play(onelogin_of(linked=True).deprovision(TOVE), answer(200, {"id": ID})))
    patched = onelogin_of(OneLoginKnobs(set_active="patch"), linked=True)
    patch_off = requests_of(play(patched.deprovision(TOVE), answer(204)))
    patch_on = requests_of(play(patched.reactivate(TOVE), answer(204)))

    assert [wire(each) for each in put_off] == [
        ("PUT", f"/Users/{ID}?", TEMPLATE.replace('"active":true', '"active":false'))
    ]
    assert [wire(each) for each in (*patch_off, *patch_on)] == [
        (
            "PATCH",
            f"/Users/{ID}",
            '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
            f'"Operations":[{{"op":"replace","path":"active","value":{word}}}]}}',
        )
        for word in ("false", "true")
    ]
    assert {each.unconfirmed for each in (*put_off, *patch_off)} == {"docs/sources.md OneLogin"}


def test_the_three_ways_to_let_somebody_go() -> None:
    """ONELOGIN-11: suspend, delete, or do nothing, as the administrator chooses."""
    delete = onelogin_of(OneLoginKnobs(on_removal="delete"), linked=True)
    nothing = onelogin_of(OneLoginKnobs(on_removal="nothing"), linked=True)

    assert lines(play(delete.deprovision(TOVE), answer(204))) == [f"DELETE /Users/{ID}"]
    assert lines(play(nothing.deprovision(TOVE))) == []
    assert delete.id_of(TOVE) == ""
    assert nothing.id_of(TOVE) == ID


def test_a_role_becomes_a_group_with_members_one_by_one() -> None:
    """ONELOGIN-07, ONELOGIN-08, ONELOGIN-09, ONELOGIN-10: list, create, and a PATCH for each user."""
    onelogin = onelogin_of(linked=True)
    design = onelogin.directory.form_group("Design")
    onelogin.directory.join(TOVE, design)
    onelogin.directory.assign_group(design)

    seen = requests_of(play(onelogin.push(design), found(), answer(201, {"id": GROUP_ID}), answer(204)))

    assert [wire(each) for each in seen] == [
        ("GET", "/Groups?startIndex=1&count=100", ""),
        (
            "POST",
            "/Groups",
            f'{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{design.name}"}}',
        ),
        (
            "PATCH",
            f"/Groups/{GROUP_ID}",
            '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
            f'"Operations":[{{"op":"add","path":"members","value":[{{"value":"{ID}"}}]}}]}}',
        ),
    ]
    assert {each.unconfirmed for each in seen} == {"docs/sources.md OneLogin"}


def test_a_member_leaves() -> None:
    """ONELOGIN-10: a guess in two forms."""
    for remove_by, operation in (
        ("filter", f'{{"op":"remove","path":"members[value eq \\"{ID}\\"]"}}'),
        ("value", f'{{"op":"remove","path":"members","value":[{{"value":"{ID}"}}]}}'),
    ):
        onelogin = onelogin_of(OneLoginKnobs(remove_by=remove_by), linked=True)  # type: ignore[arg-type]
        design = pushed(onelogin, {ID})

        (request,) = requests_of(play(onelogin.push(design), answer(204)))

        assert wire(request) == (
            "PATCH",
            f"/Groups/{GROUP_ID}",
            f'{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{operation}]}}',
        )


def pushed(onelogin: OneLogin, members: set[str]) -> Group:
    """A group that was pushed with these members, and has none any more."""
    design = onelogin.directory.form_group("Design")
    onelogin.directory.assign_group(design)
    onelogin.links.groups[design.key], onelogin.links.names[design.key] = GROUP_ID, design.name
    onelogin.links.members[design.key] = members
    return design


def test_a_renamed_role_renames_its_group() -> None:
    """ONELOGIN-16: a guess; the other one is a second group of the new name."""
    onelogin = onelogin_of()
    design = onelogin.directory.rename_group(pushed(onelogin, set()), "Drawing")
    other = onelogin_of(OneLoginKnobs(rename_groups=False))
    second = other.directory.rename_group(pushed(other, set()), "Drawing")

    (request,) = requests_of(play(onelogin.push(design), answer(204)))
    plan = list(other.group_jobs())

    assert wire(request) == (
        "PATCH",
        f"/Groups/{GROUP_ID}",
        '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        '"Operations":[{"op":"replace","path":"displayName","value":"Drawing"}]}',
    )
    assert lines(play(plan[0].conversation, found(), answer(201, {"id": "g-42"}))) == [
        "GET /Groups?startIndex=1&count=100",
        "POST /Groups",
    ]
    assert other.links.names[second.key] == "Drawing"


def test_a_group_is_never_deleted() -> None:
    """ONELOGIN-15: a role that is gone, or gives the application no more, leaves its group as it is."""
    onelogin = onelogin_of()
    onelogin.directory.dissolve(pushed(onelogin, set()))

    (job,) = onelogin.group_jobs()

    assert lines(play(job.conversation)) == []
    assert onelogin.links.groups == {}


def test_other_templates() -> None:
    """ONELOGIN-12, ONELOGIN-13: empty texts and active as text; one address as an object; the names of the RFC."""
    texts = onelogin_of(OneLoginKnobs(active_as="text", push_empty=True))
    one = onelogin_of(OneLoginKnobs(emails_as="object", core_urn="urn:ietf:params:scim:schemas:core:2.0:User"))

    assert (texts.create_request(TOVE).body or b"").decode() == TEMPLATE.replace(
        '"active":true}',
        '"active":"true","title":"","urn:scim:schemas:extension:enterprise:2.0":{"department":""}}',
    )
    assert (one.create_request(TOVE).body or b"").decode() == (
        '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",'
        '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],'
        '"userName":"tove.lindqvist@marigold.example",'
        '"name":{"familyName":"Lindqvist","givenName":"Tove","formatted":"Tove Lindqvist"},'
        '"emails":{"value":"tove.lindqvist@marigold.example","type":"work","primary":true},'
        '"active":true}'
    )


def test_the_other_spelling_and_an_agent() -> None:
    """ONELOGIN-02: a blank as %20, nothing behind the filter, and a client that names itself."""
    onelogin = onelogin_of(OneLoginKnobs(blank="%20", tail=False, user_agent="OneLogin", probe_config=True))
    (job,) = onelogin.connect()
    assert isinstance(job, Job)

    config, test = requests_of(play(job.conversation, answer(200, {"patch": {}}), found()))

    assert (config.target, config.headers[0]) == ("/ServiceProviderConfig", ("User-Agent", "OneLogin"))
    assert test.target == "/Users?filter=userName%20eq%20%22onelogin-connection-test%22"
