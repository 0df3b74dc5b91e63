from collections.abc import Mapping
from typing import Any

import pytest

from harness.directory.values import Group, Person
from harness.idp.entra import requests as entra
from harness.idp.google import requests as google
from harness.idp.okta import requests as okta
from harness.record.exchange import Request, Response
from harness.record.message import read, render_json
from loadtests.answers import find_wrong

ADA = Person("p1", "Ada", "Lovelace", "ada@example.com")
DESIGN = Group("g1", "Design")
FIND, CREATE, SUSPEND = okta.find_user(ADA), okta.create_user(ADA), okta.set_active("u1", False)
CREATED = {"id": "u1", "userName": "ada@example.com", "active": True}


def said(status: int, body: Mapping[str, Any]) -> Response:
    return Response(status, (), render_json(body))


def listed(*resources: Mapping[str, Any]) -> Response:
    return said(200, {"totalResults": len(resources), "Resources": list(resources)})


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (FIND, listed()),
        (FIND, listed(CREATED)),
        (FIND, listed(CREATED | {"userName": "Ada@Example.com"})),
        (FIND, said(200, {"totalResults": 0})),
        (entra.find_user(ADA), listed(CREATED)),
        (CREATE, said(201, CREATED)),
        (entra.create_group(DESIGN), said(201, {"id": "g1", "displayName": "Design"})),
        (SUSPEND, Response(204)),
        (SUSPEND, said(200, CREATED | {"active": False})),
        (entra.set_active("u1", False), said(200, CREATED | {"active": False})),
        (google.set_active("u1", True), said(200, CREATED)),
        (entra.change_member("g1", "Add", "u1"), said(200, {"id": "g1", "displayName": "Design"})),
        (read("/Users/u1", "read user"), said(200, CREATED)),
    ],
)
def test_a_right_answer_is_accepted(request_: Request, response: Response) -> None:
    assert find_wrong(request_, response) == ""


@pytest.mark.parametrize(
    ("request_", "response", "wrong"),
    [
        (FIND, listed(CREATED | {"userName": "eve@example.com"}), "a resource with another userName was found"),
        (entra.find_user(ADA), listed({"id": "u1"}), "a resource with another userName was found"),
        (FIND, said(404, {}), "status 404; expected 200"),
        (FIND, Response(200, (), b"<html>"), "the body is no JSON object"),
        (FIND, Response(200), "the body is no JSON object"),
        (FIND, said(200, CREATED), "the body is no list answer"),
        (CREATE, said(409, {}), "status 409; expected 201"),
        (CREATE, said(200, CREATED), "status 200; expected 201"),
        (CREATE, said(201, {"userName": "ada@example.com"}), "created without an id"),
        (CREATE, said(201, CREATED | {"id": 7}), "created without an id"),
        (CREATE, said(201, CREATED | {"userName": "eve@example.com"}), "created with another userName"),
        (entra.create_group(DESIGN), said(201, {"id": "g1"}), "created with another displayName"),
        (SUSPEND, said(200, CREATED), "active is not what was sent"),
        (entra.set_active("u1", False), said(200, CREATED), "active is not what was sent"),
        (SUSPEND, said(200, CREATED | {"id": "u2", "active": False}), "another resource was answered"),
        (SUSPEND, said(429, {}), "status 429; expected 200 or 204"),
        (read("/Users/u1", "read user"), said(200, CREATED | {"id": "u2"}), "another resource was answered"),
    ],
)
def test_a_wrong_answer_is_named(request_: Request, response: Response, wrong: str) -> None:
    assert find_wrong(request_, response) == wrong
