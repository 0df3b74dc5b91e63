"""The checks of what every identity provider does somehow, row by row."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_ADA,
    NEW_DESIGN,
    Row,
    accepts,
    active,
    delete,
    error,
    finds,
    get,
    group,
    ignores,
    joins,
    leaves_by_value,
    lost,
    page,
    patch,
    post,
    put,
)
from tests.harness.checks.vendor_samples import (
    AT,
    DESIGN,
    FOR_ADA,
    FOR_DESIGN,
    IDLE,
    THROTTLED,
    TITLE,
    activation_rows,
    change,
    create,
)

NAME: Json = {"op": "replace", "path": "displayName", "value": "Drawing"}


def a_test(body: object, status: int = 200) -> Exchange:
    """A connection test."""
    return get("/Users?startIndex=1&count=1", body, status, name="test connection")


def groups(body: object, status: int = 200) -> Exchange:
    """A list of groups."""
    return get("/Groups?startIndex=1&count=100", body, status, name="list groups")


def create_group(status: int, body: object = None) -> Exchange:
    """A provider creates Design."""
    return post("/Groups", NEW_DESIGN, body, status, name="create group")


ROWS = (
    accepts("a_connection_test_is_answered", "a page", a_test(page(ADA))),
    finds("a_connection_test_is_answered", "403", a_test(error(403), 403), says="status 200 ⟶ status 403"),
    ignores("a_connection_test_is_answered", "another read", get("/Users", page(ADA))),
    ignores("a_connection_test_is_answered", "a wrong token", a_test(error(401), 401)),
    accepts("a_test_by_an_unknown_name_finds_nobody", "an empty list", a_test(page())),
    accepts("a_test_by_an_unknown_name_finds_nobody", "404", a_test(error(404), 404)),
    finds(
        "a_test_by_an_unknown_name_finds_nobody",
        "somebody",
        a_test(page(ADA)),
        says="status 200 and nobody, or status 404 ⟶ status 200, totalResults 1",
    ),
    finds(
        "a_test_by_an_unknown_name_finds_nobody",
        "400",
        a_test(error(400), 400),
        says="status 200 and nobody, or status 404 ⟶ status 400, totalResults None",
    ),
    ignores("a_test_by_an_unknown_name_finds_nobody", "a look-up", get(FOR_ADA, page())),
    accepts("the_vendors_headers_are_accepted", "200", get(AT, ADA)),
    finds("the_vendors_headers_are_accepted", "415", get(AT, None, 415), says="the request to be read ⟶ status 415"),
    finds("the_vendors_headers_are_accepted", "406", create(406), says="the request to be read ⟶ status 406"),
    ignores("the_vendors_headers_are_accepted", "no answer", lost("GET", AT)),
    accepts("the_vendors_query_finds_the_user", "Ada", get(FOR_ADA, page(ADA))),
    accepts("the_vendors_query_finds_the_user", "with an & at the end", get(f"{FOR_ADA}&", page(ADA))),
    finds(
        "the_vendors_query_finds_the_user",
        "everybody",
        get(FOR_ADA, page(ADA, GRACE)),
        says="userName 'ada@example.com' ⟶ 'grace@example.com' @ /Resources/1/userName",
    ),
    ignores("the_vendors_query_finds_the_user", "groups", get(FOR_DESIGN, page(group()))),
    accepts("the_vendors_user_is_created", "201", create(201, ADA)),
    finds("the_vendors_user_is_created", "400", create(400), says="the create to be accepted ⟶ status 400"),
    ignores("the_vendors_user_is_created", "a conflict", create(409, error(409))),
    accepts("the_vendors_update_is_accepted", "a PATCH", change(204, TITLE)),
    accepts("the_vendors_update_is_accepted", "a PUT", put(AT, NEW_ADA, ADA, name="replace user")),
    finds(
        "the_vendors_update_is_accepted",
        "a PUT that is refused",
        put(AT, NEW_ADA, error(400), 400, name="replace user"),
        says="the update to be accepted ⟶ status 400 not so",
    ),
    ignores("the_vendors_update_is_accepted", "a user who is gone", change(404, TITLE)),
    ignores("the_vendors_update_is_accepted", "an activation", active()),
    *activation_rows("the_vendors_activation_has_effect"),
    accepts(
        "the_vendors_activation_has_effect",
        "false in a PUT",
        put(AT, {**NEW_ADA, "active": False}, IDLE, name="replace user"),
    ),
    accepts(
        "the_vendors_activation_has_effect",
        "false as text in a PUT",
        put(AT, {**NEW_ADA, "active": "false"}, IDLE, name="replace user"),
    ),
    finds(
        "the_vendors_activation_has_effect",
        "a PUT that leaves Ada active",
        put(AT, {**NEW_ADA, "active": False}, ADA, name="replace user"),
        says="active false as a Boolean ⟶ True @ /active",
    ),
    ignores("the_vendors_activation_has_effect", "a user who is gone", active(status=404)),
    accepts("the_vendors_delete_is_accepted", "204", delete(AT, name="delete user")),
    finds(
        "the_vendors_delete_is_accepted",
        "405",
        delete(AT, 405, error(405), name="delete user"),
        says="the delete to be accepted ⟶ status 405 not so",
    ),
    ignores("the_vendors_delete_is_accepted", "nobody", delete(AT, 404, name="delete user")),
    ignores("the_vendors_delete_is_accepted", "a group", delete(DESIGN, name="delete group")),
    accepts("the_groups_are_listed", "Design", groups(page(group()))),
    accepts("the_groups_are_listed", "none", groups(page())),
    finds(
        "the_groups_are_listed",
        "a group without a name",
        groups(page(group(displayName=...))),
        says="a group with displayName ⟶ none @ /Resources/0/displayName",
    ),
    finds("the_groups_are_listed", "501", groups(error(501), 501), says="status 200 and a list ⟶ status 501 not so"),
    ignores("the_groups_are_listed", "users", get("/Users", page(ADA))),
    accepts("the_vendors_group_is_created", "201", create_group(201, group())),
    finds("the_vendors_group_is_created", "400", create_group(400), says="the create to be accepted ⟶ status 400"),
    ignores("the_vendors_group_is_created", "a conflict", create_group(409, error(409))),
    accepts("the_vendors_group_is_renamed", "204", patch(DESIGN, NAME, name="rename group")),
    finds(
        "the_vendors_group_is_renamed",
        "400",
        patch(DESIGN, NAME, status=400, name="rename group"),
        says="the new name to be accepted ⟶ status 400",
    ),
    ignores("the_vendors_group_is_renamed", "another change", joins("u-ada")),
    accepts("groups_can_be_patched", "204", joins("u-ada")),
    accepts("groups_can_be_patched", "a refusal of this one", joins("u-ada", status=400)),
    finds(
        "groups_can_be_patched",
        "405",
        joins("u-ada", status=405),
        says="PATCH to be offered for groups ⟶ status 405",
    ),
    finds(
        "groups_can_be_patched",
        "501",
        patch(DESIGN, NAME, status=501, name="rename group"),
        says="PATCH to be offered for groups ⟶ status 501",
    ),
    ignores("groups_can_be_patched", "a user", change(405, TITLE)),
    accepts("the_vendors_members_move", "one joins", joins("u-ada", name="change group members")),
    accepts("the_vendors_members_move", "one leaves", leaves_by_value("u-ada", name="change group members")),
    finds(
        "the_vendors_members_move",
        "400",
        leaves_by_value("u-ada", name="change group members", status=400),
        says="the change to be accepted ⟶ status 400",
    ),
    ignores("the_vendors_members_move", "a new name", patch(DESIGN, NAME, name="rename group")),
    ignores("the_vendors_members_move", "it is gone", joins("u-ada", name="change group members", status=404)),
    accepts("the_vendors_group_is_deleted", "204", delete(DESIGN, name="delete group")),
    finds(
        "the_vendors_group_is_deleted",
        "403",
        delete(DESIGN, 403, error(403), name="delete group"),
        says="the delete to be accepted ⟶ status 403 not so",
    ),
    ignores("the_vendors_group_is_deleted", "no group", delete(DESIGN, 404, name="delete group")),
    accepts("objects_for_a_test_come_and_go", "a user", post("/Users", NEW_ADA, ADA, name="create test user")),
    accepts("objects_for_a_test_come_and_go", "a group goes", delete(DESIGN, name="delete test group")),
    finds(
        "objects_for_a_test_come_and_go",
        "a user stays",
        delete(AT, 405, error(405), name="delete test user"),
        says="the test object to be made, or deleted ⟶ status 405 not so",
    ),
    ignores("objects_for_a_test_come_and_go", "another user", create(201, ADA)),
    ignores("objects_for_a_test_come_and_go", "too many requests", post("/Users", NEW_ADA, THROTTLED, 429)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_vendor_facts(row: Row) -> None:
    assert row.said() == row.wanted
