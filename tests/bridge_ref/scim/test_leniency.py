"""Requests of Okta, Entra ID and Google that deviate from the RFCs: accepted by default, refused by --strict."""

from typing import Any

import pytest

from tests.bridge_ref.world import ENTERPRISE, GROUP, PATCH, USER, World


def send_patch(world: World, path: str, *operations: Any) -> Any:
    """A PATCH that has to succeed, and the resource after it."""
    answer = world.patch(path, *operations)
    assert answer.status in (200, 204), answer.body
    return world.send("GET", path).body


def test_oktas_create(world: World) -> None:
    """OKTA-06, OKTA-07, OKTA-13, OKTA-14: everything that the application integration sends at once."""
    body = {
        "schemas": [USER],
        "userName": "ada@example.com",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"primary": True, "value": "ada@example.com", "type": "work"}],
        "displayName": "Ada Lovelace",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
    }

    created = world.send("POST", "/Users", body)

    assert created.status == 201
    assert created.body | {key: body[key] for key in body.keys() - {"groups", "password"}} == created.body


def test_oktas_profile_update_right_after_activation(world: World) -> None:
    """OKTA-16: one invitation, whatever comes last wins."""
    ada = world.invite("ada@example.com", active=False)

    send_patch(world, f"/Users/{ada}", {"op": "replace", "value": {"active": True}})
    put = world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": "ada@example.com", "active": False})

    assert put.body["active"] is False
    assert world.mail_to("ada@example.com") == ["invitation"]


def test_oktas_group_update_names_the_id_and_leaves_the_members(world: World) -> None:
    """OKTA-19."""
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)

    after = send_patch(world, f"/Groups/{design}", {"op": "replace", "value": {"id": design, "displayName": "Sales"}})

    assert (after["id"], after["displayName"], world.members_of(design)) == (design, "Sales", [ada])


@pytest.mark.parametrize("member", [{}, {"display": "ada@example.com"}, {"$ref": None}, {"type": "User", "$ref": "x"}])
def test_members_with_little_beside_the_value(world: World, member: dict[str, Any]) -> None:
    """OKTA-21, ENTRA-24."""
    ada, design = world.invite("ada@example.com"), world.form("Design")

    send_patch(world, f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": ada, **member}]})

    assert world.members_of(design) == [ada]


def test_many_members_in_one_patch(world: World) -> None:
    """OKTA-23, ENTRA-27."""
    ids = [world.invite(f"u{number}@example.com") for number in range(256)]
    design = world.form("Design")

    answer = world.patch(
        f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": each} for each in ids]}
    )

    assert (answer.status, answer.body) == (204, None)
    assert world.members_of(design) == sorted(ids)


def test_members_that_come_one_by_one_all_arrive(world: World) -> None:
    """ENTRA-25, OKTA-30."""
    ids = [world.invite(f"u{number}@example.com") for number in range(20)]
    design = world.form("Design")

    async def all_at_once() -> list[int]:
        headers = (("authorization", "Bearer right-token"),)
        bodies = [
            b'{"Operations": [{"op": "Add", "path": "members", "value": [{"value": "%s"}]}]}' % each.encode()
            for each in ids
        ]
        asked = [world.scim.handle("PATCH", f"/scim/v2/Groups/{design}", "", headers, body) for body in bodies]
        return [(await each).status for each in asked]

    statuses = world.runner.run(all_at_once())

    assert set(statuses) == {204}
    assert world.members_of(design) == sorted(ids)


def test_entras_create(world: World) -> None:
    """ENTRA-08, ENTRA-35: `meta`, empty lists, explicit nulls, an extension that `schemas` does not name."""
    body = {
        "schemas": [USER],
        "userName": "ada@example.com",
        "externalId": "58342554-38d6-4ec8-948c-50044d0a33fd",
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": "Ada@EXAMPLE.com"}],
        "phoneNumbers": [{"type": "work", "value": "+1 (201) 555-0123"}],
        "addresses": [{"type": "work", "locality": "Malm\u00f6", "country": "Sweden"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": None},
        "title": None,
        "roles": [],
        ENTERPRISE: {"department": "Numbers", "manager": None},
    }

    created = world.send("POST", "/Users", body)

    assert created.status == 201
    for name in ("emails", "phoneNumbers", "addresses"):
        assert created.body[name] == body[name]
    assert created.body["name"] == {"formatted": "Ada Lovelace", "familyName": "Lovelace"}
    assert created.body[ENTERPRISE] == {"department": "Numbers"}


@pytest.mark.parametrize("op", ["replace", "Replace", "REPLACE", "add", "Add"])
@pytest.mark.parametrize("value", ["False", "false", False])
@pytest.mark.parametrize("has_path", [True, False])
def test_entras_ways_to_suspend(world: World, op: str, value: Any, has_path: bool) -> None:
    """ENTRA-10, ENTRA-11, OKTA-12, ENTRA-32."""
    ada = world.invite("ada@example.com")
    operation = {"op": op, "path": "active", "value": value} if has_path else {"op": op, "value": {"active": value}}

    after = send_patch(world, f"/Users/{ada}", operation)

    assert after["active"] is False
    assert world.state("ada@example.com") == "INVITED_SUSPENDED"


@pytest.mark.parametrize("op", ["Add", "Replace"])
def test_entras_write_to_an_entry_that_is_not_there_makes_it(world: World, op: str) -> None:
    """ENTRA-13."""
    ada = world.invite("ada@example.com")

    after = send_patch(
        world, f"/Users/{ada}", {"op": op, "path": 'emails[type eq "work"].value', "value": "ada@work.example"}
    )

    assert after["emails"] == [{"type": "work", "value": "ada@work.example"}]


@pytest.mark.parametrize(
    ("path", "value", "manager"),
    [
        (f"{ENTERPRISE}:manager", "M-1", "M-1"),
        (f"{ENTERPRISE}:manager", {"value": "M-1"}, "M-1"),
        (f"{ENTERPRISE}:manager", [{"value": "M-1"}], "M-1"),
        (f"{ENTERPRISE}:manager", [{"$ref": "../Users/M-1", "value": "M-1"}], "M-1"),
        (f"{ENTERPRISE}:manager.value", "M-1", "M-1"),
        ("manager", [{"$ref": "../Users/M-1", "value": "M-1"}], "M-1"),
        (f"{ENTERPRISE}:manager", "", None),
        (f"{ENTERPRISE}:manager", [], None),
        (f"{ENTERPRISE}:manager", {"value": ""}, None),
        (f"{ENTERPRISE}:manager", None, None),
    ],
)
def test_entras_ways_to_name_a_manager(world: World, path: str, value: Any, manager: str | None) -> None:
    """ENTRA-14, ENTRA-15."""
    ada = world.invite("ada@example.com", **{ENTERPRISE: {"department": "Numbers", "manager": {"value": "OLD"}}})

    after = send_patch(world, f"/Users/{ada}", {"op": "Replace", "path": path, "value": value})

    assert after[ENTERPRISE].get("manager", {}).get("value") == manager
    assert after[ENTERPRISE]["department"] == "Numbers"


def test_entras_manager_is_removed(world: World) -> None:
    """ENTRA-15."""
    ada = world.invite("ada@example.com", **{ENTERPRISE: {"manager": {"value": "OLD"}}})

    assert ENTERPRISE not in send_patch(world, f"/Users/{ada}", {"op": "Remove", "path": f"{ENTERPRISE}:manager"})


def test_entras_dotted_and_urn_keys(world: World) -> None:
    """ENTRA-14, ENTRA-16, ENTRA-17."""
    ada = world.invite("ada@example.com")
    value = {
        "name.givenName": "Ada",
        "displayName": "Ada Lovelace",
        f"{ENTERPRISE}:department": "Numbers",
        f"{ENTERPRISE}:manager.value": "M-1",
        f"{USER}:title": "Countess",
        "extensionAttribute1": "x",
    }

    after = send_patch(world, f"/Users/{ada}", {"op": "Replace", "value": value})

    assert (after["name"], after["displayName"], after["title"]) == ({"givenName": "Ada"}, "Ada Lovelace", "Countess")
    assert (after[ENTERPRISE]["department"], after[ENTERPRISE]["manager"]["value"]) == ("Numbers", "M-1")


@pytest.mark.parametrize("named", [["ada"], ["ada", "eve"]])
def test_entras_removal_with_a_value_removes_who_is_named(world: World, named: list[str]) -> None:
    """ENTRA-22, RFC7644-3.5.2.2-13."""
    ids = {name: world.invite(f"{name}@example.com") for name in ("ada", "eve", "bob")}
    design = world.form("Design", *ids.values())
    value = [{"value": ids[name]} for name in named]

    send_patch(world, f"/Groups/{design}", {"op": "Remove", "path": "members", "value": value})

    assert world.members_of(design) == sorted(ids[name] for name in ids.keys() - set(named))


def test_a_suspended_user_leaves_a_group_and_returns_with_the_others(world: World) -> None:
    """ENTRA-30, ENTRA-31."""
    ada = world.invite("ada@example.com")
    design, sales = world.form("Design", ada), world.form("Sales", ada)
    path = f"/Users/{ada}"

    send_patch(world, path, {"op": "Replace", "path": "active", "value": "False"})
    send_patch(world, f"/Groups/{design}", {"op": "Remove", "path": "members", "value": [{"value": ada}]})
    back = send_patch(world, path, {"op": "Replace", "path": "active", "value": "True"})

    assert (back["id"], [each["value"] for each in back["groups"]]) == (ada, [sales])


def test_entras_group(world: World) -> None:
    """ENTRA-21, ENTRA-38."""
    body = {
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
        "displayName": "Design",
        "meta": {"resourceType": "Group"},
    }

    first, second = world.send("POST", "/Groups", body), world.send("POST", "/Groups", body)

    assert (first.status, second.status, second.body["scimType"]) == (201, 409, "uniqueness")


def test_a_create_that_is_sent_again_makes_one_user(world: World) -> None:
    """ENTRA-34, ENTRA-09."""
    body = {"schemas": [USER], "userName": "ada@example.com"}

    statuses = [world.send("POST", "/Users", body).status for _ in range(2)]

    assert statuses == [201, 409]
    assert world.send("GET", "/Users", filter='userName eq "ADA@example.com"').body["totalResults"] == 1
    assert world.mail_to("ada@example.com") == ["invitation"]


def test_entras_plus_and_blanks(world: World) -> None:
    """ENTRA-03, OKTA-03, ENTRA-19."""
    ada = world.invite("ada+1@example.com")
    queries = [
        "filter=userName+eq+%22ada%2B1@example.com%22&startIndex=1&count=2&aadOptscim062020",
        "count=2&foo=bar&filter=userName%20eq%20%22ada%2B1%40example.com%22",
    ]

    for query in queries:
        found = world.send_raw("GET", "/scim/v2/Users", query, (("authorization", "Bearer right-token"),)).body
        assert [each["id"] for each in found["Resources"]] == [ada]


def test_googles_create_names_both_versions(world: World) -> None:
    """GOOGLE-01, GOOGLE-02, GOOGLE-03, GOOGLE-05."""
    body = {"schemas": ["urn:scim:schemas:core:1.0", USER], "userName": "ada@example.com"}
    headers = (("authorization", "Bearer right-token"), ("content-type", "application/json"))

    created = world.send_with("content-type", "application/json", "POST", "/Users", body)
    found = world.send_raw(
        "GET", "/scim/v2/Users", "filter=userName%20eq%20%22ada@example.com%22&startIndex=1", headers
    )

    assert (created.status, created.body["schemas"]) == (201, [USER])
    assert found.body["totalResults"] == 1


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/Users/{user}", {"op": "Replace", "path": "title", "value": "x"}),
        ("/Users/{user}", {"op": "replace", "path": "active", "value": "False"}),
        ("/Users/{user}", {"op": "add", "path": 'emails[type eq "work"].value', "value": "x@example.com"}),
        ("/Users/{user}", {"op": "add", "path": f"{ENTERPRISE}:manager", "value": "M-1"}),
        ("/Users/{user}", {"op": "replace", "value": {"name.givenName": "Ada"}}),
        ("/Users/{user}", {"op": "replace", "value": {"id": "x", "title": "x"}}),
        ("/Users/{user}", {"op": "replace", "value": {"shoeSize": 36, "title": "x"}}),
        ("/Groups/{group}", {"op": "remove", "path": "members", "value": [{"value": "{user}"}]}),
    ],
)
def test_strict_takes_none_of_it(strict_world: World, path: str, operation: dict[str, Any]) -> None:
    """RFC7644-3.5.2-05, RFC7644-3.5.2-14, RFC7644-3.5.2-15, RFC7644-3.5.2-17, RFC7644-3.5.2.3-08."""
    user = strict_world.invite("ada@example.com")
    group = strict_world.form("Design", user)
    path = path.format(user=user, group=group)
    before = strict_world.send("GET", path).body

    refused = strict_world.send("PATCH", path, {"schemas": [PATCH], "Operations": [operation]})

    assert refused.status == 400
    assert strict_world.send("GET", path).body == before
