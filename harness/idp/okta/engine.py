"""Okta's engine: events become jobs, a failed job becomes a task, groups are pushed apart from assignment (1.b to 1.g).

Nothing runs in cycles. The directory's change log names the people and groups to look at, and what is due about them is
read off the difference between the directory and what was sent; the first plan looks at everybody.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar

from harness.directory import Directory, Group, Person
from harness.exchange import Json, Request, Response
from harness.idp.events import Mark, read_events
from harness.idp.okta import shapes
from harness.idp.okta.imports import Imported, Listing, read_all
from harness.idp.okta.knobs import Knobs
from harness.idp.provider import (
    Barrier,
    Control,
    Conversation,
    IdentityProvider,
    Job,
    Lost,
    Plan,
    Wait,
    body_of,
    is_success,
    moment,
)


@dataclass(frozen=True, slots=True)
class Task:
    """A job that failed, as it waits for the administrator. `seen` is the state of the directory that it failed over.

    Okta repeats nothing by itself (LAB-OKTA): only another event, or `retry`, makes the job due again.
    """

    key: str
    what: str
    detail: str = ""
    seen: Any = None


class Okta(IdentityProvider):
    """Never lists what it did not import, never deletes a user, and keeps a failed job as a task for the admin."""

    claim = "okta"
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deactivated and then deleted in Okta",
        "deactivate": "the user is deactivated in Okta (a suspension there sends nothing)",
        "unassign": "the user loses the last assignment of the application",
    }

    console: ClassVar[Mapping[str, Control]] = {
        "suspend": Control("suspended in Okta, which sends nothing", lambda okta, who, _: okta.suspend(who), "person"),
        "unsuspend": Control("the reverse of suspend", lambda okta, who, _: okta.unsuspend(who), "person"),
        "assign-again": Control(
            "a new assignment after a deactivation took the old one",
            lambda okta, who, _: okta.assign_again(who),
            "person",
        ),
        "switch-on-provisioning": Control(
            "provisioning begins now: whoever is assigned already is not sent",
            lambda okta, *_: okta.switch_on_provisioning(),
        ),
        "provision-user": Control(
            "the button for somebody who was assigned before", lambda okta, who, _: okta.provision_user(who), "person"
        ),
        "change-password": Control(
            "another password, synchronised", lambda okta, who, _: okta.change_password(who), "person"
        ),
        "import": Control("every user and group of the app is read", lambda okta, *_: okta.run_import()),
        "confirm-match": Control(
            "a link that the import proposed is made", lambda okta, who, _: okta.confirm_match(who), "person"
        ),
        "push-group": Control(
            "the group is pushed from now on", lambda okta, group, _: okta.push_group(group), "group"
        ),
        "deactivate-push": Control(
            "nothing more is sent about the group", lambda okta, group, _: okta.deactivate_push(group), "group"
        ),
        "push-now": Control("the remote list is overwritten", lambda okta, group, _: okta.push_now(group), "group"),
        "link-group": Control(
            "linked to the remote group of that name", lambda okta, *about: okta.link_group(*about), "group", True
        ),
        "unlink-and-delete": Control(
            "unlinked, and deleted in the app", lambda okta, g, _: okta.unlink_group(g, delete=True), "group"
        ),
        "unlink-and-leave": Control(
            "unlinked, and left in the app", lambda okta, g, _: okta.unlink_group(g, delete=False), "group"
        ),
        "retry-all": Control("every error task is tried again", lambda okta, *_: okta.retry_all()),
        "remove-application": Control(
            "the application is deleted in Okta: nothing is sent any more", lambda okta, *_: okta.remove_application()
        ),
    }

    def __init__(self, directory: Directory, knobs: Knobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or Knobs()
        self.tasks: dict[str, Task] = {}
        self.suspended: set[str] = set()
        self.last_import: Imported | None = None
        self.is_removed = False
        self._pushes: dict[str, bool] = {}
        self._remote_groups: dict[str, str] = {}
        self._left_out: dict[str, set[str]] = {}
        self._kept_names: dict[str, str] = {}
        self._unsent: set[str] = set()
        self._detached: set[str] = set()
        self._unanswered: set[str] = set()
        self._uncertain: set[str] = set()
        self._removed_in_app: set[str] = set()
        self._mark = Mark()
        self._again: set[str] = set()
        self._dirty: set[str] | None = None
        self._new: dict[str, None] | None = None

    @property
    def timeout_s(self) -> float:  # type: ignore[override]  # the knob's
        """How long Okta waits for an answer (OKTA-FAQ)."""
        return self.knobs.timeout_s

    # What the administrator does.

    def connect(self) -> Plan:
        """Test, and every save of the page: two users; with "Import Groups" a page of groups too (LAB-OKTA)."""
        yield Job("connection test", self._test())
        if self.knobs.import_schema:
            yield Job("schema import", self._read_schemas())
        if self.knobs.import_groups:
            yield Job("group import", self._first_groups())

    def run_import(self) -> Plan:
        """An import, by hand or by schedule: every page of users, then of groups (1.a). It writes nothing."""
        yield Job("import", self._import())

    def confirm_match(self, person: Person) -> None:
        """Confirm a link that the last import proposed: the person is assigned, and the profile pushed (OKTA-REF)."""
        if self.last_import and person.key in self.last_import.matched:
            self.links.people[person.key] = self.last_import.matched[person.key]
            self.assign_again(person)

    def remove_application(self) -> None:
        """The application is deactivated or deleted in Okta: nobody is told, and nothing is sent any more (P-25)."""
        self.is_removed = True

    def switch_on_provisioning(self) -> None:
        """Provisioning begins now: whoever is assigned already is not sent (LAB-OKTA)."""
        self._unsent.clear()
        self._unsent.update(person.key for person in self.directory.people_in_scope())

    def provision_user(self, person: Person) -> None:
        """The button "Provision User", for somebody who was assigned before provisioning was switched on."""
        self._unsent.discard(person.key)
        self._again.add(person.key)

    def suspend(self, person: Person) -> None:
        """Suspended in Okta: the person can't sign in there, and nothing is sent (OKTA-32)."""
        self.suspended.add(person.key)

    def unsuspend(self, person: Person) -> None:
        """The reverse of `suspend`; nothing is sent either."""
        self.suspended.discard(person.key)

    def assign_again(self, person: Person) -> None:
        """A new assignment of one's own, after a deactivation or an import took the old one (OKTA-QA)."""
        self._detached.discard(person.key)
        self._removed_in_app.discard(person.key)
        self.directory.assign(person)

    def change_password(self, person: Person) -> Plan:
        """Password synchronisation: somebody has another password, which is sent at once (OKTA-REF, OKTA-QA)."""
        if self.has_application(person) and person.key in self.links.people:
            yield Job(f"user {person.key}", self.send_password(person))

    def push_group(self, group: Group) -> None:
        """The group is pushed from now on, whether it is assigned or not; also "activate group push" (HELP-GP)."""
        self._pushes[group.key] = True
        self._again.add(group.key)

    def deactivate_push(self, group: Group) -> None:
        """Nothing more is sent about the group until it is pushed again (HELP-GP)."""
        self._pushes[group.key] = False

    def push_now(self, group: Group) -> Plan:
        """A full push: the remote list is overwritten, who was left out is in it again (OKTA-QA)."""
        self._left_out.pop(group.key, None)
        self.tasks.pop(group.key, None)
        self._again.add(group.key)
        yield Job(f"group {group.key}", self._to_its_end(group.key, self._full_push(group)))

    def link_group(self, group: Group, name: str) -> Plan:
        """Link to a remote group of that name: its members stay, its name follows when renaming is on (OKTA-QA)."""
        self._pushes[group.key] = True
        yield Job(f"group {group.key}", self._link(group, name))
        self._again.add(group.key)

    def unlink_group(self, group: Group, *, delete: bool) -> Plan:
        """Unlink; the remote group is deleted, or left as it is and nothing is sent (OKTA-25)."""
        self._pushes[group.key] = False
        if delete and group.key in self.links.groups:
            yield Job(f"group {group.key}", self._delete(group))
        else:
            self._forget_group(group.key)

    def retry(self, key: str) -> None:
        """ "Retry" on one error task: the job is due again."""
        if self.tasks.pop(key, None):
            self._again.add(key)

    def retry_all(self) -> None:
        """Every error task is tried again; for groups that is "Retry All Groups" (HELP-GPTR)."""
        self._again.update(self.tasks)
        self.tasks.clear()

    def by_hand(self) -> Plan:
        """What error tasks and the help pages ask of the administrator, where nothing else brings both sides together.

        "Push Now" of each group from which somebody was left out who is back by now (OKTA-QA), or whose last push ended
        without an answer; and an import, where a create did so and the person has lost the application since.
        """
        for group in self.pushed_groups():
            waiting = self._left_out.get(group.key, ())
            if group.key in self._uncertain or any(self._is_ready(key, group) for key in waiting):
                yield from self.push_now(group)
        if self._unanswered:
            yield from self.run_import()
            yield Barrier()
            yield from self._adopted_jobs()

    def memory(self) -> Json:
        """Tasks, pushes, and whom Okta treats apart; as JSON, in a stable order."""
        return {
            "tasks": [[task.key, task.what, task.detail] for _, task in sorted(self.tasks.items())],
            "pushes": dict(sorted(self._pushes.items())),
            "kept_names": dict(sorted(self._kept_names.items())),
            "remote_groups": dict(sorted(self._remote_groups.items())),
            "left_out": {key: sorted(people) for key, people in sorted(self._left_out.items())},
            "is_removed": self.is_removed,
            **{name: sorted(people) for name, people in self._apart().items()},
        }

    def recall(self, memory: Json) -> None:
        """The reverse of `memory`. A task waits for another event than those that came before it was stored."""
        self._pushes.update(memory["pushes"])
        self._kept_names.update(memory["kept_names"])
        self._remote_groups.update(memory["remote_groups"])
        self._left_out.update({key: set(people) for key, people in memory["left_out"].items()})
        self.is_removed = bool(memory["is_removed"])
        for name, people in self._apart().items():
            people.update(memory[name])
        for key, what, detail in memory["tasks"]:
            self.tasks[key] = Task(key, what, detail, self._state(key))

    # What Okta then sends.

    def plan(self) -> Plan:
        """Users and group pushes side by side; then a push of who has arrived meanwhile (1.f)."""
        if self.is_removed:
            return
        mark = Mark.of(self.directory, self.knobs)
        self._read_log()
        yield Job("event", moment(self.knobs.event_to_request_s))
        is_busy = False
        for job in chain(self.user_jobs(), self.group_jobs()):
            is_busy = True
            yield job
        yield Barrier()
        if is_busy:
            yield from self.group_jobs()
        # A plan that is given up does not come here: the next one reads the same entries again.
        self._mark, self._new, self._dirty = mark, None, None

    def user_jobs(self) -> Iterator[Job]:
        """A job for each person about whom something happened."""
        for person in self._changed():
            conversation = self._due(person)
            if conversation is not None:
                self.tasks.pop(person.key, None)
                # Both are about the same event, so the second is planned before the first has been at work.
                again = self._due(person) if self.knobs.duplicate_jobs else None
                self._touch(person)
                whole = self._to_its_end(person.key, conversation)
                whole.__name__ = conversation.__name__  # type: ignore[attr-defined]  # a generator has one
                yield Job(f"user {person.key}", whole)
                if again is not None:
                    yield Job(f"user {person.key} again", again)

    def group_jobs(self) -> Iterator[Job]:
        """The pushes that are due. A push does not wait for users: who is missing is left out (HELP-GPTR)."""
        for group in self.pushed_groups():
            if self._dirty is not None and group.key not in self._dirty and group.key not in self._again:
                continue
            self._again.discard(group.key)
            if self._is_push_due(group):
                self.tasks.pop(group.key, None)
                jobs = list(self.push_jobs(group))
                self._again.add(group.key)
                others = [job.key for job in jobs]
                yield from (Job(job.key, self._to_its_end(group.key, job.conversation, others)) for job in jobs)

    def pushed_groups(self) -> list[Group]:
        """Groups that are pushed: by hand, or by the rule that names every assigned group."""
        by_rule = self.directory.assignment.groups if self.knobs.push_assigned_groups else frozenset()
        return [group for key, group in self.directory.groups.items() if self._pushes.get(key, key in by_rule)]

    def has_application(self, person: Person) -> bool:
        """Whether an assignment stands: deactivation takes one's own away, and leaves one by a group (OKTA-QA)."""
        return self.directory.is_in_scope(person) and self._keeps_assignment(person.key)

    def gives_application_to(self, key: str) -> bool:
        """The same by key, without making anybody of the crowd."""
        return self.directory.is_key_in_scope(key) and self._keeps_assignment(key)

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return shapes.create_user(person, self.knobs)

    def provision(self, person: Person) -> Conversation[None]:
        """Match by userName; link and push the profile, or create. A conflict stops the job (OKTA-FAQ)."""
        found = yield from self.ask(shapes.find_user(person, self.knobs))
        matches = shapes.parse_matches(found)
        if isinstance(matches, str):
            self.fail(person.key, matches, found)
        elif not matches:
            yield from self._create(person)
        elif len(matches) > 1 and self.knobs.on_several_matches == "fail":
            self.fail(person.key, "several users match", found)
        elif scim_id := shapes.usable_id(matches[0]):
            yield from self._take_over(person, scim_id, matches[0])
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
            asked = replace(shapes.find_user(person, self.knobs), unconfirmed="idp-wire.md 1.d")
            found = yield from self.ask(asked)
            if isinstance(matches := shapes.parse_matches(found), str):
                self.fail(person.key, matches, found)
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
            stored = yield from self.read_whole(shapes.read_user(scim_id), person.key, "the user could not be read")
        if stored is None:
            return
        body = shapes.overlay(stored, {**shapes.pushed_profile(person, stored, self.knobs), "active": active})
        if (yield from self.put(shapes.replace_user, scim_id, body, person.key, "the profile could not be pushed")):
            self.links.sent[person.key] = person
            self.links.inactive.discard(person.key)

    def read_whole(self, request: Request, key: str, what: str) -> Conversation[Json | None]:
        """The answer on which a PUT is built; None, and a task, where there is none."""
        answer = yield from self.ask(request)
        fault = shapes.fault_of(answer)
        stored = body_of(answer)
        if not fault and not shapes.usable_id(stored):
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
        fault = shapes.fault_of(answer, may_be_empty=True)
        if fault:
            self.fail(key, what if fault == "refused" else f"{what} ({fault})", answer)
        if shapes.is_unanswered(answer) and key in self.directory.groups:
            self._uncertain.add(key)
        return not fault

    def ask(self, request: Request) -> Conversation[Response]:
        """Send, and on 429 wait as long as the bridge says, doubling, at most ten tries (OKTA-CON).

        An answer that was lost counts as a failed job: Okta repeats nothing by itself (LAB-OKTA, one case seen).
        """
        if self.knobs.user_agent != shapes.AGENT:
            request = replace(request, headers=shapes.with_agent(request, self.knobs.user_agent))
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
            asked = shapes.retry_after(response)
            pause = pause * 2 or (self.knobs.pause_without_header_s if asked is None else asked)
            if pause > self.knobs.longest_pause_s:
                return response
        return response

    def fail(self, key: str, what: str, response: Response | None = None) -> None:
        """Note a failed job, and keep it as a task with the text that the bridge gave (OKTA-29)."""
        super().fail(key, what, response)
        self.tasks[key] = Task(
            key, self.problems[-1].what, shapes.detail_of(response) if response else "", self._state(key)
        )

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

    def _apart(self) -> dict[str, set[str]]:
        return {
            "suspended": self.suspended,
            "unsent": self._unsent,
            "detached": self._detached,
            "removed_in_app": self._removed_in_app,
            "unanswered": self._unanswered,
            "uncertain": self._uncertain,
        }

    def _is_ready(self, key: str, group: Group) -> bool:
        person = self.directory.people.get(key)
        is_there = key in self.links.people and key not in self.links.inactive
        is_member = key in self.directory.members[group.key]
        return person is not None and is_there and is_member and self.has_application(person)

    def _adopted_jobs(self) -> Iterator[Job]:
        found = self.last_import.matched if self.last_import else {}
        for key in sorted(self._unanswered & found.keys()):
            person = self.directory.people[key]
            if not self.has_application(person):
                self.links.people[key] = found[key]
                self._unanswered.discard(key)
                yield Job(f"user {key}", self.deprovision(person))

    def _read_log(self) -> None:
        """Whom and which groups this plan looks at; None is everybody."""
        events = read_events(self.directory, self._mark, self.knobs)
        if events is None:
            self._new = self._dirty = None
            return
        self._new, self._dirty = events.people, events.groups
        for key in events.deleted:
            scim_id = self.links.people.get(key)
            self._dirty |= {group for group, members in self.links.members.items() if scim_id in members}

    def _changed(self) -> Iterator[Person]:
        if self._new is None:
            yield from self.directory.people.values()
            return
        people = self.directory.people
        for key in dict.fromkeys((*self._new, *sorted(self._again))):
            if (person := people.get(key)) is not None:
                self._again.discard(key)
                yield person

    def _touch(self, person: Person) -> None:
        self._again.add(person.key)
        if self._dirty is not None:
            self._dirty |= self.directory.groups_of(person)

    def _to_its_end(
        self, key: str, conversation: Conversation[None], open_jobs: list[str] | None = None
    ) -> Conversation[None]:
        yield from conversation
        # A driver may give a job up: then this line is not reached, and the next plan looks at it again.
        if open_jobs:
            open_jobs.pop()
        if not open_jobs:
            self._again.discard(key)

    def _due(self, person: Person) -> Conversation[None] | None:
        self._follow_assignment(person)
        task = self.tasks.get(person.key)
        if person.key in self._unsent or (task and task.seen == self._state(person.key)):
            return None
        linked, inactive = person.key in self.links.people, person.key in self.links.inactive
        if not self.has_application(person):
            if not linked or inactive or not self.knobs.deactivate_users:
                return None
            self._leave_out(person)
            return self.deprovision(person)
        if not linked:
            return self.provision(person) if self.knobs.create_users else None
        if inactive:
            return self.reactivate(person)
        return self.update(person) if self.knobs.update_users and self._is_profile_due(person) else None

    def _follow_assignment(self, person: Person) -> None:
        if person.key not in self.directory.assignment.people:
            self._detached.discard(person.key)
        elif person.is_deleted or not person.is_enabled:
            self._detached.add(person.key)
        if person.key in self._removed_in_app and not self.directory.is_in_scope(person):
            self._removed_in_app.discard(person.key)

    def _keeps_assignment(self, key: str) -> bool:
        if self.is_removed or key in self._removed_in_app:
            return False
        return key not in self._detached or self._is_assigned_by_group(key)

    def _is_assigned_by_group(self, key: str) -> bool:
        assignment, members = self.directory.assignment, self.directory.members
        return assignment.everybody or any(key in members.get(group, ()) for group in assignment.groups)

    def _is_profile_due(self, person: Person) -> bool:
        if self.links.has_sent(person):
            return False
        sent = self.links.sent.get(person.key)
        if sent is None or shapes.profile_of(sent) != shapes.profile_of(person):
            return True
        return shapes.further_profile(sent, self.knobs) != shapes.further_profile(person, self.knobs)

    def _leave_out(self, person: Person) -> None:
        # OKTA-QA: who was deactivated is left out of pushes, and needs a re-push after reactivation.
        if not person.is_enabled:
            for key in self.links.groups:
                if person.key in self.directory.members.get(key, ()):
                    self._left_out.setdefault(key, set()).add(person.key)

    def _create(self, person: Person) -> Conversation[None]:
        yield Wait(self.knobs.gap_s, "idp")
        created = yield from self.ask(shapes.create_user(person, self.knobs))
        fault = shapes.fault_of(created)
        scim_id = shapes.usable_id(body_of(created))
        if fault or not scim_id:
            why = "" if fault == "refused" else f" ({fault or 'the answer has no id'})"
            self.fail(person.key, f"the user could not be created{why}", created)
            if shapes.is_unanswered(created):
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

    def _is_push_due(self, group: Group) -> bool:
        task = self.tasks.get(group.key)
        known = self.links.members.get(group.key)
        is_due = known is None or known != self.wanted_members(group).keys() or self.is_renamed(group)
        return is_due and not (task and task.seen == self._state(group.key))

    def _linked_or_created(self, group: Group) -> Conversation[bool]:
        if group.key in self.links.groups:
            return True
        if group.name in self._remote_groups:  # the import told its id, so there is nothing to ask
            self._link_group(group, self._remote_groups[group.name], group.name)
            return True
        found = yield from self.ask(shapes.find_group(group.name, self.knobs))
        matches = shapes.parse_matches(found)
        if isinstance(matches, str) or len(matches) > 1:
            self.fail(group.key, matches if isinstance(matches, str) else "several groups match", found)
        elif matches:
            return self._link_match(group, matches[0], found)
        else:
            yield Wait(self.knobs.gap_s, "idp")
            first = dict(self._first_members(group))
            created = yield from self.ask(shapes.create_group(group, first, self.knobs.group_description))
            if not shapes.fault_of(created) and (group_id := shapes.usable_id(body_of(created))):
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
            asked = replace(shapes.find_group(name, self.knobs), unconfirmed="idp-wire.md 1.e")
            found = yield from self.ask(asked)
            matches = shapes.parse_matches(found)
            if isinstance(matches, str) or len(matches) != 1:
                self.fail(group.key, matches if isinstance(matches, str) else f"{len(matches)} groups match", found)
                return
            if not self._link_match(group, matches[0], found):
                return
        if not self.knobs.rename_on_link:
            self._kept_names[group.key] = self.links.names[group.key]
        elif self.is_renamed(group):
            yield Wait(self.knobs.gap_s, "idp")
            yield from self._rename(group)

    def _link_match(self, group: Group, match: Json, found: Response) -> bool:
        name = match.get("displayName")
        if group_id := shapes.usable_id(match):
            self._link_group(group, group_id, name if isinstance(name, str) else group.name)
        else:
            self.fail(group.key, "the match has no id", found)
        return bool(group_id)

    def _link_group(self, group: Group, group_id: str, name: str) -> None:
        self.links.groups[group.key], self.links.members[group.key] = group_id, set()
        self.links.names[group.key] = name

    def _delete(self, group: Group) -> Conversation[None]:
        answer = yield from self.ask(shapes.delete_group(self.links.groups[group.key]))
        if is_success(answer) or answer.status == 404:
            self._forget_group(group.key)
        else:
            self.fail(group.key, "the group could not be deleted", answer)

    def _forget_group(self, key: str) -> None:
        self._uncertain.discard(key)
        for known in (self.links.groups, self.links.members, self.links.names, self._left_out, self._kept_names):
            known.pop(key, None)

    def _test(self) -> Conversation[None]:
        answer = yield from self.ask(shapes.read_page("/Users", 1, 2, "test connection"))
        if isinstance(fault := shapes.parse_list(answer), str):
            self.fail("connection test", fault, answer)

    def _first_groups(self) -> Conversation[None]:
        answer = yield from self.ask(shapes.read_page("/Groups", 1, self.knobs.import_page, "import groups"))
        if isinstance(listed := shapes.parse_list(answer), str):
            self.fail("group import", listed, answer)
        else:
            self._know_groups(listed[1])

    def _read_schemas(self) -> Conversation[None]:
        for request in shapes.read_schemas():
            answer = yield from self.ask(request)
            if fault := shapes.fault_of(answer):
                self.fail("schema import", fault, answer)

    def _know_groups(self, groups: list[Json]) -> None:
        for group in groups:
            if isinstance(name := group.get("displayName"), str) and (group_id := shapes.usable_id(group)):
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
