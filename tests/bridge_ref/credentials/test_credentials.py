"""Secrets of a bridge: what each token opens, the session file, and new credentials in the place of old ones."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bridge_ref.cli.main import cli
from bridge_ref.clock import ManualClock, SystemClock
from bridge_ref.credentials.files import CredentialsError, read_secret, write_secret, writing_secret
from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of, new_token
from bridge_ref.credentials.session import SessionFile, make_session, parse_session
from bridge_ref.decisions.queries import FindTokens
from bridge_ref.endpoints.access import Front
from bridge_ref.ids import CountedIds
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import Settings, make_parts
from bridge_ref.storage.sql_commands import AddToken, BuryTokens, RetireTokens
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import BASE_URL, START_MS, USER, Reply, World

GIVEN = (
    TokenGrant(digest_of("reading-token"), "reader", Scope.READ_ONLY, 0),
    TokenGrant(digest_of("monitor-token"), "monitor", Scope.MONITORING, 0),
    TokenGrant(digest_of("expired-token"), "expired", Scope.FULL, 0, START_MS),
)


def bearer(token: str | None) -> tuple[tuple[str, str], ...]:
    given = () if token is None else (("authorization", f"Bearer {token}"),)
    return (*given, ("content-type", "application/scim+json"))


@pytest.fixture
def scoped(tmp_path: Path) -> Iterator[World]:
    """A bridge with a token of each scope."""
    made = World(tmp_path / "data", grants=GIVEN)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data" if request.param == "sqlite" else new_database())
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


def test_rotation_lets_both_in_for_a_while_and_then_the_new_one_alone(anywhere: World) -> None:
    """SEED-28, SEC-08."""
    anywhere.invite("ada@example.com")
    before = anywhere.control("GET", "members").body, anywhere.control("GET", "mail").body

    rotated = anywhere.control("POST", "credentials/rotate", {"overlap_seconds": 60})
    new = rotated.body["token"]
    both = [anywhere.send("GET", "/Users", token=token).status for token in ("right-token", new)]
    anywhere.control("POST", "clock/advance", {"seconds": 60})
    after = [
        anywhere.send_raw("GET", path, "", bearer(token)).status
        for path in ("/scim/v2/Users", "/health", "/metrics")
        for token in ("right-token", new)
    ]

    assert rotated.status == 200
    assert rotated.body["old_until"] == "2026-03-02T12:02:00.000Z"
    assert parse_session(rotated.body["session"].encode()).is_opened_by(new)
    assert both == [200, 200]
    assert after == [401, 200] * 3
    assert (anywhere.control("GET", "members").body, anywhere.control("GET", "mail").body) == before


def test_rotation_without_an_overlap_ends_the_old_token_at_once(world: World) -> None:
    new = world.control("POST", "credentials/rotate").body["token"]

    assert [world.send("GET", "/Users", token=token).status for token in ("right-token", new)] == [401, 200]


def test_a_second_rotation_ends_the_first_new_token_too(world: World) -> None:
    first = world.control("POST", "credentials/rotate").body["token"]
    second = world.control("POST", "credentials/rotate").body["token"]

    statuses = [world.send("GET", "/Users", token=token).status for token in ("right-token", first, second)]

    assert statuses == [401, 401, 200]


def test_a_token_that_has_ended_stays_so_when_the_bridge_starts_again_or_is_reset(tmp_path: Path) -> None:
    """SEC-08."""
    world = World(tmp_path / "data")
    world.control("POST", "clock/advance", {"seconds": 86_400})
    new = world.control("POST", "credentials/rotate").body["token"]
    world.control("POST", "reset")
    reset = [world.send("GET", "/Users", token=token).status for token in ("right-token", new)]
    world.close()
    again = World(tmp_path / "data")

    restarted = [again.send("GET", "/Users", token=token).status for token in ("right-token", new)]

    assert (reset, restarted) == ([401, 200], [401, 200])
    again.close()


def test_another_bridge_on_the_database_notices_a_rotation_with_its_next_tick() -> None:
    url = new_database()
    first, second = World(url), World(url)
    new = first.control("POST", "credentials/rotate").body["token"]

    second.runner.run(second.service.tick())

    assert [second.send("GET", "/Users", token=token).status for token in ("right-token", new)] == [401, 200]
    for world in (first, second):
        world.close()


@pytest.mark.parametrize("overlap", [-1, True, "1h", None, 1e9, [], 10**400])
def test_an_overlap_that_cannot_be_meant_is_refused_and_nothing_rotates(world: World, overlap: object) -> None:
    refused = world.control("POST", "credentials/rotate", {"overlap_seconds": overlap})

    assert refused.status == 400
    assert world.ask(FindTokens()) == []


@pytest.mark.parametrize(("method", "token", "status"), [("GET", "control-token", 405), ("POST", "right-token", 401)])
def test_only_the_control_listener_rotates(world: World, method: str, token: str, status: int) -> None:
    assert world.control(method, "credentials/rotate", token=token).status == status
    assert world.ask(FindTokens()) == []


def test_the_store_has_digests_alone(world: World, tmp_path: Path) -> None:
    """SEC-102."""
    new = world.control("POST", "credentials/rotate").body["token"]
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())

    assert digest_of(new).encode() in stored
    assert new.encode() not in stored
    assert b"right-token" not in stored


def test_commands_on_tokens_do_the_same_in_both_stores(anywhere: World) -> None:
    grants = [TokenGrant(str(number), "t", scope, number, expires) for number, (scope, expires) in enumerate(TIMES)]
    do, run = anywhere.store.do, anywhere.runner.run

    added = [run(do(AddToken(grant))) for grant in (*grants, grants[0])]
    retired = run(do(RetireTokens("full", 500, "1")))
    buried = run(do(BuryTokens(100)))

    assert added == [True] * 5 + [False]
    assert (retired, buried) == (1, 1)
    assert [(each.digest, each.expires_ms) for each in anywhere.ask(FindTokens())] == [
        ("0", 500),
        ("1", None),
        ("2", 0),
        ("3", None),
        ("4", 400),
    ]


TIMES = ((Scope.FULL, None), (Scope.FULL, None), (Scope.FULL, 100), (Scope.READ_ONLY, None), (Scope.FULL, 400))


def test_only_the_token_of_the_pair_opens_a_session() -> None:
    """SEED-28."""
    token, other = new_token(), new_token()
    session = make_session("pair-1", token, 0)
    moved = parse_session(session.render().replace(b"pair-1", b"pair-2"))

    assert parse_session(session.render()) == session
    assert session.is_opened_by(token)
    assert not session.is_opened_by(other)
    assert not session.is_opened_by(token[:-1])
    assert not moved.is_opened_by(token)
    assert token.encode() not in session.render()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"version": 1, "pair": "x", "salt": "?"}', b"null"])
def test_what_is_no_session_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    write_secret(tmp_path / "scimsession", content)

    with pytest.raises(CredentialsError, match="no session file"):
        SessionFile(tmp_path / "scimsession").load()


class SessionWorld:
    """A bridge that is served with a session file, on a store that `bridge-ref setup` has prepared."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"{name}.scimsession"
        self.data = folder / name
        made = run_cli("setup", "--data", str(self.data), "--session", str(self.file))
        self.token = made.splitlines()[-1]

    def ask(self, token: str, session: Path | None = None, late_s: int = 0) -> int:
        """What a bridge on this store, with this or another session file, answers to a token: now, or later."""
        file = SessionFile(session or self.file)
        # The commands go by the machine's clock.
        late_s += (SystemClock().now_ms() - START_MS) // 1000
        settings: dict[str, Any] = {
            "session_file": file.path,
            "opens": file.is_opened_by,
            "signing_key": file.signing_key(),
        }
        world = World(self.data, late_s=late_s, **settings)
        try:
            return world.send("GET", "/Users", token=token).status
        finally:
            world.close()


def run_cli(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, done.exception) == (code, None) or code != 0, done.output
    return done.stdout if code == 0 else done.output


def test_setup_makes_a_pair_of_which_each_half_is_worth_nothing_alone(tmp_path: Path) -> None:
    """SEED-28."""
    first, second = SessionWorld(tmp_path, "first"), SessionWorld(tmp_path, "second")

    assert first.ask(first.token) == 200
    assert first.ask(second.token) == 401
    assert first.ask(first.token, second.file) == 401
    assert stat.S_IMODE(first.file.stat().st_mode) == 0o600
    assert first.token not in first.file.read_text()


def test_setup_is_done_once(tmp_path: Path) -> None:
    bridge = SessionWorld(tmp_path, "bridge")
    before = bridge.file.read_bytes()

    again = run_cli("setup", "--data", str(bridge.data), "--session", str(tmp_path / "other"), code=2)
    over = run_cli("setup", "--data", str(tmp_path / "new"), "--session", str(bridge.file), code=2)

    assert "has been set up already" in again
    assert "File exists" in over
    assert bridge.file.read_bytes() == before
    assert not (tmp_path / "other").exists()
    assert bridge.ask(bridge.token) == 200


def test_rotate_replaces_both_and_the_old_token_ends_after_the_overlap(tmp_path: Path) -> None:
    """SEED-28."""
    bridge = SessionWorld(tmp_path, "bridge")
    old_file = tmp_path / "old.scimsession"
    write_secret(old_file, bridge.file.read_bytes())

    rotated = run_cli("rotate", "--data", str(bridge.data), "--session", str(bridge.file), "--overlap", "1h")
    new = rotated.splitlines()[-1]
    during = [bridge.ask(bridge.token), bridge.ask(new), bridge.ask(new, old_file)]
    after = [bridge.ask(token, late_s=3_660) for token in (bridge.token, new)]

    assert during == [200, 200, 401]
    assert after == [401, 200]
    assert bridge.file.read_bytes() != old_file.read_bytes()


def test_rotate_adds_tokens_of_smaller_scope_and_leaves_the_pair_alone(tmp_path: Path) -> None:
    bridge = SessionWorld(tmp_path, "bridge")

    reading = run_cli("rotate", "--data", str(bridge.data), "--scope", "read-only").splitlines()[-1]

    assert (bridge.ask(reading), bridge.ask(bridge.token)) == (200, 200)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rotate", "--session", "s"], "say which store"),
        (["rotate", "--data", "d"], "--session is needed for a full token"),
        (["rotate", "--data", "d", "--session", "s", "--scope", "read-only"], "goes with no other"),
        (["rotate", "--data", "d", "--session", "s", "--overlap", "soon"], "is no duration"),
        (["rotate", "--data", "d", "--session", "s", "--overlap", "31d"], "30d at most"),
        (["rotate", "--control", "http://x", "--session", "s"], "belong together"),
        (["rotate", "--data", "d", "--session", "no/such/folder/s"], "No such file or directory"),
        (["setup", "--data", "d", "--session", "no/such/folder/s"], "No such file or directory"),
        (["setup", "--session", "s"], "say which store"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)

    output = run_cli(*words, code=2)

    assert said in " ".join(output.split())
    assert not (tmp_path / "s").exists()
    if (tmp_path / "d").exists():
        world = World(tmp_path / "d")
        assert world.ask(FindTokens()) == []
        world.close()


def test_the_token_of_one_tenant_does_not_see_the_users_of_another(tmp_path: Path) -> None:
    """SEC-16."""
    first = World(tmp_path / "first")
    ada = first.invite("ada@example.com")
    second = World(tmp_path / "second")
    settings = Settings(BASE_URL, "", grants=(TokenGrant(digest_of("other-token"), "b", Scope.FULL, 0),))
    other = Service(make_parts(settings), second.store, ManualClock(START_MS), CountedIds())
    second.runner.run(other.start())
    front = Front([first.service, other])

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


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_a_secret_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    path.write_text("right-token")
    path.chmod(mode)

    with pytest.raises(CredentialsError, match="chmod 600"):
        read_secret(path, "--token-file")


def test_a_secret_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "scimsession"
    write_secret(path, b"old")

    with writing_secret(path, b"new"):
        pass
    unfinished = os.listdir(tmp_path)
    before = path.read_bytes()
    write_secret(path, b"new")

    assert (before, path.read_bytes(), unfinished) == (b"old", b"new", ["scimsession"])
