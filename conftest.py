"""Wires pytest for this repository's own tests; stories get their plugin from `bridgecheck run`."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `-n`, the tests of a file stay in one process, and so do files that share a costly fixture.

    A whole run of all stories, for example, is told once and looked at by three files.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
