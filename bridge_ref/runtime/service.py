"""A running bridge: answers SCIM requests and does scheduled work."""

from collections.abc import Callable

from bridge_ref.account.settings import AccountSettings
from bridge_ref.clock import Clock, ShiftedClock
from bridge_ref.credentials.grants import Scope
from bridge_ref.decisions.initial_groups import set_up
from bridge_ref.decisions.outcome import DecisionContext, Refused, ScimDecision
from bridge_ref.decisions.queries import FindAccountSettings, FindTokens
from bridge_ref.decisions.router import BULK, Request
from bridge_ref.ids import Ids, RandomIds
from bridge_ref.runtime.confirmation import ConfirmationWatcher
from bridge_ref.runtime.health import PullReporter, own_reporters
from bridge_ref.runtime.pull_protocol import Pull
from bridge_ref.runtime.retention import Retention
from bridge_ref.runtime.rotation import Issued, make_pair, rotate
from bridge_ref.runtime.scheduler import DueWork, Watch, run_all_due
from bridge_ref.runtime.transact import run_read_only, transact
from bridge_ref.runtime.wiring import Parts
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import ScimError
from bridge_ref.storage.sql_commands import ExpireTokens
from bridge_ref.storage.store import Store

OFFSET = "clock_offset_ms"


class Service:
    """One running bridge: answers SCIM requests and does scheduled work."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, ids: Ids | None = None) -> None:
        self.parts = parts
        self.store = store
        self.clock = ShiftedClock(clock)
        self.ids = ids or parts.pick(RandomIds)()
        watcher = parts.pick(ConfirmationWatcher)
        self.watcher = watcher(store, parts.account, self.clock, parts.settings.confirmation_interval_s)
        self.pull: Pull | None = None
        self.retention = Retention(store, parts.account)
        self.health_watch: Watch | None = None
        self.is_offline = False  # a test bench plays an outage: the account goes on
        self.account_settings = AccountSettings()
        pull = parts.pick(PullReporter)(store, lambda: self.pull)
        self.reporters = own_reporters(self.watcher, store, lambda: self.account_settings, pull)

    async def start(self) -> None:
        """Set up a new account, and catch up on work that became due during downtime."""
        self.clock.offset_ms = await self.store.get_setting(OFFSET, 0)
        await self.learn_tokens()
        await transact(self.store, lambda: set_up(self.context()), lambda change_set: change_set)
        if self.pull is not None:
            await self.pull.start()
        await self.watcher.run_due(self.clock.now_ms(), is_catching_up=True)
        await self.retention.catch_up(self.clock.now_ms())
        await self.store.committed()
        await self.learn_account_settings()

    async def learn_account_settings(self) -> None:
        """Reload the account settings, which another bridge may have changed."""
        self.account_settings = await self.store.find(FindAccountSettings())

    def context(self) -> DecisionContext:
        """The context of a decision that is taken now."""
        return DecisionContext(self.clock.now_ms(), self.ids, account_settings=self.account_settings)

    async def advance(self, seconds: float) -> None:
        """Move the clock, doing work that becomes due on the way at its own time."""
        target_ms = self.clock.now_ms() + round(seconds * 1000)
        works: tuple[DueWork | None, ...] = (self.retention, self.watcher, self.pull, self.health_watch)
        await run_all_due([work for work in works if work is not None], target_ms)
        await self._shift(self.clock.offset_ms + round(seconds * 1000))
        await self.store.committed()

    async def tick(self) -> None:
        """Do the work that is due now, by the clock that all bridges on the store share."""
        self.clock.offset_ms = await self.store.get_setting(OFFSET, 0)
        await self.learn_tokens()
        await self.learn_account_settings()
        if self.watcher.is_due():
            await self.watcher.run_due(self.clock.now_ms())
            await self.retention.catch_up(self.clock.now_ms())
            await self.store.committed()
        if self.health_watch is not None:
            await self.health_watch.run_due(self.clock.now_ms())
        await self.store.tidy()

    async def tick_pull(self) -> None:
        """Run the pull if it is due; apart from `tick`, since it waits for Google."""
        if self.pull is None:
            return
        self.clock.offset_ms = await self.store.get_setting(OFFSET, 0)
        now_ms = self.clock.now_ms()
        if (await self.pull.next_due_ms() or now_ms) <= now_ms:
            await self.pull.run_due(now_ms)

    async def reset(self) -> None:
        """Empty the account and reset the clock; expired tokens stay expired."""
        self.is_offline = False
        if self.health_watch is not None:
            self.health_watch.forget()
        await self.store.do(ExpireTokens(self.clock.now_ms()))
        await self.store.empty()
        await self._shift(0)
        await self.start()

    async def learn_tokens(self) -> None:
        """Reload the tokens, which another bridge may have replaced."""
        grants = await self.store.find(FindTokens())
        self.parts.auth.learn(grants)

    async def rotate(self, overlap_s: float) -> Issued:
        """Issue new credentials; the old ones expire after the overlap."""
        now_ms = self.clock.now_ms()
        issued = make_pair(Scope.FULL, now_ms, now_ms + round(overlap_s * 1000))
        await rotate(self.store, issued, self.parts.auth.given, self.parts.settings.session_file)
        await self.learn_tokens()
        return issued

    async def notification_address(self) -> str | None:
        """The address that the health monitor notifies: the account's, else the operator's."""
        return self.account_settings.notification_address or self.parts.settings.notify

    async def _shift(self, offset_ms: int) -> None:
        await self.store.put_setting(OFFSET, offset_ms)
        self.clock.offset_ms = offset_ms

    def check_open(self) -> None:
        """Refuse everything while provisioning is switched off on the account. Raises ScimError."""
        self.parts.router.check_open(self.account_settings)

    async def answer(self, request: Request) -> Answer:
        """The answer to a request, once everything that it rests on is committed. Raises ScimError."""
        answer = await self._run_bulk(request) if request.segments == BULK else await self._perform(request)
        await self.store.committed()
        if isinstance(answer, ScimError):
            raise answer
        return answer

    async def _run_bulk(self, request: Request) -> Answer:
        """Run a bulk request in one commit, without other writes in between."""
        job = self.parts.bulk.run(request.body, self.context())
        try:
            step = next(job)
            while True:
                step = job.send(await self._perform(step))
        except StopIteration as end:
            answer: Answer = end.value
            return answer

    async def _perform(self, request: Request) -> Answer | ScimError:
        """Decide one request and apply its changes; they are durable once the store has committed."""
        try:
            if request.method == "GET":
                outcome = await run_read_only(self.store, self.parts.router.decide(request, self.context()))
            else:
                outcome = await transact(self.store, self._decision(request), lambda outcome: outcome.change_set)
        except ScimError as error:
            if isinstance(error, Refused):
                await self.store.apply(error.journal)
            return error
        return outcome.answer

    def _decision(self, request: Request) -> Callable[[], ScimDecision]:
        return lambda: self.parts.router.decide(request, self.context())
