from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.samples import (
    ADA,
    MEMBERS_ON_REQUEST,
    NEW_ADA,
    Row,
    accepts,
    act,
    active,
    delete,
    error,
    finds,
    get,
    group,
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
    user,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
IDLE = user(active=False)
PATHLESS = {"op": "Replace", "value": {"Active": "False"}}
RENAME = {"op": "replace", "path": "displayName", "value": "Drawing"}


PEOPLE = get("/Users", page(*(user(each, id=each) for each in ("a", "g"))))


def shown(*members: str) -> Exchange:
    """Design is read, with these members."""
    return get(DESIGN, group("g-design", "Design", *members))


ANSWERS = (
    accepts("a_patch_answers_with_all_or_nothing", "204", active()),
    accepts("a_patch_answers_with_all_or_nothing", "the whole user", active(body=IDLE, status=200)),
    records("a_patch_answers_with_all_or_nothing", "204", active(), says="204"),
    finds(
        "a_patch_answers_with_all_or_nothing",
        "204 with a body",
        active(body=b"{}"),
        says="204 without a body ⟶ 2 bytes",
    ),
    finds(
        "a_patch_answers_with_all_or_nothing",
        "200 without a body",
        active(status=200),
        says="200 with the entire resource ⟶ without id, schemas, meta, userName",
    ),
    finds(
        "a_patch_answers_with_all_or_nothing",
        "202",
        active(status=202),
        says="status 200 or 204 ⟶ status 202",
    ),
    ignores("a_patch_answers_with_all_or_nothing", "a refused one", active(status=400, body=error(400))),
    ignores(
        "a_patch_answers_with_all_or_nothing",
        "a selection",
        patch(f"{AT}?attributes=active", PATHLESS, body={"active": False}, status=200),
    ),
    ignores("a_patch_answers_with_all_or_nothing", "one that got lost", lost("PATCH", AT)),
    records("patch_status_is_recorded", "200", active(body=IDLE, status=200), says="200"),
    accepts("patch_status_is_recorded", "204", active()),
    ignores("patch_status_is_recorded", "a PUT", put(AT, ADA, ADA)),
    accepts("a_refused_patch_is_explained", "an Error message", active(status=400, body=error(400))),
    finds(
        "a_refused_patch_is_explained",
        "a bare 400",
        active(status=400),
        says="an Error message ⟶ HTTP 400 without one",
    ),
    ignores("a_refused_patch_is_explained", "a server error", active(status=500)),
    ignores("a_refused_patch_is_explained", "a success", active()),
)

ACTIVE = (
    accepts("active_is_set_with_and_without_path", "with a path", active(body=IDLE, status=200)),
    accepts("active_is_set_with_and_without_path", "without a path", patch(AT, PATHLESS), get(AT, IDLE)),
    finds(
        "active_is_set_with_and_without_path",
        "unchanged in the answer",
        patch(AT, PATHLESS, body=ADA, status=200),
        says="active false ⟶ True (HTTP 200) @ /active",
    ),
    finds(
        "active_is_set_with_and_without_path",
        "unchanged in the next view",
        active(),
        get(AT, ADA),
        says="active false ⟶ True (HTTP 200) @ /active",
    ),
    ignores("active_is_set_with_and_without_path", "no view", active()),
    ignores("active_is_set_with_and_without_path", "a refusal", active(status=400), get(AT, ADA)),
    ignores("active_is_set_with_and_without_path", "two changes", patch(AT, PATHLESS, RENAME), get(AT, ADA)),
    ignores("active_is_set_with_and_without_path", "another change", patch(AT, RENAME), get(AT, ADA)),
    ignores("active_is_set_with_and_without_path", "an add", patch(AT, {"op": "add", "path": "active"}), get(AT, ADA)),
    accepts("active_persists", "a Boolean", active("False", body=IDLE, status=200)),
    finds(
        "active_persists",
        "a string",
        active("False", body=user(active="False"), status=200),
        says="active false ⟶ 'False' (HTTP 200) @ /active",
    ),
    ignores("active_persists", "a value that is no Boolean", active("maybe"), get(AT, ADA)),
    accepts("a_change_shows_in_the_next_read", "shown", active(), get(AT, IDLE)),
    finds(
        "a_change_shows_in_the_next_read",
        "the user is gone",
        active(),
        get(AT, error(404), 404),
        says="active false ⟶ None (HTTP 404) @ /active",
    ),
    ignores("a_change_shows_in_the_next_read", "no read", active(body=ADA, status=200)),
    ignores(
        "a_change_shows_in_the_next_read", "written again before", active(), active("True", status=500), get(AT, ADA)
    ),
    ignores("a_change_shows_in_the_next_read", "a selection", active(), get(f"{AT}?attributes=userName", {})),
    ignores("a_change_shows_in_the_next_read", "a read of somebody else", active(), get("/Users/u-grace", ADA)),
    ignores(
        "a_change_shows_in_the_next_read", "the group of the same id", active(), get("/Groups/u-ada", group("u-ada"))
    ),
)

MEMBERS = (
    accepts("added_members_are_in_and_others_stay", "Ada joins Grace", PEOPLE, shown("g"), joins("a"), shown("g", "a")),
    accepts(
        "added_members_are_in_and_others_stay",
        "Ada leaves and Grace joins in one PATCH",
        PEOPLE,
        shown("a"),
        patch(
            DESIGN,
            {"op": "remove", "path": 'members[value eq "a"]'},
            {"op": "add", "path": "members", "value": [{"value": "g"}]},
        ),
        shown("g"),
    ),
    accepts(
        "added_members_are_in_and_others_stay",
        "seen in lists",
        PEOPLE,
        get("/Groups", page(group(members=...), group("g-sales", "Sales", "x"))),
        joins("a"),
        get("/Groups", page(group("g-design", "Design", "a"), group("g-sales", "Sales", "x"))),
    ),
    accepts(
        "added_members_are_in_and_others_stay",
        "added, removed",
        PEOPLE,
        shown(),
        joins("a"),
        leaves("a"),
        joins("a"),
        shown("a"),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "who is suspended",
        PEOPLE,
        shown("g"),
        patch("/Users/a", {"op": "replace", "path": "active", "value": False}),
        joins("a"),
        shown("g"),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "whom no answer shows to be anybody",
        shown("g"),
        joins("nobody"),
        shown("g"),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "members that are shown on request alone",
        *(MEMBERS_ON_REQUEST, shown(), joins("a"), shown()),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "Ada joins and leaves in one PATCH",
        shown(),
        patch(
            DESIGN,
            {"op": "add", "path": "members", "value": [{"value": "a"}]},
            {"op": "remove", "path": "members", "value": [{"value": "a"}]},
        ),
        shown(),
    ),
    finds(
        "added_members_are_in_and_others_stay",
        "Grace is pushed out",
        PEOPLE,
        shown("g"),
        joins("a"),
        shown("a"),
        says="members ['a', 'g'] ⟶ ['g'] missing @ /members",
    ),
    finds(
        "added_members_are_in_and_others_stay",
        "Sales instead of Ada",
        PEOPLE,
        shown(),
        joins("a"),
        shown("s"),
        says=("members ['a'] ⟶ ['a'] missing @ /members", "members ['a'] ⟶ ['s'] still there @ /members"),
    ),
    ignores("added_members_are_in_and_others_stay", "no list before", joins("a"), shown("a")),
    ignores("added_members_are_in_and_others_stay", "no list after", shown(), joins("a")),
    ignores("added_members_are_in_and_others_stay", "a refusal", shown(), joins("a", status=400), shown()),
    ignores("added_members_are_in_and_others_stay", "a rename", shown(), patch(DESIGN, RENAME), shown()),
    ignores(
        "added_members_are_in_and_others_stay",
        "lists without members",
        get(f"{DESIGN}?excludedAttributes=members", group(members=...)),
        joins("a"),
        get(f"{DESIGN}?excludedAttributes=members", group(members=...)),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "a PUT in between",
        shown(),
        joins("a"),
        put(DESIGN, {}, group()),
        shown(),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "a user deleted in between",
        shown("g"),
        joins("a"),
        delete("/Users/g"),
        shown("a"),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "a whole list set",
        shown("g"),
        patch(DESIGN, {"op": "replace", "path": "members", "value": []}),
        joins("a"),
        shown("a"),
    ),
    ignores(
        "added_members_are_in_and_others_stay",
        "a whole list set, by the full name of the attribute",
        shown("g"),
        patch(DESIGN, {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members", "value": []}),
        joins("a"),
        shown("a"),
    ),
    accepts("only_filtered_members_are_removed", "Ada leaves", shown("a", "g"), leaves("a"), shown("g")),
    finds(
        "only_filtered_members_are_removed",
        "everybody is gone",
        shown("a", "g"),
        leaves("a"),
        shown(),
        says="members ['g'] ⟶ ['g'] missing @ /members",
    ),
    finds(
        "only_filtered_members_are_removed",
        "Ada stays",
        shown("a", "g"),
        leaves("a"),
        shown("a", "g"),
        says="members ['g'] ⟶ ['a'] still there @ /members",
    ),
    ignores(
        "only_filtered_members_are_removed",
        "another name in between, which may have emptied the group",
        shown("a", "g"),
        leaves("a"),
        patch(DESIGN, {"op": "replace", "path": "displayName", "value": "Drawing"}),
        shown(),
    ),
    ignores("only_filtered_members_are_removed", "a removal by value", shown("a"), leaves_by_value("a"), shown()),
    ignores(
        "only_filtered_members_are_removed",
        "a filter that names two",
        shown("a", "g"),
        patch(DESIGN, {"op": "remove", "path": 'members[value eq "a" or value eq "g"]'}),
        shown(),
    ),
    ignores(
        "only_filtered_members_are_removed",
        "a filter without a string",
        shown("a"),
        patch(DESIGN, {"op": "remove", "path": "members[value eq a]"}, status=400),
        shown("a"),
    ),
    accepts("only_members_named_in_value_are_removed", "Ada leaves", shown("a", "g"), leaves_by_value("a"), shown("g")),
    finds(
        "only_members_named_in_value_are_removed",
        "everybody is gone",
        shown("a", "g"),
        leaves_by_value("a"),
        shown(),
        says="members ['g'] ⟶ ['g'] missing @ /members",
    ),
    ignores("only_members_named_in_value_are_removed", "a removal by filter", shown("a"), leaves("a"), shown()),
    ignores(
        "only_members_named_in_value_are_removed",
        "a removal of all",
        shown("a"),
        patch(DESIGN, {"op": "remove", "path": "members"}),
        shown(),
    ),
)

LIST = get("/Users", page(ADA))
IDLE_OP = {"op": "replace", "path": "active", "value": False}
NO_NAME_OP = {"op": "remove", "path": "userName"}
WRONG = patch(AT, IDLE_OP, NO_NAME_OP, status=400, body=error(400, scimType="mutability"))

REFUSED = (
    accepts("a_refused_patch_changes_nothing", "all as before", get(AT, ADA), WRONG, get(AT, ADA)),
    accepts(
        "a_refused_patch_changes_nothing",
        "members in another order",
        shown("a", "g"),
        patch(DESIGN, RENAME, {"op": "add", "path": "members", "value": [{"value": "x"}]}, status=400),
        shown("g", "a"),
    ),
    finds(
        "a_refused_patch_changes_nothing",
        "the first operation stays",
        get(AT, ADA),
        WRONG,
        get(AT, IDLE),
        says="active True, as before the refused PATCH ⟶ False @ /active",
    ),
    finds(
        "a_refused_patch_changes_nothing",
        "a member of a group",
        shown("a"),
        patch(DESIGN, {"op": "add", "path": "members", "value": [{"value": "g"}]}, NO_NAME_OP, status=400),
        shown("a", "g"),
        says="members [{'value': 'a'}], as before the refused PATCH ⟶ [{'value': 'a'}, {'value': 'g'}] @ /members",
    ),
    ignores(
        "a_refused_patch_changes_nothing",
        "an attribute that the bridge does not know",
        get(AT, ADA),
        patch(AT, {"op": "replace", "path": "title", "value": "Analyst"}, {"op": "remove"}, status=400),
        get(AT, ADA),
    ),
    ignores("a_refused_patch_changes_nothing", "a single operation", get(AT, ADA), patch(AT, NO_NAME_OP, status=400)),
    ignores(
        "a_refused_patch_changes_nothing", "another write in between", get(AT, ADA), WRONG, active(), get(AT, IDLE)
    ),
    ignores("a_refused_patch_changes_nothing", "a selection", get(AT, ADA), WRONG, get(f"{AT}?attributes=id", ADA)),
)

LISTED = (
    accepts("a_change_shows_in_the_next_list", "false", active(), get("/Users", page(IDLE))),
    finds(
        "a_change_shows_in_the_next_list",
        "as before",
        active(),
        get("/Users", page(ADA)),
        says="active false ⟶ True @ /Resources/0/active",
    ),
    ignores("a_change_shows_in_the_next_list", "another write in between", active(), put(AT, ADA), LIST),
    ignores("a_change_shows_in_the_next_list", "somebody did something", active(), act(), get("/Users", page(ADA))),
    ignores(
        "a_change_shows_in_the_next_list", "a create has written to her", active(), post("/Users", NEW_ADA, ADA), LIST
    ),
    ignores("a_change_shows_in_the_next_list", "a refusal", active(status=400), get("/Users", page(ADA))),
    ignores("a_change_shows_in_the_next_list", "the user is on another page", active(), get("/Users", page())),
)

ROWS = (*ANSWERS, *ACTIVE, *MEMBERS, *REFUSED, *LISTED)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_patching(row: Row) -> None:
    assert row.said() == row.wanted


def test_a_group_whose_id_is_a_number_makes_no_check_stumble() -> None:
    numbered = get("/Groups/7", group("7", id=7, members=[{"value": "a"}]))

    joined = joins("a", target="/Groups/7")
    row = accepts("added_members_are_in_and_others_stay", "", PEOPLE, numbered, joined, numbered)

    assert row.said() == ()
