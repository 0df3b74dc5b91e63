"""`report.html`: for people."""

from __future__ import annotations

from harness.report.format import one_file
from harness.report.html import render_html

FORMAT = one_file(
    "report.html", "for people: one file, to be read offline", lambda report: render_html(report).encode()
)
