"""Every cited code of a source is explained in docs/sources.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, name_of, text_of

SOURCES = ROOT / "docs" / "sources.md"
FOLDERS = ("bridge_ref", "docs", "harness", "loadtests", "scenarios", "schemas", "tests", "tools")
KINDS = (".py", ".toml", ".json", ".md")
NOT_READ = {SOURCES, Path(__file__)}

_TABLE = re.compile(r"((?:^\|.*\|\n)+)", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Family:
    """Codes of one kind: what they name, and how they are written."""

    sentence: str
    pattern: re.Pattern[str]

    def cited_in(self, text: str) -> set[str]:
        return {found.group(found.lastindex or 0) for found in self.pattern.finditer(text)}


FAMILIES = (
    Family("Okta's own pages and files", re.compile(r"\bOKTA-[A-Z][A-Z0-9-]*\b")),
    Family("recordings of Okta", re.compile(r"\b(?:LAB|CAP)-OKTA\b")),
    Family("Okta's help", re.compile(r"\bHELP-[A-Z]+\b")),
    Family("Okta's forum and questions", re.compile(r"\b(?:devforum \d+|question 0D\w+)")),
    Family("Microsoft's pages", re.compile(r"\bMS-[A-Z]+\b")),
    Family("Google's pages, 1Password's about Google", re.compile(r"\b(?:G-(?:[A-Z]{3,}|2016)|SUP-[A-Z]+)\b")),
    Family("projects that are cited by name", re.compile(r"\b(?:PRANEMS|ACQ|NANGO|HELM|COMM|SCIM-SDK)\b(?![/:#])")),
    Family("pages about the vendors that came later", re.compile(r"\bIDP-[A-Z]+-[A-Z0-9]+\b")),
    Family("issues and pull requests", re.compile(r"(?<![\w/.-])(?!1Password/)(?:[\w.-]+/)?([A-Za-z][\w.-]*#\d+)\b")),
    Family("topics of a vendor", re.compile(r"(?<![\w.§-])[1-3]\.[a-h]\b")),
    Family("open questions", re.compile(r"\bQ-\d{2}\b")),
    Family("recorded answers, contradictions", re.compile(r"\b(?:REC|C)-\d{2}\b")),
    Family("observations and acts of the probe", re.compile(r"\b(?:OBS|ACT)-\d{2}\b")),
    Family("transitions of members and groups", re.compile(r"\b[MG]\d{1,2}\b")),
    Family("sources as the catalogue words them", re.compile(r"\b(?:Okta developer|Microsoft Entra) docs \([^)]+\)")),
    Family("Okta in the catalogue", re.compile(r"\bOkta SCIM (?:page of 2018|test plan|2\.0 (?:spec|CRUD) test)\b")),
    Family("Google in the catalogue", re.compile(r"\bGoogle (?:support \d+|Directory API (?:v1|\([^)]+\)))")),
    Family("catalogues of our own", re.compile(r"\b(?:attack|fault) catalogue\b")),
    Family("sights of an account", re.compile(r"\b(?:1P-CLI|MAILPIT)\b")),
    Family("reports in the catalogue", re.compile(r"\breports of users\b|\bthreats to bridgecheck itself\b")),
)


def pages_that_cite() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in KINDS and p not in NOT_READ)
    yield from (p for p in sorted(ROOT.iterdir()) if p.suffix in KINDS)


def tables() -> list[list[list[str]]]:
    """The tables of docs/sources.md, each a list of rows, each a list of cells; the first row is the head."""
    bodies = [body.strip().splitlines() for body in _TABLE.findall(text_of(SOURCES))]
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in body] for body in bodies]


def explained() -> set[str]:
    """The codes in a row, and the words that the catalogue has for them: the first two columns."""
    cells = (cell for table in tables() for row in table for cell in row[:2])
    return {code for cell in cells for code in _CODE.findall(cell)}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.sentence)
def test_every_source_that_is_cited_is_explained(family: Family) -> None:
    cited = {code: name_of(path) for path in pages_that_cite() for code in family.cited_in(text_of(path))}

    unexplained = {code: page for code, page in cited.items() if code not in explained()}

    assert cited
    assert unexplained == {}


def test_a_code_is_explained_once() -> None:
    codes = [code for table in tables() for row in table for code in _CODE.findall(row[0])]

    assert {code for code in codes if codes.count(code) > 1} == set()


def test_every_source_says_how_sure_it_is() -> None:
    rated = [row for table in tables() if table[0][-1] == "how sure" for row in table[2:]]

    assert rated
    assert [row[0] for row in rated if not row[-1]] == []


ELSEWHERE = re.compile(
    r"\bidp-wire\b|\bbridge-behaviour\b|\bfield-cases\b|\bsecurity-reliability\b|\bexisting-tools\b|\becosystem\.md\b"
    r"|(?<![\w/])performance\.md \d|\b(?:HOUSE|MODEL|STYLE|DESIGN)\.md\b|\bDESIGN (?:section \d|\d\.\d)"
    r"|\brequirements\.yaml\b|\brfc764[34]\.txt\b|\bdossiers?\b"
)
"""Pages that were written beside the repository, and are not in it."""


def test_no_page_is_cited_that_a_reader_does_not_have() -> None:
    offenders = [
        f"{name_of(path)}:{number}"
        for path in pages_that_cite()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if ELSEWHERE.search(line)
    ]

    assert offenders == []
