"""Users over SCIM: create, conflict, read, change, delete (RFC 7644 sections 3.3 to 3.6)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json, with_attribute
from harness.record.journal import Entry, exchange_of
from harness.record.message import (
    CORE_USER,
    equals,
    group_body,
    path_of,
    read,
    remove,
    whole_user_body,
    write,
)
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names

UNKNOWN_ID = "0f7c2f1e-no-such-id"
REFUSED = (400, 403, 404, 405, 409, 410, 501)  # each says that nothing was created
PASSWORD = "kX7!vb-29-Qe-throwaway"
MORE_THAN_A_SECOND = 1.1  # some bridges count whole seconds
# A meta that no bridge gives by itself.
WISHED_META = {
    "resourceType": "User",
    "created": "2001-02-03T04:05:06Z",
    "lastModified": "2001-02-03T04:05:06Z",
    "location": "https://elsewhere.example/Users/1",
    "version": 'W/"wished"',
}


def id_of(entry: Entry) -> str:
    """The id in the answer; a made-up one where it has none, so that the story can continue."""
    return str(exchange_of(entry).json.get("id") or UNKNOWN_ID)


@pytest.mark.situation_for("RFC7644-3.3-09", "RFC7644-3.3-12", "RFC7643-3.1-13")
def test_a_user_with_a_name_only_is_created(client: Client, names: Names, expect: Expect) -> None:
    """userName and the attributes that the bridge's own schema requires are enough; the user is read back by id."""
    schema = client.send(read(f"/Schemas/{CORE_USER}", "read schema"))
    body = _with_required_only(schema, whole_user_body(names.address("ada")))
    created = client.create_user(body)
    fetched = client.read_user(id_of(created))

    expect.answer(created, 200, 201, proves=("RFC7643-1.1-01", "RFC7643-7-15"))
    expect.answer(fetched, 200, proves="RFC7644-3.4.1-01")
    client.observe()


def _with_required_only(schema: Entry, body: Json) -> Json:
    """The body with only the attributes that the bridge's User schema requires; only userName if it has none."""
    listed = exchange_of(schema).json.get("attributes")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    required = {str(entry.get("name")) for entry in entries if entry.get("required") is True}
    return {name: value for name, value in body.items() if name in {"schemas", "userName"} | required}


@pytest.mark.situation_for("RFC7644-3.3-16", "RFC7643-4.1.1-04")
def test_a_user_name_is_taken_once(client: Client, names: Names, expect: Expect) -> None:
    """A second create of a userName conflicts, in the same letter case and in another; it leaves nothing behind."""
    address = names.address("ada")
    client.create_user(whole_user_body(address))
    client.observe()

    again = client.create_user(whole_user_body(address))
    capitals = client.create_user(whole_user_body(address.upper()))
    client.observe()

    expect.answer(again, 409, proves=("RFC7644-3.3-15", "RFC7644-3.12-12"))
    expect.answer(capitals, 409, proves="RFC7643-4.1.1-05")
    expect.one_address(address, proves="RFC7644-3.3-17")


def test_what_is_no_user_is_refused(client: Client, names: Names, expect: Expect) -> None:
    """A create without userName, with an empty one, or with a body that is not JSON is refused."""
    nameless = {**whole_user_body(names.address("ada")), "userName": None}
    without = client.create_user(nameless, "create user without userName")
    empty = client.create_user({**nameless, "userName": ""}, "create user with empty userName")
    broken = client.send(client.raw("POST", "/Users", b'{"schemas": ["urn:', "create user from broken JSON"))

    expect.answer(without, 400, proves=("RFC7643-4.1.1-02", "RFC7643-7-15"))
    expect.answer(without, 400, proves="RFC7644-3.12-17", scim_types=("invalidValue",))
    expect.answer(empty, 400, proves="RFC7643-4.1.1-03")
    expect.answer(broken, 400, proves="RFC7644-3.12-07")
    expect.answer(broken, 400, proves="RFC7644-3.12-08", scim_types=("invalidSyntax",))


def test_what_is_unknown_is_not_found(client: Client, names: Names, expect: Expect) -> None:
    """Every method gets 404 for the id of no user, and so does an endpoint that does not exist."""
    user_id = UNKNOWN_ID
    renamed = {"op": "replace", "path": "userName", "value": names.address("ada")}

    expect.answer(client.read_user(user_id, "read unknown user"), 404, proves="RFC7644-3.4.1-03", facets="User")
    put = client.replace_user(user_id, whole_user_body(names.address("ada")), "replace unknown user")
    expect.answer(put, *REFUSED, proves=("RFC7644-3.5.1-01", "RFC7644-3.2-04"), facets="User")
    patched = client.patch_user(user_id, renamed, name="patch unknown user")
    expect.answer(patched, 404, proves="RFC7644-3.5.2-33", facets="User")
    expect.answer(client.delete_user(user_id, "delete unknown user"), 404, proves="RFC7644-3.6-10", facets="User")
    expect.answer(client.send(read("/NoSuchType", "read unknown endpoint")), 404, proves="RFC7644-3.12-11")


def test_an_unknown_group_is_not_found(client: Client, names: Names, expect: Expect) -> None:
    """Every method gets 404 for the id of no group; where groups can only be read, a write is refused as such."""
    group_id = UNKNOWN_ID
    rename = {"op": "replace", "path": "displayName", "value": names.group("Sales")}
    read_only = (403, 405, 501)

    got = client.read_group(group_id, "read unknown group")
    body = group_body(names.group("Design"))
    put = client.send(write("PUT", path_of("Groups", group_id), "replace unknown group", body))
    patched = client.patch_group(group_id, rename, name="patch unknown group")
    deleted = client.delete_group(group_id, "delete unknown group")

    expect.answer(got, 404, proves="RFC7644-3.4.1-03", facets="Group")
    expect.answer(put, *REFUSED, proves=("RFC7644-3.5.1-01", "RFC7644-3.2-04"), facets="Group")
    expect.answer(patched, 404, *read_only, proves="RFC7644-3.5.2-33", facets="Group")
    expect.answer(deleted, 404, *read_only, proves="RFC7644-3.6-10", facets="Group")


@pytest.mark.situation_for("RFC7643-7-07")
def test_what_no_schema_has_is_not_kept(client: Client, names: Names, expect: Expect) -> None:
    """A create that brings an attribute which no schema has is done without it, or refused."""
    body = {**whole_user_body(names.address("ada")), "shoeSize": "38"}
    made = client.create_user(body, "create user with an unknown attribute")
    if exchange_of(made).status in (200, 201):
        client.read_user(id_of(made))

    expect.answer(made, 200, 201, 400, proves="RFC7644-3.3-19")


def test_nobody_gets_in_without_a_token(client: Client, names: Names, expect: Expect) -> None:
    """Reads and writes are refused with 401 without a token, with a wrong or an empty one, and with what is none."""
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"), title="Countess")))
    path = path_of("Users", ada)
    client.read_user(ada)
    nobody = client.send(client.anonymous(read("/Users", "list users without a token")))
    stranger = client.send(client.stranger(read("/Users", "list users with a wrong token")))

    nonsense = client.send(client.malformed(read("/Users", "list users with something that is no token")))
    empty = client.send(client.without_token(read("/Users", "list users with an empty token")))
    put = write("PUT", path, "replace user without a token", whole_user_body(names.address("ada"), title="Lady"))
    written = [client.send(client.anonymous(put))]
    client.read_user(ada)
    written.append(client.send(client.stranger(remove(path, "delete user with a wrong token"))))
    client.read_user(ada)

    expect.answer(nobody, 401, proves="RFC7644-3.12-09", facets="missing")
    expect.answer(empty, 401, proves=("RFC7644-3.12-09", "RFC7644-2-04"), facets=("invalid", "malformed"))
    expect.answer(stranger, 401, proves=("RFC7644-3.12-09", "RFC7644-2-04"), facets=("invalid", "unknown"))
    expect.answer(nonsense, 401, proves=("RFC7644-3.12-09", "RFC7644-2-04"), facets=("invalid", "malformed"))
    for answer in written:
        expect.answer(answer, 401, proves="RFC7644-3.12-09")


@pytest.mark.situation_for("RFC7644-3.5.1-02", "RFC7644-3.5.1-11", "RFC7644-3.1-06", "RFC7643-3.1-22", "RFC7643-3.1-24")
def test_a_put_replaces(client: Client, names: Names) -> None:
    """A user is replaced by its own representation with another title; id and meta in the body are ignored.

    The names have characters of two and of three bytes.
    """
    name = {"givenName": "Zoë", "familyName": "Łukasz 愛"}
    body = whole_user_body(names.address("ada"), title="Analyst", name=name, displayName="Zoë Łukasz 愛")
    created = client.create_user(body)
    user_id = id_of(created)
    fetched = client.read_user(user_id)

    client.replace_user(user_id, with_attribute(exchange_of(fetched).json or body, "title", "Countess"))
    client.read_user(user_id)


def test_what_the_bridge_assigns_is_its_own(client: Client, names: Names, expect: Expect) -> None:
    """A create of a user, and of a group, with an id and a meta of its own is accepted, and both are ignored."""
    wished = whole_user_body(names.address("ada"), id=UNKNOWN_ID, meta=WISHED_META)
    created = client.create_user(wished, "create user with id and meta")
    client.read_user(id_of(created))

    meta = {**WISHED_META, "resourceType": "Group"}
    client.create_group(group_body(names.group("Design"), id=UNKNOWN_ID, meta=meta), "create group with id and meta")

    expect.answer(created, 200, 201, proves=("RFC7644-3.3-01", "RFC7644-3.3-02", "RFC7643-3.1-18"), facets="User")


@pytest.mark.situation_for("RFC7644-3.5.1-12", "RFC7643-3.1-19", "RFC7644-3.5.1-02")
def test_what_the_bridge_assigned_stays(client: Client, names: Names, expect: Expect) -> None:
    """A PUT can't change id or meta; the other attributes in its body replace the old values."""
    address = names.address("ada")
    body = whole_user_body(address, active=True, emails=[{"value": names.address("old"), "type": "work"}])
    created = client.create_user(body)
    other = client.create_user(whole_user_body(names.address("grace")))
    user_id = id_of(created)
    body = {**body, "active": False, "emails": [{"value": names.address("new"), "type": "work"}]}

    client.replace_user(user_id, {**body, "meta": WISHED_META}, "replace user with another meta")
    client.read_user(user_id)
    taken = client.replace_user(user_id, {**body, "id": id_of(other)}, "replace user with another's id")
    client.read_user(user_id)
    untouched = client.read_user(id_of(other), "read the other user")

    expect.answer(taken, 200, 400, proves=("RFC7644-3.5.1-11", "RFC7643-3.1-09"))
    expect.answer(untouched, 200, proves=("RFC7644-3.5.1-11", "RFC7643-3.1-09"))


@pytest.mark.situation_for("RFC7643-4.1.1-19", "RFC7643-4.1.1-20", "RFC7643-4.1.1-21", "RFC7643-7-27")
def test_a_password_never_comes_back(client: Client, names: Names) -> None:
    """A user is created and replaced with a password, then read, found and listed; a bridge may refuse the password."""
    address = names.address("ada")
    created = client.create_user(whole_user_body(address, password=PASSWORD))
    user_id = id_of(created)

    client.read_user(user_id)
    client.read_user(user_id, "read user without meta", "excludedAttributes=meta")
    client.replace_user(user_id, whole_user_body(address, password=PASSWORD))
    client.find_users(f'userName eq "{address}"')


@pytest.mark.situation_for("RFC7643-3.1-24", "RFC7643-3.1-22", "RFC7643-3.1-23")
def test_a_change_has_its_time(client: Client, names: Names) -> None:
    """A user is deactivated a second later, and replaced another second later: lastModified follows, created stays."""
    body = whole_user_body(names.address("ada"), active=True)
    created = client.create_user(body)
    user_id = id_of(created)
    client.read_user(user_id)

    client.pause(MORE_THAN_A_SECOND)
    off = {"op": "replace", "path": "active", "value": False}
    client.patch_user(user_id, off, name="deactivate user")
    client.read_user(user_id)
    client.pause(MORE_THAN_A_SECOND)
    client.replace_user(user_id, body)
    client.read_user(user_id)


@pytest.mark.situation_for("RFC7644-3.5.2.3-11", "RFC7644-3.5.2-29", "RFC7644-3.5.2-35", "RFC7643-4.1.1-17")
def test_active_is_set_both_ways(client: Client, names: Names) -> None:
    """`active` becomes false with a path, and true again without one; a read and a list show it each time."""
    address = names.address("ada")
    created = client.create_user(whole_user_body(address, active=True))
    user_id = id_of(created)
    by_name = equals("userName", address)

    off = {"op": "replace", "path": "active", "value": False}
    client.patch_user(user_id, off, name="deactivate user")
    client.read_user(user_id)
    client.find_users(by_name)
    client.patch_user(user_id, {"op": "replace", "value": {"active": True}}, name="activate user")
    client.read_user(user_id)
    client.find_users(by_name)


@pytest.mark.situation_for("RFC7644-3.5.2-25")
def test_a_wrong_patch_changes_nothing(client: Client, names: Names, expect: Expect) -> None:
    """A PATCH that removes without a path, or a required or read-only attribute, is refused as a whole."""
    created = client.create_user(whole_user_body(names.address("ada"), active=True))
    user_id = id_of(created)
    client.read_user(user_id)
    # Every bridge keeps active, while a title may be unknown to it.
    good = {"op": "replace", "path": "active", "value": False}

    pathless = client.patch_user(user_id, {"op": "remove"}, name="remove without path")
    required = client.patch_user(user_id, good, {"op": "remove", "path": "userName"}, name="remove userName")
    read_only = client.patch_user(user_id, good, {"op": "remove", "path": "id"}, name="remove id")
    client.read_user(user_id)

    expect.answer(pathless, 400, proves="RFC7644-3.5.2.2-01", scim_types=("noTarget",))
    expect.answer(required, 400, proves="RFC7644-3.5.2.2-09", scim_types=("mutability",))
    expect.answer(read_only, 400, proves="RFC7644-3.5.2.2-10", scim_types=("mutability",))


@pytest.mark.situation_for("RFC7644-3.6-01", "RFC7644-3.6-04", "RFC7644-3.6-08", "RFC7643-3.1-06")
def test_a_deleted_user_is_gone(client: Client, names: Names, expect: Expect) -> None:
    """After the DELETE every method gets 404, no list contains the user, and the userName can be used again."""
    address = names.address("ada")
    created = client.create_user(whole_user_body(address))
    user_id = id_of(created)

    client.delete_user(user_id)
    client.read_user(user_id, "read deleted user")
    client.replace_user(user_id, whole_user_body(address), "replace deleted user")
    renamed = {"op": "replace", "path": "userName", "value": address}
    client.patch_user(user_id, renamed, name="patch deleted user")
    client.delete_user(user_id, "delete user again")
    client.find_users(f'userName eq "{address}"', "find deleted user")
    client.observe()
    anew = client.create_user(whole_user_body(address), "create user anew")

    expect.answer(anew, 200, 201, proves="RFC7644-3.6-09")
