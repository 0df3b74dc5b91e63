"""The access log: one line per request, without personal data or secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bridge_ref.endpoints.access import AccessLog, guess_idp
from bridge_ref.endpoints.tenants import TenantRouter
from bridge_ref.logs import JsonFormatter, TextFormatter
from tests.bridge_ref.monitoring import RIGHT
from tests.bridge_ref.world import World


class Logged:
    """A world whose requests are logged as JSON."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stream = io.StringIO()
        world.handler = AccessLog(TenantRouter([world.service]))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def logged(world: World) -> Iterator[Logged]:
    logger = logging.getLogger("bridge_ref")
    before = logger.level
    logger.setLevel(logging.INFO)
    made = Logged(world)
    handler = logging.StreamHandler(made.stream)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    yield made
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_one_line_without_personal_data_or_secrets(logged: Logged) -> None:
    """SEC-100."""
    headers = (*RIGHT, ("user-agent", "Okta SCIM Client 1.0.0"), ("x-request-id", "abc-1"))
    answer = logged.world.send_raw("GET", "/scim/v2/Users", 'filter=userName eq "ada@example.com"', headers)

    (line,) = logged.lines()
    assert answer.headers["x-request-id"] == "abc-1"
    assert line.pop("duration_ms") >= 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "bridge_ref.requests",
        "message": "request",
        "method": "GET",
        "path": "/scim/v2/Users",
        "status": 200,
        "idp": "okta",
        "request_id": "abc-1",
    }


def test_whatever_is_sent_no_canary_reaches_the_log(logged: Logged) -> None:
    """SEC-100."""
    world = logged.world
    world.invite("canary@example.com", displayName="Canary", password="canary-password")
    world.send("GET", "/Users/canary", token="canary-token")
    world.send("POST", "/Users", b"{canary")
    world.send_raw("GET", "/canary", "token=canary", (("authorization", "Bearer canary"), ("x-canary", "canary")))
    world.send_raw("CANARY\n", "/scim/v2/canary", "", RIGHT)

    assert len(logged.lines()) == 5
    assert "canary" not in logged.stream.getvalue().lower()


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "a\nb", "ä", '"', "<script>"])
def test_a_request_id_that_is_not_sane_is_replaced(logged: Logged, given: str) -> None:
    answers = [logged.world.send_raw("GET", "/ping", "", (("x-request-id", given),)) for _ in range(2)]

    ids = [answer.headers["x-request-id"] for answer in answers]
    assert given not in ids
    assert len(set(ids)) == 2
    assert [line["request_id"] for line in logged.lines()] == ids


def test_a_failure_is_logged_with_its_request(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(logged.world.service.store, "find", fail)
    logged.world.send_raw("GET", "/scim/v2/Users", "", (*RIGHT, ("x-request-id", "abc-2")))

    failure, request = logged.lines()
    assert (failure["message"], failure["request_id"], request["status"]) == ("a request failed", "abc-2", 500)
    assert "RuntimeError: broken" in failure["exception"]


def test_requests_are_not_logged_unless_that_is_asked_for(world: World) -> None:
    answer = world.send_raw("GET", "/ping", "", (("x-request-id", "abc"),))

    assert "x-request-id" not in answer.headers


def test_lines_for_people_have_the_same_fields() -> None:
    record = logging.LogRecord("bridge_ref.requests", logging.INFO, "", 0, "request", (), None)
    record.fields = {"method": "GET", "status": 200, "idp": None}

    assert TextFormatter().format(record) == "INFO bridge_ref.requests: request method=GET status=200"


@pytest.mark.parametrize(
    ("agent", "query", "idp"),
    [
        ("Okta SCIM Client 1.0.0", "", "okta"),
        ("Google-Auto-Provisioning", "", "google"),
        (None, "aadOptscim062020", "entra"),
        ("curl/8", "", None),
        (None, "", None),
    ],
)
def test_the_identity_provider_is_guessed(agent: str | None, query: str, idp: str | None) -> None:
    assert guess_idp(agent, query) == idp
