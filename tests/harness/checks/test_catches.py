"""Faults of bridges that checks once missed, each as the literal exchanges that show it."""

from __future__ import annotations

import pytest

from tests.harness.checks.samples import ADA, NEW_ADA, Row, accepts, finds, get, meta, patch, post, put, user

AT = "/Users/u-ada"
WISHED_META = {"created": "2001-02-03T04:05:06Z", "version": 'W/"wished"'}
WORK = {"emails": [{"value": "ada@work.example", "type": "work"}]}

ROWS = (
    finds(
        "meta_in_a_put_is_ignored",
        "what the client wishes is stored",
        get(AT, ADA),
        put(AT, {**NEW_ADA, "meta": WISHED_META}, user(meta=meta(**WISHED_META))),
        says=(
            "the bridge's own meta.created ⟶ the client's '2001-02-03T04:05:06Z' @ /meta/created",
            "the bridge's own meta.version ⟶ the client's 'W/\"wished\"' @ /meta/version",
        ),
    ),
    finds(
        "meta_in_a_put_is_ignored",
        "what the client wishes is refused",
        get(AT, ADA),
        put(AT, {**NEW_ADA, "meta": WISHED_META}, None, 400),
        says="meta to be ignored ⟶ status 400",
    ),
    finds(
        "a_put_stores_what_was_sent",
        "shown in the answer, and not stored",
        put(AT, {**NEW_ADA, "title": "Countess"}, user(title="Countess")),
        get(AT, user(title="Analyst")),
        says="title 'Countess' ⟶ 'Analyst' @ /title",
    ),
    finds(
        "a_put_sets_active",
        "shown in the answer, and not stored",
        put(AT, {**NEW_ADA, "active": False}, user(active=False)),
        get(AT, ADA),
        says="active false ⟶ true @ /active",
    ),
    finds(
        "a_put_stores_what_was_sent",
        "emails are merged with the old ones",
        put(AT, {**NEW_ADA, **WORK}, user(emails=[*WORK["emails"], {"value": "old@home.example"}])),
        says="emails ['ada@work.example'] ⟶ ['old@home.example'] as well @ /emails",
    ),
    finds(
        "a_put_stores_what_was_sent",
        "the title gets lost",
        post("/Users", NEW_ADA, user(title="Analyst")),
        put(AT, {**NEW_ADA, "title": "Countess"}, ADA),
        says="title 'Countess' ⟶ none @ /title",
    ),
    accepts(
        "a_put_stores_what_was_sent",
        "another write comes before the read",
        put(AT, {**NEW_ADA, "title": "Countess"}, user(title="Countess")),
        patch(AT, {"op": "replace", "path": "title", "value": "Analyst"}),
        get(AT, user(title="Analyst")),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_fault_is_caught(row: Row) -> None:
    assert row.said() == row.wanted
