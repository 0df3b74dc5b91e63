"""Google Workspace, dialect `google-push`: auto-provisioning of users only (idp-wire.md section 3, "Push").

Google publishes no description of this client. What no recording shows is marked `unconfirmed` on the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.directory import Person
from harness.exchange import Headers, Json, Request, Response
from harness.idp.provider import (
    Barrier,
    Conversation,
    IdentityProvider,
    Job,
    Lost,
    Wait,
    body_of,
    id_in,
    is_success,
    matches_of,
)
from harness.message import CORE_USER, equals, patch_body, path_of, read, render_query, write

AGENT: Headers = (("User-Agent", "Google-Auto-Provisioning"),)  # scimitar#142
READ: Headers = AGENT
WRITE: Headers = (*AGENT, ("Content-Type", "application/json"))
CORE_1_0 = "urn:scim:schemas:core:1.0"  # snipe-it#12642: both URNs at once
SYNC_S = 3 * 3600.0  # G-ABOUT: "every few hours"
SUSPEND_DELAY_S = 86400.0  # G-ZEN: suspension within 24 hours is the shortest choice


class Google(IdentityProvider):
    """Sends no group requests: groups only narrow the scope. Suspends after a delay."""

    dialect = "google-push"
    claim = "google"
    pushes_groups = False
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deleted in Google Workspace, with suspension chosen for deleted users",
        "deactivate": "the user is suspended in Google Workspace",
        "unassign": "the application is turned off for the user's last group",
    }

    def connect(self) -> Iterator[Job | Barrier]:
        """A guess: the first page of users (3.a, mark U)."""
        request = read("/Users", "test connection", "startIndex=1&count=1", READ)
        yield Job("connection test", self._only(_unconfirmed(request, "idp-wire.md 3.a")))

    def plan(self) -> Iterator[Job | Barrier]:
        """One sync: every user whose state differs."""
        yield Job("sync", _pause(SYNC_S))
        yield Barrier()
        yield from self.user_jobs()

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return create_user(person)

    def provision(self, person: Person) -> Conversation[None]:
        """Match by userName; link, or create with both schema URNs (snipe-it#12642)."""
        found = yield from self.ask(find_user(person))
        matches = matches_of(found)
        if found.status != 200 or len(matches) > 1:
            self.fail(person.key, "the match failed", found)
        elif matches:
            self.link(person, id_in(matches[0]))
            if matches[0].get("active") is False:
                yield from self._set_active(person, True)
        else:
            created = yield from self.ask(create_user(person))
            if is_success(created) and id_in(body_of(created)):
                self.link(person, id_in(body_of(created)))
            else:
                self.fail(person.key, "the user could not be created", created)

    def update(self, person: Person) -> Conversation[None]:
        """PUT of the mapped attributes (3.c, mark U)."""
        path = path_of("Users", self.id_of(person))
        request = write("PUT", path, "replace user", profile_of(person), WRITE, "idp-wire.md 3.c")
        answer = yield from self.ask(request)
        if is_success(answer):
            self.links.sent[person.key] = person
        else:
            self.fail(person.key, "the update failed", answer)

    def deprovision(self, person: Person) -> Conversation[None]:
        """After the chosen delay `active` becomes false (verb and body: mark U)."""
        yield Wait(SUSPEND_DELAY_S, "idp")
        yield from self._set_active(person, False)

    def reactivate(self, person: Person) -> Conversation[None]:
        """`active` becomes true again (mark U)."""
        yield from self._set_active(person, True)
        yield from self.update(person)

    def ask(self, request: Request) -> Conversation[Response]:
        """Send once; a failure is listed in the console and tried again in the next sync (3.g, mark U)."""
        try:
            return (yield request)
        except Lost:
            return Response(0)

    def _set_active(self, person: Person, active: bool) -> Conversation[None]:
        answer = yield from self.ask(set_active(self.id_of(person), active))
        if not is_success(answer):
            self.fail(person.key, "the state could not be set", answer)
        elif active:
            self.links.inactive.discard(person.key)
        else:
            self.links.inactive.add(person.key)

    def _only(self, request: Request) -> Conversation[None]:
        yield from self.ask(request)


def find_user(person: Person) -> Request:
    """The match query: `startIndex=1`, no `count` (GOOGLE-03)."""
    query = render_query((("filter", equals("userName", person.address)), ("startIndex", "1")))
    return read("/Users", "find user", query, READ)


def create_user(person: Person) -> Request:
    """POST as plain `application/json` (GOOGLE-01, GOOGLE-02)."""
    return write("POST", "/Users", "create user", profile_of(person), WRITE)


def set_active(scim_id: str, active: bool) -> Request:
    """A PATCH in the form of the RFC's own examples (3.d, mark U)."""
    body = patch_body({"op": "replace", "path": "active", "value": active})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE, "idp-wire.md 3.d")


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


def _pause(seconds: float) -> Conversation[None]:
    yield Wait(seconds, "idp")


def _unconfirmed(request: Request, source: str) -> Request:
    return Request(request.method, request.target, request.name, request.headers, unconfirmed=source)
