from __future__ import annotations

import pytest

from harness.record.message import CORE_USER
from tests.harness.checks.samples import (
    ADA,
    BASE,
    CREATED,
    NEW_ADA,
    NEW_DESIGN,
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
    lost,
    meta,
    page,
    post,
    put,
    records,
    refused,
    seen,
    user,
)

DESIGN = group()
IN_CAPITALS = {"schemas": [CORE_USER], "userName": "ADA@EXAMPLE.COM"}
ANOTHER_ADA = user("u-2")
OLD_META = {"created": "1999-01-01T00:00:00Z", "resourceType": "User"}

ANSWERS = (
    accepts("a_created_user_is_answered_with_201", "201", hired()),
    finds("a_created_user_is_answered_with_201", "200", hired(status=200), says="status 201 ⟶ status 200"),
    ignores("a_created_user_is_answered_with_201", "a refused create", refused(409)),
    ignores("a_created_user_is_answered_with_201", "a search by POST", post("/Users/.search", {}, ADA, 200)),
    ignores("a_created_user_is_answered_with_201", "a group", post("/Groups", NEW_DESIGN, DESIGN)),
    accepts("a_created_group_is_answered_with_201", "201", post("/Groups", NEW_DESIGN, DESIGN)),
    finds(
        "a_created_group_is_answered_with_201",
        "202",
        post("/Groups", NEW_DESIGN, DESIGN, 202),
        says="status 201 ⟶ status 202",
    ),
    ignores("a_created_group_is_answered_with_201", "a user", hired()),
    ignores(
        "a_created_group_is_answered_with_201",
        "a group that is there, under its id",
        get("/Groups", page(DESIGN)),
        post("/Groups", NEW_DESIGN, DESIGN, 200),
    ),
    ignores(
        "a_created_group_is_answered_with_201",
        "a group of the account",
        seen("account.groups", [{"name": "design"}]),
        post("/Groups", NEW_DESIGN, DESIGN, 200),
    ),
    finds(
        "a_created_group_is_answered_with_201",
        "200 for a new one",
        get("/Groups", page(group("g-sales", "Sales"))),
        post("/Groups", NEW_DESIGN, DESIGN, 200),
        says="status 201 ⟶ status 200",
    ),
    accepts("a_create_shows_the_new_resource", "a whole user", hired()),
    finds(
        "a_create_shows_the_new_resource",
        "an empty body",
        post("/Users", NEW_ADA, None),
        says="the new resource, with id, schemas and meta ⟶ without id, schemas, meta",
    ),
    finds(
        "a_create_shows_the_new_resource",
        "a user without meta",
        hired(user(meta=...)),
        says="the new resource, with id, schemas and meta ⟶ without meta",
    ),
    ignores("a_create_shows_the_new_resource", "a 200", hired(status=200)),
    accepts("the_bridge_assigns_id_and_meta", "both", hired()),
    finds(
        "the_bridge_assigns_id_and_meta",
        "neither",
        hired(user(id="", meta=...)),
        says=("id assigned by the bridge ⟶ none @ /id", "meta assigned by the bridge ⟶ none @ /meta"),
    ),
    ignores("the_bridge_assigns_id_and_meta", "an empty body", post("/Users", NEW_ADA, None)),
    accepts("a_new_user_is_of_type_user", "User", hired()),
    finds(
        "a_new_user_is_of_type_user",
        "Group",
        hired(user(meta=meta(resourceType="Group"))),
        says="meta.resourceType User ⟶ 'Group' @ /meta/resourceType",
    ),
    ignores("a_new_user_is_of_type_user", "a new group", post("/Groups", NEW_DESIGN, DESIGN)),
    accepts("a_new_group_is_of_type_group", "Group", post("/Groups", NEW_DESIGN, DESIGN)),
    finds(
        "a_new_group_is_of_type_group",
        "no meta",
        post("/Groups", NEW_DESIGN, group(meta=...)),
        says="meta.resourceType Group ⟶ None @ /meta/resourceType",
    ),
    ignores("a_new_group_is_of_type_group", "a new user", hired()),
)

LOCATIONS = (
    accepts("created_resource_has_location", "an absolute one", hired()),
    accepts("created_resource_has_location", "a relative one", hired(location="/scim/v2/Users/u-ada")),
    accepts(
        "created_resource_has_location",
        "an id with reserved characters, encoded",
        hired(user("ada@example.com"), location=f"{BASE}/Users/ada%40example.com"),
    ),
    finds("created_resource_has_location", "none", hired(location=None), says="a Location header ⟶ none"),
    finds(
        "created_resource_has_location",
        "that of somebody else",
        hired(location=f"{BASE}/Users/u-grace"),
        says=f"a Location that ends in the id 'u-ada' ⟶ {BASE}/Users/u-grace",
    ),
    ignores("created_resource_has_location", "a 200", hired(status=200)),
    accepts("created_resource_has_meta_location", "one", hired()),
    finds(
        "created_resource_has_meta_location",
        "none",
        hired(user(meta=meta(location=...))),
        says="meta.location ⟶ none @ /meta/location",
    ),
    ignores("created_resource_has_meta_location", "an empty body", post("/Users", NEW_ADA, None)),
    accepts("location_and_meta_agree", "the same", hired()),
    accepts("location_and_meta_agree", "the same, one of them relative", hired(location="/scim/v2/Users/u-ada")),
    finds(
        "location_and_meta_agree",
        "another",
        hired(location=f"{BASE}/Users/u-grace"),
        says=f"meta.location '{BASE}/Users/u-grace' ⟶ '{BASE}/Users/u-ada' @ /meta/location",
    ),
    finds(
        "location_and_meta_agree",
        "no address at all",
        hired(location="http://[ada"),
        says=f"meta.location 'http://[ada' ⟶ '{BASE}/Users/u-ada' @ /meta/location",
    ),
    ignores("location_and_meta_agree", "no Location", hired(location=None)),
    ignores("location_and_meta_agree", "no meta.location", hired(user(meta=meta(location=...)), location="/Users/1")),
)

GIVEN = (
    accepts("external_id_is_not_invented", "none", hired()),
    accepts("external_id_is_not_invented", "null", hired(user(externalId=None))),
    finds(
        "external_id_is_not_invented",
        "one that nobody sent",
        hired(user(externalId="x-1")),
        says="no externalId ⟶ 'x-1' @ /externalId",
    ),
    ignores(
        "external_id_is_not_invented",
        "one that was sent, in another case",
        post("/Users", {**NEW_ADA, "ExternalID": "x-1"}, user(externalId="x-1")),
    ),
    ignores("external_id_is_not_invented", "a request without a JSON object", post("/Users", b"[]", ADA)),
    accepts(
        "meta_of_the_client_is_ignored_on_create",
        "the bridge's own",
        post("/Users", {**NEW_ADA, "meta": OLD_META}, ADA),
    ),
    accepts(
        "meta_of_the_client_is_ignored_on_create",
        "a null that the bridge has no value for either",
        post("/Users", {**NEW_ADA, "meta": {"version": None}}, ADA),
    ),
    finds(
        "meta_of_the_client_is_ignored_on_create",
        "the client's date",
        post("/Users", {**NEW_ADA, "meta": {"created": CREATED}}, ADA),
        says=f"the bridge's own meta.created ⟶ the client's '{CREATED}' @ /meta/created",
    ),
    finds(
        "meta_of_the_client_is_ignored_on_create",
        "no meta",
        post("/Users", {**NEW_ADA, "meta": OLD_META}, user(meta=...)),
        says="the bridge's own meta ⟶ no meta @ /meta",
    ),
    ignores("meta_of_the_client_is_ignored_on_create", "a create without meta", hired()),
)

CONFLICTS = (
    accepts("a_second_create_conflicts", "409", hired(), refused(409)),
    records("a_second_create_conflicts", "409", hired(), refused(409), says="409"),
    finds("a_second_create_conflicts", "400", hired(), refused(400), says="status 409 ⟶ status 400"),
    finds(
        "a_second_create_conflicts",
        "a second Ada",
        hired(),
        hired(ANOTHER_ADA),
        says="status 409 ⟶ status 201",
    ),
    finds(
        "a_second_create_conflicts",
        "a second Ada, in capitals",
        hired(),
        post("/Users", IN_CAPITALS, ANOTHER_ADA),
        says="status 409 ⟶ status 201",
    ),
    ignores("a_second_create_conflicts", "one create", hired()),
    ignores("a_second_create_conflicts", "a create after a refused one", refused(400), hired()),
    ignores(
        "a_second_create_conflicts", "a create after a DELETE", hired(), delete("/Users/u-ada"), hired(ANOTHER_ADA)
    ),
    ignores(
        "a_second_create_conflicts",
        "a create after a rename that was lost",
        hired(),
        lost("PUT", "/Users/u-ada"),
        hired(ANOTHER_ADA),
    ),
    ignores(
        "a_second_create_conflicts",
        "a change of a user without an id",
        hired(user(id=...)),
        active(),
        hired(ANOTHER_ADA),
    ),
    ignores("a_second_create_conflicts", "a second create that got lost", hired(), lost("POST", "/Users", NEW_ADA)),
    ignores("a_second_create_conflicts", "a second create that met a server error", hired(), refused(500)),
    ignores("a_second_create_conflicts", "a second create that was throttled", hired(), refused(429)),
    ignores("a_second_create_conflicts", "a second create without a token", hired(), refused(401)),
    accepts("user_names_are_unique", "409", hired(), refused(409)),
    accepts("user_names_are_unique", "an adoption", hired(), hired(status=200)),
    finds(
        "user_names_are_unique",
        "a second Ada",
        hired(),
        hired(ANOTHER_ADA),
        says="no second User of that userName ⟶ status 201 with id 'u-2'",
    ),
    ignores("user_names_are_unique", "one create", hired()),
    accepts("a_conflict_says_uniqueness", "uniqueness", hired(), refused(409, error(409, scimType="uniqueness"))),
    finds(
        "a_conflict_says_uniqueness",
        "no scimType",
        hired(),
        refused(409),
        says="scimType uniqueness ⟶ None @ /scimType",
    ),
    ignores("a_conflict_says_uniqueness", "a 400", hired(), refused(400)),
    ignores("a_conflict_says_uniqueness", "reads and changes only", get("/Users/u-ada", ADA), put("/Users/u-ada", ADA)),
    ignores("a_conflict_says_uniqueness", "a HEAD", answered("HEAD", "/Users", 200)),
)

OWN_IDS = (
    accepts(
        "the_id_of_the_client_is_ignored_on_create", "its own id", post("/Users", {**NEW_ADA, "id": "u-wished"}, ADA)
    ),
    finds(
        "the_id_of_the_client_is_ignored_on_create",
        "the client's id",
        post("/Users", {**NEW_ADA, "id": "u-ada"}, ADA),
        says="the bridge's own id ⟶ the client's 'u-ada' @ /id",
    ),
    ignores("the_id_of_the_client_is_ignored_on_create", "a create without one", hired()),
    ignores(
        "the_id_of_the_client_is_ignored_on_create",
        "a refusal",
        post("/Users", {**NEW_ADA, "id": "u-ada"}, error(400), 400),
    ),
)

ROWS = (*ANSWERS, *LOCATIONS, *GIVEN, *CONFLICTS, *OWN_IDS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_creating(row: Row) -> None:
    assert row.said() == row.wanted
