"""Every answer of the control listener, and every body that it accepts, conforms to its JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest

from bridge_ref.endpoints.probe_workspace import PULL_ACTS
from harness.schema.validate import validate
from harness.target.probe import ACT_SCHEMAS, READ_SCHEMAS
from tests.bridge_ref.machine import ADA, NEW, enrol, links, rename_user
from tests.bridge_ref.world import USER, World

FIXTURES = {
    "members": [{"email": "olga@example.com", "name": "Olga", "type": "MEMBER", "state": "ACTIVE", "owner": True}],
    "groups": [
        {"name": "Sales", "members": ["olga@example.com"], "managed": True, "permissions": ["recover"]},
        {"name": "Owners", "type": "OWNERS", "description": "of all", "sso": False},
    ],
    "vaults": [{"name": "Plans", "groups": ["Sales", {"group": "Owners", "permissions": ["read"]}]}],
}


def full(world: World) -> str:
    """A world in which every kind of thing is there; the link by which an address can be accepted."""
    assert world.control("POST", "fixtures", FIXTURES).status == 201
    ada = enrol(world)
    rename_user(world, ada, NEW)
    world.invite("grace@example.com")
    world.invite("alan@example.com", active=False)
    world.act("alan@example.com", "sign-up")
    world.control("POST", "provisioning", {"notification_address": "ops@example.com", "allowed_domains": []})
    return links(world, NEW, "address_change")[0]


def test_what_is_offered_is_what_the_contract_names(world: World) -> None:
    told = world.control("GET", "capabilities").body

    assert set(told["reads"]) | {"capabilities"} == READ_SCHEMAS.keys()
    assert set(told["acts"]) == ACT_SCHEMAS.keys()


@pytest.mark.parametrize("name", READ_SCHEMAS)
def test_an_answer_to_a_read(world: World, name: str) -> None:
    full(world)
    ids = {
        "member": f"members/{world.member(ADA)['id']}",
        "group_members": f"groups/{world.member('olga@example.com')['groups'][0]}/members",
    }

    answer = world.control("GET", ids.get(name, name))

    assert answer.status == 200
    assert validate(answer.body, f"probe/{READ_SCHEMAS[name]}") == []
    assert all(answer.body.values()) or name in ("member", "settings")  # nothing is empty, so nothing goes unseen


ACTS: list[tuple[str, str, Any, str]] = [
    ("fixtures", "fixtures", {"groups": [{"name": "X"}], "vaults": [{"name": "V", "groups": ["X"]}]}, "fixtures"),
    ("sign-up", "members/{grace}/sign-up", {}, "sign-up"),
    ("accept-address", "members/{ada}/accept-address", {"link": "{link}", "signed_in_as": ADA}, "accept-address"),
    ("suspend", "members/{ada}/suspend", {}, "empty"),
    ("reactivate", "members/{alan}/reactivate", {}, "empty"),
    ("delete", "members/{ada}/delete", {}, "empty"),
    ("recover", "members/{ada}/recover", {}, "empty"),
    ("delete-group", "groups/{sales}/delete", {}, "empty"),
    ("provisioning", "provisioning", {"on": False, "allowed_domains": ["a.example"]}, "provisioning"),
    ("managed-groups", "managed-groups", {"remove": ["Sales"]}, "managed-groups"),
    ("clock/advance", "clock/advance", {"seconds": 1}, "clock-advance"),
    ("credentials/rotate", "credentials/rotate", {"overlap_seconds": 1}, "credentials-rotate"),
    ("bridge/stop", "bridge/stop", {}, "empty"),
    ("bridge/start", "bridge/start", {}, "empty"),
    ("reset", "reset", {}, "empty"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "body", "schema"), ACTS, ids=[act[0] for act in ACTS])
def test_an_act_and_its_answer(world: World, name: str, path: str, body: Any, schema: str) -> None:
    link = full(world)
    known = {each["email"].split("@")[0]: each["id"] for each in world.control("GET", "members").body["members"]}
    known["sales"] = world.member("olga@example.com")["groups"][0]
    body = {key: link if value == "{link}" else value for key, value in body.items()}

    answer = world.control("POST", path.format(**known), body)

    assert answer.status in (200, 201), answer.body
    assert validate(answer.body, f"probe/{ACT_SCHEMAS[name]}") == []
    assert validate(body, f"probe/{schema}-request") == []


def test_every_act_is_tried_here() -> None:
    assert {act[0] for act in ACTS} | {"confirm", *PULL_ACTS} == ACT_SCHEMAS.keys()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("provisioning", {}),
        ("provisioning", {"of": False}),
        ("provisioning", {"on": "false"}),
        ("provisioning", {"notification_address": 7}),
        ("provisioning", {"notification_address": "a@b\r\nBcc: x@example.com"}),
        ("provisioning", {"on": False, "allowed_domains": ["two words"]}),
        ("provisioning", {"allowed_domains": "example.com"}),
        ("managed-groups", {"add": "Sales"}),
        ("managed-groups", {"add": [""]}),
        ("fixtures", {"vaults": [{"name": ""}]}),
        ("fixtures", {"vaults": [{"name": "V", "groups": [7]}]}),
        ("fixtures", {"vaults": [{"name": "V", "groups": ["Sales", "sales"]}]}),
        ("fixtures", {"groups": [{"name": "G", "permissions": ["a\nb"]}]}),
        ("fixtures", {"members": [{"email": "a@example.com", "owner": "yes"}]}),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_and_changes_nothing(world: World, path: str, body: Any) -> None:
    full(world)
    reads = [name for name in READ_SCHEMAS if name not in ("member", "group_members")]
    before = [world.control("GET", name).body for name in reads]

    refused = world.control("POST", path, body)

    assert (refused.status, validate(refused.body, "probe/error")) == (400, [])
    assert [world.control("GET", name).body for name in reads] == before


def test_managed_groups_change_all_or_none(world: World) -> None:
    world.control("POST", "fixtures", {"groups": [{"name": "Sales"}]})

    refused = world.control("POST", "managed-groups", {"add": ["Sales", "Nobody's"]})

    assert refused.status == 404
    assert world.control("GET", "settings").body["managed_groups"] == []


def test_a_link_of_another_member_is_refused_and_journalled_without_the_link(world: World) -> None:
    world.invite(ADA)
    world.invite("grace@example.com")
    (link,) = links(world, "grace@example.com", "invitation")

    refused = world.act(ADA, "sign-up", {"link": link})

    last = world.control("GET", "journal").body["events"][-1]
    assert (refused.status, world.state(ADA), world.state("grace@example.com")) == (409, "INVITED", "INVITED")
    assert (last["event"], last["detail"]) == ("refused", "sign-up by the link of another member")
    assert link.rsplit("/", 1)[1] not in str(last) + str(refused.body)


HOSTILE = "Ada\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>\u202e\u2028{{7*7}}"


def test_a_name_can_add_nothing_to_a_mail_but_text_on_its_line(world: World) -> None:
    world.send("POST", "/Users", {"schemas": [USER], "userName": ADA, "displayName": HOSTILE})
    world.act(ADA, "sign-up")
    world.act(ADA, "confirm")

    mails = world.control("GET", "mail").body["messages"]

    assert [each["to"] for each in mails] == [ADA, ADA]
    assert [each["subject"] for each in mails] == ["You are invited to join", "Your account is ready"]
    for mail in mails:
        greeting, empty, *_ = mail["body"].split("\n")
        assert greeting.startswith("Hello Ada Bcc: victim@example.com <script>")
        assert empty == ""
        assert not set(mail["body"]) & set("\r\u202e\u2028")


@pytest.mark.parametrize("name", ["ada\r\nBcc: victim", "ada\u2028", "ada\x00", "a\u200bda"])
def test_an_address_can_add_nothing_to_a_header(world: World, name: str) -> None:
    for user_name in (name, f"{name}@example.com"):
        world.send("POST", "/Users", {"schemas": [USER], "userName": user_name})

    for mail in world.control("GET", "mail").body["messages"]:
        assert mail["to"].isprintable()
