"""Rippling's requests. No recording is public: guides tell which settings there are, and the bodies are guesses."""

from __future__ import annotations

from dataclasses import replace

from harness.directory.values import Group, Person
from harness.idp.rippling.knobs import RipplingKnobs
from harness.record.exchange import Headers, Json, Request
from harness.record.message import (
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE_USER,
    equals,
    patch_body,
    path_of,
    read,
    remove,
    render_query,
    write,
)

UNCONFIRMED = "docs/sources.md Rippling"
# A guess, all of it. Authorization and Host are empty here: the transport fills them in where they stand.
READ: Headers = (("Accept", "application/scim+json"), ("Authorization", ""), ("Host", ""))
WRITE: Headers = (*READ, ("Content-Type", "application/scim+json"))
PRIMARY_EMAIL = "emails[primary eq true].value"


def test_connection(knobs: RipplingKnobs) -> Request:
    """What one outsider says is read, or the first user."""
    if knobs.test_by == "users":
        return read_page("/Users", "test connection", 1, 1)
    return replace(read("/ServiceProviderConfig", "test connection", headers=READ), unconfirmed=UNCONFIRMED)


def read_page(endpoint: str, name: str, start: int, count: int) -> Request:
    """One page of a list."""
    return replace(read(endpoint, name, f"startIndex={start}&count={count}", READ), unconfirmed=UNCONFIRMED)


def find_user(person: Person, knobs: RipplingKnobs) -> Request:
    """A guess: by userName, which is the address (IDP-RIPPLING-GUIDES)."""
    query = render_query((("filter", equals("userName", person.address)),), knobs.blank)
    return replace(read("/Users", "find user", query, READ), unconfirmed=UNCONFIRMED)


def create_user(person: Person, knobs: RipplingKnobs) -> Request:
    """POST of the attributes that the guides choose (IDP-RIPPLING-GUIDES)."""
    return write("POST", "/Users", "create user", profile_of(person, knobs), WRITE)


def replace_user(scim_id: str, person: Person, knobs: RipplingKnobs, *, active: bool = True) -> Request:
    """A guess: PUT of the same attributes."""
    body = {**profile_of(person, knobs), "active": active}
    return write("PUT", path_of("Users", scim_id), "replace user", body, WRITE, UNCONFIRMED)


def change_user(scim_id: str, person: Person, before: Person | None) -> Request:
    """The other guess: a PATCH of what is not as it was sent."""
    known = mapped(before) if before else {}
    operations = [
        {"op": "replace", "path": path, "value": value}
        for path, value in mapped(person).items()
        if known.get(path) != value
    ]
    return write("PATCH", path_of("Users", scim_id), "change user", patch_body(*operations), WRITE, UNCONFIRMED)


def set_active(scim_id: str, active: bool) -> Request:
    """What one outsider says is sent on a termination (IDP-RIPPLING-AUTHN); its form is a guess."""
    body = patch_body({"op": "replace", "path": "active", "value": active})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE, UNCONFIRMED)


def delete_user(scim_id: str) -> Request:
    """A guess: DELETE."""
    return remove(path_of("Users", scim_id), "delete user", READ, UNCONFIRMED)


def create_group(group: Group) -> Request:
    """POST of the name, where "Create & Delete Groups" is chosen (IDP-RIPPLING-GUIDES)."""
    body = {"schemas": [CORE_GROUP], "displayName": group.name, "members": []}
    return write("POST", "/Groups", "create group", body, WRITE, UNCONFIRMED)


def rename_group(group_id: str, name: str) -> Request:
    """A guess: a PATCH of the name."""
    body = patch_body({"op": "replace", "path": "displayName", "value": name})
    return write("PATCH", path_of("Groups", group_id), "rename group", body, WRITE, UNCONFIRMED)


def change_members(group_id: str, joiners: list[str], leavers: list[str], knobs: RipplingKnobs) -> Request:
    """A PATCH where it is chosen for groups (IDP-RIPPLING-GUIDES); its operations are a guess."""
    gone: list[Json] = [{"op": "remove", "path": f"members[{equals('value', scim_id)}]"} for scim_id in leavers]
    if knobs.remove_by == "value" and leavers:
        gone = [{"op": "remove", "path": "members", "value": [{"value": scim_id} for scim_id in leavers]}]
    new: list[Json] = [{"op": "add", "path": "members", "value": [{"value": each} for each in joiners]}]
    body = patch_body(*gone, *(new if joiners else []))
    return write("PATCH", path_of("Groups", group_id), "change group members", body, WRITE, UNCONFIRMED)


def replace_group(group_id: str, name: str, members: list[str]) -> Request:
    """The other way: PUT of name and members."""
    body = {"schemas": [CORE_GROUP], "displayName": name, "members": [{"value": each} for each in members]}
    return write("PUT", path_of("Groups", group_id), "replace group", body, WRITE, UNCONFIRMED)


def delete_group(group_id: str) -> Request:
    """DELETE, where "Create & Delete Groups" is chosen (IDP-RIPPLING-GUIDES)."""
    return remove(path_of("Groups", group_id), "delete group", READ)


def profile_of(person: Person, knobs: RipplingKnobs) -> Json:
    """What the guides choose: externalId, the primary address, both names; the address is the user name."""
    has_number = knobs.send_employee_number and person.employee_number
    return {
        "schemas": [CORE_USER, *([ENTERPRISE_USER] if has_number else [])],
        **({"externalId": person.key} if knobs.send_external_id else {}),
        "userName": person.address,
        "name": {"givenName": person.given_name, "familyName": person.family_name},
        "displayName": person.full_name,
        "emails": [{"value": person.address, "type": "work", "primary": True}],
        "active": True,
        **({ENTERPRISE_USER: {"employeeNumber": person.employee_number}} if has_number else {}),
    }


def mapped(person: Person) -> dict[str, str]:
    """The same by path."""
    return {
        "userName": person.address,
        "name.givenName": person.given_name,
        "name.familyName": person.family_name,
        "displayName": person.full_name,
        PRIMARY_EMAIL: person.address,
    }
