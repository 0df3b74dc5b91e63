"""Prints the verdict of each circumstance beside that of the plain run: `python -m tests.circumstances [NAME …]`.

Further words after `--` are options of `bridgecheck run`, such as `-- --jobs 8` or `-- --suite protocol`.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.circumstances.compare import differences, judged_in
from tests.circumstances.servers import CIRCUMSTANCES


def main(words: list[str]) -> int:
    """Run the plain one, then each named one; 1 where a verdict differs."""
    cut = words.index("--") if "--" in words else len(words)
    others = [name for name in CIRCUMSTANCES if name != "plain"]
    parser = argparse.ArgumentParser(prog="python -m tests.circumstances", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(others)}; without one, all")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the report of each run in this new or empty folder")
    given, options = parser.parse_args(words[:cut]), words[cut + 1 :]
    names = given.names or others
    if unknown := sorted({*names} - {*others}):
        parser.error(f"no such circumstance: {', '.join(unknown)}")
    unequal = 0
    with _folder(given.keep, parser) as folder:
        plain = judged_in("plain", folder, options)
        print(f"{'plain':<13} {plain.sentence}")
        for name in names:
            started = time.monotonic()
            seen = judged_in(name, folder, options)
            found = differences(plain, seen)
            unequal += bool(found)
            told = "no difference" if not found else f"{len(found)} differences"
            print(f"{name:<13} {seen.sentence}\n{'':<13} {told} ({time.monotonic() - started:.0f} s)", flush=True)
            for line in found:
                print(f"{'':<15} {line}")
    return 1 if unequal else 0


@contextlib.contextmanager
def _folder(kept: str | None, parser: argparse.ArgumentParser) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="bridgecheck-") as temporary:
            yield Path(temporary)
        return
    folder = Path(kept)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        parser.error(f"{kept} is not empty")
    yield folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
