from __future__ import annotations

import pytest

from harness.record.journal import Act
from tests.harness.checks.samples import (
    ADA,
    GRACE,
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
    patch,
    post,
    refused,
    user,
)

FOR_ADA = "/Users?filter=userName%20eq%20%22ada%40example.com%22"
FOR_ZOE = "/Users?filter=userName%20eq%20%22zo%C3%AB%40example.com%22"
GONE = get("/Users/u-ada", error(404), 404)
INACTIVE = user(active=False)
RENAMES = {"op": "replace", "path": "userName", "value": "ada.king@example.com"}
NOT_FOUND = "the user ada@example.com, as shown in entry 0:1 ⟶ an empty list @ /Resources"
INACTIVE_NOT_FOUND = "the inactive user ada@example.com, as shown in entry 0:2 ⟶ an empty list @ /Resources"

LOOK_UPS = (
    accepts("what_is_there_is_found", "she is found", hired(), get(FOR_ADA, page(ADA))),
    accepts("what_is_there_is_found", "inactive, and found", hired(), active(), get(FOR_ADA, page(INACTIVE))),
    accepts("what_is_there_is_found", "on a later page, perhaps", hired(), get(FOR_ADA, page(GRACE, total=2))),
    accepts("what_is_there_is_found", "a refused write", hired(), refused(409), get(FOR_ADA, page(ADA))),
    finds("what_is_there_is_found", "nobody is found", hired(), get(FOR_ADA, page()), says=NOT_FOUND),
    finds(
        "what_is_there_is_found",
        "somebody else is found",
        hired(),
        get(FOR_ADA, page(GRACE)),
        says="the user ada@example.com, as shown in entry 0:1 ⟶ 1 others @ /Resources",
    ),
    finds(
        "what_is_there_is_found",
        "a look-up shows no inactive users",
        hired(),
        active(),
        get(FOR_ADA, page()),
        says=INACTIVE_NOT_FOUND,
    ),
    finds(
        "what_is_there_is_found",
        "a group is not found",
        post("/Groups", {"displayName": "Design"}, group()),
        get("/Groups?filter=displayName%20eq%20%22Design%22", page()),
        says="the group Design, as shown in entry 0:1 ⟶ an empty list @ /Resources",
    ),
    ignores("what_is_there_is_found", "another value", hired(), get(FOR_ZOE, page())),
    ignores("what_is_there_is_found", "another letter case", hired(), get(FOR_ADA.replace("ada", "Ada"), page())),
    ignores("what_is_there_is_found", "deleted meanwhile", hired(), delete("/Users/u-ada"), get(FOR_ADA, page())),
    ignores("what_is_there_is_found", "renamed, unseen", hired(), patch("/Users/u-ada", RENAMES), get(FOR_ADA, page())),
    ignores("what_is_there_is_found", "a lost write", hired(), lost("PUT", "/Users/u-ada"), get(FOR_ADA, page())),
    ignores("what_is_there_is_found", "an act outside SCIM", hired(), Act("delete", "ada"), get(FOR_ADA, page())),
    ignores(
        "what_is_there_is_found", "no longer there", hired(), get("/Users/u-ada", error(404), 404), get(FOR_ADA, page())
    ),
    ignores("what_is_there_is_found", "refused", hired(), get(FOR_ADA, error(400), 400)),
    ignores("what_is_there_is_found", "nobody is asked for", hired(), get(f"{FOR_ADA}&count=0", page(total=1))),
    accepts("an_inactive_user_is_found", "found", hired(), active(), get(FOR_ADA, page(INACTIVE))),
    finds(
        "an_inactive_user_is_found",
        "not found",
        hired(),
        active(),
        get(FOR_ADA, page()),
        says=INACTIVE_NOT_FOUND,
    ),
    finds(
        "an_inactive_user_is_found",
        "shown as active",
        hired(),
        active(),
        get(FOR_ADA, page(ADA)),
        says="active false ⟶ another value @ /Resources/0/active",
    ),
    ignores("an_inactive_user_is_found", "active", hired(), get(FOR_ADA, page(ADA))),
    ignores("an_inactive_user_is_found", "active again", hired(), active(), active(True), get(FOR_ADA, page(ADA))),
)

ODD = (
    accepts("a_filter_value_may_hold_any_character", "answered", get(FOR_ADA, page(ADA)), get(FOR_ZOE, page())),
    finds(
        "a_filter_value_may_hold_any_character",
        "refused",
        get(FOR_ADA, page(ADA)),
        get(FOR_ZOE, error(400), 400),
        says="status 200 for the value zoë@example.com, as in entry 0:1 ⟶ status 400",
    ),
    finds(
        "a_filter_value_may_hold_any_character",
        "refused before the plain one is answered",
        get(FOR_ZOE, error(500), 500),
        get(FOR_ADA, page(ADA)),
        says="status 200 for the value zoë@example.com, as in entry 0:2 ⟶ status 500",
    ),
    ignores("a_filter_value_may_hold_any_character", "no filter is answered", get(FOR_ZOE, error(400), 400)),
    ignores(
        "a_filter_value_may_hold_any_character",
        "put off",
        get(FOR_ADA, page(ADA)),
        get(FOR_ZOE, error(429), 429),
    ),
    ignores("a_filter_value_may_hold_any_character", "no filter", hired(), get("/Users", page(ADA))),
)

ZOE = user("u-zoe", "zoë@example.com")
ENCODED = (
    accepts("an_encoded_value_is_decoded", "found", hired(ZOE), get(FOR_ZOE, page(ZOE))),
    finds(
        "an_encoded_value_is_decoded",
        "not found",
        hired(ZOE),
        get(FOR_ZOE, page()),
        says="the user zoë@example.com, as shown in entry 0:1 ⟶ an empty list @ /Resources",
    ),
    ignores(
        "an_encoded_value_is_decoded",
        "a quote, which has an escape of its own",
        hired(user(displayName='a "b"')),
        get("/Users?filter=displayName%20eq%20%22a%20%5C%22b%5C%22%22", page()),
    ),
    ignores("an_encoded_value_is_decoded", "a plain value", hired(), get(FOR_ADA, page())),
)

ROWS = (*LOOK_UPS, *ODD, *ENCODED)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_looking_up(row: Row) -> None:
    assert row.said() == row.wanted
