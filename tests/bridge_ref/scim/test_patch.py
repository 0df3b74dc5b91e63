"""PATCH on documents: every form of path, and refusals."""

from typing import Any

import pytest

from bridge_ref.scim.catalogue import USER
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.leniency import Leniency, strict
from bridge_ref.scim.patch.apply import Patch

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ADA: dict[str, Any] = {
    "userName": "ada@example.com",
    "active": True,
    "name": {"givenName": "Ada", "familyName": "Byron"},
    "title": "Countess",
    "emails": [
        {"type": "work", "value": "ada@example.com", "primary": True},
        {"type": "home", "value": "ada@home.example"},
    ],
}


def patched(*operations: dict[str, Any], leniency: Leniency = Leniency()) -> dict[str, Any]:  # noqa: B008
    patch = Patch(leniency)
    return patch.apply(ADA, patch.plan(USER, {"schemas": [SCHEMA], "Operations": list(operations)}))


def refusal(*operations: dict[str, Any], leniency: Leniency = Leniency()) -> str | None:  # noqa: B008
    with pytest.raises(ScimError) as refused:
        patched(*operations, leniency=leniency)
    assert refused.value.status == 400
    return refused.value.scim_type


@pytest.mark.parametrize("op", ["replace", "Replace", "REPLACE", "add", "Add"])
def test_a_single_value_is_replaced_by_any_spelling_of_op(op: str) -> None:
    assert patched({"op": op, "path": "title", "value": "Engineer"})["title"] == "Engineer"


@pytest.mark.parametrize("path", ["name.familyName", "NAME.FAMILYNAME"])
def test_a_sub_attribute_is_replaced_and_its_neighbours_stay(path: str) -> None:
    result = patched({"op": "replace", "path": path, "value": "Lovelace"})

    assert result["name"] == {"givenName": "Ada", "familyName": "Lovelace"}


def test_a_core_attribute_can_be_named_with_its_urn() -> None:
    path = "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName"

    assert patched({"op": "replace", "path": path, "value": "Lovelace"})["name"]["familyName"] == "Lovelace"


def test_an_extension_attribute_is_named_with_a_colon() -> None:
    result = patched({"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Engines"})

    assert result[ENTERPRISE] == {"department": "Engines"}


def test_removing_the_last_extension_attribute_removes_the_extension() -> None:
    result = patched(
        {"op": "add", "path": f"{ENTERPRISE}:department", "value": "Engines"},
        {"op": "remove", "path": f"{ENTERPRISE}:department"},
    )

    assert ENTERPRISE not in result


def test_dotted_and_urn_keys_without_a_path() -> None:
    value = {"displayName": "Ada L.", "name.familyName": "Lovelace", f"{ENTERPRISE}:department": "Engines"}

    result = patched({"op": "replace", "value": value})

    assert result["displayName"] == "Ada L."
    assert result["name"] == {"givenName": "Ada", "familyName": "Lovelace"}
    assert result[ENTERPRISE] == {"department": "Engines"}


def test_an_extension_object_without_a_path() -> None:
    result = patched({"op": "add", "value": {ENTERPRISE: {"department": "Engines"}}})

    assert result[ENTERPRISE] == {"department": "Engines"}


@pytest.mark.parametrize("value", ["GRACE", {"value": "GRACE"}, [{"value": "GRACE"}], {"value": "GRACE", "$ref": None}])
def test_a_manager_in_every_form(value: Any) -> None:
    result = patched({"op": "Add", "path": f"{ENTERPRISE}:manager", "value": value})

    assert result[ENTERPRISE]["manager"] == {"value": "GRACE"}


def test_a_manager_is_cleared_by_an_empty_value() -> None:
    result = patched(
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "GRACE"},
        {"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": ""},
    )

    assert ENTERPRISE not in result


def test_the_value_that_a_filter_selects_is_changed_alone() -> None:
    result = patched({"op": "replace", "path": 'emails[type eq "home"].value', "value": "a@new.example"})

    assert [email["value"] for email in result["emails"]] == ["ada@example.com", "a@new.example"]


@pytest.mark.parametrize("op", ["Add", "Replace"])
def test_a_labelled_value_that_is_missing_is_made(op: str) -> None:
    result = patched({"op": op, "path": 'phoneNumbers[type eq "mobile"].value', "value": "555"})

    assert result["phoneNumbers"] == [{"type": "mobile", "value": "555"}]


def test_a_value_under_a_label_that_nobody_knows_is_not_made() -> None:
    assert refusal({"op": "replace", "path": 'emails[type eq "fax"].value', "value": "x"}) == "noTarget"


def test_strict_makes_no_missing_value() -> None:
    operation = {"op": "replace", "path": 'phoneNumbers[type eq "mobile"].value', "value": "555"}

    assert refusal(operation, leniency=strict()) == "noTarget"


def test_a_new_primary_takes_it_from_the_old() -> None:
    result = patched({"op": "add", "path": "emails", "value": [{"value": "new@example.com", "primary": True}]})

    assert [email.get("primary", False) for email in result["emails"]] == [False, False, True]


def test_a_primary_set_by_a_filter_takes_it_from_the_old() -> None:
    result = patched({"op": "replace", "path": 'emails[type eq "home"].primary', "value": True})

    assert [email.get("primary", False) for email in result["emails"]] == [False, True]


def test_adding_what_is_there_changes_nothing() -> None:
    assert patched({"op": "add", "path": "emails", "value": [ADA["emails"][1]]}) == ADA


@pytest.mark.parametrize("op", ["add", "replace"])
def test_a_single_object_stands_for_a_list_of_one(op: str) -> None:
    result = patched({"op": op, "path": "emails", "value": {"value": "new@example.com"}})

    assert result["emails"][-1] == {"value": "new@example.com"}
    assert len(result["emails"]) == (3 if op == "add" else 1)


def test_removing_by_filter_leaves_the_others() -> None:
    assert patched({"op": "remove", "path": 'emails[type eq "work"]'})["emails"] == [ADA["emails"][1]]


def test_removing_by_a_filter_that_selects_nothing_changes_nothing() -> None:
    assert patched({"op": "remove", "path": 'emails[type eq "other"]'}) == ADA


def test_removing_every_value_unassigns_the_attribute() -> None:
    assert "emails" not in patched({"op": "remove", "path": "emails"})


@pytest.mark.parametrize("value", [None, []])
def test_null_and_the_empty_list_unassign(value: Any) -> None:
    assert "emails" not in patched({"op": "replace", "path": "emails", "value": value})


def test_a_complex_value_keeps_what_is_not_named_and_drops_nulls() -> None:
    result = patched({"op": "replace", "path": "name", "value": {"givenName": None, "middleName": "King"}})

    assert result["name"] == {"familyName": "Byron", "middleName": "King"}


@pytest.mark.parametrize(("text", "value"), [("False", False), ("true", True), ("TRUE", True)])
def test_booleans_as_text(text: str, value: bool) -> None:
    assert patched({"op": "Replace", "path": "active", "value": text})["active"] is value


@pytest.mark.parametrize("value", ["no", "0", "", 0, 1, [], {}, "maybe"])
def test_no_other_spelling_of_a_boolean_is_taken(value: Any) -> None:
    assert refusal({"op": "replace", "path": "active", "value": value}) == "invalidValue"


def test_strict_takes_no_boolean_as_text() -> None:
    assert refusal({"op": "replace", "path": "active", "value": "False"}, leniency=strict()) == "invalidValue"


def test_an_unknown_attribute_beside_a_known_one_is_passed_over() -> None:
    result = patched(
        {"op": "add", "path": "shoeSize", "value": "38"}, {"op": "replace", "path": "title", "value": "Engineer"}
    )

    assert result == {**ADA, "title": "Engineer"}


def test_an_unknown_attribute_alone_is_refused() -> None:
    assert refusal({"op": "add", "path": "shoeSize", "value": "38"}) == "invalidPath"


def test_roles_are_passed_over_even_alone() -> None:
    assert patched({"op": "add", "path": "roles", "value": [{"value": "admin"}]}) == ADA


def test_a_password_is_taken_and_forgotten() -> None:
    assert patched({"op": "replace", "path": "password", "value": "secret"}) == ADA


def test_an_id_without_a_path_is_passed_over() -> None:
    result = patched({"op": "replace", "value": {"id": "other", "title": "Engineer"}})

    assert result == {**ADA, "title": "Engineer"}


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "replace", "path": "meta.created", "value": "x"}, "mutability"),
        ({"op": "add", "path": "groups", "value": [{"value": "x"}]}, "mutability"),
        ({"op": "replace", "value": {"groups": []}}, "mutability"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "replace", "path": "userName", "value": None}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": "  "}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": 5}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": "x@example.com"}, "invalidValue"),
        ({"op": "add", "path": "title"}, "invalidValue"),
        ({"op": "add", "value": "x"}, "invalidValue"),
        ({"op": "move", "path": "title", "value": "x"}, "invalidSyntax"),
        ({"path": "title", "value": "x"}, "invalidSyntax"),
        ({"op": "replace", "path": "emails[0].value", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": 'emails[type xx "work"]', "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "emails[", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "__class__", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "constructor.prototype.x", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": 7, "value": "x"}, "invalidPath"),
    ],
)
def test_operations_that_are_refused(operation: dict[str, Any], scim_type: str) -> None:
    assert refusal(operation) == scim_type


@pytest.mark.parametrize("body", [[], {}, {"Operations": []}, {"Operations": {}}, {"Operations": ["x"]}])
def test_bodies_that_are_no_patch(body: Any) -> None:
    with pytest.raises(ScimError) as refused:
        Patch(Leniency()).plan(USER, body)

    assert refused.value.scim_type == "invalidSyntax"


def test_a_failing_operation_leaves_the_document_as_it_was() -> None:
    before = repr(ADA)

    refusal({"op": "replace", "path": "title", "value": "x"}, {"op": "replace", "path": "active", "value": "x"})

    assert repr(ADA) == before
