"""One operation of a PATCH on one state: RFC 7644 sections 3.5.2.1 to 3.5.2.3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.model.bodies import fits, fits_one, is_canonical
from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.chosen_records import change_chosen
from harness.model.lenient import LenientStep
from harness.model.members import is_unassigned, member, value_at
from harness.model.outcomes import MUTABILITY, WRONG_VALUE, AnythingPermitted, PermittedRefusal
from harness.model.records import NewValue, same_content, values_after_add, values_after_replace
from harness.model.states import merged, with_sub_value, with_value

Found = NewValue | PermittedRefusal | AnythingPermitted


@dataclass(frozen=True, slots=True)
class Applied:
    """A state that one operation may leave."""

    state: dict[str, Any]
    because: tuple[str, ...] = ()
    freedoms: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()


# What a server always knows of a user: where a client takes it away, the server's own value stands there again.
DEFAULTED = frozenset({"active"})


def refusal(error_types: frozenset[str], *because: str, freedoms: tuple[str, ...] = ()) -> PermittedRefusal:
    """A 400 with one of these error types."""
    return PermittedRefusal(frozenset({400}), error_types, because, freedoms)


def apply_step(
    state: dict[str, Any], step: LenientStep, schema: ResourceSchema
) -> Iterator[Applied | PermittedRefusal | AnythingPermitted]:
    """The states and refusals that the operation may lead to."""
    place = step.place
    if place is None:
        yield Applied(state, ("RFC7644-3.5.2-14",), ("unknown-attributes",))
        yield refusal(frozenset({"invalidPath", "noTarget", "invalidValue", "invalidSyntax", ""}), "RFC7644-3.5.2-14")
        return
    if place.attribute is None:
        yield _whole_extension(state, step, place)
        return
    old = value_at(state, place)
    for found in _by_mutability(old, step, place, place.attribute):
        if isinstance(found, NewValue):
            after = state if found.value is old else with_value(state, place, found.value, schema)
            chosen = found.chosen | _composed(place, step, found.value is not old)
            yield Applied(after, found.because, found.freedoms, chosen)
        else:
            yield found


def _whole_extension(state: dict[str, Any], step: LenientStep, place: Spot) -> AnythingPermitted:
    """A URN alone is no attribute path: the grammar wants a name."""
    if step.op == "remove":
        return AnythingPermitted("a URN alone as path", {key: each for key, each in state.items() if key != place.urn})
    after = {**state, place.urn: merged(member(state, place.urn), step.value if isinstance(step.value, dict) else {})}
    return AnythingPermitted("a URN alone as path", after)


def _composed(place: Spot, step: LenientStep, changed: bool) -> frozenset[str]:
    """A formatted text follows its components, where a client changes those and not the text (RFC 7643 section 4.1)."""
    attribute = place.attribute
    if not changed or attribute is None or not attribute.sub_attribute("formatted"):
        return frozenset()
    sent = (place.sub is not None and place.sub.name == "formatted") or member(step.value, "formatted") is not None
    whole = Spot(place.urn, attribute).path
    return frozenset() if sent else frozenset({f"{whole}.formatted".lower()})


def _by_mutability(old: Any, step: LenientStep, place: Spot, attribute: Attribute) -> Iterator[Found]:
    parts = [each for each in (attribute, place.sub) if each is not None]
    if any(not each.is_writable for each in parts):
        yield from _read_only(old, step, place)
    elif step.path.filter is not None:
        yield from change_chosen(old, step, place, attribute)
    elif step.removed is not None and attribute.multi_valued and place.sub is None:
        yield NewValue(_without(old, step.removed, attribute))
    elif place.leaf is not None and place.leaf.mutability == "immutable":
        yield from _immutable(old, step, place, attribute)
    else:
        yield from _by_shape(old, step, place, attribute)


def _read_only(old: Any, step: LenientStep, place: Spot) -> Iterator[Found]:
    """Refused; passed over where it is only sent back, and `meta` at all times, which clients' values never touch."""
    current = old if place.sub is None else member(old, place.sub.name)
    is_same = step.op != "remove" and current == step.value
    is_meta = place.attribute is not None and place.attribute.name == "meta"
    if step.pathless or is_same or is_meta:
        yield NewValue(old, ("RFC7643-3.1-19",) if is_meta else (), ("read-only-ignored",))
    row = "RFC7644-3.5.2.2-10" if step.op == "remove" else "RFC7644-3.5.2-15"
    yield refusal(MUTABILITY, row, freedoms=("read-only-refused",) if step.pathless else ())


def _immutable(old: Any, step: LenientStep, place: Spot, attribute: Attribute) -> Iterator[Found]:
    if place.sub is not None and attribute.multi_valued:
        yield from _by_shape(old, step, place, attribute)
        return
    leaf = place.leaf or attribute
    current = old if place.sub is None else member(old, place.sub.name)
    if is_unassigned(current):
        yield from _by_shape(old, step, place, attribute)
    elif step.op != "remove" and same_content(leaf, current, step.value):
        yield NewValue(old, ("RFC7644-3.5.2.1-10",))
    else:
        is_value = step.op == "remove" or (step.value not in ("", None, []) and fits(leaf, step.value))
        yield refusal(MUTABILITY if is_value else MUTABILITY | WRONG_VALUE, "RFC7644-3.5.2-16")


def _by_shape(old: Any, step: LenientStep, place: Spot, attribute: Attribute) -> Iterator[Found]:
    if attribute.name.lower() == "schemas":
        yield AnythingPermitted("an operation on schemas", None)
    elif place.sub is not None:
        yield from _sub_attribute(old, step, attribute, place.sub)
    elif step.op == "remove":
        yield from _removed(old, attribute)
    elif step.value is None or (step.value == [] and attribute.multi_valued):
        yield from _null(old, step.op)
    elif attribute.multi_valued:
        yield from (
            values_after_add(old, step.value, place) if step.op == "add" else values_after_replace(step.value, place)
        )
    elif attribute.is_complex:
        yield from _complex(old, step.value, attribute)
    else:
        yield from _single(old, step.value, attribute, place.path)


def _removed(old: Any, attribute: Attribute) -> Iterator[Found]:
    if is_unassigned(old):
        yield from _nothing_there(old)
        return
    if attribute.required:
        yield refusal(MUTABILITY, "RFC7644-3.5.2.2-09")
    row = "RFC7644-3.5.2.2-03" if attribute.multi_valued else "RFC7644-3.5.2.2-02"
    chosen = frozenset({attribute.name.lower()} & DEFAULTED)
    yield NewValue(None, (row,), chosen=chosen)


def _nothing_there(old: Any) -> Iterator[Found]:
    yield NewValue(old, ("RFC7644-3.5.2.2-11",), ("nothing-to-remove",))
    yield refusal(frozenset({"noTarget"}), "RFC7644-3.5.2.2-11", freedoms=("nothing-to-remove",))


def _null(old: Any, op: str) -> Iterator[Found]:
    """Replacing by no value unassigns; adding no value is nowhere described."""
    if op == "replace":
        yield NewValue(None, ("RFC7643-2.5-07",))
        return
    yield NewValue(old, (), ("null-added",))
    yield NewValue(None, (), ("null-added",))
    yield refusal(WRONG_VALUE, freedoms=("null-added",))


def _single(old: Any, value: Any, attribute: Attribute, path: str) -> Iterator[Found]:
    if not fits(attribute, value):
        yield refusal(WRONG_VALUE, "RFC7644-3.5.2-17", "RFC7644-3.12-16")
        return
    rows = ("RFC7644-3.5.2.1-09", "RFC7644-3.5.2.3-02")
    if is_canonical(attribute, value):
        yield NewValue(old if same_content(attribute, old, value) and old == value else value, rows)
        return
    yield from beyond_canonical(NewValue(value, rows), path)


def beyond_canonical(found: NewValue, path: str) -> Iterator[Found]:
    """A value outside of the canonical ones: taken, passed over or refused."""
    freedoms = (*found.freedoms, "canonical-values-only")
    yield NewValue(found.value, found.because, freedoms, found.chosen | {path.lower()})
    yield refusal(WRONG_VALUE, "RFC7643-2.3.1-03", freedoms=("canonical-values-only",))


def _complex(old: Any, value: Any, attribute: Attribute) -> Iterator[Found]:
    if not isinstance(value, dict) or not fits(attribute, value):
        yield refusal(WRONG_VALUE, "RFC7644-3.5.2-17", "RFC7644-3.5.2.1-06")
        return
    if any(_clashes(attribute.sub_attribute(name), member(old, name), each) for name, each in value.items()):
        yield refusal(MUTABILITY, "RFC7644-3.5.2-16")
        return
    read_only = {name for name in value if (sub := attribute.sub_attribute(name)) and not sub.is_writable}
    after = merged(old, {name: each for name, each in value.items() if name not in read_only})
    yield NewValue(old if after == old else after, ("RFC7644-3.5.2.1-06", "RFC7644-3.5.2.3-05"))
    if any(value[name] != member(old, name) for name in read_only):
        yield refusal(MUTABILITY, "RFC7644-3.5.2-15", freedoms=("read-only-refused",))


def _clashes(sub: Attribute | None, old: Any, new: Any) -> bool:
    """Whether a value would change what is immutable and set."""
    if sub is None or sub.mutability != "immutable" or is_unassigned(old):
        return False
    return not same_content(sub, old, new)


def _sub_attribute(old: Any, step: LenientStep, attribute: Attribute, sub: Attribute) -> Iterator[Found]:
    if attribute.multi_valued:
        yield AnythingPermitted("a sub-attribute of every value, without a filter", None)
        return
    current = member(old, sub.name)
    if step.op == "remove":
        if is_unassigned(current):
            yield from _nothing_there(old)
        else:
            yield NewValue(with_sub_value(old, sub.name, None), ("RFC7644-3.5.2.2-02", "RFC7644-3.5.2.2-07"))
        return
    if step.value is None:
        for found in _null(current, step.op):
            yield _lifted(found, old, sub)
        return
    if sub.multi_valued:
        yield AnythingPermitted("a multi-valued sub-attribute", None)
        return
    if not fits_one(sub, step.value):
        yield refusal(WRONG_VALUE, "RFC7644-3.5.2-17", "RFC7644-3.12-16")
        return
    after = old if current == step.value else with_sub_value(old, sub.name, step.value)
    found = NewValue(after, ("RFC7644-3.5.2-09",))
    whole = f"{attribute.name}.{sub.name}"
    yield from iter((found,)) if is_canonical(sub, step.value) else beyond_canonical(found, whole)


def _lifted(found: Found, old: Any, sub: Attribute) -> Found:
    if not isinstance(found, NewValue) or found.value == member(old, sub.name):
        return NewValue(old, found.because, found.freedoms) if isinstance(found, NewValue) else found
    return NewValue(with_sub_value(old, sub.name, found.value), found.because, found.freedoms)


def _without(old: Any, removed: tuple[Any, ...], attribute: Attribute) -> Any:
    """The values without those that a vendor's remove names, by `value` where they have one."""
    sub = attribute.sub_attribute("value")
    gone = {each for value in removed if isinstance(each := member(value, "value") if sub else value, str)}
    kept = [each for each in old or () if (member(each, "value") if sub else each) not in gone]
    return kept if isinstance(old, list) else old
