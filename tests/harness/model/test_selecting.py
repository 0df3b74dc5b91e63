"""What a filter consists of."""

import pytest

from harness.model.selecting import operator_of


@pytest.mark.parametrize(
    ("filter_", "operator"),
    [
        ("", ""),
        ('title eq "x"', "eq"),
        ('title eq "x" and userName co "mark"', "and"),
        ('displayName co "mark" and title pr', "and"),
        ('not (title pr) and userName co "mark"', "and"),
        ('emails[type eq "work"] and userName co "mark"', "and"),
        ('(title pr or nickName pr) and userName co "mark"', "and"),
        ('title pr and nickName pr and userName co "mark"', "and"),
        ('userName co "mark"', "co"),
        ("not (title pr)", "not"),
        ("title pr or nickName pr", "or"),
        ('emails[type eq "work"]', "brackets"),
        ("title pr", "pr"),
        ("title xx", "unread"),
    ],
)
def test_the_operator_of_a_filter(filter_: str, operator: str) -> None:
    assert operator_of(filter_) == operator
