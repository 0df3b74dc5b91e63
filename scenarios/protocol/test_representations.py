"""How a resource may be written down: keys, nulls, schemas, references, members (RFC 7643 sections 2 to 4)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json, get_attribute
from harness.record.journal import Entry, exchange_of
from harness.record.message import (
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE_USER,
    equals,
    group_body,
    path_of,
    read,
    render_query,
    whole_user_body,
    write,
)
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names

UNASSIGNED: list[object] = [None, "", [], {}]
DONE = (200, 204)
NO_WRITES = (403, 405, 501)  # each says that groups can only be read here
STRANGE = "urn:example:params:scim:schemas:nobody:2.0:User"


@pytest.mark.situation_for("RFC7643-2.1-01")
def test_keys_in_any_letter_case(client: Client, names: Names, expect: Expect) -> None:
    """A user is created with keys in capitals."""
    address = names.address("ada")
    body = whole_user_body(address)
    capitals = {key if key == "schemas" else key.upper(): value for key, value in body.items()}
    loud = client.create_user(capitals, "create user with keys in capitals")
    expect.answer(loud, 200, 201, proves="RFC7643-2.1-03")
    expect.shows_one_of(client.read_user(client.id_from(loud)), {"userName": [address]}, proves="RFC7643-2.1-03")


@pytest.mark.situation_for("RFC7643-2.1-01")
def test_keys_in_any_order(client: Client, names: Names, expect: Expect) -> None:
    """A user is written by POST, PUT and PATCH with keys in reverse order."""
    other = names.address("grace")
    turned = client.create_user(_turned(whole_user_body(other)), "create user, schemas last")
    expect.answer(turned, 200, 201, proves="RFC7643-2.3.8-01")
    grace = client.id_from(turned)
    put = client.replace_user(grace, _turned(whole_user_body(other, active=True)), "replace user, schemas last")
    operation = {"value": True, "path": "active", "op": "replace"}
    patch = {"Operations": [operation], "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
    patched = client.send(write("PATCH", path_of("Users", grace), "patch user, op last", patch))
    shown = client.read_user(grace)
    expect.answer(put, *DONE, proves="RFC7643-2.3.8-01")
    expect.answer(patched, *DONE, 403, 405, 501, proves="RFC7643-2.3.8-01")
    expect.shows_one_of(shown, {"userName": [other]}, proves="RFC7643-2.3.8-01")


def _turned(body: Json) -> Json:
    return dict(reversed(body.items()))


@pytest.mark.situation_for("RFC7643-3.3-04", "RFC7643-3.3-07", "RFC7643-3-09")
def test_schemas_in_any_order(client: Client, names: Names, expect: Expect) -> None:
    """Users whose schemas name the extension first, or last, are the same; its data stands under its URN."""
    if not _has_enterprise(client):
        return
    made = []
    for number, uris in enumerate(([CORE_USER, ENTERPRISE_USER], [ENTERPRISE_USER, CORE_USER])):
        body = whole_user_body(names.address(f"ada{number}"), externalId=names.group(f"order{number}"))
        extension = {"employeeNumber": "701984", "department": "Engines"}
        made.append(client.create_user({**body, "schemas": uris, ENTERPRISE_USER: extension}))
    client.id_from(made[0])
    first, last = (exchange_of(entry).json for entry in made)
    expect.answer(made[1], 200, 201, proves="RFC7643-3-07")
    wanted = get_attribute(first, ENTERPRISE_USER)
    expect.shows_one_of(made[1], {ENTERPRISE_USER: [wanted]}, proves="RFC7643-3-07")
    if isinstance(last.get("id"), str):
        expect.shows_one_of(client.read_user(last["id"]), {ENTERPRISE_USER: [wanted]}, proves="RFC7643-3-07")


@pytest.mark.situation_for("RFC7643-3-10")
def test_schemas_that_do_not_fit(client: Client, names: Names, expect: Expect) -> None:
    """A user with an unknown schema besides, and one with the schema of groups only."""
    body = whole_user_body(names.address("ada"))
    client.create_user({**body, "schemas": [CORE_USER, STRANGE]}, "create user with an unknown schema")
    other = whole_user_body(names.address("grace"))
    wrong = client.create_user({**other, "schemas": [CORE_GROUP]}, "create user with the schema of groups")
    expect.answer(wrong, 400, proves="RFC7643-3.3-03")


def test_null_and_empty_mean_unassigned(client: Client, names: Names, expect: Expect) -> None:
    """Null and an empty array on create and PUT; what they leave is not present for a filter either."""
    address = names.address("ada")
    body = whole_user_body(address)
    nothing = client.create_user({**body, "title": None}, "create user with null")
    expect.answer(nothing, 200, 201, proves="RFC7643-2.5-01")
    ada = client.id_from(nothing)
    expect.shows_one_of(client.read_user(ada), {"title": UNASSIGNED}, proves="RFC7643-2.5-01")
    empty = client.create_user({**whole_user_body(names.address("bob")), "phoneNumbers": []}, "create user with []")
    expect.answer(empty, 200, 201, proves="RFC7643-2.5-02")
    bob = client.id_from(empty)
    expect.shows_one_of(client.read_user(bob), {"phoneNumbers": UNASSIGNED}, proves="RFC7643-2.5-02")

    for name, who in (("title", address), ("phoneNumbers", names.address("bob"))):
        found = client.find_users(f"{name} pr and {equals('userName', who)}", f"find by a present {name}")
        if exchange_of(found).status == 200:
            expect.listed(found, at_most=0, proves="RFC7643-2.5-03")

    phones = [{"value": "+1-201-555-0123", "type": "work"}]
    client.replace_user(ada, {**body, "title": "Analyst", "phoneNumbers": phones}, "replace user with values")
    cleared = client.replace_user(ada, {**body, "title": None, "phoneNumbers": []}, "replace user with null and []")
    after = client.read_user(ada)
    if 200 <= exchange_of(cleared).status < 300:
        expect.shows_one_of(after, {"title": UNASSIGNED}, proves="RFC7643-2.5-04")
        expect.shows_one_of(after, {"phoneNumbers": UNASSIGNED}, proves="RFC7643-2.5-05")
    nameless = {**whole_user_body(names.address("carl")), "userName": None}
    refused = client.create_user(nameless, "create user whose userName is null")
    expect.answer(refused, 400, proves="RFC7643-2.5-06")


@pytest.mark.situation_for("RFC7643-3.1-11", "RFC7643-3.1-12", "RFC7643-7-20")
def test_external_ids_are_the_clients(client: Client, names: Names, expect: Expect) -> None:
    """Two users have the same externalId; it keeps its letter case, and filters mind it."""
    mark = names.group("Ext-Id-aB")
    ada = client.create_user(whole_user_body(names.address("Ada"), externalId=mark))
    grace = client.create_user(whole_user_body(names.address("grace"), externalId=mark), "create with the same")
    client.create_user(whole_user_body(names.address("none")), "create user without externalId")
    expect.answer(grace, 200, 201, proves="RFC7643-3.1-15")
    expect.shows_one_of(client.read_user(client.id_from(ada)), {"externalId": [mark, None]}, proves="RFC7643-7-19")

    swapped = client.find_users(equals("externalId", mark.swapcase()), "find by another letter case")
    if _is_taken(swapped):
        expect.listed(swapped, at_most=0, proves=("RFC7643-3.1-16", "RFC7643-7-18"))
    user_id = client.id_from(ada)
    if user_id.swapcase() != user_id:
        other = client.find_users(equals("id", user_id.swapcase()), "find by an id in another letter case")
        if _is_taken(other):
            expect.listed(other, at_most=0, proves=("RFC7643-3.1-08", "RFC7643-3.1-30"))


def _is_taken(found: Entry) -> bool:
    """Whether the bridge takes the filter."""
    return exchange_of(found).status == 200


@pytest.mark.situation_for("RFC7643-2.4-05", "RFC7643-2.4-09", "RFC7643-2.4-08")
def test_primary_values(client: Client, names: Names, expect: Expect) -> None:
    """Values without primary, two primaries in a PUT, one address under two types, and labels in capitals."""
    address = names.address("ada")
    values = [{"value": address, "type": "work"}, {"value": names.address("home"), "type": "home"}]
    ada = client.id_from(client.create_user({**whole_user_body(address), "emails": values}))
    client.read_user(ada)
    both = [{**value, "primary": True} for value in values]
    put = client.replace_user(ada, {**whole_user_body(address), "emails": both}, "replace user with two primaries")
    client.read_user(ada)
    expect.answer(put, *DONE, 400, proves="RFC7643-2.4-04")
    twice = [{"value": address, "type": kind} for kind in ("work", "home")]
    client.replace_user(ada, {**whole_user_body(address), "emails": twice}, "replace user, one address twice")
    loud = [{"value": address, "type": "WORK"}]
    client.replace_user(ada, {**whole_user_body(address), "emails": loud}, "replace user with a label in capitals")


@pytest.mark.situation_for("RFC7643-2.3.7-07", "RFC7643-4.2-05", "RFC7643-4.1.2-16", "RFC7643-7-23")
def test_references_lead_to_what_they_name(client: Client, names: Names, expect: Expect) -> None:
    """The members of a group and the groups of a user are read by value and by address."""
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    made = client.create_group(group_body(names.group("Design"), members=[{"value": ada}]))
    group = client.id_from(made)
    shown = client.read_group(group)
    for member in _entries(shown, "members"):
        value = str(member.get("value"))
        by_value = client.read_user(value, "read a member by its value")
        expect.answer(by_value, 200, proves="RFC7643-2.4-02")
        if (path := _below(shown, member)) is not None:
            got = client.send(read(path, "follow a reference"))
            expect.answer(got, 200, proves="RFC7643-2.3.7-05")
            expect.shows_one_of(got, {"id": [value]}, proves="RFC7643-2.3.7-05")
            if "://" not in str(member.get("$ref")):
                expect.answer(got, 200, proves="RFC7643-2.3.7-03")
    user = client.read_user(ada)
    for entry in _entries(user, "groups"):
        by_value = client.read_group(str(entry.get("value")), "read a group by its value")
        expect.answer(by_value, 200, proves="RFC7643-4.1.2-15")
        if (path := _below(user, entry)) is not None:
            group_itself = client.send(read(path, "follow a reference to a group"))
            expect.shows_one_of(group_itself, {"id": [entry.get("value")]}, proves="RFC7643-2.3.7-05")


def _below(shown: Entry, entry: Json) -> str | None:
    """The path of a $ref that lies below the bridge's address, absolute or relative to it; None for any other."""
    address, base = entry.get("$ref"), exchange_of(shown).base.rstrip("/")
    if not isinstance(address, str) or not address:
        return None
    if address.startswith(f"{base}/"):
        return address.removeprefix(base)
    return None if "://" in address or address.startswith(("/", "..")) else f"/{address.removeprefix('./')}"


def _entries(entry: Entry, name: str) -> list[Json]:
    values = get_attribute(exchange_of(entry).json, name)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def test_membership_is_the_groups_affair(client: Client, names: Names, expect: Expect) -> None:
    """Groups that a client writes at a user change no group, and a member's value is not changed in place."""
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    design = client.id_from(client.create_group(group_body(names.group("Design"))))
    wished = [{"value": design}]
    client.create_user(whole_user_body(names.address("grace"), groups=wished), "create user with groups")
    client.replace_user(ada, whole_user_body(names.address("ada"), groups=wished), "replace user with groups")
    add = {"op": "add", "path": "groups", "value": wished}
    patched = client.patch_user(ada, add, name="add groups to a user")
    created = {"op": "replace", "path": "meta.created", "value": "2001-02-03T04:05:06Z"}
    moved = client.patch_user(ada, created, name="replace meta.created")
    empty = client.read_group(design)
    expect.shows_one_of(empty, {"members": UNASSIGNED}, proves="RFC7643-4.1.2-17")
    expect.answer(patched, 400, 403, 405, 501, proves="RFC7643-4.1.2-18")
    expect.answer(moved, 400, 403, 405, 501, proves="RFC7643-7-21")

    grace = client.id_from(client.create_user(whole_user_body(names.address("bob"))))
    sales = client.id_from(client.create_group(group_body(names.group("Sales"), members=[{"value": ada}])))
    swap = {"op": "replace", "path": f'members[value eq "{ada}"].value', "value": grace}
    swapped = client.patch_group(sales, swap, name="change the value of a member")
    client.read_group(sales)
    expect.answer(swapped, 400, 403, 405, 501, proves=("RFC7643-4.2-03", "RFC7643-7-24"))


@pytest.mark.situation_for("RFC7643-4.2-02", "RFC7643-4.2-06", "RFC7643-4.2-07")
def test_odd_members(client: Client, names: Names) -> None:
    """A group with a member that has no value, and a group within a group; a bridge may refuse both."""
    inner = client.id_from(client.create_group(group_body(names.group("Inner"))))
    nested = [{"value": inner, "type": "Group"}]
    client.create_group(group_body(names.group("Outer"), members=nested), "create group with a group")
    client.create_group(group_body(names.group("Empty"), members=[{"display": "Ada"}]), "create group, no value")


@pytest.mark.situation_for("RFC7643-4.3-02", "RFC7643-4.3-05", "RFC7643-4.3-04", "RFC7643-3.3-07")
def test_a_manager(client: Client, names: Names) -> None:
    """A user gets a manager with a made-up name, on create and by PUT."""
    if not _has_enterprise(client):
        return
    boss = client.id_from(client.create_user(whole_user_body(names.address("boss"))))
    extension = {"manager": {"value": boss, "displayName": "Made up by the client"}}
    body = whole_user_body(names.address("ada"), **{ENTERPRISE_USER: extension})
    body = {**body, "schemas": [CORE_USER, ENTERPRISE_USER]}
    ada = client.id_from(client.create_user(body, "create user with a manager"))
    client.read_user(ada)
    client.replace_user(ada, body, "replace user with a manager")
    client.read_user(ada)


def _has_enterprise(client: Client) -> bool:
    types = exchange_of(client.send(read("/ResourceTypes", "read resource types")))
    return ENTERPRISE_USER in str(types.json.get("Resources"))


def test_the_methods_of_users_and_groups(client: Client, names: Names, expect: Expect) -> None:
    """Users, and groups where they can be written, are made, read, listed, replaced and deleted."""
    body = whole_user_body(names.address("ada"))
    made = client.create_user(body)
    proves = ("RFC7644-3.2-01", "RFC7644-3.2-05")
    expect.answer(made, 200, 201, proves=proves)
    user = client.id_from(made)
    count = render_query((("count", "1"),))
    expect.answer(client.send(read("/Users", "list one user", count)), 200, proves=proves)
    expect.answer(client.read_user(user), 200, proves="RFC7644-3.2-05")
    expect.answer(client.replace_user(user, body), *DONE, proves="RFC7644-3.2-05")
    expect.answer(client.delete_user(user), 204, proves="RFC7644-3.2-05")

    group = group_body(names.group("Design"))
    formed = client.create_group(group)
    listed = client.send(read("/Groups", "list one group", count))
    expect.answer(listed, 200, proves=("RFC7644-3.2-02", "RFC7644-3.2-06"))
    expect.answer(formed, 200, 201, *NO_WRITES, proves=("RFC7644-3.2-02", "RFC7644-3.2-06"))
    group_id = client.id_from(formed)
    expect.answer(client.read_group(group_id), 200, proves="RFC7644-3.2-06")
    put = client.send(write("PUT", path_of("Groups", group_id), "replace group", group))
    expect.answer(put, *DONE, *NO_WRITES[:2], proves="RFC7644-3.2-06")
    expect.answer(client.delete_group(group_id), 204, *NO_WRITES, proves="RFC7644-3.2-06")
