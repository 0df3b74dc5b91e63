"""PATCH, literally: a resource, one request, the permitted outcomes."""

from typing import Any

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.model.freedoms import FREEDOMS
from harness.model.outcomes import AnythingPermitted, PermittedRefusal, PermittedState
from harness.model.patch import PATCH_OP, apply_patch
from tests.harness.model.people import ADA, DESIGN, ENTERPRISE, USER, likely, patched, refusals, states

WORK, HOME = ADA["emails"]


def test_a_single_value_is_replaced_with_and_without_path() -> None:
    for op in ("add", "replace"):
        assert states(patched(ADA, {"op": op, "path": "active", "value": False})) == [{**ADA, "active": False}]
        assert states(patched(ADA, {"op": op, "value": {"active": False}})) == [{**ADA, "active": False}]


def test_names_in_paths_have_any_letter_case() -> None:
    (after,) = states(patched(ADA, {"op": "replace", "path": "NAME.familyname", "value": "King"}))

    assert after["name"] == {"givenName": "Ada", "familyName": "King"}


def test_the_state_given_is_left_as_it_is() -> None:
    before = repr(ADA)

    patched(ADA, {"op": "remove", "path": "emails"}, {"op": "replace", "path": "name.givenName", "value": "A"})

    assert repr(ADA) == before


def test_what_is_there_already_changes_nothing() -> None:
    for operation in (
        {"op": "add", "path": "active", "value": True},
        {"op": "add", "path": "emails", "value": [HOME]},
        {"op": "replace", "path": "name", "value": {"givenName": "Ada"}},
        {"op": "add", "value": {"displayName": "Ada Byron"}},
    ):
        (only,) = patched(ADA, operation)
        assert isinstance(only, PermittedState)
        assert (only.changed, only.after) == (False, ADA)


def test_an_add_to_several_values_appends() -> None:
    new = {"value": "a@example.net", "type": "other"}

    (after,) = states(patched(ADA, {"op": "add", "path": "emails", "value": [new]}))

    assert after["emails"] == [WORK, HOME, new]


def test_a_new_primary_takes_it_from_the_old_one() -> None:
    new = {"value": "a@example.net", "type": "other", "primary": True}

    (after,) = states(patched(ADA, {"op": "add", "path": "emails", "value": [new]}))

    assert after["emails"] == [{**WORK, "primary": False}, HOME, new]


def test_a_value_under_another_type_stands_beside() -> None:
    (after,) = states(patched(ADA, {"op": "add", "path": "emails", "value": [{**HOME, "type": "other"}]}))

    assert len(after["emails"]) == 3


def test_a_value_with_other_labels_is_joined_or_stands_beside() -> None:
    found = states(patched(ADA, {"op": "add", "path": "emails", "value": [{**HOME, "display": "Ada"}]}))

    assert [each["emails"] for each in found] == [
        [WORK, {**HOME, "display": "Ada"}],
        [WORK, HOME, {**HOME, "display": "Ada"}],
    ]


def test_members_are_who_they_are_and_never_doubled() -> None:
    (after,) = states(patched(DESIGN, {"op": "add", "path": "members", "value": [{"value": "1"}, {"value": "3"}]}))

    assert after["members"] == [{"value": "1", "type": "User"}, {"value": "2"}, {"value": "3"}]


def test_a_replace_of_several_values_replaces_all() -> None:
    for operation in (
        {"op": "replace", "path": "emails", "value": [HOME]},
        {"op": "replace", "value": {"emails": [HOME]}},
    ):
        assert states(patched(ADA, operation)) == [{**ADA, "emails": [HOME]}]


@pytest.mark.parametrize("nothing", [None, []])
def test_a_replace_by_nothing_unassigns(nothing: Any) -> None:
    (after,) = states(patched(ADA, {"op": "replace", "path": "emails", "value": nothing}))

    assert "emails" not in after


def test_one_object_for_a_list_is_taken_or_refused() -> None:
    found = patched(DESIGN, {"op": "add", "path": "members", "value": {"value": "3"}})

    assert [each["members"][-1] for each in states(found)] == [{"value": "3"}]
    assert "invalidValue" in refusals(found)


@pytest.mark.parametrize(
    ("path", "permitted"),
    [
        ('emails[type eq "nosuch"]', {"noTarget"}),
        ('emails[nosuch eq "x"]', {"noTarget", "invalidFilter", "invalidPath"}),
    ],
)
def test_a_filter_by_what_no_value_has_may_be_called_wrong(path: str, permitted: set[str]) -> None:
    assert refusals(patched(ADA, {"op": "replace", "path": path, "value": {"value": "x@y"}})) == permitted


def test_a_complex_value_is_merged() -> None:
    for op in ("add", "replace"):
        (after,) = states(patched(ADA, {"op": op, "path": "name", "value": {"middleName": "A."}}))
        assert after["name"] == {"givenName": "Ada", "familyName": "Byron", "middleName": "A."}


def test_a_formatted_name_may_follow_its_parts() -> None:
    (found,) = patched(ADA, {"op": "replace", "path": "name.familyName", "value": "King"})

    assert isinstance(found, PermittedState)
    assert found.chosen == {"name.formatted"}


def test_an_extension_attribute_puts_its_urn_into_schemas() -> None:
    grace = {"schemas": [USER.urn], "id": "2", "userName": "grace"}

    (after,) = states(patched(grace, {"op": "add", "path": f"{ENTERPRISE}:department", "value": "Navy"}))

    assert after["schemas"] == [USER.urn, ENTERPRISE]
    assert after[ENTERPRISE] == {"department": "Navy"}


def test_an_extension_without_path_is_merged_attribute_by_attribute() -> None:
    (after,) = states(patched(ADA, {"op": "replace", "value": {ENTERPRISE: {"costCenter": "7"}}}))

    assert after[ENTERPRISE] == {"department": "Engines", "manager": {"value": "9"}, "costCenter": "7"}


def test_a_sub_attribute_of_an_extension_is_removed_with_what_held_it() -> None:
    (after,) = states(patched(ADA, {"op": "remove", "path": f"{ENTERPRISE}:manager.value"}))

    assert after[ENTERPRISE] == {"department": "Engines"}


# Value paths.


def test_a_filter_chooses_what_is_removed() -> None:
    (after,) = states(patched(ADA, {"op": "remove", "path": 'emails[type eq "home"]'}))

    assert after["emails"] == [WORK]


def test_no_value_left_is_no_attribute() -> None:
    (after,) = states(patched(ADA, {"op": "remove", "path": 'emails[value co "ada"]'}))

    assert "emails" not in after


def test_a_sub_attribute_of_all_chosen_values_is_replaced() -> None:
    (after,) = states(patched(ADA, {"op": "replace", "path": 'emails[value sw "ada"].display', "value": "A"}))

    assert [each["display"] for each in after["emails"]] == ["A", "A"]


def test_chosen_values_are_replaced_whole_or_merged() -> None:
    found = states(patched(ADA, {"op": "replace", "path": 'emails[type eq "home"]', "value": {"value": "n@x"}}))

    assert [each["emails"][1] for each in found] == [{"value": "n@x"}, {"value": "n@x", "type": "home"}]


def test_a_replace_without_match_has_no_target() -> None:
    found = patched(ADA, {"op": "replace", "path": 'emails[type eq "other"].value', "value": "n@x"})

    assert (states(found), refusals(found)) == ([], {"noTarget"})


def test_an_add_without_match_makes_a_value_or_has_no_target() -> None:
    found = patched(ADA, {"op": "add", "path": 'emails[type eq "other"].value', "value": "n@x"})

    assert [each["emails"][2] for each in states(found)] == [{"type": "other", "value": "n@x"}]
    assert refusals(found) == {"noTarget"}


def test_a_remove_without_match_changes_nothing_or_has_no_target() -> None:
    found = patched(DESIGN, {"op": "remove", "path": 'members[value eq "7"]'})

    assert states(found) == [DESIGN]
    assert refusals(found) == {"noTarget"}


def test_primary_moves_by_a_value_path() -> None:
    (after,) = states(patched(ADA, {"op": "replace", "path": 'emails[type eq "home"].primary', "value": True}))

    assert after["emails"] == [{**WORK, "primary": False}, {**HOME, "primary": True}]


# Refusals.


@pytest.mark.parametrize(
    ("operation", "error_type", "row"),
    [
        ({"op": "remove"}, "noTarget", "RFC7644-3.5.2.2-01"),
        ({"op": "remove", "path": "userName"}, "mutability", "RFC7644-3.5.2.2-09"),
        ({"op": "remove", "path": "id"}, "mutability", "RFC7644-3.5.2.2-10"),
        ({"op": "replace", "path": "id", "value": "7"}, "mutability", "RFC7644-3.5.2-15"),
        ({"op": "add", "path": "groups", "value": [{"value": "g"}]}, "mutability", "RFC7644-3.5.2-15"),
        (
            {"op": "replace", "path": f"{ENTERPRISE}:manager.displayName", "value": "G"},
            "mutability",
            "RFC7644-3.5.2-15",
        ),
        ({"op": "replace", "path": "emails[type eq]", "value": "x"}, "invalidFilter", "RFC7644-3.5.2-13"),
        ({"op": "replace", "path": "emails[0].value", "value": "x"}, "invalidFilter", "RFC7644-3.5.2-13"),
        ({"op": "replace", "path": "name..x", "value": "x"}, "invalidPath", "RFC7644-3.5.2-12"),
        ({"op": "replace", "path": 7, "value": "x"}, "invalidPath", "RFC7644-3.5.2-12"),
        ({"op": "replace", "path": "active", "value": 1}, "invalidValue", "RFC7644-3.5.2-17"),
        ({"op": "replace", "path": "displayName", "value": {"a": 1}}, "invalidValue", "RFC7644-3.5.2-17"),
        ({"op": "replace", "path": "name", "value": "Ada"}, "invalidValue", "RFC7644-3.5.2-17"),
        ({"op": "add", "path": "emails", "value": ["a@x"]}, "invalidValue", "RFC7644-3.5.2-17"),
        ({"op": "add", "path": "title"}, "invalidValue", "RFC7644-3.5.2.1-01"),
        ({"op": "add", "value": "Ada"}, "invalidValue", "RFC7644-3.5.2.1-03"),
        ({"op": "move", "path": "title", "value": "x"}, "invalidSyntax", "RFC7644-3.5.2-05"),
        ({"path": "title", "value": "x"}, "invalidSyntax", "RFC7644-3.5.2-04"),
        (
            {"op": "replace", "path": "emails[primary gt false].value", "value": "x"},
            "invalidFilter",
            "RFC7644-3.4.2.2-17",
        ),
        ({"op": "replace", "path": "userName", "value": None}, "invalidValue", "RFC7643-2.5-06"),
    ],
)
def test_refused(operation: dict[str, Any], error_type: str, row: str) -> None:
    found = patched(ADA, operation)

    assert states(found) == []
    assert error_type in refusals(found)
    assert any(row in each.because for each in found if isinstance(each, PermittedRefusal))


@pytest.mark.parametrize("body", [None, [], "x", {}, {"schemas": [PATCH_OP]}, {"Operations": []}, {"Operations": {}}])
def test_a_body_without_operations_is_refused(body: Any) -> None:
    (only,) = apply_patch(ADA, body, USER)

    assert isinstance(only, PermittedRefusal)
    assert only.statuses == {400}


def test_a_member_keeps_what_it_is() -> None:
    found = patched(DESIGN, {"op": "replace", "path": 'members[value eq "1"].value', "value": "9"})

    assert (states(found), refusals(found)) == ([], {"mutability"})


def test_a_refused_operation_refuses_all() -> None:
    found = patched(ADA, {"op": "replace", "path": "title", "value": "Dr"}, {"op": "remove", "path": "userName"})

    assert states(found) == []


def test_a_required_attribute_may_go_if_it_comes_back() -> None:
    found = patched(ADA, {"op": "remove", "path": "userName"}, {"op": "add", "path": "userName", "value": "ada2"})

    assert [each["userName"] for each in states(found)] == ["ada2"]
    assert refusals(found) == {"mutability"}


def test_read_only_values_without_path_are_passed_over_or_refused() -> None:
    found = patched(ADA, {"op": "replace", "value": {"id": "7", "title": "Dr"}})

    assert states(found) == [{**ADA, "title": "Dr"}]
    assert refusals(found) == {"mutability"}


def test_an_unknown_attribute_is_dropped_or_refused() -> None:
    found = patched(ADA, {"op": "replace", "path": "shoeSize", "value": "9"})

    assert states(found) == [ADA]
    assert "invalidPath" in refusals(found)


# What the RFC does not describe.


@pytest.mark.parametrize(
    ("operation", "name", "value"),
    [
        ({"op": "Replace", "path": "active", "value": False}, "active", False),
        ({"op": "replace", "path": "active", "value": "False"}, "active", False),
        ({"op": "replace", "value": {"active": "False"}}, "active", False),
        ({"op": "replace", "path": "title", "value": [{"value": "Dr"}]}, "title", "Dr"),
        ({"op": "replace", "value": {"name.familyName": "King"}}, "name", {"givenName": "Ada", "familyName": "King"}),
        (
            {"op": "replace", "value": {'emails[type eq "home"].value': "n@x"}},
            "emails",
            [WORK, {**HOME, "value": "n@x"}],
        ),
        (
            {"op": "add", "path": f"{ENTERPRISE}:manager", "value": "8"},
            ENTERPRISE,
            {"department": "Engines", "manager": {"value": "8"}},
        ),
    ],
)
def test_vendors_forms_are_open_and_have_a_likely_reading(operation: dict[str, Any], name: str, value: Any) -> None:
    after = likely(patched(ADA, operation))

    assert after is not None
    assert after[name] == value


def test_a_remove_with_members_in_its_value_likely_removes_those() -> None:
    after = likely(patched(DESIGN, {"op": "remove", "path": "members", "value": [{"value": "1"}]}))

    assert after == {**DESIGN, "members": [{"value": "2"}]}


def test_operations_work_on_what_the_one_before_left() -> None:
    (after,) = states(
        patched(
            ADA,
            {"op": "remove", "path": 'emails[type eq "work"]'},
            {"op": "add", "path": "emails", "value": [{"value": "n@x", "type": "work"}]},
            {"op": "replace", "path": 'emails[type eq "work"].value', "value": "m@x"},
        )
    )

    assert after["emails"] == [HOME, {"value": "m@x", "type": "work"}]


def test_freedoms_that_multiply_end_in_nothing_said() -> None:
    values = [{"value": f"{n}@x", "type": "work"} for n in range(6)]
    ada = {**ADA, "emails": values}

    outcomes = patched(ada, *({"op": "add", "path": "emails", "value": [{**each, "display": "A"}]} for each in values))

    assert [type(each) for each in outcomes] == [AnythingPermitted]


def test_every_outcome_names_rows_and_freedoms_that_exist() -> None:
    catalogue = load_catalogue()
    outcomes = [
        *patched(ADA, {"op": "add", "path": "emails", "value": {**HOME, "display": "A", "type": "holiday"}}),
        *patched(ADA, {"op": "replace", "value": {"id": "7", "shoeSize": 1}}),
        *patched(ADA, {"op": "add", "path": "title", "value": None}),
        *patched(ADA, {"op": "remove", "path": "title"}),
    ]

    for each in outcomes:
        assert not isinstance(each, AnythingPermitted)
        assert all(row in catalogue for row in each.because)
        assert all(name in FREEDOMS for name in each.freedoms)
