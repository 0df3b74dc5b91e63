"""Operations whose path chooses values with a filter: RFC 7644 sections 3.5.2.1 to 3.5.2.3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.model.bodies import fits_one, is_canonical, without_nulls, writable_part
from harness.model.characteristics import Attribute, Spot
from harness.model.filters import AllOf, Compared, FilterTree, names_in
from harness.model.lenient import LenientStep
from harness.model.matching import refused_inside, value_predicate_of
from harness.model.members import is_unassigned, member
from harness.model.outcomes import WRONG_VALUE, AnythingPermitted, PermittedRefusal
from harness.model.records import NewValue, same_content, with_one_primary
from harness.model.states import merged, with_sub_value

Found = NewValue | PermittedRefusal | AnythingPermitted


def _refusal(error_type: frozenset[str] | str, *because: str, freedoms: tuple[str, ...] = ()) -> PermittedRefusal:
    types = frozenset({error_type}) if isinstance(error_type, str) else error_type
    return PermittedRefusal(frozenset({400}), types, because, freedoms)


def change_chosen(old: Any, step: LenientStep, place: Spot, attribute: Attribute) -> Iterator[Found]:
    """What the values of an attribute may be after an operation on those that meet the path's filter."""
    assert step.path.filter is not None
    if not attribute.multi_valued or (place.sub is None and step.path.sub):
        yield AnythingPermitted("a filter on an attribute that has no values to choose from")
        return
    if row := refused_inside(step.path.filter, attribute):
        yield _refusal(frozenset({"invalidFilter", "invalidPath"}), row)
        return
    values = old if isinstance(old, list) else []
    answers = [value_predicate_of(step.path.filter, attribute)(each) for each in values]
    if None in answers:
        yield AnythingPermitted("the RFC does not say which values the filter chooses")
        return
    chosen = {number for number, answer in enumerate(answers) if answer}
    if not chosen:
        yield from _without_match(old, values, step, place, attribute)
    elif step.op == "remove":
        yield from _removed(values, chosen, place.sub)
    elif place.sub is not None:
        yield from _sub_changed(old, values, chosen, step.value, attribute, place.sub, place.path)
    else:
        yield from _records_changed(old, values, chosen, step, attribute)


def _without_match(
    old: Any, values: list[Any], step: LenientStep, place: Spot, attribute: Attribute
) -> Iterator[Found]:
    if step.op == "remove":
        yield NewValue(old, ("RFC7644-3.5.2.2-11",), ("nothing-to-remove",))
        yield _refusal("noTarget", "RFC7644-3.5.2.2-11", freedoms=("nothing-to-remove",))
        return
    if step.op == "replace":
        yield _refusal(_without_target(step.path.filter, attribute), "RFC7644-3.5.2.3-08")
        return
    yield _refusal("noTarget", "RFC7644-3.12-05", freedoms=("record-made",))
    made = _record_of(step, place, attribute)
    if made is not None:
        primary = {len(values)} if member(made, "primary") is True else set()
        yield NewValue(with_one_primary([*values, made], primary), ("RFC7644-3.5.2.1-05",), ("record-made",))


def _without_target(tree: FilterTree | None, attribute: Attribute) -> frozenset[str]:
    """The error types where no value matches; a filter by what the values do not have may be called wrong as well."""
    is_known = tree is None or all(attribute.sub_attribute(each.text) is not None for each in names_in(tree))
    return frozenset({"noTarget"}) if is_known else frozenset({"noTarget", "invalidFilter", "invalidPath"})


def _record_of(step: LenientStep, place: Spot, attribute: Attribute) -> dict[str, Any] | None:
    """The value that an add makes where none matches: what its filter says is equal, and what it adds."""
    assert step.path.filter is not None
    given = _equalities(step.path.filter)
    added = {place.sub.name: step.value} if place.sub is not None else step.value
    if given is None or not isinstance(added, dict):
        return None
    made = merged({name: each for name, each in given.items() if member(added, name) is None}, added)
    return made if fits_one(attribute, made) else None


def _equalities(tree: FilterTree) -> dict[str, Any] | None:
    """The sub-attributes that a filter sets by `eq` and `and` alone; none for any other filter."""
    terms = tree.terms if isinstance(tree, AllOf) else (tree,)
    found: dict[str, Any] = {}
    for each in terms:
        if not isinstance(each, Compared) or each.operator != "eq":
            return None
        found[each.name.text] = each.literal
    return found


def _removed(values: list[Any], chosen: set[int], sub: Attribute | None) -> Iterator[Found]:
    if sub is None:
        yield NewValue([each for number, each in enumerate(values) if number not in chosen], ("RFC7644-3.5.2.2-04",))
        return
    has_it = any(not is_unassigned(member(values[number], sub.name)) for number in chosen)
    if has_it and (sub.required or sub.mutability == "immutable"):
        yield _refusal("mutability", "RFC7644-3.5.2.2-09" if sub.required else "RFC7644-3.5.2-16")
        return
    after = [with_sub_value(each, sub.name, None) if number in chosen else each for number, each in enumerate(values)]
    kept = [each for each in after if not is_unassigned(each)]
    yield NewValue(kept if has_it else values, ("RFC7644-3.5.2.2-06", "RFC7644-3.5.2.2-07"))
    if not has_it:
        yield _refusal("noTarget", "RFC7644-3.5.2.2-11", freedoms=("nothing-to-remove",))


def _sub_changed(
    old: Any, values: list[Any], chosen: set[int], value: Any, attribute: Attribute, sub: Attribute, path: str
) -> Iterator[Found]:
    if value is not None and not fits_one(sub, value):
        yield _refusal(WRONG_VALUE, "RFC7644-3.5.2-17", "RFC7644-3.12-16")
        return
    if value is None and sub.required:
        yield _refusal(frozenset({"mutability", "invalidValue"}), "RFC7643-2.5-06")
        return
    changing = {number for number in chosen if member(values[number], sub.name) != value}
    if sub.mutability == "immutable" and any(_is_set_otherwise(values[each], sub, value) for each in changing):
        yield _refusal("mutability", "RFC7644-3.5.2-16")
        return
    after = [
        with_sub_value(each, sub.name, value) if number in changing else each for number, each in enumerate(values)
    ]
    yield from _settled(old, after, changing, chosen, value, sub, path)


def _is_set_otherwise(record: Any, sub: Attribute, value: Any) -> bool:
    current = member(record, sub.name)
    return not is_unassigned(current) and not same_content(sub, current, value)


def _settled(
    old: Any, after: list[Any], changing: set[int], chosen: set[int], value: Any, sub: Attribute, path: str
) -> Iterator[Found]:
    freedoms: tuple[str, ...] = ()
    free: frozenset[str] = frozenset()
    if not is_canonical(sub, value):
        freedoms, free = ("canonical-values-only",), frozenset({path.lower()})
        yield _refusal(WRONG_VALUE, "RFC7643-2.3.1-03", freedoms=freedoms)
    if sub.name == "primary" and value is True:
        if len(chosen) > 1:
            free = frozenset({path.lower()})  # one of them is primary; nothing says which
            yield _refusal(WRONG_VALUE, "RFC7643-2.4-03")
        after = with_one_primary(after, chosen)
    unchanged = not changing and after == old
    yield NewValue(old if unchanged else after, ("RFC7644-3.5.2.3-07", "RFC7644-3.5.2-24"), freedoms, free)


def _records_changed(
    old: Any, values: list[Any], chosen: set[int], step: LenientStep, attribute: Attribute
) -> Iterator[Found]:
    """Replaced as a whole, or changed in what the value names: the RFC has sentences for both."""
    if step.value is None:
        yield AnythingPermitted("null for chosen values")
        return
    if not fits_one(attribute, step.value):
        yield _refusal(WRONG_VALUE, "RFC7644-3.5.2-17")
        return
    new = without_nulls(writable_part(attribute, step.value)) or {}
    if not attribute.is_complex:
        yield NewValue([new if number in chosen else each for number, each in enumerate(values)])
        return
    if any(_clashes(attribute, values[number], new) for number in chosen):
        yield _refusal("mutability", "RFC7644-3.5.2-16", freedoms=("record-merged",))
    primary = chosen if member(new, "primary") is True else set()
    several: frozenset[str] = frozenset()
    if len(primary) > 1:
        several = frozenset({f"{attribute.name}.primary".lower()})
        yield _refusal(WRONG_VALUE, "RFC7643-2.4-03")
    whole = [new if number in chosen else each for number, each in enumerate(values)]
    mixed = [merged(each, new) if number in chosen else each for number, each in enumerate(values)]
    for after in (whole, mixed):
        settled = with_one_primary(after, primary)
        same = settled == old
        yield NewValue(old if same else settled, ("RFC7644-3.5.2.3-06",), ("record-merged",), several)


def _clashes(attribute: Attribute, record: Any, new: dict[str, Any]) -> bool:
    return any(
        sub.mutability == "immutable" and _is_set_otherwise(record, sub, each)
        for name, each in new.items()
        if (sub := attribute.sub_attribute(name)) is not None
    )
