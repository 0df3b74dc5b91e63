"""Finds the folders of our data: at the root of a checkout, or beside the code in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from harness.errors import BridgecheckError


def find_folder(name: str) -> Path:
    """The folder `scenarios`, `schemas` or `loadtests`. Raises BridgecheckError when the installation lacks it."""
    here = Path(__file__).parent
    for folder in (here / "_data" / name, here.parent / name):
        if folder.is_dir():
            return folder
    raise BridgecheckError(f"the folder {name} is missing: neither in {here / '_data'} nor in {here.parent}")
