"""The pages about members and groups, and the administrator's actions on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge_ref.account.policy import with_policy
from tests.bridge_ref.bench import everything, group_id, member_path, refusals
from tests.bridge_ref.pages import Reader, actions, alert, text
from tests.bridge_ref.world import World

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
