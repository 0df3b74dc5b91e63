from __future__ import annotations

from typing import Any

import pytest

from harness.record.message import CORE_USER, ENTERPRISE_USER, ERROR, LIST_RESPONSE
from tests.harness.checks.samples import (
    ADA,
    BASE,
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
    meta,
    page,
    post,
    records,
    user,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
LIST = "urn:ietf:params:scim:api:messages:2.0:listResponse"
TAG = 'W/"1"'
TAGGED = (*SCIM, ("ETag", TAG))
VERSIONED = user(meta=meta(version=TAG))
ETAGS = get("/ServiceProviderConfig", {"etag": {"supported": True}})
NO_ETAGS = get("/ServiceProviderConfig", {"etag": {"supported": False}})
WITH_COST: Any = {ENTERPRISE_USER: {"costCenter": "7"}}
WITHOUT_DATA: Any = {ENTERPRISE_USER: {}}

GROUPS = (
    accepts("every_group_has_a_display_name", "as it should be", get(DESIGN, group())),
    finds(
        "every_group_has_a_display_name",
        "none, in a list",
        get("/Groups", page(group(), group("g-sales", displayName=...))),
        says="a displayName ⟶ None @ /Resources/1/displayName",
    ),
    accepts("every_group_has_a_display_name", "an empty text", get(DESIGN, group(name=""))),
    ignores(
        "every_group_has_a_display_name", "a selection", get(f"{DESIGN}?attributes=members", group(displayName=...))
    ),
    ignores("every_group_has_a_display_name", "a user", get(AT, ADA)),
    accepts("every_member_has_a_value", "an id", get(DESIGN, group("g-design", "Design", "u-ada"))),
    finds(
        "every_member_has_a_value",
        "a name alone",
        get(DESIGN, group(members=[{"value": "u-ada"}, {"display": "Grace"}])),
        says="a value with an id ⟶ None @ /members/1/value",
    ),
    finds(
        "every_member_has_a_value",
        "nothing",
        get(DESIGN, group(members=[{"value": ""}])),
        says="a value with an id ⟶ '' @ /members/0/value",
    ),
    ignores("every_member_has_a_value", "nobody", get(DESIGN, group())),
    ignores(
        "every_member_has_a_value",
        "the names alone were asked for",
        get(f"{DESIGN}?attributes=members.display", group(members=[{"display": "Grace"}])),
    ),
)

EXTENSIONS = (
    accepts(
        "extensions_stand_in_schemas",
        "named, in other letters",
        get(AT, user(schemas=[CORE_USER, ENTERPRISE_USER.upper()], **WITH_COST)),
    ),
    finds(
        "extensions_stand_in_schemas",
        "not named",
        get(AT, user(**WITH_COST)),
        says=f"{ENTERPRISE_USER} in schemas ⟶ {[CORE_USER]!r} @ /schemas",
    ),
    finds(
        "extensions_stand_in_schemas",
        "not named in a list",
        get("/Users", page(ADA, user(schemas=..., **WITH_COST))),
        says=f"{ENTERPRISE_USER} in schemas ⟶ None @ /Resources/1/schemas",
    ),
    ignores("extensions_stand_in_schemas", "named without data", get(AT, user(schemas=[CORE_USER, ENTERPRISE_USER]))),
    ignores("extensions_stand_in_schemas", "empty", get(AT, user(**WITHOUT_DATA))),
    records("unassigned_is_recorded", "left out", get(AT, ADA), says="left out"),
    records(
        "unassigned_is_recorded",
        "in all ways",
        get(AT, user(title=None, emails=[], name={})),
        says="null and an empty array and an empty object",
    ),
    accepts("unassigned_is_recorded", "false is a value", get(AT, user(active=False))),
    ignores("unassigned_is_recorded", "a list", get("/Users", page(ADA))),
)

MESSAGES = (
    accepts("the_total_is_no_less_than_the_page", "as many", get("/Users", page(ADA))),
    accepts("the_total_is_no_less_than_the_page", "more", get("/Users", page(ADA, total=9))),
    finds(
        "the_total_is_no_less_than_the_page",
        "fewer, in answer to a filter",
        get("/Users?filter=active%20eq%20true", page(ADA, total=0)),
        says="totalResults of at least 1, as the page shows ⟶ 0 @ /totalResults",
    ),
    finds(
        "the_total_is_no_less_than_the_page",
        "fewer, in answer to a search",
        post("/Users/.search", {}, page(ADA, total=0), 200),
        says="totalResults of at least 1, as the page shows ⟶ 0 @ /totalResults",
    ),
    ignores("the_total_is_no_less_than_the_page", "no number", get("/Users", page(ADA, total="1"))),
    accepts("messages_name_their_schema", "a list", get("/Users", page(ADA))),
    accepts("messages_name_their_schema", "an error", get(AT, error(404), 404)),
    finds(
        "messages_name_their_schema",
        "an error without schemas",
        get(AT, error(404, schemas=...), 404),
        says=f"schemas {[ERROR]!r} ⟶ None @ /schemas",
    ),
    finds(
        "messages_name_their_schema",
        "a list that calls itself a User",
        get("/Users", page(ADA, schemas=[CORE_USER])),
        says=f"schemas {[LIST_RESPONSE]!r} ⟶ {[CORE_USER]!r} @ /schemas",
    ),
    ignores("messages_name_their_schema", "a user", get(AT, ADA)),
    accepts("messages_have_registered_names", "a list", get("/Users", page(ADA))),
    accepts(
        "messages_have_registered_names", "URN", get("/Users", page(schemas=[LIST_RESPONSE.replace("urn", "URN")]))
    ),
    finds(
        "messages_have_registered_names",
        "another letter",
        get("/Users", page(ADA, schemas=[LIST])),
        says=f"a registered message URI ⟶ {LIST!r} @ /schemas",
    ),
    ignores("messages_have_registered_names", "a user", get(AT, ADA)),
    accepts("messages_are_not_listed_as_schemas", "a resource's", get("/Schemas", page({"id": CORE_USER}))),
    finds(
        "messages_are_not_listed_as_schemas",
        "the error's",
        get("/Schemas", page({"id": CORE_USER}, {"id": ERROR})),
        says=f"schemas of resources alone ⟶ {ERROR!r} @ /Resources/1/id",
    ),
    ignores("messages_are_not_listed_as_schemas", "an empty list", get("/Schemas", page())),
)

ADDRESSES = (
    accepts("addresses_are_percent_encoded", "plain", get(AT, ADA)),
    accepts("addresses_are_percent_encoded", "encoded", get(AT, user(meta=meta(location=f"{BASE}/Users/a%20b")))),
    finds(
        "addresses_are_percent_encoded",
        "a letter outside ASCII, and a blank",
        get(AT, user(meta=meta(location=f"{BASE}/Users/ä"), groups=[{"value": "g", "$ref": "/Groups/a b"}])),
        says=(
            f"a percent-encoded URI ⟶ '{BASE}/Users/ä' @ /meta/location",
            "a percent-encoded URI ⟶ '/Groups/a b' @ /groups/0/$ref",
        ),
    ),
    finds(
        "addresses_are_percent_encoded",
        "a bare percent sign in the header",
        hired(location=f"{BASE}/Users/50%"),
        says=f"a percent-encoded URI ⟶ '{BASE}/Users/50%'",
    ),
    ignores("addresses_are_percent_encoded", "no address", get(AT, user(meta=...))),
    ignores("addresses_are_percent_encoded", "a redirect", get(AT, None, 308, headers=(("Location", "a b"),))),
    accepts("addresses_have_no_query", "none", get(f"{AT}?attributes=title", ADA)),
    finds(
        "addresses_have_no_query",
        "the request's",
        get(f"{AT}?attributes=meta", user(meta=meta(location=f"{BASE}/Users/u-ada?attributes=meta"))),
        says=f"an address without a query ⟶ '{BASE}/Users/u-ada?attributes=meta' @ /meta/location",
    ),
    ignores("addresses_have_no_query", "no body", delete(AT)),
)

VERSIONS = (
    accepts("version_is_the_etag", "the same", get(AT, VERSIONED, headers=TAGGED)),
    finds(
        "version_is_the_etag",
        "without the mark",
        get(AT, user(meta=meta(version='"1"')), headers=TAGGED),
        says="""meta.version 'W/"1"' ⟶ '"1"' @ /meta/version""",
    ),
    ignores("version_is_the_etag", "no header", get(AT, VERSIONED)),
    ignores("version_is_the_etag", "no version", get(AT, ADA, headers=TAGGED)),
    accepts("declared_etags_are_sent", "sent", ETAGS, get(AT, VERSIONED, headers=TAGGED)),
    finds(
        "declared_etags_are_sent",
        "none with a user",
        ETAGS,
        get(AT, ADA),
        says="an ETag header, as etag.supported is true ⟶ none",
    ),
    ignores("declared_etags_are_sent", "none are declared", NO_ETAGS, get(AT, ADA)),
    ignores("declared_etags_are_sent", "nothing was declared", get(AT, ADA)),
    ignores("declared_etags_are_sent", "a list", ETAGS, get("/Users", page(ADA))),
    accepts("declared_etags_are_versions", "shown", ETAGS, get(AT, VERSIONED, headers=TAGGED)),
    finds(
        "declared_etags_are_versions",
        "the header alone",
        ETAGS,
        get(AT, ADA, headers=TAGGED),
        says="meta.version, as etag.supported is true ⟶ none @ /meta/version",
    ),
    ignores("declared_etags_are_versions", "a part of a user", ETAGS, get(f"{AT}?attributes=title", user(meta=...))),
)

ROWS: tuple[Row, ...] = (*GROUPS, *EXTENSIONS, *MESSAGES, *ADDRESSES, *VERSIONS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_shape(row: Row) -> None:
    assert row.said() == row.wanted
