"""The mail sender: deliver every outbox message, one bridge at a time, with retries.

No message is lost. It can go out twice only where the server's answer was lost; that is recorded
with it (`doubts`), and its Message-ID stays the same.

Waiting and claims use the machine's time and not the bridge's clock, which a test bench can move: the mail server
does not move with it.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.headerregistry import Address
from typing import Protocol

from bridge_ref.account.changes import Message
from bridge_ref.clock import Clock
from bridge_ref.decisions.queries import CountMailToSend, FindMailDue
from bridge_ref.mailing.letter import Letter, UnmailableError, write_letter
from bridge_ref.mailing.server import RefusedError, UncertainError, UnreachableError
from bridge_ref.runtime.health import ComponentReport
from bridge_ref.storage.sql_commands import BeginHandover, MarkUncertain, SettleMail, TakeMail
from bridge_ref.storage.store import Store, StoreUnavailableError

log = logging.getLogger("bridge_ref.mail")

# Longer than a whole batch can take, so that no bridge takes over from a slow sender.
CLAIM_MS = 600_000
BATCH = 20
# A mail that was refused: a minute, then twice as long each time. A server that is away is looked for more often.
FIRST_WAIT_MS, LONGEST_WAIT_MS = 60_000, 3_600_000
FIRST_REST_MS, LONGEST_REST_MS = 1_000, 60_000
_LOOK_S = 1.0
_STOP_S = 5.0
_SICK_AFTER = 3


class Connection(Protocol):
    """The session with a mail server that the sender needs; its calls block and run in a thread."""

    def open(self) -> None:
        """Connect, unless that is done."""
        ...

    def begin(self, letter: Letter) -> None:
        """Tell sender and recipient."""
        ...

    def finish(self, letter: Letter) -> None:
        """Hand the mail over."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...

    def abort(self) -> None:
        """End it at once, from another thread."""
        ...


class MailSender:
    """Empties the outbox of one store into one mail server."""

    source = "MailSender"

    def __init__(self, store: Store, clock: Clock, machine_clock: Clock, session: Connection, sender: Address) -> None:
        self._store = store
        self._clock = clock
        self._machine_clock = machine_clock
        self._session = session
        self._sender = sender
        self._taker = secrets.token_hex(8)
        self._failures = 0
        self._rest_until_ms = 0
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "mail")

    async def run(self) -> None:
        """Look each second, until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.work()
            except StoreUnavailableError as error:
                log.warning("mail waits for the store: %s", error)
            except Exception:
                log.exception("the mail sender failed; it goes on")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _LOOK_S)

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """Let the mail that is just being handed over go out, if that does not take long, and no other."""
        self._stopping.set()
        done, _ = await asyncio.wait([running], timeout=_STOP_S)
        if not done:
            self._session.abort()
            done, _ = await asyncio.wait([running], timeout=_STOP_S)
        if not done:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        self._thread.shutdown(wait=False)

    async def work(self) -> int:
        """One round: hand over what is due, and say how many messages the server has taken."""
        now_ms = self._machine_clock.now_ms()
        if now_ms < self._rest_until_ms or not await self._store.find(FindMailDue(now_ms)):
            return 0
        await self._store.do(MarkUncertain(now_ms))
        taken = await self._store.do(TakeMail(now_ms, now_ms + CLAIM_MS, self._taker, BATCH))
        await self._store.committed()
        sent = 0
        try:
            for message in taken:
                sent += await self._send(message)
        finally:
            await self._in_thread(self._session.close)
        return sent

    async def report(self, now_ms: int) -> ComponentReport:
        """Health: unhealthy while the server cannot be reached or the outbox cannot be read."""
        try:
            waiting = await self._store.find(CountMailToSend())
        except StoreUnavailableError:
            return ComponentReport(self.source, False, now_ms)
        uncertain = waiting.get("uncertain", 0)
        detail = f"{sum(waiting.values())} to be sent, {waiting.get('refused', 0)} refused, {uncertain} uncertain"
        return ComponentReport(self.source, self._failures < _SICK_AFTER, now_ms, detail=detail)

    async def _send(self, message: Message) -> bool:
        now_ms = self._machine_clock.now_ms()
        if self._stopping.is_set() or now_ms < self._rest_until_ms:
            await self._settle(message, "waiting", max(now_ms, self._rest_until_ms), None)
            return False
        try:
            letter = write_letter(message, self._sender)
            is_sent = await self._hand_over(message, letter)
        except UnmailableError as error:
            await self._settle(message, "refused", now_ms + LONGEST_WAIT_MS, str(error))
        except RefusedError as error:
            self._failures = 0
            log.warning("mail %d was refused with code %d; retrying", message.seq, error.code)
            wait_ms = LONGEST_WAIT_MS if error.is_final else wait_after(message.attempts)
            await self._settle(message, "refused", now_ms + wait_ms, str(error))
        except UncertainError as error:
            log.warning("delivery of mail %d is uncertain; retrying", message.seq)
            await self._settle(message, "uncertain", now_ms + wait_after(message.attempts), str(error))
        except UnreachableError as error:
            self._rest(now_ms, str(error))
            await self._settle(message, "waiting", self._rest_until_ms, str(error))
        else:
            self._failures = 0
            return is_sent
        return False

    async def _hand_over(self, message: Message, letter: Letter) -> bool:
        """Before the mark in the store the server has nothing: once the claim expires, another bridge starts over."""
        await self._in_thread(self._session.open)
        await self._in_thread(lambda: self._session.begin(letter))
        until_ms = self._machine_clock.now_ms() + CLAIM_MS
        is_ours = await self._store.do(BeginHandover(message.seq, self._taker, until_ms))
        await self._store.committed()
        if not is_ours:
            await self._in_thread(self._session.close)
            return False
        await self._in_thread(lambda: self._session.finish(letter))
        await self._settle(message, "sent", 0, None, self._clock.now_ms())
        return True

    def _rest(self, now_ms: int, reason: str) -> None:
        rest_ms = min(FIRST_REST_MS * 2 ** min(self._failures, 10), LONGEST_REST_MS)
        self._failures += 1
        self._rest_until_ms = now_ms + rest_ms
        if self._failures in (1, _SICK_AFTER):
            log.warning("the mail server cannot be used: %s", reason)

    async def _settle(
        self, message: Message, delivery: str, due_ms: int, error: str | None, handed_ms: int | None = None
    ) -> None:
        await self._store.do(SettleMail(message.seq, self._taker, delivery, due_ms, error, handed_ms))
        await self._store.committed()

    async def _in_thread(self, do: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, do)


def wait_after(attempts: int) -> int:
    """Milliseconds before the next try."""
    return int(min(FIRST_WAIT_MS * 2 ** max(0, min(attempts, 20) - 1), LONGEST_WAIT_MS))
