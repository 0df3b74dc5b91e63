"""Filters: the grammar of RFC 7644 section 3.4.2.2, read into a tree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")
ORDERINGS = ("gt", "ge", "lt", "le")
MAX_DEPTH = 100
"""How deep brackets may nest before we give up; no server is known to be asked for more."""

Literal = str | int | float | bool | None


class BadFilter(ValueError):
    """The text is no filter; the argument says why."""


class TooDeep(BadFilter):
    """The brackets of a filter nest deeper than this module reads; whether it is one is not known."""


@dataclass(frozen=True, slots=True)
class AttributeName:
    """A name as it was written, `URN:name.sub` with URN and sub-attribute optional."""

    text: str

    @property
    def urn(self) -> str:
        """The text before the last colon."""
        return self.text.rpartition(":")[0]

    @property
    def name(self) -> str:
        """The attribute's name."""
        return self.text.rpartition(":")[2].partition(".")[0]

    @property
    def sub(self) -> str:
        """The sub-attribute's name; empty without."""
        return self.text.rpartition(":")[2].partition(".")[2]


@dataclass(frozen=True, slots=True)
class Compared:
    """`name operator literal`; the operator in lower case."""

    name: AttributeName
    operator: str
    literal: Literal
    kind: str
    """The literal's JSON type: true and 1 are equal in Python and not in JSON."""


@dataclass(frozen=True, slots=True)
class HasValue:
    """`name pr`."""

    name: AttributeName


@dataclass(frozen=True, slots=True)
class AllOf:
    """`… and …`."""

    terms: tuple[FilterTree, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`… or …`."""

    terms: tuple[FilterTree, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """`not (…)`."""

    term: FilterTree


@dataclass(frozen=True, slots=True)
class OneValue:
    """`name[…]`: one value of the attribute meets all of it."""

    name: AttributeName
    term: FilterTree


FilterTree = Compared | HasValue | AllOf | AnyOf | Negated | OneValue

_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-])")
# RFC 7643 has $ in names, and $ref begins with it; the grammar of RFC 7644 has no $ at all. The parentheses that
# RFC 3986 permits in a URI would be taken for grouping.
_WORD = r"(?:[A-Za-z]|\$ref)[\w$-]*"
_URI = r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~!$&'*+,;=:@/?%#-]*:"
_NAME = re.compile(rf"(?:{_URI})?{_WORD}(?:\.{_WORD})?", re.ASCII)
_SUB = re.compile(rf"\.({_WORD})", re.ASCII)
_BLANK = re.compile(r" *")
_INEXACT = re.compile(r'  |^ | $|[\[(] | [\])\[]|\w""|""\w|[\])]\w|\$')
_WORDS: dict[str, Literal] = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=8192)
def parse_filter(text: str) -> FilterTree:
    """The tree of a filter. Blanks may repeat or stand around brackets, as servers commonly accept; see `is_exact`.

    Raises BadFilter.
    """
    parser = FilterParser(text)
    found = parser.expression(inside=False)
    parser.end()
    return found


@lru_cache(maxsize=8192)
def is_exact(text: str) -> bool:
    """Whether a filter that can be read keeps the grammar to the letter: single blanks, none at brackets or the ends.

    A server may refuse what does not. One blank after `not` is in the examples of the RFC and counts as exact.
    """
    bare = re.sub(r"\bnot \(", "not(", _STRING.sub('""', text), flags=re.IGNORECASE)
    return not _INEXACT.search(bare)


class FilterParser:
    """Walks over one text: `at` is where it stands. Each method takes what it names, or raises BadFilter."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self._depth = text, 0, 0
        self._skip()

    def _skip(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def failure(self, wanted: str) -> BadFilter:
        rest = self.text[self.at : self.at + 20]
        return BadFilter(f"{wanted} is wanted at character {self.at + 1}; there is {rest!r}")

    def end(self) -> None:
        """Nothing more may follow."""
        if self.at < len(self.text):
            raise self.failure("the end")

    def take(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        self._skip()
        return True

    def word(self, word: str) -> bool:
        """Takes a keyword in any letter case, where a blank, a bracket or the end follows."""
        end = self.at + len(word)
        if self.text[self.at : end].lower() != word or self.text[end : end + 1] not in ("", " ", "(", ")", "]"):
            return False
        self.at = end
        self._skip()
        return True

    def expression(self, inside: bool) -> FilterTree:
        """`or` binds weakest."""
        terms = [self.conjunction(inside)]
        while self.word("or"):
            terms.append(self.conjunction(inside))
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def conjunction(self, inside: bool) -> FilterTree:
        terms = [self.term(inside)]
        while self.word("and"):
            terms.append(self.term(inside))
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms))

    def term(self, inside: bool) -> FilterTree:
        start = self.at
        if self.word("not"):
            if self.text.startswith("(", self.at):
                return Negated(self.group(inside))
            self.at = start  # an attribute may be called not
        if self.text.startswith("(", self.at):
            return self.group(inside)
        name = self.name()
        if self.text.startswith("[", self.at):
            return self.one_value(name, inside)
        return self.comparison(name)

    def group(self, inside: bool) -> FilterTree:
        self.deeper()
        self.take("(")
        found = self.expression(inside)
        if not self.take(")"):
            raise self.failure("')'")
        self._depth -= 1
        return found

    def one_value(self, name: AttributeName, inside: bool) -> FilterTree:
        if inside:
            raise self.failure("no second '['")
        self.take("[")
        found = self.expression(inside=True)
        if not self.take("]"):
            raise self.failure("']'")
        return OneValue(name, found)

    def deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooDeep(f"brackets nest deeper than {MAX_DEPTH}")

    def name(self) -> AttributeName:
        found = _NAME.match(self.text, self.at)
        if not found or self.text[found.end() : found.end() + 1] not in (" ", "[", "]", ")", ""):
            raise self.failure("an attribute's name")
        self.at = found.end()
        self._skip()
        return AttributeName(found.group())

    def sub(self) -> str:
        """The sub-attribute after a value path; empty without."""
        found = _SUB.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return found.group(1)

    def comparison(self, name: AttributeName) -> FilterTree:
        if self.word("pr"):
            return HasValue(name)
        operator = self.text[self.at : self.at + 2].lower()
        if operator not in OPERATORS or self.text[self.at + 2 : self.at + 3] not in (" ", '"'):
            raise self.failure("an operator")
        self.at += 2
        self._skip()
        literal, kind = self.literal()
        return Compared(name, operator, literal, kind)

    def literal(self) -> tuple[Literal, str]:
        if found := _STRING.match(self.text, self.at):
            self.at = found.end()  # the quote ends it, whatever follows
            self._skip()
            return json.loads(found.group()), "string"
        if found := _NUMBER.match(self.text, self.at):
            self._past(found.end())
            return json.loads(found.group()), "number"
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self._past(self.at + len(word))
                return value, "null" if value is None else "boolean"
        raise self.failure("a JSON value")

    def _past(self, end: int) -> None:
        if self.text[end : end + 1] not in ("", " ", ")", "]"):
            self.at = end
            raise self.failure("a blank or the end")
        self.at = end
        self._skip()


def names_in(tree: FilterTree) -> Iterator[AttributeName]:
    """Every attribute name of a filter; those inside of brackets are relative to the name before them."""
    match tree:
        case AllOf(terms) | AnyOf(terms):
            for each in terms:
                yield from names_in(each)
        case Negated(term):
            yield from names_in(term)
        case OneValue(name, term):
            yield name
            yield from (AttributeName(f"{name.text}.{each.text}") for each in names_in(term))
        case _:
            yield tree.name
