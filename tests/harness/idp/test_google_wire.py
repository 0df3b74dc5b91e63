"""Google's exact requests (Push in the rows 3.a to 3.h of docs/sources.md).

The docstring of a test names the facts that it holds; docs/reference/dialects.md lists them. What a pull reads is held
in test_google_pull_wire.py.
"""

from __future__ import annotations

import socket
import threading

from harness.clock import SystemClock
from harness.directory.directory import Directory
from harness.directory.values import Person
from harness.idp.google import Google, GoogleKnobs
from harness.idp.provider import Job
from harness.record.exchange import Headers, Request
from harness.target.secrets import Secrets
from harness.target.transport import Transport
from tests.harness.idp.steps import answer, found, lines, play, requests_of

TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example")
TOVE_BERG = Person("tove", "Tove", "Berg", "tove.berg@marigold.example")
ID = "7c1b9e52"

READ: Headers = (("User-Agent", "Google-Auto-Provisioning"), ("Authorization", ""), ("Host", ""))
WRITE: Headers = (
    ("User-Agent", "Google-Auto-Provisioning"),
    ("Content-Type", "application/json"),
    ("Authorization", ""),
    ("Host", ""),
)
PROFILE = (
    b'{"schemas":["urn:scim:schemas:core:1.0","urn:ietf:params:scim:schemas:core:2.0:User"],'
    b'"userName":"tove.lindqvist@marigold.example",'
    b'"emails":[{"primary":true,"value":"tove.lindqvist@marigold.example","type":"work"}],'
    b'"displayName":"Tove Lindqvist",'
    b'"name":{"givenName":"Tove","familyName":"Lindqvist"},'
    b'"active":true}'
)


def google_of(knobs: GoogleKnobs | None = None, *, linked: bool = False) -> Google:
    directory = Directory(seed=1, domain="marigold.example")
    directory.add(TOVE)
    directory.assign(TOVE)
    google = Google(directory, knobs)
    if linked:
        google.link(TOVE, ID)
    return google


def wire(request: Request) -> tuple[str, str, bytes | None]:
    return request.method, request.target, request.body


def heard(*requests: Request) -> list[str]:
    """The bytes of these requests as they come out of the transport."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        port = server.getsockname()[1]
        said: list[bytes] = []
        thread = threading.Thread(target=_hear, args=(server, said, len(requests)), daemon=True)
        thread.start()
        transport = Transport(f"http://127.0.0.1:{port}/scim", Secrets({"scim": "mf-demo-token"}), SystemClock())
        for request in requests:
            transport.send(request)
        thread.join(10)
    return [each.decode().replace(f"127.0.0.1:{port}", "bridge.marigold.example") for each in said]


def _hear(server: socket.socket, said: list[bytes], count: int) -> None:
    connection, _ = server.accept()
    with connection:
        for _ in range(count):
            message = connection.recv(65536)
            head, _, body = message.partition(b"\r\n\r\n")
            length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0] or 0)
            while len(body) < length:
                part = connection.recv(65536)
                message, body = message + part, body + part
            said.append(message)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_the_connection_test_byte_for_byte() -> None:
    """GOOGLE-04, section 3.a: a guess, and marked as one; the agent and nothing that names a media type."""
    (job,) = google_of().connect()
    assert isinstance(job, Job)

    (request,) = requests_of(play(job.conversation, found()))

    assert request.unconfirmed == "docs/sources.md 3.a"
    assert heard(request) == [
        "GET /scim/Users?startIndex=1&count=1 HTTP/1.1\r\n"
        "User-Agent: Google-Auto-Provisioning\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "\r\n"
    ]


def test_match_and_create_byte_for_byte() -> None:
    """GOOGLE-01, GOOGLE-02, GOOGLE-03, GOOGLE-04, section 3.b: request line, headers and body, every byte."""
    google = google_of()

    find, create = requests_of(play(google.provision(TOVE), found(), answer(201, {"id": ID})))

    assert heard(find, create) == [
        "GET /scim/Users?filter=userName%20eq%20%22tove.lindqvist%40marigold.example%22&startIndex=1 HTTP/1.1\r\n"
        "User-Agent: Google-Auto-Provisioning\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "\r\n",
        "POST /scim/Users HTTP/1.1\r\n"
        "User-Agent: Google-Auto-Provisioning\r\n"
        "Content-Type: application/json\r\n"
        "Authorization: Bearer mf-demo-token\r\n"
        "Host: bridge.marigold.example\r\n"
        "Content-Length: 313\r\n"
        "\r\n" + PROFILE.decode(),
    ]


def test_the_match_query() -> None:
    """GOOGLE-03, section 3.b: filter, then startIndex, and no count; blanks as %20."""
    (request,) = requests_of(play(google_of().provision(TOVE), answer(500)))

    assert wire(request) == (
        "GET",
        "/Users?filter=userName%20eq%20%22tove.lindqvist%40marigold.example%22&startIndex=1",
        None,
    )
    assert request.headers == READ


def test_a_create() -> None:
    """GOOGLE-01, GOOGLE-02, section 3.b: two URNs at once, plain JSON, keys in the recording's order."""
    _, create = requests_of(play(google_of().provision(TOVE), found(), answer(201, {"id": ID})))

    assert wire(create) == ("POST", "/Users", PROFILE)
    assert create.headers == WRITE
    assert create.unconfirmed == ""


def test_the_minimal_answer_to_a_create_is_enough() -> None:
    """Section 3.b: 201 with an id."""
    google = google_of()

    play(google.provision(TOVE), found(), answer(201, {"id": ID}))

    assert google.id_of(TOVE) == ID
    assert google.failures() == []


def test_an_update_is_a_put_of_everything_mapped() -> None:
    """Section 3.c: the default guess, the two URNs included."""
    google = google_of(linked=True)

    (request,) = requests_of(play(google.update(TOVE_BERG), answer(200)))

    assert wire(request) == (
        "PUT",
        f"/Users/{ID}",
        PROFILE.replace(b"tove.lindqvist@", b"tove.berg@").replace(b"Lindqvist", b"Berg"),
    )
    assert (request.headers, request.unconfirmed) == (WRITE, "docs/sources.md 3.c")


def test_an_update_is_a_patch_in_lower_case_where_that_is_chosen() -> None:
    """Section 3.c: the other guess: what has changed, and nothing else."""
    google = google_of(GoogleKnobs(update="patch"), linked=True)

    (request,) = requests_of(play(google.update(TOVE_BERG), answer(200)))

    assert wire(request) == (
        "PATCH",
        f"/Users/{ID}",
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
        b'{"op":"replace","path":"userName","value":"tove.berg@marigold.example"},'
        b'{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"tove.berg@marigold.example"},'
        b'{"op":"replace","path":"displayName","value":"Tove Berg"},'
        b'{"op":"replace","path":"name.familyName","value":"Berg"}]}',
    )
    assert (request.headers, request.unconfirmed) == (WRITE, "docs/sources.md 3.c")


def test_a_suspension_and_a_return() -> None:
    """Section 3.d: `active` false and true, as the default guess writes it."""
    google = google_of(linked=True)

    (off,) = requests_of(play(google.deprovision(TOVE), answer(204)))
    (on,) = requests_of(play(google.reactivate(TOVE), answer(204)))

    start = b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
    assert wire(off) == (
        "PATCH",
        f"/Users/{ID}",
        start + b'{"op":"replace","path":"active","value":false}]}',
    )
    assert wire(on) == ("PATCH", f"/Users/{ID}", start + b'{"op":"replace","path":"active","value":true}]}')
    assert {off.unconfirmed, on.unconfirmed} == {"docs/sources.md 3.d"}
    assert off.headers == on.headers == WRITE


def test_a_suspension_by_put_where_that_is_chosen() -> None:
    """Section 3.d: the whole user, `active` last."""
    google = google_of(GoogleKnobs(set_active="put"), linked=True)

    (request,) = requests_of(play(google.deprovision(TOVE), answer(200)))

    assert wire(request) == ("PUT", f"/Users/{ID}", PROFILE.replace(b'"active":true', b'"active":false'))
    assert request.unconfirmed == "docs/sources.md 3.d"


def test_a_deletion() -> None:
    """GOOGLE-06, section 3.d: DELETE without a body and without a media type; the verb is a guess."""
    google = google_of(GoogleKnobs(off_suspend_days=None, off_delete_days=7), linked=True)

    (request,) = requests_of(play(google.delete("tove"), answer(204)))

    assert wire(request) == ("DELETE", f"/Users/{ID}", None)
    assert (request.headers, request.unconfirmed) == (READ, "docs/sources.md 3.d")


def test_no_request_ever_names_a_group() -> None:
    """GOOGLE-05, section 3.e: a whole life, and everything goes to /Users."""
    google = google_of(GoogleKnobs(off_suspend_days=0, off_delete_days=1))
    directory = google.directory
    planning = directory.form_group("Route Planning")
    directory.join(TOVE, planning)
    directory.assign_group(planning)
    seen: list[str] = []

    for act in (None, lambda: directory.rename_group(planning, "Routes"), lambda: directory.dissolve(planning)):
        if act:
            act()
        directory.unassign(TOVE)
        for job in google.plan():
            if isinstance(job, Job):
                seen += lines(_played(job))

    assert [line.split("?")[0] for line in seen] == ["GET /Users", "POST /Users", f"PATCH /Users/{ID}"]


def _played(job: Job) -> list[Request]:
    sent: list[Request] = []
    try:
        step = next(job.conversation)
        while True:
            if isinstance(step, Request):
                sent.append(step)
                given = {"GET": found(), "POST": answer(201, {"id": ID})}.get(step.method, answer(204))
                step = job.conversation.send(given)
            else:
                step = next(job.conversation)
    except StopIteration:
        return sent
