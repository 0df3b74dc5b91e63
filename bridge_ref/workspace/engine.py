"""The pull: its schedule, its lease among bridges, its results and its status."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.changes import ChangeSet
from bridge_ref.clock import Clock, render_time
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.queries import FindSettings
from bridge_ref.runtime.pull_protocol import CONFIGURED, PullError
from bridge_ref.runtime.transact import run_read_only, transact
from bridge_ref.storage.store import Store, StoreUnavailableError
from bridge_ref.workspace.channels import Channels
from bridge_ref.workspace.directory_reader import DirectoryReader
from bridge_ref.workspace.execute import PlanExecutor, StepError, find_account
from bridge_ref.workspace.google import Google, GoogleError
from bridge_ref.workspace.plan import Plan, Step, render_plan
from bridge_ref.workspace.reconcile import Reconciler
from bridge_ref.workspace.settings import WorkspaceSettings
from bridge_ref.workspace.snapshot import Incomplete, Snapshot

log = logging.getLogger("bridge_ref")

# Names of settings in the store.
_DUE = "workspace_due_ms"
_TRIED = "workspace_tried_ms"
_SYNCED = "workspace_synced_ms"
_OUTCOME = "workspace_outcome"
_CONFIRMED = "workspace_confirmed"
_HELD = "workspace_held"
_LEASE = "workspace_lease_until_ms"
_CHOICE = "workspace_group:"

_LEASE_MS = 300_000
# Steps between two commits that are waited for, and between two looks at the lease.
_STRETCH = 50
# Each round plans anew: an address that one step has freed can be given in the next.
_MAX_ROUNDS = 4
# Many notices come at once, and one sync answers them all.
_SETTLE_MS = 1000


class PullResult(IntEnum):
    """The result of the last pull; 0 before the first one."""

    NONE = 0
    COMPLETE = 1
    PARTIAL = 2
    HELD = 3
    FAILED = 4
    UNCHOSEN = 5
    REFUSED = 6
    OFF = 7


_WORDS = {
    PullResult.NONE: "nothing has been read so far",
    PullResult.PARTIAL: "a group could not be read, and nobody was suspended; the log of the bridge says which",
    PullResult.HELD: "suspensions wait for confirmation; the log of the bridge says why",
    PullResult.FAILED: "the directory could not be read; the log of the bridge says why",
    PullResult.UNCHOSEN: "no group is chosen",
    PullResult.OFF: "provisioning is switched off on the account",
    PullResult.REFUSED: "some people or groups could not be brought over; the log of the bridge says which",
}


class PullReport(Struct, frozen=True):
    """The report of one pull."""

    outcome: PullResult
    at_ms: int
    reason: str = ""
    done: int = 0


class LeaseLostError(Exception):
    """Another bridge has taken over: this one stops where it is."""


class Workspace:
    """The Google Workspace behind one bridge. Several bridges on one store take turns, by a lease in it."""

    def __init__(
        self,
        *,
        settings: WorkspaceSettings,
        google: Google,
        reading: DirectoryReader,
        reconciler: Reconciler,
        carrying: PlanExecutor,
        store: Store,
        clock: Clock,
        context: Callable[[], DecisionContext],
    ) -> None:
        self.settings = settings
        self.google = google
        self.reading = reading
        self._reconciler = reconciler
        self._carrying = carrying
        self._store = store
        self._clock = clock
        self._context = context
        self._lease = 0
        self._watching = Channels(google, settings, store)
        self.report: PullReport | None = None

    async def start(self) -> None:
        """Remember that there is a pull, and which groups the settings file names."""
        if not await self._store.get_setting(CONFIGURED, 0):
            await self._store.put_setting(CONFIGURED, 1)
        if self.settings.groups is not None and set(self.settings.groups) != set(await self.chosen()):
            await self._keep_choice(self.settings.groups)

    def stop(self) -> None:
        """Wait for nothing any more: the bridge is to end."""
        self.google.stop()

    async def chosen(self) -> tuple[str, ...]:
        """The groups that give access: kept in the store, so that a restart forgets none."""
        kept = await self._store.find(FindSettings(_CHOICE))
        return tuple(name for name, is_chosen in kept.items() if is_chosen)

    async def choose(self, groups: tuple[str, ...]) -> None:
        """Choose other groups; the next sync is due at once. Raises PullError where the settings file decides."""
        if self.settings.groups is not None:
            raise PullError("the settings file names the groups")
        await self._keep_choice(groups)
        await self.hasten(0)

    async def next_due_ms(self) -> int | None:
        """When the next sync or the next renewal of the channels is due."""
        due = await self._store.get_setting(_DUE, self._clock.now_ms())
        if self.settings.bridge_address is None:
            return due
        return min(due, await self._watching.next_due_ms(self._clock.now_ms()))

    async def run_due(self, until_ms: int) -> bool:
        """The sync that is due by then, and channels that are to be renewed. True if the account was changed."""
        due = await self.next_due_ms()
        if due is None or due > until_ms or not await self._take_lease(max(due, self._clock.now_ms())):
            return False
        at_ms = max(due, self._clock.now_ms())
        try:
            return await self._run(at_ms, until_ms)
        except LeaseLostError:
            log.warning("another bridge has taken over the pull from Google")
            return False
        finally:
            await self._give_lease_back()

    async def hasten(self, wait_ms: int) -> None:
        """Let the next sync be due soon, if it is not anyway."""
        now_ms = self._clock.now_ms()
        due = await self._store.get_setting(_DUE, now_ms)
        if due > now_ms + wait_ms:
            await self._store.put_setting(_DUE, now_ms + wait_ms)

    async def notice(self, channel_id: str, token: str, state: str) -> bool:
        """Take a notice; true if it came from Google. The change itself is read, never trusted."""
        if not self.google.is_from_google(channel_id, token):
            return False
        if state != "sync":
            since_ms = self._clock.now_ms() - await self._store.get_setting(_TRIED, 0)
            await self.hasten(max(_SETTLE_MS, self.settings.notice_gap_s * 1000 - since_ms))
            await self._store.committed()
        return True

    async def preview(self, groups: tuple[str, ...] | None = None) -> dict[str, Any]:
        """What a sync would do now, or with other groups; suspensions come first. Nothing changes."""
        chosen = groups or await self.chosen()
        if not chosen:
            return {"outcome": PullResult.UNCHOSEN.name.lower(), "reason": _WORDS[PullResult.UNCHOSEN]}
        read = await asyncio.to_thread(self.reading.snapshot, chosen)
        if isinstance(read, Incomplete):
            return {"outcome": PullResult.FAILED.name.lower(), "reason": read.reason}
        return {"outcome": "preview", "groups": list(chosen), **render_plan(await self._plan(read))}

    async def offered(self) -> list[dict[str, str]]:
        """The groups that can be chosen. Raises PullError."""
        try:
            return await asyncio.to_thread(self.reading.offered)
        except GoogleError as error:
            raise PullError(str(error)) from None

    async def confirm(self, digest: int) -> None:
        """An operator agrees to exactly the losses that a preview has shown; the next sync is due at once."""
        await self._store.put_setting(_CONFIRMED, digest)
        await self.hasten(0)

    async def forget(self) -> None:
        """Forget the pull; the next start of this bridge must be without one."""
        await self._keep_choice(())
        await self._store.put_setting(CONFIGURED, 0)

    async def status(self) -> dict[str, Any]:
        """The component report of the health document, with the detail where it is not healthy."""
        now_ms = self._clock.now_ms()
        outcome = PullResult(await self._store.get_setting(_OUTCOME, 0))
        synced_ms = await self._store.get_setting(_SYNCED, 0)
        reason = "" if outcome is PullResult.COMPLETE else self._reason(outcome)
        late_ms = (2 * self.settings.interval_s + 60) * 1000
        if not reason and now_ms - synced_ms > late_ms:
            reason = f"nothing has been read to its end since {render_time(synced_ms)}"
        if not reason and self.settings.bridge_address is not None:
            reason = await self._watching.reason(now_ms)
        report = {"source": "Workspace", "state": "unhealthy" if reason else "healthy"}
        return {**report, "detail": reason} if reason else report

    def _reason(self, outcome: PullResult) -> str:
        # Only the bridge that ran the last pull knows more than how it ended.
        mine = self.report
        return mine.reason if mine is not None and mine.outcome is outcome and mine.reason else _WORDS[outcome]

    async def _run(self, at_ms: int, until_ms: int) -> bool:
        if self.settings.bridge_address is not None and at_ms >= await self._watching.next_due_ms(0):
            await self._watching.renew(until_ms)
        if at_ms < await self._store.get_setting(_DUE, 0):
            await self._store.committed()
            return False
        report = await self._sync(at_ms)
        await self._keep(report, until_ms)
        return report.done > 0

    async def _keep(self, report: PullReport, until_ms: int) -> None:
        self.report, put = report, self._store.put_setting
        is_read = report.outcome in (PullResult.COMPLETE, PullResult.REFUSED, PullResult.HELD)
        wait_ms = (self.settings.interval_s if is_read else self.settings.retry_s) * 1000
        due_ms = report.at_ms + wait_ms
        if not report.done and due_ms <= until_ms:
            # The runs up to then would read the same directory once more.
            due_ms += ((until_ms - due_ms) // wait_ms + 1) * wait_ms
        await put(_OUTCOME, report.outcome)
        await put(_TRIED, report.at_ms)
        await put(_DUE, due_ms)
        if report.outcome in (PullResult.COMPLETE, PullResult.REFUSED):
            await put(_SYNCED, max(report.at_ms, due_ms - wait_ms))
        await self._store.committed()
        if report.outcome is not PullResult.COMPLETE:
            log.warning("the pull from Google: %s", self._reason(report.outcome))

    async def _sync(self, at_ms: int) -> PullReport:
        if not self._context().account_settings.is_provisioning:
            return PullReport(PullResult.OFF, at_ms, _WORDS[PullResult.OFF])
        chosen = await self.chosen()
        if not chosen:
            return PullReport(PullResult.UNCHOSEN, at_ms, _WORDS[PullResult.UNCHOSEN])
        read = await asyncio.to_thread(self.reading.snapshot, chosen)
        if isinstance(read, Incomplete):
            return PullReport(PullResult.FAILED, at_ms, f"the directory could not be read: {read.reason}")
        await self._renew_lease(at_ms)
        done, plan = 0, Plan()
        failures: tuple[str, ...] = ()
        for _ in range(_MAX_ROUNDS):
            plan = await self._plan(read)
            await self._store.put_setting(_HELD, int(bool(plan.held)))
            if not plan.steps:
                break
            succeeded, failures = await self._carry(plan.steps, at_ms)
            done += succeeded
            if not succeeded:
                break
        return self._conclude(plan, failures if plan.steps else (), at_ms, done)

    def _conclude(self, plan: Plan, failures: tuple[str, ...], at_ms: int, done: int) -> PullReport:
        for outcome, reasons, words in (
            (PullResult.PARTIAL, plan.missing, "nobody was suspended, since a group could not be read: "),
            (PullResult.HELD, plan.held, "nobody was suspended, and somebody has to confirm: "),
            (PullResult.REFUSED, (*failures, *plan.conflicts), "could not be brought over: "),
        ):
            if reasons:
                more = f" (and {len(reasons) - 3} more)" if len(reasons) > 3 else ""
                return PullReport(outcome, at_ms, words + "; ".join(reasons[:3]) + more, done)
        return PullReport(PullResult.COMPLETE, at_ms, "", done)

    async def _plan(self, read: Snapshot) -> Plan:
        account = await run_read_only(self._store, find_account())
        confirmed = await self._store.get_setting(_CONFIRMED, 0)
        was_held = bool(await self._store.get_setting(_HELD, 0))
        # Pure, and seconds long for a large company: requests are answered meanwhile.
        return await asyncio.to_thread(self._reconciler.plan, read, account, self.settings, confirmed, was_held)

    async def _carry(self, steps: tuple[Step, ...], at_ms: int) -> tuple[int, tuple[str, ...]]:
        """Take the steps; how many changed something, and why others could not be taken."""
        done, failures = 0, []
        for number, step in enumerate(steps, 1):
            try:
                done += await self.carry_out(step, at_ms)
            except StepError as error:
                failures.append(str(error))
            if number % _STRETCH == 0:
                await self._store.committed()
                await self._renew_lease(at_ms)
        await self._store.committed()
        return done, tuple(failures)

    async def carry_out(self, step: Step, at_ms: int) -> bool:
        """Take one step in a transaction; false if there was nothing to do any more. Raises StepError."""
        context = self._context()
        context = replace(context, now_ms=max(at_ms, context.now_ms))
        make = self._carrying.decision(step, self.settings, context)
        change_set: ChangeSet = await transact(self._store, make, lambda decided: decided)
        return bool(change_set)

    async def _keep_choice(self, groups: tuple[str, ...]) -> None:
        for name in {*groups, *(await self.chosen())}:
            await self._store.put_setting(_CHOICE + name, int(name in groups))

    async def _take_lease(self, at_ms: int) -> bool:
        held_until = await self._store.get_setting(_LEASE, 0)
        if held_until > at_ms:
            return False
        wanted = at_ms + _LEASE_MS
        if not await self._store.swap_setting(_LEASE, held_until, wanted):
            return False
        await self._store.committed()
        self._lease = wanted
        return True

    async def _renew_lease(self, at_ms: int) -> None:
        wanted = max(at_ms, self._clock.now_ms()) + _LEASE_MS
        if wanted > self._lease:
            if not await self._store.swap_setting(_LEASE, self._lease, wanted):
                raise LeaseLostError
            self._lease = wanted

    async def _give_lease_back(self) -> None:
        with suppress(StoreUnavailableError):
            await self._store.swap_setting(_LEASE, self._lease, 0)
            await self._store.committed()
        self._lease = 0
