"""The words of a finding: what was expected and what was seen, with values as JSON and people by name."""

from __future__ import annotations

import ast
import json
import re

from harness.judge.tally import Judgement
from harness.report.evidence import Record
from harness.report.passwords import passwords_of, without
from harness.report.text import shorten, visible


def words_of(judgement: Judgement, record: Record) -> tuple[str, str]:
    """What was expected and what was seen, harmless to show and without passwords."""
    finding = judgement.finding
    if finding is None:
        return "a verdict", "the check stumbled (an error of the harness, see the list of errors)"
    found = record.find_exchange(judgement.entry)
    secrets = passwords_of(found[2] if found else None)
    told = (without(secrets, text) for text in (finding.expected, finding.actual))
    expected, actual = (shorten(visible(record.with_names(in_json(text)))) for text in told)
    return expected, actual


_TEXT = re.compile(r"(?<![\w])'(?:[^'\\\n]|\\.)*'(?![\w])|\"(?:[^\"\\]|\\.)*\"")
_WORD = re.compile(r"(?<![\w.-])(None|True|False)(?![\w-])")
_JSON = {"None": "null", "True": "true", "False": "false"}


def in_json(text: str) -> str:
    """A finding's text with its values as JSON has them: `null`, `true`, and double quotes."""
    made, position = [], 0
    for match in _TEXT.finditer(text):
        made += [_words(text[position : match.start()]), _quoted(match[0])]
        position = match.end()
    return "".join([*made, _words(text[position:])])


def _words(text: str) -> str:
    return _WORD.sub(lambda match: _JSON[match[1]], text)


def _quoted(literal: str) -> str:
    if literal.startswith('"'):
        return literal
    try:
        return json.dumps(ast.literal_eval(literal), ensure_ascii=False)
    except (SyntaxError, ValueError):
        return literal
