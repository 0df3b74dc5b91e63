"""What a server may do with a write: outcomes, each with the requirements that permit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PermittedState:
    """The write is taken. `after` is the whole representation, writeOnly attributes included.

    `chosen` names attributes, as lower-case paths, whose value the server may choose: kept, cleared or defaulted.
    `freedoms` names what the server made use of; `changed` is false where nothing may change, lastModified included.
    """

    after: dict[str, Any]
    because: tuple[str, ...] = ()
    freedoms: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()
    changed: bool = True


MUTABILITY = frozenset({"mutability"})
WRONG_VALUE = frozenset({"invalidValue", "invalidSyntax", ""})
"""Error types of RFC 7644, table 9; an empty one is none at all."""


@dataclass(frozen=True, slots=True)
class PermittedRefusal:
    """The write is refused with one of the statuses and error types, and the resource stays as it was.

    An empty text among the error types means that the scimType may be left out.
    """

    statuses: frozenset[int]
    error_types: frozenset[str]
    because: tuple[str, ...] = ()
    freedoms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnythingPermitted:
    """The RFC does not say what a request of this kind means, or leaves more to choose than can be told.

    `likely` is the state after the request as servers usually read it, none where they usually refuse.
    """

    why: str
    likely: dict[str, Any] | None = None


Permitted = PermittedState | PermittedRefusal | AnythingPermitted
