"""How far members have come: nobody skips a stage, nobody is sent back, and who returns finds their groups again."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.journal import Observation
from tests.harness.checks.samples import (
    ADA,
    Row,
    accepts,
    act,
    active,
    delete,
    finds,
    hired,
    ignores,
    leaves,
    member,
    members,
    patch,
    put,
    step,
    time_passes,
)


def ada(state: str, **more: Any) -> Observation:
    """A look at which Ada is the only member."""
    return members(member(state=state, **more))


TITLE = patch("/Users/u-ada", {"op": "replace", "path": "title", "value": "Countess"})
IN_DESIGN = {"groups": ["a-design"]}

STAGES = (
    accepts("nobody_is_let_in_before_the_sign_up", "a sign-up", ada("INVITED"), act(), ada("PENDING")),
    accepts(
        "nobody_is_let_in_before_the_sign_up",
        "a sign-up, and the confirmation at once",
        ada("INVITED"),
        act(),
        time_passes(),
        ada("ACTIVE"),
    ),
    accepts("nobody_is_let_in_before_the_sign_up", "a suspension", ada("INVITED"), active(), ada("SUSPENDED")),
    finds(
        "nobody_is_let_in_before_the_sign_up",
        "a title lets her in",
        ada("INVITED"),
        TITLE,
        ada("ACTIVE"),
        says="ada@example.com is INVITED until the sign-up ⟶ now ACTIVE",
    ),
    finds(
        "nobody_is_let_in_before_the_sign_up",
        "a return leads further than she had come",
        ada("INVITED"),
        active(),
        ada("SUSPENDED"),
        active(True),
        ada("ACTIVE"),
        says="ada@example.com is SUSPENDED until the sign-up ⟶ now ACTIVE",
    ),
    ignores("nobody_is_let_in_before_the_sign_up", "a member who was put in place", members(), ada("ACTIVE")),
    ignores("nobody_is_let_in_before_the_sign_up", "a fixture", ada("INVITED"), act(name="fixtures"), ada("ACTIVE")),
    accepts(
        "nobody_is_sent_back",
        "back from suspension",
        ada("ACTIVE"),
        active(),
        ada("SUSPENDED"),
        active(True),
        ada("ACTIVE"),
    ),
    accepts("nobody_is_sent_back", "recovering", ada("ACTIVE"), step(), ada("RECOVERING")),
    finds(
        "nobody_is_sent_back",
        "who waits is invited again",
        ada("PENDING"),
        TITLE,
        ada("INVITED"),
        says="SEED-56: ada@example.com waits to be confirmed, and stays so ⟶ is invited: INVITED",
    ),
    finds(
        "nobody_is_sent_back",
        "who returns waits once more",
        ada("ACTIVE"),
        active(),
        ada("SUSPENDED"),
        active(True),
        ada("PENDING"),
        says="SEED-66: ada@example.com is let in, and stays so ⟶ waits to be confirmed: PENDING",
    ),
    ignores(
        "nobody_is_sent_back",
        "an administrator deletes her, and she is invited",
        ada("ACTIVE"),
        act(name="delete"),
        ada("INVITED"),
    ),
)

RETURNS = (
    accepts(
        "who_returns_is_in_the_same_groups",
        "the same group",
        ada("ACTIVE", **IN_DESIGN),
        active(),
        ada("SUSPENDED"),
        active(True),
        ada("ACTIVE", **IN_DESIGN),
    ),
    finds(
        "who_returns_is_in_the_same_groups",
        "out of the group",
        ada("ACTIVE", **IN_DESIGN),
        active(),
        ada("SUSPENDED", **IN_DESIGN),
        active(True),
        ada("ACTIVE"),
        says="ada@example.com is back in all groups of before ⟶ 1 of 1 are lost",
    ),
    ignores(
        "who_returns_is_in_the_same_groups",
        "a request took her out meanwhile",
        ada("ACTIVE", **IN_DESIGN),
        active(),
        ada("SUSPENDED", **IN_DESIGN),
        leaves("u-ada"),
        ada("SUSPENDED"),
        active(True),
        ada("ACTIVE"),
    ),
    ignores(
        "who_returns_is_in_the_same_groups",
        "her user was deleted meanwhile",
        ada("ACTIVE", **IN_DESIGN),
        delete("/Users/u-ada"),
        ada("SUSPENDED"),
        active(True),
        ada("ACTIVE"),
    ),
)

NEWCOMERS = (
    accepts("who_is_created_is_managed", "an invited newcomer", members(), hired(), ada("INVITED")),
    finds(
        "who_is_created_is_managed",
        "somebody whom nobody manages",
        members(),
        hired(),
        ada("INVITED", managed=False),
        says="ada@example.com is managed by provisioning ⟶ not managed",
    ),
    ignores("who_is_created_is_managed", "a member who was there", ada("ACTIVE", managed=False), TITLE, ada("ACTIVE")),
    ignores("who_is_created_is_managed", "nobody was created", members(), put("/Users/u-ada", ADA), ada("INVITED")),
)

ROWS: tuple[Row, ...] = (*STAGES, *RETURNS, *NEWCOMERS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_stages(row: Row) -> None:
    assert row.said() == row.wanted
