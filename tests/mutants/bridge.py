"""The reference bridge with one module replaced, or with a note of the lines that it runs; the trials start it.

`bridge.py MODULE FILE WORDS…` takes the source of MODULE from FILE. `bridge.py --trace FILE WORDS…` writes at each
SIGUSR1 the lines that have run since the last one to FILE.0, FILE.1 and so on. WORDS are those of `bridge-ref`.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

Trace = Callable[[FrameType, str, Any], Any]


class Replaced(MetaPathFinder):
    """Finds one module in another file."""

    def __init__(self, module: str, file: str) -> None:
        self._module, self._file = module, file

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The other file, for that module only."""
        if fullname != self._module:
            return None
        return spec_from_file_location(fullname, self._file, loader=SourceFileLoader(fullname, self._file))


class Lines:
    """Notes which lines of the bridge run, and writes them down when a signal says that a story has ended."""

    def __init__(self, file: str, folder: str) -> None:
        self._file, self._folder = file, folder
        self._seen: set[tuple[str, int]] = set()
        self._written = 0

    def start(self) -> None:
        """Note lines in every thread from here on."""
        signal.signal(signal.SIGUSR1, self._write)
        threading.settrace(self._call)
        sys.settrace(self._call)

    def _call(self, frame: FrameType, event: str, _: Any) -> Trace | None:
        name = frame.f_code.co_filename
        if not name.startswith(self._folder):
            return None
        self._seen.add((name, frame.f_lineno))

        def line(inner: FrameType, event: str, _: Any) -> Trace:
            self._seen.add((name, inner.f_lineno))
            return line

        return line

    def _write(self, *_: Any) -> None:
        seen, self._seen = self._seen, set()
        lines: dict[str, list[int]] = {}
        for name, number in sorted(seen):
            lines.setdefault(name[len(self._folder) + 1 :], []).append(number)
        file = Path(f"{self._file}.{self._written}")
        self._written += 1
        part = file.with_suffix(".part")
        part.write_text(json.dumps(lines), encoding="utf-8")
        part.rename(file)


def main() -> None:
    """Put the fault or the note in place, then serve."""
    kind, file = sys.argv[1:3]
    root = Path(__file__).resolve().parents[2]
    sys.path[0] = str(root)
    del sys.argv[1:3]
    if kind == "--trace":
        Lines(file, str(root / "bridge_ref")).start()
    else:
        sys.dont_write_bytecode = True
        sys.meta_path.insert(0, Replaced(kind, file))
    from bridge_ref.cli.main import main as serve

    serve()


if __name__ == "__main__":
    main()
