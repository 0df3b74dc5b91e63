"""Groups over SCIM: members are added and removed (RFC 7643 section 4.2, RFC 7644 section 3.5.2)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json, with_attribute
from harness.record.journal import Entry, exchange_of
from harness.record.message import equals, group_body, path_of, read, render_query, whole_user_body, write
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
    expect.answer(group, 200, 201, 403, 405, 501, proves="RFC7643-4.2-08")

    _step(client, group_id, {"op": "add", "path": "members", "value": [{"value": ids[0]}]})
    _step(client, group_id, {"op": "add", "path": "members", "value": [{"value": ids[1]}, {"value": ids[2]}]})
    _step(client, group_id, {"op": "remove", "path": f"members[{equals('value', ids[0])}]"})


@pytest.mark.situation_for("RFC7644-3.5.1-15", "RFC7643-3.1-05")
def test_a_group_is_replaced(client: Client, names: Names) -> None:
    """A group is replaced by its own representation with another name, and read again."""
    user = client.create_user(whole_user_body(names.address("ada")))
    members = [{"value": _id(user)}]
    created = client.create_group(group_body(names.group("Design"), members=members))
    group_id = _id(created)

    shown = exchange_of(client.read_group(group_id)).json or group_body(names.group("Design"), members=members)
    client.send(
        write(
            "PUT",
            path_of("Groups", group_id),
            "replace group",
            with_attribute(shown, "displayName", names.group("Sales")),
        )
    )
    client.read_group(group_id)


@pytest.mark.situation_for("RFC7644-3.6-02", "RFC7644-3.6-05", "RFC7644-3.6-06", "RFC7644-3.6-07", "RFC7644-3.6-08")
def test_a_deleted_group_leaves_its_members(client: Client, names: Names, expect: Expect) -> None:
    """A group is deleted: every method gets 404, no list contains it, and its member can still be read."""
    user = client.create_user(whole_user_body(names.address("ada")))
    members = [{"value": _id(user)}]
    group = client.create_group(group_body(names.group("Sales"), members=members))

    client.delete_group(_id(group))
    client.read_group(_id(group), "read deleted group")
    body = group_body(names.group("Sales"))
    client.send(write("PUT", path_of("Groups", _id(group)), "replace deleted group", body))
    rename = {"op": "replace", "path": "displayName", "value": names.group("Selling")}
    client.patch_group(_id(group), rename, name="patch deleted group")
    client.delete_group(_id(group), "delete group again")
    client.send(read("/Groups", "find deleted group", _named(names.group("Sales"))))
    member = client.read_user(_id(user), "read former member")

    expect.answer(member, 200, proves="RFC7644-3.6-12")


def test_a_deleted_groups_name_is_free(client: Client, names: Names, expect: Expect) -> None:
    """A group is deleted, and another is created under its name."""
    name = names.group("Design")
    group = client.create_group(group_body(name))
    client.delete_group(_id(group))
    anew = client.create_group(group_body(name), "create group anew")

    if exchange_of(group).status in (200, 201):
        expect.answer(anew, 200, 201, proves="RFC7644-3.6-09")


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

    if exchange_of(added).status not in (405, 501):  # a bridge without PATCH
        expect.answer(added, 200, 204, 400, 404, 409, 422, proves="RFC7643-4.2-04")
    expect.answer(created, 200, 201, 400, 404, 409, 422, proves="RFC7643-4.2-04")


def _named(group: str) -> str:
    return render_query((("filter", equals("displayName", group)),))


def _step(client: Client, group_id: str, operation: Json) -> None:
    client.read_group(group_id)
    client.patch_group(group_id, operation)
    client.read_group(group_id)


def _id(entry: Entry) -> str:
    return str(exchange_of(entry).json.get("id") or "no-id")
