"""Entra ID's conversations about one user or one group; the engine decides when each is due."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.entra import answers, mapping, requests
from harness.idp.entra.knobs import EntraKnobs
from harness.idp.entra.state import INITIAL, EntraState
from harness.idp.entra.writing import VERBOSE, Verbose
from harness.idp.provider import Conversation, IdentityProvider, Job, Lost, Wait, is_success, usable_id
from harness.record.exchange import Json, Request, Response


class EntraConversations(IdentityProvider):
    """Match, create, change, disable, delete; groups and their members. `wire` is how this dialect writes a PATCH."""

    claim = "entra"
    wire: ClassVar[Verbose] = VERBOSE
    state: EntraState

    def __init__(self, directory: Directory, knobs: EntraKnobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or EntraKnobs()

    @property
    def parallel_jobs(self) -> int:
        """How many jobs run at once; unconfirmed."""
        return self.knobs.parallel_jobs

    @property
    def timeout_s(self) -> float:  # type: ignore[override]  # the knob's
        """How long Entra waits for an answer; unconfirmed."""
        return self.knobs.timeout_s

    @abstractmethod
    def ask(self, request: Request) -> Conversation[Response]:
        """Send once."""

    def fail(self, key: str, what: str, response: Response | None = None, *, is_reference: bool = False) -> None:
        """Note a failed object."""
        super().fail(key, what, response)

    @abstractmethod
    def succeed(self, key: str) -> None:
        """An object has come through."""

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return requests.create_user(person, self.knobs, self._manager_id(person))

    def user_name_of(self, person: Person) -> str:
        """The principal name, that of a guest reduced to the home address."""
        return mapping.user_name_of(person)

    def provision(self, person: Person) -> Conversation[None]:
        """Match; take over with a PATCH of what differs, or create (2.b)."""
        yield from self._match_or_create(person, self.wire)

    def update(self, person: Person) -> Conversation[None]:
        """`GET` to compare, then a PATCH of the changed attributes only (2.c)."""
        if self.knobs.match_before_update:
            request = replace(self._match_query(person, "userName"), unconfirmed="docs/sources.md 2.c")
            found = answers.read_matches((yield from self.ask(request)), self.knobs.needs_resources)
            if found.fault:
                self.fail(person.key, found.fault)
                return
        yield from self._compare(person, self.wire)

    def deprovision(self, person: Person) -> Conversation[None]:
        """Blocked, unassigned, out of scope or soft-deleted: `GET`, then `active` becomes false (2.d, ACQ)."""
        if (yield from self._read(person)) is not None:
            yield from self._set_active(person, False, self.wire)

    def reactivate(self, person: Person) -> Conversation[None]:
        """`active` becomes true again; memberships are not sent anew by itself (MS-HOW, ENTRA-31)."""
        if (yield from self._set_active(person, True, self.wire)):
            yield from self._compare(person, self.wire)

    def on_demand(self, person: Person) -> Conversation[None]:
        """The same for one person at once, without the flag; who was deleted is not found (MS-OND)."""
        probe = requests.probe("/Users", "userName", self.directory.seed, 4, self.knobs.blank)
        if fault := answers.read_matches((yield from self.ask(probe))).fault:
            self.fail(person.key, fault)
            return
        now, is_linked = self.directory.now(person), person.key in self.links.people
        if now.is_deleted:
            return
        if self.has_application(now) and not is_linked:
            yield from self._match_or_create(now, VERBOSE)
        elif self.has_application(now):
            if person.key in self.links.inactive and not (yield from self._set_active(now, True, VERBOSE)):
                return
            yield from self._compare(now, VERBOSE)
        elif is_linked and person.key not in self.links.inactive and (yield from self._read(now)) is not None:
            yield from self._set_active(now, False, VERBOSE)

    def group_on_demand(self, group: Group) -> Conversation[None]:
        """One group and at most five of its members, without the flag (MS-OND)."""
        yield from self.provision_group(group)
        if group.key not in self.links.groups:
            return
        for op, ids in self._batches(group, self.knobs.members_on_demand):
            yield from self._change_members(group, op, ids, VERBOSE)

    def set_manager(self, key: str, manager_id: str) -> Conversation[None]:
        """A manager, in a PATCH of its own after all users: a bare string for a complex attribute (ENTRA-15)."""
        scim_id = self.links.people[key]
        named = "manager" if self.knobs.manager_in_reference == "bare" else answers.MANAGER
        if (yield from self._refers("Users", scim_id, named, manager_id)):
            self.state.managers_due.discard(key)
            return
        operations = self.wire.operations([mapping.manager_change("", manager_id, self.knobs)], self.knobs)
        unconfirmed = "" if self.wire is VERBOSE and self.knobs.manager_as == "text" else "docs/sources.md 2.c"
        answer = yield from self.ask(requests.change_user(scim_id, operations, unconfirmed))
        if fault := answers.fault_of(answer):
            self.fail(key, fault, answer, is_reference=True)
        else:
            self.state.managers_due.discard(key)
            self.succeed(key)

    def delete_user(self, key: str, scim_id: str) -> Conversation[bool]:
        """DELETE; a user who is gone already counts as deleted (ENTRA-28)."""
        answer = yield from self.ask(requests.delete_user(scim_id))
        is_done = is_success(answer) or answer.status == 404
        if not is_done:
            self.fail(key, answers.name_of(answer), answer)
        return is_done

    def provision_group(self, group: Group, *, look: bool = False) -> Conversation[None]:
        """Match by name or create, and read; a known group is renamed, and on an initial cycle looked at (2.e)."""
        if group.key in self.links.groups:
            if look and not (yield from self._look_at_group(group)):
                return
            yield from self._rename_group(group)
            return
        answer = yield from self.ask(requests.find_group(group.name, self.knobs.blank))
        found = answers.read_matches(answer, self.knobs.needs_resources)
        if found.fault:
            self.fail(group.key, found.fault, answer)
            return
        group_id = usable_id(found.first) if found.resources else (yield from self._create_group(group))
        if group_id:
            self.links.groups[group.key], self.links.members[group.key] = group_id, set()
            self.links.names[group.key] = group.name
            yield from self._look_at_group(group)

    def membership_jobs(self, group: Group) -> Iterator[Job]:
        """A PATCH for each member, some at once on one group (scimmy#79); who left goes, who came is added (2.e).

        Somebody who is merely disabled keeps the membership, since reactivation does not send it again (ENTRA-31).
        """
        if group.key not in self.links.groups:
            return
        for number, (op, ids) in enumerate(self._batches(group)):
            lane = number % self.knobs.parallel_patches
            key = f"group {group.key} lane {lane}" if lane else f"group {group.key}"
            yield Job(key, self._change_members(group, op, ids, self.wire))

    def delete_group(self, key: str) -> Conversation[None]:
        """The group lost its assignment, or is gone: DELETE, after its users were disabled (ENTRA-29)."""
        answer = yield from self.ask(requests.delete_group(self.links.groups[key]))
        if is_success(answer) or answer.status == 404:
            for known in (self.links.groups, self.links.members, self.links.names, self.state.left_out):
                known.pop(key, None)
            self.succeed(key)
        else:
            self.fail(key, answers.name_of(answer), answer)

    def send(self, request: Request) -> Conversation[Response]:
        """Yield the request; an answer that did not come is one of status 0."""
        request = requests.as_sent(request, self.knobs)
        if self.knobs.flag_in_query and self.wire is not VERBOSE:
            mark = "&" if "?" in request.target else "?"
            request = replace(
                request, target=f"{request.target}{mark}{requests.FLAG}", unconfirmed="docs/sources.md Q-04"
            )
        try:
            return (yield request)
        except Lost:
            return Response(0)

    def _match_query(self, person: Person, on: str) -> Request:
        return requests.find_user(person, on, self.knobs)

    def _refers(self, endpoint: str, scim_id: str, attribute: str, other: str) -> Conversation[bool]:
        """Whether the bridge says that one resource names the other already; asked on wish alone (2.e)."""
        if not self.knobs.asks_for_references:
            return False
        request = requests.refers(endpoint, scim_id, attribute, other, self.knobs.blank)
        found = answers.read_matches((yield from self.ask(request)), self.knobs.needs_resources)
        return len(found.resources) == 1

    def _match_or_create(self, person: Person, wire: Verbose) -> Conversation[None]:
        for on in self.knobs.match_on:
            answer = yield from self.ask(self._match_query(person, on))
            found = answers.read_matches(answer, self.knobs.needs_resources)
            if found.fault:
                self.fail(person.key, found.fault, answer)
                return
            if found.resources:
                self.link(person, usable_id(found.first))
                yield from self._patch(person, found.first, wire)
                return
        yield Wait(self.knobs.gap_s, "idp")
        created = yield from self.ask(self.create_request(person))
        read = answers.read_resource(created)
        if read.fault:
            self.fail(person.key, read.fault, created)
            return
        self.link(person, usable_id(read.first))
        self._owe_manager(person, {})

    def _compare(self, person: Person, wire: Verbose) -> Conversation[None]:
        current = yield from self._read(person)
        if current is not None:
            yield from self._patch(person, current, wire, self._manager_changes(person, current))

    def _read(self, person: Person) -> Conversation[Json | None]:
        scim_id = self.id_of(person)
        answer = yield from self.ask(requests.read_user(scim_id))
        read = answers.read_resource(answer, scim_id)
        if read.fault:
            self.fail(person.key, read.fault, answer)
            return None
        yield Wait(self.knobs.gap_s, "idp")
        return read.first

    def _patch(
        self, person: Person, current: Json, wire: Verbose, further: Sequence[mapping.AttributeChange] = ()
    ) -> Conversation[None]:
        operations = wire.operations([*mapping.differences(person, current, self.knobs), *further], self.knobs)
        if operations:
            answer = yield from self.ask(requests.change_user(self.id_of(person), operations))
            if fault := answers.fault_of(answer):
                self.links.sent.pop(person.key, None)
                self.fail(person.key, fault, answer)
                return
        self.links.sent[person.key] = person
        if not further:
            self._owe_manager(person, current)

    def _manager_changes(self, person: Person, current: Json) -> list[mapping.AttributeChange]:
        """A manager who is known changes with the other attributes (2.c); one who left goes as the knob says."""
        if not self.knobs.send_managers:
            return []
        shown, sent = answers.manager_of(current), self.links.sent.get(person.key)
        wanted = self._manager_id(person)
        if wanted and shown != wanted:
            self.state.managers_due.discard(person.key)
            return [mapping.manager_change(shown, wanted, self.knobs)]
        was_sent = sent is not None and sent.manager in self.links.people
        if not person.manager and was_sent and self.knobs.clear_manager != "never":
            return [mapping.manager_change(shown, "", self.knobs)]
        return []

    def _manager_id(self, person: Person) -> str:
        return self.links.people.get(person.manager, "") if person.manager else ""

    def _owe_manager(self, person: Person, current: Json) -> None:
        if self.state.watermark == INITIAL and self.state.cycles == 1:
            return  # the first cycle asks about everybody, without a list
        wanted = self._manager_id(person)
        if person.manager and (not wanted or answers.manager_of(current) != wanted):
            self.state.managers_due.add(person.key)

    def _set_active(self, person: Person, active: bool, wire: Verbose) -> Conversation[bool]:
        answer = yield from self.ask(requests.set_active(self.id_of(person), active, wire, self.knobs))
        if fault := answers.fault_of(answer):
            self.fail(person.key, fault, answer)
        elif active:
            self.links.inactive.discard(person.key)
        else:
            self.links.inactive.add(person.key)
            # MS-HOW: who was let go first and is deleted later gets no DELETE: nobody manages the object any more.
            if person.is_enabled and not person.is_deleted:
                self.state.unmanaged.add(person.key)
        return not fault

    def _create_group(self, group: Group) -> Conversation[str]:
        created = yield from self.ask(requests.create_group(group))
        read = answers.read_resource(created)
        if read.fault:
            self.fail(group.key, read.fault, created)
        return usable_id(read.first)

    def _look_at_group(self, group: Group) -> Conversation[bool]:
        answer = yield from self.ask(requests.read_group(self.links.groups[group.key]))
        fault = answers.fault_of(answer)
        if not fault and self.knobs.minds_members and answers.shows_members(answer):
            fault = answers.TOO_MANY
        if fault:
            self.fail(group.key, fault, answer)
        return not fault

    def _rename_group(self, group: Group) -> Conversation[None]:
        if self.links.names[group.key] == group.name:
            return
        answer = yield from self.ask(requests.rename_group(self.links.groups[group.key], group.name, self.wire))
        if fault := answers.fault_of(answer):
            self.fail(group.key, fault, answer)
        else:
            self.links.names[group.key] = group.name

    def _batches(self, group: Group, at_most: int = 0) -> list[tuple[str, list[str]]]:
        size = self.knobs.members_per_patch
        leavers, joiners = self._member_changes(group)
        if at_most:
            leavers, joiners = leavers[:at_most], joiners[: max(0, at_most - len(leavers))]
        parts = [("Remove", part) for part in _parts(leavers, size)]
        return parts + [("Add", part) for part in _parts(joiners, size)]

    def _member_changes(self, group: Group) -> tuple[list[str], list[str]]:
        links, keys = self.links, self.directory.members[group.key]
        left_out = self.state.left_out.setdefault(group.key, set())
        still, wanted = set(), set()
        for key in keys:
            scim_id = links.people.get(key, "")
            still.add(scim_id)
            if not self.gives_application_to(key):
                # MS-KNOWN: who is out of scope now is not noticed later, until a restart.
                if scim_id not in links.members[group.key]:
                    left_out.add(key)
            elif scim_id and key not in left_out and key not in links.inactive:
                wanted.add(scim_id)
        left_out &= set(keys)
        known = links.members[group.key]
        maybe = self.state.unsure.get(group.key, set())
        return sorted((known | maybe) - still), sorted(wanted - known)

    def _change_members(self, group: Group, op: str, ids: Sequence[str], wire: Verbose) -> Conversation[None]:
        group_id = self.links.groups[group.key]
        if op == "Add" and len(ids) == 1 and (yield from self._refers("Groups", group_id, "members", ids[0])):
            self.links.members[group.key] |= set(ids)
            return
        write = wire.add_members if op == "Add" else wire.remove_members
        operations = write(ids, null_ref=self.knobs.null_ref)
        answer = yield from self.ask(requests.change_members(self.links.groups[group.key], operations))
        if fault := answers.fault_of(answer):
            self.fail(group.key, fault, answer, is_reference=True)
            if op == "Add" and answer.status == 0:
                self.state.unsure.setdefault(group.key, set()).update(ids)
            return
        self.state.unsure.get(group.key, set()).difference_update(ids)
        if op == "Add":
            self.links.members[group.key] |= set(ids)
        else:
            self.links.members[group.key] -= set(ids)


def _parts(ids: list[str], size: int) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
