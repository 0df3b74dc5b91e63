"""Google's requests (3.a to 3.d and 3.g, "Push").

Google publishes no description of this client. Requests that no recording shows are marked `unconfirmed`.
"""

from __future__ import annotations

from dataclasses import replace

from harness.directory.values import Person
from harness.record.exchange import Headers, Json, Request
from harness.record.message import CORE_USER, equals, patch_body, path_of, read, remove, render_query, write

AGENT = "Google-Auto-Provisioning"
# scimitar#142, snipe-it#12642. Authorization and Host are empty here: the transport fills them in where they stand.
READ: Headers = (("User-Agent", AGENT), ("Authorization", ""), ("Host", ""))
WRITE: Headers = (
    ("User-Agent", AGENT),
    ("Content-Type", "application/json"),
    ("Authorization", ""),
    ("Host", ""),
)
CORE_1_0 = "urn:scim:schemas:core:1.0"  # snipe-it#12642: both URNs at once
WORK_EMAIL = 'emails[type eq "work"].value'


def first_user() -> Request:
    """A guess: the first page of users (3.a, mark U)."""
    return replace(read("/Users", "test connection", "startIndex=1&count=1", READ), unconfirmed="docs/sources.md 3.a")


def find_user(person: Person, blank: str = "%20") -> Request:
    """The match query: `startIndex=1`, no `count` (GOOGLE-03)."""
    query = render_query((("filter", equals("userName", person.address)), ("startIndex", "1")), blank)
    return read("/Users", "find user", query, READ)


def create_user(person: Person) -> Request:
    """POST as plain `application/json`, with the URNs of two versions (GOOGLE-01, GOOGLE-02)."""
    return write("POST", "/Users", "create user", profile_of(person), WRITE)


def replace_user(scim_id: str, person: Person) -> Request:
    """PUT of the mapped attributes (3.c, mark U)."""
    path = path_of("Users", scim_id)
    return write("PUT", path, "replace user", profile_of(person), WRITE, "docs/sources.md 3.c")


def change_user(scim_id: str, person: Person, before: Person | None) -> Request:
    """The other guess: a PATCH in lower case of what is no longer as it was sent (3.c, mark U)."""
    known = mapped(before) if before else {}
    operations = [
        {"op": "replace", "path": path, "value": value}
        for path, value in mapped(person).items()
        if known.get(path) != value
    ]
    return write(
        "PATCH", path_of("Users", scim_id), "change user", patch_body(*operations), WRITE, "docs/sources.md 3.c"
    )


def set_active(scim_id: str, active: bool) -> Request:
    """A PATCH in the form of the RFC's own examples (3.d, mark U)."""
    body = patch_body({"op": "replace", "path": "active", "value": active})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE, "docs/sources.md 3.d")


def put_active(scim_id: str, person: Person, active: bool) -> Request:
    """The other guess: PUT of the whole user with `active` as wanted (3.d, mark U)."""
    body = {**profile_of(person), "active": active}
    return write("PUT", path_of("Users", scim_id), "replace user", body, WRITE, "docs/sources.md 3.d")


def delete_user(scim_id: str) -> Request:
    """DELETE, where deletion was chosen (GOOGLE-06; the verb is a guess)."""
    return remove(path_of("Users", scim_id), "delete user", READ, "docs/sources.md 3.d")


def profile_of(person: Person) -> Json:
    """What the recording shows of the body, up to where it was cut."""
    return {
        "schemas": [CORE_1_0, CORE_USER],
        "userName": person.address,
        "emails": [{"primary": True, "value": person.address, "type": "work"}],
        "displayName": person.full_name,
        "name": {"givenName": person.given_name, "familyName": person.family_name},
        "active": True,
    }


def mapped(person: Person) -> dict[str, str]:
    """The mapped attributes by path."""
    return {
        "userName": person.address,
        WORK_EMAIL: person.address,
        "displayName": person.full_name,
        "name.givenName": person.given_name,
        "name.familyName": person.family_name,
    }


def with_agent(request: Request, agent: str) -> Request:
    """The same request of another agent."""
    headers = tuple((name, agent if name == "User-Agent" else value) for name, value in request.headers)
    return replace(request, headers=headers)
