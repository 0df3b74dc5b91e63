"""Resources as flat maps: a path in lower case to a single value, or to the list of a multi-valued attribute.

The sub-attributes of a complex attribute have paths of their own (`name.givenname`), and so have the attributes of an
extension (`urn:…:user:department`). An attribute that is null or empty is unassigned, so it has no path (RFC 7643
section 2.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Flat = dict[str, Any]
CORE_URNS = ("urn:ietf:params:scim:schemas:core:2.0:user", "urn:ietf:params:scim:schemas:core:2.0:group")
META = ("id", "meta", "schemas")
_BOOLEANS = ("active", "primary")
_WORDS = {"true": True, "false": False}


def flatten(resource: Mapping[str, Any]) -> Flat:
    """A resource as a flat map. Attributes below the URN of a core schema count as the core's own."""
    made: Flat = {}
    for name, value in resource.items():
        _put(made, name.lower(), value, is_top=True)
    return made


def _put(made: Flat, path: str, value: Any, *, is_top: bool = False) -> None:
    if value is None or value == "" or value == [] or value == {}:
        return
    if isinstance(value, dict):
        joint = "" if path in CORE_URNS else f"{path}:" if is_top and path.startswith("urn:") else f"{path}."
        for name, part in value.items():
            _put(made, f"{joint}{name.lower()}", part)
    elif isinstance(value, list):
        items = [item for item in (_item(part) for part in value) if item not in (None, "", {}, [])]
        if items:
            made[path] = items
    else:
        made[path] = value


def _item(value: Any) -> Any:
    """An item of a list; an object with its names in lower case, without what is unassigned."""
    if not isinstance(value, dict):
        return value
    return {name.lower(): part for name, part in value.items() if part not in (None, "", [], {})}


def as_sent(flat: Flat) -> Flat:
    """What a client has sent, with Booleans that it wrote as text made Booleans."""
    return {path: _as_boolean(path, value) for path, value in flat.items()}


def _as_boolean(path: str, value: Any) -> Any:
    if isinstance(value, list):
        return [{n: _as_boolean(n, v) for n, v in i.items()} if isinstance(i, dict) else i for i in value]
    name = path.rpartition(".")[2]
    return _WORDS.get(value.lower(), value) if name in _BOOLEANS and isinstance(value, str) else value


def top_of(path: str) -> str:
    """The attribute that a path begins with: `name` of `name.givenname`, a whole extension attribute of an URN path."""
    if path.startswith("urn:"):
        urn, _, name = path.rpartition(":")
        return f"{urn}:{name.partition('.')[0]}"
    return path.partition(".")[0]


def paths_of(flat: Mapping[str, Any]) -> Iterator[str]:
    """Each path, and below each list the paths of what its items hold."""
    for path, value in flat.items():
        yield path
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from (f"{path}.{name}" for name in item)


class Spellings:
    """How attributes are spelt: from their paths in lower case back to what was sent or shown first."""

    def __init__(self) -> None:
        self._spelt: dict[str, str] = {}
        self._met: set[tuple[str, ...]] = set()

    def learn(self, resource: Mapping[str, Any]) -> None:
        """Note the names in a resource."""
        shape = tuple(resource)
        if shape in self._met:
            return
        self._met.add(shape)
        for name, value in resource.items():
            self._spelt.setdefault(name.lower(), name)
            for part in value if isinstance(value, list) else (value,):
                if isinstance(part, dict):
                    for sub in part:
                        self._spelt.setdefault(sub.lower(), sub)

    def spell(self, path: str) -> str:
        """A path as people write it."""
        urn, _, rest = path.rpartition(":")
        parts = ".".join(self._spelt.get(part, part) for part in rest.split("."))
        return f"{self._spelt.get(urn, urn)}:{parts}" if urn else parts

    def pointer(self, path: str) -> str:
        """A path as a JSON pointer."""
        urn, _, rest = path.rpartition(":")
        parts = [self._spelt.get(part, part) for part in rest.split(".")]
        return "/" + "/".join([self._spelt.get(urn, urn), *parts] if urn else parts)
