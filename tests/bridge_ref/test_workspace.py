"""A pull from end to end: the engine against the fake Directory API over loopback."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.storage.store import StoreUnavailableError
from bridge_ref.workspace import engine
from bridge_ref.workspace.engine import Workspace
from bridge_ref.workspace.notices import WithNotices
from bridge_ref.workspace.plan import Step
from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory_api.tokens import SCOPES, ServiceAccount
from harness.schema.validate import validate
from harness.target.probe import ACT_SCHEMAS
from tests.bridge_ref.google import GoogleWorld, account
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import World


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    """A bridge that pulls the company of four."""
    made = GoogleWorld(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GoogleWorld]:
    """The same on each kind of store."""
    made = GoogleWorld(tmp_path / "data" if request.param == "sqlite" else new_database())
    yield made
    made.close()


def changed(google: GoogleWorld, **settings: Any) -> GoogleWorld:
    """The same world with other settings."""
    google.workspace = google.pull(google.world, **settings)
    return google


def test_the_first_sync_brings_people_and_groups(anywhere: GoogleWorld) -> None:
    google = anywhere
    google.sync()

    ada, grace, alan = (google.address(each) for each in ("Ada", "Grace", "Alan"))
    assert google.states() == dict.fromkeys((ada, grace, alan), "INVITED")
    assert google.groups() == {"Design t": {ada, grace}, "Sales t": {grace, alan}}
    assert google.world.mail_to(ada) == ["invitation"]
    assert google.health()["state"] == "healthy"


def test_a_second_sync_changes_nothing(anywhere: GoogleWorld) -> None:
    """GOOGLE-13."""
    anywhere.sync()
    events = anywhere.world.events()

    anywhere.sync()

    assert anywhere.world.events() == events
    assert anywhere.workspace.report is not None
    assert anywhere.workspace.report.done == 0


def test_members_who_are_in_no_chosen_group_are_suspended(google: GoogleWorld) -> None:
    """SEED-22, GOOGLE-15."""
    google.put("old@marigold.example", google.address("Edsger"), google.address("Ada"))
    google.put("guest@marigold.example", type="GUEST")
    google.put("service@marigold.example", type="SERVICE_ACCOUNT")

    google.sync()

    assert google.suspended() == {"old@marigold.example", google.address("Edsger")}
    assert google.states()["guest@marigold.example"] == "ACTIVE"
    assert google.states()["service@marigold.example"] == "ACTIVE"
    assert google.states()[google.address("Ada")] == "ACTIVE"
    assert google.world.mail_to(google.address("Ada")) == []


def test_the_preview_tells_who_would_be_suspended_and_changes_nothing(google: GoogleWorld) -> None:
    """SEED-21."""
    google.put("old@marigold.example", google.address("Edsger"))
    before = google.states()

    shown = google.preview()

    assert next(iter(shown)) == "outcome"
    assert shown["would_be_suspended"] == [
        {"address": "old@marigold.example", "why": "not in the directory"},
        {"address": google.address("Edsger"), "why": "in no chosen group"},
    ]
    assert google.states() == before


def test_exempt_addresses_are_left_alone(google: GoogleWorld) -> None:
    changed(google, exempt=("Owner@marigold.example",))
    google.put("owner@marigold.example")

    google.sync()

    assert google.suspended() == set()


@pytest.mark.parametrize("act", ["disable", "archive", "delete"])
def test_whoever_has_no_access_in_google_is_suspended(google: GoogleWorld, act: str) -> None:
    """GOOGLE-14, GOOGLE-23."""
    google.sync()
    google.world.act(google.address("Ada"), "sign-up")

    getattr(google.directory, act)(google.person("Ada"))
    google.sync()

    assert google.states()[google.address("Ada")] == "PENDING_SUSPENDED"
    assert google.suspended() == {google.address("Ada")}


def test_archived_people_can_be_kept(google: GoogleWorld) -> None:
    """GOOGLE-23."""
    changed(google, archived="keep")
    google.sync()

    google.directory.archive(google.person("Ada"))
    google.sync()

    assert google.suspended() == set()


def test_whoever_comes_back_is_the_same_member(google: GoogleWorld) -> None:
    """GOOGLE-14."""
    google.sync()
    before = google.world.member(google.address("Ada"))
    google.directory.disable(google.person("Ada"))
    google.sync()

    google.directory.enable(google.person("Ada"))
    google.sync()

    after = google.world.member(google.address("Ada"))
    assert (after["id"], after["scim_id"], after["state"]) == (before["id"], before["scim_id"], "INVITED")
    assert google.world.mail_to(google.address("Ada")) == ["invitation"]


def test_the_last_group_counts(google: GoogleWorld) -> None:
    """GOOGLE-22."""
    google.sync()
    design, sales = google.directory.groups.values()
    grace = google.person("Grace")

    google.directory.leave(grace, design)
    google.sync()
    assert google.suspended() == set()

    google.directory.leave(grace, sales)
    google.sync()
    assert google.suspended() == {grace.address}
    assert google.groups()["Sales t"] == {google.address("Alan")}


def test_a_move_between_groups_suspends_nobody_on_the_way(google: GoogleWorld) -> None:
    """SEED-46."""
    google.sync()
    google.directory.move(google.person("Ada"), *google.directory.groups.values())

    google.sync()

    assert "suspended" not in google.world.events()
    assert google.address("Ada") in google.groups()["Sales t"]
    assert google.address("Ada") not in google.groups()["Design t"]


def test_a_new_address_is_no_new_person(google: GoogleWorld) -> None:
    """GOOGLE-12."""
    google.sync()
    before = google.world.member(google.address("Ada"))

    google.directory.change_address(google.person("Ada"), "lovelace@marigold.example")
    google.sync()

    assert google.world.member("lovelace@marigold.example")["id"] == before["id"]
    assert len(google.states()) == 3


def test_a_new_address_of_an_active_member_is_asked_for_once(google: GoogleWorld) -> None:
    """GOOGLE-12."""
    google.sync()
    ada = google.person("Ada")
    google.world.act(ada.address, "sign-up")
    google.world.act(ada.address, "confirm")
    google.directory.change_address(ada, "lovelace@marigold.example")

    google.sync()
    google.sync()

    assert google.world.mail_to("lovelace@marigold.example") == ["address_change"]
    assert google.states()[ada.address] == "ACTIVE"
    assert google.workspace.report is not None
    assert (google.workspace.report.done, google.health()["state"]) == (0, "healthy")


def test_addresses_that_move_on_are_given_one_after_the_other(google: GoogleWorld) -> None:
    google.sync()
    ada, alan = google.person("Ada"), google.person("Alan")
    ids = {name: google.world.member(google.address(name))["id"] for name in ("Ada", "Alan")}

    google.directory.change_address(alan, "alan.turing@marigold.example")
    google.directory.change_address(ada, alan.address)
    google.sync()

    assert google.world.member(alan.address)["id"] == ids["Ada"]
    assert google.world.member("alan.turing@marigold.example")["id"] == ids["Alan"]
    assert google.health()["state"] == "healthy"


def test_a_new_name_reaches_the_account(google: GoogleWorld) -> None:
    google.sync()

    google.directory.rename(google.person("Ada"), "Augusta", "King")
    google.sync()

    assert google.world.member(google.address("Augusta"))["name"] == "Augusta King"


def test_somebody_new_at_the_address_of_somebody_gone_gets_no_access(google: GoogleWorld) -> None:
    """GOOGLE-12."""
    google.sync()
    ada = google.person("Ada")
    google.directory.delete(ada)
    newcomer = google.directory.hire("Barbara", google.directory.groups["tg1"])
    google.directory.change_address(newcomer, ada.address)

    google.sync()

    assert google.states()[ada.address] == "INVITED_SUSPENDED"
    assert "somebody else" in google.health()["detail"]


def test_a_guest_in_a_chosen_group_stays_a_guest(google: GoogleWorld) -> None:
    """SEED-06."""
    google.put(google.address("Ada"), type="GUEST")

    google.sync()

    assert google.world.member(google.address("Ada"))["type"] == "GUEST"
    assert google.groups()["Design t"] == {google.address("Grace")}
    assert google.health()["state"] == "healthy"


def test_nested_groups_are_not_opened(google: GoogleWorld) -> None:
    """GOOGLE-11, SEED-47."""
    inner = google.directory.form_group("Inner")
    google.directory.join(google.person("Edsger"), inner)
    google.directory.nest(inner, google.directory.groups["tg1"])

    google.sync()

    assert google.address("Edsger") not in google.states()
    assert google.health()["state"] == "healthy"


def test_groups_are_found_by_name_and_never_doubled(google: GoogleWorld) -> None:
    """GOOGLE-16."""
    created = google.world.form("design T")

    google.sync()
    google.sync()

    names = [each["name"] for each in google.world.control("GET", "groups").body["groups"]]
    assert sorted(names) == ["Design t", "Provision Managers", "Sales t"]
    assert google.world.send("GET", f"/Groups/{created}").body["displayName"] == "Design t"


def test_a_group_that_people_have_made_is_taken_over_by_name(google: GoogleWorld) -> None:
    """GOOGLE-16."""
    before = google.address("Ada")
    google.put(before)
    made = {"groups": [{"name": "design t", "members": [before]}]}
    assert google.world.control("POST", "fixtures", made).status == 201

    google.sync()

    assert google.groups()["Design t"] == {before, google.address("Grace")}
    assert len(google.world.control("GET", "groups").body["groups"]) == 3
    assert google.health()["state"] == "healthy"


def test_owners_are_exempt(google: GoogleWorld) -> None:
    """SEED-22, GOOGLE-15."""
    google.put("owner@marigold.example", owner=True)
    google.put("old@marigold.example")

    google.sync()

    assert google.suspended() == {"old@marigold.example"}


def test_nothing_is_done_while_provisioning_is_off(google: GoogleWorld) -> None:
    google.put("old@marigold.example")
    assert google.world.control("POST", "provisioning", {"on": False}).status == 200

    google.sync()

    assert google.states() == {"old@marigold.example": "ACTIVE"}
    assert google.health()["detail"] == "provisioning is switched off on the account"
    google.world.control("POST", "provisioning", {"on": True})
    google.sync()
    assert google.suspended() == {"old@marigold.example"}


def test_a_group_of_the_account_itself_is_left_alone(google: GoogleWorld) -> None:
    google.directory.rename_group(google.directory.groups["tg1"], "Provision Managers")

    google.sync()

    assert set(google.groups()) == {"Sales t"}
    assert "account itself" in google.health()["detail"]


def test_a_renamed_group_is_the_same_group(google: GoogleWorld) -> None:
    google.sync()
    before = {each["name"]: each["id"] for each in google.world.control("GET", "groups").body["groups"]}

    google.directory.rename_group(google.directory.groups["tg1"], "Drawing")
    google.sync()

    after = {each["name"]: each["id"] for each in google.world.control("GET", "groups").body["groups"]}
    assert after["Drawing"] == before["Design t"]


FAULTS = [
    ("members.list", {"group": "Design t", "status": 500}),
    ("members.list", {"group": "Design t", "status": 403}),
    ("members.list", {"group": "Design t", "status": 404}),
    ("members.list", {"group": "Design t", "kind": "empty"}),
    ("members.list", {"group": "Design t", "kind": "cut"}),
    ("members.list", {"group": "Design t", "kind": "truncated"}),
    ("members.list", {"group": "Design t", "kind": "html"}),
    ("members.list", {"group": "Design t", "kind": "dropped"}),
    ("groups.get", {"group": "Design t", "status": 404}),
    ("groups.get", {"group": "Design t", "status": 403, "reason": "quotaExceeded"}),
    ("users.list", {"status": 503}),
    ("users.list", {"status": 401}),
    ("users.list", {"status": 403}),
    ("users.list", {"kind": "empty"}),
    ("users.list", {"kind": "cut"}),
    ("users.list", {"kind": "truncated"}),
    ("token", {"status": 503}),
    ("token", {"status": 400, "reason": "unauthorized_client"}),
]


@pytest.mark.parametrize(("operation", "fault"), FAULTS, ids=lambda each: str(each))
def test_a_read_that_failed_or_was_cut_short_suspends_nobody(
    google: GoogleWorld, operation: str, fault: dict[str, Any]
) -> None:
    """GOOGLE-09, GOOGLE-10, GOOGLE-20."""
    google.put("old@marigold.example")
    google.sync()
    before = google.states()
    google.directory.disable(google.person("Alan"))
    google.put("older@marigold.example")
    fault = {"kind": "status", **fault}
    met = google.api.fail(operation, **fault)
    if operation == "token":
        google.workspace.google._credentials.token = None

    google.sync()

    assert met.happened > 0
    assert google.states() == {**before, "older@marigold.example": "ACTIVE"}
    health = google.health()
    assert health["state"] == "unhealthy"
    assert health["detail"]
    google.api.mend()
    google.sync()
    assert google.suspended() == {"old@marigold.example", "older@marigold.example", google.address("Alan")}
    assert google.health()["state"] == "healthy"


def test_pages_are_read_to_their_end(tmp_path: Path) -> None:
    """GOOGLE-08."""
    directory = Directory(1, "marigold.example", "t")
    everyone = directory.form_group("Everyone")
    people = directory.hire_many(450, everyone)
    google = GoogleWorld(tmp_path / "data", directory)

    google.sync()

    assert google.groups()["Everyone t"] == {person.address for person in people}
    assert google.api.count("members.list") == 3
    google.close()


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        *((kind, page) for kind in ("cut", "empty", "truncated", "status") for page in (1, 2, 3)),
        *(("lost_token", page) for page in (1, 2)),
    ],
)
def test_each_page_of_a_large_group_can_break(tmp_path: Path, kind: str, page: int) -> None:
    """GOOGLE-08, GOOGLE-09."""
    directory = Directory(1, "marigold.example", "t")
    everyone = directory.form_group("Everyone")
    directory.hire_many(450, everyone)
    google = GoogleWorld(tmp_path / "data", directory)
    google.put(*(person.address for person in directory.people.values()))
    google.api.fail("members.list", kind, page=page, status=500)

    google.sync()

    assert google.suspended() == set()
    assert google.health()["state"] == "unhealthy"
    google.close()


def test_what_is_known_goes_on_while_a_group_cannot_be_read(google: GoogleWorld) -> None:
    google.sync()
    google.api.fail("members.list", group="Design t", status=403)
    barbara = google.directory.hire("Barbara", google.directory.groups["tg2"])
    google.directory.leave(google.person("Alan"), google.directory.groups["tg2"])

    google.sync()

    assert google.states()[barbara.address] == "INVITED"
    assert google.groups()["Sales t"] >= {google.address("Alan"), barbara.address}
    assert google.suspended() == set()


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ({"status": 429, "retry_after_s": 7}, [7.0, 7.0]),
        ({"status": 503}, [1.0, 2.0]),
        ({"status": 403, "reason": "userRateLimitExceeded"}, [1.0, 2.0]),
        ({"status": 500, "retry_after_s": 100_000}, [60.0, 60.0]),
    ],
)
def test_too_fast_or_down_is_tried_again_later(google: GoogleWorld, fault: dict[str, Any], waits: list[float]) -> None:
    """GOOGLE-20."""
    google.api.fail("users.list", times=2, **fault)

    google.sync()

    assert google.waits == waits
    assert google.health()["state"] == "healthy"


def test_tries_are_bounded(google: GoogleWorld) -> None:
    """GOOGLE-20."""
    google.api.fail("users.list", status=429)

    google.sync()

    assert google.api.count("users.list") == 5
    assert google.states() == {}


def test_what_is_forbidden_is_not_tried_again(google: GoogleWorld) -> None:
    google.api.fail("users.list", status=403)

    google.sync()

    assert (google.api.count("users.list"), google.waits) == (1, [])


def test_an_expired_token_is_renewed(google: GoogleWorld) -> None:
    """GOOGLE-21."""
    google.sync()
    google.api.tokens.expire_all()

    google.sync()

    assert google.health()["state"] == "healthy"
    assert google.api.count("token") == 2


def test_a_revoked_delegation_shows_and_changes_nothing(google: GoogleWorld) -> None:
    """GOOGLE-21."""
    google.sync()
    before = google.states()
    google.api.tokens.scopes = SCOPES[1:]
    google.api.tokens.expire_all()

    google.sync()

    assert google.states() == before
    assert "unauthorized_client" in google.health()["detail"]


def test_a_foreign_key_is_refused(tmp_path: Path) -> None:
    foreign = GoogleWorld(tmp_path / "data")
    key = ServiceAccount.make().key_file(foreign.api.token_uri)
    foreign.workspace = foreign.pull(foreign.world, key)
    foreign.sync()

    assert "Invalid JWT Signature" in foreign.health()["detail"]
    assert foreign.states() == {}
    foreign.close()


@pytest.mark.parametrize("off_s", [-7200, 7200])
def test_a_clock_that_is_wrong_is_told(google: GoogleWorld, off_s: int) -> None:
    google.api.tokens.clock = ManualClock(time.time() + off_s)

    google.sync()

    assert "short-lived token" in google.health()["detail"]


def test_a_wrong_administrator_is_told(google: GoogleWorld) -> None:
    changed(google, actor="nobody@marigold.example")

    google.sync()

    assert "Invalid email or User ID" in google.health()["detail"]


def test_no_secret_is_told(google: GoogleWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    google.api.fail("users.list", status=403)
    google.sync()
    told = caplog.text + json.dumps(google.health())

    assert str(google.workspace.google._credentials.token) not in told
    assert "PRIVATE KEY" not in told
    assert google.workspace.google.channel_token("x") not in told


def test_without_a_choice_nobody_is_suspended(google: GoogleWorld) -> None:
    changed(google, groups=())
    google.put("old@marigold.example")

    google.sync()

    assert google.suspended() == set()
    assert google.health()["detail"] == "no group is chosen"
    assert google.preview()["outcome"] == "unchosen"


def test_a_choice_made_while_the_bridge_runs_is_kept(tmp_path: Path) -> None:
    """GOOGLE-16."""
    google = GoogleWorld(tmp_path / "data", groups=None)
    address = google.api.group_address("tg1")
    assert google.world.control("POST", "workspace/groups", {"groups": [address]}).status == 200
    google.world.close()

    google.world = World(tmp_path / "data")
    google.workspace = google.pull(google.world, groups=None)
    google.sync()

    assert google.world.control("GET", "workspace").body["groups"] == [address]
    assert set(google.groups()) == {"Design t"}
    google.close()


def test_a_bridge_that_has_lost_its_settings_says_so(tmp_path: Path) -> None:
    google = GoogleWorld(tmp_path / "data")
    google.sync()
    google.world.close()
    google.world = World(tmp_path / "data")

    health = google.health()

    assert (health["state"], health["detail"]) == ("unhealthy", "started without its settings and key")
    google.close()


def test_a_pull_can_be_forgotten(tmp_path: Path) -> None:
    google = GoogleWorld(tmp_path / "data")
    assert google.world.control("POST", "workspace/forget").status == 200
    google.world.close()
    google.world = World(tmp_path / "data")

    sources = [each["source"] for each in google.world.control("GET", "health").body["reports"]]

    assert "Workspace" not in sources
    assert google.world.control("GET", "workspace").status == 404
    google.close()


def test_many_suspensions_wait_for_somebody_who_confirms_them(google: GoogleWorld) -> None:
    changed(google, max_suspensions=1)
    google.put("one@marigold.example", "two@marigold.example")

    google.sync()
    assert google.suspended() == set()
    assert "2 members would be suspended" in google.health()["detail"]
    assert set(google.groups()) == {"Design t", "Sales t"}

    digest = google.world.control("GET", "workspace/preview").body["digest"]
    google.put("three@marigold.example")
    assert google.world.control("POST", "workspace/confirm", {"digest": digest}).status == 200
    google.sync()
    assert google.suspended() == set(), "others than those who were confirmed"

    digest = google.world.control("GET", "workspace/preview").body["digest"]
    google.world.control("POST", "workspace/confirm", {"digest": digest})
    google.sync()
    assert len(google.suspended()) == 3
    assert google.health()["state"] == "healthy"


def test_a_share_of_suspensions_waits_too(google: GoogleWorld) -> None:
    changed(google, max_suspensions_percent=50)
    google.put("one@marigold.example", "two@marigold.example", google.address("Ada"))

    google.sync()
    google.sync()

    assert google.suspended() == set(), "not even now that more people are there"
    assert "members would be suspended" in google.health()["detail"]


def test_a_group_that_is_suddenly_empty_waits(google: GoogleWorld) -> None:
    google.sync()
    google.directory.members["tg1"].clear()

    google.sync()

    assert google.suspended() == set()
    assert "is empty, and 2 people are in it here" in google.health()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "workspace/groups", {"groups": ["a@marigold.example"]}, 409),
        ("POST", "workspace/groups", {"groups": "a"}, 400),
        ("POST", "workspace/confirm", {"digest": "x"}, 400),
        ("POST", "workspace/dance", {}, 404),
        ("GET", "workspace/sync", None, 404),
    ],
)
def test_acts_that_cannot_be_done(google: GoogleWorld, method: str, path: str, body: Any, status: int) -> None:
    assert google.world.control(method, path, body).status == status


def test_groups_are_offered(google: GoogleWorld) -> None:
    offered = google.world.control("GET", "workspace/groups").body["groups"]
    google.api.fail("groups.list", status=403)

    refused = google.world.control("GET", "workspace/groups")

    assert [each["name"] for each in offered] == ["Design t", "Sales t"]
    assert (refused.status, "403 forbidden" in refused.body["error"]) == (409, True)


def test_a_sync_that_is_asked_for_is_due_at_once(google: GoogleWorld) -> None:
    google.sync()
    google.directory.disable(google.person("Ada"))

    google.world.control("POST", "workspace/sync")
    google.world.runner.run(google.world.service.tick_pull())

    assert google.suspended() == {google.address("Ada")}


def test_syncs_come_at_the_interval(google: GoogleWorld) -> None:
    """GOOGLE-17."""
    google.sync()
    google.directory.disable(google.person("Ada"))
    google.api.publish()

    google.world.clock.advance(3599)
    google.world.runner.run(google.world.service.tick_pull())
    assert google.suspended() == set()
    google.world.clock.advance(1)
    google.world.runner.run(google.world.service.tick_pull())
    assert google.suspended() == {google.address("Ada")}


def test_advancing_the_clock_does_each_sync_at_its_time(google: GoogleWorld) -> None:
    google.sync()
    synced = google.world.control("GET", "health").body["reports"][0]["time"]
    google.directory.disable(google.person("Ada"))
    google.world.act(google.address("Grace"), "sign-up")

    google.world.control("POST", "clock/advance", {"seconds": 30 * 86_400})

    events = google.world.control("GET", "journal").body["events"]
    at = {each["event"]: each["at"] for each in events}
    assert synced.startswith("2026-03-02T12:01")
    assert at["confirmed"].startswith("2026-03-02T12:05:00")
    assert at["suspended"].startswith("2026-03-02T13:01:00")
    assert google.health()["state"] == "healthy"
    assert google.api.count("users.list") < 6


def test_whoever_a_sync_lets_back_in_is_confirmed_in_the_same_advance(google: GoogleWorld) -> None:
    google.sync()
    ada = google.person("Ada")
    google.world.act(ada.address, "sign-up")
    google.directory.disable(ada)
    google.sync()
    google.directory.enable(ada)

    google.world.control("POST", "clock/advance", {"seconds": 4 * 3600})

    assert google.states()[ada.address] == "ACTIVE"


def test_a_directory_that_stays_away_is_asked_again_sooner(google: GoogleWorld) -> None:
    google.api.fail("users.list", status=403)
    google.sync()
    google.api.mend()

    google.world.clock.advance(300)
    google.world.runner.run(google.world.service.tick_pull())

    assert google.health()["state"] == "healthy"


def test_a_pull_that_has_stopped_is_not_well(google: GoogleWorld) -> None:
    google.sync()
    google.world.clock.advance(3 * 3600)

    assert "nothing has been read to its end since" in google.health()["detail"]


def notify(google: GoogleWorld, channel_id: str, token: str, state: str = "update", method: str = "POST") -> int:
    headers = (
        ("x-goog-channel-id", channel_id),
        ("x-goog-channel-token", token),
        ("x-goog-resource-state", state),
    )
    handler = WithNotices(google.world.front, google.world.service)
    asked = handler.handle(method, "/google/notices", "", headers, b'{"primaryEmail": "evil@marigold.example"}')
    return google.world.runner.run(asked).status


def test_a_notice_hastens_the_next_sync(google: GoogleWorld) -> None:
    """GOOGLE-18."""
    google.sync()
    google.directory.disable(google.person("Ada"))
    token = google.workspace.google.channel_token("c1")

    statuses = [notify(google, "c1", token) for _ in range(3)]
    google.world.clock.advance(11)
    google.world.runner.run(google.world.service.tick_pull())

    assert statuses == [200, 200, 200]
    assert google.suspended() == {google.address("Ada")}
    assert google.api.count("users.list") == 2
    assert "evil@marigold.example" not in google.states()


def test_the_first_notice_of_a_channel_only_says_that_it_works(google: GoogleWorld) -> None:
    """GOOGLE-19."""
    google.sync()

    status = notify(google, "c1", google.workspace.google.channel_token("c1"), "sync")
    google.world.clock.advance(11)
    google.world.runner.run(google.world.service.tick_pull())

    assert (status, google.api.count("users.list")) == (200, 1)


@pytest.mark.parametrize("token", ["", "guess", "\u00e9"])
def test_a_notice_with_a_wrong_token_is_refused(google: GoogleWorld, token: str) -> None:
    """GOOGLE-18."""
    google.sync()

    status = notify(google, "c1", token)
    google.world.clock.advance(11)
    google.world.runner.run(google.world.service.tick_pull())

    assert (status, google.api.count("users.list")) == (403, 1)


def test_the_token_of_one_channel_opens_no_other(google: GoogleWorld) -> None:
    assert notify(google, "c2", google.workspace.google.channel_token("c1")) == 403
    assert notify(google, "c1", google.workspace.google.channel_token("c1"), method="GET") == 405


def test_beside_notices_everything_is_as_before(google: GoogleWorld) -> None:
    handler = WithNotices(google.world.front, google.world.service)

    assert google.world.runner.run(handler.handle("GET", "/ping", "", (), b"")).status == 200
    assert handler.refuse_body().status == 413


def test_notices_are_heard_from_when_a_pull_is_attached(google: GoogleWorld) -> None:
    """GOOGLE-18: a test bench attaches one while the bridge runs; before, it is an address like any other."""
    token = google.workspace.google.channel_token("c1")
    google.world.service.pull = None
    before = notify(google, "c1", token)
    google.world.service.pull = google.workspace

    assert (before, notify(google, "c1", token)) == (401, 200)


def test_channels_are_opened_and_renewed_before_they_end(google: GoogleWorld) -> None:
    changed(google, bridge_address="http://127.0.0.1:9")
    google.sync()
    opened = len(google.api.api.channels.open)

    google.world.clock.advance(21_600 - 300)
    google.world.runner.run(google.world.service.tick_pull())

    assert opened == 5
    assert len(google.api.api.channels.open) == 10
    assert google.health()["state"] == "healthy"


def test_channels_that_cannot_be_opened_are_told_and_the_pull_goes_on(google: GoogleWorld) -> None:
    changed(google, bridge_address="http://127.0.0.1:9")
    google.api.fail("users.watch", status=403)

    google.sync()

    assert len(google.states()) == 3
    assert "Google sends no notices" in google.health()["detail"]


class CutError(Exception):
    """The bridge is killed here."""


def test_a_bridge_that_is_killed_between_any_two_steps_ends_the_same(
    google: GoogleWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    google.put("old@marigold.example", google.address("Edsger"))
    taken: list[Step] = []
    carry_out = Workspace.carry_out

    async def one_then_die(self: Workspace, step: Step, at_ms: int) -> bool:
        done = await carry_out(self, step, at_ms)
        taken.append(step)
        raise CutError if done else AssertionError(f"{step} did nothing")

    monkeypatch.setattr(Workspace, "carry_out", one_then_die)
    for _ in range(40):
        try:
            google.sync()
        except CutError:
            google.world.clock.advance(1000)
            continue
        break

    kinds = [type(step).__name__ for step in taken]
    assert sorted(set(kinds)) == ["CreateGroup", "CreateUser", "JoinGroup", "Suspend"]
    assert google.suspended() == {"old@marigold.example", google.address("Edsger")}
    ada, grace, alan = (google.address(each) for each in ("Ada", "Grace", "Alan"))
    assert google.groups() == {"Design t": {ada, grace}, "Sales t": {grace, alan}}
    assert google.world.mail_to(ada) == ["invitation"]


def test_one_bridge_at_a_time(tmp_path: Path) -> None:
    database = new_database()
    google = GoogleWorld(database)
    other_world = World(database)
    other = google.pull(other_world)
    google.world.runner.run(google.workspace._take_lease(google.world.clock.now_ms()))

    other_world.runner.run(other_world.service.tick_pull())
    assert other.report is None
    assert google.states() == {}

    other_world.clock.advance(301)
    other_world.runner.run(other_world.service.tick_pull())
    assert other.report is not None
    assert len(google.states()) == 3
    with pytest.raises(engine.LeaseLostError):
        google.world.runner.run(google.workspace._renew_lease(google.world.clock.now_ms() + 1))
    other_world.close()
    google.close()


def test_what_one_bridge_has_read_the_other_knows(tmp_path: Path) -> None:
    database = new_database()
    google = GoogleWorld(database)
    other_world = World(database)
    other = google.pull(other_world)
    google.sync()
    google.api.fail("users.list", status=403)
    google.sync()

    status = other_world.runner.run(other.status())
    other_world.runner.run(other_world.service.tick_pull())

    assert status["detail"] == "the directory could not be read; the log of the bridge says why"
    assert other.report is None
    other_world.close()
    google.close()


def test_scim_can_be_closed_for_writing(tmp_path: Path) -> None:
    world = World(tmp_path / "data", is_scim_read_only=True)

    created = world.send("POST", "/Users", {"userName": "ada@example.com"})
    listed = world.send("GET", "/Users")
    searched = world.send(
        "POST", "/Users/.search", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}
    )

    assert (created.status, listed.status, searched.status) == (403, 200, 200)
    world.close()


def test_a_store_that_fails_is_no_end_of_the_pull(google: GoogleWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> None:
        raise StoreUnavailableError("full")

    with monkeypatch.context() as patched:
        patched.setattr(google.world.store, "apply", fail)
        with pytest.raises(StoreUnavailableError):
            google.sync()
    google.world.clock.advance(1)
    google.sync()

    assert google.health()["state"] == "healthy"


def attached(google: GoogleWorld, **changed: Any) -> Any:
    settings = {"actor": google.api.actor, "api_url": google.api.url, "groups": [google.api.group_address("tg2")]}
    body = {"settings": settings, "key": account().key_file(google.api.token_uri)}
    assert validate(body, "probe/workspace-attach-request") == []
    body |= changed
    return google.world.control("POST", "workspace/attach", body)


def test_a_test_bench_attaches_a_directory_and_syncs(google: GoogleWorld) -> None:
    google.world.service.pull = None

    answers = [attached(google), google.world.control("POST", "workspace/sync")]

    assert set(google.groups()) == {"Sales t"}
    answers.append(google.world.control("POST", "workspace/forget"))
    assert [answer.status for answer in answers] == [200, 200, 200]
    names = ("workspace/attach", "workspace/sync", "workspace/forget")
    schemas = [f"probe/{ACT_SCHEMAS[name]}" for name in names]
    assert [validate(answer.body, schema) for answer, schema in zip(answers, schemas, strict=True)] == [[], [], []]
    assert google.world.service.pull is None
    assert "workspace/attach" in google.world.control("GET", "capabilities").body["acts"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"settings": 5}, "settings has to be an object"),
        ({"settings": {"actr": "a"}}, "unknown key 'actr'; did you mean actor?"),
        ({"settings": {"actor": "a", "api_url": "http://google.example"}}, "has to be an https address"),
        ({"key": {}}, "no key file of a service account"),
        ({"key": None}, "no key file of a service account"),
    ],
)
def test_what_cannot_be_attached(google: GoogleWorld, changed: dict[str, Any], words: str) -> None:
    before = google.world.service.pull

    refused = attached(google, **changed)

    assert refused.status == 400
    assert words in refused.body["error"]
    assert google.world.service.pull is before


def test_a_key_that_cannot_be_attached_is_not_shown(google: GoogleWorld) -> None:
    refused = attached(google, key={**account().key_file(google.api.token_uri), "private_key": "SECRET"})

    assert (refused.status, "SECRET" in str(refused.body)) == (400, False)
