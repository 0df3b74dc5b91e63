"""Lists, their pages, and searches by POST: RFC 7644 sections 3.4.2 and 3.4.3."""

from typing import Any

import pytest

from tests.bridge_ref.answers import SEARCH
from tests.bridge_ref.world import USER, World

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


def test_a_list_tells_what_it_is_and_how_much_there_is(three: World) -> None:
    """RFC7644-3.4.2-04, RFC7644-3.4.2-05, RFC7644-3.4.2-06, RFC7644-3.4.2-07, RFC7644-3.4.2-09, RFC7644-3.4.2-10,
    RFC7644-3.4.2-12, RFC7644-3.4.2.4-06, RFC7644-3.4.2.4-08, RFC7644-3.4.2.4-09, RFC7644-3.4.2.4-10, RFC7644-3.1-04,
    RFC7644-8.2-01, OKTA-01, OKTA-02, OKTA-03, ENTRA-06, GOOGLE-03."""
    page = three.send("GET", "/Users", startIndex="2", count="1").body
    whole = three.send("GET", "/Users").body
    filtered = three.send("GET", "/Users", filter="title pr", startIndex="1").body

    assert page.pop("Resources") == whole["Resources"][1:2]
    assert page == {"schemas": [LIST], "totalResults": 3, "startIndex": 2, "itemsPerPage": 1}
    assert [len(whole["Resources"]), whole["itemsPerPage"], filtered["totalResults"]] == [3, 3, 2]
    for each in whole["Resources"]:
        assert three.send("GET", f"/Users/{each['id']}").body == each


@pytest.mark.parametrize(
    ("parameters", "who"),
    [
        ({"startIndex": "0"}, "abc"),
        ({"startIndex": "-5"}, "abc"),
        ({"count": "2"}, "ab"),
        ({"startIndex": "2", "count": "1"}, "b"),
        ({"count": "-1"}, ""),
        ({"count": "0"}, ""),
        ({"count": "5"}, "abc"),
        ({"startIndex": "4"}, ""),
        ({"filter": "title pr", "startIndex": "2", "count": "1"}, "c"),
        ({"foo": "bar", "count": "1"}, "a"),
    ],
)
def test_pages_by_index(three: World, parameters: dict[str, str], who: str) -> None:
    """RFC7644-3.4.2.4-01, RFC7644-3.4.2.4-02, RFC7644-3.4.2.4-03, RFC7644-3.4.2.4-04, RFC7644-3.4.2.4-05,
    RFC7644-3.4.2.4-06, RFC7644-3.4.2.4-11, RFC7644-3.4.2.4-13, RFC7644-3.4.2.4-14, RFC7644-3.4.2-03, ENTRA-19."""
    page = three.send("GET", "/Users", None, "right-token", **parameters)

    assert page.status == 200
    assert "".join(each["userName"][0] for each in page.body["Resources"]) == who
    assert page.body["totalResults"] == (2 if "filter" in parameters else 3)


def test_pages_by_index_cover_the_list(world: World) -> None:
    """RFC7644-3.4.2.4-12, RFC7644-3.4.2.4-11, OKTA-02."""
    for letter in "abcde":
        world.invite(f"{letter}@example.com")

    pages = [world.send("GET", "/Users", startIndex=str(index), count="2").body for index in (1, 3, 5)]

    assert "".join(each["userName"][0] for page in pages for each in page["Resources"]) == "abcde"
    assert {page["totalResults"] for page in pages} == {5}


@pytest.mark.parametrize("schemas", [None, [], [USER], "text"])
def test_a_search_request_says_that_it_is_one(three: World, schemas: Any) -> None:
    """RFC7644-3.4.3-04."""
    refused = three.send("POST", "/Users/.search", {"schemas": schemas, "filter": "userName pr"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_searches_page_and_sort_as_lists_do(three: World) -> None:
    """RFC7644-3.4.3-09, RFC7644-3.4.3-10, RFC7644-3.4.3-12."""
    body = {"schemas": [SEARCH], "sortBy": "meta.created", "sortOrder": "descending", "startIndex": 2, "count": 1}
    by_name = {"schemas": [SEARCH], "sortBy": "name.familyName"}

    assert [each["userName"][0] for each in three.send("POST", "/Users/.search", body).body["Resources"]] == ["b"]
    assert three.send("POST", "/Users/.search", by_name).body["Resources"][0]["userName"] == "ada@example.com"


@pytest.mark.parametrize("path", ["/Schemas", "/ResourceTypes"])
def test_discovery_is_neither_paged_nor_sorted(world: World, path: str) -> None:
    """RFC7644-4-08, RFC7644-4-03, RFC7644-4-05."""
    listed = world.send("GET", path, startIndex="2", count="1", sortBy="id", sortOrder="upwards", cursor="x")

    assert listed.status == 200
    assert listed.body == world.send("GET", path).body
    assert listed.body["schemas"] == [LIST]
