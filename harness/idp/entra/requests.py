"""Entra ID's requests, in both of its ways to write a PATCH (2.a to 2.e)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness.directory.values import Group, Person
from harness.idp.entra.answers import MANAGER, roles_of, value_at
from harness.idp.entra.knobs import EntraKnobs
from harness.record.exchange import Headers, Json, Request, get_attribute
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
WORK_EMAIL = 'emails[type eq "work"].value'
ROLE_TYPE = "WindowsAzureActiveDirectoryRole"  # MS-MAP
GUEST = "#EXT#"
DEFAULTS = EntraKnobs()
MATCH_PATHS = {"userName": "userName", "externalId": "externalId", "email": WORK_EMAIL}


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute that differs. `op` is Add where the bridge lacks it, Replace where it has another (2.c).

    A removal has no value; `roles` are told by name, and a manager may be written in several ways.
    """

    op: str
    path: str
    value: str | bool | Sequence[str] | Json | list[Json] | None


class Verbose:
    """Without the flag: capitals, one operation with a path for each attribute, booleans as text (MS-COMPAT)."""

    def operations(self, changes: Iterable[AttributeChange]) -> list[Json]:
        """One operation each."""
        return [_operation(each.op, each.path, self._value(each)) for each in changes]

    def _value(self, change: AttributeChange) -> object:
        if change.path == "roles" and isinstance(change.value, Sequence):
            return [{"value": _role_as_text(str(name))} for name in change.value]
        return str(change.value) if change.path == "active" else change.value

    def add_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """`Add` at `members`."""
        return [{"op": "Add", "path": "members", "value": entries(ids, null_ref)}]

    def remove_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """`Remove` at `members`, who is meant in `value`: by the letter of RFC 7644 that names everybody (ENTRA-22)."""
        return [{"op": "Remove", "path": "members", "value": entries(ids, null_ref)}]


class Compliant(Verbose):
    """With the flag: lower case, booleans, one pathless operation, value filters apart (MS-COMPAT)."""

    def operations(self, changes: Iterable[AttributeChange]) -> list[Json]:
        """First what needs a value filter; then all else in one value with dotted and URN keys (ENTRA-16)."""
        given = list(changes)
        if len(given) == 1 and given[0].path in ("active", MANAGER):
            (one,) = given
            return [_operation(one.op.lower(), one.path, one.value)]
        alone = [c for c in given if "[" in c.path or c.path == "roles" or c.op == "Remove"]
        together = {c.path: c.value for c in given if c not in alone}
        apart = [_operation(c.op.lower(), c.path, self._value(c)) for c in alone]
        return apart + ([{"op": "replace", "value": together}] if together else [])

    def _value(self, change: AttributeChange) -> object:
        # MS-MAP: roles have the form that they have in a POST.
        if change.path == "roles" and isinstance(change.value, Sequence):
            return [_role(str(name)) for name in change.value]
        return change.value

    def add_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """`add` at `members`."""
        return [{"op": "add", "path": "members", "value": entries(ids, null_ref)}]

    def remove_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """One `remove` by filter path for each (ENTRA-23)."""
        return [{"op": "remove", "path": f"members[{equals('value', scim_id)}]"} for scim_id in ids]


VERBOSE = Verbose()
COMPLIANT = Compliant()


def entries(ids: Sequence[str], null_ref: bool = False) -> list[Json]:
    """Members by `value`; the samples of MS-TUT have a `$ref` of null first, recordings do not (ENTRA-24)."""
    return [({"$ref": None} if null_ref else {}) | {"value": scim_id} for scim_id in ids]


def _operation(op: str, path: str, value: object) -> Json:
    return {"op": op, "path": path} | ({} if value is None else {"value": value})


def _role(name: str) -> Json:
    return {"primary": False, "type": ROLE_TYPE, "display": name, "value": name}


def _role_as_text(name: str) -> str:
    """MS-MAP: without the flag a PATCH has a role as JSON inside a text."""
    role = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:role:{name}")), "value": name, "displayName": name}
    return json.dumps(role, ensure_ascii=False, separators=(",", ":"))


def probe(path: str, attribute: str, seed: int, number: int, blank: str = "+") -> Request:
    """The question for a GUID that nobody has, the same for the same seed and step (2.a)."""
    unknown = uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:{seed}:{number}")
    query = render_query((("filter", equals(attribute, str(unknown))),), blank)
    return read(path, "test connection", f"{WITHOUT_MEMBERS}&{query}" if path == "/Groups" else query, READ)


def find_user(person: Person, on: str = "userName", blank: str = "+", *, quotes: bool = True) -> Request:
    """The match query: blanks as `+`, neither startIndex nor count (2.a, 2.b)."""
    values = {"userName": user_name_of(person), "externalId": nickname_of(person), "email": person.address}
    path, value = MATCH_PATHS[on], values[on]
    query = render_query((("filter", equals(path, value) if quotes else f"{path} eq {value}"),), blank)
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


def create_user(person: Person, knobs: EntraKnobs = DEFAULTS) -> Request:
    """POST with the enterprise URN, `meta` and `roles: []`; what is empty is not sent (ENTRA-08, MS-KNOWN)."""
    address: dict[str, str] = {"type": "work", "locality": person.city, "country": person.country}
    phones = [{"type": kind, "value": v} for kind, v in (("work", person.phone), ("mobile", person.mobile)) if v]
    enterprise = {"employeeNumber": employee_number_of(person), "department": person.department}
    body: Json = {
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "externalId": nickname_of(person),
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
        **({"addresses": [_filled(address)]} if person.city or person.country else {}),
        **({"phoneNumbers": phones} if phones else {}),
        "roles": [_role(name) for name in person.roles],
        ENTERPRISE_USER: _or_null(enterprise) if knobs.explicit_nulls else _filled(enterprise),
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


def set_active(scim_id: str, active: bool, wire: Verbose = VERBOSE) -> Request:
    """Replace at path `active`: text without the flag, a boolean with it (ENTRA-11)."""
    body = patch_body(*wire.operations([AttributeChange("Replace", "active", active)]))
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


def user_name_of(person: Person) -> str:
    """The principal name; that of a guest, `ada_home.example#EXT#@…`, is reduced to the home address (MS-HOW)."""
    home, mark, _ = person.principal_name.partition(GUEST)
    if mark and "_" in home:
        return "@".join(home.rsplit("_", 1))
    return person.principal_name or person.address


def nickname_of(person: Person) -> str:
    """What `externalId` is mapped from: the mail nickname, not the object id (MS-TUT)."""
    return (person.principal_name or person.address).split("@")[0]


def employee_number_of(person: Person) -> str:
    """The employee number; people whom a story hires have one too."""
    return person.employee_number or f"MF-{person.key}"


def mapped(person: Person, knobs: EntraKnobs = DEFAULTS) -> dict[str, str]:
    """Path and value of everything that is compared and changed; what is empty is left alone (MS-KNOWN)."""
    return _filled(
        {
            "displayName": person.full_name,
            "title": person.title,
            "name.givenName": person.given_name,
            "name.familyName": person.family_name,
            "userName": user_name_of(person),
            WORK_EMAIL: person.address,
            'addresses[type eq "work"].locality': person.city,
            'addresses[type eq "work"].country': person.country,
            'phoneNumbers[type eq "work"].value': person.phone,
            'phoneNumbers[type eq "mobile"].value': person.mobile,
            f"{ENTERPRISE_USER}:department": person.department,
            f"{ENTERPRISE_USER}:employeeNumber": person.employee_number,
            f"{knobs.custom_extension}:division": person.division if knobs.custom_extension else "",
        }
    )


def differences(person: Person, resource: Json, knobs: EntraKnobs = DEFAULTS) -> list[AttributeChange]:
    """One change for each mapped attribute that differs; a user who is inactive becomes active again (2.c)."""
    changes = []
    for path, value in mapped(person, knobs).items():
        current = value_at(resource, path)
        if current != value:
            changes.append(AttributeChange("Replace" if current else "Add", path, value))
    if not set(person.roles) <= roles_of(resource):
        changes.append(AttributeChange("Add", "roles", person.roles))
    if get_attribute(resource, "active") is False:
        changes.append(AttributeChange("Replace", "active", True))
    return changes


def manager_change(old: str, new: str, knobs: EntraKnobs = DEFAULTS) -> AttributeChange:
    """Another manager, in one of the three spellings, or none any more (ENTRA-15)."""
    if not new:
        return (
            AttributeChange("Remove", MANAGER, None)
            if knobs.clear_manager == "remove"
            else AttributeChange("Replace", MANAGER, "")
        )
    op = "Replace" if old else "Add"
    if knobs.manager_as == "array":
        return AttributeChange(op, "manager", [{"$ref": f"../Users/{new}", "value": new}])
    return AttributeChange(op, MANAGER, {"value": new} if knobs.manager_as == "object" else new)


def _or_null(values: dict[str, str]) -> dict[str, str | None]:
    return {name: value or None for name, value in values.items()}


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
