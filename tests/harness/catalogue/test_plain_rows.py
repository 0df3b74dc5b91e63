"""The rows that the RFCs state without a word of RFC 2119: their levels are those of the table that says why."""

from __future__ import annotations

import re
from pathlib import Path

from harness.catalogue.requirement import load_catalogue

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "plain-rows.md"
CHANGED = re.compile(r"^\| (RFC\S+) \| MUST \| (\w+) \| .+ \|$", re.MULTILINE)
ROW = re.compile(r"^\| (RFC\S+) \| (MUST|SHOULD|MAY|not judged) \| [^|]+ \|$", re.MULTILINE)
OPTIONAL_KEYWORDS = ("RFC7644-3.12-08", "RFC7644-3.12-16", "RFC7644-3.12-17")
DEMANDED_KEYWORDS = ("RFC7644-3.3-16", "RFC7644-3.12-18", "RFC7644-3.5.2.2-01", "RFC7644-3.5.2.2-09")


def levels() -> dict[str, str]:
    return dict(ROW.findall(PAGE.read_text(encoding="utf-8").partition("## All")[2]))


def test_every_level_is_that_of_the_table() -> None:
    catalogue = load_catalogue()
    told = {rid: "not judged" if catalogue.get(rid).unjudgeable else catalogue.get(rid).level for rid in levels()}

    assert told == levels()


def test_the_table_holds_every_plain_row() -> None:
    assert len(levels()) == 188


def test_what_was_changed_stands_in_the_table_of_all() -> None:
    changed = dict(CHANGED.findall(PAGE.read_text(encoding="utf-8").partition("## All")[0]))

    assert {rid: levels()[rid] for rid in changed} == changed


def test_an_optional_keyword_is_no_must_and_a_demanded_one_is() -> None:
    catalogue = load_catalogue()

    assert {catalogue.get(rid).level for rid in OPTIONAL_KEYWORDS} == {"SHOULD"}
    assert {catalogue.get(rid).level for rid in DEMANDED_KEYWORDS} == {"MUST"}
