"""The page that says where the reference bridge keeps each requirement: made from the code, and nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.errors import CatalogueError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`tools/bridge_reference.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("bridge_reference", ROOT / "tools" / "bridge_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(folder: Path, name: str, text: str) -> Path:
    """A file in a folder of its own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


CODE = '''"""A module.

Source: RFC7644-3.3-09
"""

def f():
    """Mentions RFC7644-3.3-10 in passing."""

class C:
    def m(self):
        """Keeps two.

        Source: RFC7644-3.3-10,
        RFC7644-3.3-11
        """

class Leniency:
    # Entra: something (ENTRA-10; a page).
    op_in_any_case: bool = True
'''


def test_code_is_found_by_its_sources(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    folder = write(tmp_path / "code", "some.py", CODE)

    places = tool.code_places(folder, load_catalogue())

    assert places == {
        "RFC7644-3.3-09": ["code/some.py"],
        "RFC7644-3.3-10": ["code/some.py C.m"],
        "RFC7644-3.3-11": ["code/some.py C.m"],
        "ENTRA-10": ["code/some.py op_in_any_case"],
    }


def test_tests_are_found_by_their_docstrings(tool: ModuleType, tmp_path: Path) -> None:
    text = 'def test_a():\n    """RFC7644-3.3-09."""\n\ndef helper():\n    """RFC7644-3.3-10."""\n'
    folder = write(tmp_path / "tests", "test_some.py", text)

    assert tool.test_places(folder, load_catalogue()) == {"RFC7644-3.3-09": ["test_a"]}


def test_an_id_that_does_not_exist_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    folder = write(tmp_path / "tests", "test_some.py", 'def test_a():\n    """RFC7644-3.3-99."""\n')

    with pytest.raises(CatalogueError, match=r"RFC7644-3\.3-99"):
        tool.test_places(folder, load_catalogue())


def test_a_row_without_code_or_test_is_shown_as_such(tool: ModuleType) -> None:
    row = load_catalogue().get("RFC7644-3.3-09")

    assert tool._cells(row, {}, {})[3:] == ("*none*", "*none*")
    assert tool._cells(row, {row.id: ["a", "b"]}, {row.id: ["t"]})[3:] == ("`a`, `b`", "`t`")


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
def test_a_row_whose_condition_is_not_met_does_not_apply(
    tool: ModuleType, requirement_id: str, condition: str | None
) -> None:
    assert tool.missing_condition(load_catalogue().get(requirement_id)) == condition
