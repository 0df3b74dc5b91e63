"""The state machines of members and groups: every transition of the table, played and observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from bridge_ref.account.policy import Policy, with_policy
from tests.bridge_ref.machine import ELSEWHERE, ROWS, Row
from tests.bridge_ref.world import World

NUMBERS = {*(f"M{number}" for number in range(1, 32)), *(f"G{number}" for number in range(1, 14))}


@pytest.fixture
def told(row: Row, tmp_path: Path) -> Iterator[World]:
    """A bridge with the choices of a row."""
    made = World(tmp_path / "data", policy=with_policy(row.policy))
    yield made
    made.close()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.id} {row.story.__name__}" for row in ROWS])
def test_a_transition(row: Row, told: World) -> None:
    row.story(told)


def test_every_number_has_a_row() -> None:
    assert {row.number for row in ROWS} | ELSEWHERE.keys() == NUMBERS


def test_every_choice_is_shown_with_each_of_its_values() -> None:
    shown = {setting for row in ROWS for setting in row.policy}

    for field in fields(Policy):
        others = {f"{field.name}={word}" for word in field.metadata["words"]} - {f"{field.name}={field.default}"}
        # 403 for provisioning_off differs from 500 in its number alone.
        assert others - {"provisioning_off=403"} <= shown
        assert field.metadata["words"] or any(setting.startswith(f"{field.name}=") for setting in shown)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("retentoin_days=3", "did you mean retention_days"),
        ("nonsense", "there are invitation_days"),
        ("last_owner=shoot", "one of refuse, suspend"),
        ("invitation_days=-1", "whole number from 0"),
        ("invitation_days=99999999999", "whole number from 0"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused(setting: str, words: str) -> None:
    with pytest.raises(LookupError, match=words):
        with_policy([setting])
