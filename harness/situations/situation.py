"""A situation: a named conversation with a bridge, and the scene on which it plays."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from harness.model.characteristics import ResourceSchema
from harness.record.exchange import Exchange, Json, Request
from harness.record.message import CORE_GROUP, CORE_USER

Conversation = Generator[Request | tuple[Request, ...], Any, Any]
"""Yields a request and is sent its exchange; several at once are answered by a tuple of exchanges."""

BASES = {"Users": CORE_USER, "Groups": CORE_GROUP}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a bridge says of itself: its schemas by endpoint, the features of its configuration, and its largest page.

    A feature is None where the configuration does not tell; `tells_paging` says whether it speaks of cursors at all.
    """

    schemas: Mapping[str, ResourceSchema]
    features: Mapping[str, bool | None] = field(default_factory=dict)
    max_results: int = 0
    max_operations: int = 0
    max_payload: int = 0
    has_cursors: bool = False
    tells_paging: bool = True

    def has(self, feature: str) -> bool:
        """Whether a feature may be used: only what is declared not to be there is not."""
        return self.features.get(feature) is not False

    def takes(self, request: Request) -> bool:
        """Whether a request needs nothing that is declared not to be there."""
        is_filtered = "filter=" in request.target or request.target.endswith("/.search")
        needed = {"patch": request.method == "PATCH", "filter": is_filtered, "bulk": request.target == "/Bulk"}
        return all(self.has(feature) for feature, is_needed in needed.items() if is_needed)

    def declares(self, feature: str) -> bool:
        """Whether the bridge says that it has a feature."""
        return self.features.get(feature) is True


@dataclass(frozen=True, slots=True)
class Scene:
    """Names that are this run's own, and a seeded draw, for one family of situations."""

    declared: Declared
    mark: str
    domain: str
    draw: Random

    def address(self, name: str) -> str:
        """An address that nobody else has."""
        return f"{name}.{self.mark}@{self.domain}".lower()

    def user(self, tag: str, /, **attributes: Any) -> Json:
        """The body of a user with what providers always send; an attribute that is None is left out."""
        address = self.address(tag)
        usual: Json = {
            "schemas": [CORE_USER],
            "userName": address,
            "name": {"givenName": "Ada", "familyName": "Byron"},
            "displayName": "Ada Byron",
            "emails": [{"value": address, "type": "work", "primary": True}],
            **attributes,
        }
        urns = [key for key in attributes if key.startswith("urn:")]
        usual["schemas"] = [CORE_USER, *urns]
        return {key: value for key, value in usual.items() if value is not None}

    def group(self, tag: str, /, **attributes: Any) -> Json:
        """The body of a group."""
        made = {"schemas": [CORE_GROUP], "displayName": f"{tag} {self.mark}", **attributes}
        return {key: value for key, value in made.items() if value is not None}

    def body(self, endpoint: str, tag: str, /, **attributes: Any) -> Json:
        """The body of a user or of a group."""
        return self.user(tag, **attributes) if endpoint == "Users" else self.group(tag, **attributes)

    def own(self, endpoint: str) -> str:
        """A filter that only resources of this scene match."""
        return f'{"userName" if endpoint == "Users" else "displayName"} co "{self.mark}"'


@dataclass(frozen=True, slots=True)
class Situation:
    """A case with a name that reads in a report; `play` begins its conversation."""

    name: str
    play: Callable[[], Conversation]


Family = Callable[[Scene], Iterable[Situation]]


def unsent(request: Request) -> Exchange:
    """What a conversation is told of a request that was not sent."""
    return Exchange("", request, None, "the bridge declares not to have what it needs")


def made_id(exchange: Exchange) -> str:
    """The id that a create gave; empty where it made nothing."""
    made = exchange.json.get("id")
    return made if isinstance(made, str) and 200 <= exchange.status < 300 else ""
