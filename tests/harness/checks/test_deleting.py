from __future__ import annotations

import pytest

from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_ADA,
    Row,
    accepts,
    active,
    delete,
    error,
    finds,
    get,
    hired,
    ignores,
    lost,
    page,
    patch,
    put,
    user,
)

AT = "/Users/u-ada"
GONE = delete(AT)
NOT_FOUND = error(404)
CAPITAL = {"op": "Remove", "path": "title"}

ROWS = (
    accepts("a_user_is_deleted_with_204", "204", GONE),
    finds(
        "a_user_is_deleted_with_204",
        "200 with the user",
        delete(AT, 200, b"{}"),
        says="status 204 without a body ⟶ status 200 with 2 bytes",
    ),
    finds(
        "a_user_is_deleted_with_204",
        "204 with a body",
        delete(AT, 204, b"{}"),
        says="status 204 without a body ⟶ status 204 with 2 bytes",
    ),
    ignores("a_user_is_deleted_with_204", "a DELETE of a stranger", delete(AT, 404, NOT_FOUND)),
    ignores("a_user_is_deleted_with_204", "a group", delete("/Groups/g-design")),
    accepts("a_group_is_deleted_with_204", "204", delete("/Groups/g-design")),
    finds(
        "a_group_is_deleted_with_204",
        "202",
        delete("/Groups/g-design", 202),
        says="status 204 without a body ⟶ status 202 with 0 bytes",
    ),
    ignores("a_group_is_deleted_with_204", "a user", GONE),
    accepts("a_deleted_resource_cannot_be_read", "404", GONE, get(AT, NOT_FOUND, 404)),
    finds(
        "a_deleted_resource_cannot_be_read",
        "still there",
        GONE,
        get(AT, ADA),
        says="status 404 after the DELETE ⟶ status 200",
    ),
    ignores("a_deleted_resource_cannot_be_read", "a read before", get(AT, ADA), GONE),
    ignores("a_deleted_resource_cannot_be_read", "a DELETE that was refused", delete(AT, 403), get(AT, ADA)),
    ignores("a_deleted_resource_cannot_be_read", "the group of the same id", GONE, get("/Groups/u-ada")),
    ignores("a_deleted_resource_cannot_be_read", "a read that got lost", GONE, lost("GET", AT)),
    ignores("a_deleted_resource_cannot_be_read", "a read that was throttled", GONE, get(AT, None, 429)),
    ignores("a_deleted_resource_cannot_be_read", "a read without a token", GONE, get(AT, None, 401)),
    accepts("a_deleted_resource_cannot_be_replaced", "404", GONE, put(AT, NEW_ADA, NOT_FOUND, 404)),
    finds(
        "a_deleted_resource_cannot_be_replaced",
        "brought back",
        GONE,
        put(AT, NEW_ADA, ADA),
        says="status 404 after the DELETE ⟶ status 200",
    ),
    ignores("a_deleted_resource_cannot_be_replaced", "a read", GONE, get(AT, NOT_FOUND, 404)),
    accepts("a_deleted_resource_cannot_be_patched", "404", GONE, active(status=404, body=NOT_FOUND)),
    finds(
        "a_deleted_resource_cannot_be_patched",
        "accepted",
        GONE,
        active(),
        says="status 404 after the DELETE ⟶ status 204",
    ),
    ignores("a_deleted_resource_cannot_be_patched", "a PATCH before", active(), GONE),
    ignores("a_deleted_resource_cannot_be_patched", "an op with a capital", GONE, patch(AT, CAPITAL, status=400)),
    accepts("a_deleted_resource_cannot_be_deleted_again", "404", GONE, delete(AT, 404, NOT_FOUND)),
    finds(
        "a_deleted_resource_cannot_be_deleted_again",
        "204 again",
        GONE,
        GONE,
        says="status 404 after the DELETE ⟶ status 204",
    ),
    ignores("a_deleted_resource_cannot_be_deleted_again", "one DELETE", GONE),
    accepts("a_deleted_resource_is_not_listed", "the others", GONE, get("/Users", page(GRACE))),
    finds(
        "a_deleted_resource_is_not_listed",
        "listed still",
        GONE,
        get("/Users", page(GRACE, ADA)),
        says="no deleted resource in the list ⟶ 'u-ada' @ /Resources/1",
    ),
    ignores("a_deleted_resource_is_not_listed", "a list before", get("/Users", page(ADA)), GONE),
    ignores("a_deleted_resource_is_not_listed", "groups, whose ids are their own", GONE, get("/Groups", page(ADA))),
    accepts("ids_are_not_given_again", "a new id", hired(), GONE, hired(user("u-2"))),
    finds(
        "ids_are_not_given_again",
        "the old id",
        hired(),
        GONE,
        hired(),
        says="a new id ⟶ the old one, 'u-ada' @ /id",
    ),
    ignores("ids_are_not_given_again", "somebody else", hired(), GONE, hired(GRACE)),
    ignores("ids_are_not_given_again", "no DELETE", hired(), hired(user("u-2"))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_deleting(row: Row) -> None:
    assert row.said() == row.wanted
