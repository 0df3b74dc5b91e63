"""Decision records: numbered without a gap, each with its status, all of them in the index."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, text_of

RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
INDEX = ROOT / "docs" / "decisions" / "README.md"


def test_numbers_have_no_gap() -> None:
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_each_record_says_its_number_and_status() -> None:
    heads = [re.match(r"# (\d+)\. .+\n\n\*\*Status:\*\* \w", text_of(path)) for path in RECORDS]

    assert [int(head[1]) if head else None for head in heads] == list(range(1, len(RECORDS) + 1))


def test_the_index_has_each_record_with_its_title() -> None:
    rows = re.findall(r"^\| \[(\d+)\]\((\S+\.md)\) \| ([^|]+) \| \w[^|]+ \|$", text_of(INDEX), re.MULTILINE)

    assert [(f"# {number}. {title}", name) for number, name, title in rows] == [
        (text_of(path).splitlines()[0], path.name) for path in RECORDS
    ]
