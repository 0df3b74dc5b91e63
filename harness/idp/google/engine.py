"""Google's engine: a sync every few hours, and delayed deprovisioning by three triggers (3.f).

Google sends no groups: they only narrow the scope. The engine has its own time, which its waits move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

import msgspec

from harness.directory.directory import Directory
from harness.directory.values import Person
from harness.idp.google import answers, requests
from harness.idp.google.knobs import DAY_S, GoogleKnobs
from harness.idp.google.state import Failure, GoogleState, Trigger, moments_of
from harness.idp.provider import (
    Barrier,
    Control,
    Conversation,
    IdentityProvider,
    Job,
    Lost,
    Plan,
    Wait,
    is_success,
    usable_id,
)
from harness.record.exchange import Json, Request, Response

Departure = Literal["suspend", "delete"]
_CONNECTION = "connection test"


class Google(IdentityProvider):
    """Google's own client for catalogue applications: only users, and people who leave are suspended after a delay."""

    dialect = "google-push"
    claim = "google"
    is_main = True
    aliases = ("google",)
    pushes_groups = False
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deleted in Google Workspace, with suspension chosen for deleted users",
        "deactivate": "the user is suspended in Google Workspace",
        "unassign": "the application is turned off for the user's last group",
    }

    console: ClassVar[Mapping[str, Control]] = {
        "remove-application": Control(
            "deletes the application in the admin console; nothing is sent after that",
            lambda google, *_: google.remove_application(),
        ),
    }

    def __init__(self, directory: Directory, knobs: GoogleKnobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or GoogleKnobs()
        self.state = GoogleState()
        self._lets_delays_run_out = False

    @property
    def parallel_jobs(self) -> int:
        """How many jobs run at once; unconfirmed."""
        return self.knobs.parallel_jobs

    @property
    def timeout_s(self) -> float:  # type: ignore[override]  # the knob's
        """How long Google waits for an answer."""
        return self.knobs.timeout_s

    # What the administrator does and sees.

    def connect(self) -> Plan:
        """A guess: the first page of users (3.a, mark U)."""
        yield Job(_CONNECTION, self._test())

    def remove_application(self) -> None:
        """The application is deleted in the admin console: nothing is sent any more, to nobody's account (P-25)."""
        self.state.is_removed = True

    def let_pass(self, days: float) -> Plan:
        """So much time without a change in the directory: quiet syncs, told as one wait."""
        yield from self.pass_time(days * DAY_S)

    def pass_time(self, seconds: float) -> Plan:
        """The same in seconds; delays run on meanwhile, and what has come due is done by the next sync."""
        yield Job("time", self._pass(seconds))

    def retry_all(self) -> None:
        """Google has no such action; instead, all delays run out in the next step."""
        self._lets_delays_run_out = True

    def counts(self) -> dict[str, int]:
        """What went well in the last 30 days, as the console counts it (G-MON)."""
        total: dict[str, int] = {}
        for counts in self.state.days.values():
            for what, count in counts.items():
                total[what] = total.get(what, 0) + count
        return total

    def failures(self) -> list[Failure]:
        """What failed in the last 30 days, as the console lists it (G-MON)."""
        return [each for each in self.state.failures if self.state.is_shown(each, self.knobs)]

    def backlog(self) -> int:
        """How many suspensions and deletions wait for their delay to run out, or failed and are due again."""
        return sum(len(self._outstanding(key)) for key in self.state.leaving)

    def memory(self) -> Json:
        """Time, who is leaving since when, who is gone, and what the console shows; as JSON."""
        plain = msgspec.to_builtins(self.state)
        assert isinstance(plain, dict)
        return plain

    def recall(self, memory: Json) -> None:
        """Go on from what `memory` gave."""
        self.state = msgspec.convert(memory, GoogleState)

    # What Google then sends.

    def plan(self) -> Plan:
        """One sync: users who differ; then, for as long as the shortest delay may take, who is to go (3.d)."""
        lets_all_run_out, self._lets_delays_run_out = self._lets_delays_run_out, False
        if self.state.is_removed:
            return
        self.state.syncs += 1
        yield Job("sync", self._pass(self.knobs.sync_s))
        yield Barrier()
        yield from self.user_jobs()
        yield Barrier()
        yield from self._departures(float("inf") if lets_all_run_out else self._horizon())

    def user_jobs(self) -> Iterator[Job]:
        """A job for each person in scope who differs from what was sent; who is out of scope begins to leave."""
        for person in self.directory.people.values():
            conversation = self._due(person)
            if conversation is not None:
                yield Job(f"user {person.key}", conversation)

    def has_application(self, person: Person) -> bool:
        """In scope: turned on by org unit or group, neither suspended nor archived nor deleted."""
        return not self.state.is_removed and self.directory.is_in_scope(person)

    def create_request(self, person: Person) -> Request:
        """The create of a person."""
        return requests.create_user(person)

    def provision(self, person: Person) -> Conversation[None]:
        """Match by userName; link, or create (snipe-it#12642)."""
        knobs = self.knobs
        answer = yield from self.ask(requests.find_user(person, knobs.blank))
        takes = {"takes_first": knobs.on_several_matches == "first", "takes_404": knobs.on_match_404 == "nobody"}
        found = answers.read_matches(answer, **takes)
        if found.fault:
            self.fail(person.key, found.fault, answer)
        elif not found.resources:
            yield Wait(knobs.gap_s, "idp")
            yield from self._create(person)
        elif scim_id := usable_id(found.first):
            yield from self._take_over(person, scim_id, found.first)
        else:
            self.fail(person.key, "the match has no id", answer)

    def update(self, person: Person) -> Conversation[None]:
        """PUT of the mapped attributes, or a PATCH of what differs (3.c, mark U)."""
        scim_id, before = self.id_of(person), self.links.sent.get(person.key)
        if self.knobs.update == "put":
            request = requests.replace_user(scim_id, person)
        elif before is None or requests.mapped(before) != requests.mapped(person):
            request = requests.change_user(scim_id, person, before)
        else:
            self.links.sent[person.key] = person  # what differs is nothing that Google maps
            return
        if (yield from self._do(request, person.key, "update", "the user could not be updated")):
            self.links.sent[person.key] = person

    def deprovision(self, person: Person) -> Conversation[None]:
        """The delay has run out: `active` becomes false (3.d, verb and body: mark U)."""
        yield from self._set_active(person, False)

    def reactivate(self, person: Person) -> Conversation[None]:
        """`active` becomes true again (mark U); what changed meanwhile follows."""
        if (yield from self._set_active(person, True)) and not self.links.has_sent(person):
            yield Wait(self.knobs.gap_s, "idp")
            yield from self.update(person)

    def delete(self, key: str) -> Conversation[None]:
        """DELETE, where it was chosen (GOOGLE-06); that of a lost answer finds nobody, and is done."""
        answer = yield from self.ask(requests.delete_user(self.links.people[key]))
        state = self.state
        if is_success(answer) or (answer.status == 404 and key in state.unsure):
            state.count("delete", self.knobs)
            state.unsure.discard(key)
            del self.links.people[key]
            self.links.sent.pop(key, None)
            self.links.inactive.discard(key)
        else:
            if answer.status == 0:
                state.unsure.add(key)
            self._refused(key, "the user could not be deleted", answer)

    def ask(self, request: Request) -> Conversation[Response]:
        """Send once. 429, 5xx and a lost answer are failures that the next sync tries again (3.g, mark U)."""
        if self.knobs.user_agent != requests.AGENT:
            request = requests.with_agent(request, self.knobs.user_agent)
        try:
            return (yield request)
        except Lost:
            return Response(0)

    def fail(self, key: str, what: str, response: Response | None = None) -> None:
        """Note a failure, and list it in the console."""
        super().fail(key, what, response)
        self.state.list_failure(Failure(self.state.now_s, key, self.problems[-1].what), self.knobs)

    def _due(self, person: Person) -> Conversation[None] | None:
        key, state = person.key, self.state
        if not self.has_application(person):
            if key in self.links.people and key not in state.gone:
                self._note_leaving(person)
            return None
        # Back before the delay has run out: what was pending is dropped, and nothing was ever sent.
        state.leaving.pop(key, None)
        if key in state.gone:
            return None
        if key not in self.links.people:
            return self.provision(person)
        if key in self.links.inactive:
            return self.reactivate(person)
        return None if self.links.has_sent(person) else self.update(person)

    def _note_leaving(self, person: Person) -> None:
        known = self.state.leaving.get(person.key, {})
        since = {each: known.get(each, self.state.now_s) for each in self._triggers(person, known)}
        if since:
            self.state.leaving[person.key] = since
        else:  # G-ZEN: archived users are outside
            self.state.leaving.pop(person.key, None)

    def _triggers(self, person: Person, known: dict[Trigger, float]) -> Iterator[Trigger]:
        if person.is_archived:
            return
        if person.is_deleted:
            yield from (each for each in known if each != "deleted")
            yield "deleted"
            return
        if not person.is_enabled:
            yield "suspended"
        if not self._is_turned_on(person):
            yield "off"

    def _is_turned_on(self, person: Person) -> bool:
        directory, assignment = self.directory, self.directory.assignment
        if not all(each.passes(person) for each in directory.filters):
            return False
        if person.key in assignment.people or (assignment.everybody and person.key not in assignment.excepted):
            return True
        return not assignment.groups.isdisjoint(directory.groups_of(person))

    def _outstanding(self, key: str, longest: int = 30) -> dict[Departure, float]:
        """When somebody who leaves is to be suspended, and when deleted, as far as that is not done."""
        if key in self.state.gone or key not in self.links.people:
            return {}
        suspend, delete = moments_of(self.state.leaving[key], self.knobs, longest)
        acts: dict[Departure, float] = {}
        if suspend is not None and key not in self.links.inactive:
            acts["suspend"] = suspend
        if delete is not None:
            acts["delete"] = delete
        return acts

    def _horizon(self) -> float:
        # What is chosen to happen "within 24 hours" is over when the step is; longer delays wait for later steps.
        soon = (at for key in self.state.leaving for at in self._outstanding(key, 0).values())
        return max(soon, default=self.state.now_s)

    def _departures(self, horizon_s: float) -> Plan:
        """Whose time has come, moment after moment, each act tried once."""
        leaving = self.state.leaving
        for key in [each for each in leaving if each not in self.links.people]:
            del leaving[key]
        waiting = {key: acts for key in leaving if (acts := self._outstanding(key))}
        moments = {at for acts in waiting.values() for at in acts.values() if at <= horizon_s}
        for moment in sorted({max(at, self.state.now_s) for at in moments}):
            if moment > self.state.now_s:
                yield Job("time", self._pass(moment - self.state.now_s))
                yield Barrier()
            for key, acts in waiting.items():
                for act in [each for each, at in acts.items() if at <= moment]:
                    del acts[act]
                    yield Job(f"user {key}", self._depart(key, act))
            yield Barrier()

    def _depart(self, key: str, act: Departure) -> Conversation[None]:
        if key not in self.links.people or key in self.state.gone:
            return
        if act == "delete":
            yield from self.delete(key)
        elif person := self.directory.people.get(key):
            yield from self.deprovision(person)

    def _create(self, person: Person) -> Conversation[None]:
        answer = yield from self.ask(requests.create_user(person))
        scim_id, fault = answers.read_created(answer)
        if scim_id:
            self.link(person, scim_id)
            self.state.count("create", self.knobs)
        else:
            self.fail(person.key, _with("the user could not be created", fault), answer)

    def _take_over(self, person: Person, scim_id: str, match: Json) -> Conversation[None]:
        self.link(person, scim_id)
        self.state.count("link", self.knobs)
        if match.get("active") is False:
            self.links.inactive.add(person.key)
            yield Wait(self.knobs.gap_s, "idp")
            if not (yield from self._set_active(person, True)):
                return
        if self.knobs.update_on_link and answers.shows_otherwise(person, match):
            del self.links.sent[person.key]
            yield Wait(self.knobs.gap_s, "idp")
            yield from self.update(person)

    def _set_active(self, person: Person, active: bool) -> Conversation[bool]:
        scim_id = self.id_of(person)
        by_put = self.knobs.set_active == "put"
        request = requests.put_active(scim_id, person, active) if by_put else requests.set_active(scim_id, active)
        name = "reactivate" if active else "suspend"
        is_done = yield from self._do(request, person.key, name, f"active could not be set to {str(active).lower()}")
        if is_done and active:
            self.links.inactive.discard(person.key)
        elif is_done:
            self.links.inactive.add(person.key)
        if is_done and by_put:
            self.links.sent[person.key] = person
        return is_done

    def _do(self, request: Request, key: str, name: str, what: str) -> Conversation[bool]:
        answer = yield from self.ask(request)
        fault = answers.fault_of(answer)
        if fault:
            self._refused(key, _with(what, fault), answer)
        else:
            self.state.count(name, self.knobs)
        return not fault

    def _refused(self, key: str, what: str, answer: Response) -> None:
        if answer.status == 404:
            # G-MON: a user who was removed at the target by hand is listed, and never sent again (GOOGLE-07).
            self.state.gone.add(key)
            self.state.leaving.pop(key, None)
            what = f"{what}: the user was removed at the target"
        self.fail(key, what, answer)

    def _test(self) -> Conversation[None]:
        answer = yield from self.ask(requests.first_user())
        if fault := answers.read_matches(answer, takes_first=True).fault:
            what = "the list was refused" if fault == "the match query failed" else fault
            self.fail(_CONNECTION, what, answer)

    def _pass(self, seconds: float) -> Conversation[None]:
        self.state.now_s += seconds
        yield Wait(seconds, "idp")


def _with(what: str, fault: str) -> str:
    return what if fault in ("refused", "no answer") else f"{what} ({fault})"
