"""The order of lists: RFC 7644 section 3.4.2.3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.scim.capabilities import Capabilities
from tests.bridge_ref.world import ENTERPRISE, World

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


@pytest.fixture
def unsorted_world(tmp_path: Path) -> Iterator[World]:
    """A bridge that does not sort."""
    made = World(tmp_path / "data", capabilities=Capabilities(sort=False))
    yield made
    made.close()


@pytest.fixture
def people(world: World) -> World:
    """Three people whose attributes disagree about their order."""
    world.invite(
        "b@example.com",
        externalId="b",
        title="Countess",
        active=False,
        name={"familyName": "Lovelace"},
        emails=[{"value": "z@example.com"}, {"value": "a@example.com", "primary": True}],
    )
    world.clock.advance(1)
    world.invite("A@example.com", externalId="A", name={"familyName": "hopper"}, emails=[{"value": "c@example.com"}])
    world.clock.advance(1)
    extension = {"manager": {"value": "M-1"}}
    world.invite("C@example.com", externalId="C", title="admiral", **{ENTERPRISE: extension})
    return world


def names(world: World, path: str = "/Users", **parameters: str) -> str:
    """The first letters of all userNames, in the order of the answer."""
    listed = world.send("GET", path, **parameters)
    assert listed.status == 200, listed.body
    return "".join(each["userName"][0] for each in listed.body["Resources"])


@pytest.mark.parametrize(
    ("sort_by", "ascending"),
    [
        ("userName", "AbC"),
        ("USERNAME", "AbC"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "AbC"),
        ("externalId", "ACb"),
        ("name.familyName", "AbC"),
        ("title", "CbA"),
        ("emails", "bAC"),
        ("emails.value", "bAC"),
        ("active", "bAC"),
        ("meta.created", "bAC"),
        (f"{ENTERPRISE}:manager.value", "CbA"),
    ],
)
def test_an_attribute_orders_by_its_type(people: World, sort_by: str, ascending: str) -> None:
    """RFC7644-3.4.2.3-02 to the type rules: RFC7644-3.4.2.3-03, RFC7644-3.4.2.3-04, RFC7644-3.4.2.3-05,
    RFC7644-3.4.2.3-08, RFC7644-3.4.2.3-09, RFC7644-3.4.2.3-10, RFC7644-3.4.2.3-11."""
    assert names(people, sortBy=sort_by) == ascending


@pytest.mark.parametrize(("sort_by", "descending"), [("userName", "CbA"), ("title", "AbC"), ("externalId", "bCA")])
def test_descending_turns_the_order_round(people: World, sort_by: str, descending: str) -> None:
    """RFC7644-3.4.2.3-06, RFC7644-3.4.2.3-07."""
    assert names(people, sortBy=sort_by, sortOrder="descending") == descending
    assert names(people, sortBy=sort_by, sortOrder="ascending") == descending[::-1]


def test_the_order_holds_over_pages(people: World) -> None:
    """RFC7644-3.4.2.3-12."""
    pages = [names(people, sortBy="userName", startIndex=str(index), count="1") for index in (1, 2, 3)]

    assert pages == ["A", "b", "C"]


def test_a_filter_and_a_search_are_sorted_too(people: World) -> None:
    """RFC7644-3.4.2.3-02."""
    body = {"schemas": [SEARCH], "sortBy": "title", "sortOrder": "descending", "filter": "title pr"}

    found = people.send("POST", "/Users/.search", body).body["Resources"]

    assert [each["title"] for each in found] == ["Countess", "admiral"]
    assert names(people, filter="title pr", sortBy="title") == "Cb"


def test_all_resources_are_sorted_together(people: World) -> None:
    people.form("Bees")
    ada = people.invite("d@example.com", displayName="Ada")

    found = people.send("GET", "/", sortBy="displayName", attributes="displayName").body["Resources"]

    assert [each.get("displayName") for each in found] == ["Ada", "Bees", None, None, None]
    assert found[0]["id"] == ada


def test_groups_are_sorted_by_their_members(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.form("Empty")
    world.form("Design", ada)

    found = world.send("GET", "/Groups", sortBy="members.value").body["Resources"]

    assert [each["displayName"] for each in found] == ["Design", "Empty"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"sortBy": "shoeSize"},
        {"sortBy": "name"},
        {"sortBy": "password"},
        {"sortBy": ENTERPRISE},
        {"sortBy": ""},
        {"sortBy": "a b"},
        {"sortBy": "userName", "sortOrder": "upwards"},
    ],
)
def test_an_order_that_is_none_is_refused(world: World, parameters: dict[str, Any]) -> None:
    """RFC7644-3.4.2.3-13."""
    refused = world.send("GET", "/Users", None, "right-token", **parameters)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_a_bridge_that_does_not_sort_passes_over_the_wish(unsorted_world: World) -> None:
    """RFC7643-5-28."""
    unsorted_world.invite("b@example.com")
    unsorted_world.invite("a@example.com")

    assert unsorted_world.send("GET", "/ServiceProviderConfig").body["sort"] == {"supported": False}
    assert names(unsorted_world, sortBy="userName") == "ba"
    assert names(unsorted_world, sortBy="shoeSize", sortOrder="upwards") == "ba"
