"""Exchanges: one request and its response, as they crossed the wire."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.record.names import usual_names

Json = dict[str, Any]
Headers = tuple[tuple[str, str], ...]

DISCOVERY = ("ServiceProviderConfig", "ResourceTypes", "Schemas")
RESOURCES = ("Users", "Groups")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `target` is path and query below the SCIM base, already encoded as this client encodes it.

    `credential` names the secret that the transport inserts as a bearer token (the value never stands here). An
    Authorization or Host header without a value says only where in the order this client has it;
    `unconfirmed` names the row of docs/sources.md when this shape is a guess about a vendor.
    """

    method: str
    target: str
    name: str
    headers: Headers = ()
    body: bytes | None = None
    credential: str | None = "scim"
    unconfirmed: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: body and headers exactly as received."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name, compared without regard to case; None when absent."""
        return find_header(self.headers, name)


@dataclass(frozen=True)
class Exchange:
    """A request and its response, or the reason why none came (`lost`: whether the bridge acted is unknown).

    `fault` names what a simulation did to it on purpose; empty on everything that happened by itself. An exchange never
    changes, and hundreds of checks ask the same of it: what is read from it is kept with it, and read once.
    """

    base: str
    request: Request
    response: Response | None
    lost: str = ""
    started_at: float = 0.0
    elapsed_s: float = 0.0
    fault: str = ""

    @property
    def url(self) -> str:
        """The full address that was requested."""
        return self.base + self.request.target

    @cached_property
    def status(self) -> int:
        """The HTTP status, 0 when the response was lost."""
        return self.response.status if self.response else 0

    @cached_property
    def route(self) -> Route:
        """Which SCIM endpoint was asked."""
        return parse_route(self.request.target)

    @cached_property
    def _headers(self) -> Mapping[str, str]:
        made: dict[str, str] = {}
        for name, value in self.response.headers if self.response else ():
            made.setdefault(intern(name.lower()), value)
        return made

    def header(self, name: str) -> str | None:
        """The first header of that name in the answer; None when absent, or without an answer."""
        return self._headers.get(name.lower())

    @cached_property
    def shown(self) -> ParsedBody:
        """The response body as `parse_answer` reads it; of an empty one, or without an answer, no value."""
        body = self.response.body if self.response else b""
        return parse_answer(body) if body else _NOTHING

    @cached_property
    def json(self) -> Json:
        """The response body as a JSON object; empty where it is none, which `has_json` tells apart."""
        return self.shown.value if self.has_json else {}

    @cached_property
    def has_json(self) -> bool:
        """Whether the response body is a JSON object."""
        return isinstance(self.shown.value, dict)

    @cached_property
    def shows_list(self) -> bool:
        """Whether the response body says that it is a list."""
        return self.has_json and is_list(self.json)

    @cached_property
    def resources(self) -> tuple[tuple[str, Json], ...]:
        """Every User and Group in a successful answer, with the JSON pointer at which it stands."""
        if not (200 <= self.status < 300 and self.has_json and self.route.is_resource_endpoint):
            return ()
        if not self.shows_list:
            return (("", self.json),)
        listed = self.json.get("Resources")
        resources = enumerate(listed if isinstance(listed, list) else ())
        return tuple((f"/Resources/{index}", resource) for index, resource in resources if isinstance(resource, dict))

    @cached_property
    def sent(self) -> ParsedBody:
        """The request body, decoded; of an empty one no value."""
        return parse_body(self.request.body) if self.request.body else _NOTHING

    @cached_property
    def sent_json(self) -> Json:
        """The request body as a JSON object; empty where it is none, which `sends_json` tells apart."""
        return self.sent.value if self.sends_json else {}

    @cached_property
    def sends_json(self) -> bool:
        """Whether the request body is a JSON object."""
        return isinstance(self.sent.value, dict)

    @cached_property
    def sends_plain_json(self) -> bool:
        """Whether the request body is a JSON object that all decoders read alike: no NaN, and no name twice."""
        return self.sends_json and not (self.sent.error or self.sent.duplicates or self.sent.twins)

    @cached_property
    def notes(self) -> dict[object, Any]:
        """What others have found out about it, kept so that they find it out once; none of it is recorded."""
        return {}


@dataclass(frozen=True)
class Route:
    """The parts of a SCIM path: `/Users/42` is endpoint `Users`, id `42`."""

    endpoint: str
    id: str = ""
    rest: str = ""
    query: str = ""

    @cached_property
    def is_resource_endpoint(self) -> bool:
        """Whether this addresses Users or Groups, one or all."""
        return self.endpoint in RESOURCES and not self.rest

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The query's parameters, names in lower case; of a repeated one the first."""
        made: dict[str, str] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True) if self.query else ():
            made.setdefault(name.lower(), value)
        return MappingProxyType(made)

    @cached_property
    def last(self) -> str:
        """The last part of the path."""
        return next((part for part in (self.rest, self.id, self.endpoint) if part), "").rsplit("/", 1)[-1]

    def path_ends_in(self, name: str) -> bool:
        """Whether the last part of the path is this name."""
        return self.last == name


@dataclass(frozen=True, slots=True)
class ParsedBody:
    """A decoded body, and why it is not JSON. A slip that leaves no doubt about the rest is read past (`value`).

    `duplicates` names keys that stood twice in one object, `twins` those that another one equals but for letter case.
    """

    value: Any
    error: str = ""
    duplicates: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()


_NOTHING = ParsedBody(None)


def find_header(headers: Headers, name: str) -> str | None:
    """The first header of that name without regard to case, None when absent."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@lru_cache(maxsize=4096)
def parse_route(target: str) -> Route:
    """Split a target below the SCIM base into endpoint, id, rest and query."""
    parts = urlsplit(target)
    names = [unquote(part) for part in parts.path.split("/") if part]
    endpoint, id_, *rest = [*names, "", ""]
    return Route(endpoint, id_, "/".join(part for part in rest if part), parts.query)


@lru_cache(maxsize=4096)
def parse_body(body: bytes) -> ParsedBody:
    """Decode a JSON body and report what decoders lose. The value is read-only.

    A byte order mark, bytes that are no UTF-8, and NaN (read as null) are errors that the reading goes past.
    """
    return _Reading().read(body)


@lru_cache(maxsize=4096)
def parse_answer(body: bytes) -> ParsedBody:
    """The same of what a bridge answers, with the attributes of RFC 7643 in the letters of the RFC.

    Names of attributes have no letter case (section 2.1): whoever reads the value need not mind it.
    """
    return _UsualNames().read(body)


class _Reading:
    """What is noticed while one body is read."""

    def __init__(self) -> None:
        self.error = ""
        self.duplicates: list[str] = []
        self.twins: list[str] = []

    def read(self, body: bytes) -> ParsedBody:
        """The decoded body."""
        try:
            value = json.loads(self.text_of(body), object_pairs_hook=self.keep, parse_constant=self.pass_over)
        except (ValueError, RecursionError) as error:
            return ParsedBody(None, self.error or f"{type(error).__name__}: {error}")
        return ParsedBody(value, self.error, tuple(self.duplicates), tuple(self.twins))

    def text_of(self, body: bytes) -> str:
        """The text of a body."""
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            self.error = f"{type(error).__name__}: {error}"
            text = body.decode("utf-8", "replace")
        if text.startswith("\ufeff"):
            self.error = self.error or "ValueError: a byte order mark stands before the JSON"
            text = text[1:]
        return text

    def keep(self, pairs: list[tuple[str, Any]]) -> Json:
        """An object; of a key that stands twice the last value counts."""
        made = dict(pairs)
        if len(made) < len(pairs):
            self.duplicates += _repeated(key for key, _ in pairs)
        if len({key.lower() for key in made}) < len(made):
            self.twins += _repeated(key.lower() for key in made)
        return made

    def pass_over(self, constant: str) -> None:
        """NaN or an infinity, read as null."""
        self.error = self.error or f"ValueError: {constant} is not JSON"


class _UsualNames(_Reading):
    """Reads an object with the names of attributes as the RFC spells them."""

    def keep(self, pairs: list[tuple[str, Any]]) -> Json:
        """An object, spelt in the usual way."""
        made = super().keep(pairs)
        usual = usual_names(tuple(made))
        return made if usual is None else dict(zip(usual, made.values(), strict=True))


def _repeated(keys: Iterable[str]) -> Iterator[str]:
    """Each key that has stood before, as often as it stands again."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield key
        seen.add(key)


def get_attribute(resource: Mapping[str, Any], name: str) -> Any:
    """An attribute by name without regard to case (RFC 7643 section 2.1); None when absent."""
    if name in resource:
        return resource[name]
    key = _spelt(tuple(resource), name) if len(resource) <= _CROWDED else _LARGE.spelt(resource, name)
    return None if key is None else resource[key]


_CROWDED = 64  # ours: an object with more names is not one of many that look alike


class _Large:
    """The names of the large object that was asked for one last, by lower case: it is asked for many, one by one."""

    def __init__(self) -> None:
        self._of: Mapping[str, Any] = {}
        self._size = 0
        self._keys: dict[str, str] = {}

    def spelt(self, resource: Mapping[str, Any], name: str) -> str | None:
        if resource is not self._of or len(resource) != self._size:
            self._of, self._size = resource, len(resource)
            self._keys = {key.lower(): key for key in reversed(list(resource))}  # the first one of each counts
        return self._keys.get(name.lower())


_LARGE = _Large()


@lru_cache(maxsize=8192)
def _spelt(keys: tuple[str, ...], name: str) -> str | None:
    """Which of these keys is the name, in whatever letter case; None where there is none. Resources look alike."""
    wanted = name.lower()
    return next((key for key in keys if key.lower() == wanted), None)


def with_attribute(resource: Mapping[str, Any], name: str, value: Any) -> Json:
    """The resource with another value of an attribute, in whatever letter case the attribute's name stands there."""
    return {**{key: each for key, each in resource.items() if key.lower() != name.lower()}, name: value}


def resources_of(exchange: Exchange) -> Iterator[tuple[str, Json]]:
    """Every User and Group in a successful answer, with the JSON pointer at which it stands."""
    return iter(exchange.resources)


def is_list(body: Mapping[str, Any]) -> bool:
    """Whether a body says that it is a ListResponse."""
    schemas = body.get("schemas")
    return "Resources" in body or (
        isinstance(schemas, list) and "urn:ietf:params:scim:api:messages:2.0:ListResponse" in schemas
    )
