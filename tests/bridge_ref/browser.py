"""A real browser in front of a real bridge: Debian's Chromium, driven by playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
# It runs as root in CI, and looks for hosts of its maker where it is not told to leave that.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def skip_without_browser() -> None:
    """A browser is not there on every machine: what needs one is skipped then, and counted."""
    pytest.importorskip("playwright", reason="playwright is not installed: make setup")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium", allow_module_level=True)


@contextmanager
def browsing() -> Iterator[object]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def picture_folder(temporary: Path) -> Path:
    """Where screenshots go: into the documents if that is asked for, or else nowhere that lasts."""
    if os.environ.get("UPDATE_SCREENSHOTS") == "1":
        return Path(__file__).parents[2] / "docs" / "pages"
    return temporary
