"""The account's own health monitoring: it pings the bridge now and then, and mails when it is offline (SEED-29).

The process of a reference bridge is bridge and account in one. A test bench takes the bridge offline and leaves the
account, by the control listener; the monitor of `bridge-ref monitor` is the one for a bridge in service.
"""

from collections.abc import Callable
from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet
from bridge_ref.decisions.queries import Decision, FindAccountSettings, ask
from bridge_ref.monitor.watch import MonitorState, Notice, Poll, after_poll, settle
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.transact import transact

PING_S = 60
FAILURES = 3

_SUBJECTS = {"offline": "Your provisioning bridge is offline", "recovery": "Your provisioning bridge is back"}
_OFFLINE = "It cannot be reached."


class AccountWatch:
    """Pings the bridge at every multiple of a minute while the account has an address for its notices."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._state = MonitorState()
        self._pinged_ms: int | None = None

    def forget(self) -> None:
        """Start over: the account has been reset."""
        self._pinged_ms, self._state = None, MonitorState()

    async def next_due_ms(self) -> int | None:
        """The moment of the next ping; none while nobody is to be told."""
        if self._service.account_settings.notification_address is None:
            self._pinged_ms = None
            return None
        if self._pinged_ms is None:
            self._pinged_ms = self._service.clock.now_ms()
        return self._pinged_ms // _PING_MS * _PING_MS + _PING_MS

    async def run_due(self, until_ms: int) -> bool:
        """Ping once. True if a mail was written."""
        due_ms = await self.next_due_ms()
        if due_ms is None or due_ms > until_ms:
            return False
        self._pinged_ms = due_ms
        is_up = not self._service.is_offline
        self._state = self.after(self._state, Poll(is_up, "" if is_up else _OFFLINE), due_ms)
        owed = self._state.owed
        for notice in owed:
            await transact(self._service.store, self._writing(notice), lambda change_set: change_set)
            self._state = settle(self._state, notice)
        return bool(owed)

    def after(self, state: MonitorState, seen: Poll, now_ms: int) -> MonitorState:
        """The state after one more ping, with the notices that are owed then."""
        return after_poll(state, seen, now_ms, FAILURES)

    def addressee(self, address: str) -> str:
        """Who is told, of the address in the account's settings."""
        return address

    def _writing(self, notice: Notice) -> Callable[[], Decision[ChangeSet]]:
        return partial(self._write, notice)

    def _write(self, notice: Notice) -> Decision[ChangeSet]:
        settings = yield from ask(FindAccountSettings())
        if settings.notification_address is None:
            return NO_CHANGE
        address = self.addressee(settings.notification_address)
        return self._service.parts.mail.notice(address, _SUBJECTS[notice.kind], notice.at_ms, notice.reason)


_PING_MS = PING_S * 1000
