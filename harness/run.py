"""One run: target, journal, observers and clock; what the fixtures hand to stories."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from msgspec import structs

from harness.checks.cases import resources_in
from harness.clock import Clock
from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.expect import Expect
from harness.idp.provider import Barrier, IdentityProvider, Job
from harness.record.exchange import Exchange, Json, Request
from harness.record.journal import (
    Act,
    ClockMove,
    Entry,
    Journal,
    Leftover,
    NotObservable,
    Observation,
    ScenarioBegin,
    ScenarioEnd,
    Step,
)
from harness.record.message import WRITE_HEADERS, path_of, read, remove
from harness.target.options import Options
from harness.target.probe import AccountProbe, NotOffered
from harness.target.serial_driver import SerialDriver
from harness.target.target import Target
from harness.target.transport import Transport

PAGE = 100
WHOLE_LIMIT = 500  # DESIGN section 4: above this a directory is not compared whole after each step
LOST_IN_A_ROW = 3
DYING_S = 1.0


class TargetLost(Exception):
    """The bridge is gone: the run ends here, with what was recorded."""


class Run:
    """Sends, records and observes. One per pytest process."""

    def __init__(
        self,
        options: Options,
        target: Target,
        transport: Transport,
        probe: AccountProbe,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self.options = options
        self.target = target
        self.probe = probe
        self.journal = journal
        self.clock = clock
        self.lost = ""
        self._transport = transport
        self._lost_in_a_row = 0
        self._digests: dict[str, str] = {}
        self._starts: dict[str, int] = {}
        self._made: list[str] = []
        self._is_seen = False
        self._next_send = 0.0

    def begin(self, scenario: str, dialect: str, sentence: str, requirements: tuple[str, ...], suite: str) -> None:
        """Start a story on an account of its own, where the target can be reset and is ours."""
        self.journal.place(scenario, dialect)
        self.journal.add(ScenarioBegin(sentence, requirements, suite))
        self._digests.clear()
        self._made.clear()
        if self._is_reset:
            self.probe.act("reset", {})
        self._starts = {name: self.position(name) for name in ("journal", "mail")}
        self._is_seen = False

    def end(self, outcome: str, reason: str = "") -> None:
        """End a story, and take away what it made, unless the next one begins on an empty account."""
        self.journal.add(ScenarioEnd(outcome, reason))
        if not self._is_reset and not self.lost:
            self._clean_up()

    @property
    def _is_reset(self) -> bool:
        return bool(self.options.start) and "reset" in self.probe.acts

    def _clean_up(self) -> None:
        # Outside any dialect: no identity provider sends these.
        self.journal.place(self.journal.scenario)
        for path in reversed(self._made):
            try:
                status = self.exchange(remove(path, "clean up")).status
            except TargetLost as lost:
                self.journal.add(Leftover(path, str(lost)))
                return
            if not (200 <= status < 300 or status == 404):
                self.journal.add(Leftover(path, f"DELETE gives {status}"))

    def _remember(self, exchange: Exchange) -> None:
        route, made = exchange.route, (exchange.received or {}).get("id")
        if exchange.request.method == "POST" and route.is_resource_endpoint and exchange.status == 201 and made:
            self._made.append(path_of(route.endpoint, str(made)))
        elif exchange.request.method == "DELETE" and 200 <= exchange.status < 300:
            self._made = [path for path in self._made if path != exchange.request.target]

    def send(self, request: Request) -> Entry:
        """Send a request and record the exchange. Raises TargetLost when the bridge is gone for good."""
        self._keep_pace()
        return self._record(self._transport.send(request))

    def send_together(self, requests: Sequence[Request]) -> list[Entry]:
        """Send all at once, each over a connection of its own; recorded in the order given. Raises TargetLost."""
        senders = [self._transport.another() for _ in requests]
        with ThreadPoolExecutor(len(requests) or 1, "together") as pool:
            flying = []
            for sender, request in zip(senders, requests, strict=True):
                self._keep_pace()
                flying.append(pool.submit(sender.send, request))
            exchanges = [each.result() for each in flying]
        for sender in senders:
            sender.close()
        return [self._record(exchange) for exchange in exchanges]

    def _record(self, exchange: Exchange) -> Entry:
        entry = self.journal.add(exchange)
        self._remember(exchange)
        self._is_seen = False
        self._lost_in_a_row = 0 if exchange.response else self._lost_in_a_row + 1
        if exchange.response is None and self.target.death(DYING_S):
            raise TargetLost(self.lose(exchange.lost))
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            raise TargetLost(self.lose(f"{self.target.url} has stopped answering: {exchange.lost}"))
        return entry

    def wait_at_most(self, seconds: float) -> None:
        """From now on an answer may take that long: each vendor has its own time-out."""
        self._transport.timeout_s = seconds

    def lose(self, reason: str) -> str:
        """The target is lost: by the death of its process, if it has died, else for this reason."""
        self.lost = self.target.death(DYING_S) or reason
        return self.lost

    def exchange(self, request: Request) -> Exchange:
        """Send and return the exchange itself; what drivers call."""
        event = self.send(request).event
        assert isinstance(event, Exchange)
        return event

    def observe(self) -> None:
        """Look at everything that can be seen: users and groups over SCIM, and the account behind.

        Looking twice in a row would show the same, so the second look is left out.
        """
        if self._is_seen:
            return
        for endpoint in ("Users", "Groups"):
            resources = self._list_all(endpoint)
            if resources is not None:
                self._note(f"scim.{endpoint.lower()}", resources)
        for name, key in (("members", "members"), ("groups", "groups"), ("journal", "events"), ("mail", "messages")):
            if name in self.probe.reads:
                since = {"since": str(self._starts[name])} if name in self._starts else {}
                self._note(f"account.{name}", self.probe.read(name, **since)[key])
        self._is_seen = True

    def position(self, name: str) -> int:
        """Where the event journal or the outbox stands now, for `since`; 0 where it can't be read."""
        return int(self.probe.read(name)["next"]) if name in self.probe.reads else 0

    def advance(self, seconds: float) -> None:
        """Let time pass on the bridge: at once where its clock can be moved, else for real."""
        is_virtual = "clock/advance" in self.probe.acts
        if is_virtual:
            self.probe.act("clock/advance", {"seconds": seconds})
        else:
            self.clock.sleep(seconds)
        self.journal.add(ClockMove("bridge", seconds, is_virtual))
        self._is_seen = False

    def follow_idp_clock(self, seconds: float) -> None:
        """The identity provider has waited that long: a bridge with a virtual clock moves with it."""
        if seconds and "clock/advance" in self.probe.acts:
            self.advance(seconds)
        elif seconds:
            self.journal.add(ClockMove("idp", seconds, True))

    def act(self, path: str, body: Json, *addresses: str) -> None:
        """Do something to the account outside SCIM, and record it. Raises NotOffered."""
        self.probe.act(path, body)
        self._is_seen = False
        for address in addresses:
            self.journal.add(Act(path.rsplit("/", 1)[-1], address))

    def unobservable(self, requirements: tuple[str, ...], missing: str) -> None:
        """Record that these requirements can't be judged here, and why."""
        self.journal.add(NotObservable(requirements, missing))

    def _note(self, kind: str, data: Any) -> None:
        digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
        is_known = self._digests.get(kind) == digest
        self._digests[kind] = digest
        self.journal.add(Observation(kind, digest, None if is_known else data))

    def _list_all(self, endpoint: str) -> list[Json] | None:
        """Every resource of an endpoint, page by page until a page shows the end; None when it can't be listed."""
        found: list[Json] = []
        while True:
            query = f"startIndex={len(found) + 1}&count={PAGE}"
            exchange = self.exchange(read(f"/{endpoint}", f"observe {endpoint.lower()}", query))
            body = exchange.received or {}
            page = resources_in(exchange)
            if len(page) != _length(body.get("Resources")):
                return None
            found += page
            total = body.get("totalResults")
            if exchange.status != 200 or not isinstance(total, int) or max(total, len(found)) > WHOLE_LIMIT:
                return None
            if not page or (len(page) < PAGE and len(found) >= total):
                return found if all(isinstance(item.get("id"), str) for item in found) else None

    def _keep_pace(self) -> None:
        if self.options.max_rps:
            now = time.monotonic()
            self.clock.sleep(max(0.0, self._next_send - now))
            self._next_send = max(now, self._next_send) + 1 / self.options.max_rps


class DrivenIdp:
    """What stories hold: a provider with its driver and the journal."""

    def __init__(self, provider: IdentityProvider, run: Run) -> None:
        self.provider = provider
        self.directory = provider.directory
        self._run = run
        self._driver = SerialDriver(run.exchange, run.clock, run.options.seed)

    def hire(self, given_name: str, *groups: Group) -> Person:
        """A new person in the directory, in these groups."""
        return self.directory.hire(given_name, *groups)

    def form_groups(self, *names: str) -> list[Group]:
        """New groups in the directory, without access to the application."""
        return [self.directory.form_group(name) for name in names]

    def assign_groups(self, *names: str) -> list[Group]:
        """New groups, all assigned to the application (and pushed, where the provider pushes groups)."""
        groups = self.form_groups(*names)
        self.directory.assign_group(*groups)
        return groups

    def create_again(self, person: Person, *, in_capitals: bool = False) -> Request:
        """The create of a person once more, as after a lost answer; on wish with the address in capitals."""
        sent = structs.replace(person, address=person.address.upper()) if in_capitals else person
        return self.provider.create_request(sent)

    def made(self, person: Person) -> str:
        """The SCIM id of a person. Raises NotOffered where the bridge made no user: what follows needs one."""
        if not (scim_id := self.provider.id_of(person)):
            raise NotOffered(f"{person.full_name} was never created, so the story can't go on")
        return scim_id

    def delete_for_good(self, person: Person) -> Request:
        """DELETE of the user, as Entra ID sends it 30 days after a soft deletion (2.d) and Google on wish (3.d).

        Raises NotOffered where no user was made.
        """
        return remove(path_of("Users", self.made(person)), "delete user")

    def group_id(self, group: Group) -> str:
        """The SCIM id of a pushed group. Raises NotOffered where the bridge has none: it refused the group."""
        if not (scim_id := self.provider.links.groups.get(group.key)):
            raise NotOffered(f"{group.name} could not be pushed, so the story can't go on")
        return scim_id

    def connect(self) -> Entry:
        """Run the connection test, and return the entry before it, for `expect.silent`."""
        self._run.observe()
        self._run.wait_at_most(self.provider.timeout_s)
        mark = self._run.journal.add(Step(f"{self.provider.dialect} tests the connection"))
        self._driver.run(self.provider.connect())
        self._run.observe()
        return mark

    def sync(self, sentence: str = "the directory's changes are provisioned") -> None:
        """One provisioning step: run the plan, let the bridge's clock follow, and look at everything."""
        self.perform(sentence, self.provider.plan())

    def perform(self, sentence: str, plan: Iterable[Job | Barrier]) -> Entry:
        """Run any plan as one step, and return the step, for `expect.silent`: what an administrator starts by hand."""
        if not self._run.journal.dialect:
            raise ValueError("a provider syncs inside a scenario with a dialect")
        self._run.observe()
        step = self._run.journal.add(Step(sentence))
        self._run.wait_at_most(self.provider.timeout_s)
        self._driver.idp_waited_s = 0.0
        self._driver.run(plan)
        self._run.follow_idp_clock(self._driver.idp_waited_s)
        self._run.observe()
        return step


class Account:
    """What stories do to, and ask of, the account behind the bridge. Raises NotOffered where the target lacks it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def can(self, act: str) -> bool:
        """Whether the target offers that act."""
        return act in self._run.probe.acts

    def sign_up(self, *people: Person) -> None:
        """The people follow the link in their invitation and sign up (ACT-02)."""
        for person in people:
            self._run.act(f"members/{self._member_id(person.address)}/sign-up", {}, person.address)
        self._run.observe()

    def wait_for_confirmation(self) -> None:
        """Let one confirmation interval pass and a little more (SEED-53: within five minutes)."""
        self._run.advance(self._run.probe.confirmation_interval_s + 1)
        self._run.observe()

    def enrol(self, *people: Person) -> None:
        """Sign up and be confirmed: invited people become active members.

        Raises NotOffered where the bridge confirms nobody: that is judged in a story of its own (SEED-53), and what
        comes after can't be seen here.
        """
        self.sign_up(*people)
        self.wait_for_confirmation()
        states = {m["email"].casefold(): m["state"] for m in self._run.probe.read("members")["members"]}
        for person in people:
            if states.get(person.address.casefold()) != "ACTIVE":
                raise NotOffered(f"{person.full_name} was not confirmed, so the story can't go on")

    def put_in_place(self, *people: Person, kind: str = "MEMBER", state: str = "ACTIVE") -> None:
        """Members that the account had before provisioning (ACT-01)."""
        members = [{"email": p.address, "name": p.full_name, "type": kind, "state": state} for p in people]
        self._run.act("fixtures", {"members": members}, *(person.address for person in people))

    def events(self) -> int:
        """Where the account's event journal stands."""
        return self._run.position("journal")

    def outbox(self) -> int:
        """Where the outbox stands."""
        return self._run.position("mail")

    def _member_id(self, address: str) -> str:
        members = self._run.probe.read("members")["members"]
        found = [m["id"] for m in members if m["email"].casefold() == address.casefold()]
        if not found:
            raise NotOffered(f"{address} is no member of the account, so nothing can be done to them there")
        return str(found[0])


class Client:
    """Sends requests of a story's own making; for protocol stories."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def send(self, request: Request) -> Entry:
        """Send and record; returns the entry, for `expect.answer`."""
        return self._run.send(request)

    def send_together(self, requests: Sequence[Request]) -> list[Entry]:
        """Send all at once. What the bridge puts off is sent once more, alone, as every identity provider does.

        Returns the last exchange of each. Putting off is 409, 412, 429 or a 5xx: the bridge has done nothing then.
        """
        entries = zip(requests, self._run.send_together(requests), strict=True)
        return [self._run.send(request) if _is_put_off(entry) else entry for request, entry in entries]

    def id_from(self, created: Entry) -> str:
        """The id that a create gave. Raises NotOffered where it gave none: what follows needs the resource."""
        assert isinstance(created.event, Exchange)
        made = (created.event.received or {}).get("id")
        if not isinstance(made, str) or not 200 <= created.event.status < 300:
            raise NotOffered(f"`{created.event.request.name}` made nothing, so the story can't go on")
        return made

    def raw(self, method: str, path: str, body: bytes, name: str) -> Request:
        """A request with exactly these bytes as its body."""
        return Request(method, path, name, WRITE_HEADERS, body)

    def anonymous(self, request: Request) -> Request:
        """The same request without a token."""
        return replace(request, credential=None)

    def stranger(self, request: Request) -> Request:
        """The same request with a token that nobody has been given."""
        return replace(request, credential="wrong")

    def pause(self, seconds: float) -> None:
        """Let time pass on the bridge, for real where its clock can't be moved."""
        self._run.advance(seconds)

    def walk(self, path: str, count: int, at_most: int) -> None:
        """Read a list in pages of `count`, until a page is empty or `at_most` pages were read."""
        shown = 0
        for _ in range(at_most):
            query = f"startIndex={shown + 1}&count={count}"
            exchange = self._run.exchange(read(path, f"walk {path.strip('/').lower()}", query))
            page = (exchange.received or {}).get("Resources")
            if not isinstance(page, list) or not page:
                return
            shown += len(page)

    def observe(self) -> None:
        """Look at everything that can be seen."""
        self._run.observe()


@dataclass(frozen=True, slots=True)
class Names:
    """Names for stories without a directory, that no other story and no other run uses."""

    run_id: str
    domain: str

    def address(self, name: str) -> str:
        """An address for that name."""
        return f"{name}.{self.run_id}@{self.domain}"

    def group(self, name: str) -> str:
        """A group's name."""
        return f"{name} {self.run_id}"


def _is_put_off(entry: Entry) -> bool:
    assert isinstance(entry.event, Exchange)
    return entry.event.status in (409, 412, 429) or entry.event.status >= 500


def _length(resources: Any) -> int:
    """How many entries a list shows; absent is none (RFC 7644 section 3.4.2), what is no array is no number."""
    return len(resources) if isinstance(resources, list) else 0 if resources is None else -1


def make_names(options: Options, scenario: str) -> Names:
    """Names for one story, seeded by the run's seed and the scenario's name."""
    return Names(_run_id(options, scenario), options.mail_domain)


def make_directory(options: Options, scenario: str) -> Directory:
    """An empty directory, seeded by the run's seed and the scenario's name."""
    seed = int(_digest(options, scenario)[:8], 16)
    return Directory(seed, options.mail_domain, _run_id(options, scenario))


def make_provider(cls: Callable[[Directory], IdentityProvider], options: Options, scenario: str) -> IdentityProvider:
    """A provider over an empty directory."""
    return cls(make_directory(options, scenario))


def _digest(options: Options, scenario: str) -> str:
    return hashlib.sha256(f"{options.seed}:{scenario}".encode()).hexdigest()


def _run_id(options: Options, scenario: str) -> str:
    # A bridge that outlives the run must not meet the same addresses twice; one that we start never sees them again.
    digest = _digest(options, scenario)
    return digest[:6] if options.start else f"{digest[:3]}{int(time.time() * 1000) % 16**7:07x}"


def make_expect(run: Run, provider: IdentityProvider | None) -> Expect:
    """Expectations for a story, with or without a provider."""
    return Expect(run.journal, provider.pushes_groups if provider else True)
