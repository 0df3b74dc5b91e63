"""Names and passwords of users in the account: RFC 7643 section 4.1."""

import pytest

from tests.bridge_ref.rich import rich
from tests.bridge_ref.world import USER, World


@pytest.mark.parametrize("text", ['password eq "x"', "password pr", 'not (password eq "x")', 'password sw "a"'])
def test_nothing_is_to_be_found_out_about_a_password(world: World, text: str) -> None:
    """RFC7643-7-27."""
    rich(world, password="S3cret-word")

    assert world.send("GET", "/Users", filter=text).body["scimType"] == "invalidFilter"


def test_a_name_of_the_account_is_unique_in_any_spelling(world: World) -> None:
    """RFC7643-4.1.1-04, RFC7643-4.1.1-05, RFC7643-4.1.1-06, RFC7643-7-32, RFC7644-3.3-15, RFC7644-3.3-16,
    RFC7644-3.5.1-17, RFC7644-3.5.2-34, RFC7644-5-01, RFC7644-5-02, RFC7644-5-03, RFC7644-3.12-12, OKTA-08, ENTRA-09."""
    world.invite("\u00c9ve@example.com")
    ada = world.invite("ada@example.com")
    spellings = ["\u00c9VE@example.com", "e\u0301ve@example.com", "\u00e9ve@EXAMPLE.com", "\uff25\u0301ve@example.com"]

    answers = [world.send("POST", "/Users", {"schemas": [USER], "userName": each}) for each in spellings]
    answers.append(world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": spellings[1]}))
    answers.append(world.patch(f"/Users/{ada}", {"op": "replace", "path": "userName", "value": spellings[2]}))

    assert {(each.status, each.body["scimType"]) for each in answers} == {(409, "uniqueness")}
    assert world.send("GET", f"/Users/{ada}").body["userName"] == "ada@example.com"
    assert world.send("GET", "/Users").body["totalResults"] == 2


def test_names_are_found_in_any_letter_case_and_normal_form(world: World) -> None:
    """RFC7643-4.1.1-07, RFC7643-7-18, RFC7644-7.8-01, RFC7644-1.2-01, OKTA-05, ENTRA-05."""
    world.invite("\u00c9ve@example.com", displayName="\u00c9ve")

    for text in ('userName eq "e\u0301VE@example.com"', 'displayName co "E\u0301v"'):
        assert world.send("GET", "/Users", filter=text).body["totalResults"] == 1


@pytest.mark.parametrize("is_active", [False, True])
def test_active_says_whether_the_member_has_access(world: World, is_active: bool) -> None:
    """RFC7643-4.1.1-17, RFC7643-4.1.1-18, RFC7644-3.5.2.3-11, OKTA-12, OKTA-14, ENTRA-07, ENTRA-18, OKTA-13."""
    ada = world.invite("ada@example.com", active=not is_active)
    answer = world.patch(f"/Users/{ada}", {"op": "replace", "value": {"active": is_active}})

    found = world.send("GET", "/Users", filter='userName eq "ada@example.com"').body["Resources"]
    assert answer.body["active"] is is_active
    assert [(each["id"], each["active"]) for each in found] == [(ada, is_active)]
    assert world.member("ada@example.com")["state"] == ("INVITED" if is_active else "INVITED_SUSPENDED")


def test_a_name_and_its_parts_are_of_the_same_person(world: World) -> None:
    """RFC7643-4.1.1-09, OKTA-10."""
    ada = rich(world).body["id"]

    patched = world.patch(f"/Users/{ada}", {"op": "replace", "path": "name.familyName", "value": "Byron"}).body

    assert patched["name"]["formatted"] == "Ada King Byron"
