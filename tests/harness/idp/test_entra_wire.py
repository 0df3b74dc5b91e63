"""Entra ID's exact requests: the rows 2.a to 2.h of docs/sources.md.

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them. The examples, row by row,
and the tests that hold them:

2.a the question for a GUID          test_the_connection_test_byte_for_byte
2.a its minimal answer               test_the_minimal_answer_to_the_connection_test
2.b the create, head and body        test_the_create, test_the_create_byte_for_byte
2.c the change without the flag      test_the_change_without_the_flag
2.c the change with the flag         test_the_change_with_the_flag
2.d active, without and with         test_a_user_is_disabled
2.e the create of a group            test_a_group_is_matched_created_and_read
2.e a member comes, a member goes    test_a_member_is_added, test_a_member_is_removed
"""

from __future__ import annotations

import socket
import threading

import pytest
from msgspec.structs import replace

from harness.clock import SystemClock
from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.entra import Entra, EntraDefault, EntraFlag, EntraKnobs, EntraOnDemand
from harness.idp.provider import Job
from harness.record.exchange import Headers, Json, Request, Response
from harness.target.secrets import Secrets
from harness.target.transport import Transport
from tests.harness.idp.steps import answer, found, lines, play, requests_of

AMADOU = Person(
    "amadou",
    "Amadou",
    "Sy",
    "amadou.sy@marigold.example",
    title="Route Planner",
    department="Routing",
    phone="5550104477",
    city="Malmö",
    country="Sweden",
    employee_number="MF-2207",
)
HOLM = replace(
    AMADOU,
    family_name="Sy-Holm",
    address="amadou.syholm@marigold.example",
    principal_name="amadou.sy@marigold.example",
    department="Routing North",
    mobile="5550104478",
    manager="tove",
)
TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example")
GUEST = Person(
    "guest", "Inès", "O'Kafor", "ines_o@home.example", principal_name="ines_o_home.example#EXT#@marigold.example"
)
PLANNING = Group("planning", "Route Planning")
M9, T6, G5 = "M9D4ZQ7KX2WT6RB5NJ3VHC8PEA", "T6QW4MZ8RX3KD5BN7VJ2HPC9EA", "g5h2k7nq3wz6xr4vt8mb2jdpce"
READ: Headers = (("Authorization", ""), ("Host", ""))
WRITE: Headers = (("Authorization", ""), ("Content-Type", "application/scim+json; charset=utf-8"), ("Host", ""))
PATCH = b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":'
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
STORED: Json = {
    "id": M9,
    "userName": "amadou.sy@marigold.example",
    "active": True,
    "displayName": "Amadou Sy",
    "title": "Route Planner",
    "emails": [{"primary": True, "type": "work", "value": "amadou.sy@marigold.example"}],
    "name": {"formatted": "Amadou Sy", "familyName": "Sy", "givenName": "Amadou"},
    "addresses": [{"type": "work", "locality": "Malmö", "country": "Sweden"}],
    "phoneNumbers": [{"type": "work", "value": "5550104477"}],
    ENTERPRISE: {"employeeNumber": "MF-2207", "department": "Routing"},
}


def company(*people: Person) -> Directory:
    directory = Directory(seed=1, domain="marigold.example", run_id="w")
    for person in people:
        directory.add(person)
    directory.assign(*people)
    return directory


def planning(entra: Entra, *members: str) -> Entra:
    entra.links.groups[PLANNING.key], entra.links.names[PLANNING.key] = G5, PLANNING.name
    entra.links.members[PLANNING.key] = set(members)
    entra.directory.groups[PLANNING.key] = PLANNING
    entra.directory.members[PLANNING.key] = set(entra.directory.people)
    return entra


def wire(request: Request) -> tuple[str, str, bytes | None]:
    return request.method, request.target, request.body


def linked(entra: Entra, person: Person = AMADOU) -> Entra:
    entra.link(person, M9)
    return entra


def test_the_connection_test_byte_for_byte() -> None:
    """ENTRA-01, ENTRA-02, ENTRA-03, section 2.a: no Accept, no agent, no media type; blanks as a plus, no page."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard: list[bytes] = []
        thread = threading.Thread(target=hear, args=(server, heard))
        thread.start()
        transport = Transport(f"http://127.0.0.1:{port}/scim", Secrets({"scim": "mf-demo-token"}), SystemClock())
        job = next(iter(EntraDefault(company()).connect()))
        assert isinstance(job, Job)
        (request,) = requests_of(play(job.conversation, found()))
        transport.send(request)
        thread.join(10)

    assert heard[0].decode() == (
        "GET /scim/Users?filter=userName+eq+%22d49a3782-af57-53f0-8175-d25b31fc2f57%22 HTTP/1.1\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        "\r\n"
    )


def test_the_minimal_answer_to_the_connection_test() -> None:
    """ENTRA-01, ENTRA-06, section 2.a: the smallest answer is enough."""
    minimal = (
        b'{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": [], '
        b'"startIndex": 1, "itemsPerPage": 20}'
    )
    entra = EntraDefault(company())

    for job in entra.connect():
        assert isinstance(job, Job)
        play(job.conversation, Response(200, (), minimal))

    assert entra.problems == []


def test_the_create_byte_for_byte() -> None:
    """ENTRA-02, section 2.b: a write has a media type, and still neither Accept nor agent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard: list[bytes] = []
        thread = threading.Thread(target=hear, args=(server, heard))
        thread.start()
        transport = Transport(f"http://127.0.0.1:{port}/scim", Secrets({"scim": "mf-demo-token"}), SystemClock())
        _, request = requests_of(play(EntraDefault(company(AMADOU)).provision(AMADOU), found(), answer(500)))
        transport.send(request)
        thread.join(10)

    head, _, _ = heard[0].partition(b"\r\n\r\n")
    assert head.decode() == (
        "POST /scim/Users HTTP/1.1\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Content-Type: application/scim+json; charset=utf-8\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        f"Content-Length: {len(request.body or b'')}"
    )


def hear(server: socket.socket, heard: list[bytes]) -> None:
    connection, _ = server.accept()
    with connection:
        heard.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_groups_are_asked_for_too() -> None:
    """ENTRA-01, ENTRA-20, section 2.a: a group that nobody has; without the group mapping, nothing."""
    _, groups = EntraDefault(company()).connect()
    assert isinstance(groups, Job)
    off = EntraDefault(company(), EntraKnobs(probe_groups=False))

    (request,) = requests_of(play(groups.conversation, found()))

    assert request.target.startswith("/Groups?excludedAttributes=members&filter=displayName+eq+%22")
    assert len(list(off.connect())) == 1


@pytest.mark.parametrize(
    ("on", "query"),
    [
        ("userName", "filter=userName+eq+%22amadou.sy%40marigold.example%22"),
        ("externalId", "filter=externalId+eq+%22amadou.sy%22"),
        ("email", "filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22amadou.sy%40marigold.example%22"),
    ],
)
def test_the_match_query(on: str, query: str) -> None:
    """ENTRA-03, ENTRA-04, section 2.b: one filter, neither startIndex nor count."""
    entra = EntraDefault(company(AMADOU), EntraKnobs(match_on=(on,)))  # type: ignore[arg-type]

    (request,) = requests_of(play(entra.provision(AMADOU), answer(500)))

    assert wire(request) == ("GET", f"/Users?{query}", None)
    assert request.headers == READ


def test_matching_goes_on_until_one_hits() -> None:
    """ENTRA-04, section 2.b: by the order of precedence."""
    entra = EntraDefault(company(AMADOU), EntraKnobs(match_on=("externalId", "userName")))

    seen = play(entra.provision(AMADOU), found(), found(STORED))

    assert [line.split("+eq")[0] for line in lines(seen)] == [
        "GET /Users?filter=externalId",
        "GET /Users?filter=userName",
    ]


def test_the_create() -> None:
    """ENTRA-08, section 2.b: the keys in Entra's order, `meta`, `roles` empty, the enterprise URN."""
    _, create = requests_of(play(EntraDefault(company(AMADOU)).provision(AMADOU), found(), answer(201, {"id": M9})))

    assert wire(create) == (
        "POST",
        "/Users",
        '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",'
        '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],'
        '"externalId":"amadou.sy","userName":"amadou.sy@marigold.example","active":true,'
        '"displayName":"Amadou Sy","title":"Route Planner",'
        '"emails":[{"primary":true,"type":"work","value":"amadou.sy@marigold.example"}],'
        '"meta":{"resourceType":"User"},'
        '"name":{"formatted":"Amadou Sy","familyName":"Sy","givenName":"Amadou"},'
        '"addresses":[{"type":"work","locality":"Malmö","country":"Sweden"}],'
        '"phoneNumbers":[{"type":"work","value":"5550104477"}],"roles":[],'
        '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":'
        '{"employeeNumber":"MF-2207","department":"Routing"}}'.encode(),
    )
    assert create.headers == WRITE


def test_the_change_without_the_flag() -> None:
    """ENTRA-10, ENTRA-12, ENTRA-13, ENTRA-14, section 2.c: capitals, one operation each, Add for what is missing."""
    entra = linked(EntraDefault(company(HOLM)))
    entra.link(TOVE, T6)

    read, patch = requests_of(play(entra.update(HOLM), answer(200, STORED), answer(204)))

    assert (wire(read), read.headers) == (("GET", f"/Users/{M9}", None), READ)
    assert wire(patch) == (
        "PATCH",
        f"/Users/{M9}",
        PATCH + b'[{"op":"Replace","path":"displayName","value":"Amadou Sy-Holm"},'
        b'{"op":"Replace","path":"name.familyName","value":"Sy-Holm"},'
        b'{"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"amadou.syholm@marigold.example"},'
        b'{"op":"Add","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"5550104478"},'
        b'{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",'
        b'"value":"Routing North"},'
        b'{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",'
        b'"value":"T6QW4MZ8RX3KD5BN7VJ2HPC9EA"}]}',
    )
    assert patch.headers == WRITE


def test_the_change_with_the_flag() -> None:
    """ENTRA-10, ENTRA-16, section 2.c: lower case, value filters first, then one pathless replace."""
    holm = replace(HOLM, mobile="", manager="")
    entra = linked(EntraFlag(company(holm)))

    _, patch = requests_of(play(entra.update(holm), answer(200, STORED), answer(204)))

    assert patch.body == (
        PATCH + b'[{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"amadou.syholm@marigold.example"},'
        b'{"op":"replace","value":{"displayName":"Amadou Sy-Holm","name.familyName":"Sy-Holm",'
        b'"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Routing North"}}]}'
    )


def test_what_needs_a_path_of_its_own_keeps_it_with_the_flag() -> None:
    """ENTRA-16, section 2.c: an entry that is missing, roles, and a manager who is no more; the manager among keys."""
    holm = replace(HOLM, roles=("Planner",))
    entra, cleared = (
        linked(EntraFlag(company(holm))),
        linked(EntraFlag(company(AMADOU)), replace(AMADOU, manager="tove")),
    )
    for each in (entra, cleared):
        each.link(TOVE, T6)

    _, patch = requests_of(play(entra.update(holm), answer(200, STORED), answer(204)))
    _, removal = requests_of(play(cleared.update(AMADOU), answer(200, {**STORED, "title": "x"}), answer(204)))

    assert patch.body == (
        PATCH + b'[{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"amadou.syholm@marigold.example"},'
        b'{"op":"add","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"5550104478"},'
        b'{"op":"add","path":"roles","value":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole",'
        b'"display":"Planner","value":"Planner"}]},'
        b'{"op":"replace","value":{"displayName":"Amadou Sy-Holm","name.familyName":"Sy-Holm",'
        b'"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Routing North",'
        b'"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":"T6QW4MZ8RX3KD5BN7VJ2HPC9EA"}}]}'
    )
    assert removal.body == (
        PATCH + b'[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"},'
        b'{"op":"replace","value":{"title":"Route Planner"}}]}'
    )


def test_the_flag_may_reach_the_bridge() -> None:
    """ENTRA-19, section 2.c: as a bare key, also beside another query; off by default, and marked as a guess."""
    entra = linked(EntraFlag(company(HOLM), EntraKnobs(flag_in_query=True)))

    (read,) = requests_of(play(entra.update(HOLM), answer(500)))
    (find,) = requests_of(play(EntraFlag(company(HOLM), EntraKnobs(flag_in_query=True)).provision(HOLM), answer(500)))

    assert read.target == f"/Users/{M9}?aadOptscim062020"
    assert find.target.endswith("%22&aadOptscim062020")
    assert read.unconfirmed == "docs/sources.md Q-04"


@pytest.mark.parametrize(
    ("cls", "operation"),
    [
        (EntraDefault, b'[{"op":"Replace","path":"active","value":"False"}]}'),
        (EntraFlag, b'[{"op":"replace","path":"active","value":false}]}'),
        (EntraOnDemand, b'[{"op":"Replace","path":"active","value":"False"}]}'),
    ],
)
def test_a_user_is_disabled(cls: type[Entra], operation: bytes) -> None:
    """ENTRA-11, section 2.d: a read, then active as text without the flag and as a boolean with it."""
    entra = linked(cls(company(AMADOU)))

    read, patch = requests_of(play(entra.deprovision(AMADOU), answer(200, STORED), answer(204)))

    assert wire(read) == ("GET", f"/Users/{M9}", None)
    assert wire(patch) == ("PATCH", f"/Users/{M9}", PATCH + operation)


@pytest.mark.parametrize(
    ("cls", "operation"),
    [
        (EntraDefault, b'[{"op":"Replace","path":"active","value":"True"}]}'),
        (EntraFlag, b'[{"op":"replace","path":"active","value":true}]}'),
    ],
)
def test_a_user_comes_back(cls: type[Entra], operation: bytes) -> None:
    """ENTRA-11, ENTRA-31, section 2.d: active, then a read; what is the same is not sent, memberships neither."""
    entra = linked(cls(company(AMADOU)))
    entra.links.inactive.add(AMADOU.key)

    seen = play(entra.reactivate(AMADOU), answer(204), answer(200, STORED))

    assert lines(seen) == [f"PATCH /Users/{M9}", f"GET /Users/{M9}"]
    assert requests_of(seen)[0].body == PATCH + operation


def test_a_user_is_deleted_for_good() -> None:
    """ENTRA-28, section 2.d: DELETE without a body; 404 counts as done."""
    entra = linked(EntraDefault(company(AMADOU)))

    (request,) = requests_of(play(entra.delete_user(AMADOU.key, M9), answer(404)))

    assert (wire(request), request.headers) == (("DELETE", f"/Users/{M9}", None), READ)
    assert entra.problems == []


@pytest.mark.parametrize(("cls", "op"), [(EntraDefault, b"Add"), (EntraFlag, b"add")])
def test_the_manager(cls: type[Entra], op: bytes) -> None:
    """ENTRA-14, ENTRA-15, section 2.c: a bare string at a URN path, in a PATCH of its own."""
    entra = linked(cls(company(AMADOU)))

    (patch,) = requests_of(play(entra.set_manager(AMADOU.key, T6), answer(204)))

    assert patch.body == (
        PATCH + b'[{"op":"' + op + b'","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",'
        b'"value":"T6QW4MZ8RX3KD5BN7VJ2HPC9EA"}]}'
    )


@pytest.mark.parametrize(
    ("spelling", "path", "value"),
    [
        ("object", b"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", b'{"value":"T6"}'),
        ("array", b"manager", b'[{"$ref":"../Users/T6","value":"T6"}]'),
    ],
)
def test_the_manager_in_other_spellings(spelling: str, path: bytes, value: bytes) -> None:
    """ENTRA-15, section 2.c: as an object, and as the array of an older sample; marked as guesses."""
    entra = linked(EntraDefault(company(AMADOU), EntraKnobs(manager_as=spelling)))  # type: ignore[arg-type]

    (patch,) = requests_of(play(entra.set_manager(AMADOU.key, "T6"), answer(204)))

    assert patch.body == PATCH + b'[{"op":"Add","path":"' + path + b'","value":' + value + b"}]}"
    assert patch.unconfirmed == "docs/sources.md 2.c"


@pytest.mark.parametrize(
    ("how", "sent"),
    [
        ("remove", b'[{"op":"Remove","path":"%s:manager"}]}'),
        ("empty", b'[{"op":"Replace","path":"%s:manager","value":""}]}'),
        ("never", b""),
    ],
)
def test_the_manager_is_cleared(how: str, sent: bytes) -> None:
    """ENTRA-15, section 2.c: by Remove, by an empty value, or not at all; only where Entra has set one."""
    entra = linked(EntraDefault(company(AMADOU), EntraKnobs(clear_manager=how)), replace(AMADOU, manager="tove"))  # type: ignore[arg-type]
    stranger = linked(EntraDefault(company(AMADOU), EntraKnobs(clear_manager=how)))  # type: ignore[arg-type]
    entra.link(TOVE, T6)
    stored = {**STORED, ENTERPRISE: {"employeeNumber": "MF-2207", "department": "Routing", "manager": {"value": T6}}}

    _, *patches = requests_of(play(entra.update(AMADOU), answer(200, stored), *[answer(204)] * bool(sent)))
    _, *none = requests_of(play(stranger.update(AMADOU), answer(200, stored)))

    assert [patch.body for patch in patches] == ([PATCH + sent.replace(b"%s", ENTERPRISE.encode())] if sent else [])
    assert none == []


def test_a_manager_who_is_shown_is_not_sent_again() -> None:
    """ENTRA-15, section 2.c: as an object, as a bare string."""
    amadou = replace(AMADOU, manager="tove")
    entra = linked(EntraDefault(company(amadou)), amadou)
    entra.link(TOVE, T6)

    for shown in (T6, {"value": T6, "displayName": "Tove"}):
        stored = {**STORED, ENTERPRISE: {**STORED[ENTERPRISE], "manager": shown}}
        assert lines(play(entra.update(amadou), answer(200, stored))) == [f"GET /Users/{M9}"]


def test_a_role() -> None:
    """ENTRA-08, sections 2.b and 2.c: plain in the create, JSON inside a text in a PATCH; once shown, not again."""
    planner = replace(AMADOU, roles=("Planner",))
    entra = linked(EntraDefault(company(planner)))

    _, create = requests_of(play(EntraDefault(company(planner)).provision(planner), found(), answer(500)))
    _, patch = requests_of(play(entra.update(planner), answer(200, {**STORED, "roles": []}), answer(204)))

    assert (
        b'"roles":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"Planner","value":"Planner"}]'
        in (create.body or b"")
    )
    assert patch.body == (
        PATCH + b'[{"op":"Add","path":"roles","value":[{"value":"{\\"id\\":\\"b0b97848-bbc8-55eb-98f9-8a0d350e7222\\",'
        b'\\"value\\":\\"Planner\\",\\"displayName\\":\\"Planner\\"}"}]}]}'
    )
    for kept in ("Planner", '{"value":"Planner"}'):
        stored = {**STORED, "roles": [{"value": kept}]}
        assert lines(play(entra.update(planner), answer(200, stored))) == [f"GET /Users/{M9}"]


def test_a_guest_goes_by_the_home_address() -> None:
    """ENTRA-03, section 2.b: the #EXT# form is reduced; the nickname keeps it."""
    entra = EntraDefault(company(GUEST), EntraKnobs(match_on=("externalId", "userName")))

    by_nickname, by_name, create = requests_of(play(entra.provision(GUEST), found(), found(), answer(500)))

    assert by_nickname.target == "/Users?filter=externalId+eq+%22ines_o_home.example%23EXT%23%22"
    assert by_name.target == "/Users?filter=userName+eq+%22ines_o%40home.example%22"
    assert (create.body or b"").startswith(
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",'
        b'"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],'
        b'"externalId":"ines_o_home.example#EXT#","userName":"ines_o@home.example",'
    )


def test_a_plus_in_an_address() -> None:
    """ENTRA-03, section 2.a: a blank is a plus, so a plus of the address is %2B."""
    ada = replace(AMADOU, address="amadou+scim@marigold.example")

    (request,) = requests_of(play(EntraDefault(company(ada)).provision(ada), answer(500)))

    assert request.target == "/Users?filter=userName+eq+%22amadou%2Bscim%40marigold.example%22"


def test_a_value_without_quotes() -> None:
    """ENTRA-04, section 2.b: one sample of the guide, on wish."""
    entra = EntraDefault(company(AMADOU), EntraKnobs(match_on=("externalId",), quotes_values=False))

    (request,) = requests_of(play(entra.provision(AMADOU), answer(500)))

    assert request.target == "/Users?filter=externalId+eq+amadou.sy"


def test_two_terms_in_one_filter() -> None:
    """ENTRA-04, sections 2.e and 2.h: whether one names the other is asked on wish; who does is not sent again."""
    entra = linked(planning(EntraDefault(company(AMADOU), EntraKnobs(asks_for_references=True))))

    (job,) = entra.membership_jobs(PLANNING)
    is_member, add = requests_of(play(job.conversation, found(), answer(204)))
    (has_manager,) = requests_of(play(entra.set_manager(AMADOU.key, T6), found({"id": M9})))
    entra.knobs = EntraKnobs(asks_for_references=True, manager_in_reference="urn")
    (with_urn,) = requests_of(play(entra.set_manager(AMADOU.key, T6), found({"id": M9})))

    assert is_member.target == (f"/Groups?filter=id+eq+%22{G5}%22+and+members+eq+%22{M9}%22&attributes=id")
    assert has_manager.target == f"/Users?filter=id+eq+%22{M9}%22+and+manager+eq+%22{T6}%22&attributes=id"
    assert with_urn.target == (
        f"/Users?filter=id+eq+%22{M9}%22+and+"
        "urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Aextension%3Aenterprise%3A2.0%3AUser%3Amanager"
        f"+eq+%22{T6}%22&attributes=id"
    )
    assert (add.method, is_member.unconfirmed) == ("PATCH", "docs/sources.md 2.e")


def test_explicit_nulls() -> None:
    """ENTRA-08, section 2.b: an older sample of the guide, on wish; by default what is empty is not sent."""
    plain = Person("zoe", "Zoe", "Ek", "zoe@marigold.example")
    bodies = [
        requests_of(play(EntraDefault(company(plain), knobs).provision(plain), found(), answer(500)))[1].body or b""
        for knobs in (EntraKnobs(explicit_nulls=True), EntraKnobs())
    ]

    assert b'"title":null' in bodies[0]
    assert b'"department":null' in bodies[0]
    assert b"null" not in bodies[1]


def test_a_custom_extension() -> None:
    """ENTRA-08, ENTRA-17, sections 2.b and 2.c: its URN is missing in `schemas`; patched beside known ones."""
    urn = "urn:ietf:params:scim:schemas:extension:marigold:2.0:User"
    amadou = replace(AMADOU, division="Roads", title="Head of Routes")
    knobs = EntraKnobs(custom_extension=urn)
    entra = linked(EntraDefault(company(amadou), knobs))

    _, create = requests_of(play(EntraDefault(company(amadou), knobs).provision(amadou), found(), answer(500)))
    _, patch = requests_of(play(entra.update(amadou), answer(200, STORED), answer(204)))

    assert (create.body or b"").startswith(
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",'
        b'"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],'
    )
    assert (create.body or b"").endswith(
        b'"urn:ietf:params:scim:schemas:extension:marigold:2.0:User":{"division":"Roads"}}'
    )
    assert patch.body == (
        PATCH + b'[{"op":"Replace","path":"title","value":"Head of Routes"},'
        b'{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:marigold:2.0:User:division","value":"Roads"}]}'
    )


def test_a_gallery_application_reads_the_schemas() -> None:
    """Section 2.a: gallery applications alone, when they are set up."""
    _, schemas, _ = EntraDefault(company(), EntraKnobs(is_gallery=True)).connect()
    assert isinstance(schemas, Job)

    (request,) = requests_of(play(schemas.conversation, answer(200, {"Resources": []})))

    assert (wire(request), request.headers) == (("GET", "/Schemas", None), READ)
    assert len(list(EntraDefault(company()).connect())) == 2


def test_another_agent() -> None:
    """ENTRA-02, section 6: none by default; Q-06 is a knob."""
    entra = EntraDefault(company(AMADOU), EntraKnobs(user_agent="Entra"))

    (request,) = requests_of(play(entra.provision(AMADOU), answer(500)))

    assert request.headers == (*READ, ("User-Agent", "Entra"))


def test_a_group_is_matched_created_and_read() -> None:
    """ENTRA-20, ENTRA-21, section 2.e: without members each time, and with Microsoft's own URN."""
    entra = EntraDefault(company())

    seen = play(entra.provision_group(PLANNING), found(), answer(201, {"id": G5}), answer(200, {"id": G5}))
    find, create, read = requests_of(seen)

    assert wire(find) == ("GET", "/Groups?excludedAttributes=members&filter=displayName+eq+%22Route+Planning%22", None)
    assert wire(create) == (
        "POST",
        "/Groups",
        b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",'
        b'"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],'
        b'"externalId":"20cc4238-cfd1-56b1-9827-c3d17cd75479",'
        b'"displayName":"Route Planning","meta":{"resourceType":"Group"}}',
    )
    assert create.headers == WRITE
    assert wire(read) == ("GET", f"/Groups/{G5}?excludedAttributes=members", None)


@pytest.mark.parametrize(
    ("cls", "operation"),
    [
        (EntraDefault, b'[{"op":"Replace","path":"displayName","value":"Planning"}]}'),
        (EntraFlag, b'[{"op":"replace","value":{"displayName":"Planning"}}]}'),
    ],
)
def test_a_group_is_renamed(cls: type[Entra], operation: bytes) -> None:
    """Section 2.e: a Replace of displayName."""
    entra = planning(cls(company()))

    (patch,) = requests_of(play(entra.provision_group(Group(PLANNING.key, "Planning")), answer(204)))

    assert wire(patch) == ("PATCH", f"/Groups/{G5}", PATCH + operation)


@pytest.mark.parametrize(("cls", "op"), [(EntraDefault, b"Add"), (EntraFlag, b"add"), (EntraOnDemand, b"Add")])
def test_a_member_is_added(cls: type[Entra], op: bytes) -> None:
    """ENTRA-25, section 2.e: one member in each PATCH, `value` alone."""
    entra = linked(planning(cls(company(AMADOU))))

    (job,) = entra.membership_jobs(PLANNING)
    (patch,) = requests_of(play(job.conversation, answer(204)))

    assert wire(patch) == (
        "PATCH",
        f"/Groups/{G5}",
        PATCH + b'[{"op":"' + op + b'","path":"members","value":[{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA"}]}]}',
    )
    assert patch.headers == WRITE


@pytest.mark.parametrize(
    ("cls", "operation"),
    [
        (EntraDefault, b'[{"op":"Remove","path":"members","value":[{"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA"}]}]}'),
        (EntraFlag, b'[{"op":"remove","path":"members[value eq \\"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA\\"]"}]}'),
    ],
)
def test_a_member_is_removed(cls: type[Entra], operation: bytes) -> None:
    """ENTRA-22, ENTRA-23, section 2.e: by `value` without the flag, by a filter path with it."""
    entra = planning(cls(company()), M9)

    (job,) = entra.membership_jobs(PLANNING)
    (patch,) = requests_of(play(job.conversation, answer(204)))

    assert patch.body == PATCH + operation


def test_a_ref_of_null() -> None:
    """ENTRA-24, section 2.e: as the samples have it, on wish."""
    entra = linked(planning(EntraDefault(company(AMADOU), EntraKnobs(null_ref=True))))

    (job,) = entra.membership_jobs(PLANNING)
    (patch,) = requests_of(play(job.conversation, answer(204)))

    assert patch.body == (
        PATCH + b'[{"op":"Add","path":"members","value":[{"$ref":null,"value":"M9D4ZQ7KX2WT6RB5NJ3VHC8PEA"}]}]}'
    )


def test_twenty_members_in_one_request() -> None:
    """Sections 2.e and 6: the other way that the documents ask for."""
    entra = planning(
        EntraDefault(company(), EntraKnobs(members_per_patch=20)), *(f"{number:02}" for number in range(21))
    )

    first, second = entra.membership_jobs(PLANNING)
    (full,) = requests_of(play(first.conversation, answer(204)))

    assert full.body is not None
    assert full.body.count(b'{"value":') == 20
    assert (first.key, second.key) == ("group planning", "group planning lane 1")


def test_a_group_is_deleted() -> None:
    """ENTRA-29, section 2.e: DELETE without a body."""
    entra = planning(EntraDefault(company()))

    (request,) = requests_of(play(entra.delete_group(PLANNING.key), answer(204)))

    assert (wire(request), request.headers) == (("DELETE", f"/Groups/{G5}", None), READ)


def test_on_demand_forgets_the_flag() -> None:
    """ENTRA-32, section 2.c: the same user in capitals, though the Tenant URL carries the flag."""
    entra = linked(EntraFlag(company(HOLM)))

    (job,) = entra.run_on_demand(HOLM)
    assert isinstance(job, Job)
    probe, read, patch = requests_of(play(job.conversation, found(), answer(200, STORED), answer(204)))

    assert [probe.name, read.name] == ["test connection", "read user"]
    assert patch.body is not None
    assert patch.body.startswith(PATCH + b'[{"op":"Replace","path":"displayName"')
