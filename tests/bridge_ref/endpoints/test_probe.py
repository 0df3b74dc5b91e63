"""The control listener: the probe contract, read by read and act by act."""

from typing import Any

import pytest

from tests.bridge_ref.world import World


def test_the_scim_token_does_not_open_the_control_listener(world: World) -> None:
    refused = world.control("GET", "members", token="right-token")

    assert refused.status == 401
    assert list(refused.body) == ["error"]


def test_the_control_token_does_not_open_scim(world: World) -> None:
    assert world.send("GET", "/Users", token="control-token").status == 401


def test_capabilities_name_what_is_there(world: World) -> None:
    told = world.control("GET", "capabilities").body

    assert told["contract"] == "bridgecheck/probe/1"
    assert told["now"] == "2026-03-02T12:01:00.000Z"
    assert told["confirmation_interval_s"] == 300
    assert {"members", "journal", "mail"} <= set(told["reads"])
    assert {"fixtures", "sign-up", "clock/advance"} <= set(told["acts"])


def test_a_member_has_every_field_of_the_contract(world: World) -> None:
    ada = world.invite("ada@example.com", displayName="Ada")

    member = world.member("ada@example.com")

    assert world.control("GET", f"members/{member['id']}").body == member
    assert member == {
        "id": member["id"],
        "scim_id": ada,
        "email": "ada@example.com",
        "name": "Ada",
        "type": "MEMBER",
        "state": "INVITED",
        "managed": True,
        "groups": [],
        "created_at": "2026-03-02T12:01:00.000Z",
        "updated_at": "2026-03-02T12:01:00.000Z",
        "suspended_at": None,
        "owner": False,
        "new_email": None,
    }


def test_fixtures_put_people_and_groups_in_place_without_mail(world: World) -> None:
    placed = world.control(
        "POST",
        "fixtures",
        {
            "members": [
                {"email": "ada@example.com", "name": "Ada"},
                {"email": "grace@example.com", "name": "Grace", "state": "PENDING"},
                {"email": "bot@example.com", "name": "Bot", "type": "SERVICE_ACCOUNT"},
            ],
            "groups": [{"name": "Design", "members": ["ada@example.com"], "managed": True}, {"name": "Sales"}],
        },
    )

    assert placed.status == 201
    assert [each["state"] for each in placed.body["members"]] == ["ACTIVE", "PENDING", "ACTIVE"]
    assert [(each["name"], each["managed"]) for each in placed.body["groups"]] == [("Design", True), ("Sales", False)]
    assert world.control("GET", "mail").body["messages"] == []
    assert [user["userName"] for user in world.send("GET", "/Users").body["Resources"]] == [
        "ada@example.com",
        "grace@example.com",
    ]
    assert [group["displayName"] for group in world.send("GET", "/Groups").body["Resources"]] == ["Design"]


def test_fixtures_are_all_or_nothing(world: World) -> None:
    refused = world.control(
        "POST",
        "fixtures",
        {"members": [{"email": "ada@example.com"}], "groups": [{"name": "Design", "members": ["nobody@example.com"]}]},
    )

    assert refused.status == 404
    assert world.control("GET", "members").body["members"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"members": "x"},
        {"members": [{}]},
        {"members": [{"email": "a@example.com", "state": "DREAMING"}]},
        {"members": [{"email": "a@example.com", "type": "ROBOT"}]},
        {"groups": [{"name": ""}]},
        {"groups": [{"name": "Design", "members": "x"}]},
        [],
    ],
)
def test_fixtures_that_cannot_be_read(world: World, body: Any) -> None:
    assert world.control("POST", "fixtures", body).status == 400


def test_group_members_tell_address_and_role(world: World) -> None:
    ada = world.invite("ada@example.com")
    world.form("Design", ada)
    group_id = world.member("ada@example.com")["groups"][0]

    members = world.control("GET", f"groups/{group_id}/members").body["members"]

    assert members == [{"id": world.member("ada@example.com")["id"], "email": "ada@example.com", "role": "MEMBER"}]


def test_journal_and_mail_go_on_from_where_they_were_read(world: World) -> None:
    world.invite("ada@example.com")
    journal, mail = world.control("GET", "journal").body, world.control("GET", "mail").body

    world.invite("grace@example.com")

    later = world.control("GET", "journal", query=f"since={journal['next']}").body
    later_mail = world.control("GET", "mail", query=f"since={mail['next']}").body
    assert [event["event"] for event in later["events"]] == ["invited"]
    assert [message["to"] for message in later_mail["messages"]] == ["grace@example.com"]
    assert world.control("GET", "journal", query=f"since={later['next']}").body == {
        "events": [],
        "next": later["next"],
    }


@pytest.mark.parametrize("acts", [["sign-up", "sign-up"], ["confirm"], ["suspend", "sign-up"], ["recover"]])
def test_acts_that_the_state_does_not_allow(world: World, acts: list[str]) -> None:
    world.invite("ada@example.com")

    statuses = [world.act("ada@example.com", act).status for act in acts]

    assert statuses[-1] == 409


def test_what_an_administrator_does_shows_over_scim(world: World) -> None:
    ada = world.invite("ada@example.com")

    world.act("ada@example.com", "suspend")
    suspended = world.send("GET", f"/Users/{ada}").body["active"]
    world.act("ada@example.com", "reactivate")

    assert suspended is False
    assert world.send("GET", f"/Users/{ada}").body["active"] is True
    assert world.state("ada@example.com") == "INVITED"


def test_the_clock_goes_on_and_a_reset_puts_it_back(world: World) -> None:
    world.invite("ada@example.com")

    advanced = world.control("POST", "clock/advance", {"seconds": 90.5}).body["now"]
    back = world.control("POST", "reset").body["now"]

    assert (advanced, back) == ("2026-03-02T12:02:30.500Z", "2026-03-02T12:01:00.000Z")
    assert world.control("GET", "members").body["members"] == []
    assert world.events() == []
    assert [group["name"] for group in world.control("GET", "groups").body["groups"]] == ["Provision Managers"]


@pytest.mark.parametrize("body", [{}, {"seconds": -1}, {"seconds": "60"}, {"seconds": True}, {"seconds": 1e300}])
def test_clock_moves_that_make_no_sense(world: World, body: Any) -> None:
    assert world.control("POST", "clock/advance", body).status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "members/nobody", 404),
        ("GET", "groups/nothing/members", 404),
        ("POST", "members/nobody/suspend", 404),
        ("POST", "members/nobody/dance", 404),
        ("POST", "members", 405),
        ("GET", "reset", 405),
        ("DELETE", "journal", 405),
    ],
)
def test_paths_and_methods(world: World, method: str, path: str, status: int) -> None:
    refused = world.control(method, path)

    assert (refused.status, list(refused.body)) == (status, ["error"])


def test_health_is_ok(world: World) -> None:
    assert world.control("GET", "health").body["status"] == "ok"


def test_members_are_read_by_address(world: World) -> None:
    people = [{"email": f"{name}@example.com", "name": name} for name in ("ada", "grace", "joan")]
    world.control("POST", "fixtures", {"members": people})

    query = "email=ADA%40example.com&email=joan%40example.com&email=no%40example.com"
    found = world.control("GET", "members", query=query)

    assert sorted(member["email"] for member in found.body["members"]) == ["ada@example.com", "joan@example.com"]
    assert len(world.control("GET", "members").body["members"]) == 3
