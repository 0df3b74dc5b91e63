"""A pull from end to end: people and groups of a directory reach the account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge_ref.account.policy import with_policy
from tests.bridge_ref.google import GoogleWorld, changed
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import World


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GoogleWorld]:
    """The same on each kind of store."""
    made = GoogleWorld(tmp_path / "data" if request.param == "sqlite" else new_database())
    yield made
    made.close()


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


def test_a_pull_suspends_where_administrators_may_not(tmp_path: Path) -> None:
    """SEED-22: who refuses acts on the account while provisioning is on refuses no provisioning."""
    google = GoogleWorld(tmp_path / "data", policy=with_policy(["account_acts=refuse"]))
    google.put("old@marigold.example", google.address("Ada"))

    google.sync()

    assert google.suspended() == {"old@marigold.example"}
    google.close()


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


def test_scim_can_be_closed_for_writing(tmp_path: Path) -> None:
    world = World(tmp_path / "data", is_scim_read_only=True)

    created = world.send("POST", "/Users", {"userName": "ada@example.com"})
    listed = world.send("GET", "/Users")
    searched = world.send(
        "POST", "/Users/.search", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}
    )

    assert (created.status, listed.status, searched.status) == (403, 200, 200)
    world.close()
