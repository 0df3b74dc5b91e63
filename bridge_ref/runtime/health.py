"""The health document: version, build, and a report from each component."""

from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct

from bridge_ref import __version__
from bridge_ref.account.settings import AccountSettings
from bridge_ref.clock import Clock, render_time
from bridge_ref.runtime.confirmation import ConfirmationWatcher
from bridge_ref.runtime.pull_protocol import CONFIGURED, Pull
from bridge_ref.storage.store import Store, StoreUnavailableError

# A report that is older than this says nothing any more.
EXPIRES_MS = 600_000


class ComponentReport(Struct, frozen=True):
    """The report of one component: its health at a moment, and for how long that counts."""

    source: str
    is_healthy: bool
    at_ms: int
    lasts_ms: int = EXPIRES_MS
    detail: str | None = None

    def render(self, now_ms: int) -> dict[str, Any]:
        """In the form of the health document; what has expired is not healthy, whatever it said."""
        expires_ms = self.at_ms + self.lasts_ms
        shown = {
            "source": self.source,
            "state": "healthy" if self.is_healthy and now_ms < expires_ms else "unhealthy",
            "time": render_time(self.at_ms),
            "expires": render_time(expires_ms),
        }
        return shown if self.detail is None else {**shown, "detail": self.detail}


class Reporter(Protocol):
    """A component that reports on itself: `service.reporters.append(...)` puts it into the health document."""

    source: str

    async def report(self, now_ms: int) -> ComponentReport | None:
        """The report as of now, or none if the component is absent."""
        ...


class ServerReporter:
    """Reports that the server answers."""

    source = "SCIMServer"

    async def report(self, now_ms: int) -> ComponentReport:
        """Healthy, since it answers."""
        return ComponentReport(self.source, True, now_ms)


class StoreReporter:
    """Whether the store can be read."""

    source = "Store"

    def __init__(self, store: Store) -> None:
        self._store = store

    async def report(self, now_ms: int) -> ComponentReport:
        """As one look at it says."""
        try:
            await self._store.get_setting("health", 0)
        except StoreUnavailableError:
            return ComponentReport(self.source, False, now_ms)
        return ComponentReport(self.source, True, now_ms)


class WatcherReporter:
    """Whether the confirmation watcher keeps to its times; the same runs bring the mail to start.

    With provisioning switched off it has stopped (M31).
    """

    def __init__(self, source: str, watcher: ConfirmationWatcher, settings: Callable[[], AccountSettings]) -> None:
        self.source = source
        self._watcher = watcher
        self._settings = settings

    async def report(self, now_ms: int) -> ComponentReport:
        """As of its last run, which is worth something until the next but one."""
        last_ms = self._watcher.last_run_ms
        if last_ms is None:
            return ComponentReport(self.source, False, now_ms)
        is_on = self._settings().is_provisioning
        return ComponentReport(self.source, is_on, last_ms, self._watcher.interval_ms + EXPIRES_MS)


class ProvisioningReporter:
    """Whether provisioning is switched on."""

    source = "Provisioning"

    def __init__(self, settings: Callable[[], AccountSettings]) -> None:
        self._settings = settings

    async def report(self, now_ms: int) -> ComponentReport:
        """As the account's administrators have it."""
        return ComponentReport(self.source, self._settings().is_provisioning, now_ms)


class PullReporter:
    """The pull from a directory; a bridge that has lost its settings for a pull that there was is not well."""

    source = "Workspace"

    def __init__(self, store: Store, pull: Callable[[], Pull | None]) -> None:
        self._store = store
        self._pull = pull

    async def report(self, now_ms: int) -> ComponentReport | None:
        """As the pull says; nothing if there is none and never was."""
        pull = self._pull()
        try:
            if pull is not None:
                status = await pull.status()
                return ComponentReport(self.source, status["state"] == "healthy", now_ms, detail=status.get("detail"))
            if await self._store.get_setting(CONFIGURED, 0):
                return ComponentReport(self.source, False, now_ms, detail="started without its settings and key")
        except StoreUnavailableError:
            return ComponentReport(self.source, False, now_ms, detail="the store is not available") if pull else None
        return None


def own_reporters(
    watcher: ConfirmationWatcher, store: Store, settings: Callable[[], AccountSettings], pull: PullReporter
) -> list[Reporter]:
    """The reporters that every bridge has."""
    return [
        ServerReporter(),
        StoreReporter(store),
        WatcherReporter("ConfirmationWatcher", watcher, settings),
        WatcherReporter("StartProvisionWatcher", watcher, settings),
        ProvisioningReporter(settings),
        pull,
    ]


async def reports(clock: Clock, reporters: list[Reporter]) -> list[dict[str, Any]]:
    """One report per component."""
    now_ms = clock.now_ms()
    found = [await reporter.report(now_ms) for reporter in reporters]
    return [report.render(now_ms) for report in found if report is not None]


def is_healthy(found: list[dict[str, Any]]) -> bool:
    """Whether every component is."""
    return all(report["state"] == "healthy" for report in found)


async def health_document(clock: Clock, reporters: list[Reporter]) -> dict[str, Any]:
    """The body of `/health`."""
    major, minor, patch = (int(part) for part in __version__.split(".")[:3])
    return {
        "version": __version__,
        "build": f"{major}{minor:02}{patch:02}1",
        "reports": await reports(clock, reporters),
        "retrievedAt": render_time(clock.now_ms()),
    }
