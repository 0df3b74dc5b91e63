"""Okta's conversations about one user or one group (1.a to 1.g)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.okta import answers, requests
from harness.idp.okta.import_job import Imported, Listing, read_all
from harness.idp.okta.knobs import OktaKnobs
from harness.idp.provider import Conversation, IdentityProvider, Job, Lost, Wait, body_of, is_success, usable_id
from harness.record.exchange import Json, Request, Response, get_attribute


@dataclass(frozen=True, slots=True)
class Task:
    """A job that failed, as it waits for the administrator. `seen` is the state of the directory that it failed over.

    Okta repeats nothing by itself (LAB-OKTA): only another event, or `retry`, makes the job due again.
    """

    key: str
    what: str
    detail: str = ""
    seen: Any = None


class OktaConversations(IdentityProvider):
    """Conversations, one at a time, and what they leave behind: links, tasks, groups that are known by name."""

    def __init__(self, directory: Directory, knobs: OktaKnobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or OktaKnobs()
        self.tasks: dict[str, Task] = {}
        self.last_import: Imported | None = None
        self._remote_groups: dict[str, str] = {}
        self._left_out: dict[str, set[str]] = {}
        self._kept_names: dict[str, str] = {}
        self._unanswered: set[str] = set()
        self._uncertain: set[str] = set()
        self._removed_in_app: set[str] = set()
        # Keys to look at in the next plan, whatever the directory's log says.
        self._again: set[str] = set()

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return requests.create_user(person, self.knobs)

    def provision(self, person: Person) -> Conversation[None]:
        """Match by userName; link and push the profile, or create. A conflict stops the job (OKTA-FAQ)."""
        found = yield from self.ask(requests.find_user(person, self.knobs))
        matches = answers.parse_matches(found)
        if matches.fault:
            self.fail(person.key, matches.fault, found)
        elif not matches.resources:
            yield from self._create(person)
        elif len(matches.resources) > 1 and self.knobs.on_several_matches == "fail":
            self.fail(person.key, "several users match", found)
        elif scim_id := usable_id(matches.first):
            yield from self._take_over(person, scim_id, matches.first)
        else:
            self.fail(person.key, "the match has no id", found)

    def update(self, person: Person) -> Conversation[None]:
        """`GET`, then `PUT` of that answer overlaid with what Okta maps (CAP-OKTA)."""
        yield from self.push_profile(person, active=True)

    def deprovision(self, person: Person) -> Conversation[None]:
        """Okta keeps the user and makes it inactive; it never sends DELETE (OKTA-15)."""
        yield from self.set_active(person, False)

    def reactivate(self, person: Person) -> Conversation[None]:
        """The same remote user becomes active again, then the profile is pushed (OKTA-QA)."""
        if self.knobs.filter_before_reactivation:
            asked = replace(requests.find_user(person, self.knobs), unconfirmed="docs/sources.md 1.d")
            found = yield from self.ask(asked)
            matches = answers.parse_matches(found)
            if matches.fault:
                self.fail(person.key, matches.fault, found)
                return
            # Under another address than before nobody is found, and the link by id still holds.
            is_same = (sent := self.links.sent.get(person.key)) is not None and sent.address == person.address
            if not matches.resources and is_same and self.knobs.creates_who_is_gone:
                self.forget(person)
                yield from self._create(person)
                return
        yield from self.bring_back(person)
        if self.knobs.reactivation_race and person.key not in self.links.inactive:
            yield from self.push_profile(person, active=False)

    def push(self, group: Group) -> Conversation[None]:
        """Link or create the group, then push its name and its members, one request after the other (1.e)."""
        if (yield from self._linked_or_created(group)):
            for job in self.push_jobs(group):
                yield from job.conversation

    @abstractmethod
    def set_active(self, person: Person, active: bool) -> Conversation[bool]:
        """Activate or deactivate a linked user; whether that went well."""

    @abstractmethod
    def send_password(self, person: Person) -> Conversation[None]:
        """The new password of a linked user."""

    @abstractmethod
    def bring_back(self, person: Person) -> Conversation[None]:
        """Activate a linked user, and push the profile where updates are on."""

    @abstractmethod
    def push_jobs(self, group: Group) -> Iterator[Job]:
        """What brings name and members of a pushed group to the bridge."""

    @abstractmethod
    def _full_push(self, group: Group) -> Conversation[None]: ...

    @abstractmethod
    def _rename(self, group: Group) -> Conversation[bool]: ...

    def push_profile(self, person: Person, *, active: bool, match: Json | None = None) -> Conversation[None]:
        """`GET` and `PUT` (1.c). What the bridge hides in its answer is missing in the PUT.

        Right after a match the answer to the filter may stand for that of the `GET` (LAB-OKTA).
        """
        scim_id, stored = self.id_of(person), match
        if stored is None:
            stored = yield from self.read_whole(requests.read_user(scim_id), person.key, "the user could not be read")
        if stored is None:
            return
        body = requests.overlay(stored, {**requests.pushed_profile(person, stored, self.knobs), "active": active})
        if (yield from self.put(requests.replace_user, scim_id, body, person.key, "the profile could not be pushed")):
            self.links.sent[person.key] = person
            self.links.inactive.discard(person.key)

    def read_whole(self, request: Request, key: str, what: str) -> Conversation[Json | None]:
        """The answer on which a PUT is built; None, and a task, where there is none."""
        answer = yield from self.ask(request)
        fault = answers.fault_of(answer)
        stored = body_of(answer)
        if not fault and not usable_id(stored):
            fault = "the answer has no id"
        if fault:
            self.fail(key, what if fault == "refused" else f"{what} ({fault})", answer)
            return None
        yield Wait(self.knobs.gap_s, "idp")
        return stored

    def put(self, shape: Any, scim_id: str, body: Json, key: str, what: str) -> Conversation[bool]:
        """PUT of a body that rests on the bridge's own answer; whether that went well."""
        try:
            request: Request = shape(scim_id, body)
        except (UnicodeEncodeError, RecursionError) as error:  # JSON that can be read but not be written again
            self.fail(key, f"{what} (the bridge's own values can't be sent back: {type(error).__name__})")
            return False
        return (yield from self.do(request, key, what))

    def do(self, request: Request, key: str, what: str) -> Conversation[bool]:
        """A write whose answer may be empty; whether that went well, else a task."""
        answer = yield from self.ask(request)
        fault = answers.fault_of(answer, may_be_empty=True)
        if fault:
            self.fail(key, what if fault == "refused" else f"{what} ({fault})", answer)
        if answers.is_unanswered(answer) and key in self.directory.groups:
            self._uncertain.add(key)
        return not fault

    def ask(self, request: Request) -> Conversation[Response]:
        """Send, and on 429 wait as long as the bridge says, doubling, at most ten tries (OKTA-CON).

        An answer that was lost counts as a failed job: Okta repeats nothing by itself (LAB-OKTA, one case seen).
        """
        if self.knobs.user_agent != requests.AGENT:
            request = replace(request, headers=requests.with_agent(request, self.knobs.user_agent))
        pause = 0.0
        response = Response(0)
        for number in range(self.knobs.tries):
            if number:
                yield Wait(pause, "bridge" if response.status == 429 else "idp")
            try:
                response = yield request
            except Lost:
                return Response(0)
            if response.status >= 500 and number < self.knobs.retries_on_5xx:
                pause = self.knobs.gap_s
                continue
            if response.status != 429:
                return response
            asked = answers.retry_after(response)
            pause = pause * 2 or (self.knobs.pause_without_header_s if asked is None else asked)
            if pause > self.knobs.longest_pause_s:
                return response
        return response

    def fail(self, key: str, what: str, response: Response | None = None) -> None:
        """Note a failed job, and keep it as a task with the text that the bridge gave (OKTA-29)."""
        super().fail(key, what, response)
        self.tasks[key] = Task(
            key, self.problems[-1].what, answers.detail_of(response) if response else "", self._state(key)
        )

    def forget(self, person: Person) -> None:
        """The application has the user no more: the link is broken, and the groups are pushed with the new one."""
        scim_id = self.links.people.pop(person.key, "")
        self.links.inactive.discard(person.key)
        for members in self.links.members.values():
            members.discard(scim_id)

    def wanted_members(self, group: Group) -> dict[str, str]:
        """Key by SCIM id of the members to push: assigned, linked, active, and not waiting for a full push."""
        members, links = self.directory.members[group.key], self.links
        left_out = self._left_out.get(group.key, set())
        left_out.difference_update([key for key in left_out if key not in members])
        ready = (key for key in members if key in links.people and key not in links.inactive and key not in left_out)
        return {links.people[key]: key for key in ready if self.gives_application_to(key)}

    def with_addresses(self, members: dict[str, str]) -> dict[str, str]:
        """Address by SCIM id, of key by SCIM id: as members are shown in a push."""
        return {scim_id: self.directory.people[key].address for scim_id, key in members.items()}

    def is_renamed(self, group: Group) -> bool:
        """Whether the bridge knows the group by another name than the one that is pushed."""
        return self.links.names.get(group.key) != self.name_of(group)

    def name_of(self, group: Group) -> str:
        """The name that is pushed: the remote one where a link was made without renaming, else Okta's (OKTA-QA)."""
        return self._kept_names.get(group.key, group.name)

    def _create(self, person: Person) -> Conversation[None]:
        yield Wait(self.knobs.gap_s, "idp")
        created = yield from self.ask(requests.create_user(person, self.knobs))
        fault = answers.fault_of(created)
        scim_id = usable_id(body_of(created))
        if fault or not scim_id:
            why = "" if fault == "refused" else f" ({fault or 'the answer has no id'})"
            self.fail(person.key, f"the user could not be created{why}", created)
            if answers.is_unanswered(created):
                self._unanswered.add(person.key)
        else:
            self.link(person, scim_id)
            self._unanswered.discard(person.key)

    def _take_over(self, person: Person, scim_id: str, match: Json) -> Conversation[None]:
        self.links.people[person.key] = scim_id
        self._unanswered.discard(person.key)
        if match.get("active") is False:
            self.links.inactive.add(person.key)
            yield from self.bring_back(person)
        elif self.knobs.update_users:
            yield from self.push_profile(person, active=True, match=None if self.knobs.read_after_match else match)
        else:
            self.links.sent[person.key] = person

    def _linked_or_created(self, group: Group) -> Conversation[bool]:
        if group.key in self.links.groups:
            return True
        if group.name in self._remote_groups:  # the import told its id, so there is nothing to ask
            self._link_group(group, self._remote_groups[group.name], group.name)
            return True
        found = yield from self.ask(requests.find_group(group.name, self.knobs))
        matches = answers.parse_matches(found)
        if matches.fault or len(matches.resources) > 1:
            self.fail(group.key, matches.fault or "several groups match", found)
        elif matches.resources:
            return self._link_match(group, matches.first, found)
        else:
            yield Wait(self.knobs.gap_s, "idp")
            first = dict(self._first_members(group))
            created = yield from self.ask(requests.create_group(group, first, self.knobs.group_description))
            if not answers.fault_of(created) and (group_id := usable_id(body_of(created))):
                self._link_group(group, group_id, group.name)
                self.links.members[group.key] |= first.keys()
                yield Wait(self.knobs.gap_s, "idp")
            else:
                self.fail(group.key, "the group could not be pushed", created)
        return group.key in self.links.groups

    def _first_members(self, group: Group) -> list[tuple[str, str]]:
        wanted = self.wanted_members(group) if self.knobs.create_with_members else {}
        return sorted(self.with_addresses(wanted).items())[: self.knobs.members_per_patch]

    def _link(self, group: Group, name: str) -> Conversation[None]:
        # the requests of a link are not published. The filter is what Okta has for a name.
        if name in self._remote_groups:
            self._link_group(group, self._remote_groups[name], name)
        else:
            asked = replace(requests.find_group(name, self.knobs), unconfirmed="docs/sources.md 1.e")
            found = yield from self.ask(asked)
            matches = answers.parse_matches(found)
            if matches.fault or len(matches.resources) != 1:
                self.fail(group.key, matches.fault or f"{len(matches.resources)} groups match", found)
                return
            if not self._link_match(group, matches.first, found):
                return
        if not self.knobs.rename_on_link:
            self._kept_names[group.key] = self.links.names[group.key]
        elif self.is_renamed(group):
            yield Wait(self.knobs.gap_s, "idp")
            yield from self._rename(group)

    def _link_match(self, group: Group, match: Json, found: Response) -> bool:
        name = get_attribute(match, "displayName")
        if group_id := usable_id(match):
            self._link_group(group, group_id, name if isinstance(name, str) else group.name)
        else:
            self.fail(group.key, "the match has no id", found)
        return bool(group_id)

    def _link_group(self, group: Group, group_id: str, name: str) -> None:
        self.links.groups[group.key], self.links.members[group.key] = group_id, set()
        self.links.names[group.key] = name

    def _delete(self, group: Group) -> Conversation[None]:
        answer = yield from self.ask(requests.delete_group(self.links.groups[group.key]))
        if is_success(answer) or answer.status == 404:
            self._forget_group(group.key)
        else:
            self.fail(group.key, "the group could not be deleted", answer)

    def _forget_group(self, key: str) -> None:
        self._uncertain.discard(key)
        for known in (self.links.groups, self.links.members, self.links.names, self._left_out, self._kept_names):
            known.pop(key, None)

    def _test(self) -> Conversation[None]:
        answer = yield from self.ask(requests.read_page("/Users", 1, 2, "test connection"))
        if fault := answers.parse_list(answer).fault:
            self.fail("connection test", fault, answer)

    def _first_groups(self) -> Conversation[None]:
        answer = yield from self.ask(requests.read_page("/Groups", 1, self.knobs.import_page, "import groups"))
        listed = answers.parse_list(answer)
        if listed.fault:
            self.fail("group import", listed.fault, answer)
        else:
            self._know_groups(listed.resources)

    def _read_schemas(self) -> Conversation[None]:
        for request in requests.read_schemas():
            answer = yield from self.ask(request)
            if fault := answers.fault_of(answer):
                self.fail("schema import", fault, answer)

    def _know_groups(self, groups: list[Json]) -> None:
        for group in groups:
            if isinstance(name := get_attribute(group, "displayName"), str) and (group_id := usable_id(group)):
                self._remote_groups[name] = group_id

    def _import(self) -> Conversation[None]:
        most = self.knobs.import_at_most + len(self.links.people)
        users = yield from read_all(self.ask, "/Users", "import users", self.knobs, most)
        groups = Listing()
        if self.knobs.import_groups and not users.stopped:
            self._remote_groups.clear()
            groups = yield from read_all(self.ask, "/Groups", "import groups", self.knobs, most)
            self._remote_groups.update(groups.names)
        self.last_import = self._draw_conclusions(users, groups)
        if self.last_import.stopped:
            self.fail("import", self.last_import.stopped)

    def _draw_conclusions(self, users: Listing, groups: Listing) -> Imported:
        active = [key for key in self.links.people if key not in self.links.inactive]
        missing = [key for key in active if self.links.people[key] not in users.ids]
        stopped = users.stopped or groups.stopped
        if not stopped and len(missing) > self.knobs.safeguard_share * len(active):
            stopped = f"import safeguard: {len(missing)} of {len(active)} assignments would be lost"
        removed = () if stopped else tuple(missing)
        for key in removed:
            self._removed_in_app.add(key)
            person = self.directory.people.get(key)
            if person is not None:
                self._again |= self.directory.groups_of(person)
            del self.links.people[key]
            self.links.sent.pop(key, None)
            if person is not None and self.knobs.profile_sourcing:
                self.directory.disable(person)
        known = set(self.links.people.values())
        unlinked = {name.casefold(): scim_id for name, scim_id in users.names.items() if scim_id not in known}
        people = self.directory.people.values() if unlinked else ()
        matched = {p.key: unlinked[name] for p in people if (name := p.address.casefold()) in unlinked}
        return Imported(users.scanned, matched, len(unlinked) - len(matched), removed, stopped)

    def _state(self, key: str) -> Any:
        """What a job of that key is about; while it stays the same, a task waits."""
        if key in self.directory.groups:
            group = self.directory.groups[key]
            return group.name, frozenset(self.wanted_members(group))
        person = self.directory.people.get(key)
        return person and (person, self.has_application(person))
