"""Entra ID's requests, in both of its ways to write a PATCH (2.a to 2.e)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from harness.directory.values import Group, Person
from harness.idp.entra.knobs import EntraKnobs
from harness.idp.entra.mapping import (
    DEFAULTS,
    WORK_EMAIL,
    AttributeChange,
    address_of,
    employee_number_of,
    external_id_of,
    filled,
    numbers_of,
    user_name_of,
)
from harness.idp.entra.writing import VERBOSE, Verbose, role
from harness.record.exchange import Headers, Json, Request, parse_body
from harness.record.message import (
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE_USER,
    equals,
    patch_body,
    path_of,
    read,
    remove,
    render_json,
    render_query,
    with_header,
    write,
)

# azure-docs#94189, suna#7297: reads carry neither Accept nor Content-Type nor User-Agent. Authorization and Host are
# empty here: the transport fills them in where they stand.
READ: Headers = (("Authorization", ""), ("Host", ""))
WRITE: Headers = (
    ("Authorization", ""),
    ("Content-Type", "application/scim+json; charset=utf-8"),
    ("Host", ""),
)
MICROSOFT_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
WITHOUT_MEMBERS = "excludedAttributes=members"
FLAG = "aadOptscim062020"  # MS-COMPAT
MATCH_PATHS = {"userName": "userName", "externalId": "externalId", "email": WORK_EMAIL}


def probe(path: str, attribute: str, seed: int, number: int, blank: str = "+") -> Request:
    """The question for a GUID that nobody has, the same for the same seed and step (2.a)."""
    unknown = uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:{seed}:{number}")
    query = render_query((("filter", equals(attribute, str(unknown))),), blank)
    return read(path, "test connection", f"{WITHOUT_MEMBERS}&{query}" if path == "/Groups" else query, READ)


def find_user(person: Person, on: str = "userName", knobs: EntraKnobs = DEFAULTS) -> Request:
    """The match query: blanks as `+`, neither startIndex nor count (2.a, 2.b)."""
    values = {"userName": user_name_of(person), "externalId": external_id_of(person, knobs), "email": person.address}
    path, value = MATCH_PATHS[on], values[on]
    asked = equals(path, value) if knobs.quotes_values else f"{path} eq {value}"
    query = render_query((("filter", asked),), knobs.blank)
    return read("/Users", "find user", query, READ)


def refers(endpoint: str, scim_id: str, attribute: str, other: str, blank: str = "+") -> Request:
    """The question whether one resource names another: two terms, of which only the id is to come back (2.e)."""
    both = f"{equals('id', scim_id)} and {equals(attribute, other)}"
    query = render_query((("filter", both), ("attributes", "id")), blank)
    name = "ask for member" if attribute == "members" else "ask for manager"
    request = read(f"/{endpoint}", name, query, READ)
    return replace(request, unconfirmed="docs/sources.md 2.e")


def read_schemas() -> Request:
    """What a gallery application asks for when it is set up (2.a)."""
    return read("/Schemas", "read schemas", headers=READ)


def read_user(scim_id: str) -> Request:
    """The read before each change (2.c)."""
    return read(path_of("Users", scim_id), "read user", headers=READ)


def create_user(person: Person, knobs: EntraKnobs = DEFAULTS, manager_id: str = "") -> Request:
    """POST with the enterprise URN, `meta` and `roles: []`; what is empty is not sent (ENTRA-08, MS-KNOWN).

    The URN of the enterprise schema is named where nothing stands below it, too. A manager is told later, or as text
    in the create, under a name with or without a capital (directory-scimple#1242, azure-docs#69234).
    """
    address = address_of(person, knobs)
    phones = [{"type": kind, "value": number} for kind, number in numbers_of(person, knobs).items()]
    enterprise = {"employeeNumber": employee_number_of(person, knobs), "department": person.department}
    manager: Json = {knobs.manager_in_create: manager_id} if knobs.manager_in_create and manager_id else {}
    beside: Json = {**(_or_null(enterprise) if knobs.explicit_nulls else filled(enterprise)), **manager}
    language = person.language if knobs.whole_mapping else ""
    body: Json = {
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "externalId": external_id_of(person, knobs),
        "userName": user_name_of(person),
        "active": True,
        "displayName": person.full_name,
        **({"title": person.title or None} if person.title or knobs.explicit_nulls else {}),
        "emails": [{"primary": True, "type": "work", "value": person.address}],
        "meta": {"resourceType": "User"},
        "name": {
            "formatted": person.full_name,
            "familyName": person.family_name,
            "givenName": person.given_name,
        },
        **({"addresses": [{"type": "work", **address}]} if address else {}),
        **({"phoneNumbers": phones} if phones else {}),
        **({"preferredLanguage": language} if language else {}),
        "roles": [role(name) for name in person.roles],
        **({ENTERPRISE_USER: beside} if beside else {}),
        # MS-MAP: the URN of a custom extension is missing in `schemas`.
        **(
            {knobs.custom_extension: {"division": person.division}}
            if knobs.custom_extension and person.division
            else {}
        ),
    }
    return write("POST", "/Users", "create user", body, WRITE)


def change_user(scim_id: str, operations: Sequence[Json], unconfirmed: str = "") -> Request:
    """PATCH of what differs (2.c)."""
    return write("PATCH", path_of("Users", scim_id), "change user", patch_body(*operations), WRITE, unconfirmed)


def set_active(scim_id: str, active: bool, wire: Verbose = VERBOSE, knobs: EntraKnobs = DEFAULTS) -> Request:
    """Replace at path `active`: text without the flag, a boolean with it (ENTRA-11)."""
    body = patch_body(*wire.operations([AttributeChange("Replace", "active", active)], knobs))
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE)


def delete_user(scim_id: str) -> Request:
    """Thirty days after the soft deletion (ENTRA-28)."""
    return remove(path_of("Users", scim_id), "delete user", READ)


def find_group(name: str, blank: str = "+") -> Request:
    """The match query for a group, without its members (2.e)."""
    query = render_query((("filter", equals("displayName", name)),), blank)
    return read("/Groups", "find group", f"{WITHOUT_MEMBERS}&{query}", READ)


def read_group(group_id: str) -> Request:
    """The read of a group, without its members (ENTRA-20)."""
    return read(path_of("Groups", group_id), "read group", WITHOUT_MEMBERS, READ)


def create_group(group: Group) -> Request:
    """POST without members, with Microsoft's own second URN (ENTRA-21)."""
    external_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:group:{group.key}:{group.name}"))
    body: Json = {
        "schemas": [CORE_GROUP, MICROSOFT_GROUP],
        "externalId": external_id,
        "displayName": group.name,
        "meta": {"resourceType": "Group"},
    }
    return write("POST", "/Groups", "create group", body, WRITE)


def rename_group(group_id: str, name: str, wire: Verbose = VERBOSE) -> Request:
    """Replace of `displayName` (2.e)."""
    body = patch_body(*wire.operations([AttributeChange("Replace", "displayName", name)]))
    return write("PATCH", path_of("Groups", group_id), "rename group", body, WRITE)


def change_members(group_id: str, operations: Sequence[Json]) -> Request:
    """PATCH of members (2.e)."""
    return write("PATCH", path_of("Groups", group_id), "change group members", patch_body(*operations), WRITE)


def change_member(group_id: str, op: str, scim_id: str) -> Request:
    """Add or Remove of one member without the flag."""
    return change_members(group_id, (VERBOSE.add_members if op == "Add" else VERBOSE.remove_members)([scim_id]))


def delete_group(group_id: str) -> Request:
    """The group lost its assignment, or is gone (ENTRA-29)."""
    return remove(path_of("Groups", group_id), "delete group", READ)


def as_sent(request: Request, knobs: EntraKnobs) -> Request:
    """The request under the header that recordings have, and with `Operations` first (ENTRA-39, ENTRA-46)."""
    if knobs.version_header:
        request = with_header(request, "ADSCIMVersion", knobs.version_header)
    body = parse_body(request.body or b"").value if knobs.operations_first and request.method == "PATCH" else None
    if isinstance(body, dict):
        ordered = {name: body[name] for name in sorted(body, key=lambda name: name != "Operations")}
        request = replace(request, body=render_json(ordered))
    return request


def _or_null(values: dict[str, str]) -> dict[str, str | None]:
    return {name: value or None for name, value in values.items()}
