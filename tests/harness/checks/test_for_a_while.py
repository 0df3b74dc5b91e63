"""Access that is taken and given back between two looks is no change of either, and is found all the same."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.journal import Observation
from tests.harness.checks.samples import (
    Row,
    accepts,
    act,
    active,
    finds,
    ignores,
    joins,
    leaves,
    member,
    members,
    patch,
    seen,
)

TITLE = patch("/Users/u-ada", {"op": "replace", "path": "title", "value": "Countess"})
GRACE = patch("/Users/u-grace", {"op": "replace", "path": "active", "value": False})
TWO = {"groups": ["a-everyone", "a-design"]}
CHECK = "nobody_is_suspended_for_a_while"


def ada(state: str = "ACTIVE", **more: Any) -> Observation:
    """A look at which Ada is the only member."""
    return members(member(state=state, **{**TWO, **more}))


def told(*names: str) -> Observation:
    """The journal, with these events of Ada's."""
    return seen("account.journal", [{"seq": n, "event": name, "member_id": "m-ada"} for n, name in enumerate(names)])


GONE = told("joined", "suspended", "reactivated")

ROWS: tuple[Row, ...] = (
    accepts(CHECK, "her own request", ada(), told("joined"), active(), active(True), ada(), GONE),
    accepts(CHECK, "an administrator", ada(), told("joined"), act(name="suspend"), ada(), GONE),
    accepts(CHECK, "she leaves her only group", ada(groups=["a-design"]), told("joined"), leaves("u-ada"), ada(), GONE),
    finds(
        CHECK,
        "a title",
        ada(),
        told("joined"),
        TITLE,
        ada(),
        GONE,
        says="SEED-18: ada@example.com keeps access throughout ⟶ suspended, and let in again",
    ),
    finds(
        CHECK,
        "somebody else's request",
        ada("INVITED"),
        told("joined"),
        GRACE,
        ada("INVITED"),
        GONE,
        says="SEED-18: ada@example.com keeps access throughout ⟶ suspended, and let in again",
    ),
    finds(
        CHECK,
        "a move between two of her groups",
        ada(),
        told("joined"),
        leaves("u-ada"),
        joins("u-ada"),
        ada(),
        GONE,
        says="SEED-46: ada@example.com keeps access throughout ⟶ suspended, and let in again",
    ),
    ignores(CHECK, "nobody was suspended", ada(), told("joined"), TITLE, ada(), told("joined", "left")),
    ignores(CHECK, "who stays suspended is another check's", ada(), told("joined"), TITLE, ada("SUSPENDED"), GONE),
    ignores(CHECK, "an event of before", ada(), GONE, TITLE, ada(), GONE),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_for_a_while(row: Row) -> None:
    assert row.said() == row.wanted
