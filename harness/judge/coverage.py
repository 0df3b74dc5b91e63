"""What can bring a requirement to judgement: checks, schemas and stories, found without running anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import harness.checks  # noqa: F401  registers the checks
from harness.catalogue.requirement import Catalogue
from harness.checks.registry import EXCHANGE_CHECKS, HISTORY_CHECKS
from harness.resources import find_folder
from harness.schema.registry import get_schema, schema_names


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario: where it stands, what it says, and the requirements that it names."""

    name: str
    suite: str
    sentence: str
    requirements: tuple[str, ...]


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Every scenario that is installed, in the order of suites and files."""
    folder = find_folder("scenarios")
    return tuple(story for path in sorted(folder.rglob("test_*.py")) for story in _stories_in(path))


def all_checks() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every check by name, with its sentence and the requirements that it declares."""
    of_exchanges = [(check.name, check.sentence, check.declared) for check in EXCHANGE_CHECKS]
    return [*of_exchanges, *((check.name, check.sentence, check.declared) for check in HISTORY_CHECKS)]


def judges_of(requirement_id: str, catalogue: Catalogue) -> list[str]:
    """The names of all checks, schemas and stories that can judge a requirement."""
    checks = [name for name, _, declared in all_checks() if requirement_id in declared]
    schemas = [f"schema {name}" for name in schema_names() if requirement_id in _ids_of_schema(name)]
    told = [f"story {story.name}" for story in stories() if requirement_id in story.requirements]
    catalogue.get(requirement_id)
    return [*checks, *schemas, *told]


def _stories_in(path: Path) -> Iterator[Story]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tables = [node for node in tree.body if isinstance(node, ast.Assign)]
    shared = {word for node in tables for word in _ids_in(node)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            sentence = (ast.get_docstring(node) or "").split("\n")[0]
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            uses_table = any(isinstance(t, ast.Name) and t.id in names for table in tables for t in table.targets)
            ids = tuple(sorted(_ids_in(node) | (shared if uses_table else set())))
            yield Story(f"{path.parent.name}/{path.name}::{node.name}", path.parent.name, sentence, ids)


_ID = re.compile(r"[A-Z]+[0-9]*-[0-9A-Za-z.-]+")


def _ids_in(node: ast.AST) -> set[str]:
    texts = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {text for text in texts if _ID.fullmatch(text)}


@lru_cache(maxsize=128)
def _ids_of_schema(name: str) -> frozenset[str]:
    return frozenset(_required_in(get_schema(name))) if name.startswith("rfc") else frozenset()


def _required_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "x-requirement" in node:
            yield str(node["x-requirement"])
        for part in node.values():
            yield from _required_in(part)
    elif isinstance(node, list):
        for part in node:
            yield from _required_in(part)
