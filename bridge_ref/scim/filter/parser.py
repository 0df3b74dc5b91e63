"""Parse a filter into a tree: RFC 7644 section 3.4.2.2."""

import re
from typing import Any

import msgspec
from msgspec import Struct

from bridge_ref.scim.filter.lexer import STRING, WORD, Token, invalid_filter, tokenise
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.scim.path import AttributePath, find_path

OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")
# One attribute compared with a string, as nearly all filters of identity providers are.
_SINGLE = re.compile(rf"\s*({WORD})\s+({'|'.join(OPERATORS)})\s+({STRING})\s*", re.IGNORECASE)


class Comparison(Struct, frozen=True):
    """An attribute compared with a literal."""

    path: AttributePath
    operator: str
    value: Any


class Present(Struct, frozen=True):
    """An attribute that has a value."""

    path: AttributePath


class And(Struct, frozen=True):
    """All terms hold."""

    terms: tuple["Filter", ...]


class Or(Struct, frozen=True):
    """At least one of them holds."""

    terms: tuple["Filter", ...]


class Not(Struct, frozen=True):
    """The inside does not hold."""

    inside: "Filter"


class ValueFilter(Struct, frozen=True):
    """One and the same value of a complex attribute meets the inside."""

    path: AttributePath
    inside: "Filter"


Filter = Comparison | Present | And | Or | Not | ValueFilter


def parse_filter(text: str, limits: Limits = DEFAULT_LIMITS) -> Filter:
    """The tree of a filter; `invalidFilter` with a column if it breaks the grammar."""
    if len(text) > limits.max_filter_length:
        raise invalid_filter(f"it is longer than {limits.max_filter_length} characters")
    return _parse_single(text) or _Parser(text, limits.max_filter_depth).parse()


def _parse_single(text: str) -> Comparison | None:
    """The comparison that a filter consists of; none if it is anything else, or if anything is wrong with it."""
    found = _SINGLE.fullmatch(text)
    path = find_path(found[1]) if found else None
    if found is None or path is None:
        return None
    try:
        return Comparison(path, found[2].lower(), msgspec.json.decode(found[3]))
    except msgspec.DecodeError:
        return None


class _Parser:
    """Recursive descent over the tokens of one filter."""

    def __init__(self, text: str, max_depth: int) -> None:
        self._max_depth = max_depth
        self._tokens = list(tokenise(text))
        self._at = 0
        self._depth = 0

    def parse(self) -> Filter:
        tree = self._or()
        if self._next.kind != "end":
            raise self._unexpected("and, or, or the end")
        return tree

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _unexpected(self, wanted: str) -> Exception:
        token = self._next
        found = repr(token.text) if token.text else "the end"
        return invalid_filter(f"{wanted} was expected, found {found}", token.column)

    def _or(self) -> Filter:
        terms = [self._and()]
        while self._next.is_word("or"):
            self._take()
            terms.append(self._and())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _and(self) -> Filter:
        terms = [self._term()]
        while self._next.is_word("and"):
            self._take()
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self) -> Filter:
        if self._next.is_mark("("):
            return self._inside("(", ")")
        if self._next.is_word("not") and self._tokens[self._at + 1].is_mark("("):
            self._take()
            return Not(self._inside("(", ")"))
        return self._expression()

    def _inside(self, opening: str, closing: str) -> Filter:
        self._depth += 1
        if self._depth > self._max_depth:
            raise invalid_filter(f"it is nested deeper than {self._max_depth}", self._next.column)
        if not self._next.is_mark(opening):
            raise self._unexpected(repr(opening))
        self._take()
        tree = self._or()
        if not self._next.is_mark(closing):
            raise self._unexpected(repr(closing))
        self._take()
        self._depth -= 1
        return tree

    def _expression(self) -> Filter:
        path = self._path()
        if self._next.is_mark("["):
            return self._value_filter(path)
        return self._condition(path)

    def _path(self) -> AttributePath:
        token = self._next
        path = find_path(token.text) if token.kind == "word" else None
        if path is None:
            raise self._unexpected("an attribute")
        self._take()
        return path

    def _value_filter(self, path: AttributePath) -> Filter:
        inside = self._inside("[", "]")
        if self._next.kind != "word" or not self._next.text.startswith("."):
            return ValueFilter(path, inside)
        # emails[type eq "work"].value eq "x", as Entra asks: the condition joins those in the brackets.
        token = self._take()
        sub = find_path(token.text[1:])
        if sub is None:
            raise invalid_filter(f"{token.text!r} names no sub-attribute", token.column)
        return ValueFilter(path, And((inside, self._condition(sub))))

    def _condition(self, path: AttributePath) -> Filter:
        if self._next.is_word("pr"):
            self._take()
            return Present(path)
        if not self._next.is_word(*OPERATORS):
            raise self._unexpected("an operator (" + ", ".join((*OPERATORS, "pr")) + ")")
        operator = self._take().text.lower()
        return Comparison(path, operator, self._literal())

    def _literal(self) -> Any:
        token = self._next
        if token.kind not in ("string", "word"):
            raise self._unexpected("a value")
        self._take()
        text = token.text if token.kind == "string" else _lower_word(token.text)
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, ValueError):
            reason = f"{token.text} is no JSON value (strings stand in double quotes)"
            raise invalid_filter(reason, token.column) from None


def _lower_word(text: str) -> str:
    # True and FALSE: the words are those of the ABNF, where letter case does not matter.
    return text.lower() if text.lower() in ("true", "false", "null") else text
