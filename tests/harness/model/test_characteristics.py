"""Attributes by their names, and the standard table."""

import pytest

from harness.model.standard import standard_schemas
from tests.harness.model.people import ENTERPRISE, GROUP, USER


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("userName", "userName"),
        ("USERNAME", "userName"),
        ("name.givenname", "name.givenName"),
        (f"{USER.urn}:emails.value", "emails.value"),
        (f"{ENTERPRISE}:department", f"{ENTERPRISE}:department"),
        (f"{ENTERPRISE.upper()}:MANAGER.value", f"{ENTERPRISE}:manager.value"),
        (ENTERPRISE, ENTERPRISE),
        ("id", "id"),
        ("meta.location", "meta.location"),
    ],
)
def test_a_path_leads_to_its_attribute_in_any_letter_case(path: str, found: str) -> None:
    place = USER.find(path)

    assert place is not None
    assert place.path == found


@pytest.mark.parametrize("path", ["shoeSize", "name.shoeSize", "urn:other:userName", "department", "", "emails."])
def test_a_path_to_nothing_leads_nowhere(path: str) -> None:
    assert USER.find(path) is None


def test_common_attributes_have_the_characteristics_of_section_3_1() -> None:
    for schema in standard_schemas().values():
        found = schema.find("id")
        assert found is not None
        assert found.leaf is not None
        assert (found.leaf.case_exact, found.leaf.mutability, found.leaf.returned) == (True, "readOnly", "always")


def test_the_password_is_never_shown_and_groups_are_read_only() -> None:
    password, groups = USER.attributes["password"], USER.attributes["groups"]

    assert (password.mutability, password.returned, password.is_shown) == ("writeOnly", "never", False)
    assert not groups.is_writable


def test_a_group_needs_its_name_and_members_keep_theirs() -> None:
    assert [each.path for each in GROUP.required_places] == ["displayName"]
    assert GROUP.attributes["members"].sub["value"].mutability == "immutable"


def test_a_user_needs_a_user_name_alone() -> None:
    assert [each.path for each in USER.required_places] == ["userName"]
