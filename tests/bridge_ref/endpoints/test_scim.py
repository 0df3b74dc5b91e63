"""The protocol around the decisions: errors, versions, methods, text. RFC 7644 sections 3.12 and 3.13."""

import json
from typing import Any

import pytest

from tests.bridge_ref.answers import assert_error
from tests.bridge_ref.world import BASE_URL, GROUP, USER, World


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "scim_type"),
    [
        ("POST", "/Users", b"{", 400, "invalidSyntax"),
        ("POST", "/Users", b"", 400, "invalidSyntax"),
        ("POST", "/Users", b'"text"', 400, "invalidSyntax"),
        ("GET", "/Users/nobody", None, 404, None),
        ("GET", "/NoSuchType", None, 404, None),
        ("GET", "/Users/x/extra", None, 404, None),
        ("DELETE", "/Users", None, 405, None),
        ("POST", "/Users/x", {}, 405, None),
        ("GET", "/Bulk", None, 405, None),
        ("GET", "/Schemas?filter=id+eq+%22x%22", None, 403, None),
        ("GET", "/ResourceTypes?filter=id+eq+%22x%22", None, 403, None),
        ("GET", "/Me", None, 501, None),
    ],
)
def test_every_error_is_an_error_body(
    world: World, method: str, path: str, body: Any, status: int, scim_type: str | None
) -> None:
    """RFC7644-3.12-01, RFC7644-3.12-02, RFC7644-3.12-03, RFC7644-3.12-04, RFC7644-3.12-07, RFC7644-3.12-08,
    RFC7644-3.12-11, RFC7644-3.12-14, RFC7644-3.2-07, RFC7644-3.2-08, RFC7644-3.2-09, RFC7644-3.2-10, RFC7644-4-10,
    RFC7644-3.1-01, RFC7644-8.1-01, RFC7644-8.2-01, RFC7644-3.12-24, OKTA-29."""
    path, _, query = path.partition("?")
    headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    assert_error(world.send_raw(method, f"/scim/v2{path}", query, headers, content), status, scim_type)


def test_no_name_stands_twice_in_an_answer(world: World) -> None:
    """RFC7644-3.2-12, RFC7643-2.1-04: also where a user was sent with names in other letters, and in two."""
    ada = world.invite("ada@example.com", DISPLAYNAME="Ada", title="Analyst")
    headers = (("authorization", "Bearer right-token"),)
    seen: list[list[str]] = []

    def keep(pairs: list[tuple[str, Any]]) -> None:
        seen.append([name.lower() for name, _ in pairs])

    for path in (f"/Users/{ada}", "/Users", "/Schemas", "/ServiceProviderConfig"):
        answer = world.runner.run(world.handler.handle("GET", f"/scim/v2{path}", "", headers, b""))
        json.loads(answer.body, object_pairs_hook=keep)

    assert [names for names in seen if len(set(names)) < len(names)] == []


def test_every_method_on_what_is_there_and_on_what_is_not_ends_well(world: World) -> None:
    """RFC7644-3.12-23: also the DELETE of somebody who is in a group, twice."""
    ada = world.invite("ada@example.com")
    body = {"schemas": [USER], "userName": "ada@example.com"}
    group = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design", "members": [{"value": ada}]})
    active = {"op": "replace", "path": "active", "value": False}
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [active]}

    statuses = [
        world.send(method, path, sent).status
        for path in (f"/Users/{ada}", "/Users/no-such")
        for method, sent in (("GET", None), ("PUT", body), ("PATCH", patch), ("DELETE", None), ("DELETE", None))
    ]
    left = [world.send("DELETE", f"/Groups/{group.body['id']}").status for _ in range(2)]

    assert statuses == [200, 200, 200, 204, 404, 404, 404, 404, 404, 404]
    assert left == [204, 404]


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong-token", "Bearer right-toke", "Bearer ", "Basic right-token"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Users"),
        ("POST", "/Users"),
        ("GET", "/Users/x"),
        ("DELETE", "/Users/x"),
        ("POST", "/Bulk"),
        ("GET", "/Me"),
    ],
)
def test_a_stranger_is_told_how_to_come_in_and_nothing_else(
    world: World, method: str, path: str, authorization: str | None
) -> None:
    """RFC7644-2-03, RFC7644-2-04, RFC7644-3.12-09, OKTA-27, RFC9865-5.2-02."""
    headers = () if authorization is None else (("authorization", authorization),)

    refused = world.send_raw(method, f"/scim/v2{path}", "", headers, b"{")

    assert_error(refused, 401)
    assert refused.headers["www-authenticate"] == 'Bearer realm="scim"'


@pytest.mark.parametrize(("path", "status"), [("/scim/Users", 200), ("/scim/v2/Users", 200), ("/scim/v9/Users", 404)])
def test_the_version_is_the_second_or_none(world: World, path: str, status: int) -> None:
    """RFC7644-3.13-02, RFC7644-3.13-03, RFC7644-3.13-04."""
    world.invite("ada@example.com")

    answer = world.send_raw("GET", path, "", (("authorization", "Bearer right-token"),))

    assert answer.status == status
    assert status == 404 or answer.body["Resources"][0]["meta"]["location"].startswith(BASE_URL + "/Users/")


def test_text_is_utf_8_whatever_the_label_says_or_leaves_out(world: World) -> None:
    """RFC7644-3.8-01, RFC7644-3.8-02, RFC7644-3.8-06, RFC7644-8.1-02, RFC7644-3.1-02, ENTRA-02, OKTA-26, GOOGLE-02,
    GOOGLE-04."""
    for number, label in enumerate(
        (None, "application/json", "application/scim+json", "application/scim+json; charset=utf-8")
    ):
        headers = (("authorization", "Bearer right-token"), ("user-agent", "Google-Auto-Provisioning"))
        headers += () if label is None else (("content-type", label),)  # type: ignore[assignment]
        body = {"schemas": [USER], "userName": f"{number}@example.com", "displayName": "Zo\u00eb \U0001f600"}
        content = json.dumps(body, ensure_ascii=False).encode()
        created = world.send_raw("POST", "/scim/v2/Users", "", headers, content)
        deleted = world.send_raw("DELETE", f"/scim/v2/Users/{created.body['id']}", "", headers)

        assert created.body["displayName"] == "Zo\u00eb \U0001f600"
        assert created.headers["content-type"] == "application/scim+json"
        assert deleted.status == 204


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Users", {"schemas": [USER], "userName": "ada@example.com"}),
        ("/Groups", {"schemas": [GROUP], "displayName": "Design"}),
    ],
)
def test_every_method_works_on_every_type(world: World, path: str, body: dict[str, Any]) -> None:
    """RFC7644-3.2-05, RFC7644-3.2-06, RFC7644-3.2-01, RFC7644-3.2-02, RFC7644-3.8-04, RFC7644-3.8-05,
    RFC7644-3.8-07."""
    made = world.send_with("content-type", "application/json", "POST", path, body)
    one = f"{path}/{made.body['id']}"
    statuses = [
        made.status,
        world.send_with("accept", "application/scim+json", "GET", path).status,
        world.send_with("accept", "application/json", "GET", one).status,
        world.send("PUT", one, body).status,
        world.patch(one, {"op": "add", "path": "externalId", "value": "x"}, attributes="id").status,
        world.send("HEAD", one).status,
        world.send("DELETE", one).status,
    ]

    assert statuses == [201, 200, 200, 200, 200, 200, 204]


def test_a_bridge_does_not_redirect(world: World) -> None:
    """RFC7644-3.12-22."""
    paths = ("/scim/v2/Users/", "/scim/v2/", "/scim/", "/scim/v2//Users", "/Users", "/scim/v2/Me")

    answers = [world.send_raw("GET", path, "", (("authorization", "Bearer right-token"),)) for path in paths]

    assert [answer.status for answer in answers] == [200, 200, 200, 404, 404, 501]
