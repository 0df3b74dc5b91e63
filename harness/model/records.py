"""Values of multi-valued attributes after an add or a replace: RFC 7644 sections 3.5.2.1 and 3.5.2.3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.model.bodies import fits_one, is_canonical, primaries_in, without_nulls, writable_part
from harness.model.characteristics import Attribute, Spot
from harness.model.comparing import same_value
from harness.model.members import is_unassigned, member
from harness.model.outcomes import WRONG_VALUE, PermittedRefusal
from harness.model.states import merged


@dataclass(frozen=True, slots=True)
class NewValue:
    """What an attribute may be after an operation; the old value itself, where nothing changes."""

    value: Any
    because: tuple[str, ...] = ()
    freedoms: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()


def values_after_replace(value: Any, place: Spot) -> Iterator[NewValue | PermittedRefusal]:
    """All values are replaced by these."""
    yield from _checked(value, place, lambda values: [NewValue(values, ("RFC7644-3.5.2.3-03", "RFC7644-3.5.2.3-10"))])


def values_after_add(old: Any, value: Any, place: Spot) -> Iterator[NewValue | PermittedRefusal]:
    """These values stand beside the old ones, unless they are there already."""
    attribute = place.attribute
    assert attribute is not None
    yield from _checked(value, place, lambda values: _added(old if isinstance(old, list) else [], values, attribute))


def _checked(value: Any, place: Spot, make: Any) -> Iterator[NewValue | PermittedRefusal]:
    """What `make` gives for the values, with the refusals and freedoms that lie in their shape."""
    attribute = place.attribute
    assert attribute is not None
    values = value if isinstance(value, list) else [value]
    if not all(fits_one(attribute, each) for each in values):
        yield _refusal("RFC7644-3.5.2-17", "RFC7644-3.12-16")
        return
    freedoms: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()
    if not isinstance(value, list):
        freedoms = ("one-value-for-a-list",)
        yield _refusal("RFC7644-3.5.2.1-08", freedoms=freedoms)
    if not is_canonical(attribute, values):
        freedoms, chosen = (*freedoms, "canonical-values-only"), frozenset({f"{place.path}.type".lower()})
        yield _refusal("RFC7643-2.3.1-03", freedoms=("canonical-values-only",))
    if primaries_in(values) > 1:
        chosen |= {f"{place.path}.primary".lower()}
        yield _refusal("RFC7643-2.4-03")
    kept = [without_nulls(writable_part(attribute, each)) for each in values if not is_unassigned(each)]
    for found in make(kept):
        yield NewValue(found.value, found.because, (*freedoms, *found.freedoms), chosen | found.chosen)


def _refusal(*because: str, freedoms: tuple[str, ...] = ()) -> PermittedRefusal:
    return PermittedRefusal(frozenset({400}), WRONG_VALUE, because, freedoms)


def _added(old: list[Any], values: list[Any], attribute: Attribute) -> Iterator[NewValue]:
    """Once with values that differ in their labels joined, once with them side by side."""
    joined = _added_by(old, values, attribute, joins=True)
    beside = _added_by(old, values, attribute, joins=False)
    rows = ("RFC7644-3.5.2.1-07", "RFC7644-3.5.2.1-10")
    if joined == beside:
        yield NewValue(old if joined == old else joined, rows)
        return
    yield NewValue(old if joined == old else joined, rows, ("value-added-again",))
    yield NewValue(old if beside == old else beside, rows, ("value-added-again",))


def _added_by(old: list[Any], values: list[Any], attribute: Attribute, joins: bool) -> list[Any]:
    after, index = list(old), _index_of(old)
    primary: set[int] = set()
    for new in values:
        at = _place_of(attribute, after, index[_key_of(new)], new, joins)
        if at is None:
            at = len(after)
            after.append(new)
            index[_key_of(new)].append(at)
        elif isinstance(new, Mapping) and not _covers(attribute, after[at], new):
            after[at] = merged(after[at], new)
        elif member(new, "primary") is True and member(after[at], "primary") is not True:
            after[at] = merged(after[at], {"primary": True})
        if member(new, "primary") is True:
            primary = {at}
    return with_one_primary(after, primary)


def _place_of(attribute: Attribute, values: list[Any], among: list[int], new: Any, joins: bool) -> int | None:
    """Where a new value is already: first as it is, then as one that differs in its labels."""
    exact = (number for number in among if _joins(attribute, values[number], new, joins=False))
    joined = (number for number in among if joins and _joins(attribute, values[number], new, joins=True))
    return next(exact, next(joined, None))


def _key_of(value: Any) -> str:
    """Values with different keys are never joined."""
    content = member(value, "value") if isinstance(value, Mapping) else value
    return content.lower() if isinstance(content, str) else ""


def _index_of(values: list[Any]) -> defaultdict[str, list[int]]:
    index: defaultdict[str, list[int]] = defaultdict(list)
    for number, value in enumerate(values):
        index[_key_of(value)].append(number)
    return index


def _joins(attribute: Attribute, old: Any, new: Any, joins: bool) -> bool:
    """Whether a new value is taken for one that is there."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return same_content(attribute, old, new)
    identity = attribute.sub_attribute("value")
    if identity is not None and identity.mutability == "immutable" and member(new, "value") is not None:
        return same_value(identity, member(old, "value"), member(new, "value"), attribute.name)
    if _covers(attribute, old, new) and (joins or _covers(attribute, new, old)):
        return True
    return joins and member(new, "value") is not None and _same_parts(attribute, old, new, ("value", "type"))


def _same_parts(attribute: Attribute, one: Any, other: Any, names: Collection[str]) -> bool:
    for name in names:
        sub = attribute.sub_attribute(name)
        a, b = member(one, name), member(other, name)
        if (a is None) is not (b is None):
            return False
        if a is not None and not (same_value(sub, a, b, attribute.name) if sub else a == b):
            return False
    return True


def _covers(attribute: Attribute, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a value has everything that another one has; which one is primary aside."""
    for name, each in new.items():
        if name.lower() == "primary" or each is None:
            continue
        sub, own = attribute.sub_attribute(name), member(old, name)
        if sub is None:
            continue  # what no schema has may not have been kept
        if own is None or not same_content(sub, own, each, attribute.name):
            return False
    return True


def same_content(attribute: Attribute, one: Any, other: Any, within: str = "") -> bool:
    """Whether two values, single, complex or lists, are the same."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            any(same_content(attribute, mine, theirs, within) for theirs in other) for mine in one
        )
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _covers(attribute, one, other) and _covers(attribute, other, one)
    return same_value(attribute, one, other, within)


def with_one_primary(values: list[Any], primary: set[int]) -> list[Any]:
    """The values, where those that just became primary take it from all others (RFC 7644 section 3.5.2)."""
    if not primary:
        return values
    return [
        merged(each, {"primary": False}) if number not in primary and member(each, "primary") is True else each
        for number, each in enumerate(values)
    ]
