"""The features that a bridge offers, drawn from its own answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any
from urllib.parse import unquote

from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges

_REDIRECTS = (301, 302, 303, 307, 308)
_RELATIVE = re.compile(rb'"(?:\$ref|location)"\s*:\s*"(?![A-Za-z][A-Za-z0-9+.-]*:)[^"]')
_USER_NAME_QUERY = re.compile(r"(^|&)filter=userName[+ ]eq[+ ]", re.IGNORECASE)


class Met(Enum):
    """What only some bridges ever do: rules about it apply to a bridge that did it in the run."""

    COOKIE = "a cookie was set"
    REDIRECTED_WRITE = "a write was redirected"
    SERVER_ERROR = "a server error was met"
    FORBIDDEN_FILTER = "a GET with a filter was answered with 403"
    RELATIVE_REFERENCE = "a $ref or location without scheme was shown"
    TYPED_GROUP = "a group of a user was shown with a type"
    MADE_DISPLAY_NAME = "a displayName was shown that no client sent"
    THROTTLED = "a request was answered with 429"
    SECOND_INSTANCE = "a story sent to two instances of the bridge"


class Capabilities:
    """What a bridge offers, drawn from the exchanges of a run. None stands for: not found out."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.config: Json | None = None
        self.resource_types: list[Json] | None = None
        self.schemas: list[Json] | None = None
        self.statuses: dict[tuple[str, str], set[int]] = {}
        self.url = ""
        self.saw_etag = False
        self.met: set[Met] = set()
        bases: dict[tuple[str, str], str] = {}
        for entry, exchange in exchanges(entries):
            self._learn(exchange)
            if bases.setdefault((entry.scenario, entry.dialect), exchange.base) != exchange.base:
                self.met.add(Met.SECOND_INSTANCE)

    def _learn(self, exchange: Exchange) -> None:
        route = exchange.route
        self.url = self.url or exchange.base
        self.statuses.setdefault((exchange.request.method, route.endpoint), set()).add(exchange.status)
        if route.endpoint == "Users" and _USER_NAME_QUERY.search(unquote(route.query)):
            self.statuses.setdefault((exchange.request.method, "Users by name"), set()).add(exchange.status)
        if exchange.response and exchange.request.method == "GET":
            self.saw_etag |= exchange.response.header("ETag") is not None
        self.met.update(_met_in(exchange))
        if exchange.status != 200 or route.id or route.query or exchange.request.method != "GET":
            return
        if route.endpoint == "ServiceProviderConfig":
            self.config = exchange.json if exchange.has_json else None
        elif route.endpoint == "ResourceTypes":
            self.resource_types = _listed(exchange.json)
        elif route.endpoint == "Schemas":
            self.schemas = _listed(exchange.json)

    def feature(self, name: str) -> bool | None:
        """`supported` of a feature in the configuration; None when the configuration does not say."""
        value = (self.config or {}).get(name)
        supported = value.get("supported") if isinstance(value, dict) else None
        return supported if isinstance(supported, bool) else None

    def answered(self, method: str, endpoint: str, *wanted: int) -> bool | None:
        """Whether such a request was ever answered so; None when none was sent."""
        seen = self.statuses.get((method, endpoint), set()) - {0}
        return bool(seen & set(wanted)) if seen else None

    def resource_type(self, name: str) -> Json | None:
        """A listed resource type."""
        return next((kind for kind in self.resource_types or () if kind.get("name") == name), None)

    def attributes(self, *uris: str) -> list[Json] | None:
        """All attributes and sub-attributes of the named schemas, or of all; None when schemas can't be read."""
        if self.schemas is None:
            return None
        chosen = [schema for schema in self.schemas if not uris or schema.get("id") in uris]
        return [a for schema in chosen for a in _walk(schema.get("attributes"))]

    def summary(self) -> Json:
        """The facts that a report shows."""
        named = ("patch", "bulk", "filter", "sort", "etag", "changePassword")
        made: Json = {name: self.feature(name) for name in named}
        types = self.resource_types
        made["resourceTypes"] = None if types is None else [str(kind.get("name")) for kind in types]
        made["schemas"] = None if self.schemas is None else [str(schema.get("id")) for schema in self.schemas]
        return made


def _met_in(exchange: Exchange) -> Iterator[Met]:
    """What only some bridges ever do, as far as one answer shows it."""
    response, request = exchange.response, exchange.request
    if response is None:
        return
    if response.header("Set-Cookie") is not None:
        yield Met.COOKIE
    if exchange.status in _REDIRECTS and request.method not in ("GET", "HEAD"):
        yield Met.REDIRECTED_WRITE
    is_put_off = exchange.status == 503 and response.header("Retry-After") is not None
    if exchange.status == 500 or (exchange.status > 501 and not is_put_off):
        yield Met.SERVER_ERROR
    if exchange.status == 429:
        yield Met.THROTTLED
    if exchange.status == 403 and exchange.route.endpoint in RESOURCES and "filter=" in exchange.route.query:
        yield Met.FORBIDDEN_FILTER
    if not exchange.has_json:
        return
    if _RELATIVE.search(response.body):
        yield Met.RELATIVE_REFERENCE
    if exchange.route.endpoint == "Users" and any("type" in each for each in objects_in(exchange.json.get("groups"))):
        yield Met.TYPED_GROUP
    if request.method != "POST" or exchange.route.endpoint != "Users" or exchange.status != 201:
        return
    sent, shown = exchange.sent_json, exchange.json
    if get_attribute(sent, "displayName") is None and get_attribute(shown, "displayName"):
        yield Met.MADE_DISPLAY_NAME


def _listed(body: Json | None) -> list[Json]:
    return objects_in(get_attribute(body or {}, "Resources"))


def objects_in(value: Any) -> list[Json]:
    """The JSON objects of an array; none where it is no array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _walk(attributes: Any) -> list[Json]:
    found = objects_in(attributes)
    return [*found, *(sub for attribute in found for sub in _walk(attribute.get("subAttributes")))]
