"""Direct memberships, shown in a user."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.samples import (
    MEMBERS_ON_REQUEST,
    Row,
    accepts,
    delete,
    finds,
    get,
    group,
    ignores,
    leaves,
    user,
)


def inside(kind: str = "direct") -> Exchange:
    """A read of Ada, who is in Design."""
    return get("/Users/u-ada", user(groups=[{"value": "g-design", "type": kind}]))


FULL, EMPTY = (get("/Groups/g-design", group("g-design", "Design", *each)) for each in (["u-ada"], []))
OUTSIDE = get("/Users/u-ada", user())
SHOWN = "no group g-design, which the user has left ⟶ it is shown @ /groups"
CHECK = "who_left_a_group_is_not_shown_in_it"
ROWS: tuple[Row, ...] = (
    accepts(CHECK, "gone", FULL, inside(), leaves("u-ada"), EMPTY, OUTSIDE),
    accepts(CHECK, "the group is gone", FULL, inside(), delete("/Groups/g-design"), OUTSIDE),
    finds(CHECK, "still shown", FULL, inside(), leaves("u-ada"), EMPTY, inside(), says=SHOWN),
    finds(
        CHECK, "still shown in a group that is gone", FULL, inside(), delete("/Groups/g-design"), inside(), says=SHOWN
    ),
    ignores(CHECK, "an indirect one", FULL, inside("indirect"), leaves("u-ada"), EMPTY, inside("indirect")),
    ignores(CHECK, "back again", FULL, inside(), EMPTY, FULL, inside()),
    ignores(CHECK, "a group that never shows its members", EMPTY, inside(), EMPTY, inside()),
    ignores(CHECK, "members that are shown on request alone", MEMBERS_ON_REQUEST, FULL, inside(), EMPTY, inside()),
    ignores(CHECK, "not seen since", FULL, inside(), leaves("u-ada"), inside()),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_direct(row: Row) -> None:
    assert row.said() == row.wanted
