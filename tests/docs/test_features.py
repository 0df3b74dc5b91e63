"""The table of features that users expect, and the file that tells machines where to read."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, text_of

PAGE = ROOT / "docs" / "reference" / "features.md"
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text_of(PAGE), re.MULTILINE)


def test_all_features_stand_there_in_their_order() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 46))


def test_each_says_whether_it_is_there_and_what_shows_it() -> None:
    for number, _, here, shown in ROWS:
        assert here.startswith(("there", "partly: ", "missing; ")), number
        assert "`" in shown or "](" in shown, number


def test_what_shows_a_feature_exists() -> None:
    named = {path for *_, shown in ROWS for path in re.findall(r"`((?:tests|schemas|deploy)/[^`]+)`", shown)}

    assert named
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_the_links_for_machines_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", text_of(ROOT / "llms.txt"))

    assert len(links) > 15
    assert [link for link in links if not (ROOT / link).is_file()] == []
