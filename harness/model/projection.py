"""Which attributes stand in an answer: RFC 7643 section 7 (`returned`), RFC 7644 sections 3.4.2.5 and 3.9."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from harness.model.characteristics import Attribute, ResourceSchema, Spot


class Presence(Enum):
    """Whether an attribute that has a value stands in an answer."""

    MUST = "must"
    MAY = "may"
    MUST_NOT = "must not"


@dataclass(frozen=True, slots=True)
class Projection:
    """The names of `attributes` and `excludedAttributes`, in lower case; without either, the default set is shown.

    `asked` tells that `attributes` was given, even if empty.
    """

    attributes: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    asked: bool = False


WHOLE = Projection()


def read_projection(attributes: str | Iterable[str] | None, excluded: str | Iterable[str] | None = None) -> Projection:
    """The projection of a query's texts, or of a search request's lists."""
    return Projection(_names(attributes), _names(excluded), attributes is not None)


def _names(given: str | Iterable[str] | None) -> frozenset[str]:
    parts = given.split(",") if isinstance(given, str) else [each for each in given or () if isinstance(each, str)]
    return frozenset(name for part in parts if (name := part.strip().lower()))


def presence(schema: ResourceSchema, projection: Projection, path: str, sent: frozenset[str] = frozenset()) -> Presence:
    """Whether the attribute at a path stands in the answer. `sent` are the lower-case paths that the request set."""
    place = schema.find(path)
    if place is None:
        return Presence.MAY
    return presences(schema, projection, sent)(place)


class Presences:
    """The answers of one schema and projection; each is worked out once."""

    __slots__ = ("_excluded", "_known", "_named", "_projection", "_schema", "_sent")

    def __init__(self, schema: ResourceSchema, projection: Projection, sent: frozenset[str]) -> None:
        self._schema, self._projection, self._sent = schema, projection, sent
        self._named = self._paths(projection.attributes)
        self._excluded = self._paths(projection.excluded)
        self._known: dict[tuple[str, str, str], Presence] = {}

    def _paths(self, names: Iterable[str]) -> frozenset[str]:
        places = (self._schema.find(name) for name in names)
        return frozenset(place.path.lower() for place in places if place)

    def __call__(self, place: Spot) -> Presence:
        key = (place.urn, place.attribute.name if place.attribute else "", place.sub.name if place.sub else "")
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._of(place)
        return found

    def _of(self, place: Spot) -> Presence:
        leaf, own = place.leaf, place.path.lower()
        if leaf is None:
            return Presence.MAY  # an extension as a whole: its attributes decide
        if not all(each.is_shown for each in (leaf, place.attribute) if each):
            return Presence.MUST_NOT
        if own == "schemas":
            # Of every representation by RFC 7643 section 3; not named by an example of a partial one.
            return Presence.MUST if self._projection == WHOLE else Presence.MAY
        above = _above(place)
        if leaf.returned == "always":
            return (
                Presence.MUST
                if place.sub is None or self._of(Spot(place.urn, place.attribute)) is not (Presence.MUST_NOT)
                else Presence.MAY
            )
        if self._projection.asked:
            return self._by_name(own, above, leaf)
        if self._is_in(self._excluded, own, above):
            return Presence.MUST_NOT
        return self._by_default(own, above, leaf)

    def _by_default(self, own: str, above: tuple[str, ...], leaf: Attribute) -> Presence:
        if leaf.returned == "request":
            return Presence.MAY if self._is_in(self._sent, own, above) else Presence.MUST_NOT
        if any(each.returned == "request" for each in self._parents(above)):
            return Presence.MAY
        return Presence.MUST

    def _by_name(self, own: str, above: tuple[str, ...], leaf: Attribute) -> Presence:
        """With `attributes`: what is named, with all below it; the way down to a named sub-attribute may stand."""
        if self._projection.excluded and self._is_in(self._excluded, own, above):
            return Presence.MAY  # the two parameters exclude each other
        if not self._named:
            return Presence.MAY  # no known name: nothing says whether that is no attribute, or no projection
        if own in self._named:
            return Presence.MUST
        if any(each in self._named for each in above):
            return Presence.MAY if leaf.returned == "request" else Presence.MUST
        if any(each.startswith((f"{own}.", f"{own}:")) for each in self._named):
            return Presence.MAY
        if leaf.returned == "request" and own in self._sent:
            return Presence.MAY
        return Presence.MUST_NOT

    def _parents(self, above: tuple[str, ...]) -> Iterable[Attribute]:
        found = (self._schema.find(each) for each in above)
        return [place.attribute for place in found if place and place.attribute]

    @staticmethod
    def _is_in(names: frozenset[str], own: str, above: tuple[str, ...]) -> bool:
        return own in names or any(each in names for each in above)


def _above(place: Spot) -> tuple[str, ...]:
    """The paths of the attribute and the extension around a place."""
    around = [place.urn] if place.urn else []
    if place.sub is not None:
        around.append(Spot(place.urn, place.attribute).path)
    return tuple(each.lower() for each in around)


@lru_cache(maxsize=1024)
def presences(schema: ResourceSchema, projection: Projection, sent: frozenset[str] = frozenset()) -> Presences:
    """The same for all places of a schema."""
    return Presences(schema, projection, sent)
