"""A driven identity provider for stories: each `sync()` runs its plan as one recorded step."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from harness.directory.values import Group, Person
from harness.idp.provider import Barrier, IdentityProvider, Job
from harness.record.exchange import Request
from harness.record.journal import (
    Entry,
    Step,
)
from harness.record.message import path_of, remove
from harness.stories.run import Run
from harness.target.probe import NotOffered
from harness.target.serial_driver import SerialDriver


class DrivenIdp:
    """What stories hold: a provider with its driver and the journal."""

    def __init__(self, provider: IdentityProvider, run: Run) -> None:
        self.provider = provider
        self.directory = provider.directory
        self.provided: set[str] = set()
        """The addresses of whoever was in scope at a sync."""
        self._run = run
        self._driver = SerialDriver(run.exchange, run.clock, run.options.seed)

    def hire(self, given_name: str, *groups: Group) -> Person:
        """A new person in the directory, in these groups."""
        return self.directory.hire(given_name, *groups)

    def form_groups(self, *names: str) -> list[Group]:
        """New groups in the directory, without access to the application."""
        return [self.directory.form_group(name) for name in names]

    def assign_groups(self, *names: str) -> list[Group]:
        """New groups, all assigned to the application (and pushed, where the provider pushes groups)."""
        groups = self.form_groups(*names)
        self.directory.assign_group(*groups)
        return groups

    def create_again(self, person: Person, *, in_capitals: bool = False) -> Request:
        """The create of a person once more, as after a lost answer; on wish with the address in capitals."""
        sent = structs.replace(person, address=person.address.upper()) if in_capitals else person
        return self.provider.create_request(sent)

    def made(self, person: Person) -> str:
        """The SCIM id of a person. Raises NotOffered where the bridge made no user: what follows needs one."""
        if not (scim_id := self.provider.id_of(person)):
            raise NotOffered(f"{person.full_name} was never created, so the story can't go on")
        return scim_id

    def delete_for_good(self, person: Person) -> Request:
        """DELETE of the user, as Entra ID sends it 30 days after a soft deletion (2.d) and Google on wish (3.d).

        Raises NotOffered where no user was made.
        """
        return remove(path_of("Users", self.made(person)), "delete user")

    def group_id(self, group: Group) -> str:
        """The SCIM id of a pushed group. Raises NotOffered where the bridge has none: it refused the group."""
        if not (scim_id := self.provider.links.groups.get(group.key)):
            raise NotOffered(f"{group.name} could not be pushed, so the story can't go on")
        return scim_id

    def connect(self) -> Entry:
        """Run the connection test, and return the entry before it, for `expect.silent`."""
        self._run.observe()
        self._run.wait_at_most(self.provider.timeout_s)
        mark = self._run.journal.add(Step(f"{self.provider.dialect} tests the connection"))
        self._driver.run(self.provider.connect())
        self._run.observe()
        return mark

    def sync(self, sentence: str = "the directory's changes are provisioned") -> None:
        """One provisioning step: run the plan, let the bridge's clock follow, and look at everything."""
        self.perform(sentence, self.provider.plan())

    def perform(self, sentence: str, plan: Iterable[Job | Barrier]) -> Entry:
        """Run any plan as one step, and return the step, for `expect.silent`: what an administrator starts by hand."""
        if not self._run.journal.dialect:
            raise ValueError("a provider syncs inside a scenario with a dialect")
        self._run.meet(*(person.address for person in self.directory.people.values()))
        self.provided.update(person.address for person in self.directory.people_in_scope())
        self._run.observe()
        step = self._run.journal.add(Step(sentence))
        self._run.wait_at_most(self.provider.timeout_s)
        self._driver.idp_waited_s = 0.0
        self._driver.run(plan)
        self._run.follow_idp_clock(self._driver.idp_waited_s)
        self._run.observe()
        return step
