from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from harness.record.message import CORE_GROUP, CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import (
    ADA,
    BASE,
    CREATED,
    GRACE,
    NEW_DESIGN,
    SCIM,
    Row,
    accepts,
    act,
    active,
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
    refused,
    time_passes,
    user,
)

AT = "/Users/u-ada"
READ = get(AT, ADA)
LIST = get("/Users", page(ADA, GRACE))
LATER, EARLIER = "2026-01-05T09:00:01Z", "2026-01-05T08:59:59Z"


def read_with(**changed: object) -> Exchange:
    """Ada read, her meta changed."""
    return get(AT, user(meta=meta(**changed)))


FORMED = post("/Groups", NEW_DESIGN, group())
IDS = (
    accepts("every_resource_has_an_id", "Ada and Grace", LIST),
    finds(
        "every_resource_has_an_id",
        "a number, an empty one and none",
        get("/Users", page(user(id=7), user(id=""), user(id=...))),
        says=(
            "an id, a non-empty string ⟶ 7 @ /Resources/0/id",
            "an id, a non-empty string ⟶ '' @ /Resources/1/id",
            "an id, a non-empty string ⟶ None @ /Resources/2/id",
        ),
    ),
    ignores("every_resource_has_an_id", "an error", refused(409)),
    ignores("every_resource_has_an_id", "an empty list", get("/Users", page())),
    accepts("no_id_holds_the_word_bulk_id", "u-ada", READ),
    finds(
        "no_id_holds_the_word_bulk_id",
        "bulkId:1",
        hired(user("bulkId:1")),
        says="an id without the word bulkId ⟶ 'bulkId:1' @ /id",
    ),
    ignores("no_id_holds_the_word_bulk_id", "no body", delete(AT)),
    accepts("ids_on_a_page_are_unique", "Ada and Grace", LIST),
    finds(
        "ids_on_a_page_are_unique",
        "Ada twice",
        get("/Users", page(ADA, GRACE, ADA)),
        says="ids that occur once ⟶ 'u-ada' twice @ /Resources/2/id",
    ),
    ignores("ids_on_a_page_are_unique", "a page of one", get("/Users", page(ADA))),
    accepts("the_id_is_the_one_asked_for", "Ada", READ),
    accepts("the_id_is_the_one_asked_for", "an encoded id", get("/Users/ada%40example.com", user("ada@example.com"))),
    finds(
        "the_id_is_the_one_asked_for",
        "Grace after a PUT for Ada",
        put(AT, ADA, GRACE),
        says="id 'u-ada' ⟶ 'u-grace' @ /id",
    ),
    ignores("the_id_is_the_one_asked_for", "none at all", get("/Users/u-ada", user(id=...))),
    ignores("the_id_is_the_one_asked_for", "a list", LIST),
    ignores("the_id_is_the_one_asked_for", "a stranger", get("/Users/u-2", error(404), 404)),
    accepts("a_known_user_is_read_with_200", "200", hired(), READ),
    finds("a_known_user_is_read_with_200", "203", hired(), get(AT, ADA, 203), says="status 200 ⟶ status 203"),
    finds("a_known_user_is_read_with_200", "404", hired(), get(AT, error(404), 404), says="status 200 ⟶ status 404"),
    ignores(
        "a_known_user_is_read_with_200", "an unknown parameter", hired(), get(f"{AT}?colour=blue", error(400), 400)
    ),
    finds("a_known_user_is_read_with_200", "a list", hired(), get(AT, page(ADA)), says="one object ⟶ a list"),
    ignores(
        "a_known_user_is_read_with_200",
        "nothing is newer",
        hired(),
        get(AT, None, 304, asked=(("If-None-Match", 'W/"1"'),)),
    ),
    ignores(
        "a_known_user_is_read_with_200",
        "a condition that is no entity-tag",
        hired(),
        get(AT, error(400), 400, asked=(("If-None-Match", "no tag"),)),
    ),
    ignores("a_known_user_is_read_with_200", "a group", hired(), get("/Groups/g-design", group())),
    ignores("a_known_user_is_read_with_200", "a PATCH", hired(), active(body=ADA, status=200)),
    ignores("a_known_user_is_read_with_200", "a read after the DELETE", hired(), delete(AT), get(AT, error(404), 404)),
    ignores("a_known_user_is_read_with_200", "somebody did something", hired(), act(), get(AT, error(404), 404)),
    ignores("a_known_user_is_read_with_200", "a form that there is not", hired(), get(AT, error(406), 406)),
    ignores("a_known_user_is_read_with_200", "an odd selection", hired(), get(f"{AT}?attributes=no", error(400), 400)),
    ignores("a_known_user_is_read_with_200", "a bridge under repair", hired(), get(AT, error(503), 503)),
    accepts("a_known_group_is_read_with_200", "200", FORMED, get("/Groups/g-design", group())),
    finds(
        "a_known_group_is_read_with_200",
        "202",
        FORMED,
        get("/Groups/g-design", group(), 202),
        says="status 200 ⟶ status 202",
    ),
    ignores("a_known_group_is_read_with_200", "a user", READ),
)

METAS = (
    accepts("meta_is_returned_by_default", "Ada and Grace", LIST),
    finds(
        "meta_is_returned_by_default",
        "Grace without",
        get("/Users", page(ADA, user(meta=...))),
        says="meta ⟶ None @ /Resources/1/meta",
    ),
    ignores("meta_is_returned_by_default", "a selection", get(f"{AT}?attributes=userName", user(meta=...))),
    ignores("meta_is_returned_by_default", "an exclusion", get(f"{AT}?excludedAttributes=meta", user(meta=...))),
    accepts("meta_names_the_resource_type", "User", READ),
    finds(
        "meta_names_the_resource_type",
        "in lower case",
        read_with(resourceType="user"),
        says="meta.resourceType User ⟶ 'user' @ /meta/resourceType",
    ),
    finds(
        "meta_names_the_resource_type",
        "no object",
        get("/Groups", page(group(meta="Group"))),
        says="meta.resourceType Group ⟶ None @ /Resources/0/meta/resourceType",
    ),
    ignores("meta_names_the_resource_type", "a selection", get(f"{AT}?attributes=userName", user(meta=...))),
    accepts("schemas_has_no_repeats", "two", get(AT, user(schemas=[CORE_USER, ENTERPRISE_USER]))),
    finds(
        "schemas_has_no_repeats",
        "one twice, in another case",
        get(AT, user(schemas=["urn:X", "urn:x"])),
        says="every schema URI once ⟶ ['urn:X', 'urn:x'] @ /schemas",
    ),
    ignores("schemas_has_no_repeats", "an error", refused(409)),
    accepts("schemas_holds_the_base_schema", "in another case", get(AT, user(schemas=[CORE_USER.upper()]))),
    finds(
        "schemas_holds_the_base_schema",
        "that of a group",
        get(AT, user(schemas=[CORE_GROUP])),
        says=f"schemas with {CORE_USER} ⟶ ['{CORE_GROUP}'] @ /schemas",
    ),
    ignores("schemas_holds_the_base_schema", "an error", refused(409)),
    accepts("meta_location_names_the_resource", "its address", READ),
    accepts("meta_location_names_the_resource", "a relative one", read_with(location="/scim/v2/Users/u-ada")),
    accepts(
        "meta_location_names_the_resource",
        "an encoded id",
        get("/Users/a%2Fb", user("a/b", meta=meta(location=f"{BASE}/Users/a%2Fb"))),
    ),
    finds(
        "meta_location_names_the_resource",
        "that of Grace",
        get(AT, user(meta=GRACE["meta"])),
        says=f"an address that ends in /Users/u-ada ⟶ {BASE}/Users/u-grace @ /meta/location",
    ),
    finds(
        "meta_location_names_the_resource",
        "no address at all",
        read_with(location="http://[ada"),
        says="an address that ends in /Users/u-ada ⟶ http://[ada @ /meta/location",
    ),
    ignores("meta_location_names_the_resource", "none", read_with(location=...)),
    ignores("meta_location_names_the_resource", "a resource without an id", get("/Users/u-ada", user(id=...))),
    accepts(
        "content_location_is_meta_location",
        "the same, relative",
        get(AT, ADA, headers=(*SCIM, ("content-location", "/scim/v2/Users/u-ada"))),
    ),
    finds(
        "content_location_is_meta_location",
        "another",
        get(AT, ADA, headers=(*SCIM, ("Content-Location", f"{BASE}/Me"))),
        says=f"meta.location '{BASE}/Me' ⟶ '{BASE}/Users/u-ada' @ /meta/location",
    ),
    ignores("content_location_is_meta_location", "no such header", READ),
)

VIEWS = (
    accepts("created_never_changes", "the same", hired(), READ),
    accepts("created_never_changes", "the same moment elsewhere", READ, read_with(created="2026-01-05T10:00:00+01:00")),
    accepts("created_never_changes", "seven digits", READ, read_with(created="2026-01-05T09:00:00.0000000Z")),
    finds(
        "created_never_changes",
        "a second later",
        hired(),
        lost("GET", AT),
        read_with(created=LATER),
        says=f"meta.created '{CREATED}' ⟶ '{LATER}' @ /meta/created",
    ),
    ignores("created_never_changes", "one view", READ),
    ignores("created_never_changes", "two people", READ, get("/Users/u-grace", GRACE)),
    ignores(
        "created_never_changes",
        "a user and a group of one id",
        get("/Users/1", user("1")),
        get("/Groups/1", group("1")),
    ),
    accepts("last_modified_never_runs_back", "later", READ, read_with(lastModified=LATER)),
    accepts("last_modified_never_runs_back", "none", READ, read_with(lastModified=...)),
    accepts("last_modified_never_runs_back", "no moment", READ, read_with(lastModified="yesterday")),
    finds(
        "last_modified_never_runs_back",
        "earlier",
        READ,
        read_with(lastModified=EARLIER),
        says=f"meta.lastModified of '{CREATED}' or later ⟶ '{EARLIER}' @ /meta/lastModified",
    ),
    finds(
        "last_modified_never_runs_back",
        "earlier, without an offset",
        READ,
        read_with(lastModified="2026-01-05T08:00:00"),
        says=f"meta.lastModified of '{CREATED}' or later ⟶ '2026-01-05T08:00:00' @ /meta/lastModified",
    ),
    ignores("last_modified_never_runs_back", "one view", READ),
)

CHANGED = read_with(lastModified=LATER)
GONE_IDLE = user(active=False, meta=meta(lastModified=LATER))

TIMES = (
    accepts("a_new_resource_was_modified_when_it_was_created", "the same", hired()),
    accepts(
        "a_new_resource_was_modified_when_it_was_created",
        "the same, kept with fewer digits",
        hired(user(meta=meta(created="2026-01-05T09:00:00.123456Z", lastModified="2026-01-05T09:00:00.123Z"))),
    ),
    finds(
        "a_new_resource_was_modified_when_it_was_created",
        "a moment later",
        hired(user(meta=meta(created="2026-01-05T09:00:00.123Z", lastModified="2026-01-05T09:00:00.125Z"))),
        says="meta.lastModified '2026-01-05T09:00:00.123Z', when it was created ⟶ '2026-01-05T09:00:00.125Z'"
        " @ /meta/lastModified",
    ),
    ignores("a_new_resource_was_modified_when_it_was_created", "no times", hired(user(meta=meta(created=...)))),
    ignores("a_new_resource_was_modified_when_it_was_created", "a read", CHANGED),
    accepts("last_modified_moves_with_a_change", "later", READ, time_passes(), active(), get(AT, GONE_IDLE)),
    finds(
        "last_modified_moves_with_a_change",
        "as before",
        hired(),
        time_passes(1.1),
        active(),
        get(AT, user(active=False)),
        says=f"meta.lastModified later than '{CREATED}' ⟶ '{CREATED}' @ /meta/lastModified",
    ),
    ignores("last_modified_moves_with_a_change", "no pause", READ, active(), get(AT, user(active=False))),
    ignores("last_modified_moves_with_a_change", "nothing changed", READ, time_passes(), active(True), READ),
    ignores("last_modified_moves_with_a_change", "a refusal", READ, time_passes(), active(status=400), READ),
    ignores(
        "last_modified_moves_with_a_change",
        "a group of the user changed",
        READ,
        time_passes(),
        active(True),
        get(AT, user(groups=[{"value": "g-design"}])),
    ),
    ignores(
        "last_modified_moves_with_a_change",
        "the pause came after the change",
        READ,
        active(),
        time_passes(),
        get(AT, user(active=False)),
    ),
)

TWO_KINDS = (
    accepts("no_user_has_the_id_of_a_group", "ids of their own", READ, get("/Groups/g-design", group())),
    finds(
        "no_user_has_the_id_of_a_group",
        "one id for both",
        get("/Users/1", user("1")),
        get("/Groups", page(group("2"), group("1"))),
        says="an id for each User and each Group ⟶ '1' is the id of one of each @ /id",
    ),
    ignores("no_user_has_the_id_of_a_group", "users only", READ, get("/Users/u-grace", GRACE)),
)

ROWS = (*IDS, *METAS, *VIEWS, *TIMES, *TWO_KINDS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_identity(row: Row) -> None:
    assert row.said() == row.wanted
