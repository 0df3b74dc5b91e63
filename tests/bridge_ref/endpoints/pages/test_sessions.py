"""Signing in to the pages: sessions, and the view of each token."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.endpoints.access import AccessLog
from bridge_ref.endpoints.pages.sessions import LIFETIME_S
from bridge_ref.endpoints.tenants import TenantRouter
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import BridgeSettings, make_parts
from bridge_ref.storage.sqlite import SqliteStore
from tests.bridge_ref.bench import GIVEN, PAGES, member_path
from tests.bridge_ref.pages import Reader, actions, alert, text
from tests.bridge_ref.world import BASE_URL, World, prepared

# --- Coming in and going out.


def test_whoever_types_the_token_gets_a_session_that_no_script_sees(bench: World) -> None:
    reader = Reader(bench)

    assert (reader.signed_in.status, reader.signed_in.headers["location"]) == (303, "/app/status")
    attributes = reader.signed_in.headers["set-cookie"].split("; ")[1:]
    assert attributes == ["Path=/app", "HttpOnly", "SameSite=Strict", "Secure"]
    assert "right-token" not in reader.cookie
    assert digest_of("right-token") not in reader.cookie
    assert reader.get("status").status == 200


def test_without_tls_the_cookie_goes_without_its_demand(bench: World) -> None:
    parts = make_parts(BridgeSettings(base_url="http://127.0.0.1:1/scim/v2", token="right-token"))
    bench.handler = AccessLog(TenantRouter([Service(parts, bench.store, bench.clock)]))

    assert "Secure" not in Reader(bench).signed_in.headers["set-cookie"]


def test_the_first_page_leads_on_whoever_is_in(ada: Reader, bench: World) -> None:
    assert ada.world.send_raw("GET", "/app", "", ()).status == 200
    assert ada.world.send_raw("GET", "/app", "", (("cookie", ada.cookie),)).headers["location"] == "/app/status"


@pytest.mark.parametrize("token", ["wrong-token", "expired-token", "", "ä", "x" * 10_000, "right-token\x00"])
def test_a_wrong_token_opens_nothing(bench: World, token: str) -> None:
    reader = Reader(bench, token)

    assert (reader.signed_in.status, alert(reader.signed_in)) == (401, "This token does not open the pages.")
    assert "set-cookie" not in reader.signed_in.headers
    assert token == "" or token not in reader.signed_in.body
    assert reader.get("members").status == 401


@pytest.mark.parametrize(
    ("form", "status"),
    [(b"", 401), (b"token", 401), (b"\xff\xfe", 400), (b"a=1&" * 2000, 400), (b"token=%FF", 400), (b"x" * 30_000, 413)],
)
def test_a_form_that_is_none_opens_nothing(bench: World, form: bytes, status: int) -> None:
    refused = bench.send_raw("POST", "/app", "", (), form)

    assert (refused.status, "set-cookie" in refused.headers) == (status, False)
    assert alert(refused)


def test_log_out_ends_the_session_and_not_only_the_cookie(ada: Reader, bench: World) -> None:
    kept, other = ada.cookie, Reader(bench)

    left = ada.post("log-out")

    assert (left.status, left.headers["location"]) == (303, "/app?done=log-out")
    assert "Max-Age=0" in left.headers["set-cookie"]
    ada.cookie = kept
    assert ada.get("status").status == 401
    assert other.get("status").status == 200


def test_log_out_is_known_to_a_second_process(ada: Reader, bench: World) -> None:
    second = Service(make_parts(bench.service.parts.settings), bench.store, bench.clock)
    kept = ada.cookie
    bench.handler = AccessLog(TenantRouter([second]))
    assert ada.get("status").status == 200

    bench.handler = AccessLog(TenantRouter([bench.service]))
    ada.post("log-out")
    bench.handler, ada.cookie = AccessLog(TenantRouter([second])), kept

    assert ada.get("status").status == 401


def test_a_session_ends_by_the_clock_of_the_bridge(ada: Reader, bench: World) -> None:
    form_token = ada.form_token()
    bench.clock.advance(LIFETIME_S - 0.001)
    before = ada.get("status").status
    bench.clock.advance(0.001)

    assert (before, ada.get("status").status) == (200, 401)
    assert ada.post_with(form_token, member_path(bench, "ada@example.com", "suspend")).status == 401
    assert bench.state("ada@example.com") == "INVITED"


def test_a_session_ends_with_its_token(bench: World) -> None:
    reader = Reader(bench, "second-token")
    before = reader.get("status").status

    bench.clock.advance(3600)

    assert (before, reader.get("status").status) == (200, 401)


def test_rotation_ends_every_session_though_the_old_token_goes_on(ada: Reader, bench: World) -> None:
    assert bench.control("POST", "credentials/rotate", {"overlap_seconds": 3600}).status == 200

    assert ada.get("status").status == 401
    assert bench.send("GET", "/Users").status == 200


def test_a_restart_ends_the_session(ada: Reader, bench: World) -> None:
    settings = BridgeSettings(base_url=BASE_URL, token="right-token", grants=GIVEN)
    bench.handler = AccessLog(TenantRouter([Service(make_parts(settings), bench.store, bench.clock)]))

    assert ada.get("status").status == 401


def test_a_cookie_with_anything_changed_is_worth_nothing(ada: Reader) -> None:
    name, _, value = ada.cookie.partition("=")
    parts = value.split(".")
    later = [*parts[:1], str(int(parts[1]) + 1), *parts[2:]]
    forged = [".".join(later), ".".join(parts[:3]), "...", "a.1.b.c", value + "x", "ä" + value, "x" * 5000, ""]

    statuses = []
    for each in forged:
        ada.cookie = f"{name}={each}"
        statuses.append(ada.get("status").status)

    assert statuses == [401] * len(forged)


def test_each_tenant_signs_in_to_its_own_account(bench: World, tmp_path: Path) -> None:
    store = SqliteStore.open(prepared(tmp_path / "second"))
    grants = (TokenGrant(digest_of("tenant-token"), "file", Scope.FULL, 0),)
    parts = make_parts(BridgeSettings(base_url=BASE_URL, token="", grants=grants, signing_key="right-token"))
    tenant = Service(parts, store, bench.clock)
    bench.runner.run(tenant.start())
    bench.handler = AccessLog(TenantRouter([bench.service, tenant]))

    first, second = Reader(bench), Reader(bench, "tenant-token")

    assert "ada@example.com" in first.get("members").body
    assert "0 members" in text(second.get("members"))
    bench.send("GET", "/Users")
    assert "/scim/v2/Users" in first.get("requests").body
    assert "/scim/v2/Users" not in second.get("requests").body
    bench.runner.run(store.close())


# --- What scopes see.


@pytest.mark.parametrize("page", PAGES)
def test_a_read_only_token_sees_the_pages_and_no_act(bench: World, page: str) -> None:
    shown = Reader(bench, "reading-token").get(page)

    assert shown.status == 200
    assert actions(shown) <= {"/app/log-out", "/app/members"}


@pytest.mark.parametrize("page", PAGES)
def test_a_monitoring_token_sees_the_status_alone(bench: World, page: str) -> None:
    reader = Reader(bench, "monitor-token")

    shown = reader.get(page)

    assert shown.status == (200 if page == "status" else 403)
    assert "ada@example.com" not in shown.body
