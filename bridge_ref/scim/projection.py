"""The `attributes` and `excludedAttributes` of a request: RFC 7644 section 3.9."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from bridge_ref.scim.errors import invalid_value
from bridge_ref.scim.path import Target, find_path, find_target
from bridge_ref.scim.schema import ResourceType

_ALWAYS = frozenset({"schemas", "id"})
# The chosen sub-attributes of one attribute, or all of them.
_Chosen = Mapping[str, frozenset[str] | None]


class Projection(Struct, frozen=True):
    """The names of `attributes` or of `excludedAttributes`; with neither, everything is shown."""

    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def shows(self, resource_type: ResourceType, name: str) -> bool:
        """Whether any of one attribute is shown, so that what it would take is loaded only then."""
        if self.attributes:
            return name in _choose(resource_type, self.attributes)
        chosen = _choose(resource_type, self.excluded)
        return not (name in chosen and chosen[name] is None) and name not in resource_type.on_request

    def apply(self, resource_type: ResourceType, resource: dict[str, Any]) -> dict[str, Any]:
        """The part of a representation that is shown."""
        if self.attributes:
            return _keep(resource, _choose(resource_type, self.attributes))
        if not self.excluded and not resource_type.on_request:
            return resource
        unasked = dict.fromkeys(resource_type.on_request)
        return _leave_out(resource, {**_choose(resource_type, self.excluded), **unasked})


EVERYTHING = Projection()


def make_projection(attributes: tuple[str, ...], excluded: tuple[str, ...]) -> Projection:
    """A projection of what was asked for; asking for both is a contradiction."""
    if attributes and excluded:
        raise invalid_value("attributes and excludedAttributes cannot be used together.")
    if not attributes and not excluded:
        return EVERYTHING
    return Projection(attributes, excluded)


@lru_cache(maxsize=256)
def _choose(resource_type: ResourceType, names: tuple[str, ...]) -> dict[str, frozenset[str] | None]:
    """The chosen sub-attributes for each key of a representation; unknown names are ignored."""
    chosen: dict[str, frozenset[str] | None] = {}
    for name in names:
        path = find_path(name)
        target = find_target(resource_type, path) if path else None
        if target is not None:
            _choose_target(chosen, target)
    return chosen


def _choose_target(chosen: dict[str, frozenset[str] | None], target: Target) -> None:
    if target.extension is not None:
        name, sub = target.extension.id, target.attribute.name if target.attribute else None
        if sub and target.sub:
            sub = f"{sub}.{target.sub.name}"
    else:
        name, sub = target.attribute.name if target.attribute else "", target.sub.name if target.sub else None
    before = chosen.get(name, frozenset())
    chosen[name] = None if sub is None or before is None else before | {sub}


def _keep(resource: dict[str, Any], chosen: _Chosen) -> dict[str, Any]:
    kept = {}
    for name, value in resource.items():
        if name in _ALWAYS or chosen.get(name, frozenset()) is None:
            kept[name] = value
        elif name in chosen:
            part = _pick(value, chosen[name] or frozenset())
            if part:
                kept[name] = part
    return kept


def _leave_out(resource: dict[str, Any], chosen: _Chosen) -> dict[str, Any]:
    kept = {}
    for name, value in resource.items():
        if name not in chosen or name in _ALWAYS:
            kept[name] = value
        elif chosen[name] is not None:
            part = _drop(value, chosen[name] or frozenset())
            if part:
                kept[name] = part
    return kept


def _pick(value: Any, subs: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [part for part in (_pick(each, subs) for each in value) if part]
    if not isinstance(value, dict):
        return None
    picked = {name: each for name, each in value.items() if name in subs}
    for name, below in _deeper(subs).items():
        part = _pick(value.get(name), below)
        if part and name not in picked:
            picked[name] = part
    return picked


def _drop(value: Any, subs: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [part for part in (_drop(each, subs) for each in value) if part]
    if not isinstance(value, dict):
        return value
    deeper = _deeper(subs)
    dropped = {name: _drop(each, deeper.get(name, frozenset())) for name, each in value.items() if name not in subs}
    return {name: each for name, each in dropped.items() if each != {}}


def _deeper(subs: frozenset[str]) -> dict[str, frozenset[str]]:
    deeper: dict[str, set[str]] = {}
    for sub in subs:
        name, dot, below = sub.partition(".")
        if dot:
            deeper.setdefault(name, set()).add(below)
    return {name: frozenset(below) for name, below in deeper.items()}
