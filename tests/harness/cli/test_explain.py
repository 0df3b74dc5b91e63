"""`bridgecheck explain`: requirements, checks, stories and dialects, in any letter case."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from harness.cli.explain_command import command


def explained(name: str) -> str:
    return CliRunner().invoke(command, [name], standalone_mode=False).output


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("seed-16", "SEED-16  MUST  claim bridge"),
        ("Created_Resource_Has_Location", "created_resource_has_location  a check"),
        ("TEST_A_USER_NAME_IS_TAKEN_ONCE", "protocol/test_users.py::test_a_user_name_is_taken_once  a story"),
        ("Okta", "okta-oin  a dialect, also okta"),
        ("google-PULL", "google-pull  a dialect"),
    ],
)
def test_any_letter_case_will_do(name: str, heading: str) -> None:
    assert explained(name).startswith(heading)


def test_a_requirement_says_why_it_matters_what_comes_next_and_how_it_is_judged_again() -> None:
    text = explained("ENTRA-11")

    assert "why:           A broken MUST ends a run with exit code 1" in text
    assert "next:          Entra ID puts the person or group into escrow" in text
    assert "again:         bridgecheck run --requirement ENTRA-11" in text
    assert "Okta" not in text


def test_a_check_names_the_requirements_that_it_judges() -> None:
    assert "judges:        RFC7644-3.3-12  " in explained("created_resource_has_location")
