"""Direct memberships, shown in a user: RFC 7643 section 4.1.2, groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding
from harness.checks.by_default import shown_by_default
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import considered, is_projected, one_resource
from harness.checks.timeline import key_of
from harness.record.exchange import Exchange, get_attribute
from harness.record.journal import Act, Entry


@dataclass(frozen=True, slots=True)
class _Left:
    """A user who is shown after a group, in which they were directly, is without them."""

    exchange: Exchange
    group: str


def _members(exchange: Exchange) -> set[str]:
    return {str(each.get("value")) for each in objects_in(get_attribute(exchange.json, "members"))}


def _groups(exchange: Exchange) -> dict[str, str]:
    shown = objects_in(get_attribute(exchange.json, "groups"))
    return {str(each.get("value")): str(each.get("type", "")).lower() for each in shown}


def _leavers(entries: History) -> Iterator[Case[_Left]]:
    """Reads of a direct member of a group that has since been shown without them, or deleted."""
    inside: set[tuple[str, str]] = set()
    direct: dict[tuple[str, str], Entry] = {}
    left: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, Act):
            direct.clear()
            left.clear()
        if not isinstance(exchange, Exchange) or not considered(exchange):
            continue
        endpoint, resource_id = key_of(exchange)
        is_whole = one_resource(exchange) and not is_projected(exchange)
        if endpoint == "Groups":
            members = _members(exchange) if is_whole else set()
            inside.update((member, resource_id) for member in members)
            is_gone = exchange.request.method == "DELETE" and exchange.status == 204
            is_unclear = not (is_whole or is_gone) and exchange.request.method not in ("GET", "HEAD")
            for pair in [pair for pair in (*direct, *left) if pair[1] == resource_id]:
                if is_unclear or (is_whole and pair[0] in members):
                    left.pop(pair, None)
                elif (is_gone or is_whole) and pair in direct and pair in inside:
                    left[pair] = direct.pop(pair)
        elif endpoint == "Users" and is_whole and exchange.request.method == "GET":
            groups = _groups(exchange)
            for pair in [pair for pair in left if pair[0] == resource_id]:
                yield Case(entry, _Left(exchange, pair[1]), (left.pop(pair), entry))
            direct.update({(resource_id, group): entry for group, kind in groups.items() if kind == "direct"})
        elif endpoint == "Users" and exchange.request.method not in ("GET", "HEAD"):
            for pair in [pair for pair in (*direct, *left) if pair[0] == resource_id]:
                direct.pop(pair, None)
                left.pop(pair, None)


@history_check("RFC7643-4.1.2-20", over=shown_by_default("Group", "members", _leavers), is_of_run=True)
def who_left_a_group_is_not_shown_in_it(case: Case[_Left]) -> Iterator[Outcome]:
    """A membership shown as direct ends when the group is shown without the member, or is deleted."""
    if case.event.group in _groups(case.event.exchange):
        yield Finding(f"no group {case.event.group}, which the user has left", "it is shown", "/groups")
