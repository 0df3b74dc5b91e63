"""Which story runs which line of the reference bridge: a mutant is told only the stories that come by it."""

from __future__ import annotations

import ast
import json
import os
import shlex
import signal
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.mutants.operators import Site
from tests.mutants.telling import FIRST, ROOT, Task, Trials, fate_of

SERVE = (
    "serve --port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)
PATIENCE_S = 60.0
START = "the start"


@dataclass(frozen=True, slots=True)
class Reach:
    """The lines that each story runs, by file below the bridge's package, and what each story costs in seconds."""

    lines: dict[str, dict[str, frozenset[int]]]
    cost: dict[str, float]

    def stories_at(self, site: Site, source: str) -> tuple[str, ...]:
        """The stories that run the statement of a site.

        What a module or a class names is felt where the name is used: in the stories that run a function with it. What
        runs when the bridge starts may be felt everywhere.
        """
        tree = ast.parse(source)
        file, span = site.path.split("/", 1)[1], _statement(tree, site.line)
        if is_outside_functions(tree, site.line):
            users = [used for name in _names_at(tree, site.line) for used in _uses().get(name, ())]
            found = tuple(story for story in self.cost if any(self._runs(story, *used) for used in users))
            return found or tuple(self.cost)
        if self._runs(START, file, span):
            return tuple(self.cost)
        return tuple(story for story in self.cost if self._runs(story, file, span))

    def _runs(self, story: str, file: str, lines: frozenset[int]) -> bool:
        return bool(self.lines[story].get(file, frozenset()) & lines)


def command(kind: str, file: Path) -> str:
    """The command that starts a changed bridge."""
    return shlex.join([sys.executable, str(Path(__file__).with_name("bridge.py")), kind, str(file)]) + f" {SERVE}"


def record_reach(trials: Trials, folder: Path) -> Reach:
    """Tell all stories to a clean bridge that notes its lines. Raises RuntimeError when a story is red there."""
    note, ends = folder / "lines", folder / "ends"
    stories = (FIRST, *(name for name in trials.names if name != FIRST))
    made: list[float] = []

    def after(process: int) -> None:
        os.kill(process, signal.SIGUSR1)
        until = time.monotonic() + PATIENCE_S
        while not Path(f"{note}.{len(made)}").exists() and time.monotonic() < until:
            time.sleep(0.01)
        made.append(time.monotonic())
        ends.write_text(json.dumps(made), encoding="utf-8")

    process = trials.fork(Task(command("--trace", note), stories, folder), after)
    if process is None:
        return Reach({}, {})
    os.waitpid(process, 0)
    told = fate_of(folder)
    if told["outcome"] != "survived":
        raise RuntimeError(f"the clean bridge is red: {told}")
    times = json.loads(ends.read_text(encoding="utf-8"))
    parts = [json.loads(Path(f"{note}.{n}").read_text(encoding="utf-8")) for n in range(len(stories) + 1)]
    lines = {
        name: {file: frozenset(numbers) for file, numbers in part.items()}
        for name, part in zip((START, *stories), parts, strict=True)
    }
    cost = {name: times[n + 1] - times[n] for n, name in enumerate(stories)}
    return Reach(lines, cost)


def read_reach(path: Path) -> Reach:
    """What was written. Raises OSError."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    lines: dict[str, dict[str, frozenset[int]]] = {}
    for name, by_file in kept["lines"].items():
        lines[name] = {file: frozenset(numbers) for file, numbers in by_file.items()}
    return Reach(lines, kept["cost"])


def write_reach(reach: Reach, path: Path) -> None:
    """Keep it beside the record: it takes a minute to make."""
    lines = {
        name: {file: sorted(numbers) for file, numbers in by_file.items()} for name, by_file in reach.lines.items()
    }
    path.write_text(json.dumps({"cost": reach.cost, "lines": lines}), encoding="utf-8")


def is_outside_functions(tree: ast.Module, line: int) -> bool:
    """Whether a line belongs to a module or a class, and runs when it is imported."""
    functions = (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return not any(each.body[0].lineno <= line <= (each.end_lineno or 0) for each in functions)


def _statement(tree: ast.Module, line: int) -> frozenset[int]:
    """The lines of the innermost statement at a line; of a compound one, its head alone."""
    spans = [
        (node.lineno, _end_of_head(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= _end_of_head(node)
    ]
    first, last = max(spans, default=(line, line))
    return frozenset(range(first, last + 1))


def _end_of_head(node: ast.stmt) -> int:
    body = getattr(node, "body", None)
    return max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno


def _names_at(tree: ast.Module, line: int) -> set[str]:
    """The names that the statements of a module and of its classes at a line give to what they make."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.lineno <= line <= (node.end_lineno or 0):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return named


@cache
def _uses() -> dict[str, list[tuple[str, frozenset[int]]]]:
    """By a name, the functions of the bridge in which it stands; a constant of a constant passes its name on."""
    uses: dict[str, list[tuple[str, frozenset[int]]]] = defaultdict(list)
    package = ROOT / "bridge_ref"
    passed: dict[str, set[str]] = defaultdict(set)
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = frozenset(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
                for name in _identifiers(node):
                    uses[name].append((str(path.relative_to(package)), lines))
        for statement in (each for each in ast.walk(tree) if isinstance(each, (ast.Assign, ast.AnnAssign))):
            if is_outside_functions(tree, statement.lineno):
                for name in _identifiers(statement):
                    passed[name] |= _names_at(tree, statement.lineno)
    for name, others in passed.items():
        uses[name] += [used for other in others - {name} for used in uses.get(other, ())]
    return uses


def _identifiers(node: ast.AST) -> set[str]:
    found = (
        each.id if isinstance(each, ast.Name) else each.attr if isinstance(each, ast.Attribute) else ""
        for each in ast.walk(node)
    )
    return {name for name in found if name}
