"""Groups over SCIM: members are added and removed (RFC 7643 section 4.2, RFC 7644 section 3.5.2)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json
from harness.record.journal import Entry, exchange_of
from harness.record.message import equals, group_body, whole_user_body
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names

UNKNOWN_ID = "0f7c2f1e-no-such-id"


@pytest.mark.situation_for("RFC7644-3.5.2.1-07", "RFC7644-3.5.2.2-04", "RFC7644-3.3-10")
def test_members_come_and_go(client: Client, names: Names, expect: Expect) -> None:
    """An empty group gets three members in two steps; one is removed by a filter path, and the others stay."""
    ids = [_id(client.create_user(whole_user_body(names.address(n)))) for n in "abc"]
    group = client.create_group(group_body(names.group("Design")))
    group_id = _id(group)
    # A bridge whose groups can only be read says so with one of the other three.
    expect.answer(group, 201, 403, 405, 501, proves="RFC7643-4.2-08")

    _step(client, group_id, {"op": "add", "path": "members", "value": [{"value": ids[0]}]})
    _step(client, group_id, {"op": "add", "path": "members", "value": [{"value": ids[1]}, {"value": ids[2]}]})
    _step(client, group_id, {"op": "remove", "path": f"members[{equals('value', ids[0])}]"})


@pytest.mark.situation_for("RFC7644-3.6-02")
def test_a_deleted_group_leaves_its_members(client: Client, names: Names, expect: Expect) -> None:
    """A group is deleted; it can't be read any more, and its member still can."""
    user = client.create_user(whole_user_body(names.address("ada")))
    members = [{"value": _id(user)}]
    group = client.create_group(group_body(names.group("Sales"), members=members))

    client.delete_group(_id(group))
    client.read_group(_id(group), "read deleted group")
    member = client.read_user(_id(user), "read former member")

    expect.answer(member, 200, proves="RFC7644-3.6-12")


def test_a_deleted_groups_name_is_free(client: Client, names: Names, expect: Expect) -> None:
    """A group is deleted, and another is created under its name."""
    name = names.group("Design")
    group = client.create_group(group_body(name))
    client.delete_group(_id(group))
    anew = client.create_group(group_body(name), "create group anew")

    if exchange_of(group).status == 201:
        expect.answer(anew, 201, proves="RFC7644-3.6-09")


@pytest.mark.situation_for("RFC7644-3.5.2-25")
def test_a_member_whom_nobody_knows(client: Client, names: Names, expect: Expect) -> None:
    """A group gets a member by an id that was never given: a refusal changes nothing, and success keeps Ada in it."""
    ada = _id(client.create_user(whole_user_body(names.address("ada"))))
    group_id = _id(client.create_group(group_body(names.group("Design"), members=[{"value": ada}])))
    client.read_group(group_id)
    unknown = {"op": "add", "path": "members", "value": [{"value": UNKNOWN_ID}]}

    added = client.patch_group(group_id, unknown, name="add unknown member")
    client.read_group(group_id)
    created = client.create_group(
        group_body(names.group("Sales"), members=[{"value": UNKNOWN_ID}]), "create group with an unknown member"
    )

    expect.answer(added, 200, 204, 400, 404, 409, 422, proves="RFC7643-4.2-04")
    expect.answer(created, 201, 400, 404, 409, 422, proves="RFC7643-4.2-04")


def _step(client: Client, group_id: str, operation: Json) -> None:
    client.read_group(group_id)
    client.patch_group(group_id, operation)
    client.read_group(group_id)


def _id(entry: Entry) -> str:
    return str(exchange_of(entry).json.get("id") or "no-id")
