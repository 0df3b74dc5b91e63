"""Correct behaviour that checks once took for a fault, each as the literal exchanges that show it."""

from __future__ import annotations

import pytest

from harness.record.message import CORE_USER
from tests.harness.checks.samples import ADA, NEW_ADA, Row, accepts, get, hired, history, meta, put, run_check, user

AT = "/Users/u-ada"

ROWS = (
    accepts(
        "a_put_stores_what_was_sent",
        "a bridge that keeps no titles and only whole names",
        put(AT, {**NEW_ADA, "title": "Countess", "name": {"givenName": "Ada"}}, user(name={"formatted": "Ada"})),
    ),
    accepts(
        "a_put_stores_what_was_sent",
        "a bridge that keeps one address, the userName",
        put(AT, {**NEW_ADA, "emails": [{"value": "a@home.example"}]}, user(emails=[{"value": ADA["userName"]}])),
    ),
    accepts(
        "created_never_changes",
        "a create is answered from memory, a read from a store of milliseconds",
        hired(user(meta=meta(created="2026-01-05T09:00:00.123987Z"))),
        get(AT, user(meta=meta(created="2026-01-05T09:00:00.124Z"))),
    ),
    accepts(
        "last_modified_never_runs_back",
        "a create is answered from memory, a read from a store of seconds",
        hired(user(meta=meta(lastModified="2026-01-05T09:00:00.987Z"))),
        get(AT, user(meta=meta(lastModified="2026-01-05T09:00:00Z"))),
    ),
    accepts(
        "only_selected_attributes_are_shown",
        "the bridge's schema declares active as always returned",
        get(f"/Schemas/{CORE_USER}", {"id": CORE_USER, "attributes": [{"name": "active", "returned": "always"}]}),
        get(f"{AT}?attributes=title", {"schemas": [CORE_USER], "id": "u-ada", "active": True}),
    ),
)


def test_a_selection_from_the_configuration_may_be_applied() -> None:
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch": {"supported": True}}

    assert run_check("answers_keep_their_schema", history(get("/ServiceProviderConfig?attributes=patch", body))) is None


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_alarm(row: Row) -> None:
    assert row.said() == row.wanted
