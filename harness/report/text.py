"""Makes text from a bridge harmless and readable, whatever it sent."""

from __future__ import annotations

import json
import re
from typing import Any

BODY_LIMIT = 64 * 1024
WORD_LIMIT = 4 * 1024
PRETTY_LIMIT = 1024 * 1024

# Controls, halves of surrogate pairs, what XML 1.0 can't hold, and marks that reorder what is read ("Trojan Source").
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_INDENT = "  "


def visible(text: str) -> str:
    """The text with everything that is not plain text shown as an escape; line feeds and tabs stay."""
    return _UNSAFE.sub(lambda match: _escape(match[0]), text)


def visible_line(text: str) -> str:
    """The same on one line: a header or a target that holds a line feed can't pretend to be two."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def visible_data(value: Any) -> Any:
    """The same for all texts of a JSON value, its keys included."""
    if isinstance(value, str):
        return shorten(visible(value))
    if isinstance(value, dict):
        return {visible(str(key)): visible_data(part) for key, part in value.items()}
    return [visible_data(part) for part in value] if isinstance(value, list | tuple) else value


def shorten(text: str, limit: int = WORD_LIMIT) -> str:
    """The text up to the limit, with a note of what was left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def decode(body: bytes) -> str:
    """A body as text; bytes that are not UTF-8 are shown as escapes."""
    return body.decode("utf-8", "backslashreplace")


def pretty(text: str) -> str:
    """JSON with line breaks and indents, each token as it was sent: double keys and `1.0e2` stay to be seen."""
    if len(text) > PRETTY_LIMIT:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _reindent(text)


def _reindent(text: str) -> str:
    made: list[str] = []
    depth, previous = 0, ""
    for token in _TOKEN.findall(text):
        if token in "}]":
            depth -= 1
            if previous not in "{[":
                made.append("\n" + _INDENT * depth)
        elif previous and previous in "{[,":
            made.append("\n" + _INDENT * depth)
        made.append(": " if token == ":" else token)
        if token in "{[":
            depth += 1
        previous = token
    return "".join(made)


def _escape(character: str) -> str:
    code = ord(character)
    if character == "\r":
        return "\\r"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
