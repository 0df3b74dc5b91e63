"""`tools.trace` names the tests of each requirement of the reference bridge, and no requirement is left without."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.errors import CatalogueError
from tools import trace
from tools.trace import EXCEPTIONS, TESTS, binding_rows, held_by, main, missing_condition

ROWS = binding_rows(load_catalogue())
PLACES = trace.test_places(TESTS, load_catalogue())


def write(folder: Path, text: str) -> Path:
    """A file of tests in a folder of its own."""
    folder.mkdir()
    (folder / "test_some.py").write_text(text, encoding="utf-8")
    return folder


def test_every_requirement_that_applies_is_held_by_a_test_or_is_an_exception() -> None:
    loose = [row.id for row in ROWS if row.id not in PLACES and missing_condition(row) is None]

    assert loose == list(EXCEPTIONS)


def test_what_binds_the_bridge_is_counted() -> None:
    held = sum(row.id in PLACES for row in ROWS)
    idle = sum(row.id not in PLACES and missing_condition(row) is not None for row in ROWS)

    assert (len(ROWS), held, idle, len(EXCEPTIONS)) == (679, 647, 21, 11)


def test_tests_are_found_by_their_docstrings(tmp_path: Path) -> None:
    text = 'def test_a():\n    """RFC7644-3.3-09."""\n\ndef helper():\n    """RFC7644-3.3-10."""\n'

    assert trace.test_places(write(tmp_path / "tests", text), load_catalogue()) == {"RFC7644-3.3-09": ["test_a"]}


def test_an_id_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "tests", 'def test_a():\n    """RFC7644-3.3-99."""\n')

    with pytest.raises(CatalogueError, match=r"RFC7644-3\.3-99"):
        trace.test_places(folder, load_catalogue())


def test_a_row_tells_its_tests_or_why_it_has_none() -> None:
    held, idle, exception, loose = (
        load_catalogue().get(each)
        for each in ("RFC7644-3.3-09", "RFC7643-4.1.2-10", "RFC7643-4.1.1-11", "RFC7644-3.3-10")
    )

    assert held_by(held, {held.id: ["test_a", "test_b"]}) == "test_a, test_b"
    assert held_by(idle, {}) == "not applicable: photos in schema"
    assert held_by(exception, {}) == "none: the bridge shows the displayName that it was sent and makes up none"
    assert held_by(loose, {}) == "none"


@pytest.mark.parametrize(
    ("requirement_id", "condition"),
    [
        ("RFC7643-4.1.2-10", "photos in schema"),
        ("RFC7643-2.3.6-01", "a binary attribute in schema"),
        ("RFC7644-2-06", "credentials of two tenants available"),
        ("RFC7643-4.1.2-14", None),
        ("RFC7644-3.3-09", None),
    ],
)
def test_a_row_whose_condition_is_not_met_does_not_apply(requirement_id: str, condition: str | None) -> None:
    assert missing_condition(load_catalogue().get(requirement_id)) == condition


def test_the_command_prints_a_line_for_each_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["RFC7643-2.3.6-04", "RFC7644-2-06"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "RFC7643-2.3.6-04 MUST: not applicable: x509Certificates in schema",
        "RFC7644-2-06 MUST: not applicable: credentials of two tenants available",
    ]


def test_without_ids_the_command_prints_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0

    assert len(capsys.readouterr().out.splitlines()) == len(ROWS)


def test_a_transition_of_the_account_holds_a_requirement_too() -> None:
    assert trace.bridge_places(load_catalogue())["SEED-16"][0].startswith("M")


def test_an_id_that_is_none_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["RFC7644-99"]) == 2

    assert "RFC7644-99" in capsys.readouterr().err
