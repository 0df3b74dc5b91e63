"""Churn: changes in a company between two cycles (people join, leave, move, are renamed), seeded."""

from __future__ import annotations

import random
from collections.abc import Callable

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.errors import UsageError


class Churn:
    """What happens in a company between two cycles: a stated share of the people is touched, seeded."""

    def __init__(self, directory: Directory, share: float, seed: int) -> None:
        self._directory = directory
        self._share = share
        self._random = random.Random(f"churn:{seed}")

    def happen(self) -> int:
        """Joiners, leavers, new names and addresses, blocked and freed, moves between groups; how many acts."""
        keys = self._drawn(round(len(self._directory.people) * self._share))
        for key in keys:
            person = self._directory.people[key]
            if not person.is_deleted:
                self._random.choice(self._acts)(person)
        return len(keys)

    def state(self) -> list[object]:
        """Where the draws stand, as JSON."""
        version, words, gauss = self._random.getstate()
        return [version, list(words), gauss]

    def go_on(self, state: list[object]) -> None:
        """The reverse of `state`. Raises UsageError for what no `state` has given."""
        try:
            version, words, gauss = state
            self._random.setstate((version, tuple(words), gauss))  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise UsageError(f"--state: the file is damaged: churn: {error}") from error

    @property
    def _acts(self) -> tuple[Callable[[Person], object], ...]:
        return (self._hire, self._leave_company, self._rename, self._readdress, self._block, self._move, self._promote)

    def _drawn(self, count: int) -> list[str]:
        population, changed = self._directory.people.population, list(self._directory.people.changed)
        most = population.people + len(changed)
        numbers = (self._random.randrange(most) for _ in range(count if most else 0))
        keys = (
            f"{population.run_id}p{n + 1}" if n < population.people else changed[n - population.people] for n in numbers
        )
        return [key for key in dict.fromkeys(keys) if key in self._directory.people]

    def _hire(self, beside: Person) -> None:
        groups = [self._directory.groups[key] for key in sorted(self._directory.groups_of(beside))]
        newcomer = self._directory.hire(beside.given_name, *groups)
        if not groups:
            self._directory.assign(newcomer)

    def _leave_company(self, person: Person) -> None:
        self._directory.delete(person)

    def _rename(self, person: Person) -> None:
        self._directory.rename(person, person.given_name, f"{person.family_name.split('-')[0]}-{person.key[-1]}")

    def _readdress(self, person: Person) -> None:
        local, _, domain = person.address.rpartition("@")
        self._directory.change_address(person, f"n-{local}@{domain}"[-250:] if len(local) < 60 else person.address)

    def _block(self, person: Person) -> None:
        (self._directory.disable if person.is_enabled else self._directory.enable)(person)

    def _move(self, person: Person) -> None:
        own = sorted(self._directory.groups_of(person))
        others: list[Group] = [g for key, g in self._directory.groups.items() if key not in own]
        if own and others:
            self._directory.move(person, self._directory.groups[own[0]], self._random.choice(others))

    def _promote(self, person: Person) -> None:
        self._directory.change_profile(person, title="Head of " + (person.department or "Nothing"))
