"""The health document: version, build and what each component reports."""

from typing import TYPE_CHECKING, Any

from bridge_ref import __version__
from bridge_ref.clock import render_time
from bridge_ref.storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from bridge_ref.service import Service

# A report that is older than this says nothing any more.
_EXPIRES_MS = 600_000


def reports(service: "Service") -> list[dict[str, Any]]:
    """One report per component."""
    now_ms = service.clock.now_ms()
    late_ms = service.watcher.interval_ms + 60_000
    last_ms = service.watcher.last_run_ms
    is_watching = last_ms is not None and now_ms - last_ms <= late_ms + service.watcher.interval_ms
    states = {"SCIMServer": True, "Store": _is_readable(service), "ConfirmationWatcher": is_watching}
    return [
        {
            "source": source,
            "state": "healthy" if is_healthy else "unhealthy",
            "time": render_time(now_ms),
            "expires": render_time(now_ms + _EXPIRES_MS),
        }
        for source, is_healthy in states.items()
    ]


def health_document(service: "Service") -> dict[str, Any]:
    """What `/health` answers."""
    major, minor, patch = (int(part) for part in __version__.split(".")[:3])
    return {
        "version": __version__,
        "build": f"{major}{minor:02}{patch:02}1",
        "reports": reports(service),
        "retrievedAt": render_time(service.clock.now_ms()),
    }


def _is_readable(service: "Service") -> bool:
    try:
        service.store.get_setting("health", 0)
    except StoreUnavailableError:
        return False
    return True
