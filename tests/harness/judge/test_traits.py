"""The same request with one trait changed back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.judge.traits import variants
from harness.record.exchange import Headers, Request

HEADERS: Headers = (("Content-Type", "application/scim+json"), ("User-Agent", "a client"))


def request(body: dict[str, Any], headers: Headers = HEADERS) -> Request:
    return Request("PATCH", "/Users/7", "patch", headers, json.dumps(body).encode())


def bodies(body: dict[str, Any]) -> dict[str, Any]:
    return {words: json.loads(variant.body or b"") for words, variant in variants(request(body))}


def operation(**parts: Any) -> dict[str, Any]:
    return {"Operations": [parts]}


@pytest.mark.parametrize(
    ("sent", "trait", "changed"),
    [
        (operation(op="Add", path="title"), "with `op` in lower case", operation(op="add", path="title")),
        (
            operation(op="replace", path="active", value="False"),
            "with `active` as a Boolean",
            operation(op="replace", path="active", value=False),
        ),
        (
            operation(op="replace", path="title", value="Dr"),
            "without a path",
            operation(op="replace", value={"title": "Dr"}),
        ),
        (
            {"schemas": ["urn:scim:schemas:core:1.0", "urn:ietf:params:scim:schemas:core:2.0:User"]},
            "with only the standard's URNs in `schemas`",
            {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]},
        ),
        (
            operation(op="add", path="members", value=[{"value": "7", "$ref": None}]),
            "with members that hold only `value`",
            operation(op="add", path="members", value=[{"value": "7"}]),
        ),
        ({"userName": "ada", "meta": {}, "id": "7"}, "without `id`, `meta` and `groups`", {"userName": "ada"}),
    ],
)
def test_one_trait_is_changed_back(sent: dict[str, Any], trait: str, changed: dict[str, Any]) -> None:
    assert bodies(sent)[trait] == changed


def test_label_and_user_agent_are_traits_of_the_headers() -> None:
    plain = request({}, (("Content-Type", "application/json"),))

    made = dict(variants(plain))

    assert ("Content-Type", "application/scim+json") in made["labelled application/scim+json"].headers
    assert ("User-Agent", "bridgecheck") in made["with a User-Agent"].headers


def test_a_letter_outside_ascii_is_a_trait_of_a_filter() -> None:
    asked = Request("GET", "/Users?filter=userName%20eq%20%22zo%C3%AB%22", "find user", HEADERS)

    assert [(words, variant.target) for words, variant in variants(asked)] == [
        ("with a filter value in ASCII", "/Users?filter=userName%20eq%20%22zox%22")
    ]


def test_a_request_without_such_a_trait_has_no_variant() -> None:
    assert list(variants(request(operation(op="replace", value={"title": "Dr"})))) == []


def test_a_body_that_is_no_object_stays_as_it_is() -> None:
    assert list(variants(Request("POST", "/Users", "x", HEADERS, b"[1"))) == []
