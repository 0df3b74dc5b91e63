"""The people of a directory, by key; those of a synthetic population are computed on access."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, ValuesView

from harness.directory.population import SyntheticPeople
from harness.directory.values import Person


class _PeopleView(ValuesView[Person]):
    """Walks through a population without asking for each person by key, which costs twice as much."""

    def __init__(self, people: People) -> None:
        super().__init__(people)
        self._people = people

    def __iter__(self) -> Iterator[Person]:
        people = self._people
        if people.population.people and not people.changed and not people.gone:
            yield from self._untouched()
        else:
            yield from (person for key in people if (person := people.get(key)))

    def _untouched(self) -> Iterator[Person]:
        people = self._people
        for number in range(1, people.population.people + 1):
            person = people.population.person(number)
            # Somebody may be changed, or be hired, while we walk.
            if people.changed or people.gone:
                person = people.changed.get(person.key, person)
            if person.key not in people.gone:
                yield person
        yield from [person for key, person in people.changed.items() if not people.population.number_of(key)]


class People(MutableMapping[str, Person]):
    """People by key, in the order of hiring: the population's are made when asked for, those that changed are kept."""

    def __init__(self, population: SyntheticPeople) -> None:
        self.population = population
        self.changed: dict[str, Person] = {}
        self.gone: set[str] = set()

    def __getitem__(self, key: str) -> Person:
        person = self.changed.get(key) or self.original(key)
        if person is None:
            raise KeyError(key)
        return person

    def __setitem__(self, key: str, person: Person) -> None:
        self.gone.discard(key)
        self.changed[key] = person

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self.changed.pop(key, None)
        if self.population.number_of(key):
            self.gone.add(key)

    def __contains__(self, key: object) -> bool:
        if key in self.changed:
            return True
        return isinstance(key, str) and key not in self.gone and self.population.number_of(key) > 0

    def __iter__(self) -> Iterator[str]:
        prefix = f"{self.population.run_id}p"
        for number in range(1, self.population.people + 1):
            if (key := f"{prefix}{number}") not in self.gone:
                yield key
        # A copy, since people may be hired while somebody walks through.
        yield from [key for key in self.changed if not self.population.number_of(key)]

    def __len__(self) -> int:
        hired = (
            sum(not self.population.number_of(key) for key in self.changed)
            if self.population.people
            else len(self.changed)
        )
        return self.population.people - len(self.gone) + hired

    def values(self) -> ValuesView[Person]:
        """Everybody, in the order of hiring, one after the other."""
        return _PeopleView(self)

    def manager_of(self, key: str) -> str:
        """The key of a person's manager, empty when there is none; nobody of the population is made for it."""
        if key in self.changed:
            return self.changed[key].manager
        number = 0 if key in self.gone else self.population.number_of(key)
        return self.population.manager_of(number) if number else ""

    def original(self, key: str) -> Person | None:
        """The person of the population as they were at first; None when the key is not one of the population's."""
        number = 0 if key in self.gone else self.population.number_of(key)
        return self.population.person(number) if number else None
