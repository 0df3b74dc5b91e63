"""The comparison at the end: each difference is named, and a bad list is told as such."""

from __future__ import annotations

from harness.clock import ManualClock
from harness.record.exchange import Response
from harness.simulate.comparison import compare
from harness.target.faults import Faults
from tests.bridges import SmallBridge
from tests.harness.simulate.samples import (
    compared,
    endless_pages,
    ever_new_pages,
    provider_of,
    simulate,
    told,
    wrong_total,
)


def test_a_missing_user_is_named() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=3)
    simulate(provider, bridge).cycle()
    user = bridge.resources["Users"].pop("2")

    found = compared(provider, bridge)

    assert told(found) == [f"user {user['userName']}: expected an active user; was a link to nobody"]
    assert not found.is_equal


def test_wrong_attributes_and_states_are_named() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=3)
    simulate(provider, bridge).cycle()
    one, other, _ = bridge.resources["Users"].values()
    one["displayName"], other["active"] = "Nobody", False
    provider.directory.disable(provider.directory.people["tp3"])

    found = [str(each).split(": ", 1)[1] for each in compared(provider, bridge).differences]

    full_name = provider.directory.people["tp1"].full_name
    assert found == [
        f"expected displayName {full_name!r}; was 'Nobody'",
        "expected active; was inactive",
        "expected no access any more; was active",
    ]


def test_wrong_members_are_named() -> None:
    bridge, provider = SmallBridge(), provider_of("okta-oin", people=4, groups=2)
    simulate(provider, bridge).cycle()
    group = next(iter(bridge.resources["Groups"].values()))
    group["members"] = [{"value": "999"}]

    found = told(compared(provider, bridge))

    assert len(found) == 3
    assert found[-1].endswith("expected only its members; was 999 in it")


def test_strangers_are_differences_unless_the_bridge_is_shared() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=2)
    simulate(provider, bridge).cycle()
    bridge.resources["Users"]["77"] = {"id": "77", "userName": "mallory", "active": True}

    assert told(compared(provider, bridge)) == ["user mallory: expected nothing: no link leads here; was there"]
    assert compared(provider, bridge, shared=True).is_equal


def test_a_lost_create_of_somebody_who_is_out_of_scope_now_is_told_as_such() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=1)
    ada = provider.directory.people["tp1"]
    simulate(provider, bridge, Faults({"lost-create": 1.0}, seed=1)).cycle()
    provider.directory.disable(ada)
    simulate(provider, bridge).cycle()

    expected = (
        f"user {ada.address}: expected to be linked, or not to be there; was there, and never linked: a lost create?"
    )
    assert told(compared(provider, bridge)) == [expected]
    assert told(compared(provider, bridge, shared=True)) == [expected]


def test_an_endless_list_is_told_as_such() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=5)
    simulate(provider, bridge).cycle()

    bridge.rewrite = endless_pages
    assert compared(provider, bridge).problems == ["/Users: the page from 6 on has nothing new: the list has no end"]
    bridge.rewrite = ever_new_pages
    assert compared(provider, bridge).problems == ["/Users: more than 1,010 resources where 5 were expected"]


def test_a_wrong_total_is_told() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=5)
    simulate(provider, bridge).cycle()
    bridge.rewrite = wrong_total

    assert compared(provider, bridge).problems == ["/Users: totalResults is 4000000000, and 5 resources were listed"]


def test_a_bridge_that_puts_off_every_question_is_not_asked_for_ever() -> None:
    """Twenty groups, and 429 to each of them: the pauses stay below the patience, and few questions are asked."""
    bridge, provider, clock = SmallBridge(), provider_of("okta-oin", people=4, groups=20), ManualClock()
    simulate(provider, bridge).cycle()
    before = len(bridge.asked)
    busy = Response(429, (("Retry-After", "1000"),))
    bridge.rewrite = lambda request, response: busy if request.target.startswith("/Groups/") else response

    found = compare(provider, bridge.send, clock, patience_s=15.0)

    assert not found.is_equal
    assert len(bridge.asked) - before < 12
    assert clock.now() <= 15.0
    assert "not asked, since the last 3 questions had no answer" in told(found)[-1] + "".join(found.problems)


def test_a_bridge_that_is_busy_for_a_moment_is_compared() -> None:
    bridge, provider = SmallBridge(), provider_of("okta-oin", people=4)
    simulate(provider, bridge).cycle()
    left = [Response(503), Response(503)]
    bridge.rewrite = lambda request, response: left.pop() if left else response

    assert compared(provider, bridge).is_equal
