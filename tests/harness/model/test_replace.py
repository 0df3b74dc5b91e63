"""PUT and POST, literally."""

from typing import Any

import pytest

from harness.model.characteristics import Attribute, ResourceSchema
from harness.model.outcomes import AnythingPermitted, Permitted, PermittedState
from harness.model.patch import apply_patch
from harness.model.replace import create_resource, replace_resource
from harness.record.message import patch_body
from tests.harness.model.people import ADA, DESIGN, ENTERPRISE, GROUP, USER, refusals, states


def put(body: Any) -> list[Permitted]:
    """What the model permits after a PUT of Ada."""
    return replace_resource(ADA, body, USER)


def state(outcomes: list[Permitted]) -> PermittedState:
    """The only state among outcomes."""
    (found,) = [each for each in outcomes if isinstance(each, PermittedState)]
    return found


def test_a_put_of_what_is_there_changes_nothing() -> None:
    found = state(put(ADA))

    assert found.after == ADA
    assert not found.changed


def test_what_is_sent_replaces_and_what_is_read_only_stays() -> None:
    found = state(put({**ADA, "displayName": "Grace", "meta": {"created": "x"}, "groups": [{"value": "g"}]}))

    assert found.after == {**ADA, "displayName": "Grace"}
    assert "read-only-ignored" in found.freedoms


def test_what_is_left_out_is_the_servers_choice() -> None:
    found = state(put({"schemas": ADA["schemas"], "userName": "ada"}))

    assert {"emails", "displayname", "name", f"{ENTERPRISE}:department".lower()} <= found.chosen
    assert "username" not in found.chosen
    assert found.after["id"] == "1"


def test_sub_attributes_left_out_of_a_complex_value_are_its_choice_too() -> None:
    found = state(put({**ADA, "name": {"givenName": "Ada"}}))

    assert "name.familyname" in found.chosen
    assert "name.givenname" not in found.chosen


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_null_and_empty_clear(nothing: Any) -> None:
    found = state(put({**ADA, "emails": nothing}))

    assert "emails" not in found.after
    assert "emails" not in found.chosen


def test_another_id_is_ignored_or_refused() -> None:
    found = put({**ADA, "id": "7"})

    assert states(found) == [ADA]
    assert refusals(found) == {"mutability"}


def test_a_put_without_a_required_attribute_is_refused_or_keeps_it() -> None:
    body = {name: value for name, value in ADA.items() if name != "userName"}

    assert "invalidValue" in refusals(put(body))


@pytest.mark.parametrize("value", [None, ""])
def test_a_required_attribute_is_not_cleared(value: Any) -> None:
    found = put({**ADA, "userName": value})

    assert states(found) == []
    assert "invalidValue" in refusals(found)


@pytest.mark.parametrize(
    "changes", [{"active": 1}, {"emails": "a@x"}, {"emails": ["a@x"]}, {"name": "Ada"}, {"displayName": 7}]
)
def test_a_wrong_type_is_refused(changes: dict[str, Any]) -> None:
    found = put({**ADA, **changes})

    assert states(found) == []
    assert "invalidValue" in refusals(found)


def test_a_boolean_as_text_is_open() -> None:
    (only,) = put({**ADA, "active": "True"})

    assert isinstance(only, AnythingPermitted)


def test_an_unknown_attribute_is_dropped_or_refused() -> None:
    found = put({**ADA, "shoeSize": 9})

    assert states(found) == [ADA]
    assert "invalidValue" in refusals(found)


def test_a_put_of_a_group_replaces_its_members() -> None:
    found = state(replace_resource(DESIGN, {**DESIGN, "members": [{"value": "3"}]}, GROUP))

    assert found.after["members"] == [{"value": "3"}]


def _with_badge() -> ResourceSchema:
    return ResourceSchema(
        USER.name, USER.endpoint, USER.urn, {**USER.attributes, "badge": Attribute("badge", mutability="immutable")}
    )


def test_an_immutable_value_must_match_once_it_is_set() -> None:
    before = {"schemas": [USER.urn], "id": "1", "userName": "ada", "badge": "A"}

    assert states(replace_resource(before, {**before, "badge": "A"}, _with_badge())) == [before]
    assert refusals(replace_resource(before, {**before, "badge": "B"}, _with_badge())) == {"mutability"}
    assert states(replace_resource(before, {"schemas": [USER.urn], "userName": "ada"}, _with_badge())) == [before]


@pytest.mark.parametrize("badge", [7, "", None, ["A"]])
def test_what_is_no_value_of_an_immutable_attribute_may_be_told_as_that(badge: Any) -> None:
    before = {"schemas": [USER.urn], "id": "1", "userName": "ada", "badge": "A"}
    operation = {"op": "replace", "path": "badge", "value": badge}

    assert {"mutability", "invalidValue"} <= refusals(
        replace_resource(before, {**before, "badge": badge}, _with_badge())
    )
    assert {"mutability", "invalidValue"} <= refusals(apply_patch(before, patch_body(operation), _with_badge()))


def test_an_immutable_value_that_is_not_set_is_set() -> None:
    before = {"schemas": [USER.urn], "id": "1", "userName": "ada"}

    assert states(replace_resource(before, {**before, "badge": "B"}, _with_badge())) == [{**before, "badge": "B"}]


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    assert states(put(body)) == []
    assert states(create_resource(body, USER)) == []


def test_a_create_takes_what_it_can_and_ignores_what_is_the_servers() -> None:
    body: dict[str, Any] = {
        "schemas": [USER.urn],
        "userName": "grace",
        "id": "mine",
        "meta": {},
        "emails": [],
        "title": None,
    }

    found = state(create_resource(body, USER))

    assert found.after == {"schemas": [USER.urn], "userName": "grace"}
    assert "displayname" in found.chosen
    assert not {"emails", "title"} & found.chosen


def test_a_create_without_a_required_attribute_is_refused() -> None:
    assert states(create_resource({"schemas": [USER.urn]}, USER)) == []
    assert states(create_resource({"schemas": [GROUP.urn], "displayName": None}, GROUP)) == []


def test_a_create_with_an_extension_names_it_in_schemas() -> None:
    found = state(create_resource({"schemas": [USER.urn], "userName": "g", ENTERPRISE: {"division": "D"}}, USER))

    assert found.after["schemas"] == [USER.urn, ENTERPRISE]


def test_two_primaries_are_refused_or_one_is_chosen() -> None:
    emails = [{"value": "a@x", "primary": True}, {"value": "b@x", "primary": True}]

    found = create_resource({"schemas": [USER.urn], "userName": "g", "emails": emails}, USER)

    assert "emails.primary" in state(found).chosen
    assert refusals(found)
