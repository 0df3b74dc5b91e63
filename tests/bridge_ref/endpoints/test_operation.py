"""What a bridge tells those who run it: health, figures, pages, logs; and what it makes of its environment."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bridge_ref.cli.environment import is_on, log_settings, ping_port, warn_of_unknown
from bridge_ref.clock import render_time
from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.endpoints.access import Front, guess_idp
from bridge_ref.endpoints.metrics import template_of
from bridge_ref.endpoints.status import Ping
from bridge_ref.http.tls import TlsError, check_tls
from bridge_ref.logs import JsonFormatter, TextFormatter
from bridge_ref.runtime.health import EXPIRES_MS, Report
from tests.bridge_ref.world import START_MS, Reply, World

RIGHT = (("authorization", "Bearer right-token"),)
MONITOR = (("authorization", "Bearer monitor-token"),)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[World]:
    """A bridge that a health monitor may ask."""
    grant = TokenGrant(digest_of("monitor-token"), "monitor", Scope.MONITORING, 0)
    made = World(tmp_path / "data", grants=(grant,), notify="ops@example.com")
    yield made
    made.close()


def get(world: World, path: str, headers: Any = RIGHT) -> Reply:
    return world.send_raw("GET", path, "", headers)


def states(reports: list[dict[str, Any]]) -> dict[str, str]:
    return {report["source"]: report["state"] for report in reports}


class Sick:
    """A component that is not well, as another engineer's might be."""

    source = "Workspace"

    async def report(self, now_ms: int) -> Report:
        return Report(self.source, False, now_ms, detail="the directory was cut short")


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


def test_monitoring_says_whom_to_tell(watched: World) -> None:
    """SEED-32."""
    answer = get(watched, "/monitoring", MONITOR)

    assert (answer.status, answer.body["status"], answer.body["notify"]) == (200, "ok", "ops@example.com")


def test_an_address_of_the_account_wins_over_that_of_the_command_line(watched: World) -> None:
    """SEED-32."""
    watched.control("POST", "provisioning", {"notification_address": "account@example.com"})

    assert get(watched, "/monitoring", MONITOR).body["notify"] == "account@example.com"


def test_with_provisioning_off_the_watchers_are_not_well(watched: World) -> None:
    watched.control("POST", "provisioning", {"on": False})

    sick = {source for source, state in states(get(watched, "/health").body["reports"]).items() if state != "healthy"}
    assert sick == {"ConfirmationWatcher", "StartProvisionWatcher", "Provisioning"}


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


def test_metrics_count_what_is_asked_and_how_it_ends(watched: World) -> None:
    ada = watched.invite("ada@example.com")
    for each in (ada, ada, "nobody"):
        watched.send("GET", f"/Users/{each}")
    watched.send_raw("BREW", "/scim/v2/Users", "", RIGHT)
    text = get(watched, "/metrics").body

    name = "bridge_request_duration_seconds_count"
    assert f'{name}{{method="POST",path="/scim/v2/Users",status="201"}} 1.0' in text
    assert f'{name}{{method="GET",path="/scim/v2/Users/{{id}}",status="200"}} 2.0' in text
    assert f'{name}{{method="GET",path="/scim/v2/Users/{{id}}",status="404"}} 1.0' in text
    assert f'{name}{{method="other",path="/scim/v2/Users",status="405"}} 1.0' in text
    assert 'le="+Inf",method="POST",path="/scim/v2/Users",status="201"} 1.0' in text
    assert 'bridge_component_healthy{component="Store"} 1.0' in text
    assert 'bridge_mail_to_send{delivery="waiting"} 1.0' in text
    assert not any(secret in text for secret in (ada, "ada@", "right-token"))


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/scim/v2/Users", "/scim/v2/Users"),
        ("/scim/Users/", "/scim/v2/Users"),
        ("/scim/v2/Users/ada@example.com", "/scim/v2/Users/{id}"),
        ("/scim/v2/Users/.search", "/scim/v2/Users/.search"),
        ("/scim/v2/.search", "/scim/v2/.search"),
        ("/scim/v2/ada@example.com", "other"),
        ("/scim/v2", "/scim/v2"),
        ("/scim", "/scim/v2"),
        ("/scimmering", "other"),
        ("/scim/v2/", "/scim/v2"),
        ("/scim/", "/scim/v2"),
        ("/scim/v2/Users/a/b/c/d/e", "/scim/v2/Users/{id}"),
        ("/health", "/health"),
        ("/app", "/app"),
        ("/app/members/ada@example.com", "/app/{page}"),
        ("/application", "other"),
        ("/ada@example.com", "other"),
        ("", "other"),
    ],
)
def test_a_template_holds_nothing_of_a_client(path: str, template: str) -> None:
    """SEC-103."""
    assert template_of(path) == template


class Logged:
    """A world whose requests are logged as JSON."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stream = io.StringIO()
        world.front = Front([world.service])

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


@pytest.mark.parametrize(
    ("level", "form", "environment", "settings"),
    [
        (None, None, {}, ("warning", "text")),
        (None, None, {"OP_DEBUG": "1"}, ("debug", "text")),
        (None, None, {"OP_TRACE": "true"}, ("debug", "text")),
        (None, None, {"OP_JSON_LOGS": "1"}, ("info", "json")),
        (None, None, {"OP_PRETTY_LOGS": "1"}, ("info", "text")),
        (None, None, {"OP_PRETTY_LOGS": "1", "OP_JSON_LOGS": "1"}, ("info", "json")),
        ("error", "text", {"OP_DEBUG": "1", "OP_JSON_LOGS": "1"}, ("error", "text")),
        (None, None, {"OP_DEBUG": "0", "OP_JSON_LOGS": "no"}, ("warning", "text")),
    ],
)
def test_logs_are_as_the_options_say_or_else_as_the_environment(
    level: Any, form: Any, environment: dict[str, str], settings: tuple[str, str]
) -> None:
    assert log_settings(level, form, environment) == settings


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(click.UsageError, match="OP_DEBUG has to be one of"):
        is_on("OP_DEBUG", {"OP_DEBUG": "maybe"})


def test_the_ping_server_is_switched_on_by_its_variable() -> None:
    assert [ping_port(None, {}), ping_port(None, {"OP_PING_SERVER": "1"}), ping_port(9, {"OP_PING_SERVER": "1"})] == [
        None,
        8080,
        9,
    ]


def test_variables_that_do_nothing_are_named_once_without_their_values(caplog: pytest.LogCaptureFixture) -> None:
    environment = {"OP_REDIS_URL": "redis://:secret@x", "OP_SESION": "typo", "OP_PORT": "1", "HOME": "/"}
    with caplog.at_level(logging.WARNING, "bridge_ref"):
        warn_of_unknown(environment)
        warn_of_unknown({"OP_PORT": "1"})

    assert [record.getMessage() for record in caplog.records] == ["this bridge does not use OP_REDIS_URL, OP_SESION"]


def test_the_ping_listener_answers_ping_alone(world: World) -> None:
    answers = [
        world.runner.run(Ping().handle(method, path, "", (), b"")).status
        for method, path in (("GET", "/ping"), ("HEAD", "/ping"), ("POST", "/ping"), ("GET", "/health"), ("GET", "/"))
    ]

    assert answers == [200, 200, 405, 404, 404]
    assert Ping().refuse_body().status == 413


def write_pair(folder: Path, name: str = "a", start_days: int = -1, end_days: int = 1) -> tuple[Path, Path]:
    """A certificate for loopback that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=start_days))
        .not_valid_after(now + timedelta(days=end_days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


def test_a_pair_that_fits_is_served_with(tmp_path: Path) -> None:
    check_tls(*write_pair(tmp_path))


@pytest.mark.parametrize(
    ("days", "words"), [((-2, -1), "has expired on"), ((1, 2), "is not valid before")], ids=["past", "future"]
)
def test_a_certificate_out_of_its_time_is_refused(tmp_path: Path, days: tuple[int, int], words: str) -> None:
    with pytest.raises(TlsError, match=words):
        check_tls(*write_pair(tmp_path, "a", *days))


def test_tls_files_that_do_not_fit_or_cannot_be_read_are_refused(tmp_path: Path) -> None:
    cert, key = write_pair(tmp_path)
    _, other = write_pair(tmp_path, "b")
    readable = tmp_path / "readable.key"
    readable.write_bytes(key.read_bytes())
    readable.chmod(0o644)
    words = []
    for pair in (
        (cert, other),
        (cert, tmp_path / "no"),
        (tmp_path / "no", key),
        (key, key),
        (cert, cert),
        (cert, readable),
    ):
        if pair == (cert, cert):
            cert.chmod(0o600)
        with pytest.raises(TlsError) as refused:
            check_tls(*pair)
        words.append(str(refused.value).replace(str(tmp_path), ""))

    assert [each.partition(": ")[2] or each for each in words] == [
        "--tls-key /b.key is not the key of --tls-cert /a.crt",
        "No such file or directory",
        "No such file or directory",
        "this is no certificate in PEM form",
        "this is no private key without a password",
        "others than its owner can get at it; try: chmod 600 /readable.key",
    ]
