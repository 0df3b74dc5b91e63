"""Queries of a story, beside what the story knows of the resources that it has made (RFC 7644 section 3.4.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.checks.registry import Case, History, Outcome
from harness.checks.selectors import created, is_projected, is_search, one_resource, query_of, resources_in
from harness.checks.timeline import Key, key_of
from harness.model.characteristics import ResourceSchema
from harness.model.declared import read_schemas
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, is_list
from harness.record.journal import Act, Entry

NAMES = {"Users": "User", "Groups": "Group"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A resource that this story has made: what was sent, and the last whole representation, not written since."""

    entry: Entry
    resource: Json
    sent: Json


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its answer: `kind` is list, search, read or write, of which the last two are about one resource.

    `endpoint` is empty at the root; `open` are attributes that others may have changed.
    """

    entry: Entry
    exchange: Exchange
    endpoint: str
    asked: Mapping[str, Any]
    kind: str
    schemas: Mapping[str, ResourceSchema]
    config: Json
    known: Mapping[Key, Shown]
    open: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """A parameter that is a text; empty without."""
        value = self.asked.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A parameter as a whole number; None without one."""
        value = self.asked.get(name)
        if isinstance(value, str) and value.lstrip("-").isdigit() and value.isascii() and len(value) < 10:
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def names(self, name: str) -> list[str]:
        """The names in `attributes` or `excludedAttributes`."""
        value = self.asked.get(name)
        given = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
        return [each.strip() for each in given if isinstance(each, str) and each.strip()]

    @property
    def is_search(self) -> bool:
        """Whether it was asked by POST."""
        return self.kind == "search"

    @property
    def items(self) -> list[Json]:
        """What the answer shows."""
        if self.kind in ("read", "write"):
            return [self.exchange.json] if one_resource(self.exchange) else []
        return resources_in(self.exchange) if self.is_listed else []

    @property
    def is_listed(self) -> bool:
        """Whether the answer is a list."""
        return self.exchange.status == 200 and self.exchange.has_json and is_list(self.exchange.json)

    @property
    def is_whole(self) -> bool:
        """Whether the answer shows all results: no page cuts it, whatever the total says of a page that is full."""
        total = self.exchange.json.get("totalResults")
        count = self.number("count")
        is_first = (self.number("startindex") or 1) <= 1 and not self.asked.get("cursor")
        is_room_left = count is None or len(self.items) < count
        return self.is_listed and is_first and is_room_left and isinstance(total, int) and total == len(self.items)

    def supports(self, feature: str) -> bool:
        """Whether the bridge declares a feature."""
        part = get_attribute(self.config, feature)
        return isinstance(part, dict) and part.get("supported") is True

    def schema_of(self, endpoint: str) -> ResourceSchema:
        """The resource type of an endpoint."""
        return self.schemas[NAMES[endpoint]]


@dataclass(slots=True)
class _Story:
    """What is known at one place of a story; each change makes a new `known`, so that queries share it."""

    known: dict[Key, Shown] = field(default_factory=dict)
    open: frozenset[str] = frozenset({"groups"})
    config: Json = field(default_factory=dict)
    types: Json = field(default_factory=dict)
    declared: Json = field(default_factory=dict)
    is_read: bool = False
    schemas: Mapping[str, ResourceSchema] = field(default_factory=dict)

    def take(self, entry: Entry) -> Iterator[Query]:
        if isinstance(entry.event, Act):
            self.known = {}
        if not isinstance(entry.event, Exchange):
            return
        exchange = entry.event
        method, endpoint = exchange.request.method, exchange.route.endpoint
        if endpoint in ("ServiceProviderConfig", "ResourceTypes", "Schemas"):
            self._discover(exchange)
        elif is_search(exchange) or (method == "GET" and not exchange.route.id and endpoint in ("", *RESOURCES)):
            if self.is_read:
                yield self._query(entry, exchange, "search" if is_search(exchange) else "list")
        elif method in ("GET", "HEAD"):
            if self.is_read and method == "GET" and endpoint in RESOURCES and not exchange.route.rest:
                yield self._query(entry, exchange, "read")
            self._read(entry, exchange)
        elif endpoint in RESOURCES:
            if self.is_read and method != "DELETE":
                yield self._query(entry, exchange, "write")
            self._write(entry, exchange)
        else:
            self.known = {}

    def _discover(self, exchange: Exchange) -> None:
        body = exchange.json if exchange.status == 200 else {}
        if exchange.route.id or exchange.request.method != "GET":
            return
        if exchange.route.endpoint == "ServiceProviderConfig":
            self.config = body
        elif exchange.route.endpoint == "ResourceTypes":
            self.types = body
        else:
            self.declared, self.is_read = body, True
        self.schemas = {}

    def _query(self, entry: Entry, exchange: Exchange, kind: str) -> Query:
        sought = kind == "search"
        self.schemas = self.schemas or read_schemas(self.declared, self.types)
        endpoint = exchange.route.endpoint if exchange.route.endpoint in RESOURCES else ""
        asked = {name.lower(): value for name, value in exchange.sent_json.items()} if sought else query_of(exchange)
        return Query(entry, exchange, endpoint, asked, kind, self.schemas, self.config, self.known, self.open)

    def _read(self, entry: Entry, exchange: Exchange) -> None:
        key = key_of(exchange)
        if key in self.known and one_resource(exchange) and not is_projected(exchange):
            self.known = {**self.known, key: Shown(entry, exchange.json, self.known[key].sent)}
        elif exchange.route.id and exchange.status == 404:
            self._forget(key)

    def _write(self, entry: Entry, exchange: Exchange) -> None:
        if exchange.route.endpoint == "Groups" or exchange.request.method != "POST":
            self.open |= {"meta"}
        if exchange.request.method == "DELETE":
            self.open |= {"members"}
        key = key_of(exchange)
        shows = one_resource(exchange) and isinstance(exchange.json.get("id"), str) and not is_projected(exchange)
        if shows and created(exchange):
            self.known = {**self.known, key: Shown(entry, exchange.json, exchange.sent_json)}
        elif not 400 <= exchange.status < 500 or exchange.status == 404:
            self._forget(key)

    def _forget(self, key: Key) -> None:
        self.known = {other: shown for other, shown in self.known.items() if other != key}


class _Cached:
    """The queries of the stories that were judged last: several checks ask for the same."""

    def __init__(self) -> None:
        self._entries: History = ()
        self._found: list[Query] = []

    def of(self, entries: History) -> list[Query]:
        if not entries or entries is not self._entries:
            story = _Story()
            self._entries, self._found = entries, [query for entry in entries for query in story.take(entry)]
        return self._found


_CACHED = _Cached()


def queries_of(entries: History) -> list[Query]:
    """The queries of a story that has read the schemas of the bridge: before that, nothing is sure."""
    return [query for query in _CACHED.of(entries) if query.kind in ("list", "search")]


def looks_of(entries: History) -> list[Query]:
    """The same with the reads and the writes of single resources, which may select attributes, too."""
    return _CACHED.of(entries)


def blamed_rows(
    wrong: Iterable[frozenset[str]], held: Collection[str], exactness: Iterable[str]
) -> Mapping[frozenset[str], str]:
    """For the rows of each case that went wrong the one to blame.

    The simplest case comes first: its most exact row that held nowhere else, if there is one. A case about a row that
    is blamed already says nothing new.
    """
    order = list(exactness)
    found: dict[frozenset[str], str] = {}
    for rows in sorted(set(wrong), key=lambda each: (len(each), sorted(each))):
        ordered = [row for row in order if row in rows]
        known = [row for row in ordered if row in found.values()]
        suspects = known or [row for row in ordered if row not in held] or ordered
        if suspects:
            found[rows] = suspects[0]
    return found


def own_of(query: Query) -> Iterable[tuple[Key, Shown]]:
    """What is known at the endpoint of a query; at the root, of every endpoint."""
    return ((key, shown) for key, shown in query.known.items() if not query.endpoint or key[0] == query.endpoint)


@dataclass(frozen=True, slots=True)
class RowsTold:
    """What one query lets say: the requirements that it judges, and what is wrong or worth a note."""

    rows: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()


def told(query: Query, rows: Iterable[str], outcomes: Iterable[Outcome] = (), *others: Entry) -> Case[RowsTold]:
    """A case at a query, over what others show and this."""
    return Case(query.entry, RowsTold(tuple(dict.fromkeys(rows)), tuple(outcomes)), (*others, query.entry))


def rows_told(case: Case[RowsTold]) -> tuple[str, ...]:
    """The requirements that a case judges."""
    return case.event.rows
