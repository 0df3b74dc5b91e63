"""Filters and orders that a server may decline: RFC 7644 sections 3.4.2.2 and 3.4.2.3."""

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from bridge_ref.decisions.index_plan import FilterPart
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.router import Request, Router
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.variant import variant
from bridge_ref.scim.catalogue import RESOURCE_TYPES
from bridge_ref.scim.errors import ScimError, bad_request, invalid_value
from bridge_ref.scim.filter.parser import And, Comparison, Filter, Not, Or, Present, ValueFilter
from bridge_ref.scim.path import find_path, find_target
from bridge_ref.scim.query import Query
from bridge_ref.scim.schema import ResourceType
from bridge_ref.scim.sort import AS_STORED, Order, Sorting

_SEARCHED = frozenset({"id", "username", "externalid", "displayname", "emails", "active", "members"})


def refusing(is_offered: Callable[[Filter], bool]) -> type[FilterPart]:
    """Filters of which a part may be one that the bridge does not offer."""

    class Refusing(FilterPart):
        def parse(self, text: str) -> Filter:
            """The tree, if every part of it is offered."""
            tree = super().parse(text)
            if not all(map(is_offered, _parts(tree))):
                raise bad_request("The bridge does not offer this comparison.", "invalidFilter")
            return tree

    return Refusing


def _parts(tree: Filter) -> Iterator[Filter]:
    yield tree
    if isinstance(tree, And | Or):
        for term in tree.terms:
            yield from _parts(term)
    elif isinstance(tree, Not):
        yield from _parts(tree.inside)


def _is_equality(part: Filter) -> bool:
    return isinstance(part, And) or (isinstance(part, Comparison) and part.operator == "eq")


def _is_searched(part: Filter) -> bool:
    return not isinstance(part, Comparison | Present | ValueFilter) or part.path.name.lower() in _SEARCHED


class SortsByNames(Sorting):
    """Sorts by userName, displayName and id, and refuses other orders."""

    def parse(self, query: Query, resource_types: Iterable[ResourceType]) -> Order:
        """The order, if it is by a name."""
        if query.sort_by is not None and query.sort_by.lower() not in ("username", "displayname", "id"):
            raise invalid_value("Lists are sorted by userName, displayName or id.")
        return super().parse(query, resource_types)


_NEWEST_FIRST = Order({}, is_descending=True)


class NewestFirst(Sorting):
    """Lists the newest resources first, where no order is asked for."""

    def parse(self, query: Query, resource_types: Iterable[ResourceType]) -> Order:
        """The order that was asked for, or from the newest to the oldest."""
        asked = super().parse(query, resource_types)
        return _NEWEST_FIRST if asked is AS_STORED else asked


class ListedByIds(Sorting):
    """Lists resources by their ids, where no order is asked for."""

    def parse(self, query: Query, resource_types: Iterable[ResourceType]) -> Order:
        """The order that was asked for, or by ids."""
        types = tuple(resource_types)
        asked = super().parse(query, types)
        return super().parse(replace(query, sort_by="id", sort_order=None), types) if asked is AS_STORED else asked


class UnknownOrdersArePassedOver(Sorting):
    """Lists as stored where it is told to sort by what nobody has."""

    def parse(self, query: Query, resource_types: Iterable[ResourceType]) -> Order:
        """The order, if it is by an attribute."""
        try:
            return super().parse(query, resource_types)
        except ScimError:
            return AS_STORED


class UnknownSelectionsAreRefused(Router):
    """Refuses a selection of attributes that there are not."""

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The decision; 400 where a name is unknown."""
        for name, value in request.parameters:
            if request.segments[:1] in (("Users",), ("Groups",)) and name in ("attributes", "excludedAttributes"):
                _refuse_unknown(value)
        return super().decide(request, context)


def _refuse_unknown(names: str) -> None:
    for name in filter(None, (each.strip() for each in names.split(","))):
        path = find_path(name)
        if path is None or all(find_target(each, path) is None for each in RESOURCE_TYPES):
            raise invalid_value(f"There is no attribute {name[:80]!r}.")


variant("newest-first", "Lists the newest resources first.", "RFC7644 3.4.2.3", NewestFirst)
variant(
    "unknown-selections-refused",
    "Refuses a selection of attributes that there are not.",
    "RFC7644 3.9, 3.12",
    UnknownSelectionsAreRefused,
    reach=VENDORS,
)
variant(
    "equality-alone",
    "Takes of filters `eq` and `and`, and refuses the rest with invalidFilter.",
    "RFC7644 3.4.2.2, 3.12",
    refusing(_is_equality),
    reach=VENDORS,
)
variant(
    "few-attributes-searched",
    "Filters by names, addresses and ids, and refuses other attributes with invalidFilter.",
    "RFC7644 3.4.2.2, 3.12",
    refusing(_is_searched),
    reach=VENDORS,
)
variant(
    "no-value-filters-in-lists",
    "Refuses filters with brackets in lists.",
    "RFC7644 3.4.2.2, table 5",
    refusing(lambda part: not isinstance(part, ValueFilter)),
    reach=VENDORS,
)
variant("sorts-by-names", "Sorts by names and refuses other orders.", "RFC7644 3.4.2.3, 3.12", SortsByNames)
variant("listed-by-ids", "Lists resources by their ids.", "RFC7644 3.4.2.3", ListedByIds)
variant(
    "unknown-orders-passed-over",
    "Lists as stored where `sortBy` names nothing to sort by.",
    "RFC7644 3.4.2.3",
    UnknownOrdersArePassedOver,
)
