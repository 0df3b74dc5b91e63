"""What vendors of one kind have in common: order, second tries, lost answers, bridges with nonsensical answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.idp.dialects import DIALECTS
from harness.idp.direct_push import DirectPush
from harness.idp.provider import Barrier, Job, Lost
from harness.record.exchange import Request, Response
from tests.harness.idp import nonsense
from tests.harness.idp.nonsense import NONSENSE, Bridge
from tests.harness.idp.steps import answer, company, found, jobs, lines, play

PUSHING = {name: cls for name, cls in DIALECTS.items() if issubclass(cls, DirectPush)}
EVERY = pytest.mark.parametrize("dialect", PUSHING)
WAYS = ("deactivate", "delete", "nothing")


def provider_of(dialect: str, **knobs: Any) -> DirectPush:
    """A provider of that dialect with Ada in Design, both assigned."""
    provider: DirectPush = PUSHING[dialect](company())
    provider.knobs = replace(provider.knobs, **knobs)
    (design,) = [provider.directory.form_group("Design")]
    provider.directory.assign_group(design)
    provider.directory.hire("Ada", design)
    return provider


def kind(bridge: dict[str, str] | None = None) -> Callable[[Request], Response]:
    """A bridge that knows nobody, creates whatever comes, and accepts every change."""
    known = bridge or {}

    def answered(request: Request) -> Response:
        if request.method == "GET":
            return found()
        return answer(201, {"id": known.get(request.name, "1")}) if request.method == "POST" else answer(204)

    return answered


def run(provider: DirectPush, bridge: Bridge = kind()) -> list[str]:  # noqa: B008  (it keeps nothing)
    """One step against a bridge: what was sent."""
    return lines(nonsense.drive(provider.plan(), bridge, 80))


def losing(*names: str, bridge: Bridge = kind()) -> Bridge:  # noqa: B008
    """A bridge whose answers to requests of these names never arrive."""
    return lambda request: Lost("lost") if request.name in names else bridge(request)


@EVERY
def test_people_come_before_their_groups(dialect: str) -> None:
    provider = provider_of(dialect)

    first = jobs(provider.plan())

    assert first[0] == "user tp1"
    assert first[1] == "|"


@EVERY
def test_a_quiet_step_sends_nothing(dialect: str) -> None:
    provider = provider_of(dialect)

    run(provider)

    assert run(provider) == []
    assert provider.problems == []


@EVERY
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("linked", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("name", NONSENSE)
def test_nothing_raises_and_everything_ends(dialect: str, way: str, linked: bool, name: str) -> None:
    provider, bridge = provider_of(dialect, on_removal=way), NONSENSE[name]
    directory = provider.directory
    if linked:
        provider.link(directory.people["tp1"], "1")

    seen = nonsense.drive(provider.connect(), bridge, 80) + nonsense.drive(provider.plan(), bridge, 2_500)
    directory.rename(directory.people["tp1"], "Ada", "King")
    seen += nonsense.drive(provider.plan(), bridge, 2_500)
    provider.retry_all()
    directory.delete(directory.people["tp1"])
    seen += nonsense.drive(provider.plan(), bridge, 2_500)

    assert all(step.target.startswith("/") for step in seen if isinstance(step, Request))


@EVERY
def test_a_create_without_an_id_is_a_failure(dialect: str) -> None:
    provider = provider_of(dialect)

    run(provider, lambda request: found() if request.method == "GET" else answer(201, {"userName": "x"}))

    assert provider.problems[0].what == "the user could not be created (the answer has no id): HTTP 201"
    assert provider.id_of(provider.directory.people["tp1"]) == ""


@EVERY
def test_several_matches_fail(dialect: str) -> None:
    provider = provider_of(dialect)
    ada = provider.directory.people["tp1"]
    two = found({"id": "1", "userName": ada.address}, {"id": "2", "userName": ada.address})

    assert len(lines(play(provider.provision(ada), two))) == 1
    assert provider.problems[0].what.startswith("several users match")


@EVERY
def test_somebody_who_is_there_is_linked_and_brought_up_to_date(dialect: str) -> None:
    provider = provider_of(dialect)
    ada = provider.directory.people["tp1"]
    there = {"id": "1", "userName": ada.address, "active": False}

    run(provider, lambda request: found(there) if request.name == "find user" else kind({"create group": "g"})(request))

    assert provider.id_of(ada) == "1"
    assert ada.key not in provider.links.inactive
    assert provider.links.has_sent(ada)


@EVERY
def test_what_failed_is_tried_again_as_the_vendor_does(dialect: str) -> None:
    """ONELOGIN-14 waits for an administrator; the others are a setting."""
    provider = provider_of(dialect)
    refusing: Bridge = lambda request: found() if request.method == "GET" else answer(400)  # noqa: E731

    first = run(provider, refusing)
    second = run(provider, refusing)
    provider.retry_all()
    third = run(provider, refusing)

    assert first[-1].startswith("POST")
    assert bool(second) is provider.knobs.repeats_failures
    assert third


@EVERY
def test_another_change_makes_a_stuck_job_due(dialect: str) -> None:
    provider = provider_of(dialect, repeats_failures=False)
    run(provider, lambda request: found() if request.method == "GET" else answer(400))
    backlog = provider.backlog()

    provider.directory.rename(provider.directory.people["tp1"], "Ada", "King")

    assert backlog
    assert run(provider)


@EVERY
def test_a_lost_create_is_looked_up_again(dialect: str) -> None:
    provider = provider_of(dialect, repeats_failures=True)
    ada = provider.directory.people["tp1"]
    run(provider, losing("create user"))

    there = found({"id": "1", "userName": ada.address})
    run(provider, lambda request: there if request.name == "find user" else kind()(request))

    assert provider.id_of(ada) == "1"


@EVERY
def test_a_lost_create_of_somebody_who_has_left_is_undone(dialect: str) -> None:
    provider = provider_of(dialect, repeats_failures=True)
    ada = provider.directory.people["tp1"]
    run(provider, losing("create user"))
    ada = provider.directory.disable(ada)

    there = found({"id": "1", "userName": ada.address})
    run(provider, lambda request: there if request.method == "GET" else answer(204))

    assert provider.id_of(ada) == "1"
    assert ada.key in provider.links.inactive
    assert run(provider) == []


@EVERY
def test_a_lost_deactivation_is_undone_for_who_is_back(dialect: str) -> None:
    provider = provider_of(dialect, repeats_failures=True)
    run(provider)
    ada = provider.directory.disable(provider.directory.people["tp1"])
    run(provider, losing("set user active", "replace user"))
    provider.directory.enable(ada)

    sent = run(provider)

    assert any(line.startswith(("PATCH /Users/1", "PUT /Users/1")) for line in sent)
    assert run(provider) == []


@EVERY
def test_a_lost_move_is_made_again(dialect: str) -> None:
    provider = provider_of(dialect, repeats_failures=True)
    design = next(iter(provider.directory.groups.values()))
    run(provider, losing("change group members", bridge=kind({"create group": "g"})))
    provider.directory.leave(provider.directory.people["tp1"], design)
    provider.directory.assign(provider.directory.people["tp1"])

    sent = run(provider)

    assert any(line.startswith("PATCH /Groups/g") for line in sent)
    assert run(provider) == []


@EVERY
def test_a_lost_delete_is_looked_up(dialect: str) -> None:
    provider = provider_of(dialect, repeats_failures=True, on_removal="delete")
    run(provider)
    ada = provider.directory.delete(provider.directory.people["tp1"])
    run(provider, losing("delete user"))
    unlinked = provider.id_of(ada)

    sent = run(provider)

    assert unlinked == ""
    assert len([line for line in sent if "/Users" in line]) == 1
    assert run(provider) == []


@EVERY
def test_a_removed_application_sends_nothing(dialect: str) -> None:
    provider = provider_of(dialect)
    run(provider)

    plan = list(provider.administer("remove-application"))
    provider.directory.disable(provider.directory.people["tp1"])

    assert plan == []
    assert run(provider) == []


@EVERY
def test_what_is_remembered_outlives_a_run(dialect: str) -> None:
    provider, later = provider_of(dialect), provider_of(dialect)
    run(provider, losing("create user"))
    provider._unsure["g1"] = {"2", "1"}

    later.recall(provider.memory())

    assert later.memory() == provider.memory() == {"is_removed": False, "unsure": {"g1": ["1", "2"]}, "lost": ["tp1"]}


@EVERY
def test_a_refused_connection_test_is_told(dialect: str) -> None:
    provider = provider_of(dialect)

    nonsense.drive(provider.connect(), lambda request: answer(403), 5)

    assert provider.problems[0].what == "the connection test failed: HTTP 403"
    assert provider.backlog() == 0


@EVERY
def test_a_time_out_and_the_lanes_are_the_settings(dialect: str) -> None:
    provider = provider_of(dialect, timeout_s=7.0, parallel_jobs=3)

    assert (provider.timeout_s, provider.parallel_jobs) == (7.0, 3)


def test_barriers_and_jobs_are_all_that_is_planned() -> None:
    assert {type(each) for each in provider_of(next(iter(PUSHING))).plan()} == {Job, Barrier}
