"""The features that a bridge offers, drawn from its own answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges

_USER_NAME_QUERY = re.compile(r"(^|&)filter=userName[+ ]eq[+ ]", re.IGNORECASE)


class Capabilities:
    """What a bridge offers, drawn from the exchanges of a run. None stands for: not found out."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.config: Json | None = None
        self.resource_types: list[Json] | None = None
        self.schemas: list[Json] | None = None
        self.statuses: dict[tuple[str, str], set[int]] = {}
        self.url = ""
        self.saw_etag = self.saw_cookie = False
        for _, exchange in exchanges(entries):
            self._learn(exchange)

    def _learn(self, exchange: Exchange) -> None:
        route = exchange.route
        self.url = self.url or exchange.base
        self.statuses.setdefault((exchange.request.method, route.endpoint), set()).add(exchange.status)
        if route.endpoint == "Users" and _USER_NAME_QUERY.search(unquote(route.query)):
            self.statuses.setdefault((exchange.request.method, "Users by name"), set()).add(exchange.status)
        if exchange.response and exchange.request.method == "GET":
            self.saw_etag |= exchange.response.header("ETag") is not None
            self.saw_cookie |= exchange.response.header("Set-Cookie") is not None
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


def _listed(body: Json | None) -> list[Json]:
    return objects_in(get_attribute(body or {}, "Resources"))


def objects_in(value: Any) -> list[Json]:
    """The JSON objects of an array; none where it is no array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _walk(attributes: Any) -> list[Json]:
    found = objects_in(attributes)
    return [*found, *(sub for attribute in found for sub in _walk(attribute.get("subAttributes")))]
