"""Okta, dialect `okta-oin`: events; PUT for profiles, PATCH for activation and groups (idp-wire.md section 1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import ClassVar

from harness.directory import Group, Person
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
    in_scope_ids,
    is_success,
    matches_of,
)
from harness.message import CORE_GROUP, CORE_USER, equals, patch_body, path_of, read, render_query, write

# OKTA-REF, CAP-OKTA: reads carry no Content-Type.
READ: Headers = (
    ("Accept", "application/scim+json"),
    ("Accept-Charset", "utf-8"),
    ("User-Agent", "Okta SCIM Client 1.0.0"),
    ("Connection", "Keep-Alive"),
    ("Accept-Encoding", "gzip,deflate"),
)
WRITE: Headers = (*READ, ("Content-Type", "application/scim+json; charset=utf-8"))
MEMBERS_PER_PATCH = 256  # ory/polis#4080
TRIES = 10  # OKTA-CON: at most ten on 429
PAUSE_WITHOUT_HEADER_S = 300.0  # OKTA-CON: 429 without a whole number of seconds


class Okta(IdentityProvider):
    """Never lists what it did not import, never deletes a user, and keeps a failed job as a task for the admin."""

    dialect = "okta-oin"
    claim = "okta"
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deactivated and then deleted in Okta",
        "deactivate": "the user is deactivated in Okta (a suspension there sends nothing)",
        "unassign": "the user loses the last assignment of the application",
    }

    def connect(self) -> Iterator[Job | Barrier]:
        """`GET /Users?startIndex=1&count=2`, then the first import page of groups (LAB-OKTA, OKTA-11)."""
        yield Job("connection test", self._read_only("test connection", "/Users", 2))
        yield Job("group import", self._read_only("import groups", "/Groups", 100))

    def plan(self) -> Iterator[Job | Barrier]:
        """Users first, each a job of its own; then a push of every assigned group whose members or name changed."""
        yield Job("event", _moment(1.5))
        yield from self.user_jobs()
        yield Barrier()
        for group in self.directory.assigned_groups():
            if self._is_group_due(group):
                yield Job(f"group {group.key}", self.push(group))

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return create_user(person)

    def provision(self, person: Person) -> Conversation[None]:
        """Match by userName; link and push the profile, or create. A conflict stops the job (OKTA-FAQ)."""
        found = yield from self.ask(find_user(person))
        matches = matches_of(found)
        if found.status not in (200, 404) or len(matches) > 1:
            self.fail(person.key, "the match query failed", found)
        elif matches:
            self.link(person, id_in(matches[0]))
            if matches[0].get("active") is False:
                yield from self._set_active(person, True)
            yield from self.update(person)
        else:
            yield Wait(0.25, "idp")  # LAB-OKTA: 249 ms between match and create
            created = yield from self.ask(create_user(person))
            if is_success(created) and id_in(body_of(created)):
                self.link(person, id_in(body_of(created)))
            else:
                self.fail(person.key, "the user could not be created", created)

    def update(self, person: Person) -> Conversation[None]:
        """`GET`, then `PUT` of that answer overlaid with what Okta maps (CAP-OKTA)."""
        path = path_of("Users", self.id_of(person))
        current = yield from self.ask(read(path, "read user", headers=READ))
        if not is_success(current):
            self.fail(person.key, "the user could not be read", current)
            return
        yield Wait(0.2, "idp")
        mapped = {**profile_of(person), "active": True, "groups": []}
        # Names are the same in any case (RFC 7643 section 2.1): one that came as username is not sent twice.
        given = {name.lower() for name in mapped}
        body = {**{k: v for k, v in body_of(current).items() if k.lower() not in given}, **mapped}
        replaced = yield from self.ask(write("PUT", path, "replace user", body, WRITE))
        if is_success(replaced):
            self.links.sent[person.key] = person
        else:
            self.fail(person.key, "the profile could not be pushed", replaced)

    def deprovision(self, person: Person) -> Conversation[None]:
        """Okta keeps the user and replaces `active` with false, without a path (OKTA-12)."""
        yield from self._set_active(person, False)

    def reactivate(self, person: Person) -> Conversation[None]:
        """The same remote user becomes active again, then the profile is pushed (OKTA-QA)."""
        yield from self._set_active(person, True)
        yield from self.update(person)

    def push(self, group: Group) -> Conversation[None]:
        """Group Push: link or create, then rename and membership in separate PATCHes (OKTA-REF, 1.e)."""
        group_id = self.links.groups.get(group.key) or (yield from self._link_group(group))
        if group_id:
            rename = {"op": "replace", "value": {"id": group_id, "displayName": group.name}}
            path = path_of("Groups", group_id)
            yield from self.ask(write("PATCH", path, "rename group", patch_body(rename), WRITE))
            self.links.names[group.key] = group.name
            yield from self._push_members(group, path)

    def ask(self, request: Request) -> Conversation[Response]:
        """Send, and on 429 wait as long as the bridge says, doubling, at most ten tries (OKTA-CON).

        An answer that was lost counts as a failed job: Okta repeats nothing by itself (LAB-OKTA, one case seen).
        """
        pause = 0.0
        for _ in range(TRIES):
            try:
                response = yield request
            except Lost:
                return Response(0)
            if response.status != 429:
                return response
            pause = pause * 2 or _retry_after(response)
            yield Wait(pause, "bridge")
        return response

    def _set_active(self, person: Person, active: bool) -> Conversation[None]:
        answer = yield from self.ask(set_active(self.id_of(person), active))
        if not is_success(answer):
            self.fail(person.key, f"active could not be set to {str(active).lower()}", answer)
        elif active:
            self.links.inactive.discard(person.key)
        else:
            self.links.inactive.add(person.key)

    def _link_group(self, group: Group) -> Conversation[str]:
        query = render_query((("filter", equals("displayName", group.name)), ("startIndex", "1"), ("count", "100")))
        found = yield from self.ask(read("/Groups", "find group", query, READ))
        group_id = id_in(matches_of(found)[0]) if matches_of(found) else ""
        if not group_id:
            body: Json = {"schemas": [CORE_GROUP], "displayName": group.name, "members": []}
            created = yield from self.ask(write("POST", "/Groups", "create group", body, WRITE))
            group_id = id_in(body_of(created)) if is_success(created) else ""
        if group_id:
            self.links.groups[group.key] = group_id
            self.links.members[group.key] = set()
        else:
            self.fail(group.key, "the group could not be pushed")
        return group_id

    def _push_members(self, group: Group, path: str) -> Conversation[None]:
        wanted = in_scope_ids(self, group)
        known = self.links.members[group.key]
        leavers, joiners = sorted(known - wanted.keys()), sorted(wanted.keys() - known)
        batches = [joiners[i : i + MEMBERS_PER_PATCH] for i in range(0, len(joiners), MEMBERS_PER_PATCH)] or [[]]
        for number, batch in enumerate(batches):
            operations = [remove_member(leaver) for leaver in leavers] if number == 0 else []
            if batch:
                operations.append(add_members({joiner: wanted[joiner] for joiner in batch}))
            if not operations:
                return
            answer = yield from self.ask(write("PATCH", path, "change group members", patch_body(*operations), WRITE))
            if not is_success(answer):
                self.fail(group.key, "the members could not be pushed", answer)
                return
        self.links.members[group.key] = set(wanted)

    def _is_group_due(self, group: Group) -> bool:
        known = self.links.members.get(group.key)
        return known is None or known != in_scope_ids(self, group).keys() or self.links.names[group.key] != group.name

    def _read_only(self, name: str, path: str, count: int) -> Conversation[None]:
        yield from self.ask(read(path, name, f"startIndex=1&count={count}", READ))


def find_user(person: Person) -> Request:
    """The match query (1.b)."""
    query = render_query((("filter", equals("userName", person.address)), ("startIndex", "1"), ("count", "100")))
    return read("/Users", "find user", query, READ)


def create_user(person: Person) -> Request:
    """POST with `groups: []` and a password that means nothing (OKTA-06)."""
    body = {
        "schemas": [CORE_USER],
        **profile_of(person),
        "groups": [],
        "password": "q8Zr2mKd",
        "active": True,
    }
    return write("POST", "/Users", "create user", body, WRITE)


def set_active(scim_id: str, active: bool) -> Request:
    """A pathless replace (OKTA-12)."""
    body = patch_body({"op": "replace", "value": {"active": active}})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE)


def add_members(addresses: dict[str, str]) -> Json:
    """The operation that adds members: `value` and `display`, no type (SCIM-SDK#419)."""
    return {
        "op": "add",
        "path": "members",
        "value": [{"value": i, "display": a} for i, a in addresses.items()],
    }


def remove_member(scim_id: str) -> Json:
    """The operation that removes one member by a filter path."""
    return {"op": "remove", "path": f"members[{equals('value', scim_id)}]"}


def profile_of(person: Person) -> Json:
    """What the catalogue app maps (1.b); `externalId` is the Okta user id, twenty characters."""
    return {
        "userName": person.address,
        "name": {"givenName": person.given_name, "familyName": person.family_name},
        "emails": [{"primary": True, "value": person.address, "type": "work"}],
        "displayName": person.full_name,
        "locale": "en-US",
        "externalId": f"00u{hashlib.sha256(person.key.encode()).hexdigest()[:17]}",
    }


def _retry_after(response: Response) -> float:
    value = response.header("Retry-After") or ""
    return float(value) if value.isascii() and value.isdigit() else PAUSE_WITHOUT_HEADER_S


def _moment(seconds: float) -> Conversation[None]:
    yield Wait(seconds, "idp")
