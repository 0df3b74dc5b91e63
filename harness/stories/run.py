"""A run: sends the stories' requests, records them, observes the bridge, and removes the resources it created."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from harness.clock import Clock
from harness.errors import TargetError
from harness.model.bulk import left_open, parts_of
from harness.raw import RawClient, Wire
from harness.record.exchange import Exchange, Json, Request, parse_body
from harness.record.identity import NAMES, address_of, name_of
from harness.record.journal import (
    Act,
    ClockMove,
    Entry,
    Journal,
    Look,
    Making,
    NotObservable,
    ScenarioBegin,
    ScenarioEnd,
    Slowdown,
    Step,
    exchange_of,
)
from harness.stories.clean_up import CleanUp
from harness.stories.countdown import Countdown
from harness.stories.differential import Differential
from harness.stories.lookout import Lookout
from harness.stories.pace import IN_VAIN, Pace
from harness.stories.work import Work
from harness.target.guard import Guard
from harness.target.guarded_probe import GuardedProbe
from harness.target.operator import Operator
from harness.target.options import Options
from harness.target.probe import AccountProbe, NotOffered, NotOurs, ProbeRefused
from harness.target.removal import LONGEST_PAUSE_S, PUT_OFF, retry_after_s
from harness.target.steady_probe import SteadyProbe
from harness.target.target import Target
from harness.target.transport import Transport

LOST_IN_A_ROW = 3
# Ours: how long a run waits for answers that never come, and how much it takes in, before it gives the target up.
WAITED_IN_VAIN_S = 600.0
RECEIVED_BYTES = 512 * 1024 * 1024
DYING_S = 1.0
LOOKS = 3  # ours: how often the guard looks at what a busy bridge does not show


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
        self.guard = Guard(options, self._look)
        self._steady = SteadyProbe(probe)
        self.probe: AccountProbe = GuardedProbe(self._steady, self.guard)
        self.journal = journal
        self.clock = clock
        self.countdown = Countdown(clock)
        self.lost = ""
        self._transport = transport
        self._transports = [transport]
        self._lost_in_a_row = 0
        self._waited_in_vain_s = 0.0
        self._received_bytes = 0
        self._differential = Differential()
        self._begun_at = 0
        self._lookout = Lookout(journal, self.probe, self.exchange, is_shared=not options.is_disposable)
        self._clean_up = CleanUp(
            journal, self.guard, self.probe, clock, self.exchange, self._act_on, lambda: self._lookout.addresses
        )
        self.operator = Operator(options, target, self.probe)
        self.pace = Pace(clock, options.max_rps)
        self._answer_times: list[float] = []
        self._put_off = 0

    def begin(self, scenario: str, dialect: str, sentence: str, requirements: tuple[str, ...], suite: str) -> None:
        """Start a story on an account of its own, where the target can be reset and is ours."""
        self._begun_at = len(self.journal.entries)
        self.journal.place(scenario, dialect)
        self.journal.add(ScenarioBegin(sentence, requirements, suite))
        if self._is_reset:
            self._do("reset", {})
            self._clean_up.forget()
        self._lookout.begin()

    def end(self, outcome: str, reason: str = "") -> None:
        """End a story, and take away what it made, unless the next one begins on an empty account."""
        self._bring_back()
        self.journal.add(ScenarioEnd(outcome, reason))
        if not self.lost:
            self._tell_apart()
        if not self._is_reset and not self.lost:
            with contextlib.suppress(TargetLost):  # what is left then, is told when the run ends
                self._clean_up.after_story()

    def finish(self) -> None:
        """The last story has ended: try once more to take away what resisted, and record what is left."""
        if self.options.start:
            return
        if not self.lost:
            self._clean_up.after_story()  # nothing is left to do, unless an interrupt has cut it short
        self._clean_up.at_end(self.lost)

    def made_without_request(self, endpoint: str, name: str) -> None:
        """The bridge may have made that by itself; it is looked for when the story ends."""
        self._clean_up.inventory.announce(endpoint, name)

    def _bring_back(self) -> None:
        """A story that ended in the middle of an outage leaves no bridge offline; where it stays so, the run ends."""
        if self.lost or not self.operator.is_stopped:
            return
        try:
            self.operator.start()
        except (TargetError, NotOffered) as error:
            self.lose(str(error))

    def _tell_apart(self) -> None:
        """Send what was refused once more, with one trait changed back, so that a cause can name the trait."""
        scenario, dialect = self.journal.scenario, self.journal.dialect
        story = [entry for entry in self.told if entry.scenario == scenario]
        self.journal.place(scenario)  # outside any dialect: no identity provider sends these
        with contextlib.suppress(TargetLost):
            for probe in self._differential.probes(story):
                with contextlib.suppress(NotOurs):
                    self.send(probe)
        self.journal.place(scenario, dialect)

    @property
    def _is_reset(self) -> bool:
        return bool(self.options.start) and "reset" in self.probe.acts and not self._steady.is_given_up

    def send(self, request: Request) -> Entry:
        """Send a request and record the exchange.

        Raises TargetLost when the bridge is gone for good, and NotOurs where the guard does not let the request leave.
        """
        self._prepare(request)
        self.pace.wait()
        return self._settle(request, self._record(self._sender().send(request)))

    def send_raw(self, request: Request, wire: Wire) -> Entry:
        """Send exactly these bytes over a connection of its own, and record the exchange. Raises as `send` does."""
        self._prepare(request)
        self.pace.wait()
        return self._record(RawClient.beside(self._transport).send(request, wire))

    def send_together(self, requests: Sequence[Request]) -> list[Entry]:
        """Send all at once, each over a connection of its own; recorded in the order given. Raises as `send` does."""
        for request in requests:
            self._prepare(request)
        senders = [self._sender().another() for _ in requests]
        with ThreadPoolExecutor(len(requests) or 1, "together") as pool:
            flying = []
            for sender, request in zip(senders, requests, strict=True):
                self.pace.wait()
                flying.append(pool.submit(sender.send, request))
            exchanges = [each.result() for each in flying]
        for sender in senders:
            sender.close()
        entries = [self._record(exchange) for exchange in exchanges]
        return [self._settle(request, entry) for request, entry in zip(requests, entries, strict=True)]

    def _settle(self, request: Request, entry: Entry) -> Entry:
        """Send again what the bridge puts off, after the time that it names; the entry of the answer that stands."""
        waited_s = 0.0
        while (pause := self._pause_after(entry, waited_s)) is not None:
            self.clock.sleep(pause)
            waited_s += pause
            self.pace.wait()
            entry = self._record(self._sender().send(request))
        return entry

    @contextlib.contextmanager
    def overlap(self) -> Iterator[None]:
        """While it lasts, each request goes to the other instance than the one before, as behind a load balancer.

        Raises NotOffered where the options name no second instance.
        """
        if not self.target.second_url:
            raise NotOffered("there is no second instance of the bridge here: --second-url names one")
        second = self._transport.another(self.target.second_url)
        self._transports = [self._transport, second]
        try:
            yield
        finally:
            self._transports = [self._transport]
            second.close()

    def _sender(self) -> Transport:
        """Whose turn it is."""
        self._transports.append(self._transports.pop(0))
        return self._transports[-1]

    def _pause_after(self, entry: Entry, waited_s: float) -> float | None:
        slowest = self.pace.slowest_rps
        pause = self.pace.take(exchange_of(entry), waited_s)
        if self.pace.slowest_rps is not None and self.pace.slowest_rps != slowest:
            self.journal.add(Slowdown(round(self.pace.slowest_rps, 2)))
        if self.pace.in_vain >= IN_VAIN:
            raise TargetLost(self.lose(f"{self.target.url} puts every request off: {exchange_of(entry).status}"))
        return pause

    @property
    def told(self) -> list[Entry]:
        """What has happened since the story began."""
        return self.journal.entries[self._begun_at :]

    def take_work(self, took_s: float) -> Work:
        """What the requests since the last call took, of a story that took `took_s` seconds."""
        times, put_off = self._answer_times, self.pace.put_off - self._put_off
        self._answer_times, self._put_off = [], self.pace.put_off
        return Work(len(times), sum(times), max(times, default=0.0), put_off, took_s)

    def _prepare(self, request: Request) -> None:
        self.guard.check(request)
        endpoint, scim_id = address_of(request.target)
        if request.method != "POST" or scim_id or endpoint not in NAMES or self.options.start:
            return
        body = parse_body(request.body or b"").value
        if isinstance(body, dict) and (name := name_of(endpoint, body)):
            self.journal.add(Making(endpoint, name))

    def _look(self, request: Request) -> Exchange:
        """A look of the guard's own: the answer is no case of any check, since no client asks so."""
        self.pace.wait()
        exchange = self._transport.send(request)
        for _ in range(LOOKS - 1):
            if exchange.status not in PUT_OFF:
                break
            self.clock.sleep(min(retry_after_s(exchange), LONGEST_PAUSE_S))
            exchange = self._transport.send(request)
        self.guard.learn(exchange)
        endpoint, _ = address_of(request.target)
        self.journal.add(Look(request.target, exchange.status, name_of(endpoint, exchange.json)))
        self._count_lost(exchange)
        return exchange

    def _record(self, exchange: Exchange) -> Entry:
        entry = self.journal.add(exchange)
        self._answer_times.append(exchange.elapsed_s)
        self.guard.learn(exchange)
        self._clean_up.inventory.take(exchange, self.journal.scenario)
        if exchange.route.endpoint == "Bulk":
            self._take_parts(exchange)
        self._lookout.take(exchange)
        self._count_lost(exchange)
        return entry

    def _take_parts(self, exchange: Exchange) -> None:
        """What a Bulk request made is ours too, and is taken away too."""
        for part in (*(parts_of(exchange) or ()), *left_open(exchange)):
            self.guard.learn(part)
            self._clean_up.inventory.take(part, self.journal.scenario)
            self._lookout.take(part)

    def _count_lost(self, exchange: Exchange) -> None:
        self._lost_in_a_row = 0 if exchange.response else self._lost_in_a_row + 1
        if exchange.response is None and self.target.death(DYING_S):
            raise TargetLost(self.lose(exchange.lost))
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            raise TargetLost(self.lose(f"{self.target.url} has stopped answering: {exchange.lost}"))
        self._count_burden(exchange)

    def _count_burden(self, exchange: Exchange) -> None:
        """What a target costs that answers without an end now and then: no run waits or stores for ever."""
        if exchange.response is None and not exchange.fault:
            self._waited_in_vain_s += exchange.elapsed_s
        self._received_bytes += len(exchange.response.body) if exchange.response else 0
        if self._waited_in_vain_s >= WAITED_IN_VAIN_S:
            raise TargetLost(self.lose(f"{self.target.url} left us waiting for {WAITED_IN_VAIN_S:.0f} s in all"))
        if self._received_bytes >= RECEIVED_BYTES:
            size = f"{RECEIVED_BYTES // 2**20} MB"
            raise TargetLost(self.lose(f"{self.target.url} has sent more than {size} in answers"))

    def wait_at_most(self, seconds: float) -> None:
        """From now on an answer may take that long: each vendor has its own time-out."""
        for transport in self._transports:
            transport.timeout_s = seconds

    def lose(self, reason: str) -> str:
        """The target is lost: by the death of its process, if it has died, else for this reason."""
        self.lost = self.target.death(DYING_S) or reason
        return self.lost

    def exchange(self, request: Request) -> Exchange:
        """Send and return the exchange itself; what drivers call."""
        return exchange_of(self.send(request))

    def observe(self) -> None:
        """Look at everything that can be seen: users and groups over SCIM, and the account behind."""
        self._lookout.look()

    def look_back(self) -> None:
        """A story without a step of its own has written something: what it did to the account is seen at its end."""
        if self.lost or "members" not in self.probe.reads:
            return
        with contextlib.suppress(TargetLost):
            self._lookout.look()

    def meet(self, *addresses: str) -> None:
        """The story has to do with these people, whether a request names them or not."""
        self._lookout.meet(*addresses)

    def meet_group(self, name: str) -> None:
        """The story has given members to a group of that name, on the account."""
        self._lookout.meet_group(name)

    def watch_vaults(self) -> None:
        """The story has to do with vaults: looks see them from now on."""
        self._lookout.watch_vaults()

    def position(self, name: str) -> int:
        """Where the event journal or the outbox stands now, for `since`; 0 where it can't be read."""
        return self._lookout.position(name)

    @property
    def can_advance(self) -> bool:
        """Whether the bridge's clock can be moved, and may be: it moves for the whole account."""
        return "clock/advance" in self.probe.acts and self.guard.is_disposable

    def wait(self, seconds: float, awaits: str) -> None:
        """Let real time pass; `awaits` says what is awaited, in words for whoever watches the run."""
        self.countdown.wait(seconds, awaits)
        self.journal.add(ClockMove("bridge", seconds, False))
        self._lookout.look_again()

    def advance(self, seconds: float, awaits: str = "") -> None:
        """Let time pass on the bridge: at once where its clock can be moved, else for real. Raises NeedsDisposable."""
        is_virtual = "clock/advance" in self.probe.acts
        if is_virtual:  # raises where moving it would age an account that is not ours
            self._do("clock/advance", {"seconds": seconds})
        else:
            self.countdown.wait(seconds, awaits)
        self.journal.add(ClockMove("bridge", seconds, is_virtual))
        self._lookout.look_again()

    def follow_idp_clock(self, seconds: float) -> None:
        """The identity provider has waited that long: a bridge with a virtual clock moves with it."""
        if seconds and self.can_advance:
            self.advance(seconds)
        elif seconds:
            self.journal.add(ClockMove("idp", seconds, True))

    def act(self, path: str, body: Json, *addresses: str, name: str = "") -> None:
        """Do something to the account outside SCIM, and record it: by the last part of its path, or by a `name`.

        Raises NotOffered, also where the account refuses the act in the state that it is in: the story can't go on.
        """
        name = name or path.rsplit("/", 1)[-1]
        self._lookout.meet(*addresses)
        for address in addresses if name == "fixtures" else ():
            self._clean_up.inventory.put_in_place(
                address, self.journal.scenario
            )  # first: an interrupt may come between
        self._do(path, body)
        self._lookout.look_again()
        for address in addresses or ("",):  # an act on the whole account names nobody
            self.journal.add(Act(name, address))

    def _do(self, path: str, body: Json) -> None:
        try:
            self.probe.act(path, body)
        except ProbeRefused as error:
            raise NotOffered(f"the story can't go on: {error}") from error

    def restart(self, sentence: str) -> Entry:
        """The bridge ends and comes back, as a step, which is returned: it changes nobody, so it excuses nothing.

        Raises NotOffered where nobody can do it, and TargetError where the bridge does not come back.
        """
        self.observe()
        step = self.journal.add(Step(sentence))
        self.operator.restart()
        self._lookout.look_again()
        self.observe()
        return step

    def look_again(self) -> None:
        """Something was done that is no request: the next look looks."""
        self._lookout.look_again()

    def look_at_the_account(self) -> None:
        """Look at the account alone, as while the bridge is offline; where its probe went offline too, at nothing."""
        with contextlib.suppress(TargetError, NotOffered):
            self._lookout.look_at_the_account()

    def note(self, kind: str, data: list[Json]) -> None:
        """Record something that was seen beside SCIM and the account."""
        self._lookout.note(kind, data)

    def _act_on(self, path: str, address: str) -> None:
        """Clean up. Recorded first: where an interrupt comes between, the next pass finds it on the account again."""
        self.journal.add(Act(path.rsplit("/", 1)[-1], address))
        self._do(path, {})
        self._lookout.look_again()

    def unobservable(self, requirements: tuple[str, ...], missing: str) -> None:
        """Record that these requirements can't be judged here, and why."""
        self.journal.add(NotObservable(requirements, missing))
