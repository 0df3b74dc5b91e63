"""The base of every identity provider: it plans conversations, and remembers the links that they make."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.links import Links
from harness.record.exchange import Json, Request, Response, parse_answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wait:
    """Time that must pass: on the identity provider's side (virtual), or on the bridge's (Retry-After; real)."""

    seconds: float
    on: Literal["idp", "bridge"]


class Lost(Exception):
    """Thrown into a conversation when no answer came: whether the bridge acted is unknown."""


Conversation = Generator[Request | Wait, Response, T]


@dataclass(frozen=True, slots=True)
class Job:
    """A conversation with its key: serial per key, free across keys."""

    key: str
    conversation: Conversation[None]


@dataclass(frozen=True, slots=True)
class Barrier:
    """All earlier jobs have ended before any later one begins."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A job that failed, as the provider shows it to its administrator."""

    key: str
    what: str


Plan = Iterator[Job | Barrier]
LONGEST_ID = 1000  # ours: no bridge has ids as long as that
TIMEOUT_S = 60.0  # Okta's (OKTA-FAQ), and what is assumed of the others (U)


@dataclass(frozen=True, slots=True)
class Control:
    """An admin action in a vendor's console: a sentence about it, its subject, and its function.

    `do` takes the provider, the person or group, and a name where `takes_name` is set; it returns the plan of what is
    sent at once, if anything.
    """

    sentence: str
    do: Callable[[Any, Any, str], Plan | None] = field(repr=False)
    about: Literal["", "person", "group"] = ""
    takes_name: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The resources that an answer shows, and how many there are in all; or `fault`: why that can't be told."""

    resources: list[Json] = field(default_factory=list)
    total: int = 0
    fault: str = ""

    @property
    def first(self) -> Json:
        """The first resource; empty when there is none."""
        return self.resources[0] if self.resources else {}


class IdentityProvider(ABC):
    """Turns the difference between the directory and what was sent before into jobs. Never raises over a bad bridge.

    `dialect` names the wire shape, `claim` the requirements of this vendor; `acts` says in the vendor's own words what
    the directory acts of the three deprovisioning ways are (Q-14). `patches` is false where activation and
    membership go by PUT, hence under the names of replacements; `is_pulled` is true where nothing is sent at all, since
    the bridge reads the directory by itself. A run plays the dialects that are `is_main`; `aliases` are other names of
    theirs. `console` has what administrators do by name, and `timeout_s` is how long this vendor waits for an answer.
    """

    dialect: str
    claim: str
    pushes_groups = True
    patches = True
    is_pulled = False
    is_main = False
    aliases: ClassVar[tuple[str, ...]] = ()
    acts: ClassVar[dict[str, str]]
    console: ClassVar[Mapping[str, Control]] = {}
    timeout_s = TIMEOUT_S

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.links = Links.of(directory)
        self.problems: list[Problem] = []

    @property
    def parallel_jobs(self) -> int:
        """How many jobs this vendor runs at once."""
        return 1

    @abstractmethod
    def connect(self) -> Iterator[Job | Barrier]:
        """The connection test that an administrator runs first. It must change nothing on the bridge."""

    @abstractmethod
    def plan(self) -> Iterator[Job | Barrier]:
        """What one provisioning step sends. Lazy: what follows a barrier is planned when earlier jobs have ended."""

    @abstractmethod
    def create_request(self, person: Person) -> Request:
        """The create of a person, as this vendor writes it."""

    @abstractmethod
    def provision(self, person: Person) -> Conversation[None]:
        """Match or create."""

    @abstractmethod
    def deprovision(self, person: Person) -> Conversation[None]:
        """The person is out of scope."""

    @abstractmethod
    def reactivate(self, person: Person) -> Conversation[None]:
        """The person is back in scope."""

    @abstractmethod
    def update(self, person: Person) -> Conversation[None]:
        """The person's details changed."""

    def has_application(self, person: Person) -> bool:
        """Whether this provider gives the person the application; a vendor may know more than the assignments."""
        return self.directory.is_in_scope(person)

    def gives_application_to(self, key: str) -> bool:
        """The same by key: what is asked about each member of a group, so worth an answer without making the person."""
        person = self.directory.people.get(key)
        return person is not None and self.has_application(person)

    def pushed_groups(self) -> list[Group]:
        """The groups that this provider keeps on the bridge."""
        return self.directory.assigned_groups() if self.pushes_groups else []

    def retry_all(self) -> None:  # noqa: B027  # most vendors need no administrator for it
        """What the administrator's "retry" does; without one, the next step tries again by itself."""

    def by_hand(self) -> Iterator[Job | Barrier]:
        """What an administrator has to start by hand to bring both sides together, such as a push of a whole group."""
        return iter(())

    def backlog(self) -> int:
        """How many jobs wait for a later step (retries, quarantine), though nothing went wrong in this one."""
        return 0

    def pass_time(self, seconds: float) -> Plan:
        """So much time without a change in the directory."""
        yield Job("time", moment(seconds))

    def administer(self, name: str, subject: Person | Group | None = None, called: str = "") -> Plan:
        """Do what `console` has under that name; what has to be sent for it at once is planned."""
        yield from self.console[name].do(self, subject, called) or ()

    def user_name_of(self, person: Person) -> str:
        """What this vendor sends as userName: the address, where its mapping says nothing else."""
        return person.address

    def standing(self) -> list[str]:
        """What the vendor's console shows at the top: what stands in the way of the next step, in few words."""
        return []

    def memory(self) -> Json:
        """What this provider remembers beside its links, as JSON; `recall` takes it back in a later run."""
        return {}

    def recall(self, memory: Json) -> None:  # noqa: B027  # the reverse of an empty memory is nothing
        """The reverse of `memory`; the directory and the links are there already."""

    def id_of(self, person: Person) -> str:
        """The SCIM id that the bridge gave; empty while the person is not linked."""
        return self.links.people.get(person.key, "")

    def user_jobs(self) -> Iterator[Job]:
        """Provision, reactivate, deprovision or update each person whose state differs from what was sent."""
        for person in self.directory.people.values():
            conversation = self._due(person)
            if conversation is not None:
                yield Job(f"user {person.key}", conversation)

    def _due(self, person: Person) -> Conversation[None] | None:
        wanted, linked = self.directory.is_in_scope(person), person.key in self.links.people
        inactive = person.key in self.links.inactive
        if wanted and not linked:
            return self.provision(person)
        if wanted and inactive:
            return self.reactivate(person)
        if not wanted and linked and not inactive:
            return self.deprovision(person)
        if wanted and not self.links.has_sent(person):
            return self.update(person)
        return None

    def link(self, person: Person, scim_id: str) -> None:
        """Remember the id of a person and that they were sent as they are now."""
        self.links.people[person.key] = scim_id
        self.links.sent[person.key] = person
        self.links.inactive.discard(person.key)

    def fail(self, key: str, what: str, response: Response | None = None) -> None:
        """Note a failed job as this vendor's console would show it."""
        self.problems.append(Problem(key, f"{what}: HTTP {response.status}" if response else what))


def moment(seconds: float) -> Conversation[None]:
    """Time that passes on the provider's side."""
    yield Wait(seconds, "idp")


def body_of(response: Response) -> Json:
    """The JSON object of an answer; empty when it is none."""
    value = parse_answer(response.body).value if response.body else None
    return value if isinstance(value, dict) else {}


def usable_id(resource: Json) -> str:
    """The id of a resource; empty when there is none that can stand in a URL."""
    value = resource.get("id")
    # Dots alone are no segment of a path: clients take them away, and what is meant then is the whole collection.
    if not isinstance(value, str) or len(value) > LONGEST_ID or value in (".", ".."):
        return ""
    return value if value.isascii() or value.encode("utf-8", "replace").decode() == value else ""


def is_success(response: Response) -> bool:
    """Whether the status is a 2xx."""
    return 200 <= response.status < 300
