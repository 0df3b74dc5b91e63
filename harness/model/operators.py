"""The attribute operators of filters on one value: RFC 7644 section 3.4.2.2, table 3. None where the RFC is silent."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable
from typing import Any

from harness.model.binary import bytes_of
from harness.model.characteristics import Attribute
from harness.model.instants import instant_of

Test = Callable[[Any], bool | None]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_PARTS: dict[str, Callable[[str, str], bool]] = {
    "co": lambda value, part: part in value,
    "sw": str.startswith,
    "ew": str.endswith,
}


def comparison_with(attribute: Attribute, name: str, literal: Any, kind: str) -> Test:
    """The test of one value against a literal of a JSON type, by the attribute's type. `name` is the operator."""
    wanted = {"boolean": "boolean", "decimal": "number", "integer": "number"}.get(attribute.type, "string")
    if kind != wanted:
        return _open
    if wanted == "boolean":
        return _boolean(name, literal)
    if wanted == "number":
        return _number(name, literal)
    if attribute.type == "dateTime":
        return _instant(name, literal)
    if attribute.type == "binary":
        return _binary(name, literal)
    return _text(name, literal, attribute)


def _open(value: Any) -> None:
    """Unlike types."""
    return


def _boolean(name: str, literal: bool) -> Test:
    if name not in ("eq", "ne"):
        return _open
    compare = _ORDER[name]
    return lambda value: compare(value, literal) if isinstance(value, bool) else None


def _number(name: str, literal: float) -> Test:
    if name not in _ORDER:
        return _open
    compare = _ORDER[name]
    return lambda value: (
        compare(value, literal) if isinstance(value, int | float) and not isinstance(value, bool) else None
    )


def _instant(name: str, literal: str) -> Test:
    moment = instant_of(literal)
    if name not in _ORDER or moment is None:
        return _open
    compare = _ORDER[name]

    def test(value: Any) -> bool | None:
        own = instant_of(value) if isinstance(value, str) else None
        return None if own is None else compare(own, moment)

    return test


def _binary(name: str, literal: str) -> Test:
    if name not in ("eq", "ne"):
        return _open

    def test(value: Any) -> bool | None:
        if value == literal:
            return name == "eq"
        # Without padding or in the other alphabet it is the same value, spelt differently.
        own, theirs = bytes_of(value), bytes_of(literal)
        return None if own is None or theirs is None or own == theirs else name == "ne"

    return test


def _text(name: str, literal: str, attribute: Attribute) -> Test:
    if name in _PARTS:
        return _part(_PARTS[name], literal, attribute)
    if name in ("eq", "ne"):
        return _equal(name == "eq", literal, attribute)
    return _ordered(_ORDER[name], literal, attribute)


def _equal(wanted: bool, literal: str, attribute: Attribute) -> Test:
    lower, canonical = literal.lower(), canonical_text(literal)
    is_reference = attribute.type == "reference"

    def test(value: Any) -> bool | None:
        if not isinstance(value, str):
            return None
        if value == literal or (not attribute.case_exact and value.lower() == lower):
            return wanted
        if canonical_text(value) == canonical and (not attribute.case_exact or value.lower() != lower):
            return None  # one text in two forms of Unicode, or folded in ways that lower case does not
        if is_reference and _may_be_one_reference(value, literal):
            return None
        return not wanted

    return test


def _may_be_one_reference(one: str, other: str) -> bool:
    """Whether two URIs can name one target: one relative to the other, or URNs and hosts in other letter case."""
    one, other = one.lower(), other.lower()
    return one == other or one.endswith(f"/{other.lstrip('/')}") or other.endswith(f"/{one.lstrip('/')}")


def _part(holds: Callable[[str, str], bool], literal: str, attribute: Attribute) -> Test:
    lower, canonical, case_exact = literal.lower(), canonical_text(literal), attribute.case_exact

    def test(value: Any) -> bool | None:
        if not isinstance(value, str):
            return None
        exact, folded = holds(value, literal), holds(value.lower(), lower)
        if exact != folded and attribute.type == "reference":
            return None  # of a URN, and of a host, the letter case says nothing
        found = exact if case_exact else exact or folded
        if value.isascii() and literal.isascii():
            return found
        # Normal forms may join or part what stands at the border of the part.
        return found if holds(canonical_text(value), canonical) == found or case_exact else None

    return test


def _ordered(compare: Callable[[Any, Any], bool], literal: str, attribute: Attribute) -> Test:
    def test(value: Any) -> bool | None:
        if not isinstance(value, str):
            return None
        order = text_order(value, literal, attribute.case_exact)
        if attribute.type == "reference" and order != text_order(value, literal, False):
            return None
        return None if order is None else compare(order, 0)

    return test


def text_order(one: str, other: str, case_exact: bool) -> int | None:
    """-1, 0 or 1, as the RFC orders two texts; none where it depends on a collation that the RFC does not name."""
    if one == other or (not case_exact and one.lower() == other.lower()):
        return 0
    if not (one.isascii() and other.isascii()):
        return None
    if case_exact:
        return _sign(one, other)
    lower, upper = _sign(one.lower(), other.lower()), _sign(one.upper(), other.upper())
    return lower if lower == upper else None


def _sign(one: str, other: str) -> int:
    return (one > other) - (one < other)


def canonical_text(text: str) -> str:
    """A text in one normal form and without letter case: texts that differ here differ for every reader."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
