"""The statements of requirements read as headlines of findings: sentences about the bridge, not headings."""

from __future__ import annotations

import re

import pytest

from harness.catalogue.requirement import Requirement, load_catalogue

_FINITE = re.compile(
    r"\b(is|are|was|has|have|does|do|can|can't|cannot|may|must|gives?|keeps?|takes?|stays?|never|leaves?|holds?|names?|works?"
    r"|\w+[^s\W]s|\w+ed)\b"
)
_HEADINGS = re.compile(r"^(Accepted|Way \d|Pointers?\b|No [a-z]+ [a-z]+\.$|Grant\b|Assign\b|Do not)")
ROWS = load_catalogue().values()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_statement_is_a_sentence(row: Requirement) -> None:
    assert _FINITE.search(row.statement), f"{row.id} has no verb: {row.statement}"
    assert row.statement.rstrip().endswith((".", ".`")), f"{row.id} does not end: {row.statement}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_statement_is_no_heading_and_asks_nothing_of_the_identity_provider(row: Requirement) -> None:
    assert not _HEADINGS.match(row.statement), f"{row.id} reads as a heading: {row.statement}"
    assert not re.match(r"^[^.]{0,40}: \d{3}[,. ]", row.statement), f"{row.id} reads as a note: {row.statement}"
