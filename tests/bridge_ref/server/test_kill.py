"""A few rounds of kill -9; `tests/bridge_ref/kill_rounds.py` is the command for many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bridge_ref.kill_rounds import Ledger, run
from tests.bridge_ref.postgres import new_database

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_no_acknowledged_write_is_lost(engine: str, tmp_path: Path) -> None:
    place = ["--data", str(tmp_path / "data")] if engine == "sqlite" else ["--database", new_database()]

    ledger, problems = run(place, rounds=2, seed=1)

    assert problems == []
    assert len(ledger.users) > 10


def test_the_ledger_sees_what_is_lost_twice_or_unasked() -> None:
    ledger = Ledger(users={"a": "1", "b": "2"}, active={"b": False}, asked={"a", "b"})
    listed = {"b": {"active": True}, "x": {"active": True}}

    assert ledger.problems(listed, {"b": 2, "x": 1, "y": 1}) == [
        "a was acknowledged and is gone",
        "b was acknowledged as active=False and is not",
        "x was never asked for",
        "b has 2 invitations",
        "y was invited and is not there",
    ]
