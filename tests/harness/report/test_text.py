from __future__ import annotations

from harness.report.text import pretty, shorten, visible, visible_data, visible_line


def test_plain_text_stays_as_it_is() -> None:
    assert visible("Ada Lovelace,\tLondon\n✓ é 漢") == "Ada Lovelace,\tLondon\n✓ é 漢"


def test_controls_halves_of_pairs_and_reordering_marks_are_shown_as_escapes() -> None:
    assert visible("\x00\x1b[31m\r\x85\ud800\u202e\ufffe") == "\\x00\\x1b[31m\\r\\x85\\ud800\\u202e\\ufffe"


def test_a_line_stays_one_line() -> None:
    assert visible_line("a\r\nX-Forged: 1") == "a\\r\\nX-Forged: 1"


def test_json_values_are_made_harmless_throughout() -> None:
    assert visible_data({"\x00": ["\ud800", 1, None, True]}) == {"\\x00": ["\\ud800", 1, None, True]}


def test_long_text_says_how_much_is_missing() -> None:
    assert shorten("abcdef", 4) == "abcd… (2 more characters)"


def test_json_is_laid_out_with_every_token_as_it_was_sent() -> None:
    body = '{"a":1.0e2,"a":[],"b":{},"c":["x,\\"{","\\u0041"]}'

    assert pretty(body) == ('{\n  "a": 1.0e2,\n  "a": [],\n  "b": {},\n  "c": [\n    "x,\\"{",\n    "\\u0041"\n  ]\n}')


def test_what_is_not_json_is_left_alone() -> None:
    assert pretty("{oops, [") == "{oops, ["
    assert pretty("[" * 200_000) == "[" * 200_000
