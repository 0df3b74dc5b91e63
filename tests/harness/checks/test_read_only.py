"""The display of an entry of a list, where a schema says that it is immutable."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER
from tests.harness.checks.samples import Row, accepts, error, finds, get, ignores, page, patch, user

CHECK = "a_display_that_is_immutable_stays"
OTHER: Json = {"op": "replace", "path": 'emails[value eq "ada@example.com"].display', "value": "Other"}


def schema(mutability: str) -> Exchange:
    """The schemas, which say this of the display of an e-mail address."""
    parts = [{"name": "value", "type": "string"}, {"name": "display", "type": "string", "mutability": mutability}]
    emails = {"name": "emails", "type": "complex", "multiValued": True, "subAttributes": parts}
    return get("/Schemas", page({"id": CORE_USER, "attributes": [emails]}))


def shown(display: str | None) -> Exchange:
    """A read of Ada with an e-mail address."""
    address = {"value": "ada@example.com", **({"display": display} if display else {})}
    return get("/Users/u-ada", user(emails=[address]))


FIXED = schema("immutable")
ROWS: tuple[Row, ...] = (
    accepts(CHECK, "refused", FIXED, shown("Ada"), patch("/Users/u-ada", OTHER, body=error(400), status=400)),
    accepts(CHECK, "passed over", FIXED, shown("Ada"), patch("/Users/u-ada", OTHER), shown("Ada")),
    finds(
        CHECK,
        "overwritten",
        FIXED,
        shown("Ada"),
        patch("/Users/u-ada", OTHER),
        shown("Other"),
        says="display 'Ada', which is immutable ⟶ 'Other' @ /emails",
    ),
    ignores(CHECK, "none yet", FIXED, shown(None), patch("/Users/u-ada", OTHER), shown("Other")),
    ignores(CHECK, "not immutable", schema("readWrite"), shown("Ada"), patch("/Users/u-ada", OTHER), shown("Other")),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_displays(row: Row) -> None:
    assert row.said() == row.wanted
