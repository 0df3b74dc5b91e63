"""The order of a sorted list: RFC 7644 section 3.4.2.3. Nothing is said where the RFC names no collation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.instants import instant_of
from harness.model.members import is_unassigned, member, value_at

ABSENT = None


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A resource, by its index in the list, that stands after one that it must stand before."""

    index: int
    before: int
    because: str


def sort_value(resource: Mapping[str, Any], place: Spot) -> Any:
    """The value by which a resource is sorted: of the primary value, else of the first one; None without data."""
    value = value_at(resource, place)
    if isinstance(value, list):
        assigned = [each for each in value if not is_unassigned(each)]
        primary = (each for each in assigned if member(each, "primary") is True)
        value = next(primary, assigned[0] if assigned else None)
    attribute = place.attribute
    if place.sub is not None:
        value = member(value, place.sub.name)
    elif attribute is not None and attribute.is_complex and attribute.multi_valued:
        value = member(value, "value")
    return ABSENT if is_unassigned(value) or isinstance(value, list | dict) else value


def order_of(attribute: Attribute, one: Any, other: Any) -> int | None:
    """-1, 0 or 1 for two values, ascending, those without data last; None where the RFC leaves it open."""
    if one is ABSENT or other is ABSENT:
        return (one is ABSENT) - (other is ABSENT)
    if attribute.type == "dateTime":
        return _by(instant_of, one, other) if isinstance(one, str) and isinstance(other, str) else None
    if isinstance(one, bool) or isinstance(other, bool):
        return 0 if one is other else None
    if isinstance(one, int | float) and isinstance(other, int | float):
        return (one > other) - (one < other)
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    return _order_of_texts(one, other, attribute.case_exact)


def _by(key: Callable[[str], Any], one: str, other: str) -> int | None:
    mine, theirs = key(one), key(other)
    return None if mine is None or theirs is None else (mine > theirs) - (mine < theirs)


def _order_of_texts(one: str, other: str, case_exact: bool) -> int | None:
    """Alphabets agree on ASCII letters and digits; on anything else, and on capitals, collations differ."""
    lower, theirs = one.lower(), other.lower()
    if one == other or (not case_exact and lower == theirs):
        return 0
    if not (_is_plain(one) and _is_plain(other)) or lower == theirs:
        return None
    ordered = (lower > theirs) - (lower < theirs)
    # By code point all capitals stand before all small letters; in a dictionary they do not.
    exact = (one > other) - (one < other)
    return ordered if not case_exact or exact == ordered else None


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum()


def misplaced(
    resources: Sequence[Mapping[str, Any]], sort_by: str, schema: ResourceSchema, descending: bool = False
) -> list[Misplaced]:
    """The resources of a list that stand where they can't; none for an attribute that no schema has."""
    place = schema.find(sort_by)
    attribute = _sorted_attribute(place)
    if place is None or attribute is None:
        return []
    values = [sort_value(each, place) for each in resources]
    found, highest = [], 0
    for index in range(1, len(values)):
        for before in dict.fromkeys((index - 1, highest)):
            order = order_of(attribute, values[before], values[index])
            if order is not None and (order < 0 if descending else order > 0):
                found.append(Misplaced(index, before, _row(values[before], values[index], attribute, descending)))
                break
        else:
            highest = index if _is_comparable(values[index]) else highest
    return found


def _is_comparable(value: Any) -> bool:
    return not isinstance(value, str) or _is_plain(value)


def _sorted_attribute(place: Spot | None) -> Attribute | None:
    leaf = place.leaf if place else None
    if leaf is not None and leaf.is_complex:
        return leaf.sub_attribute("value") if leaf.multi_valued else None
    return leaf


def _row(before: Any, after: Any, attribute: Attribute, descending: bool) -> str:
    if before is ABSENT or after is ABSENT:
        return "RFC7644-3.4.2.3-06" if descending else "RFC7644-3.4.2.3-05"
    if descending:
        return "RFC7644-3.4.2.3-07"
    if attribute.type not in ("string", "reference"):
        return "RFC7644-3.4.2.3-11"
    return "RFC7644-3.4.2.3-10" if attribute.case_exact else "RFC7644-3.4.2.3-09"


def expected_order(
    resources: Sequence[Mapping[str, Any]], sort_by: str, schema: ResourceSchema, descending: bool = False
) -> list[int] | None:
    """The only order that the RFC permits, as indexes; None where it leaves a pair open, equal values included."""
    place = schema.find(sort_by)
    attribute = _sorted_attribute(place)
    if place is None or attribute is None:
        return None
    order: list[int] = []
    for number, resource in enumerate(resources):
        at = _place_among(
            order, [sort_value(each, place) for each in resources], sort_value(resource, place), attribute
        )
        if at is None:
            return None
        order.insert(at, number)
    return order[::-1] if descending else order


def _place_among(order: list[int], values: list[Any], value: Any, attribute: Attribute) -> int | None:
    at = 0
    for number in order:
        found = order_of(attribute, values[number], value)
        if not found:
            return None
        at += found < 0
    return at
