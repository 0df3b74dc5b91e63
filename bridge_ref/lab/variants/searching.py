"""Filters and orders that a server may decline: RFC 7644 sections 3.4.2.2 and 3.4.2.3."""

from collections.abc import Callable, Iterable, Iterator

from bridge_ref.decisions.index_plan import FilterPart
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.variant import variant
from bridge_ref.scim.errors import bad_request, invalid_value
from bridge_ref.scim.filter.parser import And, Comparison, Filter, Not, Or, Present, ValueFilter
from bridge_ref.scim.query import Query
from bridge_ref.scim.schema import ResourceType
from bridge_ref.scim.sort import Order, Sorting

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


variant(
    "equality-alone",
    "Takes of filters `eq` and `and`, and refuses the rest with invalidFilter.",
    "RFC7644 3.4.2.2, 3.12",
    refusing(_is_equality),
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
