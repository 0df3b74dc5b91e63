"""What a bridge does not declare is not sent: another text of a user takes its place."""

from __future__ import annotations

import json
from typing import Any

from harness.model.declared import read_schemas
from harness.record.exchange import Request
from harness.record.message import CORE_USER, patch_body, read, write
from harness.situations.situation import Declared
from harness.situations.wording import worded


def _declared(*names: str, **further: dict[str, str]) -> Declared:
    shaped = {**{name: dict[str, str]() for name in ("userName", *names)}, **further}
    texts = [{"name": name, "type": "string", "multiValued": False, **more} for name, more in shaped.items()]
    schemas = {"Resources": [{"id": CORE_USER, "attributes": texts}]}
    types = {"Resources": [{"name": "User", "endpoint": "/Users", "schema": CORE_USER}]}
    return Declared({"Users": read_schemas(schemas, types)["User"]})


def _body(request: Request) -> Any:
    return json.loads(request.body or b"")


def test_an_attribute_that_is_declared_is_sent() -> None:
    request = write("PATCH", "/Users/1", "patch", patch_body({"op": "replace", "path": "title", "value": "a"}))

    assert worded(request, _declared("title", "nickName")) == request


def test_another_text_takes_the_place_of_one_that_is_not_declared() -> None:
    title = {"op": "replace", "path": "title", "value": "title"}
    request = write("PATCH", "/Users/1", "patch", patch_body(title, {"op": "add", "value": {"nickName": "Al"}}))

    assert _body(worded(request, _declared("displayName", "userType")))["Operations"] == [
        {"op": "replace", "path": "userType", "value": "title"},
        {"op": "add", "value": {"displayName": "Al"}},
    ]


def test_another_text_takes_the_place_of_one_that_the_bridge_gives_itself() -> None:
    title = {"op": "replace", "path": "title", "value": "title"}
    request = write("PATCH", "/Users/1", "patch", patch_body(title))

    declared = _declared("displayName", title={"mutability": "readOnly"}, nickName={"mutability": "immutable"})

    assert _body(worded(request, declared))["Operations"] == [
        {"op": "replace", "path": "displayName", "value": "title"}
    ]


def test_the_last_value_of_a_text_counts() -> None:
    request = write("PUT", "/Users/1", "replace", {"userName": "ada", "displayName": "Ada", "title": "Countess"})

    assert _body(worded(request, _declared("displayName"))) == {"userName": "ada", "displayName": "Countess"}


def test_names_in_queries_are_of_the_bridge_too() -> None:
    declared = _declared("displayName")
    query = "filter=title%20eq%20%22title%22%20and%20TITLE%20pr&attributes=userName,nickName&sortBy=title"
    asked = read("/Users", "list", query)
    search = write(
        "POST", "/Users/.search", "search", {"filter": 'title pr and userName co "a"', "attributes": ["title"]}
    )

    # What stands in quotation marks is a value.
    assert worded(asked, declared).target == (
        "/Users?filter=displayName%20eq%20%22title%22%20and%20displayName%20pr"
        "&attributes=userName,displayName&sortBy=displayName"
    )
    assert _body(worded(search, declared)) == {
        "filter": 'displayName pr and userName co "a"',
        "attributes": ["displayName"],
    }


def test_a_bridge_without_any_text_is_asked_as_it_is() -> None:
    request = read("/Users", "list", "sortBy=title")

    assert worded(request, _declared()) == request


def test_what_is_no_json_stays() -> None:
    request = Request("POST", "/Users", "broken", (), b'{"title": ')

    assert worded(request, _declared("displayName")) == request
