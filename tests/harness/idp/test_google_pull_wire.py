"""The exact requests, answers and notices of a pull (Pull in the rows 3.a to 3.h of docs/sources.md).

Answers and notices are those of the fake (`harness.directory_api`); requests are those of the reference bridge. What a
bridge must make of them is held in tests/bridge_ref/workspace.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bridge_ref.workspace.google import Google as Client
from bridge_ref.workspace.settings import WorkspaceSettings
from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import SCOPES, ServiceAccount
from harness.errors import UsageError
from harness.idp.google import GooglePull
from tests.harness.idp.steps import jobs

TOVE = Person("tove", "Tove", "Lindqvist", "tove.lindqvist@marigold.example")
PLANNING, NIGHT = Group("planning", "Route Planning"), Group("night-shift", "Night Shift")
NOW = 1_764_000_000
DIRECTORY = "/admin/directory/v1"
GRANT = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount.make("bridge@marigold.example")


@pytest.fixture
def api(account: ServiceAccount) -> Iterator[DirectoryApi]:
    """Tove is in Route Planning, and so is the Night Shift as a group."""
    directory = Directory(1, "marigold.example")
    for group in (PLANNING, NIGHT):
        directory.groups[group.key], directory.members[group.key] = group, set()
    directory.add(TOVE, PLANNING)
    directory.nest(NIGHT, PLANNING)
    with DirectoryApi(directory, account=account, clock=ManualClock(NOW)) as served:
        yield served


def assertion_of(api: DirectoryApi, header: dict[str, str] | None = None, **claims: Any) -> str:
    """A signed assertion that is right but for these claims."""
    right = {
        "iss": api.account.email,
        "sub": api.actor,
        "scope": " ".join(SCOPES),
        "aud": api.token_uri,
        "iat": NOW,
        "exp": NOW + 3600,
    }
    head, body = (encode(json.dumps(part).encode()) for part in (header or {"alg": "RS256"}, right | claims))
    return f"{head}.{body}.{encode(api.account.key.sign(f'{head}.{body}'.encode(), PKCS1v15(), SHA256()))}"


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def exchange(api: DirectoryApi, assertion: str) -> bytes:
    """The answer of the token endpoint to the request, byte for byte."""
    return said(api, "POST /token", f"{GRANT}&assertion={assertion}", "application/x-www-form-urlencoded")


def said(api: DirectoryApi, line: str, body: str = "", media: str = "application/json", token: str = "") -> bytes:
    """What the fake says to a request that is written by hand."""
    head = f"{line} HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n"
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    host, port = api.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(f"{head}Connection: close\r\n\r\n{body}".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def read(api: DirectoryApi, target: str) -> str:
    """The body of an answer, asked with a token that was given for an assertion."""
    token = json.loads(exchange(api, assertion_of(api)).partition(b"\r\n\r\n")[2])["access_token"]
    head, _, body = said(api, f"GET {DIRECTORY}{target}", token=token).decode().partition("\r\n\r\n")
    assert head == (f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: {len(body)}")
    return body


def test_the_token_exchange_byte_for_byte(api: DirectoryApi) -> None:
    """GOOGLE-21, section 3.a: the request, and the answer with its three keys in order."""
    answer = exchange(api, assertion_of(api)).decode()

    head, _, body = answer.partition("\r\n\r\n")
    token = json.loads(body)["access_token"]
    assert head.split("\r\n")[:2] == ["HTTP/1.1 200 OK", "Content-Type: application/json; charset=UTF-8"]
    assert body == f'{{"access_token": "{token}", "expires_in": 3599, "token_type": "Bearer"}}'
    assert token.startswith("ya29.fake-")


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"aud": "https://elsewhere.invalid/token"}, "Invalid audience"),
        ({"sub": "nobody@marigold.example"}, "Invalid email or User ID"),
        ({"iss": "other@marigold.example"}, "Invalid issuer"),
        ({"iat": NOW - 7200, "exp": NOW - 3600}, "Invalid JWT: Token must be a short-lived token"),
        ({"iat": NOW + 3600, "exp": NOW + 7200}, "Invalid JWT: Token must be a short-lived token"),
        ({"exp": NOW + 7200}, "Invalid JWT: Token must be a short-lived token"),
        ({"exp": NOW}, "Invalid JWT: Token must be a short-lived token"),
    ],
)
def test_each_claim_of_an_assertion_is_verified(api: DirectoryApi, claims: dict[str, Any], words: str) -> None:
    """GOOGLE-21, section 3.a: issuer, subject, audience, and an hour at most: `invalid_grant` otherwise."""
    answer = exchange(api, assertion_of(api, **claims))

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert f'{{"error": "invalid_grant", "error_description": "{words}'.encode() in answer


def test_a_signature_is_verified_for_real(api: DirectoryApi) -> None:
    """GOOGLE-21, section 3.a: a foreign key, claims that were changed afterwards, and other algorithms are refused."""
    right = assertion_of(api)
    head, claims, signature = right.split(".")
    changed = encode(base64.urlsafe_b64decode(claims + "==").replace(b"3600", b"3599"))
    foreign = ServiceAccount.make("bridge@marigold.example").key.sign(f"{head}.{claims}".encode(), PKCS1v15(), SHA256())

    answers = [
        exchange(api, f"{head}.{claims}.{encode(foreign)}"),
        exchange(api, f"{head}.{claims[:-4]}AAAA.{signature}"),
        exchange(api, f"{head}.{changed}.{signature}"),
        exchange(api, f"{head}.{claims}."),
        exchange(api, assertion_of(api, {"alg": "none"})),
        exchange(api, assertion_of(api, {"alg": "HS256"})),
    ]

    assert [answer.split(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 400 Bad Request"] * 6
    assert all(b'"error": "invalid_grant"' in answer for answer in answers)
    assert b"Invalid JWT Signature." in answers[0]
    assert exchange(api, right).startswith(b"HTTP/1.1 200 OK")


def test_a_scope_that_was_not_granted(api: DirectoryApi) -> None:
    """GOOGLE-21, section 3.a: delegation is missing or was revoked: `unauthorized_client`."""
    api.tokens.scopes = SCOPES[:3]

    answer = exchange(api, assertion_of(api))

    assert answer.endswith(
        b'{"error": "unauthorized_client", "error_description": "Client is unauthorized for the scopes requested"}'
    )


def test_a_suspended_administrator(api: DirectoryApi) -> None:
    """GOOGLE-21, section 3.a: the actor is unknown or suspended: `invalid_grant`."""
    api.tokens.is_actor_suspended = True

    assert b'"error": "invalid_grant"' in exchange(api, assertion_of(api))


def test_the_groups_to_choose_from(api: DirectoryApi) -> None:
    """GOOGLE-08, section 3.a: the list of groups; the count of members is a string."""
    assert read(api, "/groups?customer=my_customer&maxResults=200") == (
        '{"kind": "admin#directory#groups", "etag": "\\"b48c3a3efc3a6950ab55f8f208d\\"", "groups": ['
        '{"kind": "admin#directory#group", "id": "0bb260e5f6a3e5c", "email": "planning@marigold.example", '
        '"name": "Route Planning", "directMembersCount": "2", "adminCreated": true, '
        '"etag": "\\"f80ea94e2147d94e2640fb80442\\""}, '
        '{"kind": "admin#directory#group", "id": "042f143f860464e", "email": "night-shift@marigold.example", '
        '"name": "Night Shift", "directMembersCount": "0", "adminCreated": true, '
        '"etag": "\\"948316424e4149e1be2be46bdd9\\""}]}'
    )


def test_the_members_of_a_group(api: DirectoryApi) -> None:
    """GOOGLE-11, section 3.b: a person, and a group in the group, which is not opened."""
    assert read(api, "/groups/planning@marigold.example/members?maxResults=200") == (
        '{"kind": "admin#directory#members", "etag": "\\"ca92d28915c4ee3a81a384f4045\\"", "members": ['
        '{"kind": "admin#directory#member", "id": "146490412034011783176", '
        '"email": "tove.lindqvist@marigold.example", "role": "MEMBER", "type": "USER", "status": "ACTIVE", '
        '"etag": "\\"d0ce8e14bdaf97663114209bffe\\""}, '
        '{"kind": "admin#directory#member", "id": "042f143f860464e", "email": "night-shift@marigold.example", '
        '"role": "MEMBER", "type": "GROUP", "status": "ACTIVE", "etag": "\\"80895a9ad4b5a36c05ecd9d9062\\""}]}'
    )


def test_an_empty_list_comes_without_its_key(api: DirectoryApi) -> None:
    """GOOGLE-10, section 3.b: no `members` at all."""
    assert read(api, "/groups/night-shift@marigold.example/members?maxResults=200") == (
        '{"kind": "admin#directory#members", "etag": "\\"4f53cda18c2baa0c0354bb5f9a3\\""}'
    )


def test_a_user(api: DirectoryApi) -> None:
    """GOOGLE-12, section 3.b: by id, by address, and by neither's letter case."""
    user = (
        '{"kind": "admin#directory#user", "id": "146490412034011783176", '
        '"primaryEmail": "tove.lindqvist@marigold.example", '
        '"name": {"givenName": "Tove", "familyName": "Lindqvist", "fullName": "Tove Lindqvist"}, '
        '"suspended": false, "archived": false, "customerId": "C0bridgecheck", "orgUnitPath": "/", '
        '"lastLoginTime": "1970-01-01T00:00:00.000Z", "etag": "\\"c33fd5bcfd184f1a8de220e1e0b\\""}'
    )

    assert read(api, "/users/146490412034011783176") == user
    assert read(api, "/users/TOVE.lindqvist@marigold.example") == user


def test_a_suspended_and_an_archived_user(api: DirectoryApi) -> None:
    """GOOGLE-14, GOOGLE-23, section 3.d: the two states are told apart, and a reason stands beside a suspension."""
    api.directory.disable(TOVE)
    suspended = read(api, "/users/146490412034011783176?fields=suspended,archived,suspensionReason")
    api.directory.enable(TOVE)
    api.directory.archive(TOVE)

    assert suspended == '{"suspended": true, "archived": false, "suspensionReason": "ADMIN"}'
    assert read(api, "/users/146490412034011783176?fields=suspended,archived,suspensionReason") == (
        '{"suspended": false, "archived": true}'
    )


@pytest.mark.parametrize(
    ("line", "token", "status", "body"),
    [
        (
            f"GET {DIRECTORY}/users?customer=my_customer",
            "",
            "401 Unauthorized",
            ("authError", 401, "Invalid Credentials"),
        ),
        (f"GET {DIRECTORY}/nothing", "", "404 Not Found", ("notFound", 404, "Not Found")),
    ],
)
def test_an_error_body(api: DirectoryApi, line: str, token: str, status: str, body: tuple[str, int, str]) -> None:
    """GOOGLE-10, section 3.g: an error is no list."""
    reason, code, message = body

    answer = said(api, line, token=token).decode()

    assert answer.startswith(f"HTTP/1.1 {status}\r\n")
    assert answer.endswith(
        f'\r\n\r\n{{"error": {{"code": {code}, "message": "{message}", "errors": '
        f'[{{"domain": "global", "reason": "{reason}", "message": "{message}"}}]}}}}'
    )


@pytest.mark.parametrize("reason", ["userRateLimitExceeded", "quotaExceeded", "rateLimitExceeded", "forbidden"])
def test_403_has_a_reason(api: DirectoryApi, reason: str) -> None:
    """GOOGLE-20, section 3.f: too fast and not allowed are both 403; the reason tells them apart."""
    api.fail("users.list", status=403, reason=reason)

    answer = said(api, f"GET {DIRECTORY}/users?customer=my_customer").decode()

    assert answer.startswith("HTTP/1.1 403 Forbidden\r\n")
    assert answer.endswith(
        f'\r\n\r\n{{"error": {{"code": 403, "message": "{reason}", "errors": '
        f'[{{"domain": "global", "reason": "{reason}", "message": "{reason}"}}]}}}}'
    )


def test_a_notice_byte_for_byte(api: DirectoryApi) -> None:
    """GOOGLE-18, section 3.f: the headers in their order, no agent, and a short user object."""
    with listening(1) as (address, heard):
        watch(api, address)
        api.directory.disable(TOVE)

        assert api.publish() == 1

    body = (
        '{"kind": "admin#directory#user", "id": "146490412034011783176", '
        '"primaryEmail": "tove.lindqvist@marigold.example"}'
    )
    assert heard[0].decode().replace(address.split("/")[2], "bridge.marigold.example") == (
        "POST /google/notifications HTTP/1.1\r\n"
        "Host: bridge.marigold.example\r\n"
        "X-Goog-Channel-ID: 5d0f6a52-2f4b-4b2e-9d4f-6d7b2c1e9a10\r\n"
        "X-Goog-Channel-Token: mf-channel-secret\r\n"
        "X-Goog-Message-Number: 12\r\n"
        "X-Goog-Resource-ID: 3434798162436137\r\n"
        "X-Goog-Resource-State: update\r\n"
        "X-Goog-Resource-URI: /admin/directory/v1/users\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "\r\n" + body
    )


def test_the_first_notice_of_a_channel_has_no_body(api: DirectoryApi) -> None:
    """GOOGLE-19, section 3.f: state `sync`, number 1, nothing else."""
    with listening(1) as (address, heard):
        watch(api, address, messages=0)
        api.confirm_channels()

    head, _, body = heard[0].decode().partition("\r\n\r\n")
    assert "X-Goog-Message-Number: 1\r\n" in head
    assert "X-Goog-Resource-State: sync\r\n" in head
    assert body == ""


def test_the_bridge_asks_for_a_token_and_then_for_groups(account: ServiceAccount) -> None:
    """GOOGLE-21, section 3.a: what the reference bridge sends: grant and assertion, then the token."""
    with answering_google() as (url, heard):
        key = account.key_file(f"{url}/token")
        client = Client(key, WorkspaceSettings(actor="admin@marigold.example", api_url=url))
        list(client.pages(f"{DIRECTORY}/groups", "groups", "admin#directory#groups", customer="my_customer"))

    asked, listed = (message.decode().partition("\r\n\r\n") for message in heard)
    form = parse_qs(asked[2])
    claims = json.loads(base64.urlsafe_b64decode(form["assertion"][0].split(".")[1] + "=="))
    assert asked[0].startswith("POST /token HTTP/1.1\r\n")
    assert "\r\nContent-Type: application/x-www-form-urlencoded\r\n" in asked[0]
    assert GRANT in asked[2].split("&")
    assert set(form) == {"grant_type", "assertion"}
    assert set(claims) == {"iss", "sub", "scope", "aud", "iat", "exp"}
    assert (claims["iss"], claims["sub"]) == ("bridge@marigold.example", "admin@marigold.example")
    assert claims["scope"].split(" ") == list(SCOPES)
    assert claims["exp"] - claims["iat"] == 3600
    assert listed[0].startswith(f"GET {DIRECTORY}/groups?customer=my_customer HTTP/1.1\r\n")
    assert "\r\nAuthorization: Bearer ya29.x" in listed[0]


def test_the_dialect_sends_nothing() -> None:
    """Section 3: no SCIM at all; access comes by the chosen groups alone."""
    pull = GooglePull(Directory(1, "marigold.example", "t"))
    design = pull.directory.form_group("Design")
    ada, grace = pull.directory.hire("Ada", design), pull.directory.hire("Grace")
    pull.directory.assign_group(design)
    pull.directory.assign(grace)

    assert jobs(pull.connect()) == jobs(pull.plan()) == []
    for conversation in (pull.provision(ada), pull.update(ada), pull.deprovision(ada), pull.reactivate(ada)):
        assert list(conversation) == []
    assert [pull.has_application(person) for person in (ada, grace)] == [True, False]
    with pytest.raises(UsageError, match="sends no SCIM"):
        pull.create_request(ada)


def watch(api: DirectoryApi, address: str, messages: int = 11) -> None:
    """Open the channel at that address, so many notices ago."""
    body = {
        "id": "5d0f6a52-2f4b-4b2e-9d4f-6d7b2c1e9a10",
        "type": "web_hook",
        "address": address,
        "token": "mf-channel-secret",
    }
    channel = api.api.channels.watch(body, f"{DIRECTORY}/users", "update", NOW)
    channel.messages = messages
    if not messages:
        api.api.opened.append(channel)


class listening:  # noqa: N801  # reads like the context managers of tests/servers.py
    """A socket that answers so many requests, and keeps them."""

    def __init__(self, count: int, path: str = "/google/notifications", bodies: tuple[bytes, ...] = ()) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(10)
        self._address = f"http://127.0.0.1:{self._server.getsockname()[1]}{path}"
        self._bodies = bodies or (b"",) * count
        self._heard: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> tuple[str, list[bytes]]:
        self._thread.start()
        return self._address, self._heard

    def __exit__(self, *error: object) -> None:
        self._thread.join(10)
        self._server.close()

    def _listen(self) -> None:
        for body in self._bodies:
            connection, _ = self._server.accept()
            with connection:
                self._heard.append(_whole(connection))
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)


def _whole(connection: socket.socket) -> bytes:
    message = b""
    while b"\r\n\r\n" not in message:
        message += connection.recv(65536)
    length = next((int(line[16:]) for line in message.split(b"\r\n") if line.startswith(b"Content-Length: ")), 0)
    while len(message.partition(b"\r\n\r\n")[2]) < length:
        message += connection.recv(65536)
    return message


def answering_google() -> listening:
    """A token, then an empty list of groups."""
    token = b'{"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"}'
    return listening(2, "", (token, b'{"kind": "admin#directory#groups"}'))
