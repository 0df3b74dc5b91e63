"""The protocol around SCIM: authentication, media types, methods, discovery, bodies that must not get far."""

import pytest

from bridge_ref.http.app import App
from bridge_ref.http.message import Headers, RequestHeaders, Response
from tests.bridge_ref.world import USER, World

RIGHT: Headers = (("authorization", "Bearer right-token"),)
JSON: Headers = (*RIGHT, ("content-type", "application/scim+json"))


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("authorization", "Bearer wrong-token"),),
        (("authorization", "Bearer right-tokens"),),
        (("authorization", "Basic right-token"),),
        (("authorization", "right-token"),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer r\xefght-token"),),
    ],
)
@pytest.mark.parametrize("path", ["/scim/v2/Users", "/scim/v2/ServiceProviderConfig", "/health", "/scim/v2/Nothing"])
def test_nothing_is_told_without_the_token(world: World, headers: Headers, path: str) -> None:
    refused = world.send_raw("GET", path, headers=headers)

    assert refused.status == 401
    assert refused.body["status"] == "401"
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_ping_needs_no_token(world: World) -> None:
    assert world.send_raw("GET", "/ping").status == 200


def test_health_reports_its_components(world: World) -> None:
    health = world.send_raw("GET", "/health", headers=RIGHT).body

    assert {report["source"]: report["state"] for report in health["reports"]} == {
        "SCIMServer": "healthy",
        "Store": "healthy",
        "ConfirmationWatcher": "healthy",
        "StartProvisionWatcher": "healthy",
        "Provisioning": "healthy",
    }


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/scim+json", 201),
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/json; charset=utf-16", 415),
    ],
)
def test_media_types_of_bodies(world: World, media_type: str, status: int) -> None:
    headers = (*RIGHT, ("content-type", media_type))
    body = b'{"schemas": ["%s"], "userName": "ada@example.com"}' % USER.encode()

    assert world.send_raw("POST", "/scim/v2/Users", "", headers, body).status == status


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "application/json", "application/scim+json", "image/png"])
def test_every_accept_gets_scim_json(world: World, accept: str | None) -> None:
    headers = RIGHT if accept is None else (*RIGHT, ("accept", accept))

    answer = world.send_raw("GET", "/scim/v2/Users", "", headers)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/scim+json")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("", 200),
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, application/scim+json;q=0.5", 200),
        ("application/*", 200),
        ("text/html", 406),
        ("application/scim+json;q=0", 406),
    ],
)
def test_strict_answers_only_who_can_read_it(strict_world: World, accept: str | None, status: int) -> None:
    """RFC7644-3.8-04, RFC7644-3.8-05, RFC7644-3.8-06."""
    headers = RIGHT if accept is None else (*RIGHT, ("accept", accept))

    assert strict_world.send_raw("GET", "/scim/v2/Users", "", headers).status == status


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br", 415), ("identity", 201)])
def test_bodies_come_as_they_are(world: World, encoding: str, status: int) -> None:
    body = {"schemas": [USER], "userName": "ada@example.com"}

    assert world.send_with("content-encoding", encoding, "POST", "/Users", body).status == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/scim/Users", 200),
        ("GET", "/scim/v2/Users/", 200),
        ("GET", "/scim/v9/Users", 404),
        ("GET", "/Users", 404),
        ("GET", "/scim/v2/Nothing", 404),
        ("GET", "/scim/v2/Users/a/b", 404),
        ("PUT", "/scim/v2/Users", 405),
        ("DELETE", "/scim/v2/Groups", 405),
        ("POST", "/scim/v2/Users/x", 405),
        ("POST", "/scim/v2/Schemas", 405),
        ("GET", "/scim/v2/Me", 501),
        ("POST", "/scim/v2/Bulk", 400),
        ("GET", "/scim/v2/Bulk", 405),
        ("PUT", "/scim/v2/Users/nobody", 404),
        ("GET", "/scim/v2/Schemas/urn:nothing", 404),
    ],
)
def test_endpoints_and_methods(world: World, method: str, path: str, status: int) -> None:
    body = b'{"schemas": ["%s"], "userName": "ada@example.com"}' % USER.encode() if method == "PUT" else b""

    answer = world.send_raw(method, path, "", JSON, body)

    assert answer.status == status
    assert status == 200 or answer.body["status"] == str(status)


def test_discovery_is_consistent_with_itself(world: World) -> None:
    types = world.send("GET", "/ResourceTypes", startIndex="2", count="1").body["Resources"]
    schemas = world.send("GET", "/Schemas").body["Resources"]

    named = {each["schema"] for each in types} | {
        extension["schema"] for each in types for extension in each["schemaExtensions"]
    }
    assert {each["name"] for each in types} == {"User", "Group"}
    assert {schema["id"] for schema in schemas} == named
    assert [world.send("GET", f"/Schemas/{schema['id']}").body for schema in schemas] == schemas


def test_discovery_takes_no_filter(world: World) -> None:
    assert world.send("GET", "/Schemas", filter='id eq "x"').status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"userName": "ada@example.com", "userName": "grace@example.com"}',
        b'{"userName": "ada@example.com", "USERNAME": "grace@example.com"}',
        b'{"userName": "ada@example.com", "x": "\\ud800"}',
        b'{"userName": "ada\\u0000@example.com"}',
        b'{"userName": "ada@example.com", "x": \xff}',
        b'{"userName": "\xff@example.com"}',
        b'{"userName": "ada@example.com", "x": ' + b"1" * 4301 + b"}",
        b'{"userName": "ada@example.com", "x": 1e999}',
        b'{"userName": "ada@example.com", "x": NaN}',
        b'{"userName": "ada@example.com", "x": ' + b"[" * 65 + b"]" * 65 + b"}",
        b"[" * 200_000,
        b'\xef\xbb\xbf{"userName": "ada@example.com"}',
    ],
)
def test_bodies_that_are_not_plain_json_are_refused(world: World, body: bytes) -> None:
    refused = world.send("POST", "/Users", body)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidSyntax")
    assert world.control("GET", "members").body["members"] == []


def test_brackets_inside_strings_are_no_depth(world: World) -> None:
    body = b'{"userName": "ada@example.com", "title": "' + b"[" * 200 + b'\\"[["}'

    assert world.send("POST", "/Users", body).status == 201


def test_bare_and_unknown_parameters_are_passed_over(world: World) -> None:
    assert world.send_raw("GET", "/scim/v2/Users", "aadOptscim062020&foo=bar", RIGHT).status == 200


def test_a_plus_in_a_query_is_a_blank_and_an_encoded_one_a_plus(world: World) -> None:
    ada = world.invite("ada+1@example.com")

    found = world.send_raw("GET", "/scim/v2/Users", "filter=userName+eq+%22ada%2B1@example.com%22", RIGHT).body

    assert [user["id"] for user in found["Resources"]] == [ada]


@pytest.mark.parametrize("query", ["count=abc", "startIndex=1.5", "filter=id+pr&filter=id+pr", "count=%FF", "x=\udcff"])
def test_parameters_that_cannot_be_read_are_refused(world: World, query: str) -> None:
    refused = world.send_raw("GET", "/scim/v2/Users", query, RIGHT)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_both_projections_at_once_are_refused(world: World) -> None:
    assert world.send("GET", "/Users", attributes="userName", excludedAttributes="title").status == 400


def test_a_store_that_is_gone_is_a_503_and_unhealthy(world: World) -> None:
    world.runner.run(world.store.close())

    failed = world.send("GET", "/Users")
    health = world.send_raw("GET", "/health", headers=RIGHT).body

    assert (failed.status, failed.body["status"]) == (503, "503")
    assert {"Store": "unhealthy"}.items() <= {each["source"]: each["state"] for each in health["reports"]}.items()


def test_a_failure_of_ours_is_a_500_that_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC7644-3.12-15."""
    monkeypatch.setattr(world.service.parts.queries, "users", lambda query: 1 / 0)

    failed = world.send("GET", "/Users")

    assert (failed.status, failed.body["status"]) == (500, "500")
    assert "division" not in str(failed.body)


class Echo:
    """Answers with the length of the body."""

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        return Response(200, (), str(len(body)).encode())

    def refuse_body(self) -> Response:
        return Response(413, ())


def call(world: World, chunks: list[bytes], method: str = "POST", length: str | None = None) -> list[dict[str, object]]:
    """Run one request through the ASGI application."""
    sent: list[dict[str, object]] = []
    left = list(chunks)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: object) -> None:
        sent.append(dict(message))  # type: ignore[call-overload]

    headers = [] if length is None else [(b"content-length", length.encode())]
    scope = {"type": "http", "method": method, "path": "/", "query_string": b"", "headers": headers}
    world.runner.run(App(Echo(), 10)(scope, receive, send))
    return sent


def test_a_body_in_pieces_is_put_together(world: World) -> None:
    assert call(world, [b"12345", b"67890"])[1]["body"] == b"10"


@pytest.mark.parametrize(("chunks", "length"), [([b"12345", b"678901"], None), ([b"1"], "11"), ([b"1"], "9" * 40)])
def test_a_body_above_the_limit_is_refused(world: World, chunks: list[bytes], length: str | None) -> None:
    assert call(world, chunks, length=length)[0]["status"] == 413


def test_head_has_the_length_and_no_body(world: World) -> None:
    start, end = call(world, [b""], method="HEAD")

    assert (b"content-length", b"1") in start["headers"]  # type: ignore[operator]
    assert end["body"] == b""
