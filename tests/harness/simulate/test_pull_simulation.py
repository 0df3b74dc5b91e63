"""A fake Google Workspace in front of a bridge that pulls: steps, lost notices, refusals, reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import responses

from harness.clock import VirtualClock
from harness.directory.directory import Directory
from harness.directory.values import Person
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import ServiceAccount
from harness.errors import TargetError, UsageError
from harness.idp.google import GooglePull
from harness.record.exchange import Json
from harness.simulate.pull_simulation import PullSimulation, check_probe, check_pull_faults
from harness.target.probe import NoProbe

BRIDGE = "http://127.0.0.1:9/scim/v2"
NOTICES = "http://127.0.0.1:9/google/notices"


class Bench:
    """A probe that notes what it is told, and can be wrong."""

    confirmation_interval_s = 300.0

    def __init__(self, *more: str, reports: list[Json] | None = None) -> None:
        self.acts = frozenset(("workspace/attach", "workspace/sync", "workspace/forget", *more))
        self.reads = frozenset(("health",) if reports is not None else ())
        self.reports = reports or []
        self.done: list[tuple[str, Json]] = []
        self.refuses = ""

    def read(self, name: str, **query: str | list[str]) -> Json:
        """What the bridge says of itself."""
        return {"reports": self.reports}

    def act(self, path: str, body: Json) -> Json:
        """Note an act."""
        self.done.append((path, body))
        if path == self.refuses:
            raise TargetError(f"the probe refused POST {path}")
        return {}

    def names(self) -> list[str]:
        """What was done, in order."""
        return [path for path, _ in self.done]


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount.make()


@pytest.fixture
def api(account: ServiceAccount) -> Iterator[DirectoryApi]:
    directory = Directory.of(people=6, groups=2, run_id="t")
    with DirectoryApi(directory, account=account, seed=1) as served:
        yield served


def simulation_of(api: DirectoryApi, probe: Bench, url: str = BRIDGE, **chances: float) -> PullSimulation:
    named = {name.replace("_", "-"): chance for name, chance in chances.items()}
    return PullSimulation(GooglePull(api.directory), api, probe, url, chances=named)


def first(api: DirectoryApi) -> Person:
    return next(iter(api.directory.people.values()))


@contextmanager
def watched(api: DirectoryApi, status: int) -> Iterator[responses.RequestsMock]:
    """Somebody watches updates of users, and answers every notice with this status."""
    body = {"id": "c1", "type": "web_hook", "address": NOTICES}
    api.api.channels.watch(body, "/admin/directory/v1/users", "update", api.api.clock.now())
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, NOTICES, status=status)
        yield mock


def test_the_first_step_tells_what_to_pull(api: DirectoryApi) -> None:
    probe = Bench("clock/advance")
    simulation = simulation_of(api, probe)

    simulation.connect()
    assert simulation.cycle()

    (_, attached), _ = probe.done
    assert probe.names() == ["workspace/attach", "workspace/sync"]
    assert attached["settings"]["groups"] == ["tg1@example.com", "tg2@example.com"]
    assert attached["settings"]["bridge_address"] == "http://127.0.0.1:9"
    assert attached["settings"]["api_url"] == api.url
    assert attached["key"]["token_uri"] == api.token_uri


def test_a_notice_that_is_taken_is_enough(api: DirectoryApi) -> None:
    """GOOGLE-18: ten seconds later the bridge has looked."""
    probe = Bench("clock/advance")
    simulation = simulation_of(api, probe)
    simulation.cycle()

    with watched(api, 200):
        api.directory.disable(first(api))
        is_smooth = simulation.cycle()

    assert is_smooth
    assert probe.done[-1] == ("clock/advance", {"seconds": 11.0})
    assert simulation.clock.now() == 11


def test_a_lost_notice_waits_for_the_interval(api: DirectoryApi) -> None:
    """GOOGLE-17: an hour later everything is read again."""
    probe = Bench("clock/advance")
    simulation = simulation_of(api, probe, lost_notice=1.0)
    simulation.cycle()

    with watched(api, 200):
        api.directory.disable(first(api))
        is_smooth = simulation.cycle()
    is_settled = simulation.settle(3)

    assert (is_smooth, is_settled) == (False, True)
    assert probe.done[-1] == ("clock/advance", {"seconds": 3601.0})
    assert simulation.figures.lost == 1
    assert simulation.faults.counts == {"lost-notice": 1}


def test_a_change_that_nobody_watches_waits_for_the_interval(api: DirectoryApi) -> None:
    """GOOGLE-17: the bridge has opened no channel."""
    simulation = simulation_of(api, Bench("clock/advance"))
    simulation.cycle()
    api.directory.disable(first(api))

    assert not simulation.cycle()
    assert simulation.settle(1)


def test_notices_that_are_not_taken_are_told_and_bounded(api: DirectoryApi) -> None:
    """GOOGLE-18: a bridge that refuses them all is not asked for ever."""
    simulation = simulation_of(api, Bench("clock/advance"))
    simulation.cycle()

    with watched(api, 403) as mock:
        for person in list(api.directory.people.values()):
            api.directory.rename(person, "Ada", "King")
        simulation.api.directory.hire_many(20)
        simulation.cycle()
        for person in list(api.directory.people.values()):
            api.directory.rename(person, "Ada", "Byron")
        is_smooth, sent = simulation.cycle(), len(mock.calls)

    assert not is_smooth
    assert simulation.figures.last_problems == ["6 notices were not taken", "26 notices were not taken"]
    assert sent == 16


def test_a_bridge_whose_clock_stands_is_asked_to_pull(api: DirectoryApi) -> None:
    probe = Bench()
    simulation = simulation_of(api, probe)

    simulation.cycle()
    simulation.cycle()

    assert probe.names() == ["workspace/attach", "workspace/sync", "workspace/sync"]


def test_what_the_bridge_complains_of_is_a_problem(api: DirectoryApi) -> None:
    """GOOGLE-09: a pull that did not come to its end is told in the bridge's own words, and tried again."""
    unwell = {"source": "Workspace", "state": "unhealthy", "detail": "no token from Google"}
    probe = Bench("clock/advance", reports=[{"source": "Mail", "state": "unhealthy"}, unwell])
    simulation = simulation_of(api, probe)

    assert not simulation.cycle()
    assert simulation.figures.last_problems == ["Workspace: no token from Google"]
    probe.reports = []
    assert simulation.settle(1)


def test_a_refusal_ends_the_run(api: DirectoryApi) -> None:
    probe = Bench("clock/advance")
    probe.refuses = "workspace/attach"
    simulation = simulation_of(api, probe)

    assert not simulation.cycle()
    assert simulation.is_hopeless
    assert simulation.given_up == ["the probe refused POST workspace/attach"]
    assert not simulation.settle(1_000)
    simulation.close()
    assert probe.names() == ["workspace/attach"]


def test_the_bridge_is_told_to_forget_at_the_end(api: DirectoryApi) -> None:
    probe = Bench("clock/advance")
    simulation = simulation_of(api, probe)
    simulation.cycle()

    simulation.close()

    assert probe.names()[-1] == "workspace/forget"


def test_time_that_passes_passes_on_both_sides(api: DirectoryApi) -> None:
    probe = Bench("clock/advance")
    simulation = PullSimulation(GooglePull(api.directory), api, probe, BRIDGE, clock=VirtualClock(at=5))

    simulation.pass_time(86_400)

    assert simulation.clock.now() == 86_405
    assert probe.done == [("clock/advance", {"seconds": 86_400})]


def test_what_was_asked_is_counted_and_forgotten(api: DirectoryApi) -> None:
    simulation = simulation_of(api, Bench("clock/advance"))
    api.api.handle("GET", "/admin/directory/v1/users", "customer=my_customer", "", b"")

    simulation.cycle()

    figures = simulation.figures
    assert (figures.requests, figures.failed, figures.by_name) == (1, 1, {"users.list": 1})
    assert api.calls == []


def test_a_share_of_pages_is_cut(api: DirectoryApi) -> None:
    """Section 3.f: about the stated share, the same for the same seed."""
    fault = api.fail("members.list", "cut", chance=0.3)

    struck = [api.api.faults.take("members.list") is not None for _ in range(1_000)]

    assert 250 < sum(struck) < 350
    assert fault.happened == sum(struck)


def test_a_bridge_that_can_not_be_told_is_refused() -> None:
    with pytest.raises(
        UsageError,
        match=r"needs a probe that offers the act workspace/attach, .*: give --probe-url",
    ):
        check_probe(NoProbe())


@pytest.mark.parametrize(
    ("name", "words"), [("lost-notise", "lost-notice"), ("restart", "there are lost-notice, repeated-notice")]
)
def test_a_fault_that_is_none_of_a_directory_is_refused(name: str, words: str) -> None:
    chances: dict[str, Any] = {name: 0.5}

    with pytest.raises(UsageError, match=words):
        check_pull_faults(chances)
