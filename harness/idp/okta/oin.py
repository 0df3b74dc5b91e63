"""Dialect `okta-oin`: an application of Okta's catalogue, which uses PATCH for active and groups (1.d, 1.e)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.directory.values import Group, Person
from harness.idp.okta import requests
from harness.idp.okta.engine import Okta
from harness.idp.provider import Conversation, Job, Wait


class OktaOin(Okta):
    """An application of Okta's catalogue: PUT for profiles, PATCH for activation and for groups."""

    dialect = "okta-oin"
    is_main = True
    aliases = ("okta",)

    def set_active(self, person: Person, active: bool) -> Conversation[bool]:
        """A pathless replace (OKTA-12)."""
        what = f"active could not be set to {str(active).lower()}"
        is_done = yield from self.do(requests.set_active(self.id_of(person), active), person.key, what)
        if is_done and active:
            self.links.inactive.discard(person.key)
        elif is_done:
            self.links.inactive.add(person.key)
        return is_done

    def send_password(self, person: Person) -> Conversation[None]:
        """A pathless replace, beside activation the only PATCH of a user (OKTA-REF)."""
        request = requests.set_password(self.id_of(person), requests.password_of(person))
        yield from self.do(request, person.key, "the password could not be set")

    def bring_back(self, person: Person) -> Conversation[None]:
        """PATCH with true; then `GET` and `PUT` where profile updates are on (1.d)."""
        if (yield from self.set_active(person, True)):
            if self.knobs.update_users:
                yield from self.update(person)
            else:
                self.links.sent[person.key] = person

    def push_jobs(self, group: Group) -> Iterator[Job]:
        """PATCHes of at most 256 members, a rename beside each (ory/polis#4080, OKTA-REF); some at once."""
        if group.key not in self.links.groups:
            yield Job(f"group {group.key}", self.push(group))
            return
        batches = self._batches(group)
        if not batches and self.is_renamed(group):
            yield Job(f"group {group.key}", self._rename_alone(group))
        for number, (leavers, joiners) in enumerate(batches):
            lane = number % self.knobs.parallel_patches
            key = f"group {group.key} lane {lane}" if lane else f"group {group.key}"
            yield Job(key, self._push_batch(group, leavers, joiners))

    def _batches(self, group: Group) -> list[tuple[list[str], dict[str, str]]]:
        wanted, known = self.wanted_members(group), self.links.members[group.key]
        changes = [(leaver, "") for leaver in sorted(known - wanted.keys())]
        joiners = self.with_addresses({scim_id: wanted[scim_id] for scim_id in sorted(wanted.keys() - known)})
        changes += joiners.items()
        return [
            ([i for i, address in part if not address], {i: address for i, address in part if address})
            for part in _parts(changes, self.knobs.members_per_patch)
        ]

    def _push_batch(self, group: Group, leavers: list[str], joiners: dict[str, str]) -> Conversation[None]:
        is_last = self.knobs.push_order == "members first"
        if not is_last and not (yield from self._rename(group)):
            return
        yield Wait(self.knobs.gap_s, "idp")
        group_id = self.links.groups[group.key]
        request = requests.change_members(group_id, leavers, joiners)
        if not (yield from self.do(request, group.key, "the members could not be pushed")):
            return
        self.links.members[group.key] |= joiners.keys()
        self.links.members[group.key] -= set(leavers)
        if is_last:  # imulab/go-scim#57
            read = requests.read_group(group_id)
            if (yield from self.read_whole(read, group.key, "the group could not be read")) is not None:
                yield from self._rename(group)

    def _rename(self, group: Group) -> Conversation[bool]:
        name = self.name_of(group)
        request = requests.rename_group(self.links.groups[group.key], name)
        is_done = yield from self.do(request, group.key, "the group could not be renamed")
        if is_done:
            self.links.names[group.key] = name
        return is_done

    def _rename_alone(self, group: Group) -> Conversation[None]:
        yield from self._rename(group)

    def _full_push(self, group: Group) -> Conversation[None]:
        """ "Push Now": the rename, then `replace` with the first 256 members and `add` with the others (1.e)."""
        if not (yield from self._linked_or_created(group)) or not (yield from self._rename(group)):
            return
        group_id, wanted = self.links.groups[group.key], self.with_addresses(self.wanted_members(group))
        parts = [dict(part) for part in _parts(sorted(wanted.items()), self.knobs.members_per_patch)] or [{}]
        for number, part in enumerate(parts):
            yield Wait(self.knobs.gap_s, "idp")
            if number:
                request = requests.change_members(group_id, (), part)
            elif part or self.knobs.empty_push == "path":
                request = requests.replace_members(group_id, part)
            else:
                is_bare = self.knobs.empty_push == "bare"
                request = requests.empty_group(group_id, self.name_of(group), is_bare=is_bare)
            if not (yield from self.do(request, group.key, "the members could not be pushed")):
                return
            self.links.members[group.key] = set(part) | (self.links.members[group.key] if number else set())
        self._uncertain.discard(group.key)


def _parts(pairs: list[tuple[str, str]], size: int) -> list[list[tuple[str, str]]]:
    return [pairs[start : start + size] for start in range(0, len(pairs), size)]
