from __future__ import annotations

import pytest

from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    Row,
    accepts,
    error,
    finds,
    get,
    group,
    ignores,
    meta,
    patch,
    put,
    user,
)

AT = "/Users/u-ada"
NAMED = {**NEW_ADA, "displayName": "Ada Lovelace", "name": {"givenName": "Ada", "familyName": "Lovelace"}}
WISHED = user(meta=meta(created="2001-02-03T04:05:06Z"))

ROWS = (
    accepts("a_put_answers_with_the_resource", "the whole user", put(AT, NEW_ADA, ADA)),
    finds("a_put_answers_with_the_resource", "204", put(AT, NEW_ADA, None, 204), says="status 200 ⟶ status 204"),
    finds(
        "a_put_answers_with_the_resource",
        "a part of it",
        put("/Groups/g-design", {}, group(schemas=..., meta=...)),
        says="the entire resource ⟶ without schemas, meta",
    ),
    ignores("a_put_answers_with_the_resource", "a PUT that is refused", put(AT, NEW_ADA, error(400), 400)),
    ignores(
        "a_put_answers_with_the_resource", "a selection", put(f"{AT}?attributes=userName", NEW_ADA, {"id": "u-ada"})
    ),
    ignores("a_put_answers_with_the_resource", "a PATCH", patch(AT, body=ADA, status=200)),
    accepts("a_put_stores_what_was_sent", "what was sent", put(AT, NAMED, user(**NAMED))),
    accepts("a_put_stores_what_was_sent", "an address in lower case", put(AT, {"userName": "Ada@Example.com"}, ADA)),
    finds(
        "a_put_stores_what_was_sent",
        "the old values",
        put(AT, NAMED, user(displayName="Ada Byron", name={"givenName": "Ada", "familyName": "Byron"})),
        says=(
            "displayName 'Ada Lovelace' ⟶ 'Ada Byron' @ /displayName",
            "name.familyName 'Lovelace' ⟶ 'Byron' @ /name/familyName",
        ),
    ),
    finds(
        "a_put_stores_what_was_sent",
        "a name that got lost",
        get(AT, user(name={"givenName": "Adda"})),
        put(AT, {**NEW_ADA, "name": {"givenName": "Ada"}}, ADA),
        says="name.givenName 'Ada' ⟶ none @ /name/givenName",
    ),
    ignores("a_put_stores_what_was_sent", "a group", put("/Groups/g-design", {}, group())),
    ignores("a_put_stores_what_was_sent", "an answer without a body", put(AT, NAMED, None)),
    accepts("the_id_in_a_put_is_ignored", "the bridge's id", put(AT, {**NEW_ADA, "id": "u-grace"}, ADA)),
    finds(
        "the_id_in_a_put_is_ignored",
        "the id of the body",
        put(AT, {**NEW_ADA, "id": "u-grace"}, user("u-grace")),
        says="id 'u-ada' ⟶ 'u-grace' @ /id",
    ),
    ignores("the_id_in_a_put_is_ignored", "a PUT without id", put(AT, NEW_ADA, ADA)),
    ignores("the_id_in_a_put_is_ignored", "a PUT with the id that is right", put(AT, ADA, ADA)),
    accepts("meta_in_a_put_is_ignored", "its own meta", get(AT, ADA), put(AT, WISHED, ADA)),
    finds(
        "meta_in_a_put_is_ignored",
        "no meta",
        get(AT, ADA),
        put(AT, WISHED, user(meta=...)),
        says="the bridge's own meta ⟶ no meta @ /meta",
    ),
    ignores("meta_in_a_put_is_ignored", "a PUT without meta", get(AT, ADA), put(AT, NEW_ADA, ADA)),
    ignores("meta_in_a_put_is_ignored", "a PUT of what was shown", get(AT, ADA), put(AT, ADA, ADA)),
    ignores("meta_in_a_put_is_ignored", "a PUT of a user not seen before", put(AT, WISHED, ADA)),
    accepts("read_only_attributes_need_not_be_removed", "accepted", put(AT, ADA, ADA)),
    finds(
        "read_only_attributes_need_not_be_removed",
        "refused",
        put(AT, ADA, error(400), 400),
        says="the read-only attributes to be ignored ⟶ status 400",
    ),
    ignores(
        "read_only_attributes_need_not_be_removed",
        "a new userName, which may be what is refused",
        get(AT, ADA),
        put(AT, {**ADA, "userName": "new@example.com"}, error(400), 400),
    ),
    ignores("read_only_attributes_need_not_be_removed", "a PUT without them", put(AT, NEW_ADA, error(400), 400)),
    ignores(
        "read_only_attributes_need_not_be_removed",
        "another id",
        put(AT, user("u-grace", meta=meta()), error(400), 400),
    ),
    accepts("a_put_sets_active", "false", put(AT, {**NEW_ADA, "active": False}, user(active=False))),
    finds(
        "a_put_sets_active",
        "left as it was",
        put(AT, {**NEW_ADA, "active": False}, ADA),
        says="active false ⟶ true @ /active",
    ),
    ignores("a_put_sets_active", "a PUT that does not say", put(AT, NEW_ADA, ADA)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_replacing(row: Row) -> None:
    assert row.said() == row.wanted
