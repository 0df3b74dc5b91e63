"""The page about report formats has a section for each of them, and names what each writes."""

from __future__ import annotations

import re

import pytest

from harness.report.files import FORMATS
from harness.report.format import load_format
from tests.docs.pages import ROOT, text_of

PAGE = text_of(ROOT / "docs" / "how-to" / "report-formats.md")
SECTION = re.compile(r"^## `([a-z-]+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = dict(SECTION.findall(PAGE))


def test_each_format_has_a_section_and_each_section_a_format() -> None:
    assert set(SECTIONS) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_section_names_the_files_that_its_format_writes(name: str) -> None:
    for place in load_format(name).writes:
        assert f"`{place}`" in SECTIONS[name]


def test_the_overview_names_each_format() -> None:
    overview = PAGE.partition("| format | for | tells |")[2].partition("## ")[0]

    assert {name for name in FORMATS if f"`{name}`" not in overview} == set()


def test_each_ready_made_file_stands_in_the_page_about_them() -> None:
    page = text_of(ROOT / "deploy" / "README.md")
    made = [path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.name != "README.md"]

    names = [str(path.relative_to(ROOT / "deploy")) for path in made if not path.name.endswith(".dockerignore")]
    assert {name for name in names if f"`{name}`" not in page} == set()
