"""What is shown where: a list shows what a read of the same resource shows (RFC 7643 section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import is_projected, listed, object_in, one_resource, resources_in
from harness.checks.timeline import Key, key_of
from harness.model.moments import is_same_moment
from harness.record.exchange import Exchange, Json
from harness.record.journal import Act, Entry

# Other resources, the clock and the bridge itself change these without a write to the resource.
_OF_OTHERS = {"groups", "meta"}


@dataclass(frozen=True, slots=True)
class ListAfterReads:
    """A list with the reads of resources on it, nothing having been written in between."""

    exchange: Exchange
    reads: tuple[tuple[Entry, Json, int], ...]


def _lists_after_reads(entries: History) -> Iterator[Case[ListAfterReads]]:
    read: dict[Key, tuple[Entry, Json]] = {}
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, Act):
            read.clear()
        if not isinstance(exchange, Exchange):
            continue
        if exchange.request.method not in ("GET", "HEAD"):
            read.clear()
        elif is_projected(exchange):
            continue
        elif listed(exchange):
            found = [
                (*read[key], index)
                for index, resource in enumerate(resources_in(exchange))
                if (key := (exchange.route.endpoint, str(resource.get("id")))) in read
            ]
            if found:
                yield Case(entry, ListAfterReads(exchange, tuple(found)), (*(each for each, _, _ in found), entry))
        elif one_resource(exchange) and exchange.route.id:
            read[key_of(exchange)] = (entry, exchange.json)


@history_check("RFC7643-7-29", over=_lists_after_reads)
def a_list_shows_what_a_read_shows(case: Case[ListAfterReads]) -> Iterator[Outcome]:
    """A resource on a list has every attribute that a read of it has just shown: neither was asked to leave any out."""
    resources = resources_in(case.event.exchange)
    for entry, resource, index in case.event.reads:
        shown = {name.casefold() for name in resources[index]}
        for name in sorted(_assigned(resource) - _OF_OTHERS):
            if name.casefold() not in shown:
                yield Finding(f"{name}, as the read in entry {entry.id} shows it", "none", f"/Resources/{index}/{name}")


_STAYS = "RFC7644-3.14-05"
_IN_LISTS = "RFC7644-3.4.2-12"


def _lists_with_meta(entries: History) -> Iterator[Case[ListAfterReads]]:
    for case in _lists_after_reads(entries):
        shown = resources_in(case.event.exchange)
        if any(set(_moving(read)) & set(_moving(shown[index])) for _, read, index in case.event.reads):
            yield case


def _moving(resource: Json) -> dict[str, str]:
    """The version and the moment of the last change that a representation shows."""
    meta = object_in(resource, "meta")
    return {name: meta[name] for name in ("version", "lastModified") if isinstance(meta.get(name), str)}


@history_check(_STAYS, _IN_LISTS, over=_lists_with_meta)
def a_list_tells_the_version_that_a_read_tells(case: Case[ListAfterReads]) -> Iterator[Outcome]:
    """A resource on a list has the version and the last change that a read of it has just shown."""
    resources = resources_in(case.event.exchange)
    for entry, read, index in case.event.reads:
        listed_ = _moving(resources[index])
        for name, value in _moving(read).items():
            other = listed_.get(name, value)
            is_same = other == value or (name == "lastModified" and is_same_moment(other, value))
            if not is_same:
                said = f"meta.{name} {value!r}, as the read in entry {entry.id} shows it"
                row = _STAYS if name == "version" else _IN_LISTS
                yield Finding(said, repr(other), f"/Resources/{index}/meta/{name}", row)


def _assigned(resource: Json) -> set[str]:
    return {name for name, value in resource.items() if value not in (None, "", [], {})}
