from __future__ import annotations

import pytest

from tests.harness.checks.query_samples import ALAN, THREE, TOLD, ask, made, seek
from tests.harness.checks.samples import (
    ADA,
    CREATED,
    Row,
    accepts,
    error,
    finds,
    get,
    ignores,
    page,
    post,
    put,
    records,
    user,
)

CHECK = "what_is_selected_is_shown_and_nothing_else"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ALAN_IN_SHORT = {"schemas": [CORE], "id": "u-alan", "userName": "alan@example.com"}
SELECTED = {"schemas": [CORE], "id": "u-alan", "title": "Analyst"}
OTHERS = {name: value for name, value in ALAN.items() if name not in ("title", "name")}

ON_REQUEST = get(
    "/Schemas",
    page(
        {
            "id": CORE,
            "attributes": [
                {"name": "userName", "type": "string"},
                {"name": "title", "type": "string", "returned": "request"},
            ],
        }
    ),
)
SHY = (TOLD[0], ON_REQUEST, made(user(title="Analyst"), title="Analyst"))

LIMITED_ALIKE = "answers_to_writes_are_limited_alike"
NO_MORE = "shows no more than was asked for"
SENT_ALAN = {"userName": "alan@example.com", "title": "Analyst"}
ROWS = (
    accepts(CHECK, "what is shown on request is not shown", *SHY, get("/Users/u-ada", ADA)),
    accepts(
        CHECK,
        "what is shown on request is asked for",
        *SHY,
        get("/Users/u-ada?attributes=title", {**SELECTED, "id": "u-ada"}),
    ),
    finds(
        CHECK,
        "what is shown on request is shown without one",
        *SHY,
        get("/Users/u-ada", user(title="Analyst")),
        says="RFC7643-7-30: no title, which was not asked for ⟶ a value @ /title",
    ),
    accepts(CHECK, "all", *THREE, get("/Users/u-alan", ALAN)),
    accepts(CHECK, "what is named", *THREE, get("/Users/u-alan?attributes=title", SELECTED)),
    accepts(CHECK, "the rest", *THREE, get("/Users/u-alan?excludedAttributes=title,name", OTHERS)),
    accepts(
        CHECK,
        "meta, which is always shown",
        *THREE,
        get("/Users/u-alan?attributes=title", {**SELECTED, "meta": ALAN["meta"]}),
        get("/Users/u-alan?attributes=meta.created", {**SELECTED, "title": None, "meta": ALAN["meta"]}),
        get("/Users/u-alan?excludedAttributes=meta", ALAN),
    ),
    accepts(
        CHECK,
        "a part of meta",
        *THREE,
        get("/Users/u-alan?attributes=title", SELECTED),
        get("/Users/u-alan?attributes=meta.created", {**SELECTED, "title": None, "meta": {"created": CREATED}}),
    ),
    finds(
        CHECK,
        "all of meta for a part of it",
        *THREE,
        get("/Users/u-alan?attributes=title", SELECTED),
        get("/Users/u-alan?attributes=meta.created", {**SELECTED, "title": None, "meta": ALAN["meta"]}),
        says=(
            "RFC7644-3.4.2.5-04: no meta.resourceType, which was not asked for ⟶ a value @ /meta/resourceType",
            "RFC7644-3.4.2.5-04: no meta.lastModified, which was not asked for ⟶ a value @ /meta/lastModified",
            "RFC7644-3.4.2.5-04: no meta.location, which was not asked for ⟶ a value @ /meta/location",
        ),
    ),
    finds(
        CHECK,
        "meta goes with a name",
        *THREE,
        get("/Users/u-alan?excludedAttributes=title,name", {k: v for k, v in OTHERS.items() if k != "meta"}),
        says="RFC7644-3.9-06: meta, as entry 0:5 shows it ⟶ none @ /meta",
    ),
    finds(
        CHECK,
        "too little by default",
        *THREE,
        ask("/Users", page(ALAN_IN_SHORT), count=1),
        says=(
            "RFC7644-3.9-01: active, as entry 0:5 shows it ⟶ none @ /Resources/0/active",
            "RFC7644-3.9-01: meta, as entry 0:5 shows it ⟶ none @ /Resources/0/meta",
            "RFC7644-3.9-01: title, as entry 0:5 shows it ⟶ none @ /Resources/0/title",
            "RFC7644-3.9-01: name, as entry 0:5 shows it ⟶ none @ /Resources/0/name",
        ),
    ),
    finds(
        CHECK,
        "not what is named",
        *THREE,
        get("/Users/u-alan?attributes=title", {"schemas": [CORE], "id": "u-alan"}),
        says="RFC7644-3.9-03: title, as entry 0:5 shows it ⟶ none @ /title",
    ),
    finds(
        CHECK,
        "more than is named",
        *THREE,
        get("/Users/u-alan?attributes=title", {**SELECTED, "userName": "alan@example.com"}),
        says="RFC7644-3.9-02: no userName, which was not asked for ⟶ a value @ /userName",
    ),
    finds(
        CHECK,
        "a whole attribute for a part of it, where whole ones are left out",
        *THREE,
        get("/Users/u-alan?excludedAttributes=title,name", OTHERS),
        get("/Users/u-alan?excludedAttributes=name.familyName", ALAN),
        says="RFC7644-3.9-09: no name.familyName, which was not asked for ⟶ a value @ /name/familyName",
    ),
    finds(
        CHECK,
        "a search that selects nothing",
        *THREE,
        seek("/Users", page({**ALAN_IN_SHORT, "title": "Analyst"}), attributes=["title"]),
        says="RFC7644-3.4.3-05: no userName, which was not asked for ⟶ a value @ /Resources/0/userName",
    ),
    ignores(CHECK, "a stranger", *TOLD, get("/Users/u-alan?attributes=title", ALAN)),
    ignores(CHECK, "both at once", *THREE, get("/Users/u-alan?attributes=title&excludedAttributes=name", ALAN)),
    ignores(CHECK, "nothing that there is", *THREE, get("/Users/u-alan?attributes=nosuch", ALAN)),
    accepts("a_create_shows_what_a_read_shows", "the same", *THREE, get("/Users/u-alan", ALAN)),
    finds(
        "a_create_shows_what_a_read_shows",
        "less",
        *TOLD,
        made(user("u-alan", "alan@example.com"), title="Analyst"),
        get("/Users/u-alan", user("u-alan", "alan@example.com", title="Analyst")),
        says="RFC7644-3.9-01: title in the answer to the create, as the read in entry 0:4 shows it ⟶ none @ /title",
    ),
    ignores("a_create_shows_what_a_read_shows", "nothing was made", *TOLD, get("/Users/u-alan", ALAN)),
    accepts(
        "selections_in_writes_are_recorded", "limited", *TOLD, post("/Users?attributes=userName", {}, ALAN_IN_SHORT)
    ),
    records(
        "selections_in_writes_are_recorded",
        "not limited",
        *TOLD,
        post("/Users?attributes=userName", {}, ALAN),
        says="created: the answer is not limited",
    ),
    ignores("selections_in_writes_are_recorded", "nothing selected", *TOLD, made(ALAN)),
    accepts(
        LIMITED_ALIKE,
        "both limited",
        *TOLD,
        post("/Users?attributes=userName", SENT_ALAN, ALAN_IN_SHORT),
        put("/Users/u-alan?attributes=userName", SENT_ALAN, ALAN_IN_SHORT),
    ),
    finds(
        LIMITED_ALIKE,
        "one of the two",
        *TOLD,
        post("/Users?attributes=userName", SENT_ALAN, ALAN_IN_SHORT),
        put("/Users/u-alan?attributes=userName", SENT_ALAN, ALAN),
        says=f"RFC7644-3.4.2.5-01: no title, as the answer in entry 0:3 {NO_MORE} ⟶ a value @ /title",
    ),
    ignores(LIMITED_ALIKE, "none limited", *TOLD, put("/Users/u-alan?attributes=userName", SENT_ALAN, ALAN)),
    accepts(
        "both_selections_at_once_are_recorded",
        "answered",
        *TOLD,
        get("/Users/u-ada?attributes=title&excludedAttributes=name", ADA),
    ),
    records(
        "both_selections_at_once_are_recorded",
        "refused",
        *TOLD,
        get("/Users/u-ada?attributes=title&excludedAttributes=name", error(400), 400),
        says="status 400",
    ),
    ignores("both_selections_at_once_are_recorded", "one of them", *TOLD, get("/Users/u-ada?attributes=title", ADA)),
    accepts("a_name_that_there_is_not_breaks_no_answer", "200", *TOLD, get("/Users?attributes=nosuch", page())),
    finds(
        "a_name_that_there_is_not_breaks_no_answer",
        "500",
        *TOLD,
        get("/Users?attributes=nosuch", error(500), 500),
        says="status 200, or 400 ⟶ status 500",
    ),
    ignores(
        "a_name_that_there_is_not_breaks_no_answer",
        "no such list",
        *TOLD,
        get("/Users?attributes=nosuch", error(501), 501),
    ),
    ignores("a_name_that_there_is_not_breaks_no_answer", "a name", *TOLD, get("/Users?attributes=title", page())),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
