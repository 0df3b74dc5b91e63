"""Whom a story has to do with: names and ids in its requests and in the answers to them."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from harness.checks.selectors import equality_filter
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute

NAME_OF = MappingProxyType({"Users": "userName", "Groups": "displayName"})


class Acquaintances:
    """Names and ids by endpoint; `with_members` are the ids of the groups that were sent members.

    `put_in_place` are the names, in small letters, of those that got members on the account itself.
    """

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {endpoint: set() for endpoint in RESOURCES}
        self.ids: dict[str, set[str]] = {endpoint: set() for endpoint in RESOURCES}
        self.with_members: set[str] = set()
        self.put_in_place: set[str] = set()

    def take(self, exchange: Exchange) -> None:
        """Learn from a request and its answer. What only a list shows is nobody whom this story knows."""
        endpoint = exchange.route.endpoint
        if endpoint not in RESOURCES:
            return
        sent = exchange.sent_json if exchange.request.body else {}
        for body in (sent, exchange.json if exchange.route.id or exchange.request.method == "POST" else {}):
            name = get_attribute(body, NAME_OF[endpoint])
            if isinstance(name, str) and name:
                self.names[endpoint].add(name)
        self.names[endpoint] |= set(_names_in(sent, NAME_OF[endpoint]))
        told = equality_filter(exchange)
        if told and told[0].casefold() == NAME_OF[endpoint].casefold():
            self.names[endpoint].add(told[1])
        scim_id = exchange.route.id or exchange.json.get("id")
        if isinstance(scim_id, str) and 200 <= exchange.status < 300:
            self.ids[endpoint].add(scim_id)
            if endpoint == "Groups" and b"members" in (exchange.request.body or b""):
                self.with_members.add(scim_id)

    def may_have_members(self, group: Json) -> bool:
        """Whether a group has got members, over SCIM or on the account."""
        name = str(get_attribute(group, NAME_OF["Groups"])).casefold()
        return str(group.get("id")) in self.with_members or name in self.put_in_place

    def rename(self, endpoint: str, resources: list[Json]) -> None:
        """Learn the names that known resources have by now."""
        for resource in resources:
            name = get_attribute(resource, NAME_OF[endpoint])
            if resource.get("id") in self.ids[endpoint] and isinstance(name, str) and name:
                self.names[endpoint].add(name)

    def holds(self, endpoint: str, resource: Json) -> bool:
        """Whether the story has to do with this resource, by its id or its name, letter case aside."""
        name = get_attribute(resource, NAME_OF[endpoint])
        names = {known.casefold() for known in self.names[endpoint]}
        return resource.get("id") in self.ids[endpoint] or (isinstance(name, str) and name.casefold() in names)


def _names_in(patch: Json, attribute: str) -> Iterator[str]:
    """The names that the operations of a PATCH give, by path or without one."""
    operations = get_attribute(patch, "Operations")
    for operation in operations if isinstance(operations, list) else ():
        if not isinstance(operation, dict):
            continue
        path, value = get_attribute(operation, "path"), get_attribute(operation, "value")
        if isinstance(value, dict):
            value = get_attribute(value, attribute)
        elif not (isinstance(path, str) and path.casefold().endswith(attribute.casefold())):
            continue
        if isinstance(value, str) and value:
            yield value
