"""`report.html`: for people."""

from __future__ import annotations

from pathlib import Path

from harness.report.format import Format, write_whole
from harness.report.html import render_files
from harness.report.model import Report
from harness.report.page.cards import BESIDE


def _write(report: Report, folder: Path) -> list[Path]:
    """The page, and before it the file that it may lead to; one of an earlier run leads nowhere and goes."""
    files = render_files(report)
    if BESIDE not in files:
        (folder / BESIDE).unlink(missing_ok=True)
    made = [write_whole(folder / name, content) for name, content in reversed(files.items())]
    return made[-1:]


FORMAT = Format(("report.html",), "for people: one file, to be read offline", _write)
