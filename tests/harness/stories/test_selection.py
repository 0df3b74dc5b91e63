from __future__ import annotations

import pytest

from harness.stories.selection import is_named

NAME = "idp/test_okta_gate.py::test_the_crud_test[okta-oin]"


@pytest.mark.parametrize(
    "pattern",
    [
        NAME,
        "idp/test_okta_gate.py::test_the_crud_test",
        "test_the_crud_test",
        "test_the_crud_test[okta-oin]",
        "test_the_crud_*",
        "idp/*",
        "*[okta-oin]",
        "*okta?gate*",
    ],
)
def test_a_story_is_named_by_its_name_with_or_without_brackets_and_by_its_function(pattern: str) -> None:
    assert is_named(NAME, (pattern,))


@pytest.mark.parametrize(
    "pattern",
    ["test_the_crud", "test_the_crud_test[entra-default]", "test_the_crud_tes[t]", "[ti]*", "protocol/*", ""],
)
def test_brackets_are_no_pattern_and_a_part_is_no_name(pattern: str) -> None:
    assert not is_named(NAME, (pattern,))


def test_one_pattern_of_several_is_enough() -> None:
    assert is_named(NAME, ("other", "test_the_crud_test"))
    assert not is_named(NAME, ())
