"""A random life of a company: what happens to its people, month after month, drawn from a seed.

A life knows nothing of what is right: it makes things happen in the directory, to the account and on the way, and lets
the identity provider follow. The story around it states what must hold, and the invariants watch every step.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from harness.directory.values import Group, Person
from harness.idp.lost_answers import losing_at
from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.run import Run

CHAPTERS = 12
STEPS = 6  # at most so many more steps until nothing is left to be sent: vendors give up for a while, and come back
GROUPS = ("Everyone", "Design", "Sales", "Support")
GIVEN_NAMES = ("Ada", "Grace", "Joan", "Linus", "Zoë", "Łukasz", "D'Arcy", "Mary Ann", "Søren", "Chloé")
FAMILY_NAMES = ("King", "O'Neill", "Nguyễn", "Byron-King", "van der Berg", "Sáez", "İnan", "X")
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
JUMPS = (10.0, 6 * MINUTE, HOUR, 2 * DAY, 8 * DAY)
LOST_PLACES = 6  # the answer that gets lost is one of the first so many of a step
SHARE_OF_PUSHES, SHARE_OF_ACCEPTED, SHARE_OF_CONFIRMED = 0.4, 0.7, 0.7
Happening = tuple[int, Callable[[], str]]


class Life:
    """One life: `live` yields a sentence after each chapter, when the identity provider has nothing more to send.

    `unsure_of` are people whose address the account may still show as it was; `let_go` are the members of groups that
    give no access any more, and which a vendor may leave on the bridge as they are. `back` are people who came back
    into scope, whom some vendors put into their groups only when an administrator pushes these once more. `confirmed`
    are people who should have been, in this chapter, and `enrolled` those who were, in this one or an earlier one.
    """

    def __init__(self, idp: DrivenIdp, account: Account, run: Run, number: int) -> None:
        self._idp, self._account, self._run = idp, account, run
        self._directory = idp.directory
        self._random = random.Random(f"life:{run.options.seed}:{number}")
        self._loses_an_answer = False
        self.unsure_of: set[str] = set()
        self.let_go: set[str] = set()
        self.back: set[str] = set()
        self.confirmed: set[str] = set()
        self.enrolled: set[str] = set()
        self._outside: set[str] = set()
        self._left: set[str] = set()  # the company, and the provider knows it
        self.is_settled = True

    def live(self) -> Iterator[str]:
        """The founding, and then one chapter after the other."""
        groups = self._idp.assign_groups(*GROUPS)
        for _ in range(self._random.randint(3, 5)):
            self._hire_one(groups)
        yield self._follow("the company is founded")
        for _ in range(CHAPTERS):
            yield self._chapter()

    def people(self) -> list[Person]:
        """Everybody who has ever been hired, as they are now."""
        return list(self._directory.people.values())

    def groups_of(self, person: Person) -> set[Group]:
        """The groups that the provider keeps on the bridge and that the person is in."""
        keys = self._directory.groups_of(person)
        return {group for group in self._idp.provider.pushed_groups() if group.key in keys}

    def _chapter(self) -> str:
        self.confirmed.clear()
        told = []
        for _ in range(self._random.choice((1, 1, 2, 3))):
            acts = self._happenings()
            (act,) = self._random.choices([act for _, act in acts], [weight for weight, _ in acts])
            told.append(act())
        return self._follow("; ".join(told))

    def _follow(self, sentence: str) -> str:
        """Let the provider send what has changed, and go on until it has nothing left."""
        provider, plan = self._idp.provider, self._idp.provider.plan()
        if self._loses_an_answer:
            self._loses_an_answer = False
            plan = losing_at(plan, self._random.randrange(LOST_PLACES))
        before = len(provider.problems)
        outside = {person.key for person in self.people() if not provider.has_application(person)}
        self.back |= self._outside - outside
        self._outside = outside
        self._left = {person.key for person in self.people() if person.is_deleted}
        self._idp.perform(sentence, plan)
        for _ in range(STEPS):
            if len(provider.problems) == before and not provider.backlog():
                break
            before = len(provider.problems)
            provider.retry_all()
            self._idp.perform("what failed is tried again", provider.plan())
            self._push_by_hand()
        if self.back and self._random.random() < SHARE_OF_PUSHES:
            self._push_by_hand()
        self.is_settled = len(provider.problems) == before and not provider.backlog()
        return sentence

    def _push_by_hand(self) -> None:
        self._idp.perform("what is left to the administrator is done", self._idp.provider.by_hand())
        self.back.clear()

    def _happenings(self) -> list[Happening]:
        """What can happen now, each with its weight."""
        made: list[Happening] = [
            (4, self._hire),
            (2, self._lose_an_answer),
            *self._about_people(),
            *self._about_groups(),
        ]
        if self._run.can_advance:
            made += [(3, self._pass_time)]
        # A server in memory forgets everybody: that is judged by SEED-26, and would spoil the rest of a life.
        if self._run.operator.can_restart and self._run.guard.is_disposable and "members" in self._run.probe.reads:
            made += [(1, self._restart)]
        if self._invited() and self._account.can("sign-up"):
            made += [(6, self._sign_up)]
        return made

    def _about_people(self) -> list[Happening]:
        present = [person for person in self.people() if not person.is_deleted]
        enabled = [person for person in present if person.is_enabled]
        disabled = [person for person in present if not person.is_enabled]
        assigned = [p for p in present if p.key in self._directory.assignment.people]
        acts: list[tuple[int, list[Person], Callable[[Person], str]]] = [
            (3, present, self._rename),
            (3, enabled, self._disable),
            (4, disabled, self._enable),
            (2, enabled if len(enabled) > 2 else [], self._delete),
            (2, [person for person in self.people() if person.key in self._left], self._restore),
            (3, present, self._join_or_leave),
            (3, present, self._move),
            (2, present, self._assign),
            (2, assigned, self._unassign),
            (2, present, self._promote),
        ]
        if self._account.can("accept-address"):
            acts += [(2, [person for person in present if self._may_be_readdressed(person)], self._readdress)]
        return [(weight, self._about(act, people)) for weight, people, act in acts if people]

    def _about_groups(self) -> list[Happening]:
        pushed = self._directory.assigned_groups()
        others = [group for group in self._directory.groups.values() if group not in pushed]
        made: list[Happening] = [(1, self._form_group)]
        if len(pushed) > 1:
            made += [
                (1, self._about_group(self._unassign_group, pushed)),
                (1, self._about_group(self._dissolve, pushed)),
            ]
        if pushed:
            made += [(2, self._about_group(self._rename_group, pushed))]
        if others:
            made += [(2, self._about_group(self._assign_group, others))]
        return made

    def _about(self, act: Callable[[Person], str], people: list[Person]) -> Callable[[], str]:
        return lambda: act(self._directory.now(self._random.choice(people)))

    def _about_group(self, act: Callable[[Group], str], groups: list[Group]) -> Callable[[], str]:
        return lambda: act(self._random.choice(groups))

    def _hire(self) -> str:
        groups = list(self._directory.groups.values())
        return " and ".join(self._hire_one(groups) for _ in range(self._random.choice((1, 1, 2))))

    def _hire_one(self, groups: list[Group]) -> str:
        own = self._random.sample(groups, min(len(groups), self._random.randint(0, 2)))
        person = self._idp.hire(self._random.choice(GIVEN_NAMES), *own)
        if not own:
            self._directory.assign(person)
        return f"{person.full_name} is hired"

    def _lose_an_answer(self) -> str:
        self._loses_an_answer = True
        return "an answer gets lost"

    def _pass_time(self) -> str:
        seconds = self._random.choice(JUMPS)
        self._idp.perform("time passes", self._idp.provider.pass_time(seconds))
        return f"{seconds:.0f} s pass"

    def _restart(self) -> str:
        self._run.restart("the bridge restarts")
        return "the bridge has restarted"

    def _sign_up(self) -> str:
        person = self._random.choice(self._invited())
        self._account.sign_up(person)
        if not self._run.can_advance or self._random.random() > SHARE_OF_CONFIRMED:
            return f"{person.full_name} signs up"
        self._account.wait_for_confirmation()
        self.confirmed.add(person.key)
        if self._account.states(person).get(person.address.casefold()) == "ACTIVE":
            self.enrolled.add(person.key)
        return f"{person.full_name} signs up and waits for confirmation"

    def _invited(self) -> list[Person]:
        """People who have the application and were invited, under the address that the account knows."""
        states = self._account.states(*self.people()) if self._account.can("sign-up") else {}
        return [p for p in self.people() if states.get(p.address.casefold()) == "INVITED"]

    def _rename(self, person: Person) -> str:
        given, family = self._random.choice(GIVEN_NAMES), self._random.choice(FAMILY_NAMES)
        self._directory.rename(person, given, family)
        return f"{person.full_name} is now {given} {family}"

    def _may_be_readdressed(self, person: Person) -> bool:
        provider = self._idp.provider
        is_linked = bool(provider.id_of(person)) and provider.has_application(person)
        return is_linked and person.key not in self.unsure_of

    def _readdress(self, person: Person) -> str:
        """Another address; who is asked accepts it at once, or never."""
        local, _, domain = person.address.rpartition("@")
        now = self._directory.change_address(person, f"n{len(local)}.{local}@{domain}")
        self._follow(f"{person.full_name} has another address")
        if now.address.casefold() in self._account.states(now):
            return f"{person.full_name} is told at the new address"
        if self._account.asks_for(person.address) and self._random.random() < SHARE_OF_ACCEPTED:
            self._account.accept_address(now, person.address)
            return f"{person.full_name} accepts the new address"
        self.unsure_of.add(person.key)
        return f"{person.full_name} does not accept the new address"

    def _disable(self, person: Person) -> str:
        self._directory.disable(person)
        return f"{person.full_name} is blocked"

    def _enable(self, person: Person) -> str:
        self._directory.enable(person)
        return f"{person.full_name} is let in again"

    def _delete(self, person: Person) -> str:
        self._directory.delete(person)
        return f"{person.full_name} leaves the company"

    def _restore(self, person: Person) -> str:
        now = self._directory.restore(person)
        if pushed := self._directory.assigned_groups():
            self._directory.join(now, self._random.choice(pushed))
        return f"{person.full_name} comes back"

    def _join_or_leave(self, person: Person) -> str:
        group = self._random.choice(list(self._directory.groups.values()))
        if group.key in self._directory.groups_of(person):
            self._directory.leave(person, group)
            return f"{person.full_name} leaves {group.name}"
        self._directory.join(person, group)
        return f"{person.full_name} joins {group.name}"

    def _move(self, person: Person) -> str:
        own = sorted(self._directory.groups_of(person))
        others = [group for key, group in self._directory.groups.items() if key not in own]
        if not own or not others:
            return self._join_or_leave(person)
        source, target = self._directory.groups[self._random.choice(own)], self._random.choice(others)
        self._directory.move(person, source, target)
        return f"{person.full_name} moves from {source.name} to {target.name}"

    def _assign(self, person: Person) -> str:
        self._directory.assign(person)
        return f"{person.full_name} is assigned"

    def _unassign(self, person: Person) -> str:
        self._directory.unassign(person)
        return f"{person.full_name} is unassigned"

    def _promote(self, person: Person) -> str:
        self._directory.change_profile(person, title=f"Head of {self._random.choice(GROUPS)}")
        return f"{person.full_name} is promoted"

    def _form_group(self) -> str:
        (group,) = self._idp.form_groups(f"Team {self._directory.formed}")
        for person in self._random.sample(self.people(), min(2, len(self.people()))):
            if not person.is_deleted:
                self._directory.join(person, group)
        self._directory.assign_group(group)
        return f"{group.name} is formed and assigned"

    def _assign_group(self, group: Group) -> str:
        self._directory.assign_group(group)
        return f"{group.name} is assigned"

    def _unassign_group(self, group: Group) -> str:
        self.let_go |= set(self._directory.members[group.key])
        self._directory.unassign_group(group)
        return f"{group.name} is unassigned"

    def _dissolve(self, group: Group) -> str:
        self.let_go |= set(self._directory.members[group.key])
        self._directory.dissolve(group)
        return f"{group.name} is dissolved"

    def _rename_group(self, group: Group) -> str:
        name = f"{group.name} {self._random.randint(2, 9)}"
        self._directory.rename_group(group, name)
        return f"{group.name} is now {name}"
