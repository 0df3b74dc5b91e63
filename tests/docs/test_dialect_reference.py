"""The table of facts is read from the docstrings of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.dialect_reference import facts_in, read_tests


@pytest.mark.parametrize(
    ("docstring", "facts"),
    [
        ("OKTA-12, section 1.d: a replace without a path.", ["OKTA-12", "1.d"]),
        ("Sections 1.a and 1.g.", ["1.a", "1.g"]),
        ("Section 6: a knob.", ["6"]),
        ("Nothing is named, RFC7644-3.3-12 is no fact of a vendor.", []),
    ],
)
def test_facts_are_named_in_docstrings(docstring: str, facts: list[str]) -> None:
    assert facts_in(docstring) == facts


def test_dialects_are_those_of_the_classes_used(tmp_path: Path) -> None:
    (tmp_path / "test_okta_x.py").write_text(
        "def hired():\n    return OktaOin()\n"
        'def test_one():\n    """OKTA-12: x."""\n    hired()\n'
        'def test_two():\n    """OKTA-13: x."""\n    OktaAiw()\n'
        'def test_three():\n    """OKTA-14: x."""\n'
    )

    assert read_tests(tmp_path) == {
        "OKTA-12": {"test_okta_x::test_one": {"okta-oin"}},
        "OKTA-13": {"test_okta_x::test_two": {"okta-aiw"}},
        "OKTA-14": {"test_okta_x::test_three": {"okta-oin", "okta-aiw"}},
    }
