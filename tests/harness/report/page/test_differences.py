from __future__ import annotations

from harness.report.page.differences import DiffLine, make_diff


def marked(line: DiffLine) -> list[str]:
    return [part.text for part in line.parts if part.differs]


def test_words_that_differ_are_marked_where_the_rest_is_alike() -> None:
    expected, was = make_diff('displayName is "A. King" here', 'displayName is "Ada" here')

    assert (expected.side, expected.text) == ("expected", 'displayName is "A. King" here')
    assert marked(was) == ["Ada"]


def test_statements_with_little_in_common_are_not_marked() -> None:
    lines = make_diff("a Location header", "none")

    assert [marked(line) for line in lines] == [[], []]


def test_two_values_are_compared_member_by_member() -> None:
    lines = make_diff('members [{"value": "1"}, {"value": "2"}], as sent', 'members [{"value": "1"}]')

    assert [(line.side, line.text.strip()) for line in lines if line.side != "both"][:2] == [
        ("expected", "members , as sent"),
        ("was", "members"),
    ]
    assert any(line.side == "expected" and '"value": "2"' in line.text for line in lines)
    assert not any(line.side == "was" and '"value": "1"' in line.text for line in lines)


def test_equal_members_between_are_folded() -> None:
    items = ", ".join(f'"k{number:02}": {number}' for number in range(30))

    lines = make_diff(f'{{{items}, "z": 1}}', f'{{{items}, "z": 2}}')

    assert len(lines) < 12
    assert any(line.side == "gap" and "equal lines" in line.text for line in lines)


def test_a_huge_difference_is_cut_and_of_huge_texts_only_the_middle_is_marked() -> None:
    many = make_diff(str(list(range(500))), "[1, 2]")
    expected, was = make_diff("( " * 2000 + "Ada", "( " * 1999 + ") Ada")

    assert len(many) < 50
    assert (marked(expected), marked(was)) == (["("], [")"])


def test_a_bridge_cannot_make_us_compare_for_long() -> None:
    lines = make_diff("(" * 1990 + ")", "(x" * 1000)

    assert [line.side for line in lines] == ["expected", "was"]


def test_words_about_one_value_are_compared_as_words() -> None:
    expected, was = make_diff('members ["Ada"]', '["Ada"] missing')

    assert (expected.text, was.text) == ('members ["Ada"]', '["Ada"] missing')
    assert (marked(expected), marked(was)) == (["members "], [" missing"])
