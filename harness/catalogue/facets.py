"""Facets: the parts of a requirement, each of which must have been seen before the requirement passes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from harness.catalogue.capabilities import Capabilities
from harness.catalogue.conditions import CONDITIONS, find_unmet
from harness.errors import nearest

_KEYS = ("name", "when", "dialects", "unjudgeable")


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of a requirement: an attribute, a method, a resource type, a situation.

    `when` are conditions of the bridge, `dialects` the only ones whose client makes the situation, and `unjudgeable`
    says why no run can see it. Without these every run has to show the facet.
    """

    name: str
    when: tuple[str, ...] = ()
    dialects: tuple[str, ...] = ()
    unjudgeable: str | None = None

    def excuse(self, bridge: Capabilities, chosen: Collection[str]) -> str | None:
        """Why this target can't show the facet; None when it can. `chosen` are the dialects of `--idp`, if any were."""
        if self.unjudgeable:
            return self.unjudgeable
        if (unmet := find_unmet(self.when, bridge)) is not None:
            return f"this bridge: not {unmet}"
        if self.dialects and chosen and not set(self.dialects) & set(chosen):
            return f"only {' and '.join(self.dialects)} can show it, and --idp left that out"
        return None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A facet that a run did not judge, and why; `is_excused` where the target can't show it."""

    name: str
    why: str
    is_excused: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.why})" if self.why else self.name


def parse_facets(listed: Any) -> tuple[Facet, ...]:
    """The facets of a row: names, or tables with a name and a condition. Raises ValueError with what is wrong."""
    if not isinstance(listed, list):
        raise ValueError(f"facets must be a list; is {listed!r}")
    facets = tuple(_facet(each) for each in listed)
    names = [facet.name for facet in facets]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"facets has {name!r} twice")
    if len(facets) == 1:
        raise ValueError("facets has a single part: a requirement of one part has none")
    return facets


def _facet(given: Any) -> Facet:
    table = {"name": given} if isinstance(given, str) else given
    if not isinstance(table, dict) or not isinstance(table.get("name"), str) or not table["name"]:
        raise ValueError(f"a facet is a name, or a table with a name; is {given!r}")
    for fault in _faults(table):
        raise ValueError(f"facet {table['name']!r}: {fault}")
    return Facet(
        table["name"], tuple(table.get("when", ())), tuple(table.get("dialects", ())), table.get("unjudgeable")
    )


def _faults(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key not in _KEYS:
            yield f"unknown key {key!r}{nearest(key, _KEYS)}"
        elif key in ("when", "dialects"):
            if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
                yield f"{key} must be a list of words; is {value!r}"
        elif not isinstance(value, str) or not value:
            yield f"{key} must be a text; is {value!r}"
    for word in table.get("when", ()):
        if word not in CONDITIONS:
            yield f"when has the unknown word {word!r}{nearest(word, CONDITIONS)}"
