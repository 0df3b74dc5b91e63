"""The rooms of both packages and the imports between them: `python3 -m tools.rooms [--checkout FOLDER] [--arrows]`.

A room is a folder or module directly below a package. `tests/test_architecture.py` makes sure that imports lead to a
lower floor and that there are no import cycles. An older checkout, whose rooms have no floors, can be counted too.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The highest floor first. A room imports only from floors below its own; rooms of one floor do not import each other.
FLOORS: dict[str, tuple[frozenset[str], ...]] = {
    "harness": (
        frozenset({"own_stories"}),
        frozenset({"cli"}),
        frozenset({"pytest_plugin"}),
        frozenset({"report"}),
        frozenset({"stories", "simulate", "load"}),
        frozenset({"raw"}),
        frozenset({"target", "directory_api"}),
        frozenset({"gate"}),
        frozenset({"judge"}),
        frozenset({"checks", "idp", "situations"}),
        frozenset({"directory"}),
        frozenset({"model"}),
        frozenset({"catalogue"}),
        frozenset({"schema"}),
        frozenset({"record"}),
        frozenset({"resources", "reading"}),
        frozenset({"errors", "clock"}),
    ),
    "bridge_ref": (
        frozenset({"__main__"}),
        frozenset({"cli"}),
        frozenset({"lab"}),
        frozenset({"server"}),
        frozenset({"endpoints"}),
        frozenset({"monitor"}),
        frozenset({"workspace", "mailing"}),
        frozenset({"runtime"}),
        frozenset({"storage"}),
        frozenset({"http", "decisions"}),
        frozenset({"scim"}),
        frozenset({"account", "credentials", "logs"}),
        frozenset({"clock", "ids"}),
    ),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One import: the importing module and the imported module or package."""

    user: str
    used: str


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def modules_of(package: str, root: Path = ROOT) -> dict[str, Path]:
    """The modules of a package by their full names; a folder's name stands for its `__init__`."""
    paths = sorted((root / package).rglob("*.py"))
    return {".".join(p.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): p for p in paths}


def room_of(module: str) -> str:
    """The room of a module; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def floor_of(module: str) -> int | None:
    """The floor of a module, counted from the top; None where its room has none."""
    floors = FLOORS.get(module.split(".")[0], ())
    return next((number for number, floor in enumerate(floors) if room_of(module) in floor), None)


def imports_of(package: str, root: Path = ROOT) -> Iterator[Import]:
    """Every import of one module of a package by another, anywhere in the file."""
    known = modules_of(package, root)
    for user, path in known.items():
        for used in _named_in(parse(path)):
            module = used if used in known else used.rpartition(".")[0]
            if module in known and module != user:
                yield Import(user, module)


def _named_in(tree: ast.Module) -> Iterator[str]:
    """The full names that imports mention: `from a import b` names a.b, a module or something in the module a."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def between_rooms(imports: Iterator[Import]) -> list[Import]:
    """The imports from one room to another; the package itself is not a room."""
    return [each for each in imports if room_of(each.used) and room_of(each.used) != room_of(each.user)]


def leads_uphill(each: Import) -> bool:
    """Whether an import between rooms leads to the same or a higher floor."""
    user, used = floor_of(each.user), floor_of(each.used)
    return user is not None and used is not None and used <= user


def circle_in(imports: Iterator[Import]) -> list[str]:
    """The modules of one import cycle, with the first repeated at the end; empty without a cycle."""
    graph: dict[str, set[str]] = {}
    for each in imports:
        graph.setdefault(each.user, set()).add(each.used)
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def describe(package: str, root: Path, with_arrows: bool) -> Iterator[str]:
    """The lines that describe a package."""
    leaving = between_rooms(imports_of(package, root))
    arrows = Counter((room_of(each.user), room_of(each.used)) for each in leaving)
    rooms = {room_of(module) for module in modules_of(package, root)} - {""}
    both_ways = sorted({pair for pair in arrows if pair[::-1] in arrows and pair[0] < pair[1]})
    has_floors = rooms <= set().union(*FLOORS[package])
    uphill = [each for each in leaving if has_floors and leads_uphill(each)]
    yield f"{package}: {len(rooms)} rooms, {len(arrows)} arrows between them ({len(leaving)} imports)"
    yield f"  uphill: {len(uphill) if has_floors else 'not known, these rooms have no floors'}"
    yield from (f"    {each.user} -> {each.used}" for each in uphill)
    yield f"  rooms that import each other: {', '.join(' and '.join(pair) for pair in both_ways) or 'none'}"
    yield f"  a circle of modules: {' -> '.join(circle_in(imports_of(package, root))) or 'none'}"
    if with_arrows:
        yield from (f"  {user} -> {used}: {times}" for (user, used), times in sorted(arrows.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rooms and imports of both packages."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.rooms", description="Rooms and the imports between them.")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="another checkout of this project")
    parser.add_argument("--arrows", action="store_true", help="list every arrow with its number of imports")
    given = parser.parse_args(arguments)
    for package in FLOORS:
        print("\n".join(describe(package, given.checkout, given.arrows)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
