"""The direct members of a group: those of the synthetic population, and changes since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet
from typing import Any

from harness.directory.population import SyntheticPeople


class Members(MutableSet[str]):
    """The keys of a group's direct members: those that the population has there, and what came and went since."""

    def __init__(self, group: str, population: SyntheticPeople, joined: dict[str, set[str]]) -> None:
        self._group = group
        self._population = population
        self._number = population.group_number_of(group)
        self._joined = joined
        self.added: dict[str, None] = {}
        self.removed: set[str] = set()

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        # What set operations yield is a plain set: it belongs to no group.
        return set(it)

    def __contains__(self, key: object) -> bool:
        return key in self.added or (isinstance(key, str) and key not in self.removed and self._is_original(key))

    def __iter__(self) -> Iterator[str]:
        if self._number:
            prefix = f"{self._population.run_id}p"
            for number in self._population.members_of(self._number):
                if (key := f"{prefix}{number}") not in self.removed:
                    yield key
        yield from list(self.added)

    def __len__(self) -> int:
        original = self._population.size_of(self._number) - len(self.removed) if self._number else 0
        return original + len(self.added)

    def add(self, key: str) -> None:
        """The person becomes a member."""
        if key in self.removed:
            self.removed.discard(key)
        elif key not in self:
            self.added[key] = None
            self._joined.setdefault(key, set()).add(self._group)

    def discard(self, key: str) -> None:
        """The person is no member any more."""
        if key in self.added:
            del self.added[key]
            groups = self._joined[key]
            groups.discard(self._group)
            if not groups:
                del self._joined[key]
        elif self._is_original(key):
            self.removed.add(key)

    def clear(self) -> None:
        """Remove all members."""
        for key in list(self):
            self.discard(key)

    def _is_original(self, key: str) -> bool:
        if not self._number:
            return False
        number = self._population.number_of(key)
        return number > 0 and self._number in self._population.groups_of(number)
