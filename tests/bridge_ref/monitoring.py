"""Requests as load balancers, monitors and scrapers make them."""

from __future__ import annotations

from typing import Any

from tests.bridge_ref.world import Reply, World

RIGHT = (("authorization", "Bearer right-token"),)
MONITOR = (("authorization", "Bearer monitor-token"),)


def get(world: World, path: str, headers: Any = RIGHT) -> Reply:
    return world.send_raw("GET", path, "", headers)


def states(reports: list[dict[str, Any]]) -> dict[str, str]:
    return {report["source"]: report["state"] for report in reports}
