"""The confirmation watcher: who has signed up is let in, at each multiple of the interval.

Source: SEED-14, SEED-53
"""

from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, RestsOn, resting_on
from bridge_ref.account.rules import Account
from bridge_ref.account.states import State
from bridge_ref.clock import Clock
from bridge_ref.decide import decide
from bridge_ref.find import FindMember, FindPending, FindRecovering, FindStanding, Looking, ask
from bridge_ref.storage.store import Store

_WATCHED_UNTIL = "watched_until_ms"
DEFAULT_INTERVAL_S = 300
# What an operator can set at least, as in the product.
MIN_INTERVAL_S = 30


class ConfirmationWatcher:
    """Confirms members when a run is due: at whole multiples of the interval, whatever was restarted."""

    def __init__(self, store: Store, account: Account, clock: Clock, interval_s: int) -> None:
        self._store = store
        self._account = account
        self._clock = clock
        self.interval_ms = interval_s * 1000
        self.last_run_ms: int | None = None

    async def run_due(self, until_ms: int, is_catching_up: bool = False) -> None:
        """Do every run that has become due; when catching up, as of now, since nobody was there before."""
        watched = await self._store.get_setting(_WATCHED_UNTIL, until_ms)
        last_due_ms = self._floor(until_ms)
        first_due_ms = self._floor(watched) + self.interval_ms
        if first_due_ms <= last_due_ms:
            # Whoever is pending now is confirmed by the first of these runs; the later ones find nobody.
            await self.run(until_ms if is_catching_up else first_due_ms)
        await self._store.put_setting(_WATCHED_UNTIL, until_ms)
        self.last_run_ms = last_due_ms

    async def run(self, now_ms: int) -> None:
        """Confirm everybody who is pending, each by itself: another bridge on the same store may do so too (M9, M10).

        While provisioning is off nobody is (M31).
        """
        if not (await self._store.find(FindStanding())).is_provisioning:
            return
        waiting = await self._store.find(FindPending())
        if self._account.policy.recovery == "watcher":
            waiting = waiting + await self._store.find(FindRecovering())
        for member in waiting:
            await decide(self._store, partial(self._confirm, member.id, now_ms), lambda change_set: change_set)

    def first_due_ms(self, since_ms: int) -> int:
        """The moment of the first run after another moment."""
        return self._floor(since_ms) + self.interval_ms

    def is_due(self) -> bool:
        """Whether a run has become due since the last one."""
        return self.last_run_ms is None or self._clock.now_ms() >= self.last_run_ms + self.interval_ms

    def _confirm(self, member_id: str, now_ms: int) -> Looking[ChangeSet]:
        member = yield from ask(FindMember(member_id))
        if member is None:
            return NO_CHANGE
        seen = resting_on(RestsOn("member", member.id, member.version))
        if member.state is State.RECOVERING and self._account.policy.recovery == "watcher":
            return seen + self._account.restore(member, now_ms)
        return seen + self._account.confirm(member, now_ms) if member.state is State.PENDING else NO_CHANGE

    def _floor(self, at_ms: int) -> int:
        return at_ms // self.interval_ms * self.interval_ms
