"""Writes each report that was asked for, whole or not at all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from harness.errors import UsageError
from harness.record.collector import uncollected
from harness.report.format import format_names, load_format
from harness.report.format import write_whole as write_whole  # for commands that write files of their own
from harness.report.model import Report

FORMATS = format_names()
"""The names of the formats, as `--format` takes them."""


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats, each once. Call it before the run, not after.

    Raises UsageError with the nearest right name, or how to install the library that a format needs.
    """
    chosen = tuple(dict.fromkeys(formats))
    for name in chosen:
        if name not in FORMATS:
            near = difflib.get_close_matches(name, FORMATS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(FORMATS)}"
            raise UsageError(f"there is no report format {name!r} (--format); {hint}")
    for name in chosen:
        load_format(name).check()
    return chosen


@uncollected
def write_reports(report: Report, directory: Path, formats: Iterable[str]) -> list[Path]:
    """Write the formats into the directory, which is made when missing, and return what was written."""
    chosen = check_formats(formats)
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in chosen:
            written += load_format(name).write(report, directory)
    except OSError as error:
        saved = f"; saved are {', '.join(path.name for path in written)}" if written else ""
        raise UsageError(f"reports can't be written to {directory}: {error}{saved}") from error
    return written


def forget_reports(directory: Path, formats: Iterable[str]) -> None:
    """Remove the files of an earlier run in other formats, which would be taken for those of this one."""
    kept = {file for name in formats for file in load_format(name).writes}
    for name in FORMATS:
        for file in load_format(name).writes:
            if file not in kept and (directory / file).is_file():
                (directory / file).unlink()


def around(report: Report, formats: Iterable[str]) -> tuple[str, str]:
    """What the chosen formats put into the log before the summary of a run, and after it."""
    chosen = [load_format(name) for name in formats]
    before = [format.before(report) for format in chosen]
    after = [format.after(report) for format in reversed(chosen)]
    return "\n".join(text for text in before if text), "\n".join(text for text in after if text)
