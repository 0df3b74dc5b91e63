"""`report.html`: for people."""

from __future__ import annotations

from pathlib import Path

from harness.report.format import Format, write_whole
from harness.report.html import PAGE, render_files
from harness.report.model import Report
from harness.report.page.cards import BESIDE


def _write(report: Report, folder: Path) -> list[Path]:
    """The page, after the file beside it that it may lead to; one of an earlier run leads nowhere and goes."""
    files = render_files(report)
    if BESIDE not in files:
        (folder / BESIDE).unlink(missing_ok=True)
    written = [write_whole(folder / name, files[name]) for name in reversed(files)]
    return written[::-1]


FORMAT = Format(
    (PAGE,), "for people, to be read offline; what is too long for the page stands in a file beside it", _write
)
