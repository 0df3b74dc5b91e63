"""A simulation: a company is provisioned, faults are made good, a bad bridge is bounded and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.idp.provider import Job
from harness.record.exchange import Request, Response
from harness.simulate.churn import Churn
from harness.simulate.simulation import hire_with_unusual_names
from harness.target.faults import Faults
from tests.bridges import SmallBridge
from tests.harness.simulate.samples import (
    compared,
    endless_pages,
    ever_new_pages,
    never,
    provider_of,
    simulate,
    told,
    wrong_total,
)

EVERY = pytest.mark.parametrize("dialect", ["okta-oin", "entra-default", "google-push"])


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


def html(request: Request, response: Response) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<html>welcome</html>")


def without_id(request: Request, response: Response) -> Response:
    body = json.loads(response.body or b"{}")
    listed = [{k: v for k, v in each.items() if k != "id"} for each in body.get("Resources", ())]
    body = {k: v for k, v in body.items() if k != "id"}
    return replace(response, body=json.dumps({**body, "Resources": listed} if listed else body).encode())


def error_in_200(request: Request, response: Response) -> Response:
    return replace(
        response, status=200, body=b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"500"}'
    )


def always_429(request: Request, response: Response) -> Response:
    return Response(429, (("Retry-After", "30"),))


def a_list_of_nonsense(request: Request, response: Response) -> Response:
    return replace(response, body=b'{"totalResults":"many","Resources":[null,7,{"id":5},{"id":""}],"id":[]}')


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
