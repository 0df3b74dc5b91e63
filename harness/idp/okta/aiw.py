"""Dialect `okta-aiw`: a custom application made by the wizard, which does everything by PUT (1.c to 1.e)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.directory.values import Group, Person
from harness.idp.okta import requests
from harness.idp.okta.engine import Okta
from harness.idp.provider import Conversation, Job
from harness.record.exchange import Json, get_attribute


class OktaAiw(Okta):
    """An application of Okta's wizard: everything by PUT of what GET gave, never PATCH (LAB-OKTA, OKTA-FAQ)."""

    dialect = "okta-aiw"
    patches = False

    def set_active(self, person: Person, active: bool) -> Conversation[bool]:
        """`GET`, then `PUT` of that very body with another `active`: the bridge's own names, not Okta's (CAP-OKTA)."""
        scim_id = self.id_of(person)
        stored = yield from self.read_whole(requests.read_user(scim_id), person.key, "the user could not be read")
        if stored is None:
            return False
        body, what = requests.overlay(stored, {"active": active}), f"active could not be set to {str(active).lower()}"
        is_done = yield from self.put(requests.replace_user, scim_id, body, person.key, what)
        if is_done and active:
            self.links.inactive.discard(person.key)
        elif is_done:
            self.links.inactive.add(person.key)
        return is_done

    def send_password(self, person: Person) -> Conversation[None]:
        """`GET`, then `PUT` with the password in it: a wizard's application knows no PATCH (OKTA-FAQ)."""
        scim_id = self.id_of(person)
        stored = yield from self.read_whole(requests.read_user(scim_id), person.key, "the user could not be read")
        if stored is not None:
            body = requests.overlay(stored, {"password": requests.password_of(person)})
            yield from self.put(requests.replace_user, scim_id, body, person.key, "the password could not be set")

    def bring_back(self, person: Person) -> Conversation[None]:
        """One `GET` and one `PUT`: `active` true and the profile together (1.d); true alone where updates are off."""
        if self.knobs.update_users:
            yield from self.update(person)
        elif (yield from self.set_active(person, True)):
            self.links.sent[person.key] = person

    def push_jobs(self, group: Group) -> Iterator[Job]:
        """One job: the wizard's PUT carries the whole list, however long (OKTA-31)."""
        linked = group.key in self.links.groups
        yield Job(f"group {group.key}", self._put_group(group) if linked else self.push(group))

    def _put_group(self, group: Group, *, is_full: bool = False) -> Conversation[None]:
        """`GET`, then `PUT` with what the group is called and who is in it.

        Members that Okta did not push stay, as on a link (OKTA-QA); a full push overwrites them too.
        """
        group_id, key = self.links.groups[group.key], group.key
        stored = yield from self.read_whole(requests.read_group(group_id), key, "the group could not be read")
        if stored is None:
            return
        wanted = self.wanted_members(group)
        strangers = [] if is_full else _strangers(stored, self.links.members[key] | wanted.keys())
        members = [*strangers, *requests.entries(self.with_addresses(wanted))]
        name = self.name_of(group)
        body = requests.overlay(stored, {"displayName": name, "members": members})
        if self.knobs.group_put == "bare":
            body = requests.bare_group(group_id, name, members)
        if (yield from self.put(requests.replace_group, group_id, body, key, "the group could not be pushed")):
            self.links.members[key], self.links.names[key] = set(wanted), name
            if is_full:
                self._uncertain.discard(key)

    def _rename(self, group: Group) -> Conversation[bool]:
        yield from self._put_group(group)
        return not self.is_renamed(group)

    def _full_push(self, group: Group) -> Conversation[None]:
        """ "Push Now": the same PUT, with Okta's members alone (1.e)."""
        if (yield from self._linked_or_created(group)):
            yield from self._put_group(group, is_full=True)


def _strangers(stored: Json, ours: set[str]) -> list[Json]:
    listed = get_attribute(stored, "members")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return [entry for entry in entries if entry.get("value") not in ours]
