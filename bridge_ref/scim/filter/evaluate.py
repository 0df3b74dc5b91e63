"""Compile a filter tree into a predicate on resources: RFC 7644 section 3.4.2.2."""

import operator
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bridge_ref.account.members import fold
from bridge_ref.scim.filter.lexer import invalid_filter
from bridge_ref.scim.filter.parser import And, Comparison, Filter, Not, Or, Present, ValueFilter
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.path import AttributePath, Target, find_target
from bridge_ref.scim.schema import Attribute, ResourceType

Predicate = Callable[[Any], bool]
_Values = Callable[[Any], list[Any]]

_ORDER = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "co": lambda text, part: part in text,
    "sw": str.startswith,
    "ew": str.endswith,
}


def make_predicate(
    tree: Filter, resource_type: ResourceType, leniency: Leniency, others: tuple[ResourceType, ...] = ()
) -> Predicate:
    """A test for representations of one resource type.

    A name that only the `others` have counts as an attribute without value; an unknown name is refused.
    """
    return _Compiler(resource_type, leniency, others).compile(tree)


def make_value_predicate(tree: Filter, attribute: Attribute, leniency: Leniency) -> Predicate:
    """A test for single values of a complex attribute: what stands in the brackets."""
    return _ValueCompiler(attribute, leniency).compile(tree)


def has_value(value: Any) -> bool:
    """Whether a value counts as present: not null, and not empty, all the way down."""
    if isinstance(value, dict):
        return any(has_value(each) for each in value.values())
    if isinstance(value, list):
        return any(has_value(each) for each in value)
    return value is not None and value != ""


class _Compiler:
    def __init__(self, resource_type: ResourceType, leniency: Leniency, others: tuple[ResourceType, ...] = ()) -> None:
        self._resource_type = resource_type
        self._leniency = leniency
        self._others = others

    def compile(self, tree: Filter) -> Predicate:
        if isinstance(tree, And):
            terms = [self.compile(term) for term in tree.terms]
            return lambda resource: all(term(resource) for term in terms)
        if isinstance(tree, Or):
            choices = [self.compile(term) for term in tree.terms]
            return lambda resource: any(choice(resource) for choice in choices)
        if isinstance(tree, Not):
            inside = self.compile(tree.inside)
            return lambda resource: not inside(resource)
        return self._leaf(tree)

    def _leaf(self, tree: Comparison | Present | ValueFilter) -> Predicate:
        if isinstance(tree, ValueFilter):
            return self._value_filter(tree)
        target = self._target(tree.path)
        if target is None or target.attribute is None:
            return self._without_attribute(tree, target)
        if isinstance(tree, Present):
            values = _values_of(target)
            return lambda resource: any(has_value(value) for value in values(resource))
        target = _with_default_sub(target, tree.path)
        return _comparison(tree, _leaf_of(target), _values_of(target), self._leniency)

    def _value_filter(self, tree: ValueFilter) -> Predicate:
        target = self._target(tree.path)
        if target is None or target.attribute is None:
            return lambda resource: False
        if not target.attribute.is_complex or target.sub is not None:
            raise invalid_filter(f"{tree.path.text} has no sub-attributes")
        inside = make_value_predicate(tree.inside, target.attribute, self._leniency)
        values = _values_of(target)
        return lambda resource: any(inside(value) for value in values(resource))

    def _without_attribute(self, tree: Comparison | Present, target: Target | None) -> Predicate:
        if target is not None and target.extension is not None and isinstance(tree, Present):
            urn = target.extension.id
            return lambda resource: has_value(resource.get(urn))
        if target is not None:
            raise invalid_filter(f"{tree.path.text} cannot be compared")
        answer = isinstance(tree, Comparison) and tree.operator == "ne"
        return lambda resource: answer

    def _target(self, path: AttributePath) -> Target | None:
        target = find_target(self._resource_type, path)
        known = target or next(filter(None, (find_target(each, path) for each in self._others)), None)
        # A filter must not even reveal whether a never-returned attribute has a value.
        if known is None or (known.attribute is not None and known.attribute.returned == "never"):
            raise invalid_filter(f"there is no attribute {path.text}")
        return target


class _ValueCompiler(_Compiler):
    def __init__(self, attribute: Attribute, leniency: Leniency) -> None:
        self._attribute = attribute
        self._leniency = leniency

    def _value_filter(self, tree: ValueFilter) -> Predicate:
        raise invalid_filter("brackets cannot stand in brackets")

    def _target(self, path: AttributePath) -> Target | None:
        sub = self._attribute.find_sub(path.name) if path.urn is None and path.sub is None else None
        if sub is None:
            raise invalid_filter(f"{self._attribute.name} has no sub-attribute {path.text}")
        return Target(None, sub)


def _leaf_of(target: Target) -> Attribute:
    leaf = target.leaf
    assert leaf is not None
    return leaf


def _with_default_sub(target: Target, path: AttributePath) -> Target:
    attribute = _leaf_of(target)
    if not attribute.is_complex:
        return target
    value = attribute.find_sub("value")
    if value is None or target.sub is not None:
        raise invalid_filter(f"{path.text} is complex; name one of its sub-attributes")
    return Target(target.extension, attribute, value)


def _values_of(target: Target) -> _Values:
    urn = target.extension.id if target.extension else None
    name = target.attribute.name if target.attribute else ""
    sub = target.sub.name if target.sub else None

    def values(resource: Any) -> list[Any]:
        value = (resource.get(urn) or {}).get(name) if urn else resource.get(name)
        found = value if isinstance(value, list) else [value]
        if sub is not None:
            found = [each.get(sub) for each in found if isinstance(each, dict)]
        return [each for each in found if each is not None]

    return values


def _comparison(tree: Comparison, attribute: Attribute, values: _Values, leniency: Leniency) -> Predicate:
    literal = _literal(tree, attribute, leniency)
    if tree.operator in ("eq", "ne"):
        return _equality(tree.operator, literal, attribute, values)
    _check_operator(tree, attribute)
    if not isinstance(literal, str | int | float | datetime) or isinstance(literal, bool):
        raise invalid_filter(f"{tree.operator} needs a string or a number")
    compare: Callable[[Any, Any], bool] = _TEXT.get(tree.operator) or _ORDER[tree.operator]

    def predicate(resource: Any) -> bool:
        return any(
            compare(value, literal)
            for value in _comparable(values(resource), attribute, tree.operator)
            if isinstance(value, type(literal))
        )

    return predicate


def _equality(operator_name: str, literal: Any, attribute: Attribute, values: _Values) -> Predicate:

    def equal(value: Any) -> bool:
        return isinstance(value, bool) == isinstance(literal, bool) and bool(value == literal)

    def is_equal(resource: Any) -> bool:
        found = _comparable(values(resource), attribute)
        return not any(map(has_value, found)) if literal is None else any(map(equal, found))

    def is_different(resource: Any) -> bool:
        found = _comparable(values(resource), attribute)
        if literal is None:
            return any(map(has_value, found))
        return not found or any(not equal(value) for value in found)

    return is_equal if operator_name == "eq" else is_different


def _literal(tree: Comparison, attribute: Attribute, leniency: Leniency) -> Any:
    value = tree.value
    if attribute.type == "boolean" and isinstance(value, str) and leniency.string_booleans:
        return {"true": True, "false": False}.get(value.lower(), value)
    if attribute.type == "dateTime" and isinstance(value, str) and tree.operator not in _TEXT:
        return _moment(value)
    return fold(value) if isinstance(value, str) and not attribute.case_exact else value


def _comparable(values: Iterable[Any], attribute: Attribute, operator_name: str = "eq") -> list[Any]:
    if attribute.type == "dateTime" and operator_name not in _TEXT:
        return [_moment(value) for value in values]
    if attribute.case_exact:
        return list(values)
    return [fold(value) if isinstance(value, str) else value for value in values]


def _check_operator(tree: Comparison, attribute: Attribute) -> None:
    if attribute.type in ("boolean", "binary"):
        raise invalid_filter(f"{tree.operator} does not apply to the {attribute.type} {tree.path.text}")
    if tree.operator in _TEXT and not isinstance(tree.value, str):
        raise invalid_filter(f"{tree.operator} needs a string")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_filter(f"{text!r} is no date and time") from None
    if moment.tzinfo is None:
        raise invalid_filter(f"{text!r} has no time zone")
    return moment
