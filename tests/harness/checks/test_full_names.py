"""The formatted name beside its parts."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.samples import NEW_ADA, Row, accepts, finds, get, hired, ignores, patch, post, user


def named(formatted: str, given: str = "Augusta") -> Exchange:
    """A read of Ada with both forms of her name."""
    return get("/Users/u-ada", user(name={"formatted": formatted, "givenName": given, "familyName": "King"}))


RENAMED = patch("/Users/u-ada", {"op": "replace", "path": "name.givenName", "value": "Augusta"})
WITHOUT_PATH = patch("/Users/u-ada", {"op": "replace", "value": {"name": {"givenName": "Augusta"}}})
OWN = post("/Users", {**NEW_ADA, "name": {"formatted": "Ada the First"}}, user())
CHECK = "both_forms_of_a_name_agree"
ROWS: tuple[Row, ...] = (
    accepts(CHECK, "made anew", hired(), RENAMED, named("Augusta King")),
    accepts(CHECK, "the client's own", OWN, RENAMED, named("Ada the First")),
    finds(
        CHECK,
        "the former name",
        hired(),
        RENAMED,
        named("Ada King"),
        says="a formatted name with Augusta ⟶ 'Ada King' @ /name/formatted",
    ),
    finds(
        CHECK,
        "the former name, without a path",
        hired(),
        WITHOUT_PATH,
        named("Ada King"),
        says="a formatted name with Augusta ⟶ 'Ada King' @ /name/formatted",
    ),
    ignores(CHECK, "no formatted name", hired(), RENAMED, get("/Users/u-ada", user(name={"givenName": "Augusta"}))),
    ignores(CHECK, "no change", hired(), named("Ada King", "Ada")),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_full_names(row: Row) -> None:
    assert row.said() == row.wanted
