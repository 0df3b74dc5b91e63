"""Whether what a PATCH of a user writes arrives: the view before, the PATCH, and the next view."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome
from harness.checks.selectors import considered, is_projected, one_resource
from harness.checks.timeline import next_view
from harness.checks.vendors import accepted
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges
from harness.record.message import CORE_USER

_FILTERED = re.compile(r"(?P<name>\w+)\[(?P<by>\w+) eq \"?(?P<value>[^\"\]]*)\"?\](?:\.(?P<part>\w+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Writing:
    """One thing that a PATCH writes: operation in lower case, path or key, and the value; None where none was sent."""

    op: str
    path: str
    value: object
    has_path: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A PATCH that wants these values at these paths, with the views around it."""

    exchange: Exchange
    wanted: Mapping[str, object]
    before: Json | None
    after: Json | None


def writings(exchange: Exchange) -> list[Writing]:
    """What a PATCH writes, whichever way: at paths, and by the keys of values without a path."""
    found = []
    for operation in operations_of(exchange):
        op, path, value = str(operation.get("op")).lower(), operation.get("path"), operation.get("value")
        if isinstance(path, str):
            found.append(Writing(op, path, value, has_path=True))
        elif isinstance(value, dict):
            found += [Writing(op, str(key), part, has_path=False) for key, part in value.items()]
    return found


def changes_user(exchange: Exchange) -> bool:
    """A PATCH of a user's attributes by a vendor's engine, with an answer that speaks of it."""
    return considered(exchange) and exchange.request.name == "change user" and exchange.status != 409


def arrivals(
    entries: History, wanted: Callable[[Exchange], Mapping[str, object]], *, only: Callable[[Exchange], bool]
) -> Iterator[Case[Arrival]]:
    """The PATCHes of users that `only` names, with what they want. What nobody shows afterwards has no later view."""
    views: dict[str, tuple[Entry, Json]] = {}
    seen = list(exchanges(entries))
    for index, (entry, exchange) in enumerate(seen):
        if changes_user(exchange) and only(exchange):
            before, after = views.get(exchange.route.id), _view_after(entry, exchange, seen[index + 1 :])
            around = [each[0] for each in (before, (entry,), after) if each]
            arrival = Arrival(exchange, wanted(exchange), before[1] if before else None, after[1] if after else None)
            yield Case(entry, arrival, tuple(dict.fromkeys(around)))
        if exchange.route.endpoint == "Users" and one_resource(exchange) and not is_projected(exchange):
            views[str(exchange.json.get("id"))] = (entry, exchange.json)


def arrived(case: Case[Arrival], words: str) -> Iterator[Outcome]:
    """The PATCH is accepted, and what it writes is shown next.

    What a bridge shows neither before nor afterwards it may not have at all (RFC 7643 section 3.3).
    """
    arrival = case.event
    yield from accepted(arrival.exchange, words)
    if arrival.after is None or not 200 <= arrival.exchange.status < 300:
        return
    for path, value in arrival.wanted.items():
        shown = shown_at(arrival.after, path)
        was_shown = arrival.before is not None and bool(shown_at(arrival.before, path))
        if not _is_same(path, value, shown) and (shown not in (None, "") or was_shown):
            yield Finding(f"{path} {value!r}" if value else f"nothing at {path}", repr(shown))


def shown_at(resource: Json, path: str) -> object:
    """What stands at a path of Entra ID's: plain, dotted, behind a URN, or of the value that a filter selects."""
    if path.lower().startswith(f"{CORE_USER.lower()}:"):
        return shown_at(resource, path[len(CORE_USER) + 1 :])
    if path.startswith("urn:"):
        urn, _, name = path.rpartition(":")
        held = get_attribute(resource, urn)
        return shown_at(held, name) if isinstance(held, dict) else None
    if found := _FILTERED.fullmatch(path):
        listed = get_attribute(resource, found["name"])
        values = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        chosen = [v for v in values if str(get_attribute(v, found["by"])).casefold() == found["value"].casefold()]
        return get_attribute(chosen[0], found["part"] or "value") if chosen else None
    name, _, part = path.partition(".")
    held = get_attribute(resource, name)
    if not part:
        return held
    return get_attribute(held, part) if isinstance(held, dict) else None


def _view_after(entry: Entry, exchange: Exchange, later: list[tuple[Entry, Exchange]]) -> tuple[Entry, Json] | None:
    if exchange.status == 200 and exchange.has_json:
        return entry, exchange.json
    found = next_view(exchange, tuple(each for each, _ in later))
    return (found[0], found[1].json) if found and found[1].status == 200 else None


def _is_same(path: str, wanted: object, shown: object) -> bool:
    if wanted == "":
        return shown in (None, "")
    if not isinstance(wanted, str) or not isinstance(shown, str):
        return wanted == shown
    if path.lower().startswith("phonenumbers"):
        return re.sub(r"\D", "", wanted) == re.sub(r"\D", "", shown)  # a bridge may keep numbers as RFC 3966 has them
    return wanted.casefold() == shown.casefold()
