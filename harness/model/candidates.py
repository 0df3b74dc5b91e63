"""Which items of a long list can be the one that is looked for: groups have thousands of members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def value_of(item: Any) -> Any:
    """By what an item of a list is known: its `value`, or itself."""
    return item.get("value", item.get("formatted")) if isinstance(item, dict) else item


def _key_of(item: Any) -> str | None:
    """A text in ASCII without its letter case and the blanks around it; None for any other value."""
    value = value_of(item)
    return value.strip().lower() if isinstance(value, str) and value.isascii() else None


class Candidates:
    """The items of a list by their values. Items that are taken are no candidates any more.

    For an item with a text in ASCII those are told that have the same text but for letter case and blanks, or none of
    the kind; for any other item, and where values `have_spellings` of their own, all of them.
    """

    def __init__(self, items: Sequence[Any], *, have_spellings: bool = False) -> None:
        self._items = dict(enumerate(items))
        self._by_key: dict[str | None, list[int]] = {}
        for place, item in self._items.items():
            self._by_key.setdefault(None if have_spellings else _key_of(item), []).append(place)

    def __len__(self) -> int:
        return len(self._items)

    def of(self, item: Any) -> Iterator[tuple[int, Any]]:
        """The places and the items that can be this one, in their order."""
        key = _key_of(item)
        if key is None:
            return iter(self._items.items())
        places = self._by_key.get(key, []), self._by_key.get(None, [])
        found = sorted((*places[0], *places[1])) if all(places) else places[0] or places[1]
        return ((place, self._items[place]) for place in found if place in self._items)

    def left(self) -> list[Any]:
        """The items that were not taken."""
        return list(self._items.values())

    def take(self, place: int) -> None:
        """An item has its partner."""
        del self._items[place]
