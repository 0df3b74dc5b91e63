"""The tests of each requirement of the reference bridge: `python3 -m tools.trace [ID …]`.

They are read from docstrings: that of a test, or of a transition's story, names the requirements that it proves.
Without an id, all MUST and SHOULD requirements of a SCIM server and all vendors' request forms that a bridge must
accept are listed, each with its tests, `not applicable: condition`, or `none` with the reason. `bridgecheck explain ID`
names the checks and stories that judge any bridge by a requirement.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bridge_ref.scim.catalogue import SCHEMAS
from harness.catalogue.claims import IDP_CLAIMS
from harness.catalogue.requirement import Catalogue, Level, Requirement, load_catalogue
from harness.errors import CatalogueError
from tests.bridge_ref.machine import ROWS

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "bridge_ref"
CLAIMS = ("rfc", *IDP_CLAIMS)

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

# Requirements that apply but have no test, with the reason. A test makes sure that the list is complete.
EXCEPTIONS = {
    "RFC7643-3.1-30": "the schemas of this bridge list no common attribute, so there is nothing to prevail over",
    "RFC7643-4.1.1-11": "the bridge shows the displayName that it was sent and makes up none",
    "RFC7643-5-22": "a deviation: everything but /ping needs a token",
    "RFC7644-7.5.2-01": "a deviation: identity providers look people up by GET with a filter",
    "RFC7644-7.5.2-03": "no filter is refused in a GET, so none has to come by POST",
    "OKTA-15": "says which requests Okta never sends",
    "OKTA-28": "the bridge never throttles",
    "OKTA-32": "Okta sends nothing in this case",
    "ENTRA-33": "a request rate: a story sends 25 look-ups within a second",
    "ENTRA-37": "says how Entra ID continues after a pause",
    "GOOGLE-07": "says which requests Google does not repeat",
}

_FAMILIES = "|".join((*(claim.upper() for claim in IDP_CLAIMS), "SEED"))
ID = re.compile(rf"\b(?:RFC\d{{4}}-[\d.]+-[A-Z]?\d{{2}}|(?:{_FAMILIES})-\d{{2}})\b")

# By requirement id, the names of its tests.
Places = Mapping[str, list[str]]


def test_places(folder: Path, catalogue: Catalogue) -> dict[str, list[str]]:
    """By id, the tests whose docstring names it. Raises CatalogueError for an unknown id."""
    places: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for requirement_id in dict.fromkeys(ID.findall(ast.get_docstring(node) or "")):
                    places.setdefault(catalogue.get(requirement_id).id, []).append(node.name)
    return places


def bridge_places(catalogue: Catalogue) -> dict[str, list[str]]:
    """By id, its tests of the reference bridge and its transitions of the account (M9, G7)."""
    places = test_places(TESTS, catalogue)
    for row in ROWS:
        for requirement_id in ID.findall(row.story.__doc__ or ""):
            places.setdefault(catalogue.get(requirement_id).id, []).append(row.id)
    return places


def binding_rows(catalogue: Catalogue) -> list[Requirement]:
    """Every MUST and SHOULD for a server, and every vendor's request form that a bridge must accept."""
    return [row for row in catalogue.of_claims(CLAIMS) if row.level is not Level.MAY and not row.unjudgeable]


def missing_condition(row: Requirement) -> str | None:
    """The condition that this bridge does not meet, so that the requirement does not apply; else None."""
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


def held_by(row: Requirement, places: Places) -> str:
    """The tests of a requirement, or the reason why it has none."""
    if row.id in places:
        return ", ".join(places[row.id])
    missing = missing_condition(row)
    if missing is not None:
        return f"not applicable: {missing}"
    reason = row.unjudgeable or EXCEPTIONS.get(row.id)
    return "none" if reason is None else f"none: {reason}"


def trace(ids: list[str], catalogue: Catalogue) -> Iterator[str]:
    """One line per requirement, for these ids or for all. Raises CatalogueError."""
    places = bridge_places(catalogue)
    rows = [catalogue.get(each) for each in ids] if ids else binding_rows(catalogue)
    for row in rows:
        yield f"{row.id} {row.level}: {held_by(row, places)}"


def main(arguments: list[str]) -> int:
    """Print the lines; the exit code is 2 for an unknown id."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.trace", description="The tests of the reference bridge.")
    parser.add_argument("id", nargs="*", help="a requirement; without one, all that bind the bridge")
    try:
        for line in trace(parser.parse_args(arguments).id, load_catalogue()):
            print(line)
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
