"""The ids of users and groups on the bridge, and the values sent last; compact enough for a million people."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field

from harness.directory.directory import Directory
from harness.directory.people import People
from harness.directory.values import Person

_LENGTH_BITS = 16
_SPARSE = 1_024  # how far a number may lie beyond the last one and still get its place in the row


class Ids(MutableMapping[str, str]):
    """Ids by key, in one piece of memory: for keys that end in a number it takes the id itself and eight bytes.

    A dictionary takes some 200 bytes more for each person, which is most of what a million people may cost.
    """

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = {}
        self._text = bytearray()
        self._wasted = 0
        self._others: dict[str, str] = {}
        self._count = 0

    def __getitem__(self, key: str) -> str:
        place = self._place(key)
        if place:
            return self._read(place)
        return self._others[key]

    def __setitem__(self, key: str, value: str) -> None:
        prefix, number = _split(key)
        row = self._rows.get(prefix) if number else None
        if key in self._others or (row is not None and number <= len(row) and row[number - 1]):
            del self[key]
            row = self._rows.get(prefix)
        content = value.encode("utf-8", "surrogatepass")
        row = array("Q") if row is None else row
        # One more than the length is kept, so that an empty id is no empty place.
        if not number or len(content) + 1 >= 1 << _LENGTH_BITS or number > len(row) + _SPARSE:
            self._others[key] = value
        else:
            self._rows[prefix] = row
            if number > len(row):
                row.extend([0] * (number - len(row)))
            row[number - 1] = (len(self._text) << _LENGTH_BITS) | (len(content) + 1)
            self._text += content
        self._count += 1

    def __delitem__(self, key: str) -> None:
        place = self._place(key)
        if not place and key not in self._others:
            raise KeyError(key)
        self._count -= 1
        if place:
            prefix, number = _split(key)
            row = self._rows[prefix]
            row[number - 1] = 0
            self._wasted += (place & ((1 << _LENGTH_BITS) - 1)) - 1
            if number == len(row):
                while row and not row[-1]:
                    row.pop()
                if not row:
                    del self._rows[prefix]
            self._tidy()
        else:
            del self._others[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (self._place(key) > 0 or key in self._others)

    def __iter__(self) -> Iterator[str]:
        for prefix, row in list(self._rows.items()):
            for number, place in enumerate(row, 1):
                if place:
                    yield f"{prefix}{number}"
        yield from list(self._others)

    def __len__(self) -> int:
        return self._count

    def _place(self, key: str) -> int:
        prefix, number = _split(key)
        row = self._rows.get(prefix) if number else None
        return row[number - 1] if row is not None and number <= len(row) else 0

    def _read(self, place: int) -> str:
        start, length = place >> _LENGTH_BITS, (place & ((1 << _LENGTH_BITS) - 1)) - 1
        return self._text[start : start + length].decode("utf-8", "surrogatepass")

    def _tidy(self) -> None:
        if self._wasted < 65_536 or self._wasted * 2 < len(self._text):
            return
        kept = list(self.items())
        self._rows, self._text, self._wasted, self._count = {}, bytearray(), 0, 0
        self._others = {}
        for key, value in kept:
            self[key] = value


class Sent(MutableMapping[str, Person]):
    """The people as they were sent last. Who was sent as the population made them takes one bit, and is made again."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._as_made = bytearray(people.population.people // 8 + 1)
        self._others: dict[str, Person] = {}
        self._count = 0

    def __getitem__(self, key: str) -> Person:
        number = self._people.population.number_of(key)
        return self._people.population.person(number) if self._is_as_made(number) else self._others[key]

    def __setitem__(self, key: str, person: Person) -> None:
        number = self._people.population.number_of(key)
        if key in self._others or self._is_as_made(number):
            del self[key]
        # Nobody who was ever changed is compared: that would make everybody twice.
        if number and key not in self._people.changed:
            self._as_made[number >> 3] |= 1 << (number & 7)
        else:
            self._others[key] = person
        self._count += 1

    def __delitem__(self, key: str) -> None:
        number = self._people.population.number_of(key)
        if self._is_as_made(number):
            self._as_made[number >> 3] &= ~(1 << (number & 7))
        else:
            del self._others[key]
        self._count -= 1

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (
            key in self._others or self._is_as_made(self._people.population.number_of(key))
        )

    def __iter__(self) -> Iterator[str]:
        prefix = f"{self._people.population.run_id}p"
        yield from (f"{prefix}{n}" for n in range(1, self._people.population.people + 1) if self._is_as_made(n))
        yield from list(self._others)

    def __len__(self) -> int:
        return self._count

    def is_current(self, person: Person) -> bool:
        """Whether the person was sent as they are now; without making anybody of the population a second time."""
        if person.key in self._others:
            return self._others[person.key] == person
        number = self._people.population.number_of(person.key)
        return self._is_as_made(number) and (
            person.key not in self._people.changed or self._people.population.person(number) == person
        )

    def state(self) -> tuple[bytes, list[Person]]:
        """Who was sent as made, a bit for each, and the others as they were sent."""
        return bytes(self._as_made), list(self._others.values())

    def go_on(self, as_made: bytes, others: list[Person]) -> None:
        """The reverse of `state`, for the same population."""
        self._as_made[: len(as_made)] = as_made[: len(self._as_made)]
        self._others = {person.key: person for person in others}
        self._count = sum(byte.bit_count() for byte in self._as_made) + len(others)

    def _is_as_made(self, number: int) -> bool:
        return number > 0 and bool(self._as_made[number >> 3] & (1 << (number & 7)))


@dataclass(slots=True)
class Links:
    """What a provider remembers of the bridge: ids of people and groups, and what it sent last."""

    people: MutableMapping[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    sent: MutableMapping[str, Person] = field(default_factory=dict)
    inactive: set[str] = field(default_factory=set)
    members: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, directory: Directory) -> Links:
        """Links of that directory's people, none yet."""
        return cls(people=Ids(), sent=Sent(directory.people))

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """These ids in the order of the people whom they stand for, then those of nobody known.

        A bridge chooses its ids by chance: in their own order the same seed would send other requests each time.
        """
        wanted = set(ids)
        if len(wanted) < 2:
            return list(wanted)
        known = dict.fromkeys(scim_id for scim_id in self.people.values() if scim_id in wanted)
        return [*known, *sorted(wanted - known.keys())]

    def has_sent(self, person: Person) -> bool:
        """Whether the person was last sent as they are now."""
        if isinstance(self.sent, Sent):
            return self.sent.is_current(person)
        return self.sent.get(person.key) == person


def _split(key: str) -> tuple[str, int]:
    """What stands before a number at the end, and the number; 0 where the key can't be put together again from both."""
    prefix = key.rstrip("0123456789")
    digits = key[len(prefix) :]
    if not digits or digits[0] == "0" or len(digits) > 9:
        return key, 0
    return prefix, int(digits)
