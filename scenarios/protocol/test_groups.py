"""Groups over SCIM: members come and go (RFC 7643 section 4.2, RFC 7644 section 3.5.2)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import equals, group_body, patch_body, path_of, read, remove, whole_user_body, write
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names


@pytest.mark.situation_for("RFC7644-3.5.2.1-07", "RFC7644-3.5.2.2-04", "RFC7644-3.3-10")
def test_members_come_and_go(client: Client, names: Names, expect: Expect) -> None:
    """An empty group gets three members in two steps; one is removed by a filter path, and the others stay."""
    ids = [
        _id(client.send(write("POST", "/Users", "create user", whole_user_body(names.address(n)))).event) for n in "abc"
    ]
    group = client.send(write("POST", "/Groups", "create group", group_body(names.group("Design"))))
    path = path_of("Groups", _id(group.event))
    # A bridge whose groups can only be read says so with one of the other three.
    expect.answer(group, 201, 403, 405, 501, proves="RFC7643-4.2-08")

    _step(client, path, {"op": "add", "path": "members", "value": [{"value": ids[0]}]})
    _step(client, path, {"op": "add", "path": "members", "value": [{"value": ids[1]}, {"value": ids[2]}]})
    _step(client, path, {"op": "remove", "path": f"members[{equals('value', ids[0])}]"})


@pytest.mark.situation_for("RFC7644-3.6-02")
def test_a_deleted_group_leaves_its_members(client: Client, names: Names, expect: Expect) -> None:
    """A group is deleted; it can't be read any more, and its member still can."""
    user = client.send(write("POST", "/Users", "create user", whole_user_body(names.address("ada"))))
    members = [{"value": _id(user.event)}]
    group = client.send(write("POST", "/Groups", "create group", group_body(names.group("Sales"), members=members)))

    client.send(remove(path_of("Groups", _id(group.event)), "delete group"))
    client.send(read(path_of("Groups", _id(group.event)), "read deleted group"))
    member = client.send(read(path_of("Users", _id(user.event)), "read former member"))

    expect.answer(member, 200, proves="RFC7644-3.6-12")


def _step(client: Client, path: str, operation: Json) -> None:
    client.send(read(path, "read group"))
    client.send(write("PATCH", path, "change group members", patch_body(operation)))
    client.send(read(path, "read group"))


def _id(event: object) -> str:
    assert isinstance(event, Exchange)
    return str(event.json.get("id") or "no-id")
