"""Which items of a list can be the one that is looked for: never fewer than those that are compared as equal."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.candidates import Candidates
from harness.model.values import compare

ADA, GRACE, WIDE = {"value": "Ada"}, {"value": "grace", "type": "work"}, {"value": "ÄDA"}


def places(candidates: Candidates, item: Any) -> list[int]:
    return [place for place, _ in candidates.of(item)]


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"value": " ada "}, [0, 2, 3]),
        ({"value": "GRACE"}, [1, 2, 3]),
        ({"value": "alan"}, [2, 3]),
        ({"value": "äda"}, [0, 1, 2, 3]),
        ({"type": "work"}, [0, 1, 2, 3]),
        (7, [0, 1, 2, 3]),
    ],
)
def test_those_that_have_the_same_text_can_be_it_and_those_whose_value_is_no_plain_text(
    item: Any, found: list[int]
) -> None:
    assert places(Candidates([ADA, GRACE, WIDE, 7]), item) == found


def test_where_values_have_spellings_all_can_be_it() -> None:
    assert places(Candidates([ADA, GRACE], have_spellings=True), {"value": "alan"}) == [0, 1]


def test_who_has_a_partner_is_no_candidate_any_more() -> None:
    candidates = Candidates([ADA, ADA, GRACE])

    candidates.take(0)

    assert places(candidates, ADA) == [1]
    assert candidates.left() == [ADA, GRACE]
    assert len(candidates) == 2


@pytest.mark.parametrize(
    ("path", "sent", "shown"),
    [
        ("phonenumbers", "tel:+1-201-555-0123", "+12015550123"),
        ("emails", "mailto:ada@example.com", "ada@EXAMPLE.com"),
        ("ims", "ada lovelace", "adalovelace"),
        ("members", "u-ada ", "u-ada"),
    ],
)
def test_a_value_in_another_spelling_finds_its_own_in_a_list(path: str, sent: str, shown: str) -> None:
    known, told = [{"value": "x"}, {"value": sent}], [{"value": shown}, {"value": "x"}]

    assert compare(path, known, told, frozenset(), is_sent=True) is None
