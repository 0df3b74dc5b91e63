"""The health document: version, build and what each component reports."""

from typing import Any

from bridge_ref import __version__
from bridge_ref.account.standing import Standing
from bridge_ref.clock import Clock, render_time
from bridge_ref.confirmation import ConfirmationWatcher
from bridge_ref.storage.store import Store, StoreUnavailableError

# A report that is older than this says nothing any more.
_EXPIRES_MS = 600_000


async def reports(clock: Clock, watcher: ConfirmationWatcher, store: Store, standing: Standing) -> list[dict[str, Any]]:
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
    return [
        {
            "source": source,
            "state": "healthy" if is_healthy else "unhealthy",
            "time": render_time(now_ms),
            "expires": render_time(now_ms + _EXPIRES_MS),
        }
        for source, is_healthy in states.items()
    ]


async def health_document(
    clock: Clock, watcher: ConfirmationWatcher, store: Store, standing: Standing
) -> dict[str, Any]:
    """What `/health` answers."""
    major, minor, patch = (int(part) for part in __version__.split(".")[:3])
    return {
        "version": __version__,
        "build": f"{major}{minor:02}{patch:02}1",
        "reports": await reports(clock, watcher, store, standing),
        "retrievedAt": render_time(clock.now_ms()),
    }


async def _is_readable(store: Store) -> bool:
    try:
        await store.get_setting("health", 0)
    except StoreUnavailableError:
        return False
    return True
