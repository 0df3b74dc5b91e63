"""A company, a provider and a bridge: equal at the end, or told why not. Bad bridges are bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.errors import UsageError
from harness.idp.dialects import DIALECTS
from harness.idp.provider import IdentityProvider, Job
from harness.record.exchange import Request, Response
from harness.simulate.churn import Churn
from harness.simulate.comparison import Comparison, compare
from harness.simulate.simulation import Simulation, hire_with_unusual_names
from harness.target.faults import Faults
from tests.bridges import SmallBridge

EVERY = pytest.mark.parametrize("dialect", ["okta-oin", "entra-default", "google-push"])


def provider_of(dialect: str, people: int = 12, groups: int = 2) -> IdentityProvider:
    return DIALECTS[dialect](Directory.of(people=people, groups=groups, run_id="t"))


def simulate(provider: IdentityProvider, bridge: SmallBridge, faults: Faults | None = None) -> Simulation:
    return Simulation(provider, lambda: bridge.send, faults=faults, parallel=1, real=ManualClock())


def compared(provider: IdentityProvider, bridge: SmallBridge, *, shared: bool = False) -> Comparison:
    return compare(provider, bridge.send, ManualClock(), shared=shared)


def told(comparison: Comparison) -> list[str]:
    return [*comparison.problems, *map(str, comparison.differences)]


@EVERY
def test_a_company_is_provisioned_and_equal(dialect: str) -> None:
    bridge, provider = SmallBridge(), provider_of(dialect)
    simulation = simulate(provider, bridge)

    simulation.connect()
    assert simulation.cycle()

    assert told(compared(provider, bridge)) == []
    assert len(bridge.users()) == 12


@EVERY
def test_lost_answers_are_made_good(dialect: str) -> None:
    bridge, provider = SmallBridge(), provider_of(dialect, people=60)
    faults = Faults({"lost-answer": 0.2}, seed=3)
    simulation = simulate(provider, bridge, faults)

    assert not simulation.cycle()
    assert simulation.settle(30)

    assert told(compared(provider, bridge)) == []
    assert faults.counts["lost-answer"] == simulation.figures.lost > 10
    assert len(bridge.users()) == 60


@EVERY
def test_churn_keeps_them_equal(dialect: str) -> None:
    bridge, provider = SmallBridge(), provider_of(dialect, people=40)
    simulation, churn = simulate(provider, bridge), Churn(provider.directory, 0.3, seed=2)
    simulation.cycle()

    for _ in range(5):
        assert churn.happen() > 5
        simulation.cycle()
    simulation.settle(10)

    assert told(compared(provider, bridge)) == []
    assert not all(bridge.users().values())


def test_awkward_people_are_provisioned_like_others() -> None:
    bridge, provider = SmallBridge(), provider_of("entra-default")
    hire_with_unusual_names(provider.directory, ["apostrophe", "non-latin", "plus-address"])

    simulate(provider, bridge).cycle()

    assert told(compared(provider, bridge)) == []
    assert sum("o'" in name or "+scim" in name for name in bridge.users()) == 2


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


def html(request: Request, response: Response) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<html>welcome</html>")


def wrong_total(request: Request, response: Response) -> Response:
    return with_body(response, totalResults=4_000_000_000)


def without_id(request: Request, response: Response) -> Response:
    body = json.loads(response.body or b"{}")
    listed = [{k: v for k, v in each.items() if k != "id"} for each in body.get("Resources", ())]
    body = {k: v for k, v in body.items() if k != "id"}
    return replace(response, body=json.dumps({**body, "Resources": listed} if listed else body).encode())


def endless_pages(request: Request, response: Response) -> Response:
    if "filter" in request.target or request.method != "GET":
        return response
    return with_body(response, totalResults=10**9, Resources=[{"id": str(len(request.target)), "userName": "x"}] * 3)


def ever_new_pages(request: Request, response: Response) -> Response:
    start = request.target.partition("startIndex=")[2].partition("&")[0]
    if "filter" in request.target or not start or request.method != "GET":
        return response
    page = [{"id": f"{start}-{number}", "userName": "x"} for number in range(100)]
    return with_body(response, totalResults=10**9, Resources=page)


def error_in_200(request: Request, response: Response) -> Response:
    return replace(
        response, status=200, body=b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"500"}'
    )


def always_429(request: Request, response: Response) -> Response:
    return Response(429, (("Retry-After", "30"),))


def a_list_of_nonsense(request: Request, response: Response) -> Response:
    return replace(response, body=b'{"totalResults":"many","Resources":[null,7,{"id":5},{"id":""}],"id":[]}')


def never(request: Request, response: Response) -> None:
    return None


def with_body(response: Response, **changed: object) -> Response:
    return replace(response, body=json.dumps({**json.loads(response.body or b"{}"), **changed}).encode())


BAD = [
    html,
    wrong_total,
    without_id,
    endless_pages,
    ever_new_pages,
    error_in_200,
    always_429,
    a_list_of_nonsense,
    never,
]


@EVERY
@pytest.mark.parametrize("rewrite", BAD)
def test_a_bad_bridge_is_bounded_and_told(dialect: str, rewrite: object) -> None:
    bridge, provider = SmallBridge(), provider_of(dialect, people=5, groups=1)
    bridge.rewrite = rewrite  # type: ignore[assignment]
    simulation = simulate(provider, bridge)

    simulation.connect()
    simulation.cycle()
    simulation.settle(3)
    found = compared(provider, bridge)

    assert not found.is_equal
    assert told(found)
    assert len(bridge.asked) < 600


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


def test_a_bridge_without_patience_ends_the_run() -> None:
    bridge, provider = SmallBridge(), provider_of("okta-oin")
    bridge.rewrite = always_429
    simulation = simulate(provider, bridge)

    simulation.cycle()

    assert simulation.is_hopeless
    assert not simulation.settle(1_000)
    assert "keeps us waiting" in simulation.given_up[-1]


@EVERY
def test_a_vendor_has_so_many_jobs_at_once(dialect: str) -> None:
    assert {"okta-oin": 5, "entra-default": 8, "google-push": 4}[dialect] == provider_of(dialect).parallel_jobs


def test_the_same_churn_happens_for_the_same_seed() -> None:
    one, other = Directory.of(people=50, groups=3), Directory.of(people=50, groups=3)

    Churn(one, 0.5, seed=4).happen()
    Churn(other, 0.5, seed=4).happen()

    assert one.delta() == other.delta()
    assert len(one.people.changed) > 10


def test_what_is_left_to_hands_is_done_when_all_else_is_settled() -> None:
    bridge, provider = SmallBridge(), provider_of("google-push", people=1)
    at: list[int] = []

    def by_hand() -> Iterator[Job]:
        at.append(len(bridge.users()))
        yield Job("by hand", provider.provision(provider.directory.people["tp1"]))

    provider.by_hand = by_hand  # type: ignore[method-assign]
    simulation = simulate(provider, bridge)

    assert simulation.settle(3)
    assert at == [1]
    assert bridge.asked[-1].name == "find user"


@pytest.mark.parametrize("dialect", ["okta-oin", "okta-aiw"])
def test_a_task_of_an_earlier_step_is_left_to_be_tried_again(dialect: str) -> None:
    okta = provider_of(dialect, people=3, groups=0)
    bridge = SmallBridge()
    bridge.rewrite = lambda request, response: None if request.method == "POST" else response
    simulation = simulate(okta, bridge)
    simulation.cycle()
    bridge.rewrite = lambda request, response: response

    is_clean = simulation.cycle()

    assert not is_clean
    assert simulation.settle(3)
    assert told(compared(okta, bridge)) == []


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


@pytest.mark.parametrize("state", [[], [1, 2, 3], [3, [1], None]])
def test_hurt_churn_is_refused(state: list[object]) -> None:
    with pytest.raises(UsageError, match="the file is damaged"):
        Churn(Directory.of(people=3), 0.1, 7).go_on(state)
