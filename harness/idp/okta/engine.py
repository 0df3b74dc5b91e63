"""Okta's engine: events become jobs, failed jobs become tasks, and group push is separate from assignment (1.b to 1.g).

There are no cycles. The directory's change log names people and groups to look at, and the difference between the
directory and the values sent last decides what is due; the first plan looks at all people.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import ClassVar

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.events import Mark, read_events
from harness.idp.okta import requests
from harness.idp.okta.console import CONSOLE
from harness.idp.okta.conversations import OktaConversations, Task
from harness.idp.okta.knobs import OktaKnobs
from harness.idp.provider import Barrier, Conversation, Job, Plan, moment
from harness.record.exchange import Json


class Okta(OktaConversations):
    """Never lists what it did not import, never deletes a user, and keeps a failed job as a task for the admin."""

    claim = "okta"
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deactivated and then deleted in Okta",
        "deactivate": "the user is deactivated in Okta (a suspension there sends nothing)",
        "unassign": "the user loses the last assignment of the application",
    }

    console = CONSOLE

    def __init__(self, directory: Directory, knobs: OktaKnobs | None = None) -> None:
        super().__init__(directory, knobs)
        self.suspended: set[str] = set()
        self.is_removed = False
        self._pushes: dict[str, bool] = {}
        self._unsent: set[str] = set()
        self._detached: set[str] = set()
        self._mark = Mark()
        self._dirty: set[str] | None = None
        self._new: dict[str, None] | None = None

    @property
    def parallel_jobs(self) -> int:
        """How many jobs run at once; unconfirmed."""
        return self.knobs.parallel_jobs

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
        """The application is deactivated or deleted in Okta: nothing is sent, now or later (P-25)."""
        self.is_removed = True

    def switch_on_provisioning(self) -> None:
        """Provisioning starts now: people who are already assigned are not sent (LAB-OKTA)."""
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

    def force_sync(self, person: Person) -> Plan:
        """ "Force Sync": the profile of somebody who is linked is pushed though nothing about it has changed.

        That the button does so is unconfirmed: LAB-OKTA saw it send nothing for people who had never been sent.
        """
        if self.has_application(person) and person.key in self.links.people:
            yield Job(f"user {person.key}", self.push_profile(person, active=True))

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

    def backlog(self) -> int:
        """Error tasks, which nobody repeats but the administrator."""
        return len(self.tasks)

    def standing(self) -> list[str]:
        """Error tasks, and a brake on the last import."""
        stopped = self.last_import.stopped if self.last_import else ""
        tasks = f"{len(self.tasks):,} error tasks" if self.tasks else ""
        removed = "the application is removed" if self.is_removed else ""
        return [each for each in (removed, tasks, stopped) if each]

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
                yield Job(f"user {person.key}", self._to_its_end(person.key, conversation))
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
        """The same by key, without making anybody of the population."""
        return self.directory.is_key_in_scope(key) and self._keeps_assignment(key)

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
        if sent is None or requests.profile_of(sent) != requests.profile_of(person):
            return True
        return requests.further_profile(sent, self.knobs) != requests.further_profile(person, self.knobs)

    def _leave_out(self, person: Person) -> None:
        # OKTA-QA: who was deactivated is left out of pushes, and needs a re-push after reactivation.
        if not person.is_enabled:
            for key in self.links.groups:
                if person.key in self.directory.members.get(key, ()):
                    self._left_out.setdefault(key, set()).add(person.key)

    def _is_push_due(self, group: Group) -> bool:
        task = self.tasks.get(group.key)
        known = self.links.members.get(group.key)
        is_due = known is None or known != self.wanted_members(group).keys() or self.is_renamed(group)
        return is_due and not (task and task.seen == self._state(group.key))
