"""The directory of one company: people, groups, assignments, and the log of their changes; seeded."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, MutableSet
from dataclasses import dataclass, field
from itertools import islice

from msgspec.structs import replace

from harness.directory.membership import Members
from harness.directory.people import People
from harness.directory.population import SyntheticPeople, family_names, given_names, plain
from harness.directory.values import Assignment, Change, Filter, Group, Person

PROVISIONING = "provisioning"
NOBODY = Assignment()
LOG_LIMIT = 200_000  # entries that are kept: some 40 MB; who is further behind compares instead


@dataclass(slots=True)
class Delta:
    """What makes a directory differ from the population that it began as: what a later run needs to go on."""

    changed: list[Person]
    gone: list[str]
    groups: list[Group]
    dissolved: list[str]
    added: dict[str, list[str]]
    removed: dict[str, list[str]]
    nested: dict[str, list[str]]
    applications: dict[str, Assignment]
    filters: list[Filter]
    log: list[Change]
    counts: tuple[int, int, int]
    draws: tuple[int, list[int], float | None]


@dataclass(slots=True)
class Directory:
    """The people, groups and assignments of one company; `domain` is that of its addresses.

    Addresses are unique by construction (a counter and the run's id), never by drawing again. The
    assignment of the application that is provisioned is `assignment`; other applications, such as single sign-on
    beside it, have assignments of their own that no provider looks at (SEED-09).
    """

    seed: int
    domain: str = "example.com"
    run_id: str = "r"
    population: SyntheticPeople | None = None
    people: People = field(init=False)
    groups: dict[str, Group] = field(init=False, default_factory=dict)
    members: dict[str, MutableSet[str]] = field(init=False, default_factory=dict)
    nested: dict[str, set[str]] = field(init=False, default_factory=dict)
    applications: dict[str, Assignment] = field(init=False, default_factory=dict)
    filters: tuple[Filter, ...] = field(init=False, default=())
    log: deque[Change] = field(init=False)
    last_change: int = field(init=False, default=0)
    formed: int = field(init=False, default=0)
    hired: int = field(init=False, default=0)
    _population: SyntheticPeople = field(init=False)
    _joined: dict[str, set[str]] = field(init=False, default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._population = self.population or SyntheticPeople(self.seed, domain=self.domain, run_id=self.run_id)
        self.people = People(self._population)
        self.log = deque(maxlen=LOG_LIMIT)
        self.formed = self._population.groups
        for number in range(1, self._population.groups + 1):
            self._keep(self._population.group(number))

    @classmethod
    def of(
        cls,
        *,
        people: int,
        groups: int = 0,
        seed: int = 7,
        domain: str = "example.com",
        run_id: str = "r",
        unusual_names: float = 0.0,
    ) -> Directory:
        """A company of that size, all of it assigned: by its groups, or everybody where it has none.

        It costs no memory for a person until somebody changes them.
        """
        directory = cls(seed, domain, run_id, SyntheticPeople(seed, people, groups, domain, run_id, unusual_names))
        directory.assignment = Assignment(groups=frozenset(directory.groups), everybody=not groups)
        return directory

    @property
    def assignment(self) -> Assignment:
        """Who has the application that is provisioned."""
        return self.applications.get(PROVISIONING, NOBODY)

    @assignment.setter
    def assignment(self, assignment: Assignment) -> None:
        self.applications[PROVISIONING] = assignment

    def hire(self, given_name: str, *groups: Group) -> Person:
        """A new person with that given name, and a family name drawn from the pool, in these groups."""
        self.hired += 1
        number = self._population.people + self.hired
        family = self._random.choice(family_names())
        local = plain(f"{given_name}.{family}.{self.run_id}{number}")
        return self.add(Person(f"{self.run_id}p{number}", given_name, family, f"{local}@{self.domain}"), *groups)

    def hire_many(self, count: int, *groups: Group) -> list[Person]:
        """That many new people, their given names drawn from the pool."""
        return [self.hire(self._random.choice(given_names()), *groups) for _ in range(count)]

    def add(self, person: Person, *groups: Group) -> Person:
        """A person made elsewhere, such as one with an unusual name or a service identity, in these groups."""
        self.people[person.key] = person
        self._note("hired", person.key)
        for group in groups:
            self.join(person, group)
        return person

    def hire_anew(self, person: Person) -> Person:
        """A new object with the name and the address of somebody who is or was there."""
        self.hired += 1
        number = self._population.people + self.hired
        return self.add(Person(f"{self.run_id}p{number}", person.given_name, person.family_name, person.address))

    def add_service(self, name: str) -> Person:
        """A service identity: it is in the directory, and no application is provisioned with it (2.f)."""
        person = self.hire(name)
        return self._change(replace(person, is_service=True, family_name="Service"), "profile changed")

    def form_group(self, name: str) -> Group:
        """A new group; its name carries the run's id, so that it meets no other run's."""
        self.formed += 1
        group = Group(f"{self.run_id}g{self.formed}", f"{name} {self.run_id}")
        self._keep(group)
        self._note("group formed", group.key)
        return group

    def join(self, person: Person, group: Group) -> None:
        """The person becomes a member of the group."""
        self.members[group.key].add(person.key)
        self._note("joined", person.key, group.key)

    def leave(self, person: Person, group: Group) -> None:
        """The person is no member of the group any more."""
        self.members[group.key].discard(person.key)
        self._note("left", person.key, group.key)

    def move(self, person: Person, source: Group, target: Group) -> None:
        """From one group to another, as one change."""
        self.leave(person, source)
        self.join(person, target)

    def nest(self, inner: Group, outer: Group) -> None:
        """The inner group becomes a member of the outer one; its people do not become direct members."""
        self.nested.setdefault(outer.key, set()).add(inner.key)
        self._note("nested", inner.key, outer.key)

    def rename(self, person: Person, given_name: str, family_name: str) -> Person:
        """Another name, the same person; returns the person as they are now."""
        return self._change(replace(self.now(person), given_name=given_name, family_name=family_name), "renamed")

    def disable(self, person: Person) -> Person:
        """The person may not sign in any more: Okta's deactivate, Entra's blocked sign-in, Google's suspend."""
        return self._change(replace(self.now(person), is_enabled=False), "disabled")

    def enable(self, person: Person) -> Person:
        """The reverse of `disable`."""
        return self._change(replace(self.now(person), is_enabled=True), "enabled")

    def change_address(self, person: Person, address: str) -> Person:
        """Another address, the same person."""
        return self._change(replace(self.now(person), address=address), "readdressed")

    def change_profile(self, person: Person, **attributes: str) -> Person:
        """Other details than name and address: title, department, manager, phone and the like."""
        return self._change(replace(self.now(person), **attributes), "profile changed")

    def rename_group(self, group: Group, name: str) -> Group:
        """Another name, the same group; returns the group as it is now."""
        renamed = replace(group, name=name)
        self.groups[group.key] = renamed
        self._note("group renamed", group.key)
        return renamed

    def dissolve(self, group: Group) -> None:
        """The group is gone; the people in it stay in the directory."""
        self.members[group.key].clear()
        del self.groups[group.key]
        del self.members[group.key]
        self.nested.pop(group.key, None)
        for inner in self.nested.values():
            inner.discard(group.key)
        self._note("group deleted", group.key)

    def archive(self, person: Person) -> Person:
        """Kept in the directory for its data alone: Google's archived users."""
        return self._change(replace(self.now(person), is_archived=True), "archived")

    def unarchive(self, person: Person) -> Person:
        """The reverse of `archive`."""
        return self._change(replace(self.now(person), is_archived=False), "unarchived")

    def sign_in(self, person: Person) -> Person:
        """They sign in, with a new picture: what a directory notes beside who somebody is."""
        return self._change(replace(self.now(person), sign_ins=self.now(person).sign_ins + 1), "signed in")

    def restore(self, person: Person) -> Person:
        """Back from deletion, in no group."""
        return self._change(replace(self.now(person), is_deleted=False), "undeleted")

    def delete(self, person: Person) -> Person:
        """The person is deleted from the directory, and out of every group."""
        for key in self.groups_of(person):
            self.members[key].discard(person.key)
        return self._change(replace(self.now(person), is_deleted=True), "deleted")

    def assign(self, *people: Person, to: str = PROVISIONING) -> None:
        """These people get the application by an assignment of their own."""
        keys, now = {p.key for p in people}, self.applications.get(to, Assignment())
        self.applications[to] = replace(now, people=now.people | keys, excepted=now.excepted - keys)
        if to == PROVISIONING:
            self._note_all("assigned", keys)

    def unassign(self, *people: Person, to: str = PROVISIONING) -> None:
        """Take back assignments of people's own; those that come through a group stay."""
        keys, now = {p.key for p in people}, self.applications.get(to, Assignment())
        excepted = now.excepted | keys if now.everybody else now.excepted
        self.applications[to] = replace(now, people=now.people - keys, excepted=excepted)
        if to == PROVISIONING:
            self._note_all("unassigned", keys)

    def assign_group(self, *groups: Group, to: str = PROVISIONING) -> None:
        """Everybody in these groups gets the application."""
        keys, now = {g.key for g in groups}, self.applications.get(to, Assignment())
        self.applications[to] = replace(now, groups=now.groups | keys)
        if to == PROVISIONING:
            self._note_all("group assigned", keys)

    def unassign_group(self, *groups: Group, to: str = PROVISIONING) -> None:
        """These groups give no access any more."""
        keys, now = {g.key for g in groups}, self.applications.get(to, Assignment())
        self.applications[to] = replace(now, groups=now.groups - keys)
        if to == PROVISIONING:
            self._note_all("group unassigned", keys)

    def narrow(self, *filters: Filter) -> None:
        """From now on only people whom all these filters let through are in scope, however they are assigned."""
        self.filters = filters

    def now(self, person: Person) -> Person:
        """The person as they are now."""
        return self.people[person.key]

    def groups_of(self, person: Person) -> set[str]:
        """The keys of the groups that the person is a direct member of."""
        number = self._population.number_of(person.key)
        original = (f"{self._population.run_id}g{n}" for n in self._population.groups_of(number)) if number else ()
        own = {key for key in original if key in self.members and person.key in self.members[key]}
        return own | self._joined.get(person.key, set())

    def is_in_scope(self, person: Person) -> bool:
        """Whether the person has the application: alive, enabled, let through, and assigned in some way."""
        current = self.people.changed.get(person.key) or person
        if current.is_deleted or current.is_archived or not current.is_enabled or current.is_service:
            return False
        if self.filters and not all(each.passes(current) for each in self.filters):
            return False
        return self._is_assigned(person.key)

    def is_key_in_scope(self, key: str) -> bool:
        """The same by key; nobody of the population is made for it unless a filter has to look at them."""
        if key in self.people.changed or self.filters:
            person = self.people.get(key)
            return person is not None and self.is_in_scope(person)
        return key in self.people and self._is_assigned(key)

    def people_in_scope(self) -> list[Person]:
        """Everybody who has the application, in the order of hiring."""
        return [person for person in self.people.values() if self.is_in_scope(person)]

    def members_in_scope(self, group: Group) -> list[Person]:
        """The members of a group who have the application, in the order of hiring."""
        members = self.members[group.key]
        if isinstance(members, Members) and not members.added:
            found = (self.people.get(key) for key in members)
            return [person for person in found if person is not None and self.is_in_scope(person)]
        return [self.people[key] for key in self._in_order(members) if self.is_in_scope(self.people[key])]

    def assigned_groups(self) -> list[Group]:
        """The groups that give access, in the order of forming."""
        assigned = self.assignment.groups
        return [group for key, group in self.groups.items() if key in assigned]

    def changes_since(self, number: int) -> list[Change]:
        """What has happened after that entry of the log, in order; 0 is the beginning.

        The log keeps the last 200,000 entries: where `forgets` says so, what came in between is gone, and only a
        comparison of everybody finds it.
        """
        behind = min(max(0, self.last_change - number), len(self.log))
        return list(islice(self.log, len(self.log) - behind, None))

    def forgets(self, number: int) -> bool:
        """Whether entries after that one are kept no longer."""
        return self.last_change - number > len(self.log)

    def delta(self) -> Delta:
        """Everything that was changed since the population, as plain values."""
        version, words, gauss = self._random.getstate()
        members = {key: m for key, m in self.members.items() if isinstance(m, Members)}
        original = {group.key: group for group in map(self._population.group, range(1, self._population.groups + 1))}
        return Delta(
            changed=list(self.people.changed.values()),
            gone=sorted(self.people.gone),
            groups=[group for key, group in self.groups.items() if original.get(key) != group],
            dissolved=[key for key in original if key not in self.groups],
            added={key: list(m.added) for key, m in members.items() if m.added},
            removed={key: sorted(m.removed) for key, m in members.items() if m.removed},
            nested={key: sorted(inner) for key, inner in self.nested.items()},
            applications=self.applications,
            filters=list(self.filters),
            log=list(self.log),
            counts=(self.last_change, self.formed, self.hired),
            draws=(version, list(words), gauss),
        )

    def take(self, delta: Delta) -> None:
        """The reverse of `delta`, on a directory that is fresh from the same population."""
        self.people.changed = {person.key: person for person in delta.changed}
        self.people.gone = set(delta.gone)
        for key in delta.dissolved:
            del self.groups[key], self.members[key]
        for group in delta.groups:
            if group.key in self.groups:
                self.groups[group.key] = group
            else:
                self._keep(group)
        for key, keys in delta.removed.items():
            for each in keys:
                self.members[key].discard(each)
        for key, keys in delta.added.items():
            for each in keys:
                self.members[key].add(each)
        self.nested = {key: set(inner) for key, inner in delta.nested.items()}
        self.applications, self.filters = dict(delta.applications), tuple(delta.filters)
        self.log = deque(delta.log, maxlen=LOG_LIMIT)
        self.last_change, self.formed, self.hired = delta.counts
        version, words, gauss = delta.draws
        self._random.setstate((version, tuple(words), gauss))

    def _is_assigned(self, key: str) -> bool:
        assignment = self.assignment
        if key in assignment.people or (assignment.everybody and key not in assignment.excepted):
            return True
        if not assignment.groups:
            return False
        number = self._population.number_of(key)
        for group_number in self._population.groups_of(number) if number else ():
            group = f"{self._population.run_id}g{group_number}"
            if group in assignment.groups and group in self.members and key in self.members[group]:
                return True
        return not assignment.groups.isdisjoint(self._joined.get(key, ()))

    def _in_order(self, members: Iterable[str]) -> list[str]:
        known = {key: place for place, key in enumerate(self.people.changed)}
        keys = [key for key in members if key in self.people]
        return sorted(
            keys, key=lambda key: (self._population.number_of(key) or self._population.people + 1, known.get(key, 0))
        )

    def _keep(self, group: Group) -> None:
        self.groups[group.key] = group
        self.members[group.key] = Members(group.key, self._population, self._joined)

    def _change(self, person: Person, kind: str) -> Person:
        self.people[person.key] = person
        self._note(kind, person.key)
        return person

    def _note(self, kind: str, subject: str, other: str = "") -> None:
        self.last_change += 1
        self.log.append(Change(self.last_change, kind, subject, other))

    def _note_all(self, kind: str, keys: set[str]) -> None:
        for key in sorted(keys):
            self._note(kind, key)
