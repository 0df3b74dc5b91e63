"""Where two JSON values differ: by place, with both values, as few lines as say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ABSENT = "absent"
ORDER = "order of /Resources"
"""Of other lists the order says nothing (RFC 7643 section 2.4)."""

_KEYS = ("id", "value", "userName", "displayName", "type")

Place = tuple[str, str, str]
"""A JSON pointer, and both values as text; ABSENT where there is none."""


def places(one: Any, other: Any, pointer: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ. Items of lists that have a key of their own are compared by it, wherever they stand."""
    if isinstance(one, dict) and isinstance(other, dict):
        yield from _of_objects(one, other, pointer)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _of_lists(one, other, pointer)
    elif type(one) is not type(other) or one != other:
        yield pointer, one, other


class Missing:
    """Stands where one side has nothing."""


MISSING = Missing()


def _of_objects(one: dict[str, Any], other: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys([*one, *other]):
        here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in other:
            yield here, one[key], MISSING
        elif key not in one:
            yield here, MISSING, other[key]
        else:
            yield from places(one[key], other[key], here)


def _of_lists(one: list[Any], other: list[Any], pointer: str) -> Iterator[tuple[str, Any, Any]]:
    if one == other:
        return
    keys = _key_of(one, other)
    if keys is None:
        for index in range(max(len(one), len(other))):
            left = one[index] if index < len(one) else MISSING
            right = other[index] if index < len(other) else MISSING
            if left is MISSING or right is MISSING:
                yield f"{pointer}/{index}", left, right
            else:
                yield from places(left, right, f"{pointer}/{index}")
        return
    here, there = keys
    for name in dict.fromkeys([*here, *there]):
        place = f"{pointer}[{name}]"
        if name not in there:
            yield place, here[name], MISSING
        elif name not in here:
            yield place, MISSING, there[name]
        else:
            yield from places(here[name], there[name], place)
    if pointer == "/Resources" and set(here) == set(there) and list(here) != list(there):
        yield ORDER, list(here), list(there)


def _key_of(one: list[Any], other: list[Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Both lists by the first key that tells their items apart; None where none does."""
    for key in _KEYS:
        made = [_by(items, key) for items in (one, other)]
        if made[0] is not None and made[1] is not None:
            return made[0], made[1]
    if all(isinstance(item, str) for item in (*one, *other)) and len(set(one)) == len(one):
        return {item: item for item in one}, {item: item for item in other}
    return None


def _by(items: list[Any], key: str) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for item in items:
        name = item.get(key) if isinstance(item, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found
