"""The confirmation watcher: confirms members who have signed up, at every multiple of its interval."""

from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, require_unchanged
from bridge_ref.account.members import State
from bridge_ref.account.rules import Account
from bridge_ref.clock import Clock
from bridge_ref.decisions.queries import Decision, FindAccountSettings, FindMember, FindPending, FindRecovering, ask
from bridge_ref.runtime.transact import transact
from bridge_ref.storage.store import Store

_WATCHED_UNTIL = "watched_until_ms"
DEFAULT_INTERVAL_S = 300
# The shortest interval, as in the product.
MIN_INTERVAL_S = 30


class ConfirmationWatcher:
    """Confirms members when a run is due: at whole multiples of the interval, whatever was restarted."""

    def __init__(self, store: Store, account: Account, clock: Clock, interval_s: int) -> None:
        self._store = store
        self._account = account
        self._clock = clock
        self.interval_ms = interval_s * 1000
        self.last_run_ms: int | None = None

    async def next_due_ms(self) -> int | None:
        """The moment of the next run."""
        return self._clock.now_ms() if self.last_run_ms is None else self.last_run_ms + self.interval_ms

    async def run_due(self, until_ms: int, is_catching_up: bool = False) -> bool:
        """Do the first run that is due; later runs up to `until_ms` that would find nobody count as done.

        When catching up after downtime, the run happens as of now. True if any member was confirmed.
        """
        watched = await self._store.get_setting(_WATCHED_UNTIL, until_ms)
        last_due_ms = self._floor(until_ms)
        first_due_ms = self._floor(watched) + self.interval_ms
        has_confirmed = False
        if first_due_ms <= last_due_ms:
            has_confirmed = await self.run(until_ms if is_catching_up else first_due_ms)
        # A run that finds no member covers the later ones; after one that finds a member, look again.
        is_behind = has_confirmed and not is_catching_up
        await self._store.put_setting(_WATCHED_UNTIL, first_due_ms if is_behind else until_ms)
        self.last_run_ms = first_due_ms if is_behind else last_due_ms
        return has_confirmed

    async def run(self, now_ms: int) -> bool:
        """Confirm every pending member in its own transaction; another bridge on the store may do so too (M9, M10).

        While provisioning is off nothing happens (M31). Returns whether any member was pending.
        """
        if not (await self._store.find(FindAccountSettings())).is_provisioning:
            return False
        waiting = await self._store.find(FindPending())
        if self._account.policy.recovery == "watcher":
            waiting = waiting + await self._store.find(FindRecovering())
        for member in waiting:
            await transact(self._store, partial(self._confirm, member.id, now_ms), lambda change_set: change_set)
        return bool(waiting)

    def is_due(self) -> bool:
        """Whether a run has become due since the last one."""
        return self.last_run_ms is None or self._clock.now_ms() >= self.last_run_ms + self.interval_ms

    def _confirm(self, member_id: str, now_ms: int) -> Decision[ChangeSet]:
        member = yield from ask(FindMember(member_id))
        if member is None:
            return NO_CHANGE
        seen = require_unchanged(member)
        if member.state is State.RECOVERING and self._account.policy.recovery == "watcher":
            return seen + self._account.restore(member, now_ms)
        return seen + self._account.confirm(member, now_ms) if member.state is State.PENDING else NO_CHANGE

    def _floor(self, at_ms: int) -> int:
        return at_ms // self.interval_ms * self.interval_ms
