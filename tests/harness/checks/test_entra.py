"""The checks of Entra ID, row by row."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json
from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    NEW_DESIGN,
    Row,
    accepts,
    active,
    answered,
    error,
    finds,
    get,
    group,
    hired,
    ignores,
    joins,
    leaves,
    leaves_by_value,
    page,
    patch,
    post,
    records,
    user,
)
from tests.harness.checks.vendor_samples import AT, DESIGN, FOR_ADA, TITLE, activation_rows, bare, change

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

URN_KEY = f"{ENTERPRISE}:department"

DEPARTMENT: Json = {"op": "Replace", "path": URN_KEY, "value": "Engines"}

UNKNOWN: Json = {"op": "Add", "path": "urn:example:2.0:User:division", "value": "x"}

MANAGER: Json = {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "u-grace"}

DOTTED: Json = {"op": "replace", "value": {"name.familyName": "King", "displayName": "Ada King"}}

KING = user(name={"familyName": "King"})

CITY: Json = {"op": "Add", "path": "addresses", "value": []}

ADDRESS: Json = {"op": "Add", "path": 'emails[type eq "work"].value', "value": "ada@work.example"}

WITH_WORK = user(emails=[{"type": "work", "value": "ada@work.example"}])


WORK = {"value": "ada@example.com", "type": "work"}

ROWS = (
    accepts("filter_answers_are_lists_with_ids", "Ada in a list", get(FOR_ADA, page(ADA))),
    finds("filter_answers_are_lists_with_ids", "Ada alone", get(FOR_ADA, ADA), says="a ListResponse ⟶ something else"),
    finds(
        "filter_answers_are_lists_with_ids",
        "Ada without an id",
        get(FOR_ADA, page(user(id=...))),
        says="an id ⟶ none @ /Resources/0/id",
    ),
    ignores("filter_answers_are_lists_with_ids", "an error", get(FOR_ADA, error(400), 400)),
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
    finds(
        "dotted_keys_are_understood",
        "a key with a URN is refused",
        change(400, {"op": "replace", "value": {URN_KEY: "x"}}),
        says="the PATCH to be accepted ⟶ status 400",
    ),
    ignores("dotted_keys_are_understood", "plain keys", change(400, {"op": "replace", "value": {"title": "x"}})),
    ignores("dotted_keys_are_understood", "a path", change(400, {**TITLE, "path": "name.familyName"})),
    accepts("an_unknown_key_is_let_be", "200", get(f"{AT}?aadOptscim062020", ADA)),
    records(
        "an_unknown_key_is_let_be",
        "400",
        get("/Users?filter=userName+eq+%22a%22&aadOptscim062020", error(400), 400),
        says="status 400",
    ),
    records(
        "an_unknown_key_is_let_be", "a key with a value", get(f"{AT}?preview=1", error(403), 403), says="status 403"
    ),
    ignores("an_unknown_key_is_let_be", "no such key", get("/Users?count=1", error(400), 400)),
    ignores("an_unknown_key_is_let_be", "nobody", get(f"{AT}?aadOptscim062020", error(404), 404)),
    accepts("values_come_back_as_sent", "as sent", hired()),
    finds(
        "values_come_back_as_sent",
        "another externalId",
        post("/Users", {**NEW_ADA, "externalId": "x-1"}, user(externalId="X-2")),
        says="externalId 'x-1' ⟶ 'X-2' @ /externalId",
    ),
    finds(
        "values_come_back_as_sent",
        "an address without its type",
        post("/Users", {**NEW_ADA, "emails": [WORK]}, user(emails=[{"value": "Ada@example.com", "primary": True}])),
        says="type work of ada@example.com ⟶ none @ /emails/0/type",
    ),
    accepts(
        "values_come_back_as_sent",
        "with the type, or not kept at all",
        post("/Users", {**NEW_ADA, "emails": [WORK], "phoneNumbers": [WORK]}, user(emails=[{**WORK, "type": "Work"}])),
    ),
    ignores("values_come_back_as_sent", "an empty body", post("/Users", NEW_ADA)),
    accepts("a_removal_by_a_filter_path_is_accepted", "204", leaves("u-ada", status=204)),
    finds(
        "a_removal_by_a_filter_path_is_accepted",
        "400",
        leaves("u-ada", status=400),
        says="the removal to be accepted ⟶ status 400",
    ),
    ignores("a_removal_by_a_filter_path_is_accepted", "by value", leaves_by_value("u-ada", status=400)),
    accepts("a_removal_of_members_succeeds", "204", leaves_by_value("u-ada")),
    finds(
        "a_removal_of_members_succeeds",
        "400",
        leaves_by_value("u-ada", status=400),
        says="the removal to be accepted ⟶ status 400",
    ),
    ignores("a_removal_of_members_succeeds", "an add", joins("u-ada")),
    ignores("a_removal_of_members_succeeds", "of a suspended member", active(), leaves_by_value("u-ada", status=400)),
    accepts("a_suspended_member_can_be_removed", "204", active(), leaves_by_value("u-ada")),
    finds(
        "a_suspended_member_can_be_removed",
        "400",
        active(),
        leaves_by_value("u-grace", "u-ada", status=400),
        says="the removal to be accepted ⟶ status 400",
    ),
    ignores("a_suspended_member_can_be_removed", "of another", active(), leaves_by_value("u-grace", status=400)),
    ignores("a_suspended_member_can_be_removed", "refused", active(status=400), leaves_by_value("u-ada", status=400)),
    ignores(
        "a_suspended_member_can_be_removed", "back", active(), active("True"), leaves_by_value("u-ada", status=400)
    ),
    accepts("operations_are_accepted_in_any_letter_case", "Add", change(204, TITLE)),
    finds(
        "operations_are_accepted_in_any_letter_case",
        "400",
        change(400, TITLE),
        says="the PATCH to be accepted ⟶ status 400",
    ),
    finds(
        "operations_are_accepted_in_any_letter_case",
        "400 in lower case",
        change(400, {**TITLE, "op": "add"}),
        says="the PATCH to be accepted ⟶ status 400",
    ),
    ignores("operations_are_accepted_in_any_letter_case", "active, which is another row", active(status=400)),
    ignores("operations_are_accepted_in_any_letter_case", "behind a URN", change(400, DEPARTMENT)),
    ignores("operations_are_accepted_in_any_letter_case", "several operations", change(400, TITLE, CITY)),
    ignores("operations_are_accepted_in_any_letter_case", "a manager", change(400, {**MANAGER, "path": "manager"})),
    ignores("operations_are_accepted_in_any_letter_case", "a removal", leaves_by_value("u-ada", status=400)),
    ignores("operations_are_accepted_in_any_letter_case", "a value that is taken", change(409, TITLE)),
    *activation_rows("active_is_accepted_in_any_form"),
    accepts("a_membership_answer_is_small", "204", joins("u-ada")),
    records("a_membership_answer_is_small", "204", joins("u-ada"), says="204"),
    finds(
        "a_membership_answer_is_small",
        "202",
        joins("u-ada", status=202),
        says="status 200 or 204 ⟶ status 202",
    ),
    accepts(
        "a_membership_answer_is_small",
        "200 and a small group",
        joins("u-ada", status=200, body=group("g-design", "Design", "u-ada")),
    ),
    finds(
        "a_membership_answer_is_small",
        "200 and everybody",
        joins("u-ada", status=200, body=b" " * 65_537),
        says="204, or a body of at most 65536 bytes ⟶ 65537 bytes",
    ),
    ignores("a_membership_answer_is_small", "a refusal", joins("u-ada", status=400)),
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
        "403",
        bare(error(403), 403),
        says="SCIM JSON ⟶ status 403, 'application/scim+json'",
    ),
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
    finds(
        "a_read_without_headers_gives_scim_json",
        "406 to an Accept",
        get(AT, error(406), 406),
        says="SCIM JSON ⟶ status 406, 'application/scim+json'",
    ),
    ignores(
        "a_read_without_headers_gives_scim_json",
        "a read with an agent",
        get(AT, b"<p>", asked=(("User-Agent", "Okta SCIM Client 1.0.0"),)),
    ),
    accepts("a_work_address_that_is_not_there_is_made", "made", get(AT, ADA), change(204, ADDRESS), get(AT, WITH_WORK)),
    finds(
        "a_work_address_that_is_not_there_is_made",
        "refused",
        get(AT, ADA),
        change(400, ADDRESS),
        says="the address to be made ⟶ status 400",
    ),
    finds(
        "a_work_address_that_is_not_there_is_made",
        "nothing made",
        get(AT, ADA),
        change(204, ADDRESS),
        get(AT, ADA),
        says="the work address ada@work.example ⟶ none @ /emails",
    ),
    finds(
        "a_work_address_that_is_not_there_is_made",
        "it was there",
        get(AT, WITH_WORK),
        change(204, ADDRESS),
        says="not applicable: this bridge gives every user a work address",
    ),
    ignores("a_work_address_that_is_not_there_is_made", "not seen before", change(400, ADDRESS)),
    ignores("a_work_address_that_is_not_there_is_made", "another attribute", get(AT, ADA), change(400, TITLE)),
    accepts("the_path_of_a_manager_is_understood", "204", change(204, MANAGER)),
    finds(
        "the_path_of_a_manager_is_understood",
        "no such path",
        patch(AT, MANAGER, body=error(400, scimType="invalidPath"), status=400, name="change user"),
        says="the path of the manager to be understood ⟶ status 400 not so",
    ),
    ignores("the_path_of_a_manager_is_understood", "the spelling is refused", change(400, MANAGER)),
    ignores("the_path_of_a_manager_is_understood", "another attribute", change(204, DEPARTMENT)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_entra(row: Row) -> None:
    assert row.said() == row.wanted
