"""Recorded names, ids and versions become those of the bridge that a recording is played to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.record.exchange import Exchange, Request, Response
from harness.record.har import RecordedCall
from harness.stories.names import Names
from harness.stories.translation import Translation

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
NAMES = Names("r1", "example.com")
ADA = {"schemas": [USER], "id": "7", "userName": "ada@corp.example", "meta": {"version": 'W/"1"'}}
DESIGN = {"schemas": [GROUP], "id": "9", "displayName": "Design"}


def sent(method: str, target: str, body: Any = None, headers: tuple[tuple[str, str], ...] = ()) -> Request:
    return Request(method, target, "", headers, json.dumps(body).encode() if body is not None else None)


def call(request: Request, status: int = 200, shown: Any = None) -> RecordedCall:
    return RecordedCall(Exchange("http://old", request, None), status, json.dumps(shown).encode() if shown else b"")


def answer(request: Request, status: int, shown: Any) -> Exchange:
    return Exchange("http://new", request, Response(status, (), json.dumps(shown).encode()))


CREATE = call(sent("POST", "/Users", {"schemas": [USER], "userName": "ada@corp.example"}), 201, ADA)
GROUPING = call(sent("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design"}), 201, DESIGN)
CALLS = [CREATE, GROUPING]


@pytest.fixture
def translation() -> Translation:
    """One that has seen Ada and Design made anew, as `n7` and `n9`."""
    made = Translation(CALLS, NAMES)
    made.learn(
        CREATE, answer(made.request(CREATE.exchange.request), 201, {**ADA, "id": "n7", "meta": {"version": "v"}})
    )
    made.learn(GROUPING, answer(made.request(GROUPING.exchange.request), 201, {**DESIGN, "id": "n9"}))
    return made


def body_of(request: Request) -> Any:
    return json.loads(request.body or b"")


def test_names_and_addresses_are_never_those_of_real_people(translation: Translation) -> None:
    made = translation.request(
        sent(
            "POST",
            "/Users",
            {"userName": "ada@corp.example", "emails": [{"value": "ada.private@home.example"}], "nickName": "Ada"},
        )
    )

    assert body_of(made) == {
        "userName": "ada.r1@example.com",
        "emails": [{"value": "ada.private.r1@example.com"}],
        "nickName": "Ada",
    }


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("/Users/7", "/Users/n7"),
        ("/Users/unknown", "/Users/unknown"),
        (
            "/Users?filter=userName%20eq%20%22ada%40corp.example%22",
            "/Users?filter=userName%20eq%20%22ada.r1%40example.com%22",
        ),
        ("/Groups?filter=displayName+eq+%22Design%22", "/Groups?filter=displayName%20eq%20%22Design%20r1%22"),
        ("/Groups?filter=members%20eq%20%227%22&count=1", "/Groups?filter=members%20eq%20%22n7%22&count=1"),
        ("/Users/.search", "/Users/.search"),
        ("/ServiceProviderConfig", "/ServiceProviderConfig"),
    ],
)
def test_paths_and_filters(translation: Translation, target: str, wanted: str) -> None:
    assert translation.request(sent("GET", target)).target == wanted


def test_members_references_and_paths_of_a_patch(translation: Translation) -> None:
    operations = [
        {"op": "add", "path": "members", "value": [{"value": "7", "$ref": "http://old/Users/7"}]},
        {"op": "remove", "path": 'members[value eq "7"]'},
        {"op": "replace", "value": {"displayName": "Design"}},
    ]

    made = translation.request(sent("PATCH", "/Groups/9", {"Operations": operations}))

    assert made.target == "/Groups/n9"
    assert body_of(made)["Operations"] == [
        {"op": "add", "path": "members", "value": [{"value": "n7", "$ref": "http://old/Users/n7"}]},
        {"op": "remove", "path": 'members[value eq "n7"]'},
        {"op": "replace", "value": {"displayName": "Design r1"}},
    ]


def test_bulk(translation: Translation) -> None:
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "q", "data": {"userName": "ada@corp.example"}},
        {"method": "DELETE", "path": "/Users/7"},
    ]

    made = translation.request(sent("POST", "/Bulk", {"Operations": operations}))

    assert body_of(made)["Operations"] == [
        {"method": "POST", "path": "/Users", "bulkId": "q", "data": {"userName": "ada.r1@example.com"}},
        {"method": "DELETE", "path": "/Users/n7"},
    ]


def test_versions_are_those_of_the_bridge_and_secrets_ours(translation: Translation) -> None:
    headers = (("If-Match", 'W/"1"'), ("Authorization", "Bearer old"), ("Host", "old"), ("X-Own", "kept"))

    made = translation.request(sent("PUT", "/Users/7", {"userName": "ada@corp.example"}, headers))

    assert ("If-Match", "v") in made.headers
    assert ("X-Own", "kept") in made.headers
    assert {name.lower() for name, _ in made.headers}.isdisjoint({"authorization", "host"})
    assert made.credential == "scim"


def test_ids_that_the_log_does_not_tell_are_taken_in_the_order_of_the_creates() -> None:
    silent = call(CREATE.exchange.request, 201)
    made = Translation([silent], NAMES)
    made.learn(silent, answer(made.request(silent.exchange.request), 201, {**ADA, "id": "n7"}))

    assert made.request(sent("DELETE", "/Users/whatever")).target == "/Users/n7"
    assert made.guessed == 1


def test_who_is_found_in_a_list_is_bound_by_name() -> None:
    search = call(sent("GET", "/Users"), 200, {"Resources": [ADA, {**ADA, "id": "8", "userName": "grace"}]})
    made = Translation([search], NAMES)
    found = [{"id": "b", "userName": "grace.r1"}, {"id": "a", "userName": "ADA.r1@example.com"}]

    made.learn(search, answer(made.request(search.exchange.request), 200, {"Resources": found}))

    assert (made.id_of("Users", "7"), made.id_of("Users", "8")) == ("a", "b")
