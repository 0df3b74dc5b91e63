"""Paging by cursor: RFC 9865."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.scim.capabilities import Capabilities
from bridge_ref.scim.cursor import Cursors, Position
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.limits import Limits
from tests.bridge_ref.world import World

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


@pytest.fixture
def index_world(tmp_path: Path) -> Iterator[World]:
    """A bridge without cursors."""
    made = World(tmp_path / "data", capabilities=Capabilities(cursor=False))
    yield made
    made.close()


@pytest.fixture
def small_world(tmp_path: Path) -> Iterator[World]:
    """A bridge with pages of two."""
    made = World(tmp_path / "data", limits=Limits(max_results=2))
    yield made
    made.close()


def fill(world: World, *letters: str) -> dict[str, str]:
    """Users with these names, and their ids."""
    return {letter: world.invite(f"{letter}@example.com") for letter in letters}


def walk(world: World, path: str = "/Users", **parameters: str) -> list[str]:
    """The first letters on each page, from the first to the last."""
    pages, cursor = [], ""
    while True:
        page = world.send("GET", path, None, "right-token", **{**parameters, "cursor": cursor})
        assert page.status == 200, page.body
        pages.append("".join(label(each) for each in page.body["Resources"]))
        if "nextCursor" not in page.body:
            return pages
        cursor = page.body["nextCursor"]


def label(resource: Any) -> str:
    """The first letter of its name."""
    return str(resource.get("userName", resource.get("displayName")))[0]


@pytest.mark.parametrize(
    ("parameters", "pages"),
    [
        ({"count": "2"}, ["ca", "eb", "d"]),
        ({"count": "5"}, ["caebd"]),
        ({"count": "2", "filter": 'userName ne "a@example.com"'}, ["ce", "bd"]),
        ({"count": "2", "sortBy": "userName"}, ["ab", "cd", "e"]),
        ({"count": "2", "sortBy": "userName", "sortOrder": "descending"}, ["ed", "cb", "a"]),
        ({"count": "2", "sortBy": "title", "sortOrder": "descending"}, ["db", "ea", "c"]),
    ],
)
def test_all_pages_together_are_the_whole_list(world: World, parameters: dict[str, str], pages: list[str]) -> None:
    """RFC9865-2-01, RFC9865-2-05, RFC9865-2-07, RFC9865-2-08, RFC9865-2-09, RFC9865-2-12, RFC9865-2.2-01."""
    fill(world, "c", "a", "e", "b", "d")

    assert walk(world, **parameters) == pages


def test_a_page_by_cursor_tells_no_index(world: World) -> None:
    """RFC9865-2-02, RFC9865-2-11, RFC9865-2.4-03."""
    fill(world, "a", "b", "c")

    page = world.send("GET", "/Users", cursor="", count="2").body
    by_index = world.send("GET", "/Users", startIndex="1", count="2").body

    assert (page["totalResults"], page["itemsPerPage"]) == (3, 2)
    assert not page.keys() & {"startIndex", "previousCursor"}
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", page["nextCursor"])
    assert by_index["startIndex"] == 1
    assert "nextCursor" not in by_index


def test_pages_go_on_where_they_stopped_though_resources_come_and_go(world: World) -> None:
    """RFC9865-2-12."""
    ids = fill(world, "a", "b", "c", "d")
    first = world.send("GET", "/Users", cursor="", count="2").body

    world.send("DELETE", f"/Users/{ids['a']}")
    world.send("DELETE", f"/Users/{ids['b']}")
    world.send("DELETE", f"/Users/{ids['c']}")
    fill(world, "e")
    second = world.send("GET", "/Users", cursor=first["nextCursor"], count="2").body

    assert [label(each) for each in second["Resources"]] == ["d", "e"]
    assert "nextCursor" not in second


def test_sorted_pages_go_on_after_a_value_that_is_gone(world: World) -> None:
    ids = fill(world, "d", "a", "b", "c")
    first = world.send("GET", "/Users", cursor="", count="2", sortBy="userName").body

    world.send("DELETE", f"/Users/{ids['b']}")
    second = world.send("GET", "/Users", cursor=first["nextCursor"], count="2", sortBy="userName").body

    assert [label(each) for each in second["Resources"]] == ["c", "d"]


def test_groups_and_everything_have_cursors_too(world: World) -> None:
    fill(world, "a", "b")
    for name in ("x", "y", "z"):
        world.form(name)

    assert walk(world, "/Groups", count="2") == ["xy", "z"]
    assert walk(world, "/", count="2") == ["ab", "xy", "z"]
    assert walk(world, "/", count="2", sortBy="displayName") == ["xy", "za", "b"]


def test_a_search_takes_cursors(world: World) -> None:
    """RFC9865-3-01."""
    fill(world, "a", "b", "c")
    body = {"schemas": [SEARCH], "cursor": "", "count": 2}

    first = world.send("POST", "/Users/.search", body).body
    second = world.send("POST", "/Users/.search", {**body, "cursor": first["nextCursor"]}).body

    assert [label(each) for each in first["Resources"] + second["Resources"]] == ["a", "b", "c"]
    assert "nextCursor" not in second


@pytest.mark.parametrize("count", ["0", "-1"])
def test_a_count_of_none_gives_the_total_only(world: World, count: str) -> None:
    """RFC9865-2-03, RFC9865-2-04."""
    fill(world, "a")

    page = world.send("GET", "/Users", cursor="", count=count).body

    assert (page["totalResults"], page["Resources"]) == (1, [])
    assert "nextCursor" not in page


def test_a_cursor_that_the_bridge_did_not_give_is_refused(world: World) -> None:
    """RFC9865-2.1-01, RFC9865-2.1-02, RFC9865-5.2-04."""
    fill(world, "a", "b")
    good = world.send("GET", "/Users", cursor="", count="1").body["nextCursor"]
    forged = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in range(len(good))]

    answers = [world.send("GET", "/Users", cursor=each) for each in [*forged, "garbage", "é", "=", good + "=", "AAAA"]]

    assert {(answer.status, answer.body.get("scimType")) for answer in answers} == {(400, "invalidCursor")}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/Users", {"filter": "userName pr"}),
        ("/Users", {"sortBy": "userName"}),
        ("/Groups", {}),
        ("/", {}),
    ],
)
def test_a_cursor_is_for_the_same_query(world: World, path: str, parameters: dict[str, str]) -> None:
    """RFC9865-2-14."""
    fill(world, "a", "b")
    cursor = world.send("GET", "/Users", cursor="", count="1").body["nextCursor"]

    refused = world.send("GET", path, None, "right-token", cursor=cursor, **parameters)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidCursor")


def test_a_cursor_expires(world: World) -> None:
    """RFC9865-2.1-03."""
    fill(world, "a", "b")
    cursor = world.send("GET", "/Users", cursor="", count="1").body["nextCursor"]
    timeout = world.send("GET", "/ServiceProviderConfig").body["pagination"]["cursorTimeout"]

    world.clock.advance(timeout)
    in_time = world.send("GET", "/Users", cursor=cursor)
    world.clock.advance(1)
    too_late = world.send("GET", "/Users", cursor=cursor)

    assert in_time.status == 200
    assert (too_late.status, too_late.body["scimType"]) == (400, "expiredCursor")


def test_a_cursor_dies_with_the_token_that_it_was_given_under() -> None:
    """RFC9865-5.2-01, RFC9865-5.2-03."""
    position = Position((), 0, 7)
    cursor = Cursors("our-token", 600).render(position, "all users", 0)

    assert Cursors("our-token", 600).parse(cursor, "all users", 0) == position
    with pytest.raises(ScimError, match="no such cursor"):
        Cursors("their-token", 600).parse(cursor, "all users", 0)


def test_a_count_that_is_none_has_its_own_name(world: World) -> None:
    """RFC9865-2.1-04."""
    refused = world.send("GET", "/Users", cursor="", count="many")
    searched = world.send("POST", "/.search", {"schemas": [SEARCH], "cursor": "", "count": "2"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidCount")
    assert (searched.status, searched.body["scimType"]) == (400, "invalidCount")


def test_index_and_cursor_exclude_each_other(world: World) -> None:
    """RFC9865-2.4-03."""
    assert world.send("GET", "/Users", cursor="", startIndex="1").body["scimType"] == "invalidValue"


def test_the_configuration_tells_how_lists_are_paged(small_world: World) -> None:
    """RFC9865-4-01, RFC9865-4-02, RFC9865-4-03, RFC9865-2.4-01, RFC9865-2.4-02, RFC7643-5-14."""
    fill(small_world, "a", "b", "c")

    pagination = small_world.send("GET", "/ServiceProviderConfig").body["pagination"]
    page = small_world.send("GET", "/Users").body

    assert pagination == {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "index",
        "defaultPageSize": 2,
        "maxPageSize": 2,
        "cursorTimeout": 600,
    }
    assert (page["startIndex"], page["itemsPerPage"]) == (1, 2)
    assert walk(small_world, count="99") == ["ab", "c"]


def test_without_cursors_the_parameter_means_nothing(index_world: World) -> None:
    """RFC7643-5-28."""
    fill(index_world, "a", "b")

    page = index_world.send("GET", "/Users", cursor="garbage", count="1").body

    assert index_world.send("GET", "/ServiceProviderConfig").body["pagination"]["cursor"] is False
    assert page["startIndex"] == 1
    assert "nextCursor" not in page
