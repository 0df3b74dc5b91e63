"""The form of each operation of a PATCH, and the rows of RFC 7644 section 3.5.2 that it puts to the test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.model.characteristics import ResourceSchema, Spot
from harness.model.filters import AllOf, AnyOf
from harness.model.matching import value_predicate_of
from harness.model.members import is_unassigned, member, value_at
from harness.model.paths import BadPath, PatchPath, parse_path

_P = "RFC7644-3.5.2"
_OF_LETTERS = {"key": "RFC7643-2.1-03", "inner": "RFC7643-2.1-03", "path": f"{_P}-32", "URN": f"{_P}-32"}
FORM_ROWS = (*dict.fromkeys(_OF_LETTERS.values()), f"{_P}.1-12", f"{_P}.1-08", f"{_P}-20", f"{_P}-08")
"""The rows about the form of an operation alone."""
_WITHOUT_PATH = {"add": (f"{_P}.1-03", f"{_P}-06"), "replace": (f"{_P}.3-01", f"{_P}-06")}


@dataclass(frozen=True, slots=True)
class OperationForm:
    """What one operation does to one attribute.

    `root` is the attribute's path in lower case. `exact` are the rows about what it does there, the most exact first;
    `spelt` those about how its target is written. A state that is wrong breaks the former; a refusal breaks the rows
    of the spelling, where it has any. `part` is the sub-attribute that a path without a filter names, in lower case.
    `way` tells how the target is told: "none" without a path, "URN" by a path with the URN of the core schema, "name"
    by a short one, "" by any other. `loud` tells where names stand in other letters than the schema has them: as "key",
    as an "inner" one, in the "path"; or "URN" where the path has that of the core schema; "" nowhere. `type` is the
    resource type.
    """

    root: str
    exact: tuple[str, ...]
    spelt: tuple[str, ...] = ()
    part: str = ""
    op: str = ""
    way: str = ""
    loud: str = ""
    type: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """All rows that a success judges."""
        return tuple(dict.fromkeys((*self.exact, *self.spelt, *filter(None, (_OF_LETTERS.get(self.loud),)))))


def forms_of(body: Mapping[str, Any], state: Mapping[str, Any], schema: ResourceSchema) -> list[OperationForm]:
    """The forms of all operations that can be told, over the state before the first."""
    operations = member(body, "Operations")
    found: list[OperationForm] = []
    touched: set[str] = set()
    for each in operations if isinstance(operations, list) else ():
        made = list(_forms(each, state, schema, touched)) if isinstance(each, Mapping) else []
        made = [replace(form, type=schema.name) for form in made]
        touched.update(form.root for form in made)
        found += made
    return found


def _forms(
    operation: Mapping[str, Any], state: Mapping[str, Any], schema: ResourceSchema, touched: set[str]
) -> Iterator[OperationForm]:
    op, text, value = str(member(operation, "op")), member(operation, "path"), member(operation, "value")
    if text is None:
        for name, place, each in _members(value, schema):
            form = _pathless(op, place, each, state, touched)
            yield replace(form, loud=_loudness(name, place, each))
        return
    try:
        path = parse_path(text) if isinstance(text, str) else None
    except BadPath:
        return
    target = schema.find(path.target) if path else None
    if path is None or target is None or target.attribute is None:
        return
    yield _with_path(op, path, target, value, state, schema, touched)


def _members(value: Any, schema: ResourceSchema) -> Iterator[tuple[str, Spot, Any]]:
    for name, each in value.items() if isinstance(value, Mapping) else ():
        place = schema.find(name)
        if place is not None and place.attribute is None and isinstance(each, Mapping):
            for inner, part in each.items():
                found = schema.find(f"{place.urn}:{inner}")
                if found is not None and found.attribute is not None:
                    yield inner, found, part
        elif place is not None and place.attribute is not None:
            yield name, place, each


def _loudness(name: str, place: Spot, value: Any) -> str:
    """Where a key, or a key in its value, names an attribute in other letters than its schema."""
    attribute = place.attribute
    assert attribute is not None
    if name.rpartition(":")[2] != attribute.name:
        return "inner" if place.urn else "key"
    parts = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]
    found = ((key, attribute.sub_attribute(key)) for each in parts for key in each)
    return "inner" if any(sub is not None and sub.name != key for key, sub in found) else ""


def loud_in(body: Mapping[str, Any], schema: ResourceSchema) -> frozenset[str]:
    """The attributes, in lower case, that a body gives a value by a name in other letters than the schema has."""
    found = ((name, place) for name, place, each in _members(body, schema) if not is_unassigned(each))
    return frozenset(
        root_of(place)
        for name, place in found
        if place.attribute and place.attribute.is_writable and name.rpartition(":")[2] != place.attribute.name
    )


def root_of(place: Spot) -> str:
    """The path of the whole attribute, in lower case."""
    return Spot(place.urn, place.attribute).path.lower()


def _pathless(op: str, place: Spot, value: Any, state: Mapping[str, Any], touched: set[str]) -> OperationForm:
    assert place.attribute is not None
    rows: list[str] = []
    is_fresh = root_of(place) not in touched
    if place.attribute.multi_valued:
        if op == "replace":
            rows.append(f"{_P}.3-10")
        elif op == "add" and is_fresh and not is_unassigned(value_at(state, place)):
            rows.append(f"{_P}.1-04")
    spelt = _WITHOUT_PATH.get(op, ())
    return OperationForm(root_of(place), tuple(rows) or spelt[:1], spelt, op=op, way="none")


def _with_path(
    op: str,
    path: PatchPath,
    place: Spot,
    value: Any,
    state: Mapping[str, Any],
    schema: ResourceSchema,
    touched: set[str],
) -> OperationForm:
    attribute = place.attribute
    assert attribute is not None
    is_fresh = root_of(place) not in touched
    old = value_at(state, place) if is_fresh else None
    rows = list(_primary(place, value, old))
    if path.filter is not None:
        rows += _chosen(op, path, place, old, is_fresh)
    else:
        rows += _whole(op, place, value, old, is_fresh)
    if op == "add" and is_fresh and _is_first_of_fixed(path, place, old):
        rows.append(f"{_P}-18")
    if op == "add" and place.urn and is_fresh and member(state, place.urn) is None:
        rows.append(f"{_P}-22")
    part = place.sub.name.lower() if place.sub is not None and path.filter is None else ""
    spelt = tuple(_spelt(path, place, state, schema))
    loud = "path" if _is_in_other_letters(path, place) else "URN" if path.urn and not place.urn else ""
    return OperationForm(root_of(place), tuple(rows), spelt, part, op, _way(path, place), loud)


def _way(path: PatchPath, place: Spot) -> str:
    if path.filter is not None or place.urn or place.sub is not None:
        return ""
    if path.urn:
        return "URN"
    return "name" if place.attribute is not None and path.name == place.attribute.name else ""


def _is_first_of_fixed(path: PatchPath, place: Spot, old: Any) -> bool:
    """Whether an immutable attribute gets its first value."""
    if place.leaf is None or place.leaf.mutability != "immutable":
        return False
    if place.sub is None:
        return is_unassigned(old)
    records = old if isinstance(old, list) and path.filter is not None else [old]
    return all(is_unassigned(member(each, place.sub.name)) for each in records)


def _primary(place: Spot, value: Any, old: Any) -> Iterator[str]:
    given = value if isinstance(value, list) else [value]
    sets = value is True if place.sub is not None and place.sub.name == "primary" else False
    sets = sets or (place.sub is None and any(member(each, "primary") is True for each in given))
    if sets and any(member(each, "primary") is True for each in old if isinstance(old, list)) if old else False:
        yield f"{_P}-24"


def _chosen(op: str, path: PatchPath, place: Spot, old: Any, is_fresh: bool) -> Iterator[str]:
    attribute = place.attribute
    assert attribute is not None
    assert path.filter is not None
    values = old if isinstance(old, list) else []
    answers = [value_predicate_of(path.filter, attribute)(each) for each in values] if is_fresh else []
    has_hit = True in answers
    if op == "remove":
        if place.sub is not None:
            yield f"{_P}.2-07"
        elif has_hit and all(answers):
            yield f"{_P}.2-05"
            if attribute.is_complex:
                yield f"{_P}.2-08"
        elif has_hit and isinstance(path.filter, AllOf | AnyOf):
            yield f"{_P}.2-06"
        else:
            yield f"{_P}.2-04"
    elif op == "replace" and has_hit:
        yield f"{_P}.3-07" if place.sub is not None else f"{_P}.3-06"


def _whole(op: str, place: Spot, value: Any, old: Any, is_fresh: bool) -> Iterator[str]:
    attribute = place.attribute
    assert attribute is not None
    current = old if place.sub is None else member(old, place.sub.name)
    is_unset = is_fresh and is_unassigned(current)
    if op == "add":
        if is_unset:
            yield f"{_P}.1-05"
        if place.sub is None and attribute.multi_valued and not is_unset:
            yield f"{_P}.1-07"
        elif place.sub is None and attribute.is_complex and not attribute.multi_valued and not is_unset:
            yield f"{_P}.1-06"
        elif not is_unset and not attribute.multi_valued:
            yield f"{_P}.1-09"
        if place.sub is None and attribute.multi_valued and isinstance(value, dict):
            yield f"{_P}.1-08"
        elif isinstance(value, str | dict):
            yield f"{_P}.1-02"
        if attribute.name == "members" and isinstance(value, list) and len(value) > 1:
            yield f"{_P}.1-12"
    elif op == "replace":
        if is_unset:
            yield f"{_P}.3-04"
        elif place.sub is None and attribute.multi_valued:
            yield f"{_P}.3-03"
        elif place.sub is None and attribute.is_complex:
            yield f"{_P}.3-05"
        else:
            yield f"{_P}.3-02"
    elif not is_unset:
        if place.sub is not None:
            yield f"{_P}.2-07"
        else:
            yield f"{_P}.2-03" if attribute.multi_valued else f"{_P}.2-02"


def _spelt(path: PatchPath, place: Spot, state: Mapping[str, Any], schema: ResourceSchema) -> Iterator[str]:
    """How the target is written: with a URN, in another letter case, with a filter, a sub-attribute, or plainly."""
    leaf = place.attribute
    assert leaf is not None
    if (path.urn and not place.urn) or _is_in_other_letters(path, place):
        yield f"{_P}-32"
    if path.filter is not None:
        yield f"{_P}-11" if place.sub is not None else f"{_P}-10"
    else:
        yield f"{_P}-09" if place.sub is not None else f"{_P}-08"
    if not path.urn and any(member(state, urn) is not None for urn in schema.extensions):
        yield f"{_P}-20"


def _is_in_other_letters(path: PatchPath, place: Spot) -> bool:
    is_part = bool(path.sub) and place.sub is not None and path.sub != place.sub.name
    return is_part or (place.attribute is not None and path.name != place.attribute.name)


def _shape(form: OperationForm) -> str:
    """An operation of one kind, without a path, at an attribute or at a part of one."""
    return f"{form.type} {form.op.lower()} {form.way == 'none'} {bool(form.part)}"


class Held:
    """The operations that were done as they should be, somewhere in a run."""

    def __init__(self, forms: Iterable[OperationForm]) -> None:
        self._rows: set[str] = set()
        self._ways: set[tuple[str, str, str]] = set()
        self._letters: set[tuple[str, str]] = set()  # what was done, and where its names were loud
        self._beside: set[tuple[str, str]] = set()  # by a short name, where the resource has an extension
        for form in forms:
            self._rows.update(form.exact)
            self._ways.add((form.op, form.root, form.way))
            self._letters.add((_shape(form), form.loud))
            if form.way == "name" and f"{_P}-20" in form.spelt:
                self._beside.add((form.op, form.root))

    def row_for(self, form: OperationForm) -> str:
        """The row about the form of an operation that failed, where its form alone can be why; empty where it is not.

        Values that are added come as a list of one, and not as a single object or among several; a target is found by
        its URN or without a path, and never by its short name.
        """
        is_done_otherwise = not self._rows.isdisjoint((f"{_P}.1-05", f"{_P}.1-07"))
        for row in (f"{_P}.1-12", f"{_P}.1-08"):
            if row in form.exact and row not in self._rows and is_done_otherwise:
                return row
        if form.loud and (row := self._by_letters(form)):
            return row
        return self._by_name(form) if form.way == "name" else ""

    def _by_letters(self, form: OperationForm) -> str:
        """What is done by the names that the schema has, and never by the same names in other letters."""
        is_done, is_done_loudly = ((_shape(form), loud) in self._letters for loud in ("", form.loud))
        return "" if is_done_loudly or not is_done else _OF_LETTERS[form.loud]

    def _by_name(self, form: OperationForm) -> str:
        own = form.op, form.root
        is_beside = f"{_P}-20" in form.spelt and own not in self._beside
        if is_beside and (*own, "URN") in self._ways:
            return f"{_P}-20"
        is_known = not self._rows.isdisjoint(form.exact[:1])
        is_by_path_alone = (*own, "none") in self._ways and (*own, "name") not in self._ways
        return f"{_P}-08" if is_known and is_by_path_alone else ""
