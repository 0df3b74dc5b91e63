"""A vendor is found by its folder: nothing else has to be told of it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.catalogue.claims import read_claims
from harness.errors import CatalogueError
from harness.idp.dialects import DIALECTS, MAIN_DIALECTS, VENDORS, dialects_for
from harness.idp.vendor import read_vendors

ROOT = Path(__file__).resolve().parents[3]
FIRST = {"okta", "entra", "google"}  # they came before the folders, and checks and tests are written about them
LATER = sorted(VENDORS.keys() - FIRST)

ACME = """
from harness.idp.google import Google, GoogleKnobs
from harness.idp.vendor import Vendor


class Acme(Google):
    \"\"\"A vendor that nobody knows.\"\"\"

    dialect = "acme"
    claim = "acme"
    is_main = False
    aliases = ()


VENDOR = Vendor("Acme", (Acme,), GoogleKnobs)
"""
ROWS = """
[claim]
name = "acme"
title = "Acme"
kind = "idp"
order = 1
reaction = "Acme gives up."
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with the folder of a made-up vendor."""
    made = tmp_path / "made_up_vendors" / "acme"
    made.mkdir(parents=True)
    (made.parent / "__init__.py").touch()
    (made.parent / "pages.py").write_text("PAGES = ()\n")
    (made / "__init__.py").write_text(ACME)
    (made / "requirements.toml").write_text(ROWS)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("made_up_vendors", "made_up_vendors.acme"):
        monkeypatch.delitem(importlib.import_module("sys").modules, name, raising=False)
    return made


def test_a_folder_makes_a_vendor(folder: Path, tmp_path: Path) -> None:
    claims = read_claims(tmp_path / "no-rows", folder.parent)
    vendors = read_vendors(importlib.import_module("made_up_vendors"), claims)

    assert claims["acme"].reaction == "Acme gives up."
    assert [(name, vendor.title, vendor.dialects[0].dialect) for name, vendor in vendors.items()] == [
        ("acme", "Acme", "acme")
    ]


def test_a_folder_without_rows_is_refused(folder: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no requirements\.toml states the claim 'acme' of acme"):
        read_vendors(importlib.import_module("made_up_vendors"), {})


def test_a_folder_without_a_vendor_is_refused(folder: Path) -> None:
    (folder / "__init__.py").write_text("")

    with pytest.raises(CatalogueError, match=r"made_up_vendors\.acme offers no VENDOR"):
        read_vendors(importlib.import_module("made_up_vendors"), {})


@pytest.mark.parametrize("vendor", LATER)
def test_no_other_module_names_a_vendor(vendor: str) -> None:
    """Beside its folder a vendor has files that are found by their names: its stories, its defects, its tests.

    A defect that several vendors meet says which rows it breaks, so ids of rows do not count.
    """
    naming = [
        path.relative_to(ROOT).as_posix()
        for folder in ("harness", "bridge_ref", "loadtests", "scenarios", "schemas", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if vendor not in path.relative_to(ROOT).as_posix() and any(vendor in word for word in words_of(path))
    ]

    assert naming == []


def words_of(path: Path) -> Iterator[str]:
    """The names and texts of a module in lower case, without comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield (node.id if isinstance(node, ast.Name) else node.attr).lower()
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield "" if re.fullmatch(r"[A-Z]+-\d{2}", node.value) else node.value.lower()
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).lower()


def test_what_a_run_plays_follows_from_its_claims() -> None:
    assert dialects_for(()) == MAIN_DIALECTS
    assert dialects_for(("rfc", "okta")) == MAIN_DIALECTS
    for name in LATER:
        assert dialects_for(("rfc", name)) == (VENDORS[name].dialects[0].dialect,)
    assert dialects_for(("okta", *LATER)) == (
        ("okta-oin", *(VENDORS[name].dialects[0].dialect for name in VENDORS if name in LATER))
        if LATER
        else MAIN_DIALECTS
    )
    assert set(MAIN_DIALECTS) <= set(DIALECTS)
