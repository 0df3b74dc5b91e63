"""OneLogin's requests, as a recording and its developers' pages show them; what neither shows is `unconfirmed`."""

from __future__ import annotations

from dataclasses import replace

from harness.directory.values import Group, Person
from harness.idp.onelogin.knobs import OneLoginKnobs
from harness.record.exchange import Headers, Json, Request
from harness.record.message import CORE_GROUP, equals, patch_body, path_of, read, remove, render_query, write

UNCONFIRMED = "docs/sources.md OneLogin"
# authentik#11249: reads carry a Content-Type, and nothing says who asks. Authorization and Host are empty here: the
# transport fills them in where they stand.
HEADERS: Headers = (("Content-Type", "application/json"), ("Authorization", ""), ("Host", ""))
EXTENSION = "urn:scim:schemas:extension:enterprise:2.0"
NOBODY = "onelogin-connection-test"


def find_user(user_name: str, knobs: OneLoginKnobs, name: str = "find user") -> Request:
    """The look-up, with what follows the filter in the recording."""
    query = render_query((("filter", equals("userName", user_name)),), knobs.blank)
    return read("/Users", name, query + ("&" if knobs.tail else ""), HEADERS)


def test_connection(knobs: OneLoginKnobs) -> Request:
    """A look-up of a name that nobody has (IDP-ONELOGIN-API); which name it is, is not said."""
    return find_user(NOBODY, knobs, "test connection")


def read_config() -> Request:
    """What one outsider says is read when the connection is saved."""
    return replace(read("/ServiceProviderConfig", "read configuration", headers=HEADERS), unconfirmed=UNCONFIRMED)


def create_user(person: Person, knobs: OneLoginKnobs) -> Request:
    """POST of the template (IDP-ONELOGIN-API)."""
    name = "create user" if knobs.emails_as == "list" else "create user with one address"
    return write("POST", "/Users", name, filled_in(person, knobs, active=True), HEADERS)


def replace_user(scim_id: str, person: Person, knobs: OneLoginKnobs, *, active: bool = True) -> Request:
    """PUT of the template, with a question mark behind the id (authentik#11249)."""
    path = path_of("Users", scim_id) + ("?" if knobs.tail else "")
    return write("PUT", path, "replace user", filled_in(person, knobs, active=active), HEADERS)


def put_active(scim_id: str, person: Person, knobs: OneLoginKnobs, active: bool) -> Request:
    """A guess: the same PUT with `active` as wanted."""
    return replace(replace_user(scim_id, person, knobs, active=active), unconfirmed=UNCONFIRMED)


def patch_active(scim_id: str, active: bool) -> Request:
    """The other guess: a PATCH of `active`."""
    body = patch_body({"op": "replace", "path": "active", "value": active})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, HEADERS, UNCONFIRMED)


def delete_user(scim_id: str) -> Request:
    """DELETE, where the administrator has chosen it (IDP-ONELOGIN-API)."""
    return remove(path_of("Users", scim_id), "delete user", HEADERS)


def list_groups(start: int, count: int) -> Request:
    """The groups that there are (IDP-ONELOGIN-API); the page is a guess."""
    query = f"startIndex={start}&count={count}"
    return replace(read("/Groups", "list groups", query, HEADERS), unconfirmed=UNCONFIRMED)


def create_group(group: Group) -> Request:
    """POST of a name (IDP-ONELOGIN-API); what else it holds is a guess."""
    body: Json = {"schemas": [CORE_GROUP], "displayName": group.name}
    return write("POST", "/Groups", "create group", body, HEADERS, UNCONFIRMED)


def rename_group(group_id: str, name: str) -> Request:
    """A guess: a PATCH of the name."""
    body = patch_body({"op": "replace", "path": "displayName", "value": name})
    return write("PATCH", path_of("Groups", group_id), "rename group", body, HEADERS, UNCONFIRMED)


def add_member(group_id: str, scim_id: str) -> Request:
    """A PATCH for each user who is put into a group (authentik#11249); its body is a guess."""
    body = patch_body({"op": "add", "path": "members", "value": [{"value": scim_id}]})
    return write("PATCH", path_of("Groups", group_id), "change group members", body, HEADERS, UNCONFIRMED)


def remove_member(group_id: str, scim_id: str, knobs: OneLoginKnobs) -> Request:
    """A guess in two forms: by a filter in the path, or by a value."""
    operation: Json = {"op": "remove", "path": f"members[{equals('value', scim_id)}]"}
    if knobs.remove_by == "value":
        operation = {"op": "remove", "path": "members", "value": [{"value": scim_id}]}
    path = path_of("Groups", group_id)
    return write("PATCH", path, "change group members", patch_body(operation), HEADERS, UNCONFIRMED)


def filled_in(person: Person, knobs: OneLoginKnobs, *, active: bool) -> Json:
    """The template of the enterprise application, filled in for a person.

    The recording shows schemas, userName and name; the rest is that of IDP-ONELOGIN-SCHEMA in the names of SCIM 2.0.
    """
    email: Json = {"value": person.address, "type": "work", "primary": True}
    is_legacy = knobs.core_urn.startswith("urn:scim:")
    extension = EXTENSION if is_legacy else "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    body: Json = {
        "schemas": [knobs.core_urn, *([extension] if knobs.extension else [])],
        "userName": person.address,
        "name": {
            "familyName": person.family_name,
            "givenName": person.given_name,
            "formatted": person.full_name,
        },
        "emails": email if knobs.emails_as == "object" else [email],
        "active": active if knobs.active_as == "boolean" else str(active).lower(),
    }
    if person.title or knobs.push_empty:
        body["title"] = person.title
    if knobs.extension and (person.department or knobs.push_empty):
        body[extension] = {"department": person.department}
    return body
