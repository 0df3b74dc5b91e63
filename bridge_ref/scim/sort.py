"""Sort order of lists: RFC 7644 section 3.4.2.3."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge_ref.account.members import fold
from bridge_ref.scim.errors import invalid_value
from bridge_ref.scim.filter.evaluate import has_value
from bridge_ref.scim.path import Target, find_path, find_target
from bridge_ref.scim.query import Query
from bridge_ref.scim.schema import Attribute, ResourceType

# Where a resource stands: its value, or nothing, which comes after every value.
Rank = tuple[Any, ...]
_WITHOUT_VALUE: Rank = (1,)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of resources: by one attribute and then, as without one, by the age of the resources."""

    targets: Mapping[str, Target]
    is_descending: bool = False

    def mentions(self, resource_type: ResourceType, name: str) -> bool:
        """Whether this attribute decides the order of these resources."""
        target = self.targets.get(resource_type.name)
        return target is not None and target.attribute is not None and target.attribute.name == name

    def rank(self, resource_type: ResourceType, resource: Mapping[str, Any]) -> Rank:
        """The sort key of a representation."""
        target = self.targets.get(resource_type.name)
        value = None if target is None else _value_of(target, resource)
        return _WITHOUT_VALUE if not has_value(value) else (0, _comparable(target, value))

    def is_after(self, position: Any, start: Any) -> bool:
        """Whether a position comes later in this order than another."""
        return bool(position < start if self.is_descending else position > start)


AS_STORED = Order({})


class Sorting:
    """Reads `sortBy` and `sortOrder`."""

    def __init__(self, is_offered: bool) -> None:
        self.is_offered = is_offered

    def parse(self, query: Query, resource_types: Iterable[ResourceType]) -> Order:
        """The order that a query asks for; a bridge that does not sort passes over it."""
        if query.sort_by is None or not self.is_offered:
            return AS_STORED
        path = find_path(query.sort_by)
        found = {each.name: find_target(each, path) for each in resource_types} if path else {}
        targets = {name: _settle(target) for name, target in found.items() if target is not None}
        if not targets:
            raise invalid_value(f"sortBy names no attribute: {query.sort_by[:80]!r}.")
        return Order(targets, self.is_descending(query.sort_order))

    def is_descending(self, sort_order: str | None) -> bool:
        """Whether `sortOrder` is descending."""
        order = (sort_order or "ascending").lower()
        if order not in ("ascending", "descending"):
            raise invalid_value(f"sortOrder is ascending or descending, not {order[:80]!r}.")
        return order == "descending"


def _settle(target: Target) -> Target:
    attribute = target.leaf
    if attribute is None or attribute.returned == "never":
        raise invalid_value("sortBy names nothing that could be sorted by.")
    if not attribute.is_complex:
        return target
    value = attribute.find_sub("value")
    if value is None or target.sub is not None:
        raise invalid_value(f"{attribute.name} is complex; sortBy must name one of its sub-attributes.")
    return Target(target.extension, attribute, value)


def _value_of(target: Target, resource: Mapping[str, Any]) -> Any:
    place = resource.get(target.extension.id, {}) if target.extension else resource
    value = place.get(target.attribute.name) if target.attribute else None
    if isinstance(value, list):
        value = _chosen(value)
    return value.get(target.sub.name) if target.sub and isinstance(value, dict) else value


def _chosen(values: list[Any]) -> Any:
    """The primary value, else the first."""
    primary = (value for value in values if isinstance(value, dict) and value.get("primary") is True)
    return next(primary, values[0] if values else None)


def _comparable(target: Target | None, value: Any) -> Any:
    """The value in the form in which it is compared."""
    leaf: Attribute | None = target.leaf if target else None
    if leaf is not None and leaf.type == "dateTime":
        return datetime.fromisoformat(value).timestamp()
    return value if leaf is None or leaf.case_exact or not isinstance(value, str) else fold(value)
