"""A pull that is killed, that runs twice at once, or whose store fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge_ref.storage.store import StoreUnavailableError
from bridge_ref.workspace import engine
from bridge_ref.workspace.engine import Workspace
from bridge_ref.workspace.plan import Step
from tests.bridge_ref.google import GoogleWorld
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import World


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
