"""What recordings of Entra ID and Okta have, taken by the reference bridge; by value, not by status alone."""

from typing import Any

import pytest

from tests.bridge_ref.world import ENTERPRISE, GROUP, PATCH, USER, World

WORK = {"value": "ada@example.com", "type": "work", "primary": True}


def after(world: World, path: str, *operations: Any, **more: Any) -> Any:
    """The resource after a PATCH that has to succeed."""
    answer = world.send("PATCH", path, {"Operations": list(operations), "schemas": [PATCH], **more})
    assert answer.status in (200, 204), answer.body
    return world.send("GET", path).body


def test_operations_first(world: World) -> None:
    """ENTRA-39."""
    ada = world.invite("ada@example.com")

    assert after(world, f"/Users/{ada}", {"op": "Replace", "path": "title", "value": "x"})["title"] == "x"


def test_an_add_and_a_replace_without_a_path(world: World) -> None:
    """ENTRA-40."""
    ada = world.invite("ada@example.com", displayName="Ada")
    add = {"op": "add", "value": {"name.givenName": "Ada", f"{ENTERPRISE}:department": "Engines"}}

    shown = after(world, f"/Users/{ada}", {"op": "replace", "value": {"displayName": "A. Byron"}}, add)

    assert (shown["displayName"], shown["name"]) == ("A. Byron", {"givenName": "Ada"})
    assert shown[ENTERPRISE] == {"department": "Engines"}


@pytest.mark.parametrize("as_key", [False, True])
def test_a_formatted_name(world: World, as_key: bool) -> None:
    """ENTRA-41."""
    name = {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron"}
    ada = world.invite("ada@example.com", name=name)
    by_key = {"op": "replace", "value": {"name.familyName": "King", "name.formatted": "Lady King"}}
    by_path = [
        {"op": "Replace", "path": "name.familyName", "value": "King"},
        {"op": "Replace", "path": "name.formatted", "value": "Lady King"},
    ]

    shown = after(world, f"/Users/{ada}", *([by_key] if as_key else by_path))

    assert shown["name"] == {"givenName": "Ada", "familyName": "King", "formatted": "Lady King"}


def test_the_primary_value_is_selected(world: World) -> None:
    """ENTRA-42: a role is none of ours, and is passed over."""
    ada = world.invite("ada@example.com", emails=[WORK])

    shown = after(
        world,
        f"/Users/{ada}",
        {"op": "Replace", "path": "emails[primary eq true].value", "value": "king@example.com"},
        {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "Member"},
    )

    assert shown["emails"] == [{**WORK, "value": "king@example.com"}]


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ({"op": "Replace", "path": "title", "value": ""}, "title"),
        ({"op": "Remove", "path": "title"}, "title"),
        ({"op": "replace", "value": {"title": ""}}, "title"),
    ],
)
def test_a_text_is_emptied(world: World, operation: Any, name: str) -> None:
    """ENTRA-43."""
    ada = world.invite("ada@example.com", title="Countess", displayName="Ada")

    shown = after(world, f"/Users/{ada}", operation)

    assert shown.get(name, "") == ""
    assert shown["displayName"] == "Ada"


@pytest.mark.parametrize("value", [{}, {"value": "+44 1"}])
def test_a_number_is_removed_with_its_value_beside(world: World, value: Any) -> None:
    """ENTRA-43."""
    numbers = [{"type": "work", "value": "+44 1"}, {"type": "mobile", "value": "+44 2"}]
    ada = world.invite("ada@example.com", phoneNumbers=numbers)

    shown = after(world, f"/Users/{ada}", {"op": "Remove", "path": 'phoneNumbers[type eq "work"].value', **value})

    assert [each.get("value") for each in shown["phoneNumbers"] if each.get("value")] == ["+44 2"]


def test_several_parts_at_one_filter(world: World) -> None:
    """ENTRA-44."""
    ada = world.invite("ada@example.com")
    parts = {"formatted": "Room 3", "streetAddress": "Street 1", "region": "Skåne", "postalCode": "211"}
    adds = [{"op": "Add", "path": f'addresses[type eq "work"].{name}', "value": each} for name, each in parts.items()]
    fax = {"op": "Add", "path": 'phoneNumbers[type eq "fax"].value', "value": "+46 3"}
    language = {"op": "Add", "path": "preferredLanguage", "value": "sv-SE"}

    shown = after(world, f"/Users/{ada}", *adds, fax, language)

    assert shown["addresses"] == [{"type": "work", **parts}]
    assert (shown["phoneNumbers"], shown["preferredLanguage"]) == ([{"type": "fax", "value": "+46 3"}], "sv-SE")


def test_names_behind_the_core_urn(world: World) -> None:
    """ENTRA-45."""
    ada = world.invite("ada@example.com")

    shown = after(
        world,
        f"/Users/{ada}",
        {"op": "Add", "path": f"{USER}:title", "value": "Analyst"},
        {"op": "Add", "path": f"{USER}:costCenterCode", "value": "7"},
    )

    assert shown["title"] == "Analyst"


def test_the_header_of_entra(world: World) -> None:
    """ENTRA-46."""
    body = {"schemas": [USER], "userName": "ada@example.com"}

    assert world.send_with("adscimversion", "Date:20260105", "POST", "/Users", body).status == 201


def test_whether_somebody_has_a_manager(world: World) -> None:
    """ENTRA-47."""
    ada = world.invite("ada@example.com", **{ENTERPRISE: {"manager": "M-1"}})
    asked = 'id eq "{}" and manager eq "{}"'

    found = world.send("GET", "/Users", filter=asked.format(ada, "M-1"), attributes="id").body
    other = world.send("GET", "/Users", filter=asked.format(ada, "M-2"), attributes="id").body

    assert [each["id"] for each in found["Resources"]] == [ada]
    assert other["totalResults"] == 0


def test_who_is_not_found_can_be_created(world: World) -> None:
    """ENTRA-48, OKTA-37."""
    ada = world.invite("ada@example.com")
    world.send("DELETE", f"/Users/{ada}")

    found = world.send("GET", "/Users", filter='userName eq "ada@example.com"').body
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})

    assert (found["totalResults"], created.status) == (0, 201)


def test_the_name_behind_the_members(world: World) -> None:
    """OKTA-33."""
    ada, design = world.invite("ada@example.com"), world.form("Design")
    add = {"op": "add", "path": "members", "value": [{"value": ada, "display": "ada@example.com"}]}

    shown = after(world, f"/Groups/{design}", add)
    renamed = after(world, f"/Groups/{design}", {"op": "replace", "value": {"id": design, "displayName": "Sales"}})

    assert [each["value"] for each in shown["members"]] == [ada]
    assert (renamed["displayName"], [each["value"] for each in renamed["members"]]) == ("Sales", [ada])


def test_a_group_is_put_without_meta(world: World) -> None:
    """OKTA-34."""
    ada, eve = world.invite("ada@example.com"), world.invite("eve@example.com")
    design = world.form("Design", eve)
    members = [{"value": ada, "display": None}]

    answer = world.send(
        "PUT", f"/Groups/{design}", {"schemas": [GROUP], "id": design, "displayName": "Design", "members": members}
    )

    assert (answer.status, world.members_of(design)) == (200, [ada])


def test_a_password_is_sent_twice(world: World) -> None:
    """OKTA-35."""
    ada = world.invite("ada@example.com", title="Countess")
    before = world.send("GET", f"/Users/{ada}").body

    shown = [after(world, f"/Users/{ada}", {"op": "replace", "value": {"password": "x"}}) for _ in range(2)]

    assert [{**each, "meta": None} for each in shown] == [{**before, "meta": None}] * 2


def test_an_unchanged_put_leaves_the_groups(world: World) -> None:
    """OKTA-36."""
    ada = world.invite("ada@example.com", displayName="Ada")
    design = world.form("Design", ada)
    shown = world.send("GET", f"/Users/{ada}").body

    answer = world.send("PUT", f"/Users/{ada}", {**shown, "groups": []})

    assert (answer.status, world.members_of(design)) == (200, [ada])
