"""The identity provider's side: who works here, in which groups, and who is assigned to the application. Seeded."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from functools import lru_cache

from faker import Faker

POOL_SIZE = 400


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the directory. `key` never changes and occurs in no other run; everything else may change."""

    key: str
    given_name: str
    family_name: str
    address: str
    is_enabled: bool = True
    is_deleted: bool = False
    is_archived: bool = False

    @property
    def full_name(self) -> str:
        """Given and family name, as a directory shows them."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the directory, by key; its name may change."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """What gives access to the application: a person, or everybody in a group."""

    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(slots=True)
class Directory:
    """The people, groups and assignments of one company; `domain` is that of its addresses.

    Addresses are unique by construction (a counter and the run's id), never by drawing again (ecosystem.md 1.8).
    """

    seed: int
    domain: str = "example.com"
    run_id: str = "r"
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    nested: dict[str, set[str]] = field(default_factory=dict)
    assignment: Assignment = Assignment()
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def hire(self, given_name: str, *groups: Group) -> Person:
        """A new person with that given name, and a family name drawn from the pool, in these groups."""
        number = len(self.people) + 1
        family = self._random.choice(family_names())
        local = _ascii(f"{given_name}.{family}.{self.run_id}{number}")
        person = Person(f"{self.run_id}p{number}", given_name, family, f"{local}@{self.domain}")
        self.people[person.key] = person
        for group in groups:
            self.join(person, group)
        return person

    def hire_many(self, count: int, *groups: Group) -> list[Person]:
        """That many new people, their given names drawn from the pool."""
        return [self.hire(self._random.choice(given_names()), *groups) for _ in range(count)]

    def form_group(self, name: str) -> Group:
        """A new group; its name carries the run's id, so that it meets no other run's."""
        key = f"{self.run_id}g{len(self.groups) + 1}"
        group = Group(key, f"{name} {self.run_id}")
        self.groups[key] = group
        self.members[key] = set()
        return group

    def join(self, person: Person, group: Group) -> None:
        """The person becomes a member of the group."""
        self.members[group.key].add(person.key)

    def leave(self, person: Person, group: Group) -> None:
        """The person is no member of the group any more."""
        self.members[group.key].discard(person.key)

    def move(self, person: Person, source: Group, target: Group) -> None:
        """From one group to another, as one change."""
        self.leave(person, source)
        self.join(person, target)

    def nest(self, inner: Group, outer: Group) -> None:
        """The inner group as a whole becomes a member of the outer one; nobody is a direct member by that."""
        self.nested.setdefault(outer.key, set()).add(inner.key)

    def rename(self, person: Person, given_name: str, family_name: str) -> Person:
        """Another name, the same person; returns the person as they are now."""
        return self._change(replace(self.now(person), given_name=given_name, family_name=family_name))

    def disable(self, person: Person) -> Person:
        """The person may not sign in any more: Okta's deactivate, Entra's blocked sign-in, Google's suspend."""
        return self._change(replace(self.now(person), is_enabled=False))

    def enable(self, person: Person) -> Person:
        """The reverse of `disable`."""
        return self._change(replace(self.now(person), is_enabled=True))

    def change_address(self, person: Person, address: str) -> Person:
        """Another address, the same person."""
        return self._change(replace(self.now(person), address=address))

    def rename_group(self, group: Group, name: str) -> Group:
        """Another name, the same group; returns the group as it is now."""
        renamed = replace(group, name=name)
        self.groups[group.key] = renamed
        return renamed

    def dissolve(self, group: Group) -> None:
        """The group is gone; the people in it stay in the directory."""
        del self.groups[group.key]
        del self.members[group.key]
        self.nested.pop(group.key, None)
        for inner in self.nested.values():
            inner.discard(group.key)

    def archive(self, person: Person) -> Person:
        """Kept in the directory for its data alone: Google's archived users."""
        return self._change(replace(self.now(person), is_archived=True))

    def unarchive(self, person: Person) -> Person:
        """The reverse of `archive`."""
        return self._change(replace(self.now(person), is_archived=False))

    def restore(self, person: Person) -> Person:
        """Back from deletion, in no group."""
        return self._change(replace(self.now(person), is_deleted=False))

    def delete(self, person: Person) -> Person:
        """The person is deleted from the directory, and out of every group."""
        for keys in self.members.values():
            keys.discard(person.key)
        return self._change(replace(self.now(person), is_deleted=True))

    def assign(self, *people: Person) -> None:
        """These people get the application by an assignment of their own."""
        self.assignment = replace(self.assignment, people=self.assignment.people | {p.key for p in people})

    def unassign(self, *people: Person) -> None:
        """Take back assignments of people's own; those that come through a group stay."""
        self.assignment = replace(self.assignment, people=self.assignment.people - {p.key for p in people})

    def assign_group(self, *groups: Group) -> None:
        """Everybody in these groups gets the application."""
        self.assignment = replace(self.assignment, groups=self.assignment.groups | {g.key for g in groups})

    def unassign_group(self, *groups: Group) -> None:
        """These groups give no access any more."""
        self.assignment = replace(self.assignment, groups=self.assignment.groups - {g.key for g in groups})

    def now(self, person: Person) -> Person:
        """The person as they are now."""
        return self.people[person.key]

    def is_in_scope(self, person: Person) -> bool:
        """Whether the person has the application: alive, enabled, and assigned by themselves or by a group."""
        current = self.now(person)
        if current.is_deleted or current.is_archived or not current.is_enabled:
            return False
        by_group = any(person.key in self.members[key] for key in self.assignment.groups)
        return by_group or person.key in self.assignment.people

    def people_in_scope(self) -> list[Person]:
        """Everybody who has the application, in the order of hiring."""
        return [person for person in self.people.values() if self.is_in_scope(person)]

    def members_in_scope(self, group: Group) -> list[Person]:
        """The members of a group who have the application, in the order of hiring."""
        keys = self.members[group.key]
        return [person for key, person in self.people.items() if key in keys and self.is_in_scope(person)]

    def assigned_groups(self) -> list[Group]:
        """The groups that give access, in the order of forming."""
        return [group for key, group in self.groups.items() if key in self.assignment.groups]

    def _change(self, person: Person) -> Person:
        self.people[person.key] = person
        return person


@lru_cache(maxsize=1)
def given_names() -> tuple[str, ...]:
    """The pool of given names."""
    return _fill("first_name")


@lru_cache(maxsize=1)
def family_names() -> tuple[str, ...]:
    """The pool of family names."""
    return _fill("last_name")


def _fill(kind: str) -> tuple[str, ...]:
    # Without weighting Faker draws some fifteen times faster (ecosystem.md 1.8). One fixed seed: a pool is data,
    # the run's own seed decides who is drawn from it.
    fake = Faker(["en_US", "de_DE", "sv_SE"], use_weighting=False)
    fake.seed_instance(20261125)
    return tuple(dict.fromkeys(str(getattr(fake, kind)()) for _ in range(POOL_SIZE)))


def _ascii(text: str) -> str:
    plain = text.lower().replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in plain.replace("å", "a"))
