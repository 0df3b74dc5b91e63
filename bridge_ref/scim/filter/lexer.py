"""Tokens of a filter: RFC 7644 section 3.4.2.2, figure 1."""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from bridge_ref.scim.errors import ScimError

STRING, WORD = r'"(?:[^"\\\x00-\x1f]|\\.)*"', r"[A-Za-z0-9$.:_+-]+"
_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+)
  | (?P<string>{STRING})
  | (?P<word>{WORD})
  | (?P<mark>[()\[\]])
    """,
    re.VERBOSE,
)


class Token(Struct, frozen=True):
    """A piece of a filter and where it starts, counted from 1."""

    kind: Literal["string", "word", "mark", "end"]
    text: str
    column: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these words, in any letter case."""
        return self.kind == "word" and self.text.lower() in words

    def is_mark(self, mark: str) -> bool:
        """Whether this is that bracket."""
        return self.kind == "mark" and self.text == mark


def invalid_filter(reason: str, column: int | None = None) -> ScimError:
    """A filter that is declined, with the place that is to blame."""
    place = f" (column {column})" if column else ""
    return ScimError(400, f"The filter is not valid: {reason}{place}.", "invalidFilter")


def tokenise(text: str) -> Iterator[Token]:
    """The tokens of a filter, and an end token after them."""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise invalid_filter(f"{text[position]!r} is not expected here", position + 1)
        kind = match.lastgroup
        if kind in ("string", "word", "mark"):
            yield Token(kind, match.group(), position + 1)  # type: ignore[arg-type]
        position = match.end()
    yield Token("end", "", len(text) + 1)
