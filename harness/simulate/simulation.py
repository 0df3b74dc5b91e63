"""A company, its identity provider and a bridge, cycle after cycle: churn, plans, faults, what is left to do."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.clock import Clock, VirtualClock
from harness.directory.directory import Directory
from harness.directory.population import AWKWARD, make_awkward
from harness.directory.values import Group, Person
from harness.errors import UsageError
from harness.idp.provider import Barrier, IdentityProvider, Job
from harness.record.exchange import Exchange
from harness.target.faults import Faults
from harness.target.parallel_driver import PATIENCE_S, ParallelDriver
from harness.target.transport import Send

# idp-wire.md section 6, "parallel jobs" (U): what a provider without knobs of its own is driven with.
PARALLEL_JOBS = {"okta": 5, "entra": 8, "google": 4}
PROBLEMS_KEPT = 1_000


@dataclass(slots=True)
class Figures:
    """What the run has sent and what became of it, by now."""

    cycle: int = 0
    requests: int = 0
    by_name: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    lost: int = 0
    throttled: int = 0
    problems: int = 0
    last_problems: list[str] = field(default_factory=list)

    def count(self, exchange: Exchange) -> None:
        """Take an exchange into account."""
        self.requests += 1
        self.by_name[exchange.request.name] += 1
        if exchange.response is None:
            self.lost += 1
        elif exchange.status == 429:
            self.throttled += 1
        elif exchange.status >= 400:
            self.failed += 1


class Simulation:
    """Runs a provider against a bridge. Nothing that the bridge does raises; `figures` and `given_up` tell of it."""

    def __init__(
        self,
        provider: IdentityProvider,
        make_send: Callable[[], Send],
        *,
        clock: VirtualClock | None = None,
        real: Clock | None = None,
        faults: Faults | None = None,
        parallel: int | None = None,
        patience_s: float = PATIENCE_S,
        watch: Callable[[Exchange], None] = lambda exchange: None,
    ) -> None:
        self.provider = provider
        self.directory: Directory = provider.directory
        self.clock = clock or VirtualClock()
        self.faults = faults or Faults({}, provider.directory.seed)
        self.figures = Figures()
        self.parallel = parallel or parallel_of(provider)
        self._watch = watch
        self._driver = ParallelDriver(
            lambda: self.faults.wrap(make_send()),
            self.clock,
            parallel=self.parallel,
            patience_s=patience_s,
            real=real,
            watch=self._count,
        )

    @property
    def queue(self) -> int:
        """Jobs under way or waiting for an earlier one of their key."""
        return self._driver.waiting_jobs

    @property
    def given_up(self) -> list[str]:
        """What the bridge made impossible, in sentences."""
        return [f"{each.key}: {each.why}" if each.key else each.why for each in self._driver.given_up]

    @property
    def is_hopeless(self) -> bool:
        """Whether a plan had to be ended: the bridge is gone, or keeps us waiting."""
        return any(not each.key for each in self._driver.given_up)

    def connect(self) -> None:
        """The connection test that an administrator runs first."""
        self._run(self.provider.connect())

    def cycle(self) -> bool:
        """One provisioning step; whether it went without a problem, so that nothing is left to be tried again."""
        self.figures.cycle += 1
        return self._is_smooth(self.provider.plan()) and not self.provider.backlog()

    def pass_time(self, seconds: float) -> None:
        """Nothing happens in the directory for so long, on the provider's clock."""
        self._run(self.provider.pass_time(seconds))

    def administer(self, name: str, subject: Person | Group | None = None, called: str = "") -> None:
        """What an administrator does in the vendor's console, and what is sent for it at once."""
        self._run(self.provider.administer(name, subject, called))

    def settle(self, at_most: int) -> bool:
        """Further steps, with the administrator's "retry" before each, until one goes without a problem.

        Then the administrator does what this vendor leaves to hands; a problem there is one more reason for a step.
        """
        for _ in range(at_most):
            if self.is_hopeless:
                return False
            self.provider.retry_all()
            if self.cycle() and self.is_smooth_by_hand():
                return True
        return False

    def is_smooth_by_hand(self) -> bool:
        """Do what this vendor leaves to an administrator's hands; whether that went without a problem."""
        return self._is_smooth(self.provider.by_hand())

    def close(self) -> None:
        """End the senders."""
        self._driver.close()

    def _is_smooth(self, plan: Iterable[Job | Barrier]) -> bool:
        before = (self.figures.problems, self.figures.lost, len(self._driver.given_up))
        self._run(plan)
        return before == (self.figures.problems, self.figures.lost, len(self._driver.given_up))

    def _run(self, plan: Iterable[Job | Barrier]) -> None:
        known = len(self.provider.problems)
        self._driver.run(plan)
        new = self.provider.problems[known:]
        self.figures.problems += len(new)
        self.figures.last_problems = [f"{each.key}: {each.what}" for each in new[-PROBLEMS_KEPT:]]
        del self.provider.problems[PROBLEMS_KEPT:]

    def _count(self, exchange: Exchange) -> None:
        self.figures.count(exchange)
        self._watch(exchange)


class Churn:
    """What happens in a company between two cycles: a stated share of the people is touched, seeded."""

    def __init__(self, directory: Directory, share: float, seed: int) -> None:
        self._directory = directory
        self._share = share
        self._random = random.Random(f"churn:{seed}")

    def happen(self) -> int:
        """Joiners, leavers, new names and addresses, blocked and freed, moves between groups; how many acts."""
        keys = self._drawn(round(len(self._directory.people) * self._share))
        for key in keys:
            person = self._directory.people[key]
            if not person.is_deleted:
                self._random.choice(self._acts)(person)
        return len(keys)

    def state(self) -> list[object]:
        """Where the draws stand, as JSON."""
        version, words, gauss = self._random.getstate()
        return [version, list(words), gauss]

    def go_on(self, state: list[object]) -> None:
        """The reverse of `state`. Raises UsageError for what no `state` has given."""
        try:
            version, words, gauss = state
            self._random.setstate((version, tuple(words), gauss))  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise UsageError(f"the state is damaged: churn: {error}") from error

    @property
    def _acts(self) -> tuple[Callable[[Person], object], ...]:
        return (self._hire, self._leave_company, self._rename, self._readdress, self._block, self._move, self._promote)

    def _drawn(self, count: int) -> list[str]:
        crowd, changed = self._directory.people.crowd, list(self._directory.people.changed)
        most = crowd.people + len(changed)
        numbers = (self._random.randrange(most) for _ in range(count if most else 0))
        keys = (f"{crowd.run_id}p{n + 1}" if n < crowd.people else changed[n - crowd.people] for n in numbers)
        return [key for key in dict.fromkeys(keys) if key in self._directory.people]

    def _hire(self, beside: Person) -> None:
        groups = [self._directory.groups[key] for key in sorted(self._directory.groups_of(beside))]
        newcomer = self._directory.hire(beside.given_name, *groups)
        if not groups:
            self._directory.assign(newcomer)

    def _leave_company(self, person: Person) -> None:
        self._directory.delete(person)

    def _rename(self, person: Person) -> None:
        self._directory.rename(person, person.given_name, f"{person.family_name.split('-')[0]}-{person.key[-1]}")

    def _readdress(self, person: Person) -> None:
        local, _, domain = person.address.rpartition("@")
        self._directory.change_address(person, f"n-{local}@{domain}"[-250:] if len(local) < 60 else person.address)

    def _block(self, person: Person) -> None:
        (self._directory.disable if person.is_enabled else self._directory.enable)(person)

    def _move(self, person: Person) -> None:
        own = sorted(self._directory.groups_of(person))
        others: list[Group] = [g for key, g in self._directory.groups.items() if key not in own]
        if own and others:
            self._directory.move(person, self._directory.groups[own[0]], self._random.choice(others))

    def _promote(self, person: Person) -> None:
        self._directory.change_profile(person, title="Head of " + (person.department or "Nothing"))


def parallel_of(provider: IdentityProvider) -> int:
    """How many jobs the vendor runs at once: its knob, or what is assumed of it."""
    knob = getattr(getattr(provider, "knobs", None), "parallel_jobs", None)
    return knob if isinstance(knob, int) else PARALLEL_JOBS.get(provider.dialect.split("-")[0], 1)


def hire_awkward(directory: Directory, kinds: Iterable[str]) -> list[Person]:
    """One person of each named class, on demand, assigned by themselves. Raises UsageError for an unknown class."""
    hired = []
    for kind in kinds:
        if kind not in AWKWARD:
            raise UsageError(f"nobody is awkward as {kind!r}; there are {', '.join(AWKWARD)}")
        person = directory.hire("Ada")
        awkward = make_awkward(person, kind)
        directory.rename(person, awkward.given_name, awkward.family_name)
        hired.append(directory.change_address(person, awkward.address))
    directory.assign(*hired)
    return hired
