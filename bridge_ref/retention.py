"""Retention: who has been suspended for as long as the account keeps anybody is deleted by the account itself."""

from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, RestsOn, resting_on
from bridge_ref.account.rules import Account
from bridge_ref.decide import decide
from bridge_ref.find import FindMember, FindSuspendedBefore, Looking, ask
from bridge_ref.storage.store import Store

_DAY_MS = 86_400_000


class Retention:
    """Deletes members when their time has come. Nothing that comes over SCIM does (M17).

    Source: SEED-66, SEED-67
    """

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self._account = account

    async def run_due(self, until_ms: int, now_ms: int | None = None) -> None:
        """Delete everybody whose time has come by then: each at that moment, or at `now_ms` if it is given."""
        kept_ms = self._account.policy.retention_days * _DAY_MS
        if not kept_ms:
            return
        for member in await self._store.find(FindSuspendedBefore(until_ms - kept_ms + 1)):
            at_ms = now_ms if now_ms is not None else int(member.suspended_ms or 0) + kept_ms
            await decide(self._store, partial(self._delete, member.id, at_ms), lambda change_set: change_set)

    def _delete(self, member_id: str, now_ms: int) -> Looking[ChangeSet]:
        member = yield from ask(FindMember(member_id))
        if member is None or not self._account.is_overdue(member, now_ms):
            return NO_CHANGE
        return resting_on(RestsOn("member", member.id, member.version)) + self._account.delete(member, now_ms)
