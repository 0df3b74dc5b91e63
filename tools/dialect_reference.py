"""Tables of docs/reference/dialects.md: facts about identity providers with their tests and dialects, settings, acts.

Facts are read from docstrings of tests in tests/harness/idp: an id of the catalogue (`OKTA-12`), or a row of
docs/sources.md (`section 1.d`). The dialects of a test are those whose classes it uses, itself or through a helper of
its module; without any, all of the vendor in the file's name. `PULL_TESTS` names the files about the pull.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from harness.catalogue.claims import IDP_CLAIMS
from harness.catalogue.requirement import Catalogue
from harness.idp.dialects import DIALECTS
from harness.idp.provider import Control

TESTS = Path(__file__).resolve().parent.parent / "tests"
PULL = {"google-pull"}
PULL_TESTS = (
    TESTS / "harness" / "simulate" / "test_pull_simulation.py",
    *sorted((TESTS / "harness" / "directory_api").glob("test_*.py")),
    *sorted((TESTS / "bridge_ref" / "workspace").glob("test_*.py")),
)

_ID = re.compile(rf"\b(?:{'|'.join(claim.upper() for claim in IDP_CLAIMS)})-\d{{2}}\b")
_NOTE = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)
_SECTION = re.compile(r"\bsections? (\d(?:\.[a-h])?(?:(?:, | and )\d\.[a-h])*)", re.IGNORECASE)

UNHELD = {
    "ENTRA-33": "a request rate is not part of a conversation; a story sends 25 look-ups within a second",
}

Table = Callable[[Sequence[str], Iterable[Sequence[str]]], list[str]]
Held = dict[str, dict[str, set[str]]]


def facts_part(catalogue: Catalogue, table: Table) -> Iterator[str]:
    """The facts by vendor, then the topics of docs/sources.md, with their tests."""
    held = read_tests(TESTS / "harness" / "idp", PULL_TESTS)
    yield from ("", "## Facts and the tests that hold them", "")
    yield "Each fact about a vendor with its tests and their dialects, read from the docstrings in"
    yield "`tests/harness/idp`, and for the pull also from the tests of the fake and of the reference bridge. *None*"
    yield "means that no test names the fact. Checks and stories judge how a *bridge* must react to it: see"
    yield "`bridgecheck explain ID`."
    for vendor in IDP_CLAIMS:
        rows = catalogue.of_claims([vendor])
        named = sum(row.id in held for row in rows)
        yield from ("", f"### {vendor}: {named} of {len(rows)} facts", "")
        yield from table(
            ("fact", "what a bridge meets", "tests", "dialects"), [_row(r.id, r.statement, held) for r in rows]
        )
    sections = sorted(fact for fact in held if fact[0].isdigit())
    yield from ("", "### Topics of the sources", "")
    yield from table(("topic", "tests", "dialects"), [_cells(section, held) for section in sections])


def knobs_part(vendor: str, knobs: type[Any], table: Table) -> Iterator[str]:
    """The settings of a vendor's simulator: the fields of a dataclass with defaults and comments."""
    notes = dict(_NOTE.findall(inspect.getsource(knobs)))
    yield from ("", f"## Settings of {vendor}", "")
    yield f"The fields of `{knobs.__module__}.{knobs.__name__}`; set them by `bridgecheck simulate --set KNOB=VALUE`."
    yield "`unconfirmed` marks a guess."
    rows = [(f"`{field.name}`", f"`{field.default!r}`", notes.get(field.name, "")) for field in fields(knobs)]
    yield from ("", *table(("knob", "default", "known from"), rows))


def console_part(vendor: str, console: Mapping[str, Control], table: Table) -> Iterator[str]:
    """The admin actions of a vendor, by the names that a script of `bridgecheck simulate` uses."""
    yield from ("", f"## Admin actions of {vendor}", "")
    yield 'In a script of `bridgecheck simulate`: `do = "admin"`, with `act` and the fields of the last column.'
    rows = [
        (f"`{name}`", control.sentence, ", ".join(filter(None, (control.about, "name" if control.takes_name else ""))))
        for name, control in console.items()
    ]
    yield from ("", *table(("act", "meaning", "fields"), rows))


def read_tests(folder: Path, pulls: Sequence[Path] = ()) -> Held:
    """By fact, the tests in a folder and in the files about the pull, each with its dialects."""
    held: Held = {}
    for path in (*sorted(folder.glob("test_*.py")), *pulls):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            for fact in facts_in(ast.get_docstring(node) or "") if name.startswith("test_") else ():
                dialects = _dialects_in(node, functions) or (PULL if path in pulls else _dialects_of(path.stem))
                held.setdefault(fact, {})[f"{path.stem}::{name}"] = dialects
    return held


def facts_in(docstring: str) -> list[str]:
    """The facts that a docstring names: ids, and numbers of sections."""
    sections = [part for found in _SECTION.findall(docstring) for part in re.split(r", | and ", found)]
    return [*dict.fromkeys(_ID.findall(docstring)), *dict.fromkeys(sections)]


def _dialects_in(node: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> set[str]:
    classes = {cls.__name__: dialect for dialect, cls in DIALECTS.items()}
    seen, waiting, found = set(), [node.name], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        names = {part.id for part in ast.walk(functions[name]) if isinstance(part, ast.Name)}
        found |= {classes[one] for one in names & classes.keys()}
        waiting += sorted((names & functions.keys()) - seen)
    return found


def _dialects_of(stem: str) -> set[str]:
    if stem.startswith("test_google_pull"):
        return PULL
    vendor = stem.removeprefix("test_").split("_")[0]
    return {dialect for dialect, cls in DIALECTS.items() if cls.claim == vendor} - PULL


def _row(fact: str, statement: str, held: Held) -> tuple[str, ...]:
    return (fact, statement, *_cells(fact, held)[1:])


def _cells(fact: str, held: Held) -> tuple[str, str, str]:
    tests = held.get(fact, {})
    dialects = sorted({dialect for chosen in tests.values() for dialect in chosen})
    none = f"*none*: {UNHELD[fact]}" if fact in UNHELD else "*none*"
    return fact, ", ".join(f"`{name}`" for name in tests) or none, ", ".join(dialects)
