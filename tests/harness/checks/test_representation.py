from __future__ import annotations

import pytest

from harness.record.exchange import Json
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_ADA,
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
    page,
    post,
    put,
    refused,
    user,
)

AT = "/Users/u-ada"
READ = get(AT, ADA)
PLAIN_JSON = (("Content-Type", "application/json"),)
WITH_CHARSET = (("content-type", "Application/SCIM+JSON; charset=utf-8"),)
IN_LATIN = (("Content-Type", "application/scim+json; charset=iso-8859-1"),)
IN_QUOTES = (("Content-Type", 'application/scim+json; charset="UTF-8"'),)
CODED = (("Content-Type", "application/scim+json"), ("Content-Encoding", "gzip"))
SECRETIVE = user(password="x")
MANY_PRIMARY = user(emails=[{"value": "a@x", "primary": True}, {"value": "b@x", "primary": True}])
WITHOUT_MEMBERS = "/Groups/g-design?excludedAttributes=displayName,%20Members"

MEDIA = (
    accepts("content_is_labelled_scim_json", "as it should be", READ),
    accepts("content_is_labelled_scim_json", "with a charset", get(AT, ADA, headers=WITH_CHARSET)),
    finds(
        "content_is_labelled_scim_json",
        "application/json",
        get(AT, ADA, headers=PLAIN_JSON),
        says="Content-Type application/scim+json ⟶ 'application/json'",
    ),
    finds(
        "content_is_labelled_scim_json",
        "an error without a label",
        refused(400, headers=()),
        says="Content-Type application/scim+json ⟶ ''",
    ),
    accepts(
        "content_is_labelled_scim_json",
        "JSON for a client that asks for JSON",
        get(AT, ADA, asked=(("Accept", "application/json"),), headers=PLAIN_JSON),
    ),
    ignores("content_is_labelled_scim_json", "no body", delete(AT)),
    accepts("scim_json_is_the_default", "no Accept", get(AT, ADA, asked=())),
    finds(
        "scim_json_is_the_default",
        "application/json to whoever takes anything",
        get(AT, ADA, asked=(("accept", "*/*"),), headers=PLAIN_JSON),
        says="Content-Type application/scim+json ⟶ 'application/json'",
    ),
    ignores("scim_json_is_the_default", "an Accept", get(AT, ADA, headers=PLAIN_JSON)),
    ignores("scim_json_is_the_default", "an error", get(AT, error(404), 404, asked=())),
    accepts("scim_json_is_given_when_asked_for", "given", READ),
    finds(
        "scim_json_is_given_when_asked_for",
        "406",
        get(AT, error(406), 406),
        says="Content-Type application/scim+json ⟶ HTTP 406, 'application/scim+json'",
    ),
    ignores("scim_json_is_given_when_asked_for", "no Accept", get(AT, ADA, asked=())),
    accepts("bodies_are_json", "a user", READ),
    finds(
        "bodies_are_json",
        "NaN",
        get(AT, b'{"id": NaN}'),
        says="a JSON body ⟶ ValueError: NaN is not JSON",
    ),
    ignores("bodies_are_json", "no body", delete(AT)),
    accepts("bodies_are_utf_8", "an umlaut", get(AT, '{"id": "ä"}'.encode())),
    finds(
        "bodies_are_utf_8",
        "an umlaut in Latin-1",
        get(AT, '{"id": "ä"}'.encode("latin-1")),
        says="UTF-8 ⟶ invalid continuation byte at byte 8",
    ),
    ignores("bodies_are_utf_8", "no body", delete(AT)),
    accepts("scim_json_is_accepted", "201", hired(asked=SCIM)),
    accepts("scim_json_is_accepted", "a refusal for another reason", refused(400, asked=SCIM)),
    finds(
        "scim_json_is_accepted",
        "415",
        refused(415, asked=SCIM),
        says="the body to be read ⟶ status 415",
    ),
    ignores("scim_json_is_accepted", "another label", refused(415, asked=PLAIN_JSON)),
    ignores("scim_json_is_accepted", "another charset", refused(415, asked=IN_LATIN)),
    ignores("scim_json_is_accepted", "a coding of the content", refused(415, asked=CODED)),
    finds(
        "scim_json_is_accepted",
        "its own charset in quotes",
        refused(415, asked=IN_QUOTES),
        says="the body to be read ⟶ status 415",
    ),
    ignores("scim_json_is_accepted", "a request without a body", get(AT, error(415), 415, asked=SCIM)),
)

PROJECTIONS = (
    accepts("members_can_be_left_out", "none", get(WITHOUT_MEMBERS, group(members=...))),
    accepts("members_can_be_left_out", "an empty array", get(WITHOUT_MEMBERS, group())),
    finds(
        "members_can_be_left_out",
        "members in a list",
        get("/Groups?excludedAttributes=members", page(group("g-design", "Design", "u-ada", "u-grace"))),
        says="no members ⟶ 2 members @ /Resources/0/members",
    ),
    ignores("members_can_be_left_out", "another exclusion", get("/Groups/g-design?excludedAttributes=meta", group())),
    accepts(
        "only_selected_attributes_are_shown", "the minimum", get(f"{AT}?attributes=title", user(meta=..., active=...))
    ),
    finds(
        "only_selected_attributes_are_shown",
        "everything",
        get("/Users?attributes=userName", page(ADA)),
        says="only username and the minimum ⟶ also active, meta @ /Resources/0",
    ),
    ignores("only_selected_attributes_are_shown", "no selection", READ),
    ignores("only_selected_attributes_are_shown", "a selection of no names", get(f"{AT}?attributes=,%20", ADA)),
    ignores("only_selected_attributes_are_shown", "a sub-attribute", get(f"{AT}?attributes=name.givenName", ADA)),
    accepts("the_id_is_always_shown", "excluded in vain", get(f"{AT}?excludedAttributes=id", ADA)),
    finds(
        "the_id_is_always_shown",
        "not selected, not shown",
        get("/Users?attributes=userName", page({"userName": "ada@example.com"})),
        says="an id ⟶ none @ /Resources/0/id",
    ),
    ignores("the_id_is_always_shown", "no selection", get(AT, user(id=...))),
)

VALUES = (
    accepts("no_password_when_read", "none", READ),
    finds(
        "no_password_when_read",
        "one in a list",
        get("/Users", page(GRACE, SECRETIVE)),
        says="no password ⟶ a password attribute @ /Resources/1/password",
    ),
    ignores("no_password_when_read", "a create", hired(SECRETIVE)),
    accepts("no_password_when_created", "none", post("/Users", {**NEW_ADA, "password": "x"}, ADA)),
    finds("no_password_when_created", "one", hired(SECRETIVE), says="no password ⟶ a password attribute @ /password"),
    ignores("no_password_when_created", "a read", get(AT, SECRETIVE)),
    accepts("no_password_when_changed", "none", put(AT, NEW_ADA, ADA)),
    finds(
        "no_password_when_changed",
        "one, in capitals",
        active(body=user(PASSWORD="x"), status=200),
        says="no password ⟶ a password attribute @ /password",
    ),
    accepts("no_password_when_changed", "204, which shows nothing", active()),
    ignores("no_password_when_changed", "a refusal", active(status=400)),
    accepts("every_user_has_a_user_name", "Ada", READ),
    finds(
        "every_user_has_a_user_name",
        "a blank and none",
        get("/Users", page(user(userName=" "), user(userName=...))),
        says=(
            "a non-empty userName ⟶ ' ' @ /Resources/0/userName",
            "a non-empty userName ⟶ None @ /Resources/1/userName",
        ),
    ),
    ignores("every_user_has_a_user_name", "a selection", get(f"{AT}?attributes=title", {"id": "u-ada"})),
    ignores("every_user_has_a_user_name", "a group", get("/Groups/g-design", group())),
    accepts("at_most_one_value_is_primary", "one", get(AT, user(emails=[{"value": "a@x", "primary": True}, {}]))),
    finds(
        "at_most_one_value_is_primary",
        "two",
        get(AT, MANY_PRIMARY),
        says="at most one primary value ⟶ 2 @ /emails",
    ),
    ignores("at_most_one_value_is_primary", "an error", refused(409)),
    ignores(
        "at_most_one_value_is_primary", "a discovery document", answered("GET", "/Schemas", 200, page(MANY_PRIMARY))
    ),
)

ANALYST = get(AT, user(title="Analyst"))

SELECTED = (
    accepts("selected_attributes_are_shown", "it", ANALYST, get(f"{AT}?attributes=title", user(title="Analyst"))),
    finds(
        "selected_attributes_are_shown",
        "lost",
        ANALYST,
        get(f"{AT}?attributes=title", {"id": "u-ada"}),
        says="title 'Analyst' ⟶ none @ /title",
    ),
    accepts("selected_attributes_are_shown", "it has none", READ, get(f"{AT}?attributes=title", {"id": "u-ada"})),
    ignores("selected_attributes_are_shown", "not seen before", get(f"{AT}?attributes=title", {"id": "u-ada"})),
    ignores(
        "selected_attributes_are_shown",
        "changed before",
        ANALYST,
        put(AT, {}),
        get(f"{AT}?attributes=title", {"id": "u"}),
    ),
)

NAMED: Json = {**NEW_ADA, "displayName": "Zoë 愛"}

CHARACTERS = (
    accepts("utf_8_is_understood", "as sent", post("/Users", NAMED, user(displayName="Zoë 愛"))),
    accepts("utf_8_is_understood", "in two parts", post("/Users", NAMED, user(displayName="Zoe\u0308 愛"))),
    finds(
        "utf_8_is_understood",
        "read as Latin-1",
        post("/Users", NAMED, user(displayName="ZoÃ« æ")),
        says="displayName 'Zoë 愛' ⟶ 'ZoÃ« æ' @ /displayName",
    ),
    accepts("utf_8_is_understood", "cut short", post("/Users", NAMED, user(displayName="Zoë"))),
    accepts(
        "utf_8_is_understood",
        "a part of the name",
        post("/Users", {**NEW_ADA, "name": {"familyName": "Łukasz"}}, user(name={"familyName": "Łukasz"})),
    ),
    finds(
        "utf_8_is_understood",
        "a part of the name without its first letter",
        post("/Users", {**NEW_ADA, "name": {"familyName": "Łukasz"}}, user(name={"familyName": "?ukasz"})),
        says="name.familyName 'Łukasz' ⟶ '?ukasz' @ /name/familyName",
    ),
    ignores(
        "utf_8_is_understood",
        "a displayName that the bridge makes of the name",
        post("/Users", {**NAMED, "name": {"givenName": "Ada", "familyName": "Byron"}}, user(displayName="Ada Byron")),
    ),
    finds(
        "utf_8_is_understood",
        "a displayName that is made of nothing that was sent",
        post("/Users", NAMED, user(displayName="Zo?", name={"formatted": "Zo?"})),
        says="displayName 'Zoë 愛' ⟶ 'Zo?' @ /displayName",
    ),
    ignores("utf_8_is_understood", "plain letters", post("/Users", {**NEW_ADA, "displayName": "Ada"}, ADA)),
    ignores("utf_8_is_understood", "not shown", post("/Users", NAMED, ADA)),
)

ROWS = (*MEDIA, *PROJECTIONS, *VALUES, *SELECTED, *CHARACTERS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_representation(row: Row) -> None:
    assert row.said() == row.wanted
