"""Google's requests and its reading of answers: idp-wire.md sections 3.a to 3.d and 3.g, "Push". Pure.

Google publishes no description of this client. What no recording shows is marked `unconfirmed` on the request.
"""

from __future__ import annotations

from dataclasses import replace

from harness.directory.values import Person
from harness.idp.provider import body_of, is_success
from harness.record.exchange import Headers, Json, Request, Response, get_attribute
from harness.record.message import CORE_USER, ERROR, equals, patch_body, path_of, read, remove, render_query, write

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
LONGEST_ID = 1000


def first_user() -> Request:
    """A guess: the first page of users (3.a, mark U)."""
    return replace(read("/Users", "test connection", "startIndex=1&count=1", READ), unconfirmed="idp-wire.md 3.a")


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
    return write("PUT", path, "replace user", profile_of(person), WRITE, "idp-wire.md 3.c")


def change_user(scim_id: str, person: Person, before: Person | None) -> Request:
    """The other guess: a PATCH in lower case of what is no longer as it was sent (3.c, mark U)."""
    known = mapped(before) if before else {}
    operations = [
        {"op": "replace", "path": path, "value": value}
        for path, value in mapped(person).items()
        if known.get(path) != value
    ]
    return write("PATCH", path_of("Users", scim_id), "change user", patch_body(*operations), WRITE, "idp-wire.md 3.c")


def set_active(scim_id: str, active: bool) -> Request:
    """A PATCH in the form of the RFC's own examples (3.d, mark U)."""
    body = patch_body({"op": "replace", "path": "active", "value": active})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE, "idp-wire.md 3.d")


def put_active(scim_id: str, person: Person, active: bool) -> Request:
    """The other guess: PUT of the whole user with `active` as wanted (3.d, mark U)."""
    body = {**profile_of(person), "active": active}
    return write("PUT", path_of("Users", scim_id), "replace user", body, WRITE, "idp-wire.md 3.d")


def delete_user(scim_id: str) -> Request:
    """DELETE, where deletion was chosen (GOOGLE-06; the verb is a guess)."""
    return remove(path_of("Users", scim_id), "delete user", READ, "idp-wire.md 3.d")


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


def fault_of(response: Response) -> str:
    """Why a write failed; empty when all is well. An Error under a 2xx is a failure, and so is what is no JSON."""
    if not is_success(response):
        return "no answer" if response.status == 0 else "refused"
    if response.body.strip() and not body_of(response):
        return "the body is no JSON object"
    return "an Error body" if _is_error(body_of(response)) else ""


def read_created(response: Response) -> tuple[str, str]:
    """The id of a new user, and why there is none."""
    if fault := fault_of(response):
        return "", fault
    scim_id = usable_id(body_of(response))
    return scim_id, "" if scim_id else "the answer has no id"


def read_matches(response: Response, *, takes_first: bool = False, takes_404: bool = False) -> list[Json] | str:
    """Who matches, nobody or one; or, as text, why that can't be told: then nothing is created (3.g)."""
    if response.status == 404 and takes_404:
        return []
    if fault := fault_of(response):
        return "the match query failed" if fault in ("refused", "no answer") else fault
    body = body_of(response)
    total, listed = get_attribute(body, "totalResults"), get_attribute(body, "Resources")
    if not isinstance(total, int) or isinstance(total, bool):
        return "totalResults is no number"
    if listed is not None and not isinstance(listed, list):
        return "Resources is no array"
    found = [each for each in listed or () if isinstance(each, dict)]
    if len(found) != len(listed or ()):
        return "Resources lists what is no user"
    if total < len(found) or total > len(found) == 0:
        return f"totalResults is {total}, and {len(found)} are listed"
    return "several users match" if total > 1 and not takes_first else found[:1]


def shows_otherwise(person: Person, resource: Json) -> bool:
    """Whether a match shows another value for something that is mapped; what it does not show is left alone."""
    name = get_attribute(resource, "name")
    parts = name if isinstance(name, dict) else {}
    shown = {
        "displayName": get_attribute(resource, "displayName"),
        "name.givenName": get_attribute(parts, "givenName"),
        "name.familyName": get_attribute(parts, "familyName"),
    }
    wanted = mapped(person)
    return any(value is not None and value != wanted[path] for path, value in shown.items())


def usable_id(resource: Json) -> str:
    """The id of a resource; empty when there is none that can stand in a URL."""
    value = resource.get("id")
    # Dots alone are no segment of a path: clients take them away, and what is meant then is the whole collection.
    if not isinstance(value, str) or len(value) > LONGEST_ID or value in (".", ".."):
        return ""
    return value if value.encode("utf-8", "replace").decode() == value else ""


def _is_error(body: Json) -> bool:
    schemas = body.get("schemas")
    return isinstance(schemas, list) and ERROR in schemas
