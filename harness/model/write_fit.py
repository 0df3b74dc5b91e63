"""Whether what a server did with a write is one of the permitted outcomes; if not, where it parts from the nearest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.model.characteristics import ResourceSchema, Spot
from harness.model.differences import Deviation, differences
from harness.model.members import value_at
from harness.model.outcomes import AnythingPermitted, Permitted, PermittedRefusal, PermittedState

_OF_VALUES = frozenset({"lost", "altered", "invented", "merged", "doubled", "cardinality", "type"})
_SERVERS = frozenset({"id", "meta", "schemas"})


@dataclass(frozen=True, slots=True)
class StateFit:
    """The nearest permitted state beside the one shown, with what differs; nothing where it fits."""

    nearest: PermittedState
    deviations: tuple[Deviation, ...]


def states_in(outcomes: Iterable[Permitted]) -> list[PermittedState]:
    """The states that are permitted."""
    return [each for each in outcomes if isinstance(each, PermittedState)]


def refusals_in(outcomes: Iterable[Permitted]) -> list[PermittedRefusal]:
    """The refusals that are permitted."""
    return [each for each in outcomes if isinstance(each, PermittedRefusal)]


def is_open(outcomes: Sequence[Permitted]) -> bool:
    """Whether nothing can be said about the write."""
    return not outcomes or any(isinstance(each, AnythingPermitted) for each in outcomes)


def fit_of(
    outcomes: Iterable[Permitted],
    shown: Mapping[str, Any],
    schema: ResourceSchema,
    roots: Collection[str],
    kept: Collection[str],
    sent: frozenset[str] = frozenset(),
) -> StateFit | None:
    """The nearest of the permitted states; none where no state is permitted.

    Only attributes in `roots` are compared, and of a value that is lost only what is in `kept`: the lower-case paths
    that the server shows at all. What is readOnly is the server's.
    """
    best: StateFit | None = None
    for state in states_in(outcomes):
        found = differences(schema, state.after, shown, chosen=state.chosen, sent=sent)
        counted = tuple(each for each in found if _counts(each, shown, schema, roots, kept))
        if best is None or len(counted) < len(best.deviations):
            best = StateFit(state, counted)
        if not counted:
            break
    return best


def root_of_path(path: str) -> str:
    """The attribute that the path of a deviation begins with, in lower case."""
    bare = path.partition("[")[0].lower()
    urn, colon, name = bare.rpartition(":")
    return f"{urn}{colon}{name.partition('.')[0]}"


def _counts(
    found: Deviation,
    shown: Mapping[str, Any],
    schema: ResourceSchema,
    roots: Collection[str],
    kept: Collection[str],
) -> bool:
    root = root_of_path(found.path)
    if root == "schemas":
        return "schemas" in roots and found.kind == "lost"
    if found.kind not in _OF_VALUES or root in _SERVERS or root not in roots:
        return False
    place = schema.find(_plain(found.path))
    if place is None or any(part is not None and not part.is_writable for part in (place.attribute, place.sub)):
        return False
    if _is_derived(found):
        return False
    if found.kind == "lost" and (root not in kept or _plain(found.path).lower() not in kept):
        return False
    if found.kind == "lost" and _stands_once(found.expected, place, shown):
        return False
    return not (found.kind == "merged" and _is_own_address(root, found.shown, shown))


def _stands_once(value: Any, place: Spot, shown: Mapping[str, Any]) -> bool:
    """Whether a record that was to stand several times, all alike, stands once."""
    listed = value_at(shown, Spot(place.urn, place.attribute))
    records = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return isinstance(value, Mapping) and any(all(each.get(key) == value[key] for key in value) for each in records)


def _is_derived(found: Deviation) -> bool:
    """Whether it is about a `$ref`, which follows from the value beside it, or about a value that has nothing else."""
    if found.path.endswith(".$ref"):
        return True
    return isinstance(found.expected, Mapping) and bool(found.expected) and set(found.expected) <= {"$ref", "display"}


def _plain(path: str) -> str:
    """A path without the filter that chooses a value."""
    head, bracket, rest = path.partition("[")
    return head + rest.rpartition("]")[2] if bracket else path


def _is_own_address(root: str, value: Any, shown: Mapping[str, Any]) -> bool:
    """A server may show the userName as an address of its own."""
    name = shown.get("userName")
    given = value.get("value") if isinstance(value, Mapping) else None
    return root == "emails" and isinstance(name, str) and isinstance(given, str) and given.lower() == name.lower()
