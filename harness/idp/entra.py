"""Microsoft Entra ID, dialect `entra-default`: a cycle engine that speaks PATCH in capitals (idp-wire.md section 2)."""

from __future__ import annotations

import uuid
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
from harness.message import (
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

# azure-docs#94189, suna#7297: reads carry neither Accept nor Content-Type nor User-Agent.
READ: Headers = ()
WRITE: Headers = (("Content-Type", "application/scim+json; charset=utf-8"),)
CYCLE_S = 2400.0  # MS-TUT: about 40 minutes
MICROSOFT_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
WITHOUT_MEMBERS = "excludedAttributes=members"
WORK_EMAIL = 'emails[type eq "work"].value'


class Entra(IdentityProvider):
    """Users, then groups, then memberships, one member in each PATCH; suspends before it removes (ACQ)."""

    dialect = "entra-default"
    claim = "entra"
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is soft-deleted in Entra ID (the DELETE of a user follows only after 30 days)",
        "deactivate": "sign-in is blocked for the user in Entra ID",
        "unassign": "the user loses the last assignment of the enterprise application",
    }

    def connect(self) -> Iterator[Job | Barrier]:
        """ "Test Connection" asks for a user and a group that cannot exist (ENTRA-01)."""
        yield Job("connection test", self._probe("/Users", "userName", 1))
        yield Job("connection test of groups", self._probe("/Groups", "displayName", 2))

    def plan(self) -> Iterator[Job | Barrier]:
        """One cycle: keep-alive, users, groups, memberships, and last the groups that lost their assignment."""
        yield Job("cycle", self._cycle())
        yield Barrier()
        yield from self.user_jobs()
        yield Barrier()
        assigned = self.directory.assigned_groups()
        yield from (Job(f"group {group.key}", self._provision_group(group)) for group in assigned)
        yield Barrier()
        for group in assigned:
            yield from self._membership_jobs(group)
        yield Barrier()
        for key in sorted(self.links.groups.keys() - {group.key for group in assigned}):
            yield Job(f"group {key}", self._delete_group(key))

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return create_user(person)

    def provision(self, person: Person) -> Conversation[None]:
        """Match by userName; take over with a PATCH of what differs, or create (2.b)."""
        found = yield from self.ask(find_user(person))
        matches = matches_of(found)
        if found.status != 200 or len(matches) > 1:
            self.fail(person.key, "DuplicateTargetEntries" if len(matches) > 1 else "match failed", found)
        elif matches:
            self.link(person, id_in(matches[0]))
            yield from self._patch(person, differences(person, matches[0]))
        else:
            created = yield from self.ask(create_user(person))
            if is_success(created) and id_in(body_of(created)):
                self.link(person, id_in(body_of(created)))
            else:
                self.fail(person.key, "EntryConflict" if created.status == 409 else "create failed", created)

    def update(self, person: Person) -> Conversation[None]:
        """`GET` to compare, then a PATCH of the changed attributes only (2.c)."""
        current = yield from self.ask(read(path_of("Users", self.id_of(person)), "read user", headers=READ))
        if is_success(current):
            yield from self._patch(person, differences(person, body_of(current)))
        else:
            self.fail(person.key, "InvalidAnchor", current)

    def deprovision(self, person: Person) -> Conversation[None]:
        """Blocked, unassigned, out of scope or soft-deleted: `active` becomes the string "False" (ENTRA-11)."""
        current = yield from self.ask(read(path_of("Users", self.id_of(person)), "read user", headers=READ))
        if not is_success(current):
            self.fail(person.key, "InvalidAnchor", current)
            return
        answer = yield from self.ask(set_active(self.id_of(person), False))
        if is_success(answer):
            self.links.inactive.add(person.key)
        else:
            self.fail(person.key, "disable failed", answer)

    def reactivate(self, person: Person) -> Conversation[None]:
        """`active` becomes "True" again; memberships are not sent anew by itself (MS-HOW, ENTRA-31)."""
        answer = yield from self.ask(set_active(self.id_of(person), True))
        if is_success(answer):
            self.links.inactive.discard(person.key)
            yield from self.update(person)
        else:
            self.fail(person.key, "enable failed", answer)

    def ask(self, request: Request) -> Conversation[Response]:
        """Send once; what fails, 429 and time-outs included, is tried again in the next cycle (2.g)."""
        try:
            return (yield request)
        except Lost:
            return Response(0)

    def _patch(self, person: Person, operations: list[Json]) -> Conversation[None]:
        if operations:
            path = path_of("Users", self.id_of(person))
            answer = yield from self.ask(write("PATCH", path, "change user", patch_body(*operations), WRITE))
            if not is_success(answer):
                self.fail(person.key, "update failed", answer)
                return
        self.links.sent[person.key] = person

    def _provision_group(self, group: Group) -> Conversation[None]:
        if group.key in self.links.groups:
            yield from self._rename_group(group)
            return
        query = f"{WITHOUT_MEMBERS}&{render_query((('filter', equals('displayName', group.name)),), '+')}"
        found = yield from self.ask(read("/Groups", "find group", query, READ))
        group_id = id_in(matches_of(found)[0]) if matches_of(found) else ""
        if not group_id and found.status == 200:
            created = yield from self.ask(create_group(group))
            group_id = id_in(body_of(created)) if is_success(created) else ""
        if group_id:
            self.links.groups[group.key], self.links.members[group.key] = group_id, set()
            self.links.names[group.key] = group.name
            yield from self.ask(read(path_of("Groups", group_id), "read group", WITHOUT_MEMBERS, READ))
        else:
            self.fail(group.key, "the group could not be provisioned")

    def _rename_group(self, group: Group) -> Conversation[None]:
        if self.links.names[group.key] != group.name:
            path = path_of("Groups", self.links.groups[group.key])
            rename = {"op": "Replace", "path": "displayName", "value": group.name}
            yield from self.ask(write("PATCH", path, "rename group", patch_body(rename), WRITE))
            self.links.names[group.key] = group.name

    def _membership_jobs(self, group: Group) -> Iterator[Job]:
        # Recordings show single-member PATCHes (scimmy#79). Only who left the group is removed: somebody who is merely
        # disabled keeps the membership, since reactivation does not send it again (MS-HOW, ENTRA-31).
        if group.key not in self.links.groups:
            return
        wanted, known = in_scope_ids(self, group).keys(), self.links.members[group.key]
        still = {self.links.people.get(key, "") for key in self.directory.members[group.key]}
        for leaver in sorted(known - still):
            yield Job(f"group {group.key}", self._change_member(group, "Remove", leaver))
        for joiner in sorted(wanted - known):
            yield Job(f"group {group.key}", self._change_member(group, "Add", joiner))

    def _change_member(self, group: Group, op: str, scim_id: str) -> Conversation[None]:
        answer = yield from self.ask(change_member(self.links.groups[group.key], op, scim_id))
        if not is_success(answer):
            self.fail(group.key, "the membership could not be changed", answer)
        elif op == "Add":
            self.links.members[group.key].add(scim_id)
        else:
            self.links.members[group.key].discard(scim_id)

    def _delete_group(self, key: str) -> Conversation[None]:
        answer = yield from self.ask(remove(path_of("Groups", self.links.groups[key]), "delete group", READ))
        if is_success(answer) or answer.status == 404:
            del self.links.groups[key], self.links.members[key], self.links.names[key]
        else:
            self.fail(key, "the group could not be deleted", answer)

    def _cycle(self) -> Conversation[None]:
        yield Wait(CYCLE_S, "idp")
        yield from self._probe("/Users", "userName", 3)

    def _probe(self, path: str, attribute: str, number: int) -> Conversation[None]:
        # A GUID that nobody has, the same for the same seed and step.
        unknown = uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:{self.directory.seed}:{number}")
        query = render_query((("filter", equals(attribute, str(unknown))),), "+")
        yield from self.ask(read(path, "test connection", query, READ))


def find_user(person: Person) -> Request:
    """The match query: blanks as `+`, neither startIndex nor count (2.a)."""
    return read("/Users", "find user", render_query((("filter", equals("userName", person.address)),), "+"), READ)


def create_user(person: Person) -> Request:
    """POST with the enterprise URN, `meta` and `roles: []` (ENTRA-08)."""
    body: Json = {
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "externalId": person.address.split("@")[0],
        "userName": person.address,
        "active": True,
        "displayName": person.full_name,
        "emails": [{"primary": True, "type": "work", "value": person.address}],
        "meta": {"resourceType": "User"},
        "name": {
            "formatted": person.full_name,
            "familyName": person.family_name,
            "givenName": person.given_name,
        },
        "roles": [],
        ENTERPRISE_USER: {"employeeNumber": f"MF-{person.key}"},
    }
    return write("POST", "/Users", "create user", body, WRITE)


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


def set_active(scim_id: str, active: bool) -> Request:
    """Replace at path `active` with a string boolean (ENTRA-11; MS-COMPAT, scimgateway#47)."""
    body = patch_body({"op": "Replace", "path": "active", "value": str(active)})
    return write("PATCH", path_of("Users", scim_id), "set user active", body, WRITE)


def change_member(group_id: str, op: str, scim_id: str) -> Request:
    """Add or Remove at path `members`, the member in `value` (ENTRA-22)."""
    body = patch_body({"op": op, "path": "members", "value": [{"value": scim_id}]})
    return write("PATCH", path_of("Groups", group_id), "change group members", body, WRITE)


def differences(person: Person, resource: Json) -> list[Json]:
    """One operation for each mapped attribute that differs: Add where absent, Replace where present (2.c)."""
    name = resource.get("name") if isinstance(resource.get("name"), dict) else {}
    current = {
        "displayName": resource.get("displayName"),
        "name.givenName": (name or {}).get("givenName"),
        "name.familyName": (name or {}).get("familyName"),
        "userName": resource.get("userName"),
        WORK_EMAIL: _work_email(resource),
    }
    wanted = {
        "displayName": person.full_name,
        "name.givenName": person.given_name,
        "name.familyName": person.family_name,
        "userName": person.address,
        WORK_EMAIL: person.address,
    }
    operations = [
        {"op": "Replace" if current[path] else "Add", "path": path, "value": value}
        for path, value in wanted.items()
        if current[path] != value
    ]
    if resource.get("active") is False:
        operations.append({"op": "Replace", "path": "active", "value": "True"})
    return operations


def _work_email(resource: Json) -> str | None:
    emails = resource.get("emails")
    entries = [e for e in emails if isinstance(e, dict)] if isinstance(emails, list) else []
    return next((str(e.get("value")) for e in entries if e.get("type") == "work"), None)
