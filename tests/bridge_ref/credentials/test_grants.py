"""Scopes of tokens: reading, and changing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge_ref.clock import ManualClock
from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.endpoints.access import AccessLog
from bridge_ref.endpoints.tenants import TenantRouter
from bridge_ref.ids import CountedIds
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import BridgeSettings, make_parts
from bridge_ref.storage.sql_commands import AddToken
from tests.bridge_ref.bearer import bearer
from tests.bridge_ref.world import BASE_URL, START_MS, USER, Reply, World

GIVEN = (
    TokenGrant(digest_of("reading-token"), "reader", Scope.READ_ONLY, 0),
    TokenGrant(digest_of("monitor-token"), "monitor", Scope.MONITORING, 0),
    TokenGrant(digest_of("expired-token"), "expired", Scope.FULL, 0, START_MS),
)


@pytest.fixture
def scoped(tmp_path: Path) -> Iterator[World]:
    """A bridge with a token of each scope."""
    made = World(tmp_path / "data", grants=GIVEN)
    yield made
    made.close()


OPEN, REFUSED, UNKNOWN = 200, 403, 401
PAGES = (
    *("status", "members", "members/nobody", "pending", "groups", "mail", "mail/1", "requests", "settings"),
    *("credentials", "clock", "google", "google/preview", "google/groups", "nothing"),
)
# What each path answers to: no token, a wrong one, one that has expired, the monitor's, a read-only one, a full one.
READS = {
    "/": (307, 307, 307, 307, 307, 307),
    "/ping": (OPEN,) * 6,
    "/app": (OPEN,) * 6,
    "/app/style.css": (OPEN,) * 6,
    # A session opens these, and no header does.
    **{f"/app/{page}": (UNKNOWN,) * 6 for page in PAGES},
    "/health": (UNKNOWN, UNKNOWN, UNKNOWN, OPEN, OPEN, OPEN),
    "/monitoring": (UNKNOWN, UNKNOWN, UNKNOWN, OPEN, REFUSED, REFUSED),
    "/metrics": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/nothing": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, 404, 404),
    "/scim": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/scim/v2/Users": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/scim/v2/Users/nobody": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, 404, 404),
    "/scim/Groups": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/scim/v2/ServiceProviderConfig": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/scim/v2/Schemas": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/scim/v2/ResourceTypes": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, OPEN, OPEN),
    "/scim/v2/Nothing": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, 404, 404),
    "/scimmering": (UNKNOWN, UNKNOWN, UNKNOWN, REFUSED, 404, 404),
}
TOKENS = (None, "wrong-token", "expired-token", "monitor-token", "reading-token", "right-token")


@pytest.mark.parametrize("path", READS)
def test_who_may_read_what(scoped: World, path: str) -> None:
    """SEED-30, SEC-11."""
    answers = [scoped.send_raw("GET", path, "", bearer(token)) for token in TOKENS]

    assert tuple(answer.status for answer in answers) == READS[path]
    assert [scoped.send_raw("HEAD", path, "", bearer(token)).status for token in TOKENS] == list(READS[path])


SEARCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1}
ADA = {"schemas": [USER], "userName": "eve@example.com"}
WRITES = [
    ("POST", "/Users", ADA),
    ("PUT", "/Users/{ada}", ADA),
    ("PATCH", "/Users/{ada}", {"schemas": [], "Operations": []}),
    ("DELETE", "/Users/{ada}", None),
    ("DELETE", "/Users/nobody", None),
    ("POST", "/Bulk", {"Operations": [{"method": "POST", "path": "/Users", "data": ADA}]}),
    ("POST", "/Groups", {"displayName": "Eve"}),
    ("POST", "/Users/.searching", SEARCH),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize(
    ("token", "status"),
    [("wrong-token", 401), ("expired-token", 401), ("monitor-token", 403), ("reading-token", 403)],
)
def test_who_may_not_write_changes_nothing(
    scoped: World, method: str, path: str, body: object, token: str, status: int
) -> None:
    """SEC-11, SEC-21."""
    ada = scoped.invite("ada@example.com")
    before = scoped.send("GET", f"/Users/{ada}").body, scoped.events()

    refused = scoped.send(method, path.format(ada=ada), body, token)

    assert refused.status == status
    assert (scoped.send("GET", f"/Users/{ada}").body, scoped.events()) == before


@pytest.mark.parametrize("path", ["/.search", "/Users/.search", "/Groups/.search"])
def test_a_search_is_a_read(scoped: World, path: str) -> None:
    """SEC-11."""
    statuses = [scoped.send("POST", path, SEARCH, token).status for token in ("reading-token", "monitor-token")]

    assert statuses == [200, 403]


@pytest.mark.parametrize("path", ["/", "/ping", "/health", "/metrics", "/monitoring"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_read_alone_takes_no_other_method(scoped: World, method: str, path: str) -> None:
    token = "monitor-token" if path == "/monitoring" else "right-token"

    refused = scoped.send_raw(method, path, "", bearer(token), b"{}")

    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


def test_a_token_in_the_wrong_place_opens_nothing(scoped: World) -> None:
    """SEC-04."""
    asked = [
        scoped.send_raw("GET", "/scim/v2/Users", "access_token=right-token"),
        scoped.send_raw("GET", "/scim/v2/Users", "", (("cookie", "token=right-token"),)),
        scoped.send_raw("GET", "/scim/v2/Users", "", (("authorization", "Token right-token"),)),
        scoped.send_raw("POST", "/scim/v2/Users", "", (), b"token=right-token"),
        scoped.send_raw("GET", "/scim/v2/Users", "", (("authorization", "Bearer " + "x" * 1_000_000),)),
    ]

    assert [each.status for each in asked] == [401] * 5


def test_a_token_ends_by_the_clock_of_the_bridge(world: World) -> None:
    """SEC-08."""
    grant = TokenGrant(digest_of("short-lived"), "x", Scope.FULL, START_MS, START_MS + 60_000)
    world.runner.run(world.store.do(AddToken(grant)))
    world.runner.run(world.service.tick())

    before = world.send("GET", "/Users", token="short-lived").status
    world.control("POST", "clock/advance", {"seconds": 59.999})
    last = world.send("GET", "/Users", token="short-lived").status
    world.control("POST", "clock/advance", {"seconds": 0.001})

    assert (before, last, world.send("GET", "/Users", token="short-lived").status) == (200, 200, 401)


def test_the_token_of_one_tenant_does_not_see_the_users_of_another(tmp_path: Path) -> None:
    """SEC-16."""
    first = World(tmp_path / "first")
    ada = first.invite("ada@example.com")
    second = World(tmp_path / "second")
    settings = BridgeSettings(
        base_url=BASE_URL, token="", grants=(TokenGrant(digest_of("other-token"), "b", Scope.FULL, 0),)
    )
    other = Service(make_parts(settings), second.store, ManualClock(START_MS), CountedIds())
    second.runner.run(other.start())
    front = AccessLog(TenantRouter([first.service, other]))

    def ask(method: str, path: str, token: str) -> Reply:
        # SQLite stores do not mind on which loop they are asked.
        response = first.runner.run(front.handle(method, f"/scim/v2{path}", "", bearer(token), b""))
        return Reply(response.status, dict(response.headers), response.body)

    foreign = [ask(method, f"/Users/{ada}", "other-token") for method in ("GET", "DELETE")]
    unknown = ask("GET", "/Users/unknown-id", "other-token")

    assert [each.status for each in foreign] == [404, 404]
    assert foreign[0].body == unknown.body.replace(b"unknown-id", ada.encode())
    assert b'"totalResults":0' in ask("GET", "/Users", "other-token").body
    assert ask("GET", f"/Users/{ada}", "right-token").status == 200
    assert ask("GET", "/Users", "wrong-token").status == 401
    for world in (first, second):
        world.close()
