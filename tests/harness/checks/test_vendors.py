from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from tests.harness.checks.worlds import (
    ADA,
    GRACE,
    NEW_ADA,
    NEW_DESIGN,
    SCIM,
    Row,
    accepts,
    active,
    answered,
    delete,
    error,
    finds,
    get,
    group,
    hired,
    ignores,
    joins,
    leaves,
    leaves_by_value,
    lost,
    page,
    patch,
    post,
    put,
    records,
    refused,
    user,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
FOR_ADA = "/Users?filter=userName+eq+%22ada%40example.com%22"
FOR_DESIGN = "/Groups?filter=displayName%20eq%20%22Design%22"
IDLE = user(active=False)
RENAME: Json = {"op": "replace", "value": {"id": "g-design", "displayName": "Design"}}
TITLE: Json = {"op": "Add", "path": "title", "value": "x"}
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
URN_KEY = f"{ENTERPRISE}:department"
DEPARTMENT: Json = {"op": "Replace", "path": URN_KEY, "value": "Engines"}
UNKNOWN: Json = {"op": "Add", "path": "urn:example:2.0:User:division", "value": "x"}
MANAGER: Json = {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "u-grace"}
DOTTED: Json = {"op": "replace", "value": {"name.familyName": "King", "displayName": "Ada King"}}
KING = user(name={"familyName": "King"})
CITY: Json = {"op": "Add", "path": "addresses", "value": []}
THROTTLED = error(429)


def connection_test(body: object, status: int = 200) -> Exchange:
    """Okta's connection test, answered."""
    return get("/Users?startIndex=1&count=2", body, status, name="test connection")


def create(status: int, body: object = None) -> Exchange:
    """A provider creates Ada."""
    return post("/Users", NEW_ADA, body, status, name="create user")


def create_group(status: int, body: object = None) -> Exchange:
    """A provider creates Design."""
    return post("/Groups", NEW_DESIGN, body, status, name="create group")


def rename(status: int, *operations: Json) -> Exchange:
    """A provider renames Design."""
    return patch(DESIGN, *(operations or (RENAME,)), status=status, name="rename group")


def change(status: int, *operations: Json) -> Exchange:
    """A provider changes Ada's attributes."""
    return patch(AT, *operations, status=status, name="change user")


def bare(body: object, status: int = 200, **more: object) -> Exchange:
    """A read without any header."""
    return answered("GET", AT, status, body, asked=(), **more)  # type: ignore[arg-type]


FINDING = (
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
    accepts("filter_answers_are_lists_with_ids", "Ada in a list", get(FOR_ADA, page(ADA))),
    finds("filter_answers_are_lists_with_ids", "Ada alone", get(FOR_ADA, ADA), says="a ListResponse ⟶ something else"),
    finds(
        "filter_answers_are_lists_with_ids",
        "Ada without an id",
        get(FOR_ADA, page(user(id=...))),
        says="an id ⟶ none @ /Resources/0/id",
    ),
    ignores("filter_answers_are_lists_with_ids", "an error", get(FOR_ADA, error(400), 400)),
    accepts("groups_are_found_by_name", "Design", get(FOR_DESIGN, page(group()))),
    finds(
        "groups_are_found_by_name",
        "a bare 501",
        get(FOR_DESIGN, None, 501),
        says="status 200 and a list ⟶ status 501",
    ),
    ignores("groups_are_found_by_name", "users", get(FOR_ADA, page(ADA))),
)

USERS = (
    accepts("the_vendors_create_is_accepted", "201", create(201, ADA)),
    accepts("the_vendors_create_is_accepted", "adopted with 200", create(200, ADA)),
    finds(
        "the_vendors_create_is_accepted",
        "400",
        create(400, error(400)),
        says="the create to be accepted ⟶ status 400 not so",
    ),
    finds(
        "the_vendors_create_is_accepted",
        "a password",
        create(201, user(password="x")),
        says="no password in the answer ⟶ a password attribute @ /password",
    ),
    ignores("the_vendors_create_is_accepted", "a conflict", create(409, error(409))),
    ignores("the_vendors_create_is_accepted", "too many requests", create(429, THROTTLED)),
    ignores("the_vendors_create_is_accepted", "a create of a story", hired()),
    accepts("a_create_shows_an_id", "an id", hired()),
    finds(
        "a_create_shows_an_id",
        "an empty body",
        post("/Users", NEW_ADA),
        says="an id in the body ⟶ 0 bytes without one",
    ),
    ignores("a_create_shows_an_id", "a refused create", refused(400)),
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
    ignores("a_duplicate_conflicts", "one create", hired()),
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
    accepts("activation_is_accepted", "204", active()),
    accepts("activation_is_accepted", "a string boolean", active("False", body=IDLE, status=200)),
    accepts(
        "activation_is_accepted",
        "no path",
        patch(AT, {"op": "replace", "value": {"active": True}}, body=ADA, status=200, name="set user active"),
    ),
    finds(
        "activation_is_accepted",
        "active still",
        active(body=ADA, status=200),
        says="active false as a Boolean ⟶ True @ /active",
    ),
    finds("activation_is_accepted", "400", active(status=400), says="status 200 or 204 ⟶ status 400"),
    ignores("activation_is_accepted", "another PATCH", change(204, TITLE)),
    ignores("activation_is_accepted", "too many requests", active(status=429)),
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
    accepts("several_operations_apply_together", "204", change(204, TITLE, CITY)),
    finds(
        "several_operations_apply_together",
        "400",
        change(400, TITLE, CITY),
        says="the PATCH to be accepted ⟶ status 400",
    ),
    ignores("several_operations_apply_together", "one operation", change(400, TITLE)),
    ignores("several_operations_apply_together", "a value that is taken", change(409, TITLE, CITY)),
    accepts("paths_behind_a_urn_are_understood", "200", change(200, DEPARTMENT)),
    finds(
        "paths_behind_a_urn_are_understood",
        "400",
        change(400, TITLE, DEPARTMENT),
        says="the PATCH to be accepted ⟶ status 400",
    ),
    ignores("paths_behind_a_urn_are_understood", "a plain path", change(400, TITLE)),
    ignores("paths_behind_a_urn_are_understood", "a manager", change(400, DEPARTMENT, MANAGER)),
    ignores("paths_behind_a_urn_are_understood", "a URN that nobody knows", change(400, DEPARTMENT, UNKNOWN)),
    ignores("several_operations_apply_together", "a URN that nobody knows", change(400, TITLE, UNKNOWN)),
    ignores("several_operations_apply_together", "a manager", change(400, TITLE, MANAGER)),
    accepts("a_manager_is_taken_in_any_spelling", "204", change(204, MANAGER)),
    accepts("a_manager_is_taken_in_any_spelling", "as an array", change(204, {**MANAGER, "path": "manager"})),
    finds(
        "a_manager_is_taken_in_any_spelling",
        "400",
        change(400, MANAGER),
        says="the manager to be accepted ⟶ status 400",
    ),
    ignores("a_manager_is_taken_in_any_spelling", "another attribute", change(400, DEPARTMENT)),
    accepts("dotted_keys_are_understood", "204", change(204, DOTTED)),
    accepts("dotted_keys_are_understood", "shown", patch(AT, DOTTED, body=KING, status=200, name="change user")),
    finds(
        "dotted_keys_are_understood",
        "acknowledged, and not done",
        patch(AT, DOTTED, body=user(name={"familyName": "Byron"}), status=200, name="change user"),
        says="name.familyName 'King' ⟶ 'Byron' @ /name/familyName",
    ),
    finds("dotted_keys_are_understood", "400", change(400, DOTTED), says="the PATCH to be accepted ⟶ status 400"),
    ignores("dotted_keys_are_understood", "a key with a URN", change(400, {"op": "replace", "value": {URN_KEY: "x"}})),
    ignores("dotted_keys_are_understood", "a path", change(400, {**TITLE, "path": "name.familyName"})),
    accepts("an_unknown_bare_key_is_let_be", "200", get(f"{AT}?aadOptscim062020", ADA)),
    records(
        "an_unknown_bare_key_is_let_be",
        "400",
        get("/Users?filter=userName+eq+%22a%22&aadOptscim062020", error(400), 400),
        says="status 400",
    ),
    ignores("an_unknown_bare_key_is_let_be", "no such key", get("/Users?count=1", error(400), 400)),
    ignores("an_unknown_bare_key_is_let_be", "nobody", get(f"{AT}?aadOptscim062020", error(404), 404)),
    accepts("values_come_back_as_sent", "as sent", hired()),
    finds(
        "values_come_back_as_sent",
        "another externalId",
        post("/Users", {**NEW_ADA, "externalId": "x-1"}, user(externalId="X-2")),
        says="externalId 'x-1' ⟶ 'X-2' @ /externalId",
    ),
    ignores("values_come_back_as_sent", "an empty body", post("/Users", NEW_ADA)),
)

GROUPS = (
    accepts("a_removal_by_a_filter_path_is_accepted", "204", leaves("u-ada", status=204)),
    finds(
        "a_removal_by_a_filter_path_is_accepted",
        "400",
        leaves("u-ada", status=400),
        says="the removal to be accepted ⟶ status 400",
    ),
    ignores("a_removal_by_a_filter_path_is_accepted", "by value", leaves_by_value("u-ada", status=400)),
    accepts("the_vendors_group_create_is_accepted", "201", create_group(201, group())),
    finds(
        "the_vendors_group_create_is_accepted",
        "400",
        create_group(400),
        says="the create to be accepted ⟶ status 400",
    ),
    ignores("the_vendors_group_create_is_accepted", "a conflict", create_group(409)),
    ignores("the_vendors_group_create_is_accepted", "too many requests", create_group(429)),
    accepts("a_rename_that_brings_the_id_is_accepted", "204", rename(204)),
    finds(
        "a_rename_that_brings_the_id_is_accepted",
        "400",
        rename(400),
        says="the rename to be accepted ⟶ status 400",
    ),
    ignores("a_rename_that_brings_the_id_is_accepted", "a rename by path", rename(400, TITLE)),
    accepts("member_operations_are_accepted", "204", joins("u-ada")),
    finds(
        "member_operations_are_accepted",
        "500",
        leaves("u-ada", status=500),
        says="the membership change to be accepted ⟶ status 500",
    ),
    ignores("member_operations_are_accepted", "a rename", rename(204)),
    ignores("member_operations_are_accepted", "too many requests", joins("u-ada", status=429)),
    accepts("a_removal_of_members_succeeds", "204", leaves_by_value("u-ada")),
    finds(
        "a_removal_of_members_succeeds",
        "400",
        leaves_by_value("u-ada", status=400),
        says="the removal to be accepted ⟶ status 400",
    ),
    ignores("a_removal_of_members_succeeds", "an add", joins("u-ada")),
    accepts("a_membership_answer_is_small", "204", joins("u-ada")),
    records("a_membership_answer_is_small", "204", joins("u-ada"), says="204"),
    finds(
        "a_membership_answer_is_small",
        "202",
        joins("u-ada", status=202),
        says="status 200 or 204 ⟶ status 202",
    ),
    ignores("a_membership_answer_is_small", "a refusal", joins("u-ada", status=400)),
    accepts("a_group_can_be_deleted", "204", delete(DESIGN)),
    finds("a_group_can_be_deleted", "501", delete(DESIGN, 501), says="status 204 ⟶ status 501"),
    ignores("a_group_can_be_deleted", "a user", delete(AT)),
    ignores("a_group_can_be_deleted", "no answer", lost("DELETE", DESIGN)),
    ignores("a_group_can_be_deleted", "too many requests", delete(DESIGN, 429)),
    accepts("members_are_excluded_for_entra", "none", get(f"{DESIGN}?excludedAttributes=members", group(members=...))),
    finds(
        "members_are_excluded_for_entra",
        "Ada",
        get("/Groups?excludedAttributes=members", page(group("g-design", "Design", "u-ada"))),
        says="groups without members ⟶ members are shown @ /members",
    ),
    ignores(
        "members_are_excluded_for_entra",
        "something else is excluded",
        get(f"{DESIGN}?excludedAttributes=displayName", group("g-design", "Design", "u-ada")),
    ),
    accepts("a_new_group_shows_its_name", "Design", post("/Groups", NEW_DESIGN, group())),
    finds(
        "a_new_group_shows_its_name",
        "without a name",
        post("/Groups", NEW_DESIGN, group(displayName=...)),
        says="id, displayName and meta.resourceType ⟶ id, members, meta, schemas",
    ),
    ignores("a_new_group_shows_its_name", "a user", hired()),
)

WIRE = (
    accepts("an_error_tells_the_admin_why", "a text", refused(400)),
    finds(
        "an_error_tells_the_admin_why",
        "no text",
        refused(401, error(401, detail=...)),
        says="an Error body with detail ⟶ none @ /detail",
    ),
    ignores("an_error_tells_the_admin_why", "a success", hired()),
    accepts("throttling_names_whole_seconds", "30", refused(429, headers=(*SCIM, ("Retry-After", "30")))),
    finds("throttling_names_whole_seconds", "nothing", refused(429), says="Retry-After in whole seconds ⟶ None"),
    finds(
        "throttling_names_whole_seconds",
        "a date",
        refused(429, headers=(("Retry-After", "Mon, 05 Jan 2026 09:00:00 GMT"),)),
        says="Retry-After in whole seconds ⟶ 'Mon, 05 Jan 2026 09:00:00 GMT'",
    ),
    ignores("throttling_names_whole_seconds", "another refusal", refused(503)),
    accepts("a_read_without_headers_gives_scim_json", "SCIM JSON", bare(ADA)),
    finds(
        "a_read_without_headers_gives_scim_json",
        "HTML, as Entra asks, with its token alone",
        answered(
            "GET",
            AT,
            200,
            b"<p>",
            asked=(("Authorization", "Bearer x"), ("Host", "bridge.example")),
            headers=(("Content-Type", "text/html"),),
        ),
        says="SCIM JSON ⟶ status 200, 'text/html'",
    ),
    ignores("a_read_without_headers_gives_scim_json", "nobody there", bare(b"", 404)),
    finds(
        "a_read_without_headers_gives_scim_json",
        "406",
        bare(error(406), 406),
        says="SCIM JSON ⟶ status 406, 'application/scim+json'",
    ),
    finds(
        "a_read_without_headers_gives_scim_json",
        "HTML",
        bare(b"<p>", headers=(("Content-Type", "text/html; charset=utf-8"),)),
        says="SCIM JSON ⟶ status 200, 'text/html'",
    ),
    ignores("a_read_without_headers_gives_scim_json", "a read with headers", get(AT, b"<p>")),
    accepts("the_vendors_labels_are_accepted", "201", hired()),
    finds(
        "the_vendors_labels_are_accepted", "415", put(AT, ADA, None, 415), says="the request to be read ⟶ status 415"
    ),
    ignores("the_vendors_labels_are_accepted", "a read", get(AT, error(406), 406)),
    accepts("googles_agent_is_let_in", "200", get(AT, ADA)),
    finds("googles_agent_is_let_in", "403", get(AT, None, 403), says="the request to be served ⟶ status 403"),
    ignores("googles_agent_is_let_in", "no answer", lost("GET", AT)),
)

ROWS = (*FINDING, *USERS, *GROUPS, *WIRE)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_vendors(row: Row) -> None:
    assert row.said() == row.wanted
