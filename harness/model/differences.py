"""Where a representation differs from what it must be: attribute by attribute, with the freedoms of spelling."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.bodies import attributes_in
from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.comparing import IDENTICAL, spelling
from harness.model.digests import encode
from harness.model.members import is_unassigned, member
from harness.model.pairing import pair_values
from harness.model.projection import WHOLE, Presence, Presences, Projection, presences

LABELS = frozenset({"display", "type", "$ref", "primary"})
"""Sub-attributes that a server may add to a value (RFC 7643 section 2.4)."""

KINDS = ("lost", "altered", "invented", "merged", "doubled", "type", "letter case", "cardinality", "returned")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place where a representation is not what it must be.

    Kinds: `lost`, `altered`, `invented` (a value where none is), `merged` (more values than those of the attribute),
    `doubled`, `type` (the same text as another JSON type), `letter case`, `cardinality` (a list for one value or the
    reverse), `returned` (shown, and must not be).
    """

    path: str
    kind: str
    expected: Any
    shown: Any


@dataclass(slots=True)
class _Comparison:
    schema: ResourceSchema
    stands: Presences
    chosen: Collection[str]
    used: set[str]
    found: list[Deviation] = field(default_factory=list)

    def add(self, path: str, kind: str, expected: Any, shown: Any) -> None:
        self.found.append(Deviation(path, kind, expected, shown))


def differences(
    schema: ResourceSchema,
    expected: Mapping[str, Any],
    shown: Mapping[str, Any],
    *,
    projection: Projection | None = None,
    chosen: Collection[str] = frozenset(),
    sent: frozenset[str] = frozenset(),
    used: set[str] | None = None,
) -> list[Deviation]:
    """How a shown representation differs from the expected one, in the order of the expected attributes.

    `chosen`: lower-case paths whose value the server may choose; nothing is said about them. `sent`: those that the
    request set, which matters where `returned` is `request`. The names of the freedoms made use of go into `used`.
    What no schema of the type has is not compared: a server may drop it. What is readOnly and not expected may appear.
    """
    stands = presences(schema, projection or WHOLE, sent)
    if projection is None and not _has_hidden(schema, shown) and encode(expected) == encode(shown):
        return []
    comparison = _Comparison(schema, stands, chosen, used if used is not None else set())
    theirs = {_key(place): (place, value) for place, _, value in attributes_in(shown, schema) if place}
    ours = {_key(place): (place, value) for place, _, value in attributes_in(expected, schema) if place}
    for key, (place, value) in ours.items():
        _compare(comparison, place, value, theirs.get(key, (place, None))[1])
    for key, (place, value) in theirs.items():
        if key not in ours:
            _compare(comparison, place, None, value)
    _compare_schemas(comparison, expected, shown)
    return comparison.found


def _has_hidden(schema: ResourceSchema, shown: Mapping[str, Any]) -> bool:
    """Whether a representation holds an attribute, at any depth, that is not in every answer."""
    hidden = _hidden_names(schema)
    return any(
        not place.attribute or place.attribute.name.lower() in hidden
        for place, _, _ in attributes_in(shown, schema)
        if place
    )


_HIDDEN: dict[int, tuple[ResourceSchema, frozenset[str]]] = {}


def _hidden_names(schema: ResourceSchema) -> frozenset[str]:
    """The names, in lower case, of attributes that are never or only on request shown, or have such parts."""
    kept = _HIDDEN.get(id(schema))
    if kept is None or kept[0] is not schema:
        if len(_HIDDEN) > 64:
            _HIDDEN.clear()
        names = frozenset(
            place.attribute.name.lower()
            for place in schema.places
            if place.attribute and place.leaf and (not place.leaf.is_shown or place.leaf.returned == "request")
        )
        kept = _HIDDEN[id(schema)] = (schema, names)
    return kept[1]


def _key(place: Spot) -> tuple[str, str]:
    return place.urn, place.attribute.name if place.attribute else ""


def _compare(comparison: _Comparison, place: Spot, expected: Any, shown: Any) -> None:
    attribute, path = place.attribute, place.path
    if attribute is None or path == "schemas":
        return
    presence = comparison.stands(place)
    if is_unassigned(shown):
        if not is_unassigned(expected) and _must_show(comparison, place, attribute, expected, presence):
            _lost(comparison, path, expected)
        return
    if presence is Presence.MUST_NOT:
        comparison.add(path, "returned", None, shown)
        return
    if path.lower() in comparison.chosen:
        _look_for_hidden(comparison, place, attribute, shown)
    elif is_unassigned(expected):
        if attribute.is_writable:
            _invented(comparison, path, shown, "invented")
        else:
            _look_for_hidden(comparison, place, attribute, shown)
    else:
        _compare_values(comparison, place, attribute, expected, shown)


def _lost(comparison: _Comparison, path: str, expected: Any) -> None:
    if path.lower() in comparison.chosen:
        return
    if expected == "":
        comparison.used.add("empty-text")
        return
    comparison.add(path, "lost", expected, None)


def _invented(comparison: _Comparison, path: str, shown: Any, kind: str) -> None:
    if shown == "":
        comparison.used.add("empty-text")
    else:
        comparison.add(path, kind, None, shown)


def _must_show(comparison: _Comparison, place: Spot, attribute: Attribute, expected: Any, presence: Presence) -> bool:
    """Whether an expected attribute can't be left out as a whole: it or one of its sub-attributes must stand."""
    if presence is Presence.MUST_NOT:
        return False
    if not attribute.is_complex:
        return presence is Presence.MUST
    records = expected if isinstance(expected, list) else [expected]
    subs = {name.lower() for each in records if isinstance(each, Mapping) for name in each}
    return any(
        comparison.stands(Spot(place.urn, attribute, sub)) is Presence.MUST
        for name in subs
        if (sub := attribute.sub_attribute(name)) is not None
    )


def _look_for_hidden(comparison: _Comparison, place: Spot, attribute: Attribute, shown: Any) -> None:
    """What must not be shown must not be shown inside of a chosen value either."""
    if attribute.is_complex:
        for each in shown if isinstance(shown, list) else [shown]:
            for name, value in each.items() if isinstance(each, Mapping) else ():
                sub = attribute.sub_attribute(name)
                if sub and comparison.stands(Spot(place.urn, attribute, sub)) is Presence.MUST_NOT:
                    comparison.add(f"{place.path}.{sub.name}", "returned", None, value)


def _compare_values(comparison: _Comparison, place: Spot, attribute: Attribute, expected: Any, shown: Any) -> None:
    if attribute.multi_valued is not isinstance(shown, list):
        comparison.add(place.path, "cardinality", expected, shown)
    elif isinstance(shown, list):
        _compare_lists(comparison, place, attribute, expected if isinstance(expected, list) else [expected], shown)
    elif attribute.is_complex:
        _compare_parts(comparison, place, attribute, place.path, expected, shown, in_list=False)
    else:
        _compare_single(comparison, attribute, place.path, expected, shown, "")


def _compare_single(
    comparison: _Comparison, attribute: Attribute, path: str, expected: Any, shown: Any, within: str
) -> None:
    name = spelling(attribute, expected, shown, within)
    if name is None:
        comparison.add(path, _kind_of(expected, shown), expected, shown)
    elif name != IDENTICAL:
        comparison.used.add(name)


def _kind_of(expected: Any, shown: Any) -> str:
    if isinstance(shown, list) is not isinstance(expected, list):
        return "cardinality"
    if isinstance(expected, str) and isinstance(shown, str):
        return "letter case" if expected.lower() == shown.lower() else "altered"
    is_other_type = type(expected) is not type(shown) and str(expected).lower() == str(shown).lower()
    return "type" if is_other_type else "altered"


def _compare_parts(
    comparison: _Comparison,
    place: Spot,
    attribute: Attribute,
    path: str,
    expected: Any,
    shown: Any,
    in_list: bool,
    primary_is_free: bool = False,
) -> None:
    """The sub-attributes of one value."""
    if not isinstance(expected, Mapping) or not isinstance(shown, Mapping):
        comparison.add(path, "type", expected, shown)
        return
    theirs = {name.lower(): value for name, value in shown.items()}
    ours = {name.lower(): value for name, value in expected.items()}
    for name in dict.fromkeys((*ours, *theirs)):
        sub = attribute.sub_attribute(name)
        if sub is None:
            continue
        own, other = ours.get(name), theirs.get(name)
        place_of_part = Spot(place.urn, attribute, sub)
        if own is other:
            if own is not None and comparison.stands(place_of_part) is Presence.MUST_NOT:
                comparison.add(f"{path}.{sub.name}", "returned", None, other)
            continue
        _compare_part(comparison, place_of_part, f"{path}.{sub.name}", own, other, in_list, primary_is_free)


def _compare_part(
    comparison: _Comparison,
    place: Spot,
    path: str,
    expected: Any,
    shown: Any,
    in_list: bool,
    primary_is_free: bool,
) -> None:
    attribute, sub = place.attribute, place.sub
    assert attribute is not None
    assert sub is not None
    presence, is_free = comparison.stands(place), place.key in comparison.chosen
    if not is_unassigned(shown) and presence is Presence.MUST_NOT:
        comparison.add(path, "returned", None, shown)
    elif is_free:
        return
    elif in_list and sub.name == "primary":
        _compare_primary(comparison, path, expected, shown, presence, primary_is_free)
    elif is_unassigned(shown):
        if not is_unassigned(expected) and presence is Presence.MUST:
            _lost(comparison, path, expected)
    elif is_unassigned(expected):
        _added_part(comparison, sub, path, shown, in_list)
    elif sub.multi_valued or sub.is_complex:
        if expected != shown:
            comparison.add(path, _kind_of(expected, shown), expected, shown)
    elif in_list and sub.name == "display" and attribute.name in ("emails", "phoneNumbers") and shown != expected:
        comparison.used.add("labels-added")  # display may carry the canonical form (RFC 7643 section 4.1.2)
    else:
        _compare_single(comparison, sub, path, expected, shown, attribute.name)


def _added_part(comparison: _Comparison, sub: Attribute, path: str, shown: Any, in_list: bool) -> None:
    if not sub.is_writable:
        return
    if sub.name == "formatted":
        comparison.used.add("composed-name")
    elif sub.name == "$ref" or (in_list and sub.name in LABELS):
        comparison.used.add("labels-added")
    else:
        _invented(comparison, path, shown, "invented")


def _compare_primary(
    comparison: _Comparison, path: str, expected: Any, shown: Any, presence: Presence, is_free: bool
) -> None:
    """A primary that is left out is false; where no value was said to be primary, the server may say which one is."""
    ours, theirs = expected is True, shown is True
    if shown is not None and not isinstance(shown, bool):
        comparison.add(path, "type" if expected is not None else "invented", expected, shown)
    elif shown is None and (presence is not Presence.MUST or not ours):
        if expected is False:
            comparison.used.add("primary-false-left-out")
    elif ours is not theirs:
        if theirs and is_free:
            comparison.used.add("labels-added")
        else:
            comparison.add(path, "altered" if shown is not None else "lost", expected, shown)


def _compare_lists(
    comparison: _Comparison, place: Spot, attribute: Attribute, expected: list[Any], shown: list[Any]
) -> None:
    pairing = pair_values(attribute, expected, shown)
    if pairing.is_reordered:
        comparison.used.add("order-of-values")
    primary_is_free = not any(member(each, "primary") is True for each in expected)
    for own, other in pairing.pairs:
        if attribute.is_complex:
            path = _path_of(place.path, own)
            _compare_parts(comparison, place, attribute, path, own, other, True, primary_is_free)
        else:
            _compare_single(comparison, attribute, place.path, own, other, "")
    if pairing.joined:
        comparison.used.add("repeats-joined")
    for own in pairing.lost:
        if comparison.stands(place) is Presence.MUST or _must_show(
            comparison, place, attribute, own, comparison.stands(place)
        ):
            comparison.add(_path_of(place.path, own), "lost", own, None)
    for other in pairing.doubled:
        comparison.add(_path_of(place.path, other), "doubled", None, other)
    for other in pairing.extra:
        comparison.add(_path_of(place.path, other), "merged", None, other)


def _path_of(path: str, value: Any) -> str:
    """The path of one value, chosen by `value`, else by `type`."""
    for name in ("value", "type"):
        chosen = member(value, name)
        if isinstance(chosen, str):
            return f"{path}[{name} eq {encode(chosen).decode()}]"
    return path


def _compare_schemas(comparison: _Comparison, expected: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """`schemas` names the type's own schema, and each extension whose data is shown; others of the type may stand."""
    named = member(shown, "schemas")
    if named is None:
        place = comparison.schema.find("schemas")
        if place and comparison.stands(place) is Presence.MUST and "schemas" not in comparison.chosen:
            comparison.add("schemas", "lost", member(expected, "schemas"), None)
        return
    if not isinstance(named, list):
        comparison.add("schemas", "cardinality", member(expected, "schemas"), named)
        return
    lower = [each.lower() if isinstance(each, str) else repr(each) for each in named]
    with_data = [urn for urn in comparison.schema.extensions if not is_unassigned(member(shown, urn))]
    for urn in (comparison.schema.urn, *with_data):
        if urn.lower() not in lower:
            comparison.add("schemas", "lost", urn, named)
    if any(lower.count(each) > 1 for each in lower):
        comparison.add("schemas", "doubled", None, named)
    if set(lower) != {comparison.schema.urn.lower(), *(urn.lower() for urn in with_data)}:
        comparison.used.add("schemas-in-use")
