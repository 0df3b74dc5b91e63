"""The checks of several identity providers, row by row."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_DESIGN,
    Row,
    accepts,
    active,
    delete,
    error,
    finds,
    get,
    group,
    hired,
    ignores,
    lost,
    page,
    post,
    put,
    records,
    refused,
    user,
)
from tests.harness.checks.vendor_samples import AT, DESIGN, FOR_ADA, FOR_DESIGN, IDLE, THROTTLED, TITLE, change, create


def create_group(status: int, body: object = None) -> Exchange:
    """A provider creates Design."""
    return post("/Groups", NEW_DESIGN, body, status, name="create group")


ROWS = (
    accepts("the_match_query_is_understood", "Ada", get(FOR_ADA, page(ADA))),
    accepts("the_match_query_is_understood", "Ada in capitals", get(FOR_ADA, page(user(userName="ADA@EXAMPLE.COM")))),
    finds(
        "the_match_query_is_understood",
        "everybody",
        get(FOR_ADA, page(ADA, GRACE)),
        says="userName 'ada@example.com' ⟶ 'grace@example.com' @ /Resources/1/userName",
    ),
    finds(
        "the_match_query_is_understood",
        "a refusal, with its reason",
        get(FOR_ADA, error(400), 400),
        says="status 200 and a list ⟶ status 400 not so",
    ),
    ignores("the_match_query_is_understood", "groups", get(FOR_DESIGN, page(group()))),
    ignores("the_match_query_is_understood", "too many queries", get(FOR_ADA, THROTTLED, 429)),
    accepts("no_match_is_200", "an empty list", get(FOR_ADA, page())),
    finds(
        "no_match_is_200",
        "404",
        get("/Groups", page()),
        get(FOR_DESIGN, error(404), 404),
        says="status 200 and an empty list ⟶ status 404",
    ),
    ignores("no_match_is_200", "a bridge without groups", get(FOR_DESIGN, error(404), 404)),
    ignores("no_match_is_200", "a read by id", get(AT, error(404), 404)),
    accepts("the_vendors_create_is_accepted", "201", create(201, ADA)),
    accepts("the_vendors_create_is_accepted", "adopted with 200", create(200, ADA)),
    finds(
        "the_vendors_create_is_accepted",
        "400",
        create(400, error(400)),
        says="the create to be accepted ⟶ status 400 not so",
    ),
    accepts("the_vendors_create_is_accepted", "a password, which is another row", create(201, user(password="x"))),
    ignores("the_vendors_create_is_accepted", "a conflict", create(409, error(409))),
    ignores("the_vendors_create_is_accepted", "too many requests", create(429, THROTTLED)),
    ignores("the_vendors_create_is_accepted", "a create of a story", hired()),
    accepts("a_duplicate_conflicts", "409", hired(), refused(409)),
    records("a_duplicate_conflicts", "409", hired(), refused(409), says="conflict-409"),
    records("a_duplicate_conflicts", "200", hired(), hired(status=200), says="adopt-200"),
    finds(
        "a_duplicate_conflicts",
        "another Ada",
        hired(),
        hired(user("u-2")),
        says="status 409, or 200 with the existing user ⟶ status 201",
    ),
    finds(
        "a_duplicate_conflicts",
        "409 without a body",
        hired(),
        refused(409, None),
        says="status 409 with an Error body ⟶ status 409 without one",
    ),
    ignores("a_duplicate_conflicts", "one create", hired()),
    accepts("a_patch_of_active_gives_200_or_204", "204", active()),
    accepts("a_patch_of_active_gives_200_or_204", "200", active(body=IDLE, status=200)),
    accepts("a_patch_of_active_gives_200_or_204", "active still, which is another row", active(body=ADA, status=200)),
    finds("a_patch_of_active_gives_200_or_204", "202", active(status=202), says="status 200 or 204 ⟶ status 202"),
    ignores("a_patch_of_active_gives_200_or_204", "a refusal, which is another row", active(status=400)),
    ignores("a_patch_of_active_gives_200_or_204", "another PATCH", change(204, TITLE)),
    accepts("a_deactivated_user_stays_readable", "inactive", active(), get(AT, IDLE)),
    finds(
        "a_deactivated_user_stays_readable",
        "404",
        active(),
        get(AT, error(404), 404),
        says="status 200 and active false ⟶ status 404, active None @ /active",
    ),
    finds(
        "a_deactivated_user_stays_readable",
        "active",
        active(),
        get(AT, ADA),
        says="status 200 and active false ⟶ status 200, active True @ /active",
    ),
    ignores("a_deactivated_user_stays_readable", "reactivated", active(), active("True"), get(AT, ADA)),
    ignores("a_deactivated_user_stays_readable", "refused", active(status=400), get(AT, ADA)),
    ignores("a_deactivated_user_stays_readable", "deleted since", active(), delete(AT), get(AT, error(404), 404)),
    ignores("a_deactivated_user_stays_readable", "replaced since", active(), put(AT, ADA, ADA), get(AT, ADA)),
    ignores("a_deactivated_user_stays_readable", "a read that got lost", active(), lost("GET", AT)),
    ignores("a_deactivated_user_stays_readable", "too many reads", active(), get(AT, THROTTLED, 429)),
    ignores(
        "a_deactivated_user_stays_readable", "a selection", active(), get(f"{AT}?attributes=userName", {"id": "u-ada"})
    ),
    accepts("the_vendors_group_create_is_accepted", "201", create_group(201, group())),
    finds(
        "the_vendors_group_create_is_accepted",
        "400",
        create_group(400),
        says="the create to be accepted ⟶ status 400",
    ),
    ignores("the_vendors_group_create_is_accepted", "a conflict", create_group(409)),
    ignores("the_vendors_group_create_is_accepted", "too many requests", create_group(429)),
    accepts("a_group_can_be_deleted", "204", delete(DESIGN)),
    finds("a_group_can_be_deleted", "501", delete(DESIGN, 501), says="status 204 ⟶ status 501"),
    accepts("a_group_can_be_deleted", "again, the answer was lost", delete(DESIGN), delete(DESIGN, 404)),
    ignores("a_group_can_be_deleted", "again, nobody knows", lost("DELETE", DESIGN), delete(DESIGN, 404)),
    ignores("a_group_can_be_deleted", "a user", delete(AT)),
    ignores("a_group_can_be_deleted", "no answer", lost("DELETE", DESIGN)),
    ignores("a_group_can_be_deleted", "too many requests", delete(DESIGN, 429)),
    accepts("the_vendors_labels_are_accepted", "201", hired()),
    finds(
        "the_vendors_labels_are_accepted", "415", put(AT, ADA, None, 415), says="the request to be read ⟶ status 415"
    ),
    ignores("the_vendors_labels_are_accepted", "a read", get(AT, error(406), 406)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_vendors(row: Row) -> None:
    assert row.said() == row.wanted
