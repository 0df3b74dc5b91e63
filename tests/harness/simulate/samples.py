"""A provider, a small bridge, and the ways in which a bridge answers badly."""

from __future__ import annotations

import json
from dataclasses import replace

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.idp.dialects import DIALECTS
from harness.idp.provider import IdentityProvider
from harness.record.exchange import Request, Response
from harness.simulate.comparison import Comparison, compare
from harness.simulate.simulation import Simulation
from harness.target.faults import Faults
from tests.bridges import SmallBridge


def provider_of(dialect: str, people: int = 12, groups: int = 2) -> IdentityProvider:
    return DIALECTS[dialect](Directory.of(people=people, groups=groups, run_id="t"))


def simulate(provider: IdentityProvider, bridge: SmallBridge, faults: Faults | None = None) -> Simulation:
    return Simulation(provider, lambda: bridge.send, faults=faults, parallel=1, real=ManualClock())


def compared(provider: IdentityProvider, bridge: SmallBridge, *, shared: bool = False) -> Comparison:
    return compare(provider, bridge.send, ManualClock(), shared=shared)


def told(comparison: Comparison) -> list[str]:
    return [*comparison.problems, *map(str, comparison.differences)]


def wrong_total(request: Request, response: Response) -> Response:
    return with_body(response, totalResults=4_000_000_000)


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


def never(request: Request, response: Response) -> None:
    return None


def with_body(response: Response, **changed: object) -> Response:
    return replace(response, body=json.dumps({**json.loads(response.body or b"{}"), **changed}).encode())
