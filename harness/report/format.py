"""What a report format is, and where the formats are: one module each in `harness/report/formats`."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.report import formats
from harness.report.model import Report

Render = Callable[[Report], bytes]


def _nothing() -> None:
    return None


def _no_text(_: Report) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what it `writes` into the folder of the reports, and a line that says for whom.

    `check` refuses before a run, with a UsageError, where something is missing. `before` and `after` are written to the
    log around the summary of a run, for a CI server that reads commands there.
    """

    writes: tuple[str, ...]
    says: str
    write: Callable[[Report, Path], list[Path]]
    check: Callable[[], None] = _nothing
    before: Callable[[Report], str] = _no_text
    after: Callable[[Report], str] = _no_text


def one_file(name: str, says: str, render: Render) -> Format:
    """A format that is one file of this name."""
    return Format((name,), says, lambda report, folder: [write_whole(folder / name, render(report))])


def format_names() -> tuple[str, ...]:
    """The names of all formats, as `--format` takes them; none of them is imported for that."""
    found = (module.name for module in pkgutil.iter_modules(formats.__path__))
    return tuple(sorted(name.replace("_", "-") for name in found))


def load_format(name: str) -> Format:
    """The format of this name, which is one of `format_names()`."""
    module = importlib.import_module(f"{formats.__name__}.{name.replace('-', '_')}")
    found = module.FORMAT
    assert isinstance(found, Format)
    return found


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees the old one or the new one, never half of one."""
    return write_pieces(path, (content,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> Path:
    """The same of a file that is large: its pieces are written as they are made."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as stream:
            stream.writelines(pieces)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
