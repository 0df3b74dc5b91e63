"""The quick loop: `make quick`, or `python3 -m tools.quick [ROOM …]`.

Runs ruff, then the unit tests, without the slow ones, of the rooms that differ from the main branch, committed or not.
Rooms can also be named: `scim`, `harness/checks`. `make test` runs slow tests, stories and the self-test too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable, Sequence

from harness.errors import nearest
from tools.rooms import ROOT

ALWAYS = "tests/test_architecture.py"
PACKAGES = ("harness", "bridge_ref")
# Folders other than packages have their tests in one place.
FOLDERS = {
    "scenarios": "tests/harness/judge",
    "schemas": "tests/harness/schema",
    "loadtests": "tests/load",
    "docs": "tests/docs",
    "tools": "tests/docs",
}


def changed_paths(base: str) -> list[str]:
    """The files that differ from the branch point on `base`, and untracked ones."""
    fork = _git("merge-base", base, "HEAD").strip()
    return [*_git("diff", "--name-only", fork).splitlines(), *_git("ls-files", "-o", "--exclude-standard").splitlines()]


def tests_for(paths: Iterable[str]) -> list[str]:
    """The existing test folders and files of the rooms of these files."""
    wanted = {ALWAYS}
    for path in paths:
        parts = path.split("/")
        if parts[0] in PACKAGES and len(parts) > 1:
            wanted.add(_tests_of_room(parts[0], parts[1].removesuffix(".py")))
        elif parts[0] == "tests":
            wanted.add(path if parts[-1].startswith("test_") else "/".join(parts[:-1]))
        else:
            wanted.add(FOLDERS.get(parts[0], ""))
    kept = {place for place in wanted if place not in ("", "tests") and (ROOT / place).exists()}
    return sorted(place for place in kept if not any(_is_inside(place, other) for other in kept))


def named_rooms(words: Sequence[str]) -> list[str]:
    """The tests of the named rooms. Raises SystemExit with the nearest right names for an unknown one."""
    folders = {folder.parent for folder in (ROOT / "tests").rglob("test_*.py")} - {ROOT / "tests"}
    known = {folder.relative_to(ROOT / "tests").as_posix(): folder for folder in sorted(folders)}
    found = []
    for word in words:
        rooms = [room for name, room in known.items() if word.strip("/") in (name, name.partition("/")[2])]
        if not rooms:
            raise SystemExit(f"there is no room {word!r}{nearest(word, known)}")
        found += [room.relative_to(ROOT).as_posix() for room in rooms]
    return [*found, ALWAYS]


def _tests_of_room(package: str, room: str) -> str:
    folder = f"tests/{package}/{room}"
    return folder if (ROOT / folder).is_dir() else f"tests/{package}/test_{room}.py"


def _is_inside(place: str, other: str) -> bool:
    return place != other and place.startswith(f"{other}/")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests, and return pytest's exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m tools.quick", description="Run the unit tests of the rooms you changed."
    )
    parser.add_argument("room", nargs="*", help="a room, such as scim or harness/checks; default: those you changed")
    parser.add_argument("--base", default="main", help="the branch to compare with (default: main)")
    given = parser.parse_args(arguments)
    places = named_rooms(given.room) if given.room else tests_for(changed_paths(given.base))
    print("quick:", *places, flush=True)
    for words in (("format", "--check", "--quiet", "."), ("check", "--quiet", ".")):
        if code := subprocess.run([sys.executable, "-m", "ruff", *words], cwd=ROOT, check=False).returncode:
            print("quick: `ruff format . && ruff check --fix .` mends most of this")
            return code
    tests = ["-m", "pytest", "-q", "-m", "not slow", *places]  # one process: the start of a second costs more
    return subprocess.run([sys.executable, *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
