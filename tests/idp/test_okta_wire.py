"""What Okta puts on the wire, literally: the examples of idp-wire.md section 1, in the like situation.

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them.
"""

from __future__ import annotations

import socket
import threading

from harness.clock import SystemClock
from harness.directory import Directory, Group, Person
from harness.exchange import Headers, Request
from harness.idp.okta import Knobs, Okta, OktaAiw, OktaOin
from harness.idp.provider import Job
from harness.transport import Secrets, Transport
from tests.idp.steps import answer, found, lines, play, requests_of

TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example")
TOVE_BERG = Person("tove", "Tove", "Berg", "tove.berg@marigold.example")
AMADOU = Person("amadou", "Amadou", "Sy", "amadou.sy@marigold.example")
SHIFT = Group("shift", "Dispatch Night Shift")
U4, M9, R3, G5 = (
    "U4R7TC2NQK5X9WDM3ZB6HPJ8EV",
    "M9D4ZQ7KX2WT6RB5NJ3VHC8PEA",
    "R3XW8KQ2TZ5NB7CJ4VMH6DPE9A",
    "g5h2k7nq3wz6xr4vt8mb2jdpce",
)

READ: Headers = (
    ("Accept", "application/scim+json"),
    ("Accept-Charset", "utf-8"),
    ("User-Agent", "Okta SCIM Client 1.0.0"),
    ("Authorization", ""),
    ("Host", ""),
    ("Connection", "Keep-Alive"),
    ("Accept-Encoding", "gzip,deflate"),
)
WRITE: Headers = (*READ[:2], ("Content-Type", "application/scim+json; charset=utf-8"), *READ[2:])


def company(*people: Person) -> Directory:
    directory = Directory(seed=1, domain="marigold.example")
    directory.people.update({person.key: person for person in people})
    directory.groups, directory.members = {SHIFT.key: SHIFT}, {SHIFT.key: {person.key for person in people}}
    directory.assign(*people)
    return directory


def pushed(okta: Okta, *members: str) -> Okta:
    okta.links.groups[SHIFT.key], okta.links.members[SHIFT.key] = G5, set(members)
    okta.links.names[SHIFT.key] = SHIFT.name
    okta.push_group(SHIFT)
    return okta


def wire(request: Request) -> tuple[str, str, bytes | None]:
    return request.method, request.target, request.body


def only(jobs: list[Job]) -> Job:
    (job,) = jobs
    return job


def test_the_connection_test_byte_for_byte() -> None:
    """OKTA-01, section 1.a: the request line, and every header in its place."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard: list[bytes] = []
        thread = threading.Thread(target=hear, args=(server, heard))
        thread.start()
        transport = Transport(f"http://127.0.0.1:{port}/scim", Secrets({"scim": "mf-demo-token"}), SystemClock())
        (request,) = requests_of(play(next(jobs_of(OktaOin(company()))).conversation, answer(200)))
        transport.send(request)
        thread.join(10)

    assert heard[0].decode() == (
        "GET /scim/Users?startIndex=1&count=2 HTTP/1.1\r\n"
        "Accept: application/scim+json\r\n"
        "Accept-Charset: utf-8\r\n"
        "User-Agent: Okta SCIM Client 1.0.0\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        "Connection: Keep-Alive\r\n"
        "Accept-Encoding: gzip,deflate\r\n"
        "\r\n"
    )


def hear(server: socket.socket, heard: list[bytes]) -> None:
    connection, _ = server.accept()
    with connection:
        heard.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def jobs_of(okta: Okta):  # type: ignore[no-untyped-def]
    return (item for item in okta.connect() if isinstance(item, Job))


def test_the_group_import_of_the_test() -> None:
    """Section 1.a: with "Import Groups" on, one page of a hundred groups is read; off, nothing."""
    _, groups = jobs_of(OktaOin(company()))
    off = OktaOin(company(), Knobs(import_groups=False))

    assert lines(play(groups.conversation, answer(200))) == ["GET /Groups?startIndex=1&count=100"]
    assert len(list(off.connect())) == 1


def test_an_import_reads_page_after_page() -> None:
    """OKTA-02, section 1.a: 1, 101, 201 while totalResults is larger, for users and for groups."""
    okta = OktaOin(company())
    pages = [answer(200, {"totalResults": 250, "Resources": [{"id": f"{page}"}]}) for page in range(3)]

    (job,) = okta.run_import()
    seen = play(job.conversation, *pages, found())  # type: ignore[union-attr]

    assert lines(seen) == [
        "GET /Users?startIndex=1&count=100",
        "GET /Users?startIndex=101&count=100",
        "GET /Users?startIndex=201&count=100",
        "GET /Groups?startIndex=1&count=100",
    ]
    assert {request.headers for request in requests_of(seen)} == {READ}


def test_the_match_query() -> None:
    """OKTA-03, section 1.b: filter, then startIndex and count; blanks as %20, the at sign as %40."""
    (request,) = requests_of(play(OktaOin(company(TOVE)).provision(TOVE), answer(500)))

    assert wire(request) == (
        "GET",
        "/Users?filter=userName%20eq%20%22tove.lindqvist%40marigold.example%22&startIndex=1&count=100",
        None,
    )
    assert request.headers == READ


def test_the_match_query_of_2018() -> None:
    """OKTA-03, section 6: blanks as a plus, on wish."""
    okta = OktaOin(company(TOVE), Knobs(blank="+"))

    (request,) = requests_of(play(okta.provision(TOVE), answer(500)))

    assert request.target.startswith("/Users?filter=userName+eq+%22tove.lindqvist%40")


def test_another_agent() -> None:
    """Section 6: the agent is a knob."""
    okta = OktaOin(company(TOVE), Knobs(user_agent="OKTA SCIM Integration"))

    (request,) = requests_of(play(okta.provision(TOVE), answer(500)))

    assert [value for name, value in request.headers if name == "User-Agent"] == ["OKTA SCIM Integration"]


def test_the_create() -> None:
    """OKTA-06, section 1.b: the keys in Okta's order, `groups` empty, a password that means nothing."""
    _, create = requests_of(play(OktaOin(company(TOVE)).provision(TOVE), found(), answer(500)))

    assert wire(create) == (
        "POST",
        "/Users",
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],'
        b'"userName":"tove.lindqvist@marigold.example",'
        b'"name":{"givenName":"Tove","familyName":"Lindqvist"},'
        b'"emails":[{"primary":true,"value":"tove.lindqvist@marigold.example","type":"work"}],'
        b'"displayName":"Tove Lindqvist","locale":"en-US","externalId":"00u8fcd040267831fe85",'
        b'"groups":[],"password":"q8Zr2mKd","active":true}',
    )
    assert create.headers == WRITE


def test_the_put_of_a_rename() -> None:
    """OKTA-09, OKTA-10, section 1.c: the bridge's answer with Okta's values over it; `formatted` goes stale."""
    okta = OktaOin(company(TOVE_BERG))
    okta.link(TOVE, U4)
    stored = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": U4,
        "externalId": "old",
        "userName": "tove.lindqvist@marigold.example",
        "name": {"givenName": "Tove", "familyName": "Lindqvist", "formatted": "Tove Lindqvist"},
        "displayName": "Tove Lindqvist",
        "emails": [{"value": "tove.lindqvist@marigold.example"}],
        "locale": "en-US",
        "active": True,
        "groups": [{"value": "g1"}],
        "meta": {"resourceType": "User", "location": f"https://bridge.marigold.example/scim/Users/{U4}"},
    }

    fetch, put = requests_of(play(okta.update(TOVE_BERG), answer(200, stored), answer(200, {"id": U4})))

    assert (wire(fetch), fetch.headers) == (("GET", f"/Users/{U4}", None), READ)
    assert wire(put) == (
        "PUT",
        f"/Users/{U4}",
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"U4R7TC2NQK5X9WDM3ZB6HPJ8EV",'
        b'"externalId":"00u8fcd040267831fe85","userName":"tove.berg@marigold.example",'
        b'"name":{"givenName":"Tove","familyName":"Berg","formatted":"Tove Lindqvist"},"displayName":"Tove Berg",'
        b'"emails":[{"primary":true,"value":"tove.berg@marigold.example","type":"work"}],"locale":"en-US",'
        b'"active":true,"groups":[],"meta":{"resourceType":"User",'
        b'"location":"https://bridge.marigold.example/scim/Users/U4R7TC2NQK5X9WDM3ZB6HPJ8EV"}}',
    )
    assert put.headers == WRITE


def test_the_deactivation_of_a_catalogue_application() -> None:
    """OKTA-12, OKTA-15, section 1.d: a replace without a path, and no DELETE."""
    okta = OktaOin(company(TOVE))
    okta.link(TOVE, U4)

    (request,) = requests_of(play(okta.deprovision(TOVE), answer(204)))

    assert wire(request) == (
        "PATCH",
        f"/Users/{U4}",
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        b'"Operations":[{"op":"replace","value":{"active":false}}]}',
    )
    assert request.headers == WRITE


def test_the_deactivation_of_a_wizard_application() -> None:
    """OKTA-11, OKTA-15, section 1.d: `GET`, then `PUT` of that body, the bridge's own names in it."""
    okta = OktaAiw(company(TOVE))
    okta.link(TOVE, U4)
    stored = {"id": U4, "userName": "T.L@marigold.example", "name": {"formatted": "T. L."}, "active": True, "x": [1]}

    fetch, put = requests_of(play(okta.deprovision(TOVE), answer(200, stored), answer(200, {"id": U4})))

    assert wire(fetch) == ("GET", f"/Users/{U4}", None)
    assert wire(put) == (
        "PUT",
        f"/Users/{U4}",
        b'{"id":"U4R7TC2NQK5X9WDM3ZB6HPJ8EV","userName":"T.L@marigold.example","name":{"formatted":"T. L."},'
        b'"active":false,"x":[1]}',
    )


def test_the_return_of_a_catalogue_application() -> None:
    """OKTA-14, section 1.d: the filter (a guess, marked so), `active` true by PATCH, then the profile."""
    okta = OktaOin(company(TOVE))
    okta.link(TOVE, U4)
    okta.links.inactive.add(TOVE.key)

    seen = play(okta.reactivate(TOVE), found({"id": U4}), answer(204), answer(200, {"id": U4}), answer(200, {"id": U4}))

    query, patch, *_ = requests_of(seen)
    assert query.unconfirmed == "idp-wire.md 1.d"
    assert lines(seen)[1:] == [f"PATCH /Users/{U4}", f"GET /Users/{U4}", f"PUT /Users/{U4}"]
    assert patch.body == (
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        b'"Operations":[{"op":"replace","value":{"active":true}}]}'
    )


def test_the_return_of_a_wizard_application() -> None:
    """OKTA-14, section 1.d: `GET` and one `PUT` with true; never PATCH."""
    okta = OktaAiw(company(TOVE), Knobs(filter_before_reactivation=False))
    okta.link(TOVE, U4)
    okta.links.inactive.add(TOVE.key)

    seen = play(okta.reactivate(TOVE), answer(200, {"id": U4, "active": False}), answer(200, {"id": U4}))

    assert lines(seen) == [f"GET /Users/{U4}", f"PUT /Users/{U4}"]
    assert (requests_of(seen)[1].body or b"").startswith(b'{"id":"U4R7TC2NQK5X9WDM3ZB6HPJ8EV","active":true,')


def test_a_group_is_looked_for_and_created() -> None:
    """OKTA-17, OKTA-18, section 1.e: the filter on its name, then POST with no members."""
    okta = OktaOin(company())
    okta.push_group(SHIFT)

    query, create = requests_of(play(okta.push(SHIFT), found(), answer(201, {"id": G5})))

    assert wire(query) == (
        "GET",
        "/Groups?filter=displayName%20eq%20%22Dispatch%20Night%20Shift%22&startIndex=1&count=100",
        None,
    )
    assert wire(create) == (
        "POST",
        "/Groups",
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],'
        b'"displayName":"Dispatch Night Shift","members":[]}',
    )
    assert (query.headers, create.headers) == (READ, WRITE)


def test_members_change_with_a_rename_beside_it() -> None:
    """OKTA-19, OKTA-20, OKTA-21, section 1.e: removals by filter path, one add with an array, the rename as well."""
    berg = Person("tove", "Tove", "Berg", "Tove.Berg@marigold.example")
    okta = pushed(OktaOin(company(berg, AMADOU)), R3)
    okta.link(berg, U4)
    okta.link(AMADOU, M9)
    okta.directory.groups[SHIFT.key] = Group("shift", "Dispatch Nights")

    job = only(list(okta.group_jobs()))
    rename, members = requests_of(play(job.conversation, answer(204), answer(204)))

    assert wire(rename) == (
        "PATCH",
        f"/Groups/{G5}",
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace",'
        b'"value":{"id":"g5h2k7nq3wz6xr4vt8mb2jdpce","displayName":"Dispatch Nights"}}]}',
    )
    assert wire(members) == (
        "PATCH",
        f"/Groups/{G5}",
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
        b'{"op":"remove","path":"members[value eq \\"R3XW8KQ2TZ5NB7CJ4VMH6DPE9A\\"]"},'
        b'{"op":"add","path":"members","value":['
        b'{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA","display":"amadou.sy@marigold.example"},'
        b'{"value":"U4R7TC2NQK5X9WDM3ZB6HPJ8EV","display":"Tove.Berg@marigold.example"}]}]}',
    )


def test_a_full_push_replaces_the_list() -> None:
    """OKTA-22, section 1.e: `replace` at `members` with the whole array."""
    okta = pushed(OktaOin(company(AMADOU)), R3)
    okta.link(AMADOU, M9)

    job = only([item for item in okta.push_now(SHIFT) if isinstance(item, Job)])
    _, replaced = requests_of(play(job.conversation, answer(204), answer(204)))

    assert wire(replaced) == (
        "PATCH",
        f"/Groups/{G5}",
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace",'
        b'"path":"members","value":[{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA",'
        b'"display":"amadou.sy@marigold.example"}]}]}',
    )


def test_a_full_push_of_nobody() -> None:
    """OKTA-22, section 1.e: an empty array with a path, or all of it without one."""
    with_path = pushed(OktaOin(company()), R3)
    pathless = pushed(OktaOin(company(), Knobs(empty_push="pathless")), R3)

    sent = [
        requests_of(play(job.conversation, answer(204), answer(204)))[1].body
        for okta in (with_path, pathless)
        for job in okta.push_now(SHIFT)
        if isinstance(job, Job)
    ]

    assert sent == [
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        b'"Operations":[{"op":"replace","path":"members","value":[]}]}',
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace",'
        b'"value":{"members":[],"id":"g5h2k7nq3wz6xr4vt8mb2jdpce","displayName":"Dispatch Night Shift"}}]}',
    ]


def test_a_wizard_application_pushes_a_new_group() -> None:
    """OKTA-31, section 1.e: filter, POST, `GET`, then `PUT` with all members."""
    okta = OktaAiw(company(AMADOU))
    okta.link(AMADOU, M9)
    okta.push_group(SHIFT)
    stored = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": G5,
        "displayName": "Dispatch Night Shift",
        "members": [],
        "meta": {"resourceType": "Group"},
    }

    seen = play(okta.push(SHIFT), found(), answer(201, stored), answer(200, stored), answer(200, stored))

    assert [line.split("?")[0] for line in lines(seen)] == [
        "GET /Groups",
        "POST /Groups",
        f"GET /Groups/{G5}",
        f"PUT /Groups/{G5}",
    ]
    assert requests_of(seen)[3].body == (
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g5h2k7nq3wz6xr4vt8mb2jdpce",'
        b'"displayName":"Dispatch Night Shift","members":[{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA",'
        b'"display":"amadou.sy@marigold.example"}],"meta":{"resourceType":"Group"}}'
    )


def test_a_group_is_unlinked_and_deleted() -> None:
    """OKTA-25, OKTA-26, section 1.e: DELETE with a Content-Type and no body; leaving the remote group sends nothing."""
    okta = pushed(OktaOin(company()))

    job = only([item for item in okta.unlink_group(SHIFT, delete=True) if isinstance(item, Job)])
    (request,) = requests_of(play(job.conversation, answer(204)))

    assert (wire(request), request.headers) == (("DELETE", f"/Groups/{G5}", None), WRITE)
    assert list(pushed(OktaOin(company())).unlink_group(SHIFT, delete=False)) == []
