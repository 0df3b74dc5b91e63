"""Entra ID's engine: cycles that send differences; escrows, quarantine and the deletion guard (2.f).

An initial cycle, and one after a restart, evaluates all people; an incremental one evaluates people named by the change
log after the watermark, unfinished ones, and escrows that are due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import ClassVar

import msgspec

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.entra import answers, requests
from harness.idp.entra.console import CONSOLE
from harness.idp.entra.conversations import EntraConversations
from harness.idp.entra.knobs import DAY_S, EntraKnobs
from harness.idp.entra.state import (
    INITIAL,
    EntraState,
    Escrow,
    Quarantine,
    Scope,
    Tally,
    cycles_to_wait,
    pause_before_try,
    reason_to_quarantine,
)
from harness.idp.events import Mark, read_events
from harness.idp.provider import Barrier, Conversation, Job, Plan, Wait
from harness.record.exchange import Json, Request, Response


class Entra(EntraConversations):
    """Users, then groups, then memberships; suspends before it removes (ACQ). Never lists, never uses PUT."""

    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is soft-deleted in Entra ID (the DELETE of a user follows only after 30 days)",
        "deactivate": "sign-in is blocked for the user in Entra ID",
        "unassign": "the user loses the last assignment of the enterprise application",
    }

    console = CONSOLE

    def __init__(self, directory: Directory, knobs: EntraKnobs | None = None, scope: Scope = "assigned") -> None:
        super().__init__(directory, knobs)
        self.state = EntraState(scope=scope, next_scope=scope)
        self._tally = Tally()
        self._seen_scope: object = None
        self._touched: set[str] = set()

    # What the administrator does.

    def connect(self) -> Plan:
        """ "Test Connection" asks for a user and a group that cannot exist (ENTRA-01)."""
        yield Job("connection test", self._probe(1, "/Users", "userName"))
        if self.knobs.is_gallery:
            yield Job("schemas", self._read_schemas())
        if self.knobs.probe_groups:
            yield Job("connection test of groups", self._probe(2, "/Groups", "displayName"))

    def restart(self, *, full: bool = False) -> None:
        """Watermark, escrows and quarantine are cleared; `full` breaks the links too, so that all match anew."""
        state = self.state
        state.watermark, state.quarantine, state.is_disabled = INITIAL, None, False
        state.looks_again = True
        state.scope = state.next_scope
        for memory in (state.escrows, state.pending, state.left_out, state.held):
            memory.clear()
        if full:
            links = self.links
            for known in (links.people, links.groups, links.sent, links.inactive, links.members, links.names):
                known.clear()

    def change_scope(self, scope: Scope) -> None:
        """ "Assigned only" or "all": it takes effect with the next restart (MS-KNOWN)."""
        self.state.next_scope = scope

    def purge(self, person: Person) -> None:
        """A soft-deleted user is deleted from the bin by hand: DELETE follows in the next cycle (2.d)."""
        if person.key in self.state.deleted_at:
            self.state.deleted_at[person.key] = self.state.now_s - self.knobs.soft_delete_s

    def remove_application(self) -> None:
        """The enterprise application is deleted in Entra ID: nothing is sent any more (P-25)."""
        self.state.is_removed = True

    def stop(self) -> None:
        """Provisioning is stopped: a cycle that runs comes to its end, and none begins (MS-KNOWN)."""
        self.state.is_stopped = True

    def start(self) -> None:
        """Provisioning goes on where it stopped."""
        self.state.is_stopped = False

    def allow_deletions(self) -> None:
        """The administrator lets the held batch through (MS-DEL)."""
        self.state.removals_allowed, self.state.quarantine = True, None
        self.state.pending |= self.state.held
        self.state.held.clear()

    def reject_deletions(self) -> None:
        """The administrator drops the held batch: those users stay on the bridge as they are (MS-DEL)."""
        state = self.state
        state.quarantine = None
        for key in state.held:
            state.deleted_at.pop(key, None)
            for known in (self.links.groups, self.links.members, self.links.names):
                known.pop(key, None)
        state.unmanaged |= state.held & self.links.people.keys()
        state.held.clear()

    def let_pass(self, days: float) -> Plan:
        """This many days without a change in the directory."""
        yield from self.pass_time(days * DAY_S)

    def pass_time(self, seconds: float) -> Plan:
        """This much time without a change in the directory: idle cycles, as one wait."""
        yield Job("time", self._pass(seconds))

    def run_on_demand(self, person: Person) -> Plan:
        """One user at once, whatever the cycle: the flag is ignored (MS-OND)."""
        yield Job(f"user {person.key}", self.on_demand(person))

    def run_group_on_demand(self, group: Group) -> Plan:
        """One group with at most five members, the flag ignored (MS-OND)."""
        yield Job(f"group {group.key}", self.group_on_demand(group))

    def retry_all(self) -> None:
        """Escrows, late members and a quarantine's next try are due at once, as after a restart."""
        self.state.pending |= self.state.left_out.keys()
        self.state.left_out.clear()
        for escrow in self.state.escrows.values():
            escrow.due_in_cycle = 0
        if self.state.quarantine and not self.state.held:
            self.state.quarantine = None

    def backlog(self) -> int:
        """Escrows, what was not brought to an end, members who came late, and what quarantine or the guard holds."""
        state = self.state
        people = self.directory.people
        left_out = (people.get(key) for keys in state.left_out.values() for key in keys)
        late = sum(person is not None and self.has_application(person) for person in left_out)
        return len(state.escrows) + len(state.pending) + len(state.held) + late + (state.quarantine is not None)

    def standing(self) -> list[str]:
        """Quarantine with its reason and age, what the guard holds, escrows; or why no cycle begins."""
        state = self.state
        told = [
            "the application is removed" if state.is_removed else "",
            "the job is disabled, since quarantine lasted too long" if state.is_disabled else "",
            "provisioning is stopped" if state.is_stopped else "",
            f"{len(state.held):,} removals are held, to be allowed or rejected" if state.held else "",
            f"{len(state.escrows):,} objects in escrow" if state.escrows else "",
        ]
        if quarantine := state.quarantine:
            days = (state.now_s - quarantine.since_s) / DAY_S
            told.insert(0, f"in quarantine for {days:.1f} days: {quarantine.reason}")
        return [each for each in told if each]

    def memory(self) -> Json:
        """Watermark, escrows, quarantine and the rest, as JSON."""
        plain = msgspec.to_builtins(self.state)
        assert isinstance(plain, dict)
        return plain

    def recall(self, memory: Json) -> None:
        """Go on from what `memory` gave."""
        self.state = msgspec.convert(memory, EntraState)
        self._seen_scope = (self.directory.assignment, self.directory.filters)

    # What the cycle then sends.

    def plan(self) -> Plan:
        """One cycle: keep-alive, users, managers, groups, memberships, deletions, and last the groups let go."""
        state = self.state
        if state.is_removed or state.is_disabled or state.is_stopped or state.held:
            return
        self._tally, self._touched = Tally(), set()
        state.cycles += 1
        yield Job("cycle", self._begin())
        yield Barrier()
        if not self._tally.fatal:
            yield from self._phases()
        self._end()

    def _phases(self) -> Plan:
        is_initial, mark = self.state.watermark == INITIAL, self.directory.last_change
        is_first = is_initial and self.state.cycles == 1
        dirty = None if is_initial else self._dirty_groups()
        self._hold_removals()
        yield from self.user_jobs()
        yield Barrier()
        yield from self._manager_jobs(is_first)
        yield from self._due_deletes()
        yield Barrier()
        groups = self.pushed_groups()
        # The groups of who was touched count too; an initial cycle looks at all groups anyway.
        chosen = groups if dirty is None else [g for g in groups if self._is_group_due(g, dirty)]
        failed = {key: escrow for key, escrow in self.state.escrows.items() if key in self.directory.groups}
        yield from (Job(f"group {g.key}", self.provision_group(g, look=self.state.looks_again)) for g in chosen)
        yield Barrier()
        yield from self._membership_phase(chosen, failed)
        yield from self._group_deletes(groups)
        yield Barrier()
        self.state.watermark, self.state.looks_again = mark, False
        self._seen_scope = (self.directory.assignment, self.directory.filters)

    def _membership_phase(self, groups: list[Group], failed: dict[str, Escrow]) -> Plan:
        state = self.state
        before = {group.key: failed.get(group.key) for group in groups}
        state.pending.update(before)
        for group in groups:
            for job in self.membership_jobs(group):
                self._tally.events += 1
                yield job
        yield Barrier()
        # A driver may give a plan up: then this is not reached, and the groups are looked at again.
        for key, escrow in before.items():
            state.pending.discard(key)
            if state.escrows.get(key) is escrow:
                state.escrows.pop(key, None)

    def user_jobs(self) -> Iterator[Job]:
        """A job for each person about whom something is due."""
        for person in self._candidates():
            conversation = self._due(person)
            if conversation is not None:
                self._tally.events += 1
                self.state.pending.add(person.key)
                if self.state.watermark != INITIAL:
                    self._touched.add(person.key)
                yield Job(f"user {person.key}", self._to_its_end(person.key, conversation))
            else:
                self.state.pending.discard(person.key)

    def pushed_groups(self) -> list[Group]:
        """The assigned groups, or all of them; none without the group mapping."""
        if not self.knobs.sync_groups:
            return []
        return list(self.directory.groups.values()) if self.state.scope == "all" else self.directory.assigned_groups()

    def has_application(self, person: Person) -> bool:
        """Assigned, or simply there in scope "all"; alive, not blocked, let through by the filters."""
        if self.state.is_removed:
            return False
        if self.state.scope == "assigned":
            return self.directory.is_in_scope(person)
        is_there = person.is_enabled and not (person.is_deleted or person.is_service or person.is_archived)
        return is_there and all(each.passes(person) for each in self.directory.filters)

    def gives_application_to(self, key: str) -> bool:
        """The same by key; in scope "assigned" without making anybody of the population."""
        if self.state.scope == "assigned" and not self.state.is_removed:
            return self.directory.is_key_in_scope(key)
        return super().gives_application_to(key)

    def _candidates(self) -> Iterator[Person]:
        people, state = self.directory.people, self.state
        events = read_events(self.directory, Mark(state.watermark, self._seen_scope), None)
        if events is None:
            yield from people.values()
            return
        due = [key for key, escrow in state.escrows.items() if escrow.due_in_cycle <= state.cycles]
        keys = dict.fromkeys(chain(events.people, due, sorted(state.pending)))
        yield from (people[key] for key in keys if key in people)

    def _due(self, person: Person) -> Conversation[None] | None:
        state, key = self.state, person.key
        escrow = state.escrows.get(key)
        is_linked, is_inactive = key in self.links.people, key in self.links.inactive
        if not person.is_deleted:
            state.deleted_at.pop(key, None)
        elif is_linked and key not in state.unmanaged:
            state.deleted_at.setdefault(key, state.now_s)
        if key in state.held or (escrow and escrow.due_in_cycle > state.cycles and self._is_known(person)):
            return None
        if not self.has_application(person):
            return self.deprovision(person) if self._is_removal(person) else None
        state.unmanaged.discard(key)
        if not is_linked:
            return self.provision(person) if self.knobs.create_users else None
        if is_inactive:
            return self.reactivate(person)
        is_due = state.looks_again or escrow is not None or not self.links.has_sent(person)
        return self.update(person) if self.knobs.update_users and is_due else None

    def _is_known(self, person: Person) -> bool:
        # A change in the directory makes an object due at once, whatever its escrow says.
        since = self.directory.changes_since(self.state.watermark)
        return not any(each.subject == person.key for each in since) if len(since) < 1_000 else True

    def _is_removal(self, person: Person) -> bool:
        if person.key not in self.links.people or person.key in self.links.inactive:
            return False
        if person.key in self.state.unmanaged:
            return False
        is_out_of_scope = person.is_enabled and not person.is_deleted
        return not (self.knobs.skip_out_of_scope and is_out_of_scope)

    def _hold_removals(self) -> None:
        limit = self.knobs.deletion_threshold
        if limit is None or self.state.removals_allowed:
            self.state.removals_allowed = False
            return
        gone = (p.key for p in self._candidates() if not self.has_application(p) and self._is_removal(p))
        removals = list(chain(gone, self._keys_to_delete()))
        groups = self.links.groups.keys() - {group.key for group in self.pushed_groups()}
        if len(removals) + len(groups) > limit:
            self.state.held = {*removals, *groups}
            self._tally.fatal = f"{len(removals) + len(groups)} removals; {limit} are allowed in one cycle"

    def _manager_jobs(self, is_first: bool) -> Iterator[Job]:
        # Everybody has to be asked after the first cycle; keeping a million keys for that would cost more.
        due = self.state.managers_due
        if not self.knobs.send_managers:
            due.clear()
            return
        for key in self.links.people if is_first else sorted(due):
            manager = self.links.people.get(self.directory.people.manager_of(key), "")
            # MS-KNOWN: a manager who is out of scope is not set later either, until a restart.
            if manager and key not in self.links.inactive:
                yield Job(f"manager {key}", self.set_manager(key, manager))
            else:
                due.discard(key)

    def _keys_to_delete(self) -> list[str]:
        limit = self.state.now_s - self.knobs.soft_delete_s
        due = [key for key, at in self.state.deleted_at.items() if at <= limit and key in self.links.people]
        return due if self.knobs.delete_users else []

    def _due_deletes(self) -> Iterator[Job]:
        for key in self._keys_to_delete():
            if key not in self.state.held:
                self._tally.events += 1
                yield Job(f"user {key}", self._delete_for_good(key))

    def _delete_for_good(self, key: str) -> Conversation[None]:
        scim_id = self.links.people[key]
        if (yield from self.delete_user(key, scim_id)):
            self.state.deleted_at.pop(key, None)
            self.links.people.pop(key, None)
            self.links.sent.pop(key, None)
            self.links.inactive.discard(key)
            for members in self.links.members.values():
                members.discard(scim_id)

    def _dirty_groups(self) -> set[str]:
        changes, dirty = self.directory.changes_since(self.state.watermark), set(self.state.pending)
        if self.directory.forgets(self.state.watermark):
            return set(self.directory.groups)
        for each in changes:
            dirty |= {each.subject, each.other}
        return dirty

    def _is_group_due(self, group: Group, dirty: set[str]) -> bool:
        escrow = self.state.escrows.get(group.key)
        if group.key in dirty or (escrow and escrow.due_in_cycle <= self.state.cycles):
            return True
        if escrow:
            return False
        is_news = group.key not in self.links.groups or self.links.names.get(group.key) != group.name
        # A deletion takes people out of groups without a word of its own in the change log.
        members, known = self.directory.members[group.key], self.links.members.get(group.key, set())
        return is_news or any(key in members or self.links.people.get(key) in known for key in self._touched)

    def _group_deletes(self, wanted: list[Group]) -> Iterator[Job]:
        if self.knobs.sync_groups:
            for key in sorted(self.links.groups.keys() - {group.key for group in wanted} - self.state.held):
                escrow = self.state.escrows.get(key)
                if escrow and escrow.due_in_cycle > self.state.cycles:
                    continue
                self._tally.events += 1
                yield Job(f"group {key}", self.delete_group(key))

    def _begin(self) -> Conversation[None]:
        pause = self.knobs.cycle_s
        if quarantine := self.state.quarantine:
            pause = pause_before_try(quarantine, self.state.now_s, self.knobs)
            quarantine.tries += 1
        yield from self._pass(pause)
        if self.knobs.keep_alive or self.state.quarantine:
            yield from self._probe(3, "/Users", "userName")

    def _end(self) -> None:
        state = self.state
        reason = reason_to_quarantine(self._tally, self.knobs)
        if not reason:
            state.quarantine = None
        elif state.quarantine is None:
            state.quarantine = Quarantine(reason, state.now_s)
        elif state.now_s - state.quarantine.since_s >= self.knobs.quarantine_ends_s:
            state.is_disabled = True

    def _pass(self, seconds: float) -> Conversation[None]:
        self.state.now_s += seconds
        yield Wait(seconds, "idp")

    def _probe(self, number: int, path: str, attribute: str) -> Conversation[None]:
        request = requests.probe(path, attribute, self.directory.seed, number, self.knobs.blank)
        fault = answers.read_matches((yield from self.ask(request)), self.knobs.needs_resources).fault
        if fault in answers.FATAL:
            self.fail("connection test", fault)

    def _read_schemas(self) -> Conversation[None]:
        answer = yield from self.ask(requests.read_schemas())
        if fault := answers.fault_of(answer):
            self.fail("connection test", fault, answer)

    def _to_its_end(self, key: str, conversation: Conversation[None]) -> Conversation[None]:
        before = self.state.escrows.get(key)
        yield from conversation
        # A driver may give a job up: then this line is not reached, and the person is looked at again.
        self.state.pending.discard(key)
        if self.state.escrows.get(key) is before:
            self.state.escrows.pop(key, None)

    def fail(self, key: str, what: str, response: Response | None = None, *, is_reference: bool = False) -> None:
        """Note a failed object, count it, and put it in escrow; bad credentials and bad SCIM end in quarantine."""
        super().fail(key, what, response)
        tally, state = self._tally, self.state
        if is_reference:
            tally.reference_failures += 1
        else:
            tally.failures += 1
        if what in answers.FATAL:
            tally.fatal = tally.fatal or what
        if key != "connection test":
            failures = (state.escrows[key].failures if key in state.escrows else 0) + 1
            state.escrows[key] = Escrow(failures, state.cycles + cycles_to_wait(failures, self.knobs), what)

    def succeed(self, key: str) -> None:
        """An object has come through: its escrow is over."""
        self.state.escrows.pop(key, None)

    def ask(self, request: Request) -> Conversation[Response]:
        """Send once; what fails, 429 and time-outs included, is tried again in a later cycle (2.g).

        Whether Retry-After is honoured is unknown (Q-05): on wish it is, a few times.
        """
        if self.knobs.user_agent:
            request = replace(request, headers=(*request.headers, ("User-Agent", self.knobs.user_agent)))
        return self._send_patiently(request) if self.knobs.honours_retry_after else self.send(request)

    def _send_patiently(self, request: Request) -> Conversation[Response]:
        answer = yield from self.send(request)
        for _ in range(self.knobs.tries - 1):
            pause = answers.whole_seconds(answer) if answer.status == 429 else None
            if pause is None or pause > self.knobs.longest_pause_s:
                break
            yield Wait(pause, "bridge")
            answer = yield from self.send(request)
        return answer
