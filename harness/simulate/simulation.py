"""A simulation: an identity provider provisions a company to a bridge, cycle after cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.clock import Clock, VirtualClock
from harness.directory.directory import Directory
from harness.directory.population import UNUSUAL_NAMES, give_unusual_name
from harness.directory.values import Group, Person
from harness.errors import UsageError
from harness.idp.provider import Barrier, IdentityProvider, Job
from harness.record.exchange import Exchange
from harness.target.faults import Faults
from harness.target.parallel_driver import PATIENCE_S, ParallelDriver
from harness.target.transport import Send

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
        self.parallel = parallel or provider.parallel_jobs
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


def hire_with_unusual_names(directory: Directory, kinds: Iterable[str]) -> list[Person]:
    """One person of each named class, on demand, assigned by themselves. Raises UsageError for an unknown class."""
    hired = []
    for kind in kinds:
        if kind not in UNUSUAL_NAMES:
            raise UsageError(
                f"there is no kind of unusual name {kind!r} (--awkward-person); there are {', '.join(UNUSUAL_NAMES)}"
            )
        person = directory.hire("Ada")
        unusual = give_unusual_name(person, kind)
        directory.rename(person, unusual.given_name, unusual.family_name)
        hired.append(directory.change_address(person, unusual.address))
    directory.assign(*hired)
    return hired
