"""Writes the output of commands to stdout; a reader that has left, such as `head`, changes no exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console

from harness.cli.answer import ANSWER
from harness.report.files import around
from harness.report.json import render_json
from harness.report.model import Report
from harness.report.summary import print_summary
from harness.target.secrets import redact_known


def say(text: str) -> None:
    """Write one line or several to stdout, without a secret."""
    text = redact_known(text)
    if ANSWER.is_wanted:
        ANSWER.keep(text)
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Discard further output, and what the interpreter flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(report: Report, formats: Iterable[str] = ()) -> None:
    """Write the summary of a run, in colour on a terminal, within what the formats say to a CI server's log."""
    ANSWER.add(report=render_json(report))
    before, after = around(report, formats)
    console = Console(file=sys.stdout)
    with console.capture() as captured:
        print_summary(report, console)
    for text in (before, captured.get().rstrip("\n"), after):
        if text:
            say(text)
