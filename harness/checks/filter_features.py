"""Which rows of RFC 7644 section 3.4.2.2 a filter is about: its operators, its structure, its names, its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

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
)
from harness.model.members import member, value_at, values_of
from harness.record.exchange import Json
from harness.record.message import ENTERPRISE_USER

ROW = "RFC7644-3.4.2.2-"
OPERATOR_ROWS = {"eq": "07", "ne": "08", "co": "09", "sw": "10", "ew": "11"}
_TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "ne": lambda value, wanted: value != wanted,
    "co": lambda value, wanted: wanted in value,
    "sw": lambda value, wanted: value.startswith(wanted),
    "ew": lambda value, wanted: value.endswith(wanted),
}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORDS = re.compile(r"\b(?:and|or|not|eq|ne|co|sw|ew|gt|ge|lt|le|pr)\b", re.IGNORECASE)
_WILD = re.compile(r"[%_*;'?]|--")

# Every bridge gives these.
_GIVEN = ("id", "meta", "schemas", "groups")

# The most exact first: where a filter goes wrong, the first of its rows that held nowhere else is to blame.
EXACTNESS = (
    "RFC7644-3.4.2.1-06", "RFC7644-3.10-03", "RFC7644-3.10-02", f"{ROW}40", "RFC7644-3.10-01", f"{ROW}03",
    "RFC7644-3.10-04", f"{ROW}04", f"{ROW}43", f"{ROW}39", f"{ROW}44", f"{ROW}28", f"{ROW}38", f"{ROW}26", f"{ROW}24",
    f"{ROW}29", f"{ROW}30", f"{ROW}22", f"{ROW}21", f"{ROW}20", f"{ROW}19", f"{ROW}42", f"{ROW}33", f"{ROW}31",
    f"{ROW}34",    f"{ROW}41", f"{ROW}32", f"{ROW}13", f"{ROW}12", f"{ROW}15", f"{ROW}16", f"{ROW}14", f"{ROW}11",
    f"{ROW}10", f"{ROW}09", f"{ROW}08", f"{ROW}07", "RFC7644-3.4.2.1-05", "RFC7644-3.4.3-08",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison of a filter: the name as it stands and as a whole, the operator, the comparison."""

    written: str
    name: AttributeName
    operator: str
    node: Compared | HasValue


def leaves(tree: FilterTree, above: str = "") -> Iterator[Leaf]:
    """The comparisons of a filter; a name in brackets is read behind the name before them."""
    match tree:
        case AllOf(terms) | AnyOf(terms):
            for each in terms:
                yield from leaves(each, above)
        case Negated(term):
            yield from leaves(term, above)
        case OneValue(name, term):
            yield from leaves(term, f"{name.text}.")
        case Compared(name, operator):
            yield Leaf(name.text, AttributeName(above + name.text), operator, tree)
        case HasValue(name):
            yield Leaf(name.text, AttributeName(above + name.text), "pr", tree)


def features(tree: FilterTree, text: str, schema: ResourceSchema, known: Iterable[tuple[Json, Json]]) -> set[str]:
    """The rows that a filter is about. `known` are resources with what was sent to make them."""
    rows = set(_structure(tree))
    resources = list(known)
    words = _WORDS.findall(_STRING.sub('""', text))
    if any(word != word.lower() for word in words):
        rows.add(f"{ROW}04")
    for leaf in leaves(tree):
        place = schema.find(leaf.name.text)
        rows.update(_of_name(leaf, place, schema))
        rows.update(_of_value(leaf))
        if place is not None and place.leaf is not None:
            rows.add(operator_row(leaf, place.leaf))
            rows.update(_of_attribute(place, leaf, schema, resources))
    return rows


def _structure(tree: FilterTree) -> Iterator[str]:
    match tree:
        case AllOf(terms):
            yield f"{ROW}19"
            if any(isinstance(each, AnyOf) for each in terms):
                yield from (f"{ROW}29", f"{ROW}22")
            if any(isinstance(each, Negated) for each in terms):
                yield f"{ROW}30"
        case AnyOf(terms):
            yield f"{ROW}20"
            if any(isinstance(each, AllOf | Negated) for each in terms):
                yield f"{ROW}30"
        case Negated(term):
            yield f"{ROW}21"
            yield from _structure(term)
            return
        case OneValue(_, term):
            inside = set(_structure(term))
            if f"{ROW}19" in inside:
                yield f"{ROW}24"
            if inside & {f"{ROW}29", f"{ROW}20", f"{ROW}21", f"{ROW}30"}:
                yield f"{ROW}26"
            return
        case _:
            return
    for each in tree.terms:
        yield from _structure(each)


def _of_name(leaf: Leaf, place: Spot | None, schema: ResourceSchema) -> Iterator[str]:
    if place is None:
        yield f"{ROW}43"
        return
    written, urn = leaf.name.text, leaf.name.urn
    if urn:
        yield f"{ROW}40"
        yield "RFC7644-3.10-02" if place.urn else "RFC7644-3.10-01"
        if place.urn == ENTERPRISE_USER and place.sub:
            yield "RFC7644-3.10-03"
    spelt = f"{schema.urn}:{place.path}" if urn and not place.urn else place.path
    if written != spelt and written.lower() == spelt.lower():
        yield from (f"{ROW}03", "RFC7644-3.10-04")


def _of_value(leaf: Leaf) -> Iterator[str]:
    if not isinstance(leaf.node, Compared) or not isinstance(leaf.node.literal, str):
        return
    text = leaf.node.literal
    if _WILD.search(text):
        yield f"{ROW}44"
    if not text.isascii() or not text.isprintable() or '"' in text or "\\" in text:
        yield f"{ROW}28"


def operator_row(leaf: Leaf, attribute: Attribute) -> str:
    """The row about the operator of a comparison, at an attribute of this type."""
    if leaf.operator == "pr":
        return f"{ROW}13" if attribute.is_complex else f"{ROW}12"
    if leaf.operator in ORDERINGS:
        kind = attribute.sub_attribute("value") if attribute.is_complex else attribute
        numbers = {"dateTime": "15", "integer": "16", "decimal": "16"}
        return ROW + (numbers.get(kind.type, "14") if kind else "14")
    return ROW + OPERATOR_ROWS[leaf.operator]


def _of_attribute(place: Spot, leaf: Leaf, schema: ResourceSchema, known: list[tuple[Json, Json]]) -> Iterator[str]:
    attribute = place.attribute
    if attribute is None:
        return
    if place.sub is not None and leaf.written == leaf.name.text:
        yield f"{ROW}32"
    if attribute.name == "schemas":
        yield f"{ROW}39"
    if attribute.name == "meta":
        yield f"{ROW}41"
    if schema.name == "Group" and attribute.name in ("displayName", "members"):
        yield f"{ROW}42"
    if attribute.is_complex and attribute.multi_valued and place.sub is None and leaf.operator != "pr":
        yield f"{ROW}33"
    if attribute.multi_valued and any(len(values_of(value_at(shown, place))) > 1 for shown, _ in known):
        yield f"{ROW}31"
    if _is_defaulted(place, known):
        yield f"{ROW}34"
    if any(_minds_case(place, leaf, shown) for shown, _ in known):
        yield f"{ROW}38"


def _is_defaulted(place: Spot, known: list[tuple[Json, Json]]) -> bool:
    """Whether somebody has a value of this attribute that was not sent."""
    attribute = place.attribute
    if attribute is None or place.urn or not attribute.is_writable or attribute.name.lower() in _GIVEN:
        return False
    return any(
        member(shown, attribute.name) is not None and member(sent, attribute.name) is None for shown, sent in known
    )


def _minds_case(place: Spot, leaf: Leaf, shown: Json) -> bool:
    """Whether letter case decides if a value fits."""
    node = leaf.node
    test = _TEXT_TESTS.get(leaf.operator)
    if test is None or not isinstance(node, Compared) or not isinstance(node.literal, str):
        return False
    found = values_of(value_at(shown, place))
    sub = place.sub.name if place.sub else "value"
    texts = [member(each, sub) if isinstance(each, dict) else each for each in found]
    wanted = node.literal
    return any(isinstance(each, str) and test(each, wanted) != test(each.lower(), wanted.lower()) for each in texts)
