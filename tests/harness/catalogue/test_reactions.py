from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.catalogue.claims import VENDORS
from harness.catalogue.reactions import REACTIONS, reaction_to, read_reactions
from harness.errors import CatalogueError

SOURCES = Path(__file__).parents[3] / "docs" / "sources.md"


def test_the_first_reaction_that_fits_is_told_with_its_source() -> None:
    says = reaction_to("okta", "create", "409")

    assert says.startswith("Okta shows its administrator an error task for each person who already exists")
    assert says.endswith("(OKTA-REF, OKTA-FAQ)")


def test_vendors_differ_in_what_they_do_after_404_to_a_search() -> None:
    assert "quarantine at once" in reaction_to("entra", "search", "404")
    assert "quarantine" not in reaction_to("okta", "search", "404")


def test_of_an_answer_that_is_taken_for_good_only_what_is_known_is_told() -> None:
    assert reaction_to("okta", "search", "200") == ""
    assert "shows no error" in reaction_to("okta", "update", "204")


def test_a_vendor_without_reactions_of_its_own_has_its_general_one() -> None:
    assert reaction_to("rippling", "create", "409") == REACTIONS["rippling"]


@pytest.mark.parametrize("path", sorted(VENDORS.glob("*/reactions.toml")), ids=lambda path: path.parent.name)
def test_the_sources_of_reactions_are_listed(path: Path) -> None:
    listed = SOURCES.read_text(encoding="utf-8")

    for row in read_reactions(path):
        for code in re.split(", ", row.source):
            assert f"`{code}`" in listed


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('request = ["fetch"]\nanswer = ["409"]\nsays = "x"\nsource = "y"', "there is no request 'fetch'"),
        ('request = ["any"]\nanswer = ["409"]\nsays = "x"', "'source' is missing or unknown"),
        ('request = ["any"', "cannot be read"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "reactions.toml"
    path.write_text(f"[[reaction]]\n{row}\n", encoding="utf-8")

    with pytest.raises(CatalogueError, match=said):
        read_reactions(path)
