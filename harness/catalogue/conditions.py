"""Claims and the conditions of requirements: which rows apply to this bridge, by what its own answers show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from harness.catalogue.requirement import Requirement
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges
from harness.record.message import CORE_USER, ENTERPRISE_USER

Fact = Callable[["Capabilities"], bool | None]

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
            self.config = exchange.received
        elif route.endpoint == "ResourceTypes":
            self.resource_types = _listed(exchange.received)
        elif route.endpoint == "Schemas":
            self.schemas = _listed(exchange.received)

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


def unmet_condition(requirement: Requirement, capabilities: Capabilities) -> str | None:
    """The first of the requirement's conditions that this bridge is known not to meet; None when there is none."""
    return next((word for word in requirement.when if is_met(word, capabilities) is False), None)


def is_met(condition: str, capabilities: Capabilities) -> bool | None:
    """Whether a condition of the closed vocabulary holds; None when the run has not found out."""
    fact = FACTS.get(condition)
    return fact(capabilities) if fact else None


def _or(*facts: bool | None) -> bool | None:
    return True if True in facts else (None if None in facts else False)


def _has_extension(capabilities: Capabilities, uri: str = "") -> bool | None:
    if capabilities.resource_types is None:
        return None
    found = [e for kind in capabilities.resource_types for e in _objects(kind.get("schemaExtensions"))]
    return any(not uri or e.get("schema") == uri for e in found)


def _requires_extension(capabilities: Capabilities, required: bool) -> bool | None:
    if capabilities.resource_types is None:
        return None
    found = [e for kind in capabilities.resource_types for e in _objects(kind.get("schemaExtensions"))]
    return any(e.get("required") is required for e in found)


def _any_attribute(key: str, value: Any) -> Fact:
    def fact(capabilities: Capabilities) -> bool | None:
        attributes = capabilities.attributes()
        return None if attributes is None else any(a.get(key) == value for a in attributes)

    return fact


def _user_attribute(*names: str) -> Fact:
    def fact(capabilities: Capabilities) -> bool | None:
        attributes = capabilities.attributes(CORE_USER)
        wanted = {name.lower() for name in names}
        return None if attributes is None else any(str(a.get("name")).lower() in wanted for a in attributes)

    return fact


def _pagination(capabilities: Capabilities) -> Any:
    return (capabilities.config or {}).get("pagination")


def _common_listed(capabilities: Capabilities) -> bool | None:
    schemas = capabilities.schemas
    if schemas is None:
        return None
    names = {str(a.get("name")) for s in schemas for a in _objects(s.get("attributes")) if s.get("id") == CORE_USER}
    return bool(names & {"id", "externalId", "meta"})


def _groups_offered(capabilities: Capabilities) -> bool | None:
    seen = capabilities.statuses.get(("GET", "Groups"), set()) - {0}
    # Where resource types are not told, an endpoint that answers nothing but these is not there (RFC 7644, table 8).
    is_absent = bool(seen) and seen <= {404, 405, 501}
    told = None if capabilities.resource_types is None else capabilities.resource_type("Group") is not None
    return _or(told, capabilities.answered("GET", "Groups", 200)) if not is_absent else bool(told)


def _extended(capabilities: Capabilities) -> bool | None:
    types = capabilities.resource_types
    return None if types is None else any(t.get("name") not in ("User", "Group") for t in types)


def _cursor(capabilities: Capabilities) -> bool | None:
    pagination = _pagination(capabilities)
    if capabilities.config is None:
        return None
    return isinstance(pagination, dict) and pagination.get("cursor") is True


FACTS: dict[str, Fact] = {
    "ServiceProviderConfig.patch.supported": lambda c: _or(
        c.feature("patch"), c.answered("PATCH", "Users", 200, 204), c.answered("PATCH", "Groups", 200, 204)
    ),
    "ServiceProviderConfig.filter.supported": lambda c: _or(
        c.feature("filter"), c.answered("GET", "Users by name", 200)
    ),
    "ServiceProviderConfig.sort.supported": lambda c: c.feature("sort"),
    "ServiceProviderConfig.bulk.supported": lambda c: c.feature("bulk"),
    "ServiceProviderConfig.bulk.supported is false": lambda c: (
        None if c.feature("bulk") is None else not c.feature("bulk")
    ),
    "ServiceProviderConfig.etag.supported": lambda c: _or(c.feature("etag"), c.saw_etag),
    "ServiceProviderConfig.changePassword.supported": lambda c: c.feature("changePassword"),
    "ServiceProviderConfig.pagination.cursor": _cursor,
    "ServiceProviderConfig.pagination.index": lambda c: (
        None if c.config is None else not isinstance(_pagination(c), dict) or _pagination(c).get("index") is not False
    ),
    "pagination attribute present": lambda c: None if c.config is None else isinstance(_pagination(c), dict),
    "/Schemas offered": lambda c: c.answered("GET", "Schemas", 200),
    "/ResourceTypes offered": lambda c: c.answered("GET", "ResourceTypes", 200),
    "Group resource offered": _groups_offered,
    "enterprise extension offered": lambda c: _has_extension(c, ENTERPRISE_USER),
    "an extension offered": _has_extension,
    "an extension with required true": lambda c: _requires_extension(c, True),
    "an extension with required false": lambda c: _requires_extension(c, False),
    "extended resource types offered": _extended,
    "a schema lists id or externalId or meta": _common_listed,
    "an immutable attribute in schema": _any_attribute("mutability", "immutable"),
    "a writeOnly attribute in schema": _any_attribute("mutability", "writeOnly"),
    "a binary attribute in schema": _any_attribute("type", "binary"),
    "a decimal attribute in schema": _any_attribute("type", "decimal"),
    "an integer attribute in schema": _any_attribute("type", "integer"),
    "an attribute with returned never": _any_attribute("returned", "never"),
    "an attribute with returned request": _any_attribute("returned", "request"),
    "an attribute with uniqueness server": _any_attribute("uniqueness", "server"),
    "an attribute with uniqueness global": _any_attribute("uniqueness", "global"),
    "password in schema": lambda c: _or(_user_attribute("password")(c), None),
    "groups attribute in schema": _user_attribute("groups"),
    "addresses in schema": _user_attribute("addresses"),
    "ims in schema": _user_attribute("ims"),
    "photos in schema": _user_attribute("photos"),
    "x509Certificates in schema": _user_attribute("x509Certificates"),
    "entitlements or roles in schema": _user_attribute("entitlements", "roles"),
    "https deployment": lambda c: c.url.startswith("https:") if c.url else None,
    "cookies used": lambda c: c.saw_cookie or None,
}


def _listed(body: Json | None) -> list[Json]:
    return _objects(get_attribute(body or {}, "Resources"))


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _walk(attributes: Any) -> list[Json]:
    found = _objects(attributes)
    return [*found, *(sub for attribute in found for sub in _walk(attribute.get("subAttributes")))]
