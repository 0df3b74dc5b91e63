"""Retention: delete members once they have been suspended for the retention period."""

from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, require_unchanged
from bridge_ref.account.rules import Account
from bridge_ref.decisions.queries import Decision, FindMember, FindSuspendedBefore, ask
from bridge_ref.runtime.transact import transact
from bridge_ref.storage.store import Store

_DAY_MS = 86_400_000
_NEVER_MS = 2**62


class Retention:
    """Deletes members when their time has come. Nothing that comes over SCIM does (M17)."""

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self._account = account

    async def next_due_ms(self) -> int | None:
        """The moment of the next deletion, or none if no member is suspended or all are kept."""
        if not self._kept_ms:
            return None
        longest = await self._store.find(FindSuspendedBefore(_NEVER_MS, 1))
        return int(longest[0].suspended_ms or 0) + self._kept_ms if longest else None

    async def run_due(self, until_ms: int) -> bool:
        """Delete every member that is due by then, each at its own moment. True if there was one."""
        return await self._run(until_ms)

    async def catch_up(self, now_ms: int) -> None:
        """Delete every member that became due during downtime, as of now."""
        await self._run(now_ms, now_ms)

    async def _run(self, until_ms: int, now_ms: int | None = None) -> bool:
        if not self._kept_ms:
            return False
        overdue = await self._store.find(FindSuspendedBefore(until_ms - self._kept_ms + 1))
        for member in overdue:
            at_ms = now_ms if now_ms is not None else int(member.suspended_ms or 0) + self._kept_ms
            await transact(self._store, partial(self._delete, member.id, at_ms), lambda change_set: change_set)
        return bool(overdue)

    @property
    def _kept_ms(self) -> int:
        return self._account.policy.retention_days * _DAY_MS

    def _delete(self, member_id: str, now_ms: int) -> Decision[ChangeSet]:
        member = yield from ask(FindMember(member_id))
        if member is None or not self._account.is_overdue(member, now_ms):
            return NO_CHANGE
        return require_unchanged(member) + self._account.delete(member, now_ms)
