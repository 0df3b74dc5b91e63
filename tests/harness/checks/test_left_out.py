"""What a schema leaves out."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER
from tests.harness.checks.samples import NEW_ADA, Row, accepts, finds, get, ignores, page, post, user


def schema(**said: str) -> Exchange:
    """The schemas, which say this of the title."""
    title: Json = {"name": "title", "type": "string", **said}
    return get("/Schemas", page({"id": CORE_USER, "attributes": [title]}))


SENT = {**NEW_ADA, "title": "Countess"}
KEPT, DROPPED = post("/Users", SENT, user(title="Countess")), post("/Users", SENT, user())
CHECK = "what_is_left_out_has_its_default"
ROWS: tuple[Row, ...] = (
    accepts(CHECK, "kept", schema(), KEPT),
    finds(
        CHECK, "dropped", schema(), DROPPED, says="title, which by default is readWrite and returned ⟶ none @ /title"
    ),
    ignores(CHECK, "said to be otherwise", schema(mutability="readOnly", returned="default"), DROPPED),
    ignores(CHECK, "not sent", schema(), post("/Users", NEW_ADA, user())),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_left_out(row: Row) -> None:
    assert row.said() == row.wanted
