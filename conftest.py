"""Wires pytest for this repository's own tests; stories get their plugin from `bridgecheck run`."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["pytester"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests: fast ones first, so that a mistake shows soon; slow ones first where several processes share
    them, so that none is left with a long file at the end.
    """
    is_beside_others = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: (item.get_closest_marker("slow") is not None) is not is_beside_others)
