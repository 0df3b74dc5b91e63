"""Ways of reading a resource back; a situation takes them in turn, so that each write is seen in each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.record.exchange import Json, Request
from harness.record.message import WRITE_HEADERS, equals, path_of, read, render_json, render_query
from harness.situations.situation import Scene

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


@dataclass(frozen=True, slots=True)
class Handle:
    """A resource that a situation has made: where it is, and the name by which it is found."""

    endpoint: str
    id: str
    name: str


Reading = Callable[[Handle], Request]


def by_id(known: Handle) -> Request:
    """GET of the resource."""
    return read(path_of(known.endpoint, known.id), "read back")


def by_name(known: Handle) -> Request:
    """A look-up by the name."""
    by = "userName" if known.endpoint == "Users" else "displayName"
    return listed(known.endpoint, "find by name", ("filter", equals(by, known.name)))


def by_search(known: Handle) -> Request:
    """The same look-up as a search."""
    by = "userName" if known.endpoint == "Users" else "displayName"
    return search(f"/{known.endpoint}", "search by name", {"filter": equals(by, known.name)})


def listed(endpoint: str, name: str, *parameters: tuple[str, str]) -> Request:
    """A list with these parameters."""
    return read(f"/{endpoint}", name, render_query(parameters))


def search(endpoint: str, name: str, parameters: Json) -> Request:
    """POST to `.search` (RFC 7644 section 3.4.3)."""
    body = {"schemas": [SEARCH], **parameters}
    return Request("POST", f"{endpoint}/.search", name, WRITE_HEADERS, render_json(body))


def readings(scene: Scene) -> list[Reading]:
    """The ways that this bridge can have: what it declares not to have is left out."""
    return [by_id, by_name, by_search, by_id] if scene.declared.has("filter") else [by_id]


class Turns:
    """Takes one way of reading after the other."""

    def __init__(self, scene: Scene) -> None:
        self._ways = readings(scene)
        self._at = scene.draw.randrange(len(self._ways))

    def next(self, known: Handle) -> Request:
        """The request of the next way."""
        self._at = (self._at + 1) % len(self._ways)
        return self._ways[self._at](known)
