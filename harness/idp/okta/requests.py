"""Okta's requests (1.a to 1.e)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from harness.directory.values import Group, Person
from harness.idp.okta.knobs import OktaKnobs
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

AGENT = "Okta SCIM Client 1.0.0"
_MEDIA = ("Accept", "application/scim+json"), ("Accept-Charset", "utf-8")
# Authorization and Host are empty here: the transport fills them in where they stand.
_REST = (
    ("User-Agent", AGENT),
    ("Authorization", ""),
    ("Host", ""),
    ("Connection", "Keep-Alive"),
    (
        "Accept-Encoding",
        "gzip,deflate",
    ),
)
# OKTA-REF, CAP-OKTA: reads carry no Content-Type.
READ: Headers = (*_MEDIA, *_REST)
WRITE: Headers = (*_MEDIA, ("Content-Type", "application/scim+json; charset=utf-8"), *_REST)

PAGE = "startIndex=1&count=100"
CUSTOM_GROUP = "urn:okta:custom:group:1.0"
DEFAULTS = OktaKnobs()
PASSWORD = "q8Zr2mKd"  # always there, and meaningless (OKTA-REF)

Roster = Mapping[str, str]


def find_user(person: Person, knobs: OktaKnobs = DEFAULTS) -> Request:
    """The match query (1.b)."""
    return read("/Users", "find user", _match(equals("userName", person.address), knobs), READ)


def _match(condition: str, knobs: OktaKnobs) -> str:
    """A filter with its page; in which order, and how blanks and the at sign are written, is free (OKTA-03)."""
    query = render_query((("filter", condition),), knobs.blank)
    query = query.replace("%40", "@") if knobs.plain_at else query
    return f"{PAGE}&{query}" if knobs.page_first else f"{query}&{PAGE}"


def read_user(scim_id: str) -> Request:
    """The read before each PUT (1.c)."""
    return read(path_of("Users", scim_id), "read user", headers=READ)


def create_user(person: Person, knobs: OktaKnobs = DEFAULTS) -> Request:
    """POST with `groups: []` and a password that means nothing (OKTA-06)."""
    further = further_profile(person, knobs)
    schemas = [CORE_USER, *([ENTERPRISE_USER] if ENTERPRISE_USER in further else [])]
    profile = {**profile_of(person, knobs), **further}
    body = {"schemas": schemas, **profile, "groups": [], "password": PASSWORD, "active": True}
    return write("POST", "/Users", "create user", body, WRITE)


def pushed_profile(person: Person, stored: Json, knobs: OktaKnobs = DEFAULTS) -> Json:
    """What stands over the bridge's own values in a PUT; with enterprise attributes, their URN in `schemas` (1.c)."""
    further = further_profile(person, knobs, with_empty=knobs.push_empty)
    profile = {**profile_of(person, knobs), **further, "active": True, "groups": []}
    if knobs.password_in_put:
        profile["password"] = PASSWORD
    named = stored.get("schemas")
    if ENTERPRISE_USER in further and isinstance(named, list) and ENTERPRISE_USER not in named:
        profile["schemas"] = [*named, ENTERPRISE_USER]
    return profile


def replace_user(scim_id: str, body: Json) -> Request:
    """PUT of a whole user (1.c)."""
    return write("PUT", path_of("Users", scim_id), "replace user", body, WRITE)


def set_active(scim_id: str, active: bool) -> Request:
    """A pathless replace (OKTA-12)."""
    body = patch_body({"op": "replace", "value": {"active": active}})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE)


def set_password(scim_id: str, password: str) -> Request:
    """A pathless replace with the new password (OKTA-REF)."""
    body = patch_body({"op": "replace", "value": {"password": password}})
    return write("PATCH", path_of("Users", scim_id), "set user password", body, WRITE)


def password_of(person: Person) -> str:
    """A password that somebody is given by synchronisation; made up, the same for the same person."""
    return f"{PASSWORD}{okta_id(person)[-6:]}"


def find_group(name: str, knobs: OktaKnobs = DEFAULTS) -> Request:
    """The query for a group whose remote id is not known (1.e)."""
    return read("/Groups", "find group", _match(equals("displayName", name), knobs), READ)


def read_group(group_id: str) -> Request:
    """The read before each PUT of a group (1.e, wizard apps)."""
    return read(path_of("Groups", group_id), "read group", headers=READ)


def create_group(group: Group, members: Roster | None = None, description: str = "") -> Request:
    """POST of a pushed group; its members follow in a request of their own, or the first come along (OKTA-18)."""
    body: Json = {"schemas": [CORE_GROUP], "displayName": group.name, "members": entries(members or {})}
    if description:
        body["schemas"].append(CUSTOM_GROUP)
        body[CUSTOM_GROUP] = {"description": description}
    unconfirmed = "docs/sources.md 1.e" if description else ""
    return write("POST", "/Groups", "create group", body, WRITE, unconfirmed)


def rename_group(group_id: str, name: str) -> Request:
    """A pathless replace that brings the id along (OKTA-19)."""
    body = patch_body({"op": "replace", "value": {"id": group_id, "displayName": name}})
    return write("PATCH", path_of("Groups", group_id), "rename group", body, WRITE)


def change_members(group_id: str, leavers: Iterable[str], joiners: Roster) -> Request:
    """One removal by filter path for each leaver, then one add with an array (OKTA-20)."""
    operations = [remove_member(leaver) for leaver in leavers]
    if joiners:
        operations.append({"op": "add", "path": "members", "value": entries(joiners)})
    return write("PATCH", path_of("Groups", group_id), "change group members", patch_body(*operations), WRITE)


def replace_members(group_id: str, members: Roster) -> Request:
    """A full push: the remote list becomes this one (OKTA-22)."""
    operation = {"op": "replace", "path": "members", "value": entries(members)}
    return write("PATCH", path_of("Groups", group_id), "replace group members", patch_body(operation), WRITE)


def empty_group(group_id: str, name: str, *, is_bare: bool = False) -> Request:
    """The other full push of a group without members: pathless; the quoted body has no schemas (scimgateway#113)."""
    operation = {"op": "replace", "value": {"members": [], "id": group_id, "displayName": name}}
    body = {"Operations": [operation]} if is_bare else patch_body(operation)
    unconfirmed = "docs/sources.md 1.h" if is_bare else ""
    return write("PATCH", path_of("Groups", group_id), "replace group members", body, WRITE, unconfirmed)


def replace_group(group_id: str, body: Json) -> Request:
    """PUT of a whole group (OKTA-31)."""
    return write("PUT", path_of("Groups", group_id), "replace group", body, WRITE)


def bare_group(group_id: str, name: str, members: Iterable[Json]) -> Json:
    """The body of such a PUT as one log has it: without `meta`, each member with `display` null (scimgateway#95)."""
    entries_ = [{"value": member.get("value"), "display": None} for member in members]
    return {"schemas": [CORE_GROUP], "id": group_id, "displayName": name, "members": entries_}


def delete_group(group_id: str) -> Request:
    """Unlink, and delete the remote group (OKTA-25)."""
    return remove(path_of("Groups", group_id), "delete group", WRITE)  # with a Content-Type (OKTA-PAGE-2018)


def read_page(endpoint: str, start: int, count: int, name: str) -> Request:
    """One page of a list: `startIndex`, then `count` (1.a)."""
    return read(endpoint, name, f"startIndex={start}&count={count}", READ)


def entries(members: Roster) -> list[Json]:
    """Members as Okta writes them: `value` and `display`, neither type nor `$ref` (SCIM-SDK#419)."""
    return [{"value": scim_id, "display": address} for scim_id, address in members.items()]


def remove_member(scim_id: str) -> Json:
    """The operation that removes one member by a filter path."""
    return {"op": "remove", "path": f"members[{equals('value', scim_id)}]"}


def further_profile(person: Person, knobs: OktaKnobs, *, with_empty: bool = False) -> Json:
    """Mapped enterprise attributes; whose values are all empty gets neither them nor their URN (LAB-OKTA)."""
    if not knobs.map_enterprise:
        return {}
    values = {
        "department": person.department,
        "division": person.division,
        "employeeNumber": person.employee_number,
    }
    enterprise = {name: value for name, value in values.items() if value or with_empty}
    title = {"title": person.title} if person.title or with_empty else {}
    return {**title, **({ENTERPRISE_USER: enterprise} if enterprise else {})}


def read_schemas() -> Iterator[Request]:
    """What "Import User Schema" asks for (1.a)."""
    for path in ("/Schemas", "/ResourceTypes"):
        yield read(path, f"read {path.strip('/').lower()}", headers=READ)


def profile_of(person: Person, knobs: OktaKnobs = DEFAULTS) -> Json:
    """What the catalogue app maps (1.b); `externalId` is the Okta user id, twenty characters."""
    return {
        "userName": person.address,
        "name": {"givenName": person.given_name, "familyName": person.family_name},
        "emails": [{"primary": True, "value": person.address, "type": "work"}],
        "displayName": person.full_name,
        "locale": "en-US",
        **({"externalId": okta_id(person)} if knobs.send_external_id else {}),
    }


def okta_id(person: Person) -> str:
    """The Okta user id: `00u` and seventeen characters."""
    return f"00u{hashlib.sha256(person.key.encode()).hexdigest()[:17]}"


def overlay(stored: Json, mapped: Json) -> Json:
    """The bridge's own answer with Okta's values over it, each in the place of the old one (CAP-OKTA).

    Names are the same in any letter case (RFC 7643 section 2.1), so one that came as `username` is not sent twice. In a
    complex value the parts that Okta does not map stay: that is how `name.formatted` goes stale.
    """
    spelt = {name.lower(): name for name in mapped}
    body: Json = {}
    for name, value in stored.items():
        own = spelt.get(name.lower())
        body[own or name] = value if own is None else _over(value, mapped[own])
    return {**body, **{name: value for name, value in mapped.items() if name not in body}}


def _over(old: object, new: object) -> object:
    return overlay(old, new) if isinstance(old, dict) and isinstance(new, dict) else new


def with_agent(request: Request, agent: str) -> Headers:
    """The headers of a request under another User-Agent."""
    return tuple((name, agent if name == "User-Agent" else value) for name, value in request.headers)
