"""Lists of users, through `handle`: pages, filters on groups, searches."""

import pytest

from tests.bridge_ref.world import USER, World


def test_pages_cover_everything_once_in_a_stable_order(world: World) -> None:
    ids = [world.invite(f"person{number}@example.com") for number in range(5)]

    first = world.send("GET", "/Users", startIndex="1", count="3").body
    second = world.send("GET", "/Users", startIndex="4", count="3").body

    assert [user["id"] for user in first["Resources"] + second["Resources"]] == ids
    assert (first["totalResults"], first["startIndex"], first["itemsPerPage"]) == (5, 1, 3)
    assert (second["totalResults"], second["startIndex"], second["itemsPerPage"]) == (5, 4, 2)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({"startIndex": "0"}, 2),
        ({"startIndex": "-5"}, 2),
        ({"count": "-1"}, 0),
        ({"count": "0"}, 0),
        ({"startIndex": "9"}, 0),
        ({"count": "999999999999999999999"}, 2),
    ],
)
def test_pages_out_of_range(world: World, parameters: dict[str, str], shown: int) -> None:
    world.invite("ada@example.com")
    world.invite("grace@example.com")

    page = world.send("GET", "/Users", **parameters).body

    assert (page["totalResults"], len(page["Resources"])) == (2, shown)


def test_paging_applies_to_what_the_filter_leaves(world: World) -> None:
    for number in range(4):
        world.invite(f"person{number}@example.com", title="even" if number % 2 == 0 else "odd")

    page = world.send("GET", "/Users", filter='title eq "odd"', startIndex="2", count="1").body

    assert page["totalResults"] == 2
    assert [user["userName"] for user in page["Resources"]] == ["person3@example.com"]


def test_a_filter_on_groups_sees_memberships(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.invite("grace@example.com")
    design = world.form("Design", ada)

    page = world.send("GET", "/Users", filter=f'groups.value eq "{design}"').body

    assert [user["id"] for user in page["Resources"]] == [ada]


def test_attributes_choose_what_is_shown(world: World) -> None:
    ada = world.invite("ada@example.com", name={"givenName": "Ada", "familyName": "Byron"}, title="Countess")

    chosen = world.send("GET", f"/Users/{ada}", attributes="username,name.givenName,noSuch").body
    left = world.send("GET", f"/Users/{ada}", excludedAttributes="id,name.familyName,meta").body

    assert chosen == {
        "schemas": [USER],
        "id": ada,
        "userName": "ada@example.com",
        "name": {"givenName": "Ada"},
    }
    assert left["id"] == ada
    assert left["name"] == {"givenName": "Ada"}
    assert "meta" not in left


def test_a_search_is_a_list(world: World) -> None:
    ada = world.invite("ada@example.com")
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": 'userName sw "ada"',
        "attributes": ["userName"],
    }

    found = world.send("POST", "/Users/.search", body)

    assert found.status == 200
    assert found.body["Resources"] == [{"schemas": [USER], "id": ada, "userName": "ada@example.com"}]


def test_the_root_lists_users_and_groups(world: World) -> None:
    world.invite("ada@example.com", displayName="Design")
    world.form("Design")

    found = world.send("GET", "", filter='displayName eq "design"').body

    assert [each["meta"]["resourceType"] for each in found["Resources"]] == ["User", "Group"]
