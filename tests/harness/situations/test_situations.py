"""The families of situations: what they send follows from the seed and from what a bridge declares."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import pytest

from harness.checks.filter_refusals import fault_of
from harness.model.declared import read_schemas
from harness.record.exchange import Request, parse_body
from harness.situations.families import FAMILIES
from harness.situations.filtering import NO_FILTERS
from harness.situations.rehearsal import rehearse
from harness.situations.situation import Declared, Scene

EVERYTHING = dict.fromkeys(("patch", "bulk", "filter", "sort", "etag"), True)
NOTHING = dict.fromkeys(EVERYTHING, False)


def scene(features: dict[str, bool] | None = None, *, mark: str = "abc123", seed: str = "7") -> Scene:
    """A scene before a bridge with the standard schemas."""
    standard = {each.endpoint.strip("/"): each for each in read_schemas({}, {}).values()}
    declared = Declared(standard, features or EVERYTHING, 1000, 3, has_cursors=not features)
    return Scene(declared, mark, "example.com", Random(seed))


def everything_of(family: str, on: Scene, *, accepts: bool = True) -> list[Request]:
    return [
        request for situation in FAMILIES[family](on) for request in rehearse(situation, on.declared, accepts=accepts)
    ]


@pytest.mark.parametrize("family", list(FAMILIES))
def test_one_seed_sends_the_same_bytes_twice(family: str) -> None:
    assert everything_of(family, scene()) == everything_of(family, scene())


@pytest.mark.parametrize("family", list(FAMILIES))
def test_situations_have_names_of_their_own(family: str) -> None:
    names = Counter(situation.name for situation in FAMILIES[family](scene()))

    assert names
    assert max(names.values()) == 1


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_bridge_that_makes_nothing_is_left_in_peace(family: str) -> None:
    """What needs a resource is not sent where none was made: half of the requests at most are sent then."""
    assert len(everything_of(family, scene(), accepts=False)) <= len(everything_of(family, scene()))


@pytest.mark.parametrize("family", list(FAMILIES))
def test_whatever_is_made_carries_the_mark_of_the_run(family: str) -> None:
    """The guard lets nothing else through (decision 13)."""
    on = scene(mark="mark77")
    for request in everything_of(family, on):
        body = parse_body(request.body or b"").value
        if not isinstance(body, dict):
            continue  # nothing is made by it
        operations = body.get("Operations", []) if request.target == "/Bulk" else []
        operations = [each for each in operations if isinstance(each, dict)]
        created = [each["data"] for each in operations if each.get("method") == "POST" and "data" in each]
        created += [body] if request.method == "POST" and request.target.split("?")[0] in ("/Users", "/Groups") else []
        names = [each.get("userName", each.get("displayName")) for each in created if each]
        assert [name for name in names if isinstance(name, str) and name and "mark77" not in name] == []


def test_what_is_declared_not_to_be_there_is_not_sent() -> None:
    requests = [request for family in FAMILIES for request in everything_of(family, scene(NOTHING))]

    assert not [request.target for request in requests if "sortBy" in request.target]
    assert not [request for request in requests if request.target == "/Bulk"]
    assert not [request for request in requests if "cursor=" in request.target]
    assert not [request for request in requests if request.method == "PATCH"]
    assert not [request for request in requests if "filter=" in request.target or "/.search" in request.target]


def test_each_writable_attribute_has_its_life() -> None:
    schema = scene().declared.schemas["Users"]
    sent_paths = {
        operation.get("path", "")
        for request in everything_of("attributes-of-users", scene())
        if request.method == "PATCH"
        for operation in json.loads(request.body or b"{}")["Operations"]
    }

    missing = [
        place
        for place in schema.places
        if place.attribute and place.sub is None and place.attribute.mutability == "readWrite"
        if place.attribute.name not in ("userName", "active", "externalId", "schemas", "groups")
        if (f"{place.urn}:" if place.urn else "") + place.attribute.name not in sent_paths
    ]  # fmt: skip
    assert missing == []


def test_lists_are_asked_for_in_every_window() -> None:
    targets = {request.target.split("&", 1)[-1] for request in everything_of("pages", scene())}

    wanted = {f"startIndex={start}&count={count}" for count in range(1, 8) for start in range(1, 8, count)}
    assert wanted - targets == set()
    assert {"startIndex=1&count=0", "startIndex=8&count=1", "startIndex=-1", "startIndex=0"} - targets == set()


def test_the_texts_that_are_no_filter_are_none() -> None:
    assert [text for text in NO_FILTERS if not fault_of(text)] == []
