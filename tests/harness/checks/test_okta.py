"""The checks of Okta, row by row."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    SCIM,
    Row,
    accepts,
    delete,
    error,
    finds,
    get,
    group,
    hired,
    ignores,
    joins,
    leaves,
    lost,
    page,
    patch,
    post,
    put,
    refused,
    user,
)
from tests.harness.checks.vendor_samples import (
    AT,
    DESIGN,
    FOR_ADA,
    FOR_DESIGN,
    THROTTLED,
    TITLE,
    activation_rows,
)

RENAME: Json = {"op": "replace", "value": {"id": "g-design", "displayName": "Design"}}


def connection_test(body: object, status: int = 200) -> Exchange:
    """Okta's connection test, answered."""
    return get("/Users?startIndex=1&count=2", body, status, name="test connection")


def rename(status: int, *operations: Json) -> Exchange:
    """A provider renames Design."""
    return patch(DESIGN, *(operations or (RENAME,)), status=status, name="rename group")


LABELLED = (("Content-Type", "application/json"),)

ROWS = (
    accepts("okta_connection_test_is_a_list", "a list", connection_test(page(ADA))),
    accepts("okta_connection_test_is_a_list", "an empty list without the rest", connection_test({"Resources": []})),
    finds(
        "okta_connection_test_is_a_list",
        "strings for numbers",
        connection_test(page(ADA, total="1", start=True)),
        says=(
            "totalResults as a JSON number ⟶ '1' @ /totalResults",
            "startIndex as a JSON number ⟶ True @ /startIndex",
        ),
    ),
    finds(
        "okta_connection_test_is_a_list",
        "404 for nobody",
        connection_test(error(404), 404),
        says="status 200 and a list ⟶ status 404",
    ),
    ignores("okta_connection_test_is_a_list", "another list", get("/Users", page(ADA))),
    ignores("okta_connection_test_is_a_list", "no answer", lost("GET", "/Users", name="test connection")),
    accepts("groups_are_found_by_name", "Design", get(FOR_DESIGN, page(group()))),
    finds(
        "groups_are_found_by_name",
        "a bare 501",
        get(FOR_DESIGN, None, 501),
        says="status 200 and a list ⟶ status 501",
    ),
    ignores("groups_are_found_by_name", "users", get(FOR_ADA, page(ADA))),
    accepts("a_create_shows_an_id", "an id", hired()),
    finds(
        "a_create_shows_an_id",
        "an empty body",
        post("/Users", NEW_ADA),
        says="an id in the body ⟶ 0 bytes without one",
    ),
    ignores("a_create_shows_an_id", "a refused create", refused(400)),
    accepts("the_overlaid_put_is_accepted", "200", put(AT, ADA, ADA)),
    finds(
        "the_overlaid_put_is_accepted",
        "400",
        put(AT, ADA, error(400), 400),
        says="the PUT to be accepted ⟶ status 400 not so",
    ),
    ignores("the_overlaid_put_is_accepted", "a group", put(DESIGN, {}, error(400), 400)),
    ignores("the_overlaid_put_is_accepted", "too many requests", put(AT, ADA, THROTTLED, 429)),
    accepts(
        "a_put_ends_with_the_new_name", "the new one", put(AT, user(displayName="Ada L."), user(displayName="Ada L."))
    ),
    accepts("a_put_ends_with_the_new_name", "none shown", put(AT, user(displayName="Ada L."), ADA)),
    finds(
        "a_put_ends_with_the_new_name",
        "the old one",
        put(AT, user(displayName="Ada L."), user(displayName="Ada B.")),
        says="displayName 'Ada L.' ⟶ 'Ada B.' @ /displayName",
    ),
    ignores("a_put_ends_with_the_new_name", "no name sent", put(AT, ADA, user(displayName="Ada B."))),
    accepts("a_rename_that_brings_the_id_is_accepted", "204", rename(204)),
    finds(
        "a_rename_that_brings_the_id_is_accepted",
        "400",
        rename(400),
        says="the rename to be accepted ⟶ status 400",
    ),
    ignores("a_rename_that_brings_the_id_is_accepted", "a rename by path", rename(400, TITLE)),
    accepts("member_operations_are_accepted", "204", leaves("u-ada")),
    finds(
        "member_operations_are_accepted",
        "500",
        leaves("u-ada", status=500),
        says="the membership change to be accepted ⟶ status 500",
    ),
    ignores("member_operations_are_accepted", "a rename", rename(204)),
    ignores("member_operations_are_accepted", "an add alone, which is another row", joins("u-ada", status=500)),
    ignores("member_operations_are_accepted", "too many requests", leaves("u-ada", status=429)),
    accepts("bare_members_are_accepted", "204", joins("u-ada")),
    finds(
        "bare_members_are_accepted",
        "400",
        joins("u-ada", status=400),
        says="the new members to be accepted ⟶ status 400",
    ),
    ignores("bare_members_are_accepted", "a removal, which is another row", leaves("u-ada", status=500)),
    ignores("bare_members_are_accepted", "too many requests", joins("u-ada", status=429)),
    accepts("a_bad_token_or_id_is_explained", "a text", get(AT, error(404), 404)),
    finds(
        "a_bad_token_or_id_is_explained",
        "no text",
        refused(401, error(401, detail=...)),
        says="an Error body with detail ⟶ none @ /detail",
    ),
    ignores("a_bad_token_or_id_is_explained", "another refusal, which is another row", refused(400, None)),
    accepts("an_error_tells_the_admin_why", "a text", refused(400)),
    finds(
        "an_error_tells_the_admin_why",
        "no text",
        refused(409, error(409, detail=...)),
        says="an Error body with detail ⟶ none @ /detail",
    ),
    ignores("an_error_tells_the_admin_why", "a bad token, which is another row", refused(401, None)),
    ignores("an_error_tells_the_admin_why", "a success", hired()),
    accepts("no_password_is_shown_to_okta", "none", post("/Users", NEW_ADA, ADA, 201, name="create user")),
    finds(
        "no_password_is_shown_to_okta",
        "a password",
        post("/Users", NEW_ADA, user(password="x"), 201, name="create user"),
        says="no password in the answer ⟶ a password attribute @ /password",
    ),
    ignores("no_password_is_shown_to_okta", "an answer without a body", post("/Users", NEW_ADA, name="create user")),
    ignores("no_password_is_shown_to_okta", "a create of a story", hired()),
    *activation_rows("a_pathless_activation_is_accepted"),
    accepts("throttling_names_whole_seconds", "30", refused(429, headers=(*SCIM, ("Retry-After", "30")))),
    finds("throttling_names_whole_seconds", "nothing", refused(429), says="Retry-After in whole seconds ⟶ None"),
    finds(
        "throttling_names_whole_seconds",
        "a date",
        refused(429, headers=(("Retry-After", "Mon, 05 Jan 2026 09:00:00 GMT"),)),
        says="Retry-After in whole seconds ⟶ 'Mon, 05 Jan 2026 09:00:00 GMT'",
    ),
    ignores("throttling_names_whole_seconds", "another refusal", refused(503)),
    accepts("oktas_labels_are_accepted", "a read with a Content-Type", get(AT, ADA, asked=LABELLED)),
    finds(
        "oktas_labels_are_accepted",
        "a DELETE is refused for it",
        delete(DESIGN, 415, asked=LABELLED),
        says="the request to be read ⟶ status 415",
    ),
    ignores("oktas_labels_are_accepted", "no label", get(AT, None, 415)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_okta(row: Row) -> None:
    assert row.said() == row.wanted
