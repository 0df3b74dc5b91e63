"""The endpoints beside SCIM: health, monitoring, ping, and the redirect to the pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge_ref.endpoints.status import PingEndpoint
from tests.bridge_ref.monitoring import MONITOR, get, states
from tests.bridge_ref.world import World


def test_monitoring_says_whom_to_tell(watched: World) -> None:
    """SEED-32."""
    answer = get(watched, "/monitoring", MONITOR)

    assert (answer.status, answer.body["status"], answer.body["notify"]) == (200, "ok", "ops@example.com")


def test_an_address_of_the_account_wins_over_that_of_the_command_line(watched: World) -> None:
    """SEED-32."""
    watched.control("POST", "provisioning", {"notification_address": "account@example.com"})

    assert get(watched, "/monitoring", MONITOR).body["notify"] == "account@example.com"


def test_the_root_leads_to_the_page(watched: World) -> None:
    answer = get(watched, "/", ())

    assert (answer.status, answer.headers["location"], answer.body) == (307, "/app", None)


@pytest.mark.parametrize("path", ["/", "/app", "/app/status", "/app/members", "/ping"])
def test_what_anybody_may_see_tells_nothing(watched: World, path: str) -> None:
    """SEC-103."""
    watched.invite("ada@example.com")
    seen = get(watched, path, ())

    everything = json.dumps([seen.headers, seen.body])
    assert not any(word in everything for word in ("ada", "right-token", "ops@example.com", "0.1.0", "healthy"))


def test_operation_goes_on_without_a_store(watched: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data" / "bridge-ref.sqlite3").rename(tmp_path / "gone")

    answers = {path: get(watched, path).status for path in ("/ping", "/health", "/metrics")}
    monitoring = get(watched, "/monitoring", MONITOR)

    assert answers == {"/ping": 200, "/health": 200, "/metrics": 200}
    assert (monitoring.status, states(monitoring.body["reports"])["Store"]) == (503, "unhealthy")


def test_the_ping_listener_answers_ping_alone(world: World) -> None:
    answers = [
        world.runner.run(PingEndpoint().handle(method, path, "", (), b"")).status
        for method, path in (("GET", "/ping"), ("HEAD", "/ping"), ("POST", "/ping"), ("GET", "/health"), ("GET", "/"))
    ]

    assert answers == [200, 200, 405, 404, 404]
    assert PingEndpoint().refuse_body().status == 413
