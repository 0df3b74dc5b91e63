"""Churn: the same for the same seed."""

from __future__ import annotations

import pytest

from harness.directory.directory import Directory
from harness.errors import UsageError
from harness.simulate.churn import Churn


def test_the_same_churn_happens_for_the_same_seed() -> None:
    one, other = Directory.of(people=50, groups=3), Directory.of(people=50, groups=3)

    Churn(one, 0.5, seed=4).happen()
    Churn(other, 0.5, seed=4).happen()

    assert one.delta() == other.delta()
    assert len(one.people.changed) > 10


@pytest.mark.parametrize("state", [[], [1, 2, 3], [3, [1], None]])
def test_hurt_churn_is_refused(state: list[object]) -> None:
    with pytest.raises(UsageError, match="the file is damaged"):
        Churn(Directory.of(people=3), 0.1, 7).go_on(state)
