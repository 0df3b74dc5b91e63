"""Promises of the product's owner that no single transition shows."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge_ref.account.members import identity_key
from bridge_ref.account.policy import with_policy
from tests.bridge_ref.machine import ADA, create, enrol, group_named, pass_time, put, set_active
from tests.bridge_ref.world import GROUP, World

GRACE = "grace@example.com"


def account(world: World) -> list[Any]:
    """All of the account."""
    return [world.control("GET", name).body for name in ("members", "groups", "vaults", "mail", "journal", "settings")]


def settle(world: World) -> None:
    """An account that was there before provisioning."""
    put(
        world,
        members=[
            {"email": "olga@example.com", "name": "Olga", "owner": True},
            {"email": "guest@example.com", "name": "Guest", "type": "GUEST"},
            {"email": "bot@example.com", "name": "Bot", "type": "SERVICE_ACCOUNT"},
            {"email": "rita@example.com", "name": "Rita"},
        ],
        groups=[{"name": "Sales", "members": ["rita@example.com"], "permissions": ["recover"]}],
        vaults=[{"name": "Plans", "groups": ["Sales"]}],
    )


def test_a_whole_life_by_requests_of_the_provider_alone(world: World) -> None:
    """SEED-03"""
    ada = world.invite(ADA)
    world.act(ADA, "sign-up")
    pass_time(world, 300)
    active = world.state(ADA)

    world.patch(f"/Users/{ada}", {"op": "replace", "path": "displayName", "value": "Countess"})
    set_active(world, ada, False)
    suspended = world.state(ADA)
    set_active(world, ada, True)

    assert [active, suspended, world.state(ADA)] == ["ACTIVE", "SUSPENDED", "ACTIVE"]
    assert world.member(ADA)["name"] == "Countess"
    assert world.mail_to(ADA) == ["invitation", "start"]


def test_connecting_and_reading_change_nothing(world: World) -> None:
    """SEED-17"""
    settle(world)
    before = account(world)

    for path in ("/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/Users", "/Groups", "/Users/nobody"):
        world.send("GET", path)
    world.send("GET", "/Users", filter=f'userName eq "{ADA}"')
    world.send("POST", "/Users/.search", {"filter": 'userName eq "rita@example.com"'})

    assert account(world) == before


def test_who_is_not_assigned_is_not_touched(world: World) -> None:
    """SEED-18, SEED-20, SEED-57"""
    settle(world)
    before = world.control("GET", "members").body["members"]

    ada = world.invite(ADA)
    world.form("Design", ada)
    world.invite(GRACE)
    world.form("Everyone", ada)

    now = world.control("GET", "members").body["members"]
    assert [each for each in now if each["email"] not in (ADA, GRACE)] == before
    assert world.mail_to(ADA) == world.mail_to(GRACE) == ["invitation"]
    assert len(world.control("GET", "mail").body["messages"]) == 2


def test_a_group_and_the_people_in_it(world: World) -> None:
    """SEED-38, SEED-49"""
    people = [world.invite(f"p{number}@example.com") for number in range(3)]
    world.form("Design", *people)

    members = world.control("GET", "members").body["members"]
    group = group_named(world, "Design")
    assert [(each["state"], each["groups"]) for each in members] == [("INVITED", [group["id"]])] * 3
    assert len(world.control("GET", "mail").body["messages"]) == 3


@pytest.mark.parametrize("is_in_sso", [False, True])
def test_single_sign_on_changes_nothing_about_provisioning(world: World, is_in_sso: bool) -> None:
    """SEED-04, SEED-08"""
    put(world, groups=[{"name": "Single sign-on", "sso": is_in_sso, "managed": True}])
    group = group_named(world, "Single sign-on")

    ada = enrol(world)
    world.patch(f"/Groups/{group['scim_id']}", {"op": "add", "path": "members", "value": [{"value": ada}]})
    set_active(world, ada, False)
    set_active(world, ada, True)

    assert world.events() == ["invited", "signed_up", "confirmed", "joined", "suspended", "reactivated"]
    assert group_named(world, "Single sign-on")["sso"] is is_in_sso


def test_set_up_makes_the_group_once_and_nobody_is_in_it(world: World) -> None:
    """SEED-33, SEED-35"""
    world.runner.run(world.service.start())
    enrol(world)

    groups = world.control("GET", "groups").body["groups"]
    assert [each["name"] for each in groups] == ["Provision Managers"]
    assert world.control("GET", f"groups/{groups[0]['id']}/members").body["members"] == []


def test_roles_and_entitlements_have_no_effect(world: World) -> None:
    """SEED-48"""
    settle(world)
    sent = create(world, roles=[{"value": "owner"}], entitlements=[{"value": "vault"}])

    assert sent.status == 201
    assert not {"roles", "entitlements"} & sent.body.keys()
    assert (world.member(ADA)["owner"], world.member(ADA)["groups"]) == (False, [])


def test_a_group_in_a_group_is_never_flattened(world: World) -> None:
    """SEED-47"""
    ada = world.invite(ADA)
    inner = world.form("Inner", ada)
    member = {"value": inner, "type": "Group"}

    refused = [
        world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Outer", "members": [each]}).status
        for each in (member, {"value": inner})
    ]

    assert refused == [400, 400]
    assert group_named(world, "Outer") is None


def test_the_notice_address_is_kept_and_changed(world: World) -> None:
    """SEED-32"""
    told = [
        world.control("POST", "provisioning", {"notification_address": address}).body["notification_address"]
        for address in ("ops@example.com", "night@example.com", None)
    ]

    assert told == ["ops@example.com", "night@example.com", None]
    assert world.events() == ["settings_changed"] * 3


def test_fifty_who_sign_up_at_once_are_confirmed_in_one_run(world: World) -> None:
    """SEED-53, SEED-54"""
    for number in range(50):
        world.invite(f"p{number}@example.com")
        world.act(f"p{number}@example.com", "sign-up")

    pass_time(world, 300)

    mails = [each["kind"] for each in world.control("GET", "mail").body["messages"]]
    assert {each["state"] for each in world.control("GET", "members").body["members"]} == {"ACTIVE"}
    assert (mails.count("invitation"), mails.count("start")) == (50, 50)


def test_a_refusal_in_a_bulk_request_is_journalled_too(world: World) -> None:
    settle(world)
    olga = world.member("olga@example.com")["scim_id"]
    bulk = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"

    answer = world.send(
        "POST", "/Bulk", {"schemas": [bulk], "Operations": [{"method": "DELETE", "path": f"/Users/{olga}"}]}
    )

    assert answer.body["Operations"][0]["status"] == "403"
    assert world.events() == ["refused"]


@pytest.mark.parametrize("address", ["a\u200bda@example.com", "ada@exam\u00adple.com", "ada\u2066@example.com"])
def test_an_address_that_only_looks_like_another_is_refused(world: World, address: str) -> None:
    """SEED-58"""
    world.invite("ada@example.com")

    assert create(world, address).status == 400


@pytest.mark.parametrize("address", ["ADA@EXAMPLE.COM", "ａｄａ@example.com", "Ada@Example.Com "])
def test_two_spellings_of_one_address_are_one_member(world: World, address: str) -> None:
    """SEED-55, SEED-58"""
    world.invite("ada@example.com")

    assert create(world, address).status in (400, 409)
    assert len(world.control("GET", "members").body["members"]) == 1


def wide(letter: str) -> str:
    """The letter that a full-width or half-width form stands for."""
    kind, *codes = unicodedata.decomposition(letter).split() or [""]
    return "".join(chr(int(code, 16)) for code in codes) if kind in ("<wide>", "<narrow>") else letter


@settings(max_examples=300, deadline=None, derandomize=True)
@given(name=st.text(max_size=8) | st.text(alphabet="aᾼᾳΣσςßẞİıＡé\u0342\u0345\u0301", max_size=6))
def test_names_that_precis_prepares_to_one_form_are_one_name(name: str) -> None:
    prepared = unicodedata.normalize("NFC", "".join(map(wide, name)).lower())

    assert identity_key(prepared) == identity_key(name)
    assert identity_key(identity_key(name)) == identity_key(name)


def test_a_mark_does_not_get_between_a_letter_and_its_own() -> None:
    assert identity_key("\u1fbc\u0342") == identity_key("\u1fb7")
    assert identity_key("\u1fb7") != identity_key("\u1fb3")


def test_what_becomes_due_is_done_in_the_order_of_time(tmp_path: Path) -> None:
    world = World(tmp_path / "data", policy=with_policy(["retention_days=1"]))
    world.invite("first@example.com", active=False)
    pass_time(world, 86_200)
    world.invite(ADA)
    world.act(ADA, "sign-up")
    world.invite("second@example.com", active=False)

    pass_time(world, 2 * 86_400)

    events = world.control("GET", "journal").body["events"]
    assert [each["event"] for each in events][-3:] == ["confirmed", "deleted", "deleted"]
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    world.close()
