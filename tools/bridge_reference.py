"""The page docs/reference/bridge.md: where the reference bridge keeps each requirement, and which tests hold it.

Read from the code alone: a docstring of `bridge_ref` names ids after `Source:`, a comment of a leniency names those
that it is for, and a docstring of a test names those that it holds. `tools/generate_reference.py` writes the page.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bridge_ref.scim.catalogue import SCHEMAS
from harness.catalogue.claims import CLAIMS as ALL_CLAIMS
from harness.catalogue.claims import ClaimKind
from harness.catalogue.requirement import Catalogue, Level, Requirement

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = {name: claim.title for name, claim in ALL_CLAIMS.items() if claim.kind is not ClaimKind.PRODUCT}

# Conditions of the catalogue that the reference bridge does not meet, whatever its settings.
NOT_MET = frozenset(
    {
        "credentials of two tenants available",
        "tokens with different rights available",
        "extended resource types offered",
        "ServiceProviderConfig.changePassword.supported",
        "nested groups supported",
        "an attribute with returned request",
        "an extension with required true",
        "server emits relative references",
        "a result ceiling known",
        "httpbasic advertised",
        "https deployment",
        "cookies used",
        "token lifetime known",
        "display declared immutable",
        "entitlements or roles in schema",
        "anonymous requests accepted",
        "an attribute with uniqueness global",
        "self-service subject available",
    }
)

ID = re.compile(r"\b(?:RFC\d{4}-[\d.]+-[A-Z]?\d{2}|(?:OKTA|ENTRA|GOOGLE|SEED)-\d{2})\b")
_SOURCE = re.compile(r"Source:\s*((?:[A-Z0-9.-]+,?\s*)+)")

Places = dict[str, list[str]]
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], list[str]]


def bridge_page(catalogue: Catalogue, table: Table, note: str) -> Iterator[str]:
    """Every MUST and SHOULD that binds a server, and every form of a vendor that a bridge must accept."""
    code, tests = code_places(ROOT / "bridge_ref", catalogue), test_places(ROOT / "tests" / "bridge_ref", catalogue)
    rows = [row for row in catalogue.of_claims(CLAIMS) if row.level is not Level.MAY and not row.unjudgeable]
    yield from ("# The reference bridge, requirement by requirement", "", note, "")
    yield "Where the bridge keeps each MUST and SHOULD, and which tests hold it, as its code and its tests say it:"
    yield "`Source:` in a docstring of `bridge_ref`, the id in the docstring of a test. *None* is no proof that the"
    yield "bridge breaks the row: nobody has written down that it keeps it. Where readings differ,"
    yield "[decision 4](../decisions/0004-readings-of-the-reference-bridge.md) says which one was taken."
    heads = ("claim", "requirements", "not applicable", "with code", "with a test", "with neither")
    yield from ("", *table(heads, _counts(rows, code, tests)))
    for claim, title in CLAIMS.items():
        own = [row for row in rows if row.claim == claim]
        cells = [_cells(row, code, tests) for row in own]
        yield from ("", f"## {title}", "", *table(("id", "level", "what must hold", "kept in", "held by"), cells))


def code_places(folder: Path, catalogue: Catalogue) -> Places:
    """By id, the functions, classes and modules of the bridge that say they keep it."""
    places: Places = {}
    for path in sorted(folder.rglob("*.py")):
        if path.parent.name == "lab":
            continue
        text = path.read_text(encoding="utf-8")
        for name, docstring in _docstrings(ast.parse(text)):
            for found in _SOURCE.finditer(docstring):
                _note(places, found.group(1), f"{path.relative_to(ROOT)}{name}", catalogue)
        for ids, name in _fields_with_comments(text):
            _note(places, ids, f"{path.relative_to(ROOT)} {name}", catalogue)
    return places


def test_places(folder: Path, catalogue: Catalogue) -> Places:
    """By id, the tests that say they hold it."""
    places: Places = {}
    for path in sorted(folder.rglob("test_*.py")):
        for name, docstring in _docstrings(ast.parse(path.read_text(encoding="utf-8"))):
            if name.startswith(" test_"):
                _note(places, docstring, name.strip(), catalogue)
    return places


def _docstrings(tree: ast.Module, prefix: str = "") -> Iterator[tuple[str, str]]:
    yield "", ast.get_docstring(tree) or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield f" {node.name}", ast.get_docstring(node) or ""
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f" {node.name}.{each.name}", ast.get_docstring(each) or ""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f" {node.name}", ast.get_docstring(node) or ""


def _fields_with_comments(text: str) -> Iterator[tuple[str, str]]:
    """Comments right above a field with a default, and the name of the field."""
    comment = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            comment += " " + stripped
            continue
        field = re.match(r"(\w+): bool = True$", stripped)
        if field and comment:
            yield comment, field.group(1)
        comment = ""


def _note(places: Places, text: str, place: str, catalogue: Catalogue) -> None:
    for requirement_id in ID.findall(text):
        catalogue.get(requirement_id)
        noted = places.setdefault(requirement_id, [])
        if place not in noted:
            noted.append(place)


def missing_condition(row: Requirement) -> str | None:
    """The condition of a row that this bridge does not meet, so that the row says nothing about it."""
    in_schema = {attribute.name for schema in SCHEMAS for attribute in schema.attributes}
    types = {attribute.type for schema in SCHEMAS for attribute in schema.attributes}
    for condition in row.when:
        named = re.fullmatch(r"(\w+) in schema", condition)
        typed = re.fullmatch(r"an? (\w+) attribute in schema", condition)
        if named and named.group(1) not in in_schema:
            return condition
        if typed and typed.group(1) in ("decimal", "integer", "binary") and typed.group(1) not in types:
            return condition
        if condition in NOT_MET:
            return condition
    return None


def _cells(row: Requirement, code: Places, tests: Places) -> tuple[str, ...]:
    missing = missing_condition(row)
    if missing and row.id not in code and row.id not in tests:
        return (row.id, row.level, row.statement, f"not applicable: {missing}", "")
    return (row.id, row.level, row.statement, _list(code.get(row.id)), _list(tests.get(row.id)))


def _list(places: list[str] | None) -> str:
    return ", ".join(f"`{place}`" for place in places) if places else "*none*"


def _is_idle(row: Requirement, code: Places, tests: Places) -> bool:
    return missing_condition(row) is not None and row.id not in code and row.id not in tests


def _counts(rows: list[Requirement], code: Places, tests: Places) -> Iterator[tuple[str, ...]]:
    for claim in CLAIMS:
        ids = [row.id for row in rows if row.claim == claim]
        figures = (
            len(ids),
            sum(row.claim == claim and _is_idle(row, code, tests) for row in rows),
            sum(each in code for each in ids),
            sum(each in tests for each in ids),
            sum(
                row.claim == claim and row.id not in code and row.id not in tests and not missing_condition(row)
                for row in rows
            ),
        )
        yield (CLAIMS[claim], *map(str, figures))
