"""The checks of Google Workspace, row by row."""

from __future__ import annotations

import pytest

from tests.harness.checks.samples import (
    ADA,
    Row,
    accepts,
    finds,
    get,
    ignores,
    lost,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
AGENT = (("User-Agent", "Google-Auto-Provisioning"),)


ROWS = (
    accepts("googles_agent_is_let_in", "200", get(AT, ADA, asked=AGENT)),
    finds(
        "googles_agent_is_let_in",
        "403",
        get(AT, None, 403, asked=AGENT),
        says="the request to be served ⟶ status 403",
    ),
    ignores("googles_agent_is_let_in", "another agent", get(AT, None, 403)),
    ignores("googles_agent_is_let_in", "no answer", lost("GET", AT)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_google(row: Row) -> None:
    assert row.said() == row.wanted
