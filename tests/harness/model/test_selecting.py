"""What a filter is about beside the part that selects a story's own resources."""

import pytest

from harness.model.selecting import operator_of


@pytest.mark.parametrize(
    ("filter_", "operator"),
    [
        ("", ""),
        ('title eq "x"', "eq"),
        ('title eq "x" and userName co "mark"', "eq"),
        ('displayName co "mark" and title pr', "pr"),
        ('not (title pr) and userName co "mark"', "not"),
        ('emails[type eq "work"] and userName co "mark"', "brackets"),
        ('(title pr or nickName pr) and userName co "mark"', "or"),
        ('title pr and nickName pr and userName co "mark"', "and"),
        ('userName co "mark"', "co"),
        ("title xx", "unread"),
    ],
)
def test_the_operator_of_a_filter(filter_: str, operator: str) -> None:
    assert operator_of(filter_) == operator
