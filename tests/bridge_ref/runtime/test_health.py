"""The health document: the report of each component, and its duration."""

from __future__ import annotations

from bridge_ref.clock import render_time
from bridge_ref.runtime.health import EXPIRES_MS, ComponentReport
from tests.bridge_ref.monitoring import MONITOR, get, states
from tests.bridge_ref.world import START_MS, World


class Sick:
    """A component that is not well, as another engineer's might be."""

    source = "Workspace"

    async def report(self, now_ms: int) -> ComponentReport:
        return ComponentReport(self.source, False, now_ms, detail="the directory was cut short")


def test_health_tells_each_component_with_its_time_and_end(watched: World) -> None:
    health = get(watched, "/health").body

    assert set(health) == {"version", "build", "reports", "retrievedAt"}
    assert health["build"].isdigit()
    assert states(health["reports"]) == {
        "SCIMServer": "healthy",
        "Store": "healthy",
        "ConfirmationWatcher": "healthy",
        "StartProvisionWatcher": "healthy",
        "Provisioning": "healthy",
    }
    assert health["reports"][0]["time"] == health["retrievedAt"] == render_time(START_MS)
    assert health["reports"][0]["expires"] == render_time(START_MS + EXPIRES_MS)


def test_a_watcher_that_has_stopped_is_seen_when_its_report_expires(watched: World) -> None:
    last_ms = watched.service.watcher.last_run_ms
    assert last_ms is not None
    late_s = (last_ms + 300_000 + EXPIRES_MS - START_MS) / 1000

    watched.clock.advance(late_s - 0.001)
    before = states(get(watched, "/health").body["reports"])["ConfirmationWatcher"]
    watched.clock.advance(0.001)

    assert (before, states(get(watched, "/health").body["reports"])["ConfirmationWatcher"]) == ("healthy", "unhealthy")


def test_a_component_puts_itself_into_the_reports(watched: World) -> None:
    watched.service.reporters.append(Sick())

    health = get(watched, "/health")
    monitoring = get(watched, "/monitoring", MONITOR)

    assert (health.status, monitoring.status) == (200, 503)
    assert states(health.body["reports"])["Workspace"] == "unhealthy"
    assert health.body["reports"][-1]["detail"] == "the directory was cut short"
    assert monitoring.body["status"] == "degraded"


def test_with_provisioning_off_the_watchers_are_not_well(watched: World) -> None:
    watched.control("POST", "provisioning", {"on": False})

    sick = {source for source, state in states(get(watched, "/health").body["reports"]).items() if state != "healthy"}
    assert sick == {"ConfirmationWatcher", "StartProvisionWatcher", "Provisioning"}
