"""scim2-models as an oracle: the same random filters and PATCHes agree on both sides.

10,000 of each: `python -m tests.bridge_ref.oracle --cases 10000 --seed 7`.
"""

import os
from random import Random

import pytest

from tests.bridge_ref.oracle.asking import (
    REFUSED,
    ask_filters,
    ask_patches,
    matches_here,
    matches_there,
    patched_here,
    patched_there,
    whole,
)
from tests.bridge_ref.oracle.drawing import draw_filter, draw_operations, draw_user
from tests.bridge_ref.oracle.triage import reason

SEED = int(os.environ.get("BRIDGE_ORACLE_SEED", "7"))
CASES = int(os.environ.get("BRIDGE_ORACLE_CASES", "400"))


def test_filters_match_the_same_users() -> None:
    """RFC7644-3.4.2.2-02, RFC7644-3.4.2.2-30, RFC7644-3.4.2.2-38."""
    disagreements = [each.render() for each in ask_filters(SEED, CASES)]

    assert not disagreements, "\n".join(disagreements[:5])


def test_patches_make_the_same_users() -> None:
    """RFC7644-3.5.2-23, RFC7644-3.5.2-24, RFC7644-3.5.2-25."""
    disagreements = [each.render() for each in ask_patches(SEED, CASES)]

    assert not disagreements, "\n".join(disagreements[:5])


def test_the_cases_are_worth_asking() -> None:
    """Neither side says the same to everything, and most cases are no known difference."""
    filters, patches, excused = [], [], 0
    for number in range(300):
        random = Random(f"{SEED} {number}")
        user, text, operations = draw_user(random), draw_filter(random), draw_operations(random)
        filters.append(matches_here(whole(user), text))
        patches.append(patched_here(user, operations) == REFUSED)
        excused += reason(text) is not None

    assert min(filters.count("True"), filters.count("False")) > 60
    assert 0 < sum(patches) < 200
    assert excused < 60


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        ('schemas eq "URN:ietf:params:scim:schemas:core:2.0:User"', "False", "True"),
        ('emails.value ne "a@example.com"', "True", "False"),
    ],
)
def test_known_differences_of_filters(text: str, ours: str, theirs: str) -> None:
    user = whole({"userName": "ada", "emails": [{"value": "a@example.com"}, {"value": "b@example.com"}]})

    assert reason(text)
    assert (matches_here(user, text), matches_there(user, text)) == (ours, theirs)


def test_a_known_difference_of_patches() -> None:
    user = {"userName": "ada", "phoneNumbers": [{"value": "1", "type": "work", "display": "One"}]}
    operations = [{"op": "replace", "path": 'phoneNumbers[type eq "work"]', "value": {"value": "2"}}]

    ours, theirs = patched_here(user, operations), patched_there(user, operations)

    assert '[{"value": "2"}]' in ours
    assert '[{"display": "One", "type": "work", "value": "2"}]' in theirs
