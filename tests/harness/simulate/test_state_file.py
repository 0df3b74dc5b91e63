"""Where a simulation stopped: what comes back, and which files are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.clock import ManualClock
from harness.errors import UsageError
from harness.idp.dialects import DIALECTS
from harness.idp.provider import IdentityProvider
from harness.simulate.churn import Churn
from harness.simulate.comparison import compare
from harness.simulate.simulation import Simulation
from harness.simulate.state_file import (
    SavedCompany,
    Savepoint,
    agreed_company,
    make_savepoint,
    read_savepoint,
    restore,
    write_savepoint,
)
from tests.bridges import SmallBridge

COMPANY = SavedCompany(people=20, groups=3, seed=5)


def cycle(provider: IdentityProvider, bridge: SmallBridge) -> None:
    Simulation(provider, lambda: bridge.send, parallel=1, real=ManualClock()).cycle()


def stored(path: Path, provider: IdentityProvider, churn: Churn | None = None) -> Savepoint:
    draws = churn or Churn(provider.directory, 0.0, 5)
    write_savepoint(path, make_savepoint(COMPANY, provider, 3, 2_400.0, draws.state()))
    found = read_savepoint(path, provider.dialect)
    assert found is not None
    return found


@pytest.mark.parametrize("dialect", ["okta-oin", "entra-default", "google-push"])
def test_a_later_run_goes_on_where_the_first_stopped(tmp_path: Path, dialect: str) -> None:
    bridge, first = SmallBridge(), DIALECTS[dialect](COMPANY.make())
    churn = Churn(first.directory, 0.3, 5)
    cycle(first, bridge)
    churn.happen()
    first.directory.nest(*list(first.directory.groups.values())[:2])
    first.directory.dissolve(first.directory.groups["s5-g3"])
    cycle(first, bridge)

    point = stored(tmp_path / "state.json", first, churn)
    later = DIALECTS[dialect](point.company.make())
    restore(point, later)
    bridge.asked.clear()
    cycle(later, bridge)

    assert later.directory.delta() == first.directory.delta()
    assert [request.name for request in bridge.asked if request.method != "GET"] == []
    assert compare(later, bridge.send, ManualClock()).is_equal
    assert (point.cycles, point.clock) == (3, 2_400.0)


def test_churn_goes_on_with_the_same_draws(tmp_path: Path) -> None:
    first = DIALECTS["google-push"](COMPANY.make())
    churn = Churn(first.directory, 0.3, 5)
    churn.happen()
    point = stored(tmp_path / "state.json", first, churn)
    later = DIALECTS["google-push"](COMPANY.make())
    restore(point, later)
    again = Churn(later.directory, 0.3, 5)
    again.go_on(point.churn)

    churn.happen()
    again.happen()

    assert first.directory.delta() == later.directory.delta()


def test_no_file_is_no_state(tmp_path: Path) -> None:
    assert read_savepoint(tmp_path / "state.json", "okta-oin") is None


def test_a_write_that_fails_leaves_the_former_file(tmp_path: Path) -> None:
    provider = DIALECTS["google-push"](COMPANY.make())
    stored(tmp_path / "state.json", provider)
    before = (tmp_path / "state.json").read_bytes()
    point = make_savepoint(COMPANY, provider, 4, 0.0, [object()])

    with pytest.raises(TypeError):
        write_savepoint(tmp_path / "state.json", point)

    assert (tmp_path / "state.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_a_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    provider = DIALECTS["google-push"](COMPANY.make())

    with pytest.raises(UsageError, match="can't be written"):
        stored(tmp_path / "nowhere" / "state.json", provider)


def test_another_dialect_is_refused(tmp_path: Path) -> None:
    stored(tmp_path / "state.json", DIALECTS["google-push"](COMPANY.make()))

    with pytest.raises(UsageError, match="belongs to google-push, not to okta-oin"):
        read_savepoint(tmp_path / "state.json", "okta-oin")


def test_another_directory_is_refused(tmp_path: Path) -> None:
    point = stored(tmp_path / "state.json", DIALECTS["google-push"](COMPANY.make()))

    assert agreed_company(tmp_path / "state.json", point, {"people": 20, "seed": None}) == COMPANY
    with pytest.raises(UsageError, match="belongs to another company: people is 20 there and 21 here"):
        agreed_company(tmp_path / "state.json", point, {"people": 21})


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "is not a state file of bridgecheck simulate"),
        (b"\xff\xfe", "is not a state file of bridgecheck simulate"),
        (b"[]", "is not a state file of bridgecheck simulate"),
        (b'{"schema": "bridgecheck/simulation/9"}', "has the schema 'bridgecheck/simulation/9'"),
        (b'{"schema": "bridgecheck/simulation/1"}', "is damaged"),
    ],
)
def test_what_is_no_state_is_refused(tmp_path: Path, content: bytes, refusal: str) -> None:
    (tmp_path / "state.json").write_bytes(content)

    with pytest.raises(UsageError, match=refusal):
        read_savepoint(tmp_path / "state.json", "okta-oin")


def test_a_state_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    provider = DIALECTS["google-push"](COMPANY.make())
    stored(tmp_path / "state.json", provider)
    document = json.loads((tmp_path / "state.json").read_bytes())
    document["delta"]["added"] = {"no-such-group": ["s5-p1"]}
    (tmp_path / "state.json").write_text(json.dumps(document), encoding="utf-8")
    point = read_savepoint(tmp_path / "state.json", "google-push")
    assert point is not None

    with pytest.raises(UsageError, match="the file is damaged: KeyError"):
        restore(point, DIALECTS["google-push"](COMPANY.make()))
