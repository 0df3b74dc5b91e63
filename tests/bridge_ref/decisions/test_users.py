"""Requests about users, through `handle`: the answers, and the changes of the account."""

from typing import Any

import pytest

from tests.bridge_ref.world import BASE_URL, ENTERPRISE, USER, World


def test_a_new_user_is_answered_with_its_location(world: World) -> None:
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})

    assert created.status == 201
    assert created.headers["location"] == created.body["meta"]["location"]
    assert created.body["meta"]["location"] == f"{BASE_URL}/Users/{created.body['id']}"
    assert created.body["meta"]["created"] == created.body["meta"]["lastModified"]
    assert created.headers["content-type"] == "application/scim+json"


def test_a_new_user_is_invited_once(world: World) -> None:
    world.invite("ada@example.com")

    assert world.state("ada@example.com") == "INVITED"
    assert world.mail_to("ADA@example.com") == ["invitation"]
    assert world.events() == ["invited"]


def test_a_user_made_without_access_is_not_invited_before_it_has_access(world: World) -> None:
    ada = world.invite("ada@example.com", active=False)
    before = (world.state("ada@example.com"), world.mail_to("ada@example.com"))

    world.patch(f"/Users/{ada}", {"op": "replace", "path": "active", "value": True})

    assert before == ("INVITED_SUSPENDED", [])
    assert world.state("ada@example.com") == "INVITED"
    assert world.mail_to("ada@example.com") == ["invitation"]


@pytest.mark.parametrize("user_name", ["ada@example.com", "ADA@Example.com", "ａda@example.com"])
def test_a_taken_user_name_is_a_conflict_without_effect(world: World, user_name: str) -> None:
    world.invite("ada@example.com")

    second = world.send("POST", "/Users", {"schemas": [USER], "userName": user_name})

    assert (second.status, second.body["status"], second.body["scimType"]) == (409, "409", "uniqueness")
    assert len(world.control("GET", "members").body["members"]) == 1
    assert world.mail_to("ada@example.com") == ["invitation"]


def test_a_guest_is_neither_listed_nor_adopted_nor_told(world: World) -> None:
    world.control("POST", "fixtures", {"members": [{"email": "grace@example.com", "name": "Grace", "type": "GUEST"}]})

    listed = world.send("GET", "/Users").body
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "Grace@example.com"})

    assert listed["totalResults"] == 0
    assert created.status == 409
    assert world.member("grace@example.com")["managed"] is False
    assert world.mail_to("grace@example.com") == []


def test_a_member_from_before_is_found_and_adopted_by_a_change(world: World) -> None:
    world.control("POST", "fixtures", {"members": [{"email": "grace@example.com", "name": "Grace"}]})
    found = world.send("GET", "/Users", filter='userName eq "GRACE@example.com"').body["Resources"]

    world.patch(f"/Users/{found[0]['id']}", {"op": "add", "path": "externalId", "value": "x-1"})

    assert world.member("grace@example.com")["managed"] is True
    assert world.events() == ["adopted"]
    assert world.mail_to("grace@example.com") == []


def test_sign_up_waits_for_the_watcher_and_then_one_mail_comes(world: World) -> None:
    world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")
    waiting = world.state("ada@example.com")

    world.control("POST", "clock/advance", {"seconds": 300})
    world.control("POST", "clock/advance", {"seconds": 3000})

    assert waiting == "PENDING"
    assert world.state("ada@example.com") == "ACTIVE"
    assert world.mail_to("ada@example.com") == ["invitation", "start"]


def test_a_confirmation_is_dated_at_its_own_time(world: World) -> None:
    world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")

    world.control("POST", "clock/advance", {"seconds": 86_400})

    confirmed = world.control("GET", "journal").body["events"][-1]
    assert (confirmed["event"], confirmed["at"]) == ("confirmed", "2026-03-02T12:05:00.000Z")


@pytest.mark.parametrize(
    ("acts", "suspended", "returned"),
    [
        ([], "INVITED_SUSPENDED", "INVITED"),
        (["sign-up"], "PENDING_SUSPENDED", "PENDING"),
        (["sign-up", "confirm"], "SUSPENDED", "ACTIVE"),
        (["sign-up", "confirm", "recover"], "SUSPENDED", "ACTIVE"),
    ],
)
def test_suspension_and_return_from_every_state(world: World, acts: list[str], suspended: str, returned: str) -> None:
    ada = world.invite("ada@example.com")
    for act in acts:
        world.act("ada@example.com", act)
    mail = world.mail_to("ada@example.com")

    world.patch(f"/Users/{ada}", {"op": "Replace", "path": "active", "value": "False"})
    between = world.state("ada@example.com")
    world.patch(f"/Users/{ada}", {"op": "Replace", "path": "active", "value": "True"})

    assert between == suspended
    assert world.state("ada@example.com") == returned
    assert world.mail_to("ada@example.com") == mail


def test_whoever_is_suspended_is_not_confirmed(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")

    world.patch(f"/Users/{ada}", {"op": "replace", "value": {"active": False}})
    world.control("POST", "clock/advance", {"seconds": 900})

    assert world.state("ada@example.com") == "PENDING_SUSPENDED"


def test_a_deleted_user_is_gone_and_the_member_stays_suspended(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")
    world.act("ada@example.com", "confirm")

    deleted = world.send("DELETE", f"/Users/{ada}")

    assert (deleted.status, deleted.body) == (204, None)
    assert world.send("GET", f"/Users/{ada}").status == 404
    assert world.send("DELETE", f"/Users/{ada}").status == 404
    assert world.send("GET", "/Users").body["totalResults"] == 0
    assert world.state("ada@example.com") == "SUSPENDED"
    assert world.events()[-2:] == ["unlinked", "suspended"]


def test_a_deleted_user_comes_back_as_a_new_user_for_the_same_member(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")
    world.act("ada@example.com", "confirm")
    design = world.form("Design", ada)
    member_id = world.member("ada@example.com")["id"]
    world.send("DELETE", f"/Users/{ada}")

    again = world.invite("Ada@example.com")

    assert again != ada
    assert world.member("Ada@example.com")["id"] == member_id
    assert world.state("Ada@example.com") == "ACTIVE"
    assert world.mail_to("ada@example.com") == ["invitation", "start"]
    assert world.members_of(design) == []


def test_whoever_was_deleted_while_invited_is_invited_anew(world: World) -> None:
    ada = world.invite("ada@example.com")
    old_link = world.control("GET", "mail").body["messages"][0]["links"][0]
    world.send("DELETE", f"/Users/{ada}")

    world.invite("ada@example.com")

    assert world.mail_to("ada@example.com") == ["invitation", "invitation"]
    assert world.act("ada@example.com", "sign-up", {"link": old_link}).status == 409
    assert world.act("ada@example.com", "sign-up").status == 200


def test_a_member_deleted_on_the_account_is_invited_as_a_stranger(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.act("ada@example.com", "delete")
    gone = world.send("GET", f"/Users/{ada}").status

    world.invite("ada@example.com")

    assert gone == 404
    assert world.state("ada@example.com") == "INVITED"


def test_put_replaces_what_is_named_and_clears_the_rest(world: World) -> None:
    ada = world.invite("ada@example.com", title="Countess", nickName="A", **{ENTERPRISE: {"department": "Engines"}})

    replaced = world.send(
        "PUT", f"/Users/{ada}", {"schemas": [USER], "id": "x", "userName": "ada@example.com", "nickName": "Ada"}
    )

    assert replaced.status == 200
    assert replaced.body["id"] == ada
    assert replaced.body["nickName"] == "Ada"
    assert "title" not in replaced.body
    assert replaced.body["schemas"] == [USER]


def test_put_without_active_does_not_bring_anybody_back(world: World) -> None:
    ada = world.invite("ada@example.com", active=False)

    world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": "ada@example.com", "title": "Countess"})

    assert world.send("GET", f"/Users/{ada}").body["active"] is False
    assert world.state("ada@example.com") == "INVITED_SUSPENDED"


def test_put_with_a_stale_formatted_name_ends_with_the_new_name(world: World) -> None:
    name = {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron"}
    ada = world.invite("ada@example.com", name=name)

    new_name = {**name, "familyName": "Lovelace"}
    replaced = world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": "ada@example.com", "name": new_name})

    assert replaced.body["name"]["formatted"] == "Ada Lovelace"
    assert world.member("ada@example.com")["name"] == "Ada Lovelace"
    assert "renamed" in world.events()


def test_a_change_of_user_name_asks_at_the_new_address(world: World) -> None:
    """SEED-15, SEED-61"""
    ada = world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")
    world.act("ada@example.com", "confirm")

    world.patch(f"/Users/{ada}", {"op": "replace", "path": "userName", "value": "lovelace@example.com"})

    assert world.member("ada@example.com")["new_email"] == "lovelace@example.com"
    assert world.send("GET", f"/Users/{ada}").body["userName"] == "lovelace@example.com"
    assert world.mail_to("lovelace@example.com") == ["address_change"]
    assert world.events()[-1] == "address_change_requested"


def test_another_spelling_of_the_same_address_tells_nobody(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.act("ada@example.com", "sign-up")
    world.act("ada@example.com", "confirm")

    changed = world.patch(f"/Users/{ada}", {"op": "replace", "path": "userName", "value": "Ada@example.com"})

    assert changed.body["userName"] == "Ada@example.com"
    assert world.mail_to("ada@example.com") == ["invitation", "start"]


def test_nobody_can_take_the_name_of_somebody_else(world: World) -> None:
    world.invite("grace@example.com")
    ada = world.invite("ada@example.com")

    refused = world.patch(
        f"/Users/{ada}",
        {"op": "replace", "path": "title", "value": "x"},
        {"op": "replace", "path": "userName", "value": "GRACE@example.com"},
    )

    assert (refused.status, refused.body["scimType"]) == (409, "uniqueness")
    assert "title" not in world.send("GET", f"/Users/{ada}").body


def test_a_patch_that_changes_nothing_leaves_the_date_alone(world: World) -> None:
    ada = world.invite("ada@example.com", title="Countess")
    before = world.send("GET", f"/Users/{ada}").body
    world.clock.advance(60)

    world.patch(f"/Users/{ada}", {"op": "replace", "path": "title", "value": "Countess"})

    assert world.send("GET", f"/Users/{ada}").body == before


def test_a_change_moves_the_date_on_even_within_one_millisecond(world: World) -> None:
    ada = world.invite("ada@example.com")

    changed = world.patch(f"/Users/{ada}", {"op": "add", "path": "title", "value": "Countess"})

    assert changed.body["meta"]["lastModified"] > changed.body["meta"]["created"]
    assert world.send("GET", f"/Users/{ada}").body == changed.body


def test_read_only_unknown_and_secret_attributes_are_not_kept(world: World) -> None:
    body = {
        "schemas": [USER, "urn:example:unknown"],
        "id": "mine",
        "meta": {"created": "1999-01-01T00:00:00Z"},
        "groups": [{"value": "x"}],
        "userName": "ada@example.com",
        "password": "hunter2hunter2",
        "shoeSize": 38,
        "roles": [{"value": "admin"}],
        "phoneNumbers": [],
        "title": None,
    }

    created = world.send("POST", "/Users", body).body

    assert sorted(created) == ["active", "id", "meta", "schemas", "userName"]
    assert created["id"] != "mine"
    assert created["schemas"] == [USER]


@pytest.mark.parametrize(
    "body",
    [
        {"schemas": [USER]},
        {"schemas": [USER], "userName": ""},
        {"schemas": [USER], "userName": "  "},
        {"schemas": [USER], "userName": None},
        {"schemas": [USER], "userName": {"$ne": None}},
        {"schemas": [USER], "userName": "a@example.com,b@example.com"},
        {"schemas": [USER], "userName": "<a@example.com>"},
        {"schemas": [USER], "userName": "-oX@example.com"},
        {"schemas": [USER], "userName": "a" * 65 + "@example.com"},
        {"schemas": [USER], "userName": "ada@example.com", "active": "maybe"},
        {"schemas": [USER], "userName": "ada@example.com", "emails": "x"},
        {"schemas": [USER], "userName": "ada@example.com", "name": "x"},
        {"schemas": [USER], "userName": "ada@example.com", "profileUrl": "not a uri"},
        {
            "schemas": [USER],
            "userName": "ada@example.com",
            "emails": [{"primary": True}, {"value": "x", "primary": True}],
        },
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "userName": "ada@example.com"},
    ],
)
def test_bodies_that_are_refused_leave_nothing_behind(world: World, body: Any) -> None:
    refused = world.send("POST", "/Users", body)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")
    assert world.control("GET", "members").body["members"] == []
