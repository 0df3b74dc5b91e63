"""Rippling's exact requests: guides tell which settings there are, and nearly every body is marked as a guess.

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them.
"""

from __future__ import annotations

from harness.directory.values import Group, Person
from harness.idp.provider import Job
from harness.idp.rippling import Rippling, RipplingKnobs
from harness.record.exchange import Request
from tests.harness.idp.steps import answer, company, found, lines, play, requests_of
from tests.harness.idp.wire import heard

TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example", employee_number="E-7")
TOVE_BERG = Person("tove", "Tove", "Berg", "tove.lindqvist@marigold.example", employee_number="E-7")
ID, GROUP_ID = "7c1b9e52", "g-41"
GUESS = "docs/sources.md Rippling"
PATCH = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
PROFILE = (
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],'
    '"externalId":"tove",'
    '"userName":"tove.lindqvist@marigold.example",'
    '"name":{"givenName":"Tove","familyName":"Lindqvist"},'
    '"displayName":"Tove Lindqvist",'
    '"emails":[{"value":"tove.lindqvist@marigold.example","type":"work","primary":true}],'
    '"active":true}'
)


def rippling_of(knobs: RipplingKnobs | None = None, *, linked: bool = False) -> Rippling:
    rippling = Rippling(company(), knobs)
    rippling.directory.add(TOVE)
    rippling.directory.assign(TOVE)
    if linked:
        rippling.link(TOVE, ID)
    return rippling


def pushed(rippling: Rippling, members: set[str]) -> Group:
    """A group that was pushed with these members, and that Tove is in."""
    design = rippling.directory.form_group("Design")
    rippling.directory.join(TOVE, design)
    rippling.directory.assign_group(design)
    rippling.links.groups[design.key], rippling.links.names[design.key] = GROUP_ID, design.name
    rippling.links.members[design.key] = members
    return design


def wire(request: Request) -> tuple[str, str, str]:
    return request.method, request.target, (request.body or b"").decode()


def test_the_connection_test() -> None:
    """RIPPLING-01: a guess in two forms."""
    (job,) = rippling_of().connect()
    (other,) = rippling_of(RipplingKnobs(test_by="users")).connect()
    assert isinstance(job, Job)
    assert isinstance(other, Job)

    (request,) = requests_of(play(job.conversation, answer(200, {"patch": {"supported": True}})))

    assert (request.target, request.unconfirmed) == ("/ServiceProviderConfig", GUESS)
    assert lines(play(other.conversation, found())) == ["GET /Users?startIndex=1&count=1"]


def test_match_and_create_byte_for_byte() -> None:
    """RIPPLING-02, RIPPLING-03: request line, headers and body, every byte; the headers are a guess."""
    find, create = requests_of(play(rippling_of().provision(TOVE), found(), answer(201, {"id": ID})))

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


def test_an_employee_number_may_be_chosen() -> None:
    """RIPPLING-03: it stands in the enterprise extension; externalId may be left out."""
    rippling = rippling_of(RipplingKnobs(send_employee_number=True, send_external_id=False))

    assert (rippling.create_request(TOVE).body or b"").decode() == PROFILE.replace(
        '2.0:User"],"externalId":"tove",',
        '2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],',
    ).replace(
        '"active":true}',
        '"active":true,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"E-7"}}',
    )


def test_a_match_in_the_list_of_all_users() -> None:
    """RIPPLING-02: the other guess: pages are read until everybody was listed, and letter case does not count."""
    rippling = rippling_of(RipplingKnobs(match_by="list", groups_page=1))
    pages = [
        answer(200, {"totalResults": 2, "Resources": [{"id": "1", "userName": "somebody"}]}),
        answer(200, {"totalResults": 2, "Resources": [{"id": ID, "userName": TOVE.address.upper()}]}),
    ]

    seen = play(rippling.provision(TOVE), *pages, answer(200, {"id": ID}))

    assert lines(seen) == ["GET /Users?startIndex=1&count=1", "GET /Users?startIndex=2&count=1", f"PUT /Users/{ID}"]
    assert rippling.id_of(TOVE) == ID


def test_an_update() -> None:
    """RIPPLING-04: a guess in two forms."""
    (put,) = requests_of(play(rippling_of(linked=True).update(TOVE_BERG), answer(200, {"id": ID})))
    patched = rippling_of(RipplingKnobs(update="patch"), linked=True)
    (patch,) = requests_of(play(patched.update(TOVE_BERG), answer(200, {"id": ID})))

    assert wire(put) == ("PUT", f"/Users/{ID}", PROFILE.replace("Lindqvist", "Berg"))
    assert wire(patch) == (
        "PATCH",
        f"/Users/{ID}",
        PATCH + '{"op":"replace","path":"name.familyName","value":"Berg"},'
        '{"op":"replace","path":"displayName","value":"Tove Berg"}]}',
    )
    assert put.unconfirmed == patch.unconfirmed == GUESS


def test_a_termination_and_a_return() -> None:
    """RIPPLING-05: a guess in two forms."""
    rippling, other = rippling_of(linked=True), rippling_of(RipplingKnobs(set_active="put"), linked=True)

    seen = requests_of(play(rippling.deprovision(TOVE), answer(204)))
    seen += requests_of(play(rippling.reactivate(TOVE), answer(204)))
    (put,) = requests_of(play(other.deprovision(TOVE), answer(200, {"id": ID})))

    assert [wire(each) for each in seen] == [
        ("PATCH", f"/Users/{ID}", f'{PATCH}{{"op":"replace","path":"active","value":{word}}}]}}')
        for word in ("false", "true")
    ]
    assert wire(put) == ("PUT", f"/Users/{ID}", PROFILE.replace('"active":true', '"active":false'))
    assert {each.unconfirmed for each in (*seen, put)} == {GUESS}


def test_groups_are_read_page_by_page() -> None:
    """RIPPLING-06, RIPPLING-08, RIPPLING-10: then the group is created, and filled by one PATCH."""
    rippling = rippling_of(RipplingKnobs(groups_page=1), linked=True)
    design = rippling.directory.form_group("Design")
    rippling.directory.join(TOVE, design)
    rippling.directory.assign_group(design)
    pages = [
        answer(200, {"totalResults": 2, "Resources": [{"id": each, "displayName": each}]}) for each in ("Legal", "HR")
    ]

    seen = requests_of(play(rippling.push(design), *pages, answer(201, {"id": GROUP_ID}), answer(204)))

    assert [wire(each) for each in seen] == [
        ("GET", "/Groups?startIndex=1&count=1", ""),
        ("GET", "/Groups?startIndex=2&count=1", ""),
        (
            "POST",
            "/Groups",
            f'{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{design.name}","members":[]}}',
        ),
        ("PATCH", f"/Groups/{GROUP_ID}", f'{PATCH}{{"op":"add","path":"members","value":[{{"value":"{ID}"}}]}}]}}'),
    ]


def test_a_group_that_is_not_there_is_not_made() -> None:
    """RIPPLING-11: as in 1Password's application; the console tells why nobody was put into it."""
    rippling = rippling_of(RipplingKnobs(create_groups=False), linked=True)
    design = rippling.directory.form_group("Design")
    rippling.directory.join(TOVE, design)
    rippling.directory.assign_group(design)

    assert lines(play(rippling.push(design), found())) == ["GET /Groups?startIndex=1&count=100"]
    assert rippling.problems[-1].what == "the group does not exist in the application"


def test_members_move() -> None:
    """RIPPLING-07, RIPPLING-10: one PATCH with filters, or with values; or a PUT of the list."""
    bodies = {}
    for name, knobs in (
        ("filter", RipplingKnobs()),
        ("value", RipplingKnobs(remove_by="value")),
        ("put", RipplingKnobs(groups_by="put")),
    ):
        rippling = rippling_of(knobs, linked=True)
        design = pushed(rippling, {"8d"})
        (request,) = requests_of(play(rippling.push(design), answer(204)))
        bodies[name] = (request.method, wire(request)[2].replace(design.name, "Design"))

    joins = f'{{"op":"add","path":"members","value":[{{"value":"{ID}"}}]}}]}}'
    assert bodies == {
        "filter": ("PATCH", f'{PATCH}{{"op":"remove","path":"members[value eq \\"8d\\"]"}},{joins}'),
        "value": ("PATCH", f'{PATCH}{{"op":"remove","path":"members","value":[{{"value":"8d"}}]}},{joins}'),
        "put": (
            "PUT",
            '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Design",'
            f'"members":[{{"value":"{ID}"}}]}}',
        ),
    }


def test_a_group_is_renamed() -> None:
    """RIPPLING-12: a guess."""
    rippling = rippling_of(linked=True)
    design = rippling.directory.rename_group(pushed(rippling, {ID}), "Drawing")

    (request,) = requests_of(play(rippling.push(design), answer(204)))

    assert wire(request)[2] == f'{PATCH}{{"op":"replace","path":"displayName","value":"Drawing"}}]}}'
    assert request.unconfirmed == GUESS


def test_a_group_is_deleted_where_that_is_allowed() -> None:
    """RIPPLING-09, RIPPLING-11: else it is left as it is."""
    told = []
    for knobs in (RipplingKnobs(), RipplingKnobs(create_groups=False)):
        rippling = rippling_of(knobs, linked=True)
        rippling.directory.dissolve(pushed(rippling, {ID}))
        (job,) = rippling.group_jobs()
        told.append(lines(play(job.conversation, *([answer(204)] if knobs.create_groups else []))))

    assert told == [[f"DELETE /Groups/{GROUP_ID}"], []]
