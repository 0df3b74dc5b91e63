"""People in every state that a member can be in, all in the same groups, so that a story can try one thing on all."""

from __future__ import annotations

from dataclasses import dataclass

from harness.directory.values import Group, Person
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, PENDING, Expect, Proves
from harness.stories.names import Names

RECOVERING = "RECOVERING"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people, each with the state that the account had them in when they were together."""

    people: dict[Person, str]

    def expect_as_before(self, expect: Expect, proves: Proves, facets: str | tuple[str, ...] = ()) -> None:
        """State that everybody is in the state that they were in."""
        for person, state in self.people.items():
            expect.state(person, *still(state), proves=proves, facets=facets)

    def now(self, idp: DrivenIdp) -> list[Person]:
        """The people as the directory has them now."""
        return [idp.directory.now(person) for person in self.people]


def still(state: str) -> tuple[str, ...]:
    """The states of somebody to whom nothing was done: who waits, or recovers, may have been let in meanwhile."""
    return (state, ACTIVE) if state in (PENDING, RECOVERING) else (state,)


STATES = ("ACTIVE", "INVITED", "PENDING", "SUSPENDED", "INVITED_SUSPENDED", "PENDING_SUSPENDED", RECOVERING)


def put_everybody(client: Client, names: Names, account: Account) -> dict[Person, str]:
    """Seven members whom the account had before, each in a state of their own, with the ids of their users."""
    people = {}
    for state in STATES:
        address = names.address(state.lower())
        person = Person(address, state.title().replace("_", ""), "Byron", address)
        account.put_in_place(person, state=state)
        people[person] = client.id_of_user(address)
    client.observe()
    return people


def expect_still(people: dict[Person, str], expect: Expect) -> None:
    """State that those whom `put_everybody` has put in place are in the states that they were put in."""
    for person, state in zip(people, STATES, strict=True):
        expect.state(person, *still(state), proves=("SEED-18", "SEED-65"))


def gather(idp: DrivenIdp, account: Account, *groups: Group) -> Crowd:
    """Bring seven people into seven states. Raises NotOffered where the account's clock can't be moved.

    Who is to be suspended leaves the directory's active staff, and stays in the groups.
    """
    account.need_clock()
    invited, waits, works, recovers, left_first, left_waiting, left = (
        idp.hire(name, *groups) for name in ("Ada", "Grace", "Joan", "Linus", "Margaret", "Radia", "Tim")
    )
    idp.sync("seven people are invited")
    account.enrol(works, recovers, left)
    account.sign_up(left_waiting)
    for person in (left_first, left_waiting, left):
        idp.directory.disable(person)
    idp.sync(idp.provider.acts["deactivate"])
    if account.can("recover"):
        account.begin_recovery(recovers)
    account.sign_up(waits)
    people = (invited, waits, works, recovers, left_first, left_waiting, left)
    return Crowd({idp.directory.now(person): account.state_of(person) for person in people})
