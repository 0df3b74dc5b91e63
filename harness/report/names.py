"""The names of people and groups by the ids that a bridge gave them."""

from __future__ import annotations

from collections.abc import Iterable

from harness.record.exchange import Json, get_attribute, resources_of
from harness.record.journal import Entry, Observation, exchanges

_SHORTEST = 8  # a shorter id may be any word


def names_in(entries: Iterable[Entry]) -> dict[str, str]:
    """Ids of users, groups and members, each with a name: `Ada Lovelace <ada@example.com>`, or `group Design`."""
    listed = list(entries)
    made: dict[str, str] = {}
    for entry in listed:
        if isinstance(entry.event, Observation) and entry.event.kind in ("account.members", "account.groups"):
            for item in entry.event.data or ():
                _learn(made, item, is_group=entry.event.kind == "account.groups")
    for _, exchange in exchanges(listed):
        for _, resource in resources_of(exchange):
            _learn(made, resource, is_group=exchange.route.endpoint == "Groups")
    return made


def _learn(made: dict[str, str], item: Json, *, is_group: bool) -> None:
    scim_id = item.get("id")
    name = (_group if is_group else _person)(item)
    if isinstance(scim_id, str) and len(scim_id) >= _SHORTEST and name:
        made.setdefault(scim_id, name)


def _person(item: Json) -> str:
    address = get_attribute(item, "userName") or item.get("email")
    parts = get_attribute(item, "name")
    told = get_attribute(item, "displayName") or (parts if isinstance(parts, str) else "")
    if not isinstance(address, str):
        return ""
    return f"{told} <{address}>" if isinstance(told, str) and told else address


def _group(item: Json) -> str:
    name = get_attribute(item, "displayName") or item.get("name")
    return f"group {name}" if isinstance(name, str) and name else ""
