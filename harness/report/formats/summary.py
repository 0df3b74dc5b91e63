"""`summary.txt`: what a run says on a terminal."""

from __future__ import annotations

from harness.report.format import one_file
from harness.report.summary import render_summary

FORMAT = one_file(
    "summary.txt", "what a run says on a terminal, for a log or a mail", lambda report: render_summary(report).encode()
)
