"""Finds what can bring a requirement to judgement: checks, schemas and stories, without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import harness.checks  # noqa: F401  registers the checks
from harness.catalogue.requirement import Catalogue
from harness.checks.registry import EXCHANGE_CHECKS, HISTORY_CHECKS
from harness.judge.story import Story, stories_in
from harness.resources import find_folder
from harness.schema.registry import get_schema, schema_names


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Every scenario that is installed, in the order of suites and files."""
    folder = find_folder("scenarios")
    return tuple(story for path in sorted(folder.rglob("test_*.py")) for story in stories_in(path))


def rows_with_stories(ids: Iterable[str]) -> frozenset[str]:
    """Those of the requirements that a story names: it judges them itself, or makes their situation for checks."""
    wanted = set(ids)
    return frozenset(wanted & {rid for story in stories() for rid in story.requirements}) if wanted else frozenset()


def all_checks() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every check by name, with its sentence and the requirements that it declares."""
    of_exchanges = [(check.name, check.sentence, check.declared) for check in EXCHANGE_CHECKS]
    return [*of_exchanges, *((check.name, check.sentence, check.declared) for check in HISTORY_CHECKS)]


def judges_of(requirement_id: str, catalogue: Catalogue) -> list[str]:
    """The names of all checks, schemas and stories that can judge a requirement."""
    checks = [name for name, _, declared in all_checks() if requirement_id in declared]
    schemas = [f"schema {name}" for name in schema_names() if requirement_id in _ids_of_schema(name)]
    told = [f"story {story.name}" for story in stories() if requirement_id in story.proves]
    catalogue.get(requirement_id)
    return [*checks, *schemas, *told]


@lru_cache(maxsize=1)
def judgeable_ids() -> frozenset[str]:
    """Every requirement that some check, schema or story of this version can judge."""
    declared = {rid for _, _, ids in all_checks() for rid in ids}
    schemas = {rid for name in schema_names() for rid in _ids_of_schema(name)}
    return frozenset(declared | schemas | {rid for story in stories() for rid in story.proves})


@lru_cache(maxsize=128)
def _ids_of_schema(name: str) -> frozenset[str]:
    is_judging = name.startswith("rfc")
    return frozenset(_required_in(get_schema(name))) if is_judging else frozenset()


def _required_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "x-requirement" in node:
            yield str(node["x-requirement"])
        for part in node.values():
            yield from _required_in(part)
    elif isinstance(node, list):
        for part in node:
            yield from _required_in(part)
