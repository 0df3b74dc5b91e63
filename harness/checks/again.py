"""Writes that come again, and writes that are refused: neither moves what was there (RFC 7644 section 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.catalogue.verdict import Finding
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import (
    equality_filter,
    is_projected,
    is_search,
    one_resource,
    query_of,
    resources_in,
)
from harness.checks.timeline import Key, key_of
from harness.model.moments import is_same_moment
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, resources_of
from harness.record.journal import Act, Entry

_REPLACES = "RFC7644-3.5.1-02"
_REFUSALS = (400, 409, 422)  # which say that the body will not do; others speak of the client, or of the moment
_RESTORED, _STAYS = "RFC7644-3.5.2-26", "RFC7644-3.14-05"
_READING = ("GET", "HEAD", "OPTIONS")


def _is_write(exchange: Exchange) -> bool:
    return exchange.request.method not in _READING and not is_search(exchange)


def _puts_again(entries: History) -> Iterable[Case[Exchange]]:
    """PUTs with the body of an earlier one that was taken, nobody else having been written to since."""
    taken: dict[tuple[str, bytes | None], Entry] = {}
    at = ""
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, Act):
            taken.clear()
        if not isinstance(exchange, Exchange) or not _is_write(exchange):
            continue
        path = exchange.request.target.partition("?")[0]
        if path != at or exchange.request.method == "DELETE":
            taken, at = {}, path
        is_put = exchange.request.method == "PUT" and exchange.route.endpoint in RESOURCES and exchange.route.id
        if not is_put or any(name.lower().startswith("if-") for name, _ in exchange.request.headers):
            continue
        key = (exchange.request.target, exchange.request.body)
        if key in taken and (200 <= exchange.status < 300 or exchange.status in _REFUSALS):
            yield Case(entry, exchange, (taken[key], entry))
        elif 200 <= exchange.status < 300:
            taken[key] = entry


@history_check(_REPLACES, over=_puts_again)
def a_put_that_was_taken_is_taken_again(case: Case[Exchange]) -> Iterator[Outcome]:
    """The body of a PUT that was taken is taken again: it says what is there already."""
    if case.event.status in _REFUSALS:
        said = f"the body to be taken, as in entry {case.entries[0].id}"
        yield Finding(said, f"status {case.event.status}")


@dataclass(frozen=True, slots=True)
class _Around:
    """Two reads with nothing but refused writes to the same resource between."""

    before: Exchange
    after: Exchange
    row: str


@dataclass(slots=True)
class _Looks:
    """The last read of each resource, and the writes to it that were refused since."""

    read: dict[Key, tuple[Entry, Exchange]] = field(default_factory=dict)
    refused: dict[Key, list[Entry]] = field(default_factory=dict)

    def forget(self) -> None:
        self.read, self.refused = {}, {}

    def take_write(self, entry: Entry, exchange: Exchange) -> None:
        key = key_of(exchange)
        is_harmless = exchange.request.method in ("PUT", "PATCH") and exchange.route.id and key in self.read
        if not 400 <= exchange.status < 500 or not exchange.route.is_resource_endpoint:
            self.forget()
        elif is_harmless:
            self.refused.setdefault(key, []).append(entry)

    def take_read(self, entry: Entry, exchange: Exchange) -> Iterator[Case[_Around]]:
        key = key_of(exchange)
        refused = self.refused.pop(key, [])
        if refused and key in self.read:
            first, before = self.read[key]
            methods = {each.event.request.method for each in refused if isinstance(each.event, Exchange)}
            row = _RESTORED if methods == {"PATCH"} else _STAYS
            if _content(before.json) == _content(exchange.json):
                yield Case(entry, _Around(before, exchange, row), (first, *refused, entry))
        self.read[key] = (entry, exchange)


def _content(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name.lower() not in ("meta", "groups")}


def _around_refusals(entries: History) -> Iterable[Case[_Around]]:
    looks = _Looks()
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, Act):
            looks.forget()
        if not isinstance(exchange, Exchange):
            continue
        if _is_write(exchange):
            looks.take_write(entry, exchange)
        elif one_resource(exchange) and exchange.route.id and not is_projected(exchange) and not query_of(exchange):
            yield from looks.take_read(entry, exchange)


@history_check(_RESTORED, _STAYS, over=_around_refusals, rows_of=lambda case: (case.event.row,))
def a_refused_write_moves_no_version(case: Case[_Around]) -> Iterator[Outcome]:
    """What a refused write leaves as it was keeps its version and the moment of its last change."""
    around = case.event
    for name in ("version", "lastModified"):
        one, other = (_meta(each.json, name) for each in (around.before, around.after))
        if one and other and one != other and not is_same_moment(one, other):
            said = f"meta.{name} {one!r}, as in entry {case.entries[0].id}, since the write was refused"
            yield Finding(said, repr(other), f"/meta/{name}", around.row)


def _meta(resource: Json, name: str) -> str:
    meta = get_attribute(resource, "meta")
    value = meta.get(name) if isinstance(meta, dict) else None
    return value if isinstance(value, str) else ""


# Creates that are refused: RFC 7644 section 3.3.

_NOTHING = "RFC7644-3.3-17"
_NAMES = {"Users": "userName", "Groups": "displayName"}


def _told_names(exchange: Exchange) -> set[tuple[str, str]]:
    """The names that a write sends or an answer shows: endpoint and name in lower case."""
    name = _NAMES.get(exchange.route.endpoint, "")
    sent = [exchange.sent_json, *(get_attribute(each, "value") for each in operations_of(exchange))]
    shown = [resource for _, resource in resources_of(exchange)]
    found = [get_attribute(each, name) for each in (*sent, *shown) if isinstance(each, dict)]
    plain = [get_attribute(each, "value") for each in operations_of(exchange)]  # of an operation with a path
    return {(exchange.route.endpoint, each.lower()) for each in (*found, *plain) if isinstance(each, str)}


def _looks_for_the_refused(entries: History) -> Iterable[Case[Exchange]]:
    """Look-ups of a name that nothing but a refused create has named in this story."""
    refused: dict[tuple[str, str], Entry] = {}
    known: set[tuple[str, str]] = set()
    for entry in entries:
        exchange = entry.event
        if not isinstance(exchange, Exchange) or exchange.route.endpoint not in _NAMES:
            known |= set(refused) if isinstance(exchange, Exchange | Act) else set()  # a job, or an act: anything
            continue
        asked, value = equality_filter(exchange) or ("", "")
        key = (exchange.route.endpoint, value.lower())
        is_asked = asked.lower() == _NAMES[exchange.route.endpoint].lower() and exchange.request.method == "GET"
        if is_asked and key in refused and key not in known and exchange.status == 200:
            yield Case(entry, exchange, (refused[key], entry), refused[key])
        names = _told_names(exchange)
        if exchange.request.method == "POST" and not exchange.route.id and exchange.status in (400, 413, 415, 422):
            refused.update({name: entry for name in names if name not in known})
        else:
            known |= names


@history_check(_NOTHING, over=_looks_for_the_refused)
def a_refused_create_makes_nothing(case: Case[Exchange]) -> Iterator[Outcome]:
    """Nobody is found by a name with which a create was refused, and which nothing else has named."""
    if resources_in(case.event):
        said = f"nobody, since the create in entry {case.entries[0].id} was refused"
        yield Finding(said, f"{len(resources_in(case.event))} found", "/Resources")
