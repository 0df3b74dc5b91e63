"""Writes each report that was asked for, whole or not at all."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from harness.errors import UsageError
from harness.report.allure import load_library, write_allure
from harness.report.html import render_html
from harness.report.json import render_json
from harness.report.junit import render_junit
from harness.report.model import Report
from harness.report.summary import render_summary

Render = Callable[[Report], bytes]


def _json(report: Report) -> bytes:
    return json.dumps(render_json(report), ensure_ascii=False, indent=1).encode() + b"\n"


_FILES: Mapping[str, tuple[str, Render]] = MappingProxyType(
    {
        "json": ("conformance.json", _json),
        "junit": ("junit.xml", render_junit),
        "html": ("report.html", lambda report: render_html(report).encode()),
        "summary": ("summary.txt", lambda report: render_summary(report).encode()),
    }
)
FORMATS = (*_FILES, "allure")
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
    if "allure" in chosen:
        load_library("model2")
    return chosen


def write_reports(report: Report, directory: Path, formats: Iterable[str]) -> list[Path]:
    """Write the formats into the directory, which is made when missing, and return what was written."""
    chosen = check_formats(formats)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [_write(report, directory, name) for name in chosen]
    except OSError as error:
        raise UsageError(f"reports can't be written to {directory}: {error}") from error


def forget_reports(directory: Path, formats: Iterable[str]) -> None:
    """Remove the files of an earlier run in other formats, which would be taken for those of this one."""
    kept = set(formats)
    for name, (file_name, _) in _FILES.items():
        if name not in kept:
            (directory / file_name).unlink(missing_ok=True)


def _write(report: Report, directory: Path, name: str) -> Path:
    if name == "allure":
        return write_allure(report, directory / "allure-results")
    file_name, render = _FILES[name]
    return write_whole(directory / file_name, render(report))


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees the old one or the new one, never half of one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
