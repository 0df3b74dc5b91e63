"""Which shown value stands for which expected one, in attributes with several values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.characteristics import Attribute
from harness.model.comparing import same_value
from harness.model.members import is_unassigned, member
from harness.model.records import same_content

MAX_SCAN = 64
"""How many values without a partner are compared with each other one by one."""


@dataclass(slots=True)
class Pairing:
    """Pairs of expected and shown values, and what is left on either side.

    `joined` are expected values that repeat one that is shown; `doubled` are shown values that repeat one; `extra` are
    shown and not expected.
    """

    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    joined: list[Any] = field(default_factory=list)
    lost: list[Any] = field(default_factory=list)
    doubled: list[Any] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    is_reordered: bool = False


def pair_values(attribute: Attribute, expected: list[Any], shown: list[Any]) -> Pairing:
    """The pairing that explains the most: by `value` and `type`, then by other spellings, then by `type` alone."""
    ours = [each for each in expected if not is_unassigned(each)]
    theirs = [each for each in shown if not is_unassigned(each)]
    partners = _by_value(attribute, ours, theirs)
    left, free = _left(ours, theirs, partners)
    if left and free and len(left) <= MAX_SCAN and len(free) <= MAX_SCAN:
        _by_test(left, free, partners, lambda a, b: _is_same(attribute, ours[a], theirs[b]))
        _by_test(left, free, partners, lambda a, b: _same_type(attribute, ours[a], theirs[b]) is True)
        if attribute.is_complex:
            _by_test(left, free, partners, lambda a, b: _same_type(attribute, ours[a], theirs[b]) is not False)
    return _paired(attribute, ours, theirs, partners, free)


def _by_value(attribute: Attribute, ours: list[Any], theirs: list[Any]) -> dict[int, int]:
    """First those that also have the same type, so that one value under two types finds its own."""
    index: defaultdict[Any, list[int]] = defaultdict(list)
    for number, each in enumerate(theirs):
        if (key := _key_of(each)) is not None:
            index[key].append(number)
    partners: dict[int, int] = {}
    later: list[int] = []
    for number, each in enumerate(ours):
        candidates = index.get(_key_of(each), [])
        found = next((at for at in candidates if _type_of(theirs[at]) == _type_of(each)), None)
        if found is None:
            later.append(number)
        else:
            candidates.remove(found)
            partners[number] = found
    for number in later:
        candidates = index.get(_key_of(ours[number]), []) if _key_of(ours[number]) is not None else []
        if candidates:
            partners[number] = candidates.pop(0)
    return partners


def _key_of(value: Any) -> Any:
    content = member(value, "value") if isinstance(value, Mapping) else value
    if isinstance(content, str):
        return content.lower()
    return None if content is None or isinstance(content, list | dict) else (type(content).__name__, content)


def _type_of(value: Any) -> Any:
    found = member(value, "type")
    return found.lower() if isinstance(found, str) else None


def _left(ours: list[Any], theirs: list[Any], partners: dict[int, int]) -> tuple[list[int], list[int]]:
    taken = set(partners.values())
    return [each for each in range(len(ours)) if each not in partners], [
        each for each in range(len(theirs)) if each not in taken
    ]


def _by_test(left: list[int], free: list[int], partners: dict[int, int], test: Any) -> None:
    for own in list(left):
        found = next((other for other in free if test(own, other)), None)
        if found is not None:
            partners[own] = found
            left.remove(own)
            free.remove(found)


def _is_same(attribute: Attribute, one: Any, other: Any) -> bool:
    sub = attribute.sub_attribute("value")
    mine, theirs = member(one, "value"), member(other, "value")
    if sub is not None and mine is not None and theirs is not None:
        return same_value(sub, mine, theirs, attribute.name)
    return same_content(attribute, one, other)


def _same_type(attribute: Attribute, one: Any, other: Any) -> bool | None:
    """Whether two values have the same type; none where one of them has no type. Identities are never paired so."""
    sub = attribute.sub_attribute("value")
    if not attribute.is_complex or (sub is not None and sub.mutability == "immutable"):
        return False
    mine, theirs = _type_of(one), _type_of(other)
    return None if mine is None or theirs is None else mine == theirs


def _paired(
    attribute: Attribute, ours: list[Any], theirs: list[Any], partners: dict[int, int], free: list[int]
) -> Pairing:
    found = Pairing()
    order = [partners[each] for each in range(len(ours)) if each in partners]
    found.is_reordered = order != sorted(order)
    found.pairs = [(ours[own], theirs[other]) for own, other in sorted(partners.items())]
    known = {_identity(each) for each, _ in found.pairs}
    for number, each in enumerate(ours):
        if number not in partners:
            (found.joined if _identity(each) in known and _key_of(each) is not None else found.lost).append(each)
    shown = {_identity(theirs[other]) for other in partners.values()}
    for number in free:
        each = theirs[number]
        (found.doubled if _identity(each) in shown and _key_of(each) is not None else found.extra).append(each)
    return found


def _identity(value: Any) -> tuple[Any, Any]:
    return _key_of(value), _type_of(value)
