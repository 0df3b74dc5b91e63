"""The pages of a bridge, read without a browser: what they show, what their forms do, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.account.policy import with_policy
from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.endpoints.access import Front
from bridge_ref.endpoints.pages import rendering
from bridge_ref.endpoints.pages.sessions import LIFETIME_S
from bridge_ref.endpoints.recent import MOST
from bridge_ref.runtime.pull_protocol import PullError
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import Settings, make_parts
from bridge_ref.storage.sqlite import SqliteStore
from bridge_ref.storage.store import StoreUnavailableError
from tests.bridge_ref.pages import Page, Reader, actions, alert, fields_of, text
from tests.bridge_ref.world import BASE_URL, START_MS, Reply, World, prepared

GIVEN = (
    TokenGrant(digest_of("reading-token"), "file", Scope.READ_ONLY, 0),
    TokenGrant(digest_of("monitor-token"), "file", Scope.MONITORING, 0),
    TokenGrant(digest_of("expired-token"), "file", Scope.FULL, 0, START_MS - 1),
    TokenGrant(digest_of("second-token"), "file", Scope.FULL, 0, START_MS + 3_600_000),
)
PAGES = ("status", "members", "pending", "groups", "mail", "requests", "settings", "credentials", "clock", "google")
HOSTILE = ('<script>alert("x")</script>', "\" onfocus='x", "Ada\u202egnp.exe", "{{ 7 * 7 }}", "a\nb\x07", "</pre><b>")


class Directory:
    """A pull that somebody else has written."""

    def __init__(self) -> None:
        self.groups: tuple[str, ...] = ("staff@example.com",)
        self.confirmed: list[int] = []
        self.asked: list[tuple[str, ...] | None] = []
        self.is_down = False
        self.plan: dict[str, Any] = {
            "outcome": "preview",
            "groups": ["staff@example.com"],
            "would_be_suspended": [{"address": "ada@example.com", "why": "in none of the groups"}],
            "would_leave_groups": ["ada@example.com leaves Design"],
            "held": ["one of one member would be suspended"],
            "missing": [],
            "digest": "4711",
            "would_be_done": ["grace@example.com is invited"],
            "conflicts": [],
            "notes": ["olga@example.com is an owner"],
        }

    async def start(self) -> None: ...

    def stop(self) -> None: ...

    async def next_due_ms(self) -> int | None:
        return None

    async def run_due(self, until_ms: int) -> bool:
        return False

    async def status(self) -> dict[str, Any]:
        return {"source": "Workspace", "state": "unhealthy", "detail": "suspensions wait"}

    async def chosen(self) -> tuple[str, ...]:
        return self.groups

    async def choose(self, groups: tuple[str, ...]) -> None:
        self.groups = groups

    async def offered(self) -> list[dict[str, str]]:
        if self.is_down:
            raise PullError("the directory is not there")
        names = {"staff@example.com": "Staff", "sales@example.com": "Sales"}
        return [{"id": f"g-{email}", "email": email, "name": name} for email, name in names.items()]

    async def preview(self, groups: tuple[str, ...] | None = None) -> dict[str, Any]:
        self.asked.append(groups)
        return {"outcome": "failed", "reason": "page 2 was missing"} if self.is_down else self.plan

    async def confirm(self, digest: int) -> None:
        self.confirmed.append(digest)

    async def hasten(self, wait_ms: int) -> None: ...

    async def notice(self, channel_id: str, token: str, state: str) -> bool:
        return False

    async def forget(self) -> None: ...


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[World]:
    """A bridge as on a test bench, with a directory, a token of each scope, and a few people."""
    made = World(tmp_path / "data", grants=GIVEN, is_lab=True)
    fixtures = {
        "members": [{"email": "olga@example.com", "name": "Olga", "owner": True}],
        "groups": [{"name": "Design", "members": ["olga@example.com"]}],
    }
    assert made.control("POST", "fixtures", fixtures).status == 201
    made.service.pull = Directory()
    made.invite("ada@example.com", displayName="Ada")
    made.invite("grace@example.com", displayName="Grace")
    yield made
    made.close()


@pytest.fixture
def ada(bench: World) -> Reader:
    """An operator who has signed in with the full token."""
    return Reader(bench)


def member_path(world: World, email: str, act: str = "") -> str:
    return f"members/{world.member(email)['id']}" + (f"/{act}" if act else "")


def group_id(world: World, name: str) -> str:
    return next(str(each["id"]) for each in world.control("GET", "groups").body["groups"] if each["name"] == name)


def everything(world: World) -> list[Any]:
    """The whole account but the journal."""
    reads = ("members", "groups", "vaults", "settings", "mail")
    return [world.control("GET", each).body for each in reads]


def refusals(world: World) -> list[str]:
    found = world.control("GET", "journal").body["events"]
    return [each["detail"] for each in found if each["event"] == "refused"]


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
    parts = make_parts(Settings("http://127.0.0.1:1/scim/v2", "right-token"))
    bench.front = Front([Service(parts, bench.store, bench.clock)])

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


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize("path", ["/app", "/app/status", "/app/style.css"])
def test_pages_take_no_other_method(bench: World, method: str, path: str) -> None:
    refused = bench.send_raw(method, path)

    assert refused.status == 405
    assert refused.headers["allow"].startswith("GET, HEAD")


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
    bench.front = Front([second])
    assert ada.get("status").status == 200

    bench.front = Front([bench.service])
    ada.post("log-out")
    bench.front, ada.cookie = Front([second]), kept

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
    settings = Settings(BASE_URL, "right-token", grants=GIVEN)
    bench.front = Front([Service(make_parts(settings), bench.store, bench.clock)])

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
    parts = make_parts(Settings(BASE_URL, "", grants=grants, signing_key="right-token"))
    tenant = Service(parts, store, bench.clock)
    bench.runner.run(tenant.start())
    bench.front = Front([bench.service, tenant])

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


ACTS: list[tuple[str, dict[str, str]]] = [
    ("members/{ada}/suspend", {}),
    ("members/{ada}/delete", {"sure": "yes"}),
    ("groups/{design}/add", {}),
    ("groups/{design}/delete", {"sure": "yes"}),
    ("mail/1/follow", {}),
    ("settings/provisioning", {"on": "no"}),
    ("settings/domains", {"domains": "example.org"}),
    ("settings/notification", {"address": "ops@example.com"}),
    ("credentials/rotate", {"overlap": "1h"}),
    ("clock/advance", {"time": "1h"}),
    ("clock/reset", {"sure": "yes"}),
    ("google/groups", {"group": "sales@example.com", "sure": "yes"}),
    ("google/confirm", {"digest": "4711", "sure": "yes"}),
    ("nothing", {}),
]


def send_act(reader: Reader, world: World, act: tuple[str, dict[str, str]], form_token: str, *headers: Any) -> Reply:
    ada, design = world.member("ada@example.com")["id"], group_id(world, "Design")
    return reader.post_with(form_token, act[0].format(ada=ada, design=design), act[1], *headers)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
@pytest.mark.parametrize("token", ["reading-token", "monitor-token"])
def test_acts_take_a_full_token(bench: World, act: tuple[str, dict[str, str]], token: str) -> None:
    """SEC-11, SEC-21."""
    reader, before = Reader(bench, token), everything(bench)

    refused = send_act(reader, bench, act, reader.form_token())

    assert (refused.status, alert(refused)) == (403, "This token only reads: acts need a full one.")
    assert (everything(bench), bench.service.clock.offset_ms) == (before, 0)


@pytest.mark.parametrize("act", [*ACTS, ("log-out", {})], ids=lambda act: act[0])
def test_a_form_of_somebody_else_does_nothing(ada: Reader, bench: World, act: tuple[str, dict[str, str]]) -> None:
    other, before = Reader(bench).form_token(), everything(bench)

    refused = [send_act(ada, bench, act, each) for each in ("", "wrong", "ä", other)]

    assert [(each.status, alert(each)[:24]) for each in refused] == [(403, "This form is none of you")] * 4
    assert (everything(bench), ada.get("status").status) == (before, 200)


FOREIGN = (
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "https://bridge.example.evil.example"),
    ("origin", "https://bridge.example:8443"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
)


@pytest.mark.parametrize("act", [*ACTS, ("log-out", {})], ids=lambda act: act[0])
def test_a_form_on_another_site_does_nothing(ada: Reader, bench: World, act: tuple[str, dict[str, str]]) -> None:
    form_token, before = ada.form_token(), everything(bench)

    refused = [send_act(ada, bench, act, form_token, header) for header in FOREIGN]

    assert {(each.status, alert(each)) for each in refused} == {(403, "This form was sent by a page of another site.")}
    assert (everything(bench), ada.get("status").status) == (before, 200)


def test_nobody_signs_in_from_another_site(bench: World) -> None:
    headers = (("origin", "https://evil.example"), ("host", "bridge.example"))

    assert bench.send_raw("POST", "/app", "", headers, b"token=right-token").status == 403


@pytest.mark.parametrize("origin", ["https://bridge.example", "http://bridge.example"])
def test_a_form_of_ours_is_known_by_its_host(ada: Reader, bench: World, origin: str) -> None:
    done = ada.post(
        member_path(bench, "ada@example.com", "suspend"), {}, ("origin", origin), ("sec-fetch-site", "same-origin")
    )

    assert done.status == 303


def test_whoever_has_not_signed_in_does_nothing(bench: World) -> None:
    reader, before = Reader(bench, None), everything(bench)

    statuses = {send_act(reader, bench, act, "").status for act in ACTS}

    assert (statuses, everything(bench)) == ({401}, before)


# --- What the pages show, and what their forms do.


def test_the_status_tells_each_component(ada: Reader) -> None:
    shown = ada.get("status")

    assert "Something is not well." in text(shown)
    assert "Workspace unhealthy suspensions wait" in text(shown)
    assert "ConfirmationWatcher healthy" in text(shown)


def test_members_are_told_with_their_states_and_why(ada: Reader, bench: World) -> None:
    bench.act("ada@example.com", "sign-up")
    shown = text(ada.get("members"))

    assert "3 members, page 1 of 1" in shown
    assert "ada@example.com Ada Waits for confirmation signed up, 2026-03-02 12:01:00 UTC yes" in shown
    assert "grace@example.com Grace Invited was invited, 2026-03-02 12:01:00 UTC yes" in shown
    assert "olga@example.com Olga owner Active there before the bridge no" in shown


def test_members_are_searched_by_address_and_read_by_fifties(ada: Reader, bench: World) -> None:
    for number in range(52):
        bench.invite(f"member{number}@example.com")

    first, second = ada.get("members", q="MEMBER"), ada.get("members", q="MEMBER", page="2")
    beyond, odd = ada.get("members", q="MEMBER", page="9"), ada.get("members", page="-1")

    assert "52 members with MEMBER in the address, page 1 of 2" in text(first)
    assert first.body.count('<a href="/app/members/') == 50
    assert '/app/members?q=MEMBER&amp;page=2"' in first.body
    assert second.body.count('<a href="/app/members/') == 2
    assert "page 2 of 2" in text(beyond)
    assert "page 1 of 2" in text(odd)
    assert "0 members with % in the address" in text(ada.get("members", q="%"))


def test_a_member_has_a_history_and_groups(ada: Reader, bench: World) -> None:
    shown = text(ada.get(member_path(bench, "olga@example.com")))
    history = text(ada.get(member_path(bench, "ada@example.com")))

    assert "Groups Design" in shown
    assert "2026-03-02 12:01:00 UTC was invited Invited" in history


def test_who_is_not_there_has_no_page(ada: Reader) -> None:
    assert [
        (each.status, alert(each)) for each in (ada.get("members/nobody"), ada.get("mail/99"), ada.get("mail/x"))
    ] == [
        (404, "There is no such member."),
        (404, "There is no such mail."),
        (404, "There is no such mail."),
    ]


def test_acts_on_a_member_are_done_and_told(ada: Reader, bench: World) -> None:
    path = member_path(bench, "ada@example.com")
    states = []
    bench.act("ada@example.com", "sign-up")
    for act in ("confirm", "recover", "confirm", "suspend", "reactivate"):
        done = ada.post(f"{path}/{act}")
        assert (done.status, done.headers["location"]) == (303, f"/app/{path}?done={act}")
        states.append(bench.state("ada@example.com"))

    assert states == ["ACTIVE", "RECOVERING", "ACTIVE", "SUSPENDED", "ACTIVE"]
    assert bench.mail_to("ada@example.com") == ["invitation", "start"]
    assert "The member has been suspended." in text(ada.get(path, done="suspend"))
    assert 'role="status"' not in ada.get(path, done="<script>").body


def test_a_member_is_deleted_by_whoever_is_sure(ada: Reader, bench: World) -> None:
    path = member_path(bench, "ada@example.com", "delete")

    hasty = ada.post(path)
    assert (hasty.status, alert(hasty)) == (400, "Tick the box to say that you are sure.")
    assert bench.member("ada@example.com") is not None

    assert ada.post(path, {"sure": "yes"}).headers["location"] == "/app/members?done=delete"
    assert bench.member("ada@example.com") is None
    assert ada.post(path, {"sure": "yes"}).status == 404


def test_what_cannot_be_done_is_explained_and_refused_all_the_same(ada: Reader, bench: World) -> None:
    path = member_path(bench, "ada@example.com")

    shown = ada.get(path)
    refused = ada.post(f"{path}/confirm")

    assert f"/app/{path}/confirm" not in actions(shown)
    assert f"/app/{path}/suspend" in actions(shown)
    assert "Not now: The member is INVITED; only PENDING allows this." in text(shown)
    assert "Not now: There is nothing to change." in text(shown)
    assert (refused.status, alert(refused)) == (409, "The member is INVITED; only PENDING allows this.")
    assert refusals(bench) == ["confirmation of a member who is INVITED"]


@pytest.mark.parametrize("act", ["suspend", "delete"])
def test_the_last_owner_stays(ada: Reader, bench: World, act: str) -> None:
    """SEED-04."""
    path, before = member_path(bench, "olga@example.com"), everything(bench)

    shown, refused = ada.get(path), ada.post(f"{path}/{act}", {"sure": "yes"})

    reason = "This is the last owner of the account, who cannot be suspended or deleted."
    assert text(shown).count(f"Not now: {reason}") == 2
    assert (refused.status, alert(refused)) == (403, reason)
    assert (everything(bench), refusals(bench)) == (before, ["the last owner keeps access"])


def test_acts_that_the_policy_leaves_to_the_provider_are_explained(tmp_path: Path) -> None:
    world = World(tmp_path / "data", policy=with_policy(["account_acts=refuse"]))
    world.invite("ada@example.com")
    reader, path = Reader(world), member_path(world, "ada@example.com")

    assert "Not now: Switch provisioning off first." in text(reader.get(path))
    assert reader.post(f"{path}/suspend").status == 409
    assert world.state("ada@example.com") == "INVITED"
    world.close()


def test_pending_confirmations_tell_what_remains(ada: Reader, bench: World) -> None:
    bench.act("ada@example.com", "sign-up")

    assert "The next run of the confirmation watcher is in 4 min, at 2026-03-02 12:05:00 UTC." in text(
        ada.get("pending")
    )
    bench.clock.advance(150)
    assert "ada@example.com Ada 2026-03-02 12:01:00 UTC 1 min 30 s Confirm" in text(ada.get("pending"))
    bench.control("POST", "provisioning", {"on": False})
    assert "nobody is confirmed until it is on again" in text(ada.get("pending"))


def test_nobody_pending_is_told_too(ada: Reader) -> None:
    assert "Nobody waits for confirmation." in text(ada.get("pending"))


def test_groups_are_put_on_the_list_and_taken_off(ada: Reader, bench: World) -> None:
    design = group_id(bench, "Design")

    added = ada.post(f"groups/{design}/add")
    managed = bench.control("GET", "settings").body["managed_groups"]
    removed = ada.post(f"groups/{design}/remove")

    assert (added.headers["location"], removed.headers["location"]) == (
        "/app/groups?done=add",
        "/app/groups?done=remove",
    )
    assert (managed, bench.control("GET", "settings").body["managed_groups"]) == ([design], [])
    assert ada.post(f"groups/{design}/delete", {"sure": "yes"}).status == 303
    assert "Design" not in ada.get("groups").body


@pytest.mark.parametrize("act", ["add", "delete"])
def test_provision_managers_are_left_alone(ada: Reader, bench: World, act: str) -> None:
    """SEED-34."""
    managers, before = group_id(bench, "Provision Managers"), everything(bench)

    shown, refused = ada.get("groups"), ada.post(f"groups/{managers}/{act}", {"sure": "yes"})

    assert not any(managers in each for each in actions(shown))
    assert (refused.status, alert(refused)) == (409, "Provision Managers is a group of the account itself.")
    assert everything(bench) == before
    assert refusals(bench) == [f"{'managing' if act == 'add' else 'deletion'} of Provision Managers"]


def seq_of(world: World, email: str) -> int:
    """The newest mail to somebody."""
    return int(world.control("GET", "mail", query=f"to={email}").body["messages"][-1]["seq"])


def test_the_mailbox_shows_mails_and_no_secret(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")
    secret = bench.control("GET", "mail").body["messages"][0]["links"][0].rpartition("/")[2]

    box, mail = ada.get("mail"), ada.get(f"mail/{number}")

    assert "You are invited to join to ada@example.com ada@example.com 2026-03-02 12:01:00 UTC waiting" in text(box)
    assert "Hello Ada, you are invited to join" in text(mail)
    assert "https://account.invalid/join/…" in text(mail)
    assert secret not in box.body + mail.body


def test_the_mailbox_goes_back_by_fifties(ada: Reader, bench: World) -> None:
    for number in range(50):
        bench.invite(f"member{number}@example.com")

    newest = ada.get("mail")
    older = ada.get("mail", before=Page(newest.body).tags[-1][1]["href"].rpartition("=")[2])  # type: ignore[union-attr]

    assert newest.body.count('href="/app/mail/') == 50
    assert older.body.count('href="/app/mail/') == 2
    assert "Newest mails" in text(older)
    assert "Older mails" not in text(older)


def test_an_invitee_signs_up_once(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")

    done = ada.post(f"mail/{number}/follow")
    shown = ada.get(f"mail/{number}", done="sign-up")
    again = ada.post(f"mail/{number}/follow")

    assert (done.status, done.headers["location"]) == (303, f"/app/mail/{number}?done=sign-up")
    assert bench.state("ada@example.com") == "PENDING"
    assert "The invitee has signed up" in text(shown)
    assert "It leads nowhere: This invitation link is dead." in text(shown)
    assert (again.status, alert(again)) == (409, "This invitation link is dead.")
    assert refusals(bench) == ["sign-up by a dead link"]


def test_an_expired_invitation_is_refused(ada: Reader, bench: World) -> None:
    bench.clock.advance(5 * 86_400)
    ada.sign_in("right-token")

    refused = ada.post(f"mail/{seq_of(bench, 'ada@example.com')}/follow")

    assert (refused.status, alert(refused)) == (409, "This invitation link has expired.")
    assert (bench.state("ada@example.com"), refusals(bench)) == ("INVITED", ["sign-up by an expired link"])


def test_a_new_address_is_accepted_by_its_mail(ada: Reader, bench: World) -> None:
    bench.act("ada@example.com", "sign-up")
    user = bench.member("ada@example.com")["scim_id"]
    bench.patch(f"/Users/{user}", {"op": "replace", "path": "userName", "value": "countess@example.com"})
    number = seq_of(bench, "countess@example.com")

    assert "Accept this address" in text(ada.get(f"mail/{number}"))
    assert ada.post(f"mail/{number}/follow").headers["location"] == f"/app/mail/{number}?done=accept-address"
    assert bench.member("countess@example.com")["new_email"] is None
    assert alert(ada.post(f"mail/{number}/follow")) == "This link is dead."


def test_a_mail_to_nobody_any_more_leads_nowhere(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")
    bench.act("ada@example.com", "delete")

    refused = ada.post(f"mail/{number}/follow")

    assert refused.status == 409
    assert alert(refused).startswith("Nobody on the account has the address")
    assert len(refusals(bench)) == 1


def test_a_link_that_went_to_an_address_before_it_was_somebody_elses_is_dead(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")
    user = bench.member("ada@example.com")["scim_id"]
    bench.patch(f"/Users/{user}", {"op": "replace", "path": "userName", "value": "countess@example.com"})
    bench.invite("ada@example.com", displayName="Another Ada")
    before = everything(bench)

    refused = ada.post(f"mail/{number}/follow")

    assert (refused.status, alert(refused)) == (409, "This invitation link is dead.")
    assert (everything(bench), refusals(bench)) == (before, ["sign-up by a dead link"])


def test_a_mail_without_a_link_cannot_be_followed(ada: Reader, bench: World) -> None:
    for act in ("sign-up", "confirm"):
        bench.act("ada@example.com", act)
    number = seq_of(bench, "ada@example.com")

    assert "in place of the person" not in text(ada.get(f"mail/{number}"))
    assert alert(ada.post(f"mail/{number}/follow")) == "There is no link in this mail."


def test_requests_are_told_without_anything_personal(ada: Reader, bench: World) -> None:
    headers = (("authorization", "Bearer right-token"), ("user-agent", "Okta SCIM Client 1.0.0"))
    bench.send_raw("GET", "/scim/v2/Users", 'filter=userName eq "lovelace@example.com"', headers)
    bench.send_raw("GET", "/scim/v2/Users/lovelace", "aadOptscim062020", headers[:1])
    bench.send_raw("GET", "/lovelace", "", ())
    bench.send_raw("<b>", "/scim/v2/Users", "", headers[:1])

    shown = ada.get("requests")

    assert "lovelace" not in shown.body
    assert "GET /scim/v2/Users 200" in text(shown)
    assert "ms okta –" in text(shown)
    assert "GET /scim/v2/Users/{id} 404" in text(shown)
    assert "ms entra –" in text(shown)
    assert "GET other 401" in text(shown)
    assert "other /scim/v2/Users" in text(shown)
    assert "/app" not in text(shown)


def test_only_the_last_requests_are_kept(ada: Reader, bench: World) -> None:
    for _ in range(MOST + 5):
        bench.send_raw("GET", "/ping")

    assert ada.get("requests").body.count("<code>/ping</code>") == MOST


def test_settings_are_switched(ada: Reader, bench: World) -> None:
    for name, fields in (
        ("provisioning", {"on": "no"}),
        ("domains", {"domains": "Example.com, example.org\r\nexample.net"}),
        ("notification", {"address": "ops@example.com"}),
    ):
        assert ada.post(f"settings/{name}", fields).headers["location"] == f"/app/settings?done={name}"

    kept = bench.control("GET", "settings").body
    assert (kept["provisioning"], kept["notification_address"]) == (False, "ops@example.com")
    assert kept["allowed_domains"] == ["example.com", "example.net", "example.org"]
    assert "Provisioning is switched off" in text(ada.get("settings"))
    assert bench.send("GET", "/Users").status == 503
    ada.post("settings/provisioning", {"on": "yes"})
    ada.post("settings/domains", {"domains": ""})
    ada.post("settings/notification", {"address": ""})
    kept = bench.control("GET", "settings").body
    assert (kept["provisioning"], kept["notification_address"], kept["allowed_domains"]) == (True, None, [])


def test_a_domain_that_is_not_allowed_is_turned_away_after_it_was_set_here(ada: Reader, bench: World) -> None:
    ada.post("settings/domains", {"domains": "example.com"})

    refused = bench.send("POST", "/Users", {"userName": "eve@evil.example"})

    assert refused.status in (400, 403)
    assert bench.member("eve@evil.example") is None


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("settings/provisioning", {"on": "maybe"}, 400),
        ("settings/provisioning", {}, 400),
        ("settings/domains", {"domains": "not a@domain"}, 400),
        ("settings/notification", {"address": "nobody"}, 400),
        ("settings/nothing", {}, 404),
        ("credentials/rotate", {"overlap": "soon"}, 400),
        ("credentials/rotate", {"overlap": "31d"}, 400),
        ("clock/advance", {"time": "-5m"}, 400),
        ("clock/advance", {"time": "٥m"}, 400),
        ("clock/advance", {"time": "367d"}, 400),
        ("clock/reset", {}, 400),
        ("clock/nothing", {}, 404),
        ("google/confirm", {"digest": "x", "sure": "yes"}, 400),
        ("google/confirm", {"digest": "4711"}, 400),
        ("google/nothing", {}, 404),
        ("google/groups", {"sure": "yes"}, 400),
        ("google/groups", {"group": "staff@example.com"}, 400),
        ("groups/nothing/add", {}, 404),
        ("members/nobody/confirm", {}, 404),
        ("members/nobody/explode", {}, 404),
        ("mail/99/follow", {}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(
    ada: Reader, bench: World, path: str, fields: dict[str, str], status: int
) -> None:
    before = everything(bench)

    refused = ada.post(path, fields)

    assert refused.status == status
    assert alert(refused)
    assert (everything(bench), bench.service.clock.offset_ms) == (before, 0)


def test_credentials_tell_what_opens_and_nothing_of_the_tokens(ada: Reader) -> None:
    shown = ada.get("credentials")

    assert "full given by a file when it is rotated" in text(shown)
    assert "full given by a file has ended" in text(shown)
    assert "monitoring given by a file when it is rotated" in text(shown)
    assert not any(grant.digest in shown.body for grant in GIVEN)


def test_rotation_shows_the_new_token_once(ada: Reader, bench: World) -> None:
    """SEED-28."""
    issued = ada.post("credentials/rotate", {"overlap": "1h"})
    token = Page(issued.body).text.split("now.")[1].split()[0]

    assert issued.status == 200
    assert issued.headers["cache-control"] == "no-store"
    assert "The old token goes on for 1 h." in text(issued)
    assert ada.get("status").status == 401
    assert [bench.send("GET", "/Users", token=each).status for each in (token, "right-token")] == [200, 200]
    assert token not in Reader(bench, token).get("credentials").body
    bench.clock.advance(3600)
    assert [bench.send("GET", "/Users", token=each).status for each in (token, "right-token")] == [200, 401]


def test_a_session_file_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path / "data", session_file=tmp_path / "gone" / "scimsession")
    reader = Reader(world)

    refused = reader.post("credentials/rotate", {"overlap": "0s"})

    assert (refused.status, alert(refused)) == (409, "The session file could not be written.")
    assert str(tmp_path) not in refused.body
    assert (world.send("GET", "/Users").status, reader.get("status").status) == (200, 200)
    world.close()


def test_the_clock_goes_on_and_the_session_with_it(ada: Reader, bench: World) -> None:
    bench.act("ada@example.com", "sign-up")

    done = ada.post("clock/advance", {"time": "2d"})

    assert done.headers["location"] == "/app/clock?done=advance"
    assert bench.state("ada@example.com") == "ACTIVE"
    assert "It is 2026-03-04 12:01:00 UTC for this bridge, 2 d ahead of the machine." in text(ada.get("clock"))


def test_reset_empties_the_account(ada: Reader, bench: World) -> None:
    ada.post("clock/advance", {"time": "1h"})

    done = ada.post("clock/reset", {"sure": "yes"})

    assert done.headers["location"] == "/app/clock?done=reset"
    assert ("0 members" in text(ada.get("members")), bench.service.clock.offset_ms) == (True, 0)


def test_without_a_test_bench_there_is_no_clock_and_without_a_pull_no_google(world: World) -> None:
    reader = Reader(world)

    shown = [reader.get(page).status for page in ("clock", "google", "google/preview", "google/groups")]
    acts = [("clock/advance", {"time": "1h"}), ("clock/reset", {"sure": "yes"}), ("google/groups", {})]

    assert shown == [404] * 4
    assert [reader.post(*act).status for act in acts] == [404] * 3
    assert not any(each in reader.get("status").body for each in ("/app/clock", "/app/google"))
    assert world.service.clock.offset_ms == 0


def test_a_preview_tells_who_would_be_suspended_first(ada: Reader) -> None:
    """SEED-21."""
    shown = text(ada.get("google/preview"))

    assert "Address Why ada@example.com in none of the groups Waits for confirmation" in shown
    assert shown.index("Would be suspended") < shown.index("Would leave groups") < shown.index("Would be done")
    assert "Could not be read" not in shown


def test_losses_are_confirmed_by_their_digest(ada: Reader, bench: World) -> None:
    (digest,) = fields_of(ada.get("google/preview").body)["digest"]

    done = ada.post("google/confirm", {"digest": digest, "sure": "yes"})

    assert done.headers["location"] == "/app/google?done=losses"
    assert bench.service.pull.confirmed == [4711]  # type: ignore[union-attr]


def test_groups_of_the_directory_are_chosen(ada: Reader, bench: World) -> None:
    assert "Staff staff@example.com" in text(ada.get("google/groups"))

    both = ["sales@example.com", "staff@example.com"]
    shown = ada.get("google/preview?group=sales%40example.com&group=staff%40example.com")
    assert "These groups are not chosen yet sales@example.com, staff@example.com" in text(shown)
    assert actions(shown) == {"/app/log-out", "/app/google/groups"}
    assert fields_of(shown.body)["group"] == both
    assert "not chosen yet" not in text(ada.get("google/preview?group=staff%40example.com"))
    assert bench.service.pull.asked == [tuple(both), ("staff@example.com",)]  # type: ignore[union-attr]

    done = ada.post("google/groups", {"group": both, "sure": "yes"})

    assert done.headers["location"] == "/app/google?done=groups"
    assert bench.service.pull.groups == ("sales@example.com", "staff@example.com")  # type: ignore[union-attr]
    assert "sales@example.com" in ada.get("google").body


def test_a_directory_that_cannot_be_read_is_told(ada: Reader, bench: World) -> None:
    bench.service.pull.is_down = True  # type: ignore[union-attr]

    assert alert(ada.get("google/preview")) == "There is no preview: page 2 was missing"
    refused = ada.get("google/groups")
    assert (refused.status, alert(refused)) == (409, "the directory is not there")


# --- What the pages are made of.


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_nothing_and_loads_nothing_of_others(ada: Reader, page: str) -> None:
    shown = ada.get(page)
    tags = Page(shown.body).tags

    policy = shown.headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    assert (shown.headers["cache-control"], shown.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert {tag for tag, _ in tags} & {"script", "style", "img", "iframe", "object", "base"} == set()
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on") or name == "style"]
    addresses = {str(attrs[name]) for _, attrs in tags for name in ("href", "src", "action") if name in attrs}
    assert all(each == "#content" or each.startswith("/app") for each in addresses)


def test_the_stylesheet_is_for_everybody(bench: World) -> None:
    sheet = bench.send_raw("GET", "/app/style.css")

    assert (sheet.status, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "prefers-color-scheme: dark" in sheet.body
    assert not any(each in sheet.body for each in ("url(", "@import", "http"))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text_whatever_they_are(ada: Reader, bench: World, name: str) -> None:
    bench.invite("eve@example.com", displayName=name)
    eve = bench.member("eve@example.com")
    bench.form(name, eve["scim_id"])
    bench.act("eve@example.com", "sign-up")
    number = seq_of(bench, "eve@example.com")
    shown = [ada.get(page).body for page in ("members", "pending", "groups", "mail", f"mail/{number}")]
    shown += [ada.get(f"members/{eve['id']}").body, ada.get("members", q=name).body]

    for body in shown:
        assert "<script" not in body
        assert "<b>" not in body
        assert "49" not in Page(body).text.split()
        assert not any(each in body for each in "\u202e\x07")
        assert not [attrs for _, attrs in Page(body).tags if "onfocus" in attrs]


def test_what_is_missing_in_a_template_is_an_error_and_not_a_gap() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        rendering.render_page("login", 200)


@pytest.mark.parametrize(
    ("duration_ms", "shown"),
    [(0, "0 s"), (-5, "0 s"), (1, "1 s"), (90_000, "1 min 30 s"), (3_600_000, "1 h"), (90_061_000, "1 d 1 h")],
)
def test_durations_are_read_in_two_units(duration_ms: int, shown: str) -> None:
    assert rendering.render_duration(duration_ms) == shown


def test_a_page_without_a_store_says_so(ada: Reader, bench: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> Any:
        raise StoreUnavailableError("gone")

    monkeypatch.setattr(bench.store, "find", fail)
    shown = ada.get("members")

    assert (shown.status, alert(shown)) == (503, "The bridge cannot look anything up just now.")
    assert bench.send_raw("GET", "/app").status == 200


def test_a_page_that_fails_tells_nothing_of_the_failure(
    ada: Reader, bench: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> Any:
        raise RuntimeError("broken by ada@example.com")

    monkeypatch.setattr(bench.store, "find", fail)
    shown = ada.get("members")

    assert (shown.status, alert(shown)) == (500, "The bridge has failed; its log says why.")
    assert "broken" not in shown.body


def test_no_secret_stands_on_any_page(ada: Reader, bench: World) -> None:
    """SEC-100."""
    number = seq_of(bench, "ada@example.com")
    links = [link for each in bench.control("GET", "mail").body["messages"] for link in each["links"]]
    secrets = ["right-token", "control-token", *(link.rpartition("/")[2] for link in links)]

    for page in (*PAGES, f"mail/{number}", member_path(bench, "ada@example.com")):
        body = ada.get(page).body
        assert not [each for each in secrets if each in body], page
