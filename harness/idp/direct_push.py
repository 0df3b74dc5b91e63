"""The base of a vendor that sends each change of its directory when it happens: people first, then their groups.

What such vendors publish is a list of calls, seldom their order or their second tries. So the order here is ours, the
same for all of them; each vendor writes its own requests, and says what it does otherwise.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Protocol

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.provider import (
    Barrier,
    Control,
    Conversation,
    IdentityProvider,
    Job,
    Lost,
    Plan,
    Reading,
    Wait,
    body_of,
    is_success,
    usable_id,
)
from harness.record.exchange import Json, Request, Response, get_attribute
from harness.record.message import is_error_message

CONNECTION = "connection test"
NO_ANSWER = Response(0)
MOST_PAGES = 1_000  # a bound of ours, for a list that never ends

REMOVE_APPLICATION: Mapping[str, Control] = {
    "remove-application": Control(
        "deletes the application at the vendor; nothing is sent after that", lambda idp, *_: idp.remove_application()
    ),
    "retry": Control("retries what failed", lambda idp, *_: idp.retry_all()),
}


@dataclass(frozen=True, slots=True)
class Move:
    """A request about a group, and who is in the group and out of it when it went well."""

    request: Request
    joiners: Sequence[str] = ()
    leavers: Sequence[str] = ()


class PushKnobs(Protocol):
    """The settings that every vendor of this kind has, whatever it calls its others."""

    @property
    def gap_s(self) -> float:
        """Seconds between two requests of one job."""

    @property
    def parallel_jobs(self) -> int:
        """How many jobs run at once."""

    @property
    def timeout_s(self) -> float:
        """How long an answer is waited for."""

    @property
    def repeats_failures(self) -> bool:
        """Whether a job that failed is tried again by the next step; else it waits for another change or a retry."""

    @property
    def on_removal(self) -> Literal["deactivate", "delete", "nothing"]:
        """What is sent for somebody who is deleted, or loses the application."""


class DirectPush(IdentityProvider):
    """People and groups of a directory, pushed as they change. A vendor writes the requests."""

    knobs: Any
    console: ClassVar[Mapping[str, Control]] = REMOVE_APPLICATION

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory)
        self.is_removed = False
        self._stuck: dict[str, object] = {}
        # By group, whose move was not answered: they may be in it, or not.
        self._unsure: dict[str, set[str]] = {}
        # People about whom a write was not answered: what the bridge made of it is asked or said again.
        self._lost: set[str] = set()
        self._retries = False

    @property
    def parallel_jobs(self) -> int:
        """How many jobs run at once."""
        return int(self.knobs.parallel_jobs)

    @property
    def timeout_s(self) -> float:  # type: ignore[override]  # the knob's
        """How long this vendor waits for an answer."""
        return float(self.knobs.timeout_s)

    # The requests, which each vendor writes for itself.

    @abstractmethod
    def test_requests(self) -> Iterator[Request]:
        """What the connection test reads."""

    @abstractmethod
    def find_request(self, person: Person) -> Request:
        """The look-up of a person before the create."""

    @abstractmethod
    def update_requests(self, person: Person) -> Iterator[Request]:
        """What brings a linked, active user up to date; nothing where nothing that is mapped has changed."""

    @abstractmethod
    def active_request(self, person: Person, active: bool) -> Request:
        """The activation or deactivation of a linked user."""

    @abstractmethod
    def delete_request(self, scim_id: str) -> Request:
        """The delete of a user."""

    @abstractmethod
    def create_group_request(self, group: Group) -> Request:
        """The create of a group, without members."""

    @abstractmethod
    def rename_group_request(self, group_id: str, name: str) -> Request:
        """Another name of a group."""

    @abstractmethod
    def moves(self, group: Group, joiners: list[str], leavers: list[str]) -> Iterator[Move]:
        """What moves members, by their SCIM ids, into a linked group and out of it."""

    @abstractmethod
    def find_group(self, group: Group) -> Conversation[Reading]:
        """The group of that name on the bridge, if there is one; or why that can't be told."""

    @abstractmethod
    def delete_group_request(self, group: Group | None, group_id: str) -> Request | None:
        """The delete of a group that is pushed no more; None where it is left as it is.

        `group` is none when the directory has no such group any more, else it has only lost the application.
        """

    # What administrators do.

    def connect(self) -> Plan:
        """The connection test: requests that read."""
        yield Job(CONNECTION, self._test())

    def remove_application(self) -> None:
        """The application is deleted at the vendor: nothing is sent any more (P-25)."""
        self.is_removed = True

    def retry_all(self) -> None:
        """What failed is due again, though nothing has changed."""
        self._retries = True

    def backlog(self) -> int:
        """How many jobs wait for a retry."""
        return len(self._stuck)

    def memory(self) -> Json:
        """Whether the application is removed, and whose moves were not answered."""
        unsure = {key: sorted(ids) for key, ids in self._unsure.items() if ids}
        return {
            "is_removed": self.is_removed,
            **({"unsure": unsure} if unsure else {}),
            **({"lost": sorted(self._lost)} if self._lost else {}),
        }

    def recall(self, memory: Json) -> None:
        """The reverse of `memory`."""
        self.is_removed = bool(memory.get("is_removed"))
        self._unsure = {key: set(ids) for key, ids in memory.get("unsure", {}).items()}
        self._lost = set(memory.get("lost", ()))

    # What is then sent.

    def plan(self) -> Plan:
        """People who differ from what was sent; when they are done, groups."""
        if self._retries or self.knobs.repeats_failures:
            self._stuck.clear()
        self._retries = False
        if self.is_removed:
            return
        yield from (job for job in self.user_jobs() if self._is_free(job.key))
        yield Barrier()
        yield from (job for job in self.group_jobs() if self._is_free(job.key))

    def has_application(self, person: Person) -> bool:
        """In scope, while the application is there."""
        return not self.is_removed and self.directory.is_in_scope(person)

    def group_jobs(self) -> Iterator[Job]:
        """Groups that are pushed no more, then those whose name or members differ from what was sent."""
        pushed = {group.key: group for group in self.pushed_groups()}
        for key in [each for each in self.links.groups if each not in pushed]:
            yield Job(f"group {key}", self._release(key))
        for group in pushed.values():
            if self._is_due(group):
                yield Job(f"group {group.key}", self.push(group))

    def provision(self, person: Person) -> Conversation[None]:
        """Look the person up; link and update, or create."""
        answer = yield from self.ask(self.find_request(person))
        found = self.read_match(answer)
        if found.fault:
            self.fail(person.key, found.fault, answer)
        else:
            yield from self.link_or_create(person, found)

    def link_or_create(self, person: Person, found: Reading) -> Conversation[None]:
        """Take over the user who was found, or create one."""
        if not found.resources:
            yield Wait(self.knobs.gap_s, "idp")
            yield from self._create(person)
        elif scim_id := usable_id(found.first):
            yield from self._take_over(person, scim_id, found.first)
        else:
            self.fail(person.key, "the match has no id")

    def update(self, person: Person) -> Conversation[None]:
        """What is mapped, as it is now."""
        for request in self.update_requests(person):
            if not (yield from self.do(request, person.key, "the user could not be updated")):
                if person.key in self._lost:
                    self.links.sent.pop(person.key, None)  # the next update says all of it again
                return
        self.links.sent[person.key] = person

    def deprovision(self, person: Person) -> Conversation[None]:
        """Deactivated, deleted, or left alone, as the administrator has chosen."""
        way = self.knobs.on_removal if person.is_deleted or person.is_enabled else "deactivate"
        if way == "nothing":
            self.links.inactive.add(person.key)
        elif way == "deactivate":
            yield from self.set_active(person, False)
        else:
            is_done = yield from self.do(
                self.delete_request(self.id_of(person)), person.key, "the user could not be deleted"
            )
            if is_done or person.key in self._lost:
                self._unlink(person.key)

    def reactivate(self, person: Person) -> Conversation[None]:
        """Active again; what has changed meanwhile follows."""
        if (yield from self.set_active(person, True)) and not self.links.has_sent(person):
            yield Wait(self.knobs.gap_s, "idp")
            yield from self.update(person)

    def push(self, group: Group) -> Conversation[None]:
        """Find or create the group, bring its name up to date, and then its members."""
        if group.key not in self.links.groups and not (yield from self._link_group(group)):
            return
        key, group_id = group.key, self.links.groups[group.key]
        if self.links.names[key] != group.name:
            request = self.rename_group_request(group_id, group.name)
            if not (yield from self.do(request, key, "the group could not be renamed")):
                return
            self.links.names[key] = group.name
        wanted, known = self.wanted_members(group), self.links.members[key]
        unsure = self._unsure.setdefault(key, set())
        joiners, leavers = wanted - (known - unsure), (known | unsure) - wanted
        for move in self.moves(group, self.links.in_order(joiners), self.links.in_order(leavers)):
            moved = {*move.joiners, *move.leavers}
            unsure |= moved
            answer = yield from self.ask(move.request)
            if fault := fault_of(answer):
                unsure -= set() if is_unanswered(answer) else moved
                self.fail(key, worded("the members could not be changed", fault), answer)
                return
            unsure -= moved
            known |= set(move.joiners)
            known -= set(move.leavers)
            yield Wait(self.knobs.gap_s, "idp")

    def wanted_members(self, group: Group) -> set[str]:
        """The SCIM ids of members who are linked, active and have the application."""
        people, inactive = self.links.people, self.links.inactive
        ready = (key for key in self.directory.members[group.key] if key in people and key not in inactive)
        return {people[key] for key in ready if self.gives_application_to(key)}

    def set_active(self, person: Person, active: bool) -> Conversation[bool]:
        """Activate or deactivate a linked user; whether that went well."""
        what = f"active could not be set to {str(active).lower()}"
        request = self.active_request(person, active)
        is_done = yield from self.do(request, person.key, what)
        if is_done:
            self._lost.discard(person.key)
        if is_done and active:
            self.links.inactive.discard(person.key)
        elif is_done:
            self.links.inactive.add(person.key)
        if is_done and request.method == "PUT":
            self.links.sent[person.key] = person
        return is_done

    def ask(self, request: Request) -> Conversation[Response]:
        """Send once. 429, 5xx and a lost answer are failures."""
        try:
            return (yield self.prepared(request))
        except Lost:
            return NO_ANSWER

    def prepared(self, request: Request) -> Request:
        """The request with what depends on settings, such as the agent."""
        return request

    def do(self, request: Request, key: str, what: str) -> Conversation[bool]:
        """A write; whether that went well, else a problem."""
        answer = yield from self.ask(request)
        fault = fault_of(answer)
        if request.method == "DELETE" and answer.status == 404:
            fault = ""
        if is_unanswered(answer) and key in self.directory.people:
            self._lost.add(key)
        if fault:
            self.fail(key, worded(what, fault), answer)
        return not fault

    def fail(self, key: str, what: str, response: Response | None = None) -> None:
        """Note a problem, and keep what it was about: while that stays the same, only a retry makes it due again."""
        super().fail(key, what, response)
        if key in self.directory.people:
            self._stuck[f"user {key}"] = self._state(f"user {key}")
        elif key in self.directory.groups:
            self._stuck[f"group {key}"] = self._state(f"group {key}")

    def read_match(self, response: Response) -> Reading:
        """The user who matches, if any; or why that can't be told: then nothing is created."""
        return read_list(response)

    def read_pages(self, page: Any) -> Conversation[Reading]:
        """All resources of a list. `page` makes the request for a start index."""
        found: list[Json] = []
        for _ in range(MOST_PAGES):
            answer = yield from self.ask(page(len(found) + 1))
            listed = read_list(answer)
            if listed.fault:
                return listed
            found += listed.resources
            if not listed.resources or len(found) >= listed.total:
                break
        return Reading(found, len(found))

    def _link_group(self, group: Group) -> Conversation[bool]:
        found = yield from self.find_group(group)
        scim_id = usable_id(found.first)
        if found.fault or (found.resources and not scim_id):
            self.fail(group.key, found.fault or "the match has no id")
            return False
        if not scim_id:
            yield Wait(self.knobs.gap_s, "idp")
            answer = yield from self.ask(self.create_group_request(group))
            scim_id, fault = read_created(answer)
            if fault:
                self.fail(group.key, worded("the group could not be created", fault), answer)
                return False
        self.links.groups[group.key], self.links.names[group.key] = scim_id, group.name
        self.links.members[group.key] = set()
        yield Wait(self.knobs.gap_s, "idp")
        return True

    def _release(self, key: str) -> Conversation[None]:
        request = self.delete_group_request(self.directory.groups.get(key), self.links.groups[key])
        if request is None or (yield from self.do(request, key, "the group could not be deleted")):
            for known in (self.links.groups, self.links.names, self.links.members, self._unsure):
                known.pop(key, None)

    def _create(self, person: Person) -> Conversation[None]:
        answer = yield from self.ask(self.create_request(person))
        scim_id, fault = read_created(answer)
        if scim_id:
            self.link(person, scim_id)
            self._lost.discard(person.key)
        else:
            if is_unanswered(answer):
                self._lost.add(person.key)
            self.fail(person.key, worded("the user could not be created", fault), answer)

    def _settle(self, person: Person) -> Conversation[None]:
        """Somebody out of scope whose create or delete was not answered: whoever is found is let go."""
        answer = yield from self.ask(self.find_request(person))
        found = self.read_match(answer)
        if found.fault:
            self.fail(person.key, found.fault, answer)
            return
        self._lost.discard(person.key)
        if scim_id := usable_id(found.first):
            self.link(person, scim_id)
            yield Wait(self.knobs.gap_s, "idp")
            yield from self.deprovision(person)

    def _due(self, person: Person) -> Conversation[None] | None:
        if person.key not in self._lost:
            return super()._due(person)
        wanted = self.directory.is_in_scope(person)
        if person.key in self.links.people:
            return self.reactivate(person) if wanted else self.deprovision(person)
        return self.provision(person) if wanted else self._settle(person)

    def _take_over(self, person: Person, scim_id: str, match: Json) -> Conversation[None]:
        self.links.people[person.key] = scim_id
        self._lost.discard(person.key)
        yield Wait(self.knobs.gap_s, "idp")
        if get_attribute(match, "active") is False:
            self.links.inactive.add(person.key)
            if not (yield from self.set_active(person, True)):
                return
        if not self.links.has_sent(person):
            yield from self.update(person)

    def _unlink(self, key: str) -> None:
        scim_id = self.links.people.pop(key)
        self.links.sent.pop(key, None)
        self.links.inactive.discard(key)
        for members in (*self.links.members.values(), *self._unsure.values()):
            members.discard(scim_id)

    def _is_due(self, group: Group) -> bool:
        key = group.key
        if key not in self.links.groups:
            return True
        is_other = self.links.names[key] != group.name or self.links.members[key] != self.wanted_members(group)
        return is_other or bool(self._unsure.get(key))

    def _is_free(self, key: str) -> bool:
        if key not in self._stuck:
            return True
        if self._stuck[key] == self._state(key):
            return False
        del self._stuck[key]
        return True

    def _state(self, job: str) -> object:
        kind, _, key = job.partition(" ")
        if kind == "group":
            group = self.directory.groups.get(key)
            return group and (group, frozenset(self.wanted_members(group)))
        person = self.directory.people.get(key)
        return person and (person, self.has_application(person))

    def _test(self) -> Conversation[None]:
        for request in self.test_requests():
            answer = yield from self.ask(request)
            if fault := self.fault_of_test(answer):
                self.fail(CONNECTION, fault, answer)
                return

    def fault_of_test(self, response: Response) -> str:
        """Why a connection test fails."""
        return "" if response.status == 200 and body_of(response) else "the connection test failed"


def fault_of(response: Response) -> str:
    """Why a write failed; empty when all is well. An Error under a 2xx is a failure, and so is what is no JSON."""
    if not is_success(response):
        return "no answer" if response.status == 0 else "refused"
    if response.body.strip() and not body_of(response):
        return "the body is no JSON object"
    return "an Error body" if is_error_message(body_of(response)) else ""


def is_unanswered(response: Response) -> bool:
    """Whether it is unknown what the bridge did."""
    return response.status == 0 or response.status >= 500


def worded(what: str, fault: str) -> str:
    """A problem with its reason, where the status does not tell it."""
    return what if fault in ("refused", "no answer") else f"{what} ({fault})"


def read_created(response: Response) -> tuple[str, str]:
    """The id of a new resource, and why there is none."""
    if fault := fault_of(response):
        return "", fault
    scim_id = usable_id(body_of(response))
    return scim_id, "" if scim_id else "the answer has no id"


def read_list(response: Response) -> Reading:
    """The resources of a list answer, and how many there are in all; or why that can't be told."""
    if fault := fault_of(response):
        return Reading(fault="the query failed" if fault in ("refused", "no answer") else fault)
    body = body_of(response)
    total, listed = get_attribute(body, "totalResults"), get_attribute(body, "Resources")
    if not isinstance(total, int) or isinstance(total, bool):
        return Reading(fault="totalResults is no number")
    if listed is not None and not isinstance(listed, list):
        return Reading(fault="Resources is no array")
    found = [each for each in listed or () if isinstance(each, dict)]
    if total > len(found) == 0:
        return Reading(fault=f"totalResults is {total}, and nothing is listed")
    return Reading(found, max(total, len(found)))


def called(reading: Reading, attribute: str, name: str) -> Reading:
    """Those of the resources that have a name, letter case aside."""
    if reading.fault:
        return reading
    wanted = name.casefold()
    own = [each for each in reading.resources if str(get_attribute(each, attribute)).casefold() == wanted]
    return Reading(own, len(own))


def with_agent(request: Request, agent: str) -> Request:
    """The same request of a client that says who it is; an empty agent says nothing."""
    headers = tuple(pair for pair in request.headers if pair[0] != "User-Agent")
    return replace(request, headers=(("User-Agent", agent), *headers) if agent else headers)
