"""The health document: version, build and what each component reports."""

from typing import Any

from bridge_ref import __version__
from bridge_ref.account.standing import Standing
from bridge_ref.clock import Clock, render_time
from bridge_ref.confirmation import ConfirmationWatcher
from bridge_ref.pull import CONFIGURED, Pull
from bridge_ref.storage.store import Store, StoreUnavailableError

# A report that is older than this says nothing any more.
_EXPIRES_MS = 600_000


async def reports(
    clock: Clock, watcher: ConfirmationWatcher, store: Store, standing: Standing, pull: Pull | None = None
) -> list[dict[str, Any]]:
    """One report per component; with provisioning switched off, the watcher has stopped (M31)."""
    now_ms = clock.now_ms()
    late_ms = watcher.interval_ms + 60_000
    last_ms = watcher.last_run_ms
    is_watching = last_ms is not None and now_ms - last_ms <= late_ms + watcher.interval_ms
    states = {
        "SCIMServer": True,
        "Store": await _is_readable(store),
        "ConfirmationWatcher": is_watching and standing.is_provisioning,
        "Provisioning": standing.is_provisioning,
    }
    found = [
        {"source": source, "state": "healthy" if is_healthy else "unhealthy"} for source, is_healthy in states.items()
    ]
    if states["Store"]:
        found += await _of_pull(store, pull)
    times = {"time": render_time(now_ms), "expires": render_time(now_ms + _EXPIRES_MS)}
    return [{**report, **times} for report in found]


async def _of_pull(store: Store, pull: Pull | None) -> list[dict[str, Any]]:
    """The pull's report; a bridge that has lost its settings for a pull that there was is not well."""
    try:
        if pull is not None:
            return [await pull.status()]
        if await store.get_setting(CONFIGURED, 0):
            return [{"source": "Workspace", "state": "unhealthy", "detail": "started without its settings and key"}]
    except StoreUnavailableError:
        return [{"source": "Workspace", "state": "unhealthy", "detail": "the store is not available"}]
    return []


async def health_document(
    clock: Clock, watcher: ConfirmationWatcher, store: Store, standing: Standing, pull: Pull | None = None
) -> dict[str, Any]:
    """What `/health` answers."""
    major, minor, patch = (int(part) for part in __version__.split(".")[:3])
    return {
        "version": __version__,
        "build": f"{major}{minor:02}{patch:02}1",
        "reports": await reports(clock, watcher, store, standing, pull),
        "retrievedAt": render_time(clock.now_ms()),
    }


async def _is_readable(store: Store) -> bool:
    try:
        await store.get_setting("health", 0)
    except StoreUnavailableError:
        return False
    return True
