"""Requests about groups, through `handle`: members, names, and the people who stay untouched."""

from typing import Any

import pytest

from tests.bridge_ref.world import GROUP, World


def test_a_group_is_created_with_its_members(world: World) -> None:
    ada = world.invite("ada@example.com")

    created = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design", "members": [{"value": ada}]})

    assert created.status == 201
    assert created.headers["location"] == created.body["meta"]["location"]
    assert [member["value"] for member in created.body["members"]] == [ada]
    assert world.send("GET", f"/Groups/{created.body['id']}").body == created.body
    assert world.events() == ["invited", "group_created", "joined"]


def test_a_user_shows_its_groups(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)

    groups = world.send("GET", f"/Users/{ada}").body["groups"]

    assert [(group["value"], group["display"], group["type"]) for group in groups] == [(design, "Design", "direct")]


@pytest.mark.parametrize("name", ["design", "Design", "Provision Managers", "PROVISION managers "])
def test_a_taken_name_is_a_conflict(world: World, name: str) -> None:
    world.form("Design")

    second = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": name})

    assert (second.status, second.body["scimType"]) == (409, "uniqueness")


def test_provision_managers_is_on_the_account_and_not_over_scim(world: World) -> None:
    groups = world.control("GET", "groups").body["groups"]

    assert [(group["name"], group["type"], group["scim_id"]) for group in groups] == [
        ("Provision Managers", "PROVISION_MANAGERS", None)
    ]
    assert world.send("GET", "/Groups").body["totalResults"] == 0


def test_a_rename_keeps_id_and_members(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)

    renamed = world.patch(f"/Groups/{design}", {"op": "replace", "value": {"id": design, "displayName": "Sales"}})

    assert (renamed.status, renamed.body) == (204, None)
    assert world.send("GET", f"/Groups/{design}").body["displayName"] == "Sales"
    assert world.members_of(design) == [ada]


@pytest.mark.parametrize(
    "value", [[{"value": "ADA"}], [{"value": "ADA", "$ref": None}], {"value": "ADA"}, "ADA", ["ADA"]]
)
def test_a_remove_with_a_value_removes_only_who_is_named(world: World, value: Any) -> None:
    ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
    design = world.form("Design", ada, grace)

    answer = world.patch(f"/Groups/{design}", {"op": "Remove", "path": "members", "value": _with(value, ada)})

    assert answer.status == 204
    assert world.members_of(design) == [grace]


def _with(value: Any, scim_id: str) -> Any:
    if isinstance(value, list):
        return [_with(each, scim_id) for each in value]
    return {**value, "value": scim_id} if isinstance(value, dict) else scim_id


@pytest.mark.parametrize("value", [None, 5, [5], [{"name": "ada"}], {"id": "ADA"}, [None, {"value": ""}]])
def test_a_removal_that_is_not_understood_is_refused_and_never_widened(world: World, value: Any) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)

    refused = world.patch(f"/Groups/{design}", {"op": "Remove", "path": "members", "value": value})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")
    assert world.members_of(design) == [ada]


def test_strict_refuses_a_remove_with_a_value(strict_world: World) -> None:
    ada = strict_world.invite("ada@example.com")
    design = strict_world.form("Design", ada)

    refused = strict_world.patch(f"/Groups/{design}", {"op": "remove", "path": "members", "value": [{"value": ada}]})

    assert refused.status == 400
    assert strict_world.members_of(design) == [ada]


def test_removals_by_path_and_one_addition_in_one_patch(world: World) -> None:
    ada, grace, mary = (world.invite(f"{name}@example.com") for name in ("ada", "grace", "mary"))
    design = world.form("Design", ada, grace)

    world.patch(
        f"/Groups/{design}",
        {"op": "remove", "path": f'members[value eq "{ada}"]'},
        {"op": "remove", "path": f'members[value eq "{grace}"]'},
        {"op": "add", "path": "members", "value": [{"value": mary}]},
    )

    assert world.members_of(design) == [mary]


def test_operations_are_applied_in_order(world: World) -> None:
    ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
    design = world.form("Design", ada)

    world.patch(
        f"/Groups/{design}",
        {"op": "add", "path": "members", "value": [{"value": grace}]},
        {"op": "remove", "path": "members"},
        {"op": "add", "path": "members", "value": {"value": ada}},
    )

    assert world.members_of(design) == [ada]


def test_a_filter_on_another_part_selects_members(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)

    world.patch(f"/Groups/{design}", {"op": "remove", "path": 'members[type eq "User"]'})

    assert world.members_of(design) == []


@pytest.mark.parametrize("path", [None, "members"])
def test_replace_sets_exactly_these_members(world: World, path: str | None) -> None:
    ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
    design = world.form("Design", ada)
    value: Any = [{"value": grace}] if path else {"members": [{"value": grace}]}

    world.patch(f"/Groups/{design}", {"op": "replace", "value": value} | ({"path": path} if path else {}))

    assert world.members_of(design) == [grace]


def test_an_empty_list_empties_the_group(world: World) -> None:
    design = world.form("Design", world.invite("ada@example.com"))

    world.patch(f"/Groups/{design}", {"op": "replace", "path": "members", "value": []})

    assert "members" not in world.send("GET", f"/Groups/{design}").body


def test_adding_a_member_and_removing_a_stranger_twice_is_harmless(world: World) -> None:
    ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
    design = world.form("Design", ada)
    before = world.send("GET", f"/Groups/{design}").body

    added = world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": ada}]})
    removed = world.patch(f"/Groups/{design}", {"op": "remove", "path": f'members[value eq "{grace}"]'})

    assert (added.status, removed.status) == (204, 204)
    assert world.send("GET", f"/Groups/{design}").body == before


@pytest.mark.parametrize("stranger", ["NOBODY", "group"])
def test_an_unknown_id_or_a_group_as_a_member_changes_nothing(world: World, stranger: str) -> None:
    ada, sales = world.invite("ada@example.com"), world.form("Sales")
    design = world.form("Design")
    value = [{"value": ada}, {"value": sales if stranger == "group" else stranger}]

    refused = world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": value})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")
    assert world.members_of(design) == []


def test_the_parts_of_a_member_are_immutable(world: World) -> None:
    ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
    design = world.form("Design", ada)

    path = f'members[value eq "{ada}"].value'
    refused = world.patch(f"/Groups/{design}", {"op": "replace", "path": path, "value": grace})

    assert (refused.status, refused.body["scimType"]) == (400, "mutability")
    assert world.members_of(design) == [ada]


def test_put_without_members_keeps_them_and_with_members_sets_them(world: World) -> None:
    ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
    design = world.form("Design", ada)

    renamed = world.send("PUT", f"/Groups/{design}", {"schemas": [GROUP], "displayName": "Art"})
    kept = world.members_of(design)
    body = {"schemas": [GROUP], "displayName": "Art", "members": [{"value": grace}]}
    replaced = world.send("PUT", f"/Groups/{design}", body)

    assert (renamed.status, kept) == (200, [ada])
    assert [member["value"] for member in replaced.body["members"]] == [grace]


def test_a_group_never_changes_anybodys_state(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)
    mail = world.mail_to("ada@example.com")

    world.patch(f"/Groups/{design}", {"op": "remove", "path": "members"})
    world.send("DELETE", f"/Groups/{design}")

    assert world.state("ada@example.com") == "INVITED"
    assert world.mail_to("ada@example.com") == mail
    assert world.send("GET", f"/Groups/{design}").status == 404
    assert "groups" not in world.send("GET", f"/Users/{ada}").body


def test_a_suspended_member_can_be_taken_out_of_a_group(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)

    world.patch(f"/Users/{ada}", {"op": "Replace", "path": "active", "value": "False"})
    world.patch(f"/Groups/{design}", {"op": "Remove", "path": "members", "value": [{"value": ada}]})

    assert world.members_of(design) == []
    assert world.state("ada@example.com") == "INVITED_SUSPENDED"


def test_excluded_members_are_not_shown(world: World) -> None:
    design = world.form("Design", world.invite("ada@example.com"))

    single = world.send("GET", f"/Groups/{design}", excludedAttributes="members").body
    listed = world.send("GET", "/Groups", excludedAttributes="members", filter='displayName eq "DESIGN"').body

    assert "members" not in single
    assert listed["Resources"] == [single]


def test_a_patch_that_asks_for_attributes_gets_them(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design")

    operation = {"op": "add", "path": "members", "value": [{"value": ada}]}
    answer = world.patch(f"/Groups/{design}", operation, attributes="members")

    assert answer.status == 200
    assert [member["value"] for member in answer.body["members"]] == [ada]


def test_guests_in_a_group_are_neither_shown_nor_removed(world: World) -> None:
    world.control(
        "POST",
        "fixtures",
        {
            "members": [{"email": "grace@example.com", "name": "Grace", "type": "GUEST"}],
            "groups": [{"name": "Design", "members": ["grace@example.com"], "managed": True}],
        },
    )
    design = world.send("GET", "/Groups").body["Resources"][0]

    world.patch(f"/Groups/{design['id']}", {"op": "replace", "path": "members", "value": []})

    assert "members" not in design
    assert len(world.member("grace@example.com")["groups"]) == 1
