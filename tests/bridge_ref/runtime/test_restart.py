"""Restart, kill -9, and two bridges at once: a member's story ends in the same state, with the same mails."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge_ref.clock import ManualClock
from bridge_ref.endpoints.probe import BASE, ProbeEndpoints
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.ids import RandomIds
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import BridgeSettings, make_parts
from bridge_ref.storage.store import StoreUnavailableError
from tests.bridge_ref.kill_rounds import TOKEN, Round
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.story import RIGHT_END, STEPS, Teller
from tests.bridge_ref.world import BASE_URL, START_MS, _open, prepared

pytestmark = pytest.mark.slow

SCIM_HEADERS = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))
CONTROL_HEADERS = (("authorization", "Bearer control-token"),)


class Bridge:
    """A bridge that can be closed and made anew over the same store."""

    def __init__(self, place: Path | str, runner: asyncio.Runner) -> None:
        self.place = place
        self.runner = runner
        self.clock = ManualClock(START_MS)
        self.start()

    def start(self) -> None:
        """A new process, as it were: nothing is kept but the store."""
        self.store = self.runner.run(_open(self.place))
        self.service = Service(
            make_parts(BridgeSettings(base_url=BASE_URL, token="right-token")), self.store, self.clock, RandomIds()
        )
        self.scim = ScimEndpoints(self.service)
        self.control = ProbeEndpoints(self.service, "control-token")
        self.runner.run(self.service.start())

    def restart(self) -> None:
        """Ended, and started again."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Ended."""
        self.runner.run(self.store.close())

    def teller(self) -> Teller:
        """Somebody who tells the story to this bridge, whichever process it is just now."""
        return Teller(self._scim, self._control)

    def _scim(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        asked = self.scim.handle(method, f"/scim/v2{path}", "", SCIM_HEADERS, _bytes(body))
        return _read(self.runner.run(asked))

    def _control(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        asked = self.control.handle(method, f"{BASE}/{path}", "", CONTROL_HEADERS, _bytes(body))
        return _read(self.runner.run(asked))


def _bytes(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


def _read(response: Any) -> tuple[int, Any]:
    return response.status, json.loads(response.body) if response.body else None


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for a test."""
    with asyncio.Runner() as made:
        yield made


def make_place(engine: str, folder: Path) -> Path | str:
    return prepared(folder) if engine == "sqlite" else new_database()


ALL_CUTS = range(2 ** (STEPS - 1))
# On PostgreSQL each cut point alone and all of them together: starting costs more there.
SOME_CUTS = [cuts for cuts in ALL_CUTS if cuts.bit_count() in (1, STEPS - 1)]
CUTS = [*(("sqlite", cuts) for cuts in ALL_CUTS), *(("postgres", cuts) for cuts in SOME_CUTS)]


@pytest.mark.parametrize(("engine", "cuts"), CUTS, ids=[f"{engine} {cuts:05b}" for engine, cuts in CUTS])
def test_restarts_between_any_steps(engine: str, cuts: int, tmp_path: Path, runner: asyncio.Runner) -> None:
    """Every set of cut points. SEED-53, SEED-54, SEED-26"""
    bridge = Bridge(make_place(engine, tmp_path / "data"), runner)
    teller = bridge.teller()

    for number, step in enumerate(teller.steps):
        step()
        if cuts >> number & 1:
            bridge.restart()

    assert teller.ending() == RIGHT_END
    bridge.stop()


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(again=st.lists(st.integers(0, STEPS - 1), max_size=6), lost=st.integers(0, STEPS - 1))
def test_steps_done_again_after_a_lost_answer(
    tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner, again: list[int], lost: int
) -> None:
    """Whoever had no answer asks again, and restarts come in between: one invitation, one start mail. SEED-55"""
    bridge = Bridge(prepared(tmp_path_factory.mktemp("life") / "data"), runner)
    teller = bridge.teller()

    for number, step in enumerate(teller.steps):
        step()
        if number == lost:
            bridge.restart()
        for _ in range(again.count(number) if number in (0, 1, 4, 5) else 0):
            step()

    assert teller.ending() == RIGHT_END
    bridge.stop()


def test_a_step_whose_commit_fails_has_not_happened(tmp_path: Path, runner: asyncio.Runner) -> None:
    bridge = Bridge(prepared(tmp_path / "data"), runner)
    teller = bridge.teller()
    teller.invite()
    commit = bridge.store._commit  # type: ignore[attr-defined]

    def fail() -> None:
        waiting, bridge.store._committed = bridge.store._committed, None  # type: ignore[attr-defined]
        bridge.store._connection.execute("ROLLBACK")  # type: ignore[attr-defined]
        waiting.set_exception(StoreUnavailableError("the disk is full"))

    bridge.store._commit = fail  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        teller.sign_up()
    bridge.store._commit = commit  # type: ignore[attr-defined]
    bridge.restart()
    for step in teller.steps[1:]:
        step()

    assert teller.ending() == RIGHT_END
    bridge.stop()


# Two bridges at once on one database.


def test_two_bridges_tell_one_story(runner: asyncio.Runner) -> None:
    """Each step to both bridges at once: one invitation, one start mail. SEED-53, SEED-54"""
    url = new_database()
    bridges = Bridge(url, runner), Bridge(url, runner)

    async def both(method: str, path: str, headers: Any, body: Any, is_scim: bool) -> list[tuple[int, Any]]:
        if is_scim:
            asked = [each.scim.handle(method, f"/scim/v2{path}", "", headers, _bytes(body)) for each in bridges]
        else:
            asked = [each.control.handle(method, f"{BASE}/{path}", "", headers, _bytes(body)) for each in bridges]
        return [_read(response) for response in await asyncio.gather(*asked)]

    def scim(method: str, path: str, body: Any) -> tuple[int, Any]:
        answers = runner.run(both(method, path, SCIM_HEADERS, body, True))
        assert all(status in (200, 201, 409) for status, _ in answers), answers
        return min(answers, key=lambda answer: answer[0])

    def control(method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "clock/advance":
            # The clock is one row: one of them moves it, and both look for what is due, at once.
            bridges[0].clock.advance(body["seconds"])
            bridges[1].clock.advance(body["seconds"])
            runner.run(_ticks())
            return 200, None
        answers = runner.run(both(method, path, CONTROL_HEADERS, body, False))
        assert all(status in (200, 409) for status, _ in answers), answers
        return min(answers, key=lambda answer: answer[0])

    async def _ticks() -> None:
        await asyncio.gather(*(each.service.tick() for each in bridges))

    teller = Teller(scim, control)
    for step in teller.steps:
        step()

    assert teller.ending() == RIGHT_END
    for bridge in bridges:
        bridge.stop()


def test_two_last_owners_do_not_both_go(runner: asyncio.Runner) -> None:
    """Two owners, two bridges, at once: one of the two stays."""
    url = new_database()
    bridges = Bridge(url, runner), Bridge(url, runner)
    owners = [{"email": f"{name}@example.com", "name": name, "owner": True} for name in ("olga", "otto")]
    placed = bridges[0]._control("POST", "fixtures", {"members": owners})[1]["members"]

    async def at_once() -> list[int]:
        asked = [
            bridge.scim.handle("DELETE", f"/scim/v2/Users/{owner['scim_id']}", "", SCIM_HEADERS, b"")
            for bridge, owner in zip(bridges, placed, strict=True)
        ]
        return sorted(response.status for response in await asyncio.gather(*asked))

    assert runner.run(at_once()) == [204, 403]
    for bridge in bridges:
        bridge.stop()


def test_a_switch_on_one_bridge_is_known_to_the_other_at_its_next_look(runner: asyncio.Runner) -> None:
    url = new_database()
    first, second = Bridge(url, runner), Bridge(url, runner)

    first._control("POST", "provisioning", {"on": False})
    runner.run(second.service.tick())

    assert [each._scim("GET", "/Users", None)[0] for each in (first, second)] == [503, 503]
    for bridge in (first, second):
        bridge.stop()


# Processes: killed between steps and in the middle of one, and two at once.


def process_teller(current: Callable[[], Round]) -> Teller:
    """Tells the story to a process; an answer that is lost because of its death is asked for again."""

    def speak(kind: str) -> Callable[[str, str, Any], tuple[int, Any]]:
        def one(method: str, path: str, body: Any) -> tuple[int, Any]:
            base = current().ready[kind]
            url = f"{base}{path}" if kind == "scim" else f"{base}/{path}"
            headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
            answer = requests.request(method, url, data=_bytes(body), headers=headers, timeout=30)
            return answer.status_code, answer.json() if answer.content else None

        return one

    return Teller(speak("scim"), speak("control"))


@contextmanager
def processes(place: list[str], folder: Path, count: int) -> Iterator[list[Round]]:
    """That many bridges on one store."""
    with ExitStack() as stack:
        started = []
        for number in range(count):
            (folder / str(number)).mkdir()
            started.append(Round(place, folder / str(number)))
            stack.callback(_end, started[-1])
        yield started


def _end(process: Round) -> None:
    process.process.kill()
    process.process.communicate()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_kill_9_between_and_within_steps(engine: str, tmp_path: Path) -> None:
    """SEED-53, SEED-54"""
    place = ["--data", str(tmp_path / "data")] if engine == "sqlite" else ["--database", new_database()]
    current = [Round(place, tmp_path)]
    teller = process_teller(lambda: current[0])

    for number, step in enumerate(teller.steps):
        if number in (1, 4):
            # In the middle of it: it is done or not, and nobody knows.
            thread = threading.Thread(target=_quietly, args=(step,))
            thread.start()
        _end(current[0])
        if number in (1, 4):
            thread.join()
        current[0] = Round(place, tmp_path)
        step()

    ending = teller.ending()
    _end(current[0])
    assert ending == RIGHT_END


def _quietly(step: Callable[[], None]) -> None:
    try:
        step()
    except (requests.RequestException, AssertionError, ValueError, TypeError):
        return


def test_two_processes_tell_one_story(tmp_path: Path) -> None:
    """SEED-53, SEED-54"""
    place = ["--database", new_database()]
    with processes(place, tmp_path, 2) as bridges:
        tellers = [process_teller(lambda bridge=bridge: bridge) for bridge in bridges]  # type: ignore[misc]
        for number in range(STEPS):
            with ThreadPoolExecutor() as both:
                # What goes wrong in one of them is told.
                list(both.map(lambda step: step(), [teller.steps[number] for teller in tellers]))

        endings = [teller.ending() for teller in tellers]

    assert endings == [RIGHT_END, RIGHT_END]
