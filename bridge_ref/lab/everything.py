"""Imports every module of the lab, which registers its defects and variants: a new one is found by its file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import bridge_ref.lab


@cache
def load_everything() -> None:
    """Register all defects and variants, in the order of the modules' names."""
    for module in pkgutil.walk_packages(bridge_ref.lab.__path__, f"{bridge_ref.lab.__name__}."):
        if module.name != __name__:
            importlib.import_module(module.name)
