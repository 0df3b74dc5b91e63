"""Okta's exact requests: the rows 1.a to 1.h of docs/sources.md.

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them. The examples, row by row,
and the tests that hold them:

1.a the connection test              test_the_connection_test_byte_for_byte
1.a its minimal answer               test_the_minimal_answer_to_the_connection_test
1.b the create, head and body        test_the_create, test_the_create_byte_for_byte
1.c the PUT of a rename              test_the_put_of_a_rename
1.d the deactivation                 test_the_deactivation_of_a_catalogue_application
1.e the create of a group            test_a_group_is_looked_for_and_created
1.e its minimal answer               test_the_minimal_answer_to_the_create_of_a_group
1.e members come and go, a rename    test_members_change_with_a_rename_beside_it
1.e a full push                      test_a_full_push_replaces_the_list
"""

from __future__ import annotations

import socket
import threading

import pytest
from msgspec.structs import replace

from harness.clock import SystemClock
from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.okta import Okta, OktaAiw, OktaKnobs, OktaOin
from harness.idp.provider import Conversation, Job, Plan
from harness.record.exchange import Headers, Json, Request, Response
from harness.target.secrets import Secrets
from harness.target.transport import Transport
from tests.harness.idp.steps import answer, body, found, lines, play, requests_of

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
    directory.groups[SHIFT.key], directory.members[SHIFT.key] = SHIFT, set()
    for person in people:
        directory.add(person, SHIFT)
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


def only_job(plan: Plan) -> Conversation[None]:
    (job,) = plan
    assert isinstance(job, Job)
    return job.conversation


def test_the_connection_test_byte_for_byte() -> None:
    """OKTA-01, section 1.a: the request line, and every header in its place."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard: list[bytes] = []
        server.settimeout(10)
        thread = threading.Thread(target=hear, args=(server, heard), daemon=True)
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


def test_the_create_byte_for_byte() -> None:
    """OKTA-06, section 1.b: every header of a write in its place."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard: list[bytes] = []
        server.settimeout(10)
        thread = threading.Thread(target=hear, args=(server, heard), daemon=True)
        thread.start()
        transport = Transport(f"http://127.0.0.1:{port}/scim", Secrets({"scim": "mf-demo-token"}), SystemClock())
        _, request = requests_of(play(OktaOin(company(TOVE)).provision(TOVE), found(), answer(500)))
        transport.send(request)
        thread.join(10)

    head, _, _ = heard[0].partition(b"\r\n\r\n")
    assert head.decode() == (
        "POST /scim/Users HTTP/1.1\r\n"
        "Accept: application/scim+json\r\n"
        "Accept-Charset: utf-8\r\n"
        "Content-Type: application/scim+json; charset=utf-8\r\n"
        "User-Agent: Okta SCIM Client 1.0.0\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        "Connection: Keep-Alive\r\n"
        "Accept-Encoding: gzip,deflate\r\n"
        f"Content-Length: {len(request.body or b'')}"
    )


def test_the_minimal_answer_to_the_connection_test() -> None:
    """OKTA-01, section 1.a: the smallest answer is enough."""
    minimal = (
        b'{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 1, "startIndex": 1, '
        b'"itemsPerPage": 1, "Resources": [{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], '
        b'"id": "K7M2Q4ZP6XW3T5RJ8VHN2B4CDE", "userName": "owner@marigold.example", "name": {"givenName": "Ines", '
        b'"familyName": "Okafor"}, "emails": [{"value": "owner@marigold.example", "type": "work", "primary": true}], '
        b'"active": true}]}'
    )
    okta = OktaOin(company(), OktaKnobs(import_groups=False))

    for job in jobs_of(okta):
        play(job.conversation, Response(200, (), minimal))

    assert okta.problems == []


def test_the_minimal_answer_to_the_create_of_a_group() -> None:
    """OKTA-18, section 1.e: the smallest answer is enough to push members."""
    minimal = (
        b'{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "g5h2k7nq3wz6xr4vt8mb2jdpce", '
        b'"displayName": "Dispatch Night Shift", "members": [], "meta": {"resourceType": "Group"}}'
    )
    okta = OktaOin(company())
    okta.push_group(SHIFT)

    play(okta.push(SHIFT), found(), Response(201, (), minimal))

    assert okta.links.groups == {SHIFT.key: G5}
    assert okta.problems == []


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
    off = OktaOin(company(), OktaKnobs(import_groups=False))

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
    okta = OktaOin(company(TOVE), OktaKnobs(blank="+"))

    (request,) = requests_of(play(okta.provision(TOVE), answer(500)))

    assert request.target.startswith("/Users?filter=userName+eq+%22tove.lindqvist%40")


@pytest.mark.parametrize(
    ("knobs", "query"),
    [
        (
            OktaKnobs(plain_at=True),
            "filter=userName%20eq%20%22tove.lindqvist@marigold.example%22&startIndex=1&count=100",
        ),
        (
            OktaKnobs(page_first=True),
            "startIndex=1&count=100&filter=userName%20eq%20%22tove.lindqvist%40marigold.example%22",
        ),
    ],
)
def test_the_match_query_in_other_spellings(knobs: OktaKnobs, query: str) -> None:
    """OKTA-03, section 1.b: the at sign as it is; the page before the filter."""
    (request,) = requests_of(play(OktaOin(company(TOVE), knobs).provision(TOVE), answer(500)))

    assert request.target == f"/Users?{query}"


def test_the_filter_has_the_letter_case_of_the_directory() -> None:
    """OKTA-05, section 1.b: Okta sends the name as it is, also where the bridge was given another spelling."""
    okta = OktaOin(company(replace(TOVE, address="Tove.Lindqvist@Marigold.example")))
    tove = okta.directory.people["tove"]

    query, *_, put = requests_of(
        play(
            okta.provision(tove),
            found({"id": U4, "userName": "tove.lindqvist@marigold.example"}),
            answer(200, {"id": U4, "userName": "tove.lindqvist@marigold.example"}),
            answer(200, {"id": U4}),
        )
    )

    assert "%22Tove.Lindqvist%40Marigold.example%22" in query.target
    assert b'"userName":"Tove.Lindqvist@Marigold.example"' in (put.body or b"")


def test_another_agent() -> None:
    """Section 6: the agent is a knob."""
    okta = OktaOin(company(TOVE), OktaKnobs(user_agent="OKTA SCIM Integration"))

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


PLANNER = replace(TOVE, title="Planner", department="Routing", employee_number="MF-1")


@pytest.mark.parametrize(
    ("person", "schemas", "tail"),
    [
        (
            PLANNER,
            b',"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]',
            b'"title":"Planner","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":'
            b'{"department":"Routing","employeeNumber":"MF-1"},"groups":[],"password":"q8Zr2mKd","active":true}',
        ),
        (TOVE, b"]", b'"externalId":"00u8fcd040267831fe85","groups":[],"password":"q8Zr2mKd","active":true}'),
    ],
)
def test_mapped_enterprise_attributes(person: Person, schemas: bytes, tail: bytes) -> None:
    """OKTA-06, section 1.b: with a value, URN and object; without any, neither."""
    okta = OktaOin(company(person), OktaKnobs(map_enterprise=True))

    _, create = requests_of(play(okta.provision(person), found(), answer(500)))

    sent = create.body or b""
    assert sent.startswith(b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"' + schemas)
    assert sent.endswith(tail)


@pytest.mark.parametrize(
    ("empty", "title", "enterprise"),
    [(True, "", {"department": "", "division": "", "employeeNumber": ""}), (False, "Old", None)],
)
def test_an_empty_value_is_pushed(empty: bool, title: str, enterprise: Json | None) -> None:
    """OKTA-09, section 1.b: on wish, as an empty text; else the bridge's old value comes back to it."""
    okta = OktaOin(company(TOVE), OktaKnobs(map_enterprise=True, push_empty=empty))
    okta.link(PLANNER, U4)
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    _, put = requests_of(play(okta.update(TOVE), answer(200, {"id": U4, "title": "Old"}), answer(200, {"id": U4})))

    sent = body(put)
    assert (sent["title"], sent.get(urn)) == (title, enterprise)


def test_a_put_adds_the_urn_of_what_it_adds() -> None:
    """OKTA-09, section 1.c: the bridge's schemas, and the enterprise URN when its object is new."""
    okta = OktaOin(company(PLANNER), OktaKnobs(map_enterprise=True))
    okta.link(TOVE, U4)
    core, enterprise = (
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    )

    _, put = requests_of(
        play(okta.update(PLANNER), answer(200, {"schemas": [core], "id": U4}), answer(200, {"id": U4}))
    )

    assert body(put)["schemas"] == [core, enterprise]


@pytest.mark.parametrize(
    ("knobs", "has_external_id", "has_password"),
    [(OktaKnobs(), True, False), (OktaKnobs(password_in_put=True, send_external_id=False), False, True)],
)
def test_what_stands_in_a_put_besides(knobs: OktaKnobs, has_external_id: bool, has_password: bool) -> None:
    """OKTA-09, section 1.c: `externalId`, which some examples lack, and the password of 2018."""
    okta = OktaOin(company(TOVE_BERG), knobs)
    okta.link(TOVE, U4)

    _, put = requests_of(play(okta.update(TOVE_BERG), answer(200, {"id": U4}), answer(200, {"id": U4})))

    assert ("externalId" in body(put), "password" in body(put)) == (has_external_id, has_password)


def test_a_put_right_after_the_match() -> None:
    """OKTA-09, section 1.b: as in one log, on wish; the match is what the PUT is built on."""
    okta = OktaOin(company(TOVE), OktaKnobs(read_after_match=False))

    seen = play(okta.provision(TOVE), found({"id": U4, "nickName": "T"}), answer(200, {"id": U4}))

    assert [line.split("?")[0] for line in lines(seen)] == ["GET /Users", f"PUT /Users/{U4}"]
    assert body(requests_of(seen)[1])["nickName"] == "T"


def test_a_password_is_synchronised() -> None:
    """OKTA-12, section 1.c: a pathless replace; a wizard's application by PUT; nobody who is not linked."""
    oin, aiw = OktaOin(company(TOVE)), OktaAiw(company(TOVE))
    assert list(oin.change_password(TOVE)) == []
    for okta in (oin, aiw):
        okta.link(TOVE, U4)

    (patch,) = requests_of(play(only_job(oin.change_password(TOVE)), answer(204)))
    _, put = requests_of(play(only_job(aiw.change_password(TOVE)), answer(200, {"id": U4}), answer(200, {"id": U4})))

    assert wire(patch) == (
        "PATCH",
        f"/Users/{U4}",
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        b'"Operations":[{"op":"replace","value":{"password":"q8Zr2mKd31fe85"}}]}',
    )
    assert put.body == b'{"id":"U4R7TC2NQK5X9WDM3ZB6HPJ8EV","password":"q8Zr2mKd31fe85"}'


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
    assert query.unconfirmed == "docs/sources.md 1.d"
    assert lines(seen)[1:] == [f"PATCH /Users/{U4}", f"GET /Users/{U4}", f"PUT /Users/{U4}"]
    assert patch.body == (
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        b'"Operations":[{"op":"replace","value":{"active":true}}]}'
    )


def test_the_return_of_a_wizard_application() -> None:
    """OKTA-14, section 1.d: `GET` and one `PUT` with true; never PATCH."""
    okta = OktaAiw(company(TOVE), OktaKnobs(filter_before_reactivation=False))
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


def test_a_group_is_created_with_members() -> None:
    """OKTA-18, section 1.e: as in 2018, on wish: who is provisioned stands in the POST, and is not pushed again."""
    okta = OktaOin(company(AMADOU), OktaKnobs(create_with_members=True))
    okta.link(AMADOU, M9)
    okta.push_group(SHIFT)

    seen = play(okta.push(SHIFT), found(), answer(201, {"id": G5}))

    assert requests_of(seen)[1].body == (
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Dispatch Night Shift",'
        b'"members":[{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA","display":"amadou.sy@marigold.example"}]}'
    )
    assert okta.links.members[SHIFT.key] == {M9}


def test_a_group_has_a_description() -> None:
    """Section 1.e: in a URN of Okta's own, on wish; a guess for SCIM 2.0, and marked so."""
    okta = OktaOin(company(), OktaKnobs(group_description="nights"))

    _, create = requests_of(play(okta.push(SHIFT), found(), answer(500)))

    assert create.body == (
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","urn:okta:custom:group:1.0"],'
        b'"displayName":"Dispatch Night Shift","members":[],"urn:okta:custom:group:1.0":{"description":"nights"}}'
    )
    assert create.unconfirmed == "docs/sources.md 1.e"


def test_a_name_with_a_quote() -> None:
    """OKTA-17, section 1.e: blanks and quotes are encoded, the quote of the name is escaped first."""
    okta = OktaOin(company())

    (query,) = requests_of(play(okta.push(Group("q", 'The "A" Shift')), answer(500)))

    assert query.target == (
        "/Groups?filter=displayName%20eq%20%22The%20%5C%22A%5C%22%20Shift%22&startIndex=1&count=100"
    )


def test_who_is_in_already_is_added_and_who_is_out_is_removed() -> None:
    """OKTA-24, section 1.e: Okta knows what it pushed itself, and not what others did on the bridge."""
    okta = pushed(OktaOin(company(AMADOU)), R3)
    okta.link(AMADOU, M9)

    job = only(list(okta.group_jobs()))
    _, members = requests_of(play(job.conversation, answer(204), answer(204)))

    assert [(each["op"], each.get("path")) for each in body(members)["Operations"]] == [
        ("remove", f'members[value eq "{R3}"]'),
        ("add", "members"),
    ]
    assert okta.links.members[SHIFT.key] == {M9}


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
        b'{"value":"U4R7TC2NQK5X9WDM3ZB6HPJ8EV","display":"Tove.Berg@marigold.example"},'
        b'{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA","display":"amadou.sy@marigold.example"}]}]}',
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
    pathless = pushed(OktaOin(company(), OktaKnobs(empty_push="pathless")), R3)

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


def test_a_full_push_of_nobody_without_schemas() -> None:
    """OKTA-22, section 1.h: as one reporter quotes it, on wish; a guess, and marked so."""
    okta = pushed(OktaOin(company(), OktaKnobs(empty_push="bare")))

    _, bare = requests_of(play(only_job(okta.push_now(SHIFT)), answer(204), answer(204)))

    assert bare.body == (
        b'{"Operations":[{"op":"replace",'
        b'"value":{"members":[],"id":"g5h2k7nq3wz6xr4vt8mb2jdpce","displayName":"Dispatch Night Shift"}}]}'
    )
    assert bare.unconfirmed == "docs/sources.md 1.h"


def test_the_import_of_schemas() -> None:
    """Section 1.a: with "Import User Schema", the schemas and the resource types; else never."""
    okta = OktaOin(company(), OktaKnobs(import_schema=True))

    _, schemas, _ = jobs_of(okta)
    seen = play(schemas.conversation, answer(200, {"x": 1}), answer(404))

    assert lines(seen) == ["GET /Schemas", "GET /ResourceTypes"]
    assert okta.problems[0].what == "refused: HTTP 404"


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
