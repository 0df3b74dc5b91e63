"""The pages about requests, settings, credentials and the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge_ref.endpoints.recent import MOST
from tests.bridge_ref.bench import GIVEN, everything
from tests.bridge_ref.pages import Page, Reader, alert, text
from tests.bridge_ref.world import World


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
