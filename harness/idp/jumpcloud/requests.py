"""JumpCloud's requests. No recording is public; what neither guides nor tests of others show is `unconfirmed`."""

from __future__ import annotations

from dataclasses import replace

from harness.directory.values import Person
from harness.idp.jumpcloud.knobs import JumpCloudKnobs
from harness.record.exchange import Headers, Json, Request
from harness.record.message import CORE_GROUP, CORE_USER, equals, patch_body, path_of, read, remove, render_query, write

UNCONFIRMED = "docs/sources.md JumpCloud"
# A guess, all of it. Authorization and Host are empty here: the transport fills them in where they stand.
READ: Headers = (("Accept", "application/scim+json"), ("Authorization", ""), ("Host", ""))
WRITE: Headers = (*READ, ("Content-Type", "application/scim+json"))
WORK_EMAIL = 'emails[type eq "work"].value'


def read_page(endpoint: str, name: str, start: int, count: int) -> Request:
    """A guess: one page of a list."""
    return replace(read(endpoint, name, f"startIndex={start}&count={count}", READ), unconfirmed=UNCONFIRMED)


def find_user(person: Person, knobs: JumpCloudKnobs) -> Request:
    """The look-up that tells whether to create or update (IDP-JUMPCLOUD-CUSTOM); its form is a guess."""
    query = render_query((("filter", equals("userName", person.address)),), knobs.blank)
    return replace(read("/Users", "find user", query, READ), unconfirmed=UNCONFIRMED)


def find_group(name: str, knobs: JumpCloudKnobs) -> Request:
    """The same for a group, whose management is taken over when its name is the same (IDP-JUMPCLOUD-GROUPS)."""
    query = render_query((("filter", equals("displayName", name)),), knobs.blank)
    return replace(read("/Groups", "find group", query, READ), unconfirmed=UNCONFIRMED)


def create_user(person: Person, knobs: JumpCloudKnobs, name: str = "create user") -> Request:
    """POST of the mapped attributes (IDP-JUMPCLOUD-GROUPS)."""
    return write("POST", "/Users", name, profile_of(person, knobs), WRITE)


def change_user(scim_id: str, person: Person, before: Person | None, name: str = "change user") -> Request:
    """PATCH of what is not as it was sent: an operation with a path for each attribute (IDP-JUMPCLOUD-RUST)."""
    known = mapped(before) if before else {}
    operations = [
        {"op": "replace", "path": path, "value": value}
        for path, value in mapped(person).items()
        if known.get(path) != value
    ]
    return write("PATCH", path_of("Users", scim_id), name, patch_body(*operations), WRITE)


def replace_user(scim_id: str, person: Person, knobs: JumpCloudKnobs, *, active: bool = True) -> Request:
    """The other way: PUT of the mapped attributes."""
    body = {**profile_of(person, knobs), "active": active}
    return write("PUT", path_of("Users", scim_id), "replace user", body, WRITE, UNCONFIRMED)


def set_active(scim_id: str, active: bool, name: str = "set user active") -> Request:
    """PATCH of `active` with a path and a Boolean (IDP-JUMPCLOUD-RUST)."""
    body = patch_body({"op": "replace", "path": "active", "value": active})
    return write("PATCH", path_of("Users", scim_id), name, body, WRITE)


def delete_user(scim_id: str, name: str = "delete user") -> Request:
    """DELETE (IDP-JUMPCLOUD-CUSTOM)."""
    return remove(path_of("Users", scim_id), name, READ)


def create_group(display_name: str, name: str = "create group") -> Request:
    """POST of the name, which is all that is mapped (IDP-JUMPCLOUD-GROUPS)."""
    return write("POST", "/Groups", name, {"schemas": [CORE_GROUP], "displayName": display_name}, WRITE)


def rename_group(group_id: str, display_name: str, name: str = "rename group") -> Request:
    """Renaming is supported (IDP-JUMPCLOUD-GROUPS); its form is a guess."""
    body = patch_body({"op": "replace", "path": "displayName", "value": display_name})
    return write("PATCH", path_of("Groups", group_id), name, body, WRITE, UNCONFIRMED)


def add_members(group_id: str, ids: list[str], name: str = "change group members") -> Request:
    """Members with `value` and nothing else (IDP-JUMPCLOUD-RUST)."""
    body = patch_body({"op": "add", "path": "members", "value": [{"value": scim_id} for scim_id in ids]})
    return write("PATCH", path_of("Groups", group_id), name, body, WRITE)


def remove_members(group_id: str, ids: list[str], knobs: JumpCloudKnobs) -> Request:
    """Removed by value (IDP-JUMPCLOUD-RUST, IDP-JUMPCLOUD-UNIMONI); the filter in the path is the other way."""
    path, is_guess = path_of("Groups", group_id), knobs.remove_by == "filter"
    operations: list[Json] = [{"op": "remove", "path": "members", "value": [{"value": scim_id} for scim_id in ids]}]
    if is_guess:
        operations = [{"op": "remove", "path": f"members[{equals('value', scim_id)}]"} for scim_id in ids]
    body = patch_body(*operations)
    return write("PATCH", path, "change group members", body, WRITE, UNCONFIRMED if is_guess else "")


def delete_group(group_id: str, name: str = "delete group") -> Request:
    """DELETE of a managed group (IDP-JUMPCLOUD-GROUPS)."""
    return remove(path_of("Groups", group_id), name, READ)


def profile_of(person: Person, knobs: JumpCloudKnobs) -> Json:
    """The mapped attributes: names and address (IDP-JUMPCLOUD-GROUPS)."""
    return {
        "schemas": [CORE_USER],
        **({"externalId": person.key} if knobs.send_external_id else {}),
        "userName": person.address,
        "name": {"givenName": person.given_name, "familyName": person.family_name},
        "displayName": person.full_name,
        "emails": [{"value": person.address, "type": "work", "primary": True}],
        "active": True,
    }


def mapped(person: Person) -> dict[str, str]:
    """The same by path."""
    return {
        "userName": person.address,
        "name.givenName": person.given_name,
        "name.familyName": person.family_name,
        "displayName": person.full_name,
        WORK_EMAIL: person.address,
    }
