"""Whether a resource meets a filter: RFC 7644 section 3.4.2.2. None where the RFC leaves the answer open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.filters import (
    ORDERINGS,
    AllOf,
    AnyOf,
    AttributeName,
    Compared,
    FilterTree,
    HasValue,
    Negated,
    OneValue,
    parse_filter,
)
from harness.model.members import member, value_at, values_of
from harness.model.operators import comparison_with

Answer = bool | None
Predicate = Callable[[Any], Answer]


_OF_THE_SERVER = ("immutable", "readOnly")  # what a server knows by itself, such as a member's type, it need not show


def matches(filter_: str | FilterTree, resource: Mapping[str, Any], schema: ResourceSchema) -> Answer:
    """Whether a resource, in its whole representation, meets a filter. Raises BadFilter for a text that is none."""
    tree = parse_filter(filter_) if isinstance(filter_, str) else filter_
    return predicate_of(tree, schema)(resource)


@lru_cache(maxsize=4096)
def predicate_of(tree: FilterTree, schema: ResourceSchema) -> Predicate:
    """The filter as a function of a resource."""
    return _compile(tree, lambda name: _reader(name, schema))


@lru_cache(maxsize=4096)
def value_predicate_of(tree: FilterTree, attribute: Attribute) -> Predicate:
    """A filter between brackets as a function of one value of this attribute."""
    return _compile(tree, lambda name: _value_reader(name, attribute))


def must_be_refused(tree: FilterTree, schema: ResourceSchema) -> str:
    """The requirement by which a server has to refuse a filter that it can read; empty where there is none."""
    match tree:
        case AllOf(terms) | AnyOf(terms):
            return next(filter(None, (must_be_refused(each, schema) for each in terms)), "")
        case Negated(term):
            return must_be_refused(term, schema)
        case OneValue(name, term):
            place = schema.find(name.text)
            return refused_inside(term, place.attribute) if place and place.attribute else ""
        case Compared(name, operator):
            place = schema.find(name.text)
            return _refused_ordering(operator, _compared_attribute(place)) if place else ""
    return ""


def refused_inside(tree: FilterTree, attribute: Attribute) -> str:
    match tree:
        case AllOf(terms) | AnyOf(terms):
            return next(filter(None, (refused_inside(each, attribute) for each in terms)), "")
        case Negated(term):
            return refused_inside(term, attribute)
        case Compared(name, operator):
            return _refused_ordering(operator, attribute.sub_attribute(name.text))
    return ""


def _refused_ordering(operator: str, attribute: Attribute | None) -> str:
    if operator not in ORDERINGS or attribute is None:
        return ""
    return {"boolean": "RFC7644-3.4.2.2-17", "binary": "RFC7644-3.4.2.2-18"}.get(attribute.type, "")


def _compared_attribute(place: Spot) -> Attribute | None:
    """What a comparison is about: a multi-valued complex attribute stands for its `value`, as in the RFC's examples."""
    leaf = place.leaf
    if leaf is not None and leaf.is_complex and leaf.multi_valued:
        return leaf.sub_attribute("value") or leaf
    return leaf


# A reader gives the values that a name stands for: the attribute, the values, and whether one of them may be hidden.

_Read = tuple[Attribute | None, Callable[[Any], list[Any]]]


def _compile(tree: FilterTree, read: Callable[[AttributeName], _Read]) -> Predicate:
    match tree:
        case AllOf(terms):
            return _all([_compile(each, read) for each in terms])
        case AnyOf(terms):
            return _any([_compile(each, read) for each in terms])
        case Negated(term):
            return _not(_compile(term, read))
        case OneValue(name, term):
            return _one_value(term, *read(AttributeName(name.text)))
        case HasValue(name):
            return _has_value(*read(name))
        case Compared():
            return _compared(tree, *read(tree.name))


def _all(parts: list[Predicate]) -> Predicate:
    def answer(node: Any) -> Answer:
        is_open = False
        for part in parts:
            found = part(node)
            if found is False:
                return False
            is_open = is_open or found is None
        return None if is_open else True

    return answer


def _any(parts: list[Predicate]) -> Predicate:
    def answer(node: Any) -> Answer:
        is_open = False
        for part in parts:
            found = part(node)
            if found:
                return True
            is_open = is_open or found is None
        return None if is_open else False

    return answer


def _not(part: Predicate) -> Predicate:
    def answer(node: Any) -> Answer:
        found = part(node)
        return None if found is None else not found

    return answer


def _one_value(term: FilterTree, attribute: Attribute | None, values: Callable[[Any], list[Any]]) -> Predicate:
    if attribute is None:
        return _unknown(values)
    inner = value_predicate_of(term, attribute)
    return lambda node: _or_hidden(attribute, _some(inner, values(node)))


def _some(part: Predicate, values: list[Any]) -> Answer:
    is_open = False
    for each in values:
        found = part(each)
        if found:
            return True
        is_open = is_open or found is None
    return None if is_open else False


def _has_value(attribute: Attribute | None, values: Callable[[Any], list[Any]]) -> Predicate:
    if attribute is None:
        return _unknown(values)

    def answer(node: Any) -> Answer:
        found = values(node)
        # The RFC speaks of a non-empty or non-null value: an empty text is one and not the other.
        # A primary that is left out counts as false, and nothing says whether it is present.
        if found and (all(each == "" for each in found) or (not any(found) and attribute.name == "primary")):
            return None
        return _or_hidden(attribute, bool(found))

    return answer


def _or_hidden(attribute: Attribute, found: Answer) -> Answer:
    """A server may compare what it never shows: then a representation does not tell."""
    return found if attribute.returned in ("always", "default") and attribute.is_shown else found or None


def _unknown(values: Callable[[Any], list[Any]]) -> Predicate:
    """An attribute that no schema has matches nothing, unless the resource shows it."""
    return lambda node: None if values(node) else False


def _compared(tree: Compared, attribute: Attribute | None, values: Callable[[Any], list[Any]]) -> Predicate:
    if attribute is None:
        return (lambda node: None) if tree.operator == "ne" else _unknown(values)
    if attribute.is_complex:
        whole, shown = attribute.sub_attribute("value"), values
        if whole is None or not attribute.multi_valued:
            return lambda node: None  # the text demands a sub-attribute
        attribute, values = (
            whole,
            lambda node: [each for value in shown(node) for each in values_of(member(value, "value"))],
        )
    compare = comparison_with(attribute, tree.operator, tree.literal, tree.kind)
    if tree.kind == "null":
        return lambda node: False if tree.operator == "eq" and values(node) else None
    if tree.operator == "ne":
        return lambda node: _unequal(compare, values(node))
    if attribute.mutability in _OF_THE_SERVER and attribute.name != "value":
        return lambda node: _or_hidden(attribute, _some(compare, found)) if (found := values(node)) else None
    return lambda node: _or_hidden(attribute, _some(compare, values(node)))


def _unequal(compare: Predicate, values: list[Any]) -> Answer:
    """Without a value, and where some values are equal and some are not, `ne` has several readings."""
    answers = {compare(each) for each in values}
    return answers.pop() if len(answers) == 1 else None


def _reader(name: AttributeName, schema: ResourceSchema) -> _Read:
    place = schema.find(name.text)
    if place is None or place.attribute is None:
        holder, first, second = name.urn, name.name, name.sub
        return None, lambda node: _values_below(member(node, holder) if holder else node, first, second)
    attribute, sub = place.attribute, place.sub
    if sub is None:
        return attribute, lambda node: values_of(value_at(node, place))
    take = _sub_values(attribute, sub)
    return sub, lambda node: [found for each in values_of(value_at(node, place)) for found in take(each)]


def _values_below(node: Any, first: str, second: str) -> list[Any]:
    values = values_of(member(node, first))
    return [found for each in values for found in values_of(member(each, second))] if second else values


def _sub_values(attribute: Attribute, sub: Attribute) -> Callable[[Any], list[Any]]:
    name = sub.name
    if attribute.multi_valued and name == "primary":
        # A primary that is left out is false (RFC 7643 section 2.4).
        return lambda value: values_of(member(value, name)) or [False]
    return lambda value: values_of(member(value, name))


def _value_reader(name: AttributeName, attribute: Attribute) -> _Read:
    if not attribute.is_complex:
        return (attribute, values_of) if name.text.lower() == "value" else (None, lambda value: [])
    sub = attribute.sub_attribute(name.text)
    if sub is None:
        text = name.text
        return None, lambda value: values_of(member(value, text))
    return sub, _sub_values(attribute, sub)
