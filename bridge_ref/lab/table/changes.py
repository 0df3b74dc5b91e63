"""Changes of JSON values by the place where they happen: a path of names, with `*` for each element of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Change = Callable[[Any], Any]
_GONE = object()


def at(*path: str) -> Callable[[Change], Change]:
    """A change of what stands at a place, where there is such a place."""

    def within(change: Change) -> Change:
        return lambda value: _changed(value, path, change)

    return within


def put(new: Any, *path: str) -> Change:
    """Put a value in the place of another."""
    return at(*path)(lambda _: new)


def drop(*path: str) -> Change:
    """Leave out what stands at a place."""
    return at(*path)(lambda _: _GONE)


def add(new: Any, *path: str) -> Change:
    """Put a value at a place, whether or not something is there; the objects above it must be."""
    *above, name = path
    return at(*above)(lambda value: {**value, name: new} if isinstance(value, dict) else value)


def _changed(value: Any, path: tuple[str, ...], change: Change) -> Any:
    if not path:
        return change(value)
    name, *rest = path
    if name == "*" and isinstance(value, list):
        found = [_changed(each, tuple(rest), change) for each in value]
        return [each for each in found if each is not _GONE]
    if not isinstance(value, dict) or name not in value:
        return value
    inner = _changed(value[name], tuple(rest), change)
    return {key: inner if key == name else part for key, part in value.items() if key != name or inner is not _GONE}
