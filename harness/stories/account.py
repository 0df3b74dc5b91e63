"""The account behind the bridge: the actions on it that stories use."""

from __future__ import annotations

from collections.abc import Iterable

from harness.directory.values import Group, Person
from harness.record.exchange import Json
from harness.stories.run import Run
from harness.target.probe import NotOffered, ProbeRefused


class Account:
    """What stories do to, and ask of, the account behind the bridge. Raises NotOffered where the target lacks it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def can(self, act: str) -> bool:
        """Whether the target offers that act."""
        return act in self._run.probe.acts

    def sign_up(self, *people: Person) -> None:
        """The people follow the link in their invitation and sign up (ACT-02)."""
        for person in people:
            self._run.act(f"members/{self._member_id(person.address)}/sign-up", {}, person.address)
        self._run.observe()

    def wait_for_confirmation(self) -> None:
        """Let one confirmation interval pass and a little more (SEED-53: within five minutes)."""
        self._run.advance(self._run.probe.confirmation_interval_s + 1, "the bridge confirms who has signed up")
        self._run.observe()

    def enrol(self, *people: Person) -> None:
        """Sign up and be confirmed: invited people become active members.

        An administrator confirms them, one by one, where the account's clock may not be moved.
        Raises NotOffered where the bridge confirms nobody: that is judged in a story of its own (SEED-53), and what
        comes after can't be seen here.
        """
        self.sign_up(*people)
        if self.can("confirm") and not self._run.can_advance:
            for person in people:
                self._confirm(person)
            self._run.observe()
        else:
            self.wait_for_confirmation()
        states = self.states(*people)
        for person in people:
            if states.get(person.address.casefold()) != "ACTIVE":
                raise NotOffered(f"{person.full_name} was not confirmed, so the story can't go on")

    def _confirm(self, person: Person) -> None:
        """Confirm somebody, unless the bridge has just done so itself: it does every few minutes (SEED-53)."""
        try:
            self._run.act(f"members/{self._member_id(person.address)}/confirm", {}, person.address)
        except NotOffered:
            if self.states(person).get(person.address.casefold()) != "ACTIVE":
                raise

    def put_in_place(self, *people: Person, kind: str = "MEMBER", state: str = "ACTIVE") -> None:
        """Members that the account had before provisioning (ACT-01)."""
        members = [{"email": p.address, "name": p.full_name, "type": kind, "state": state} for p in people]
        self._run.act("fixtures", {"members": members}, *(person.address for person in people))

    def asks_for(self, address: str) -> bool:
        """Whether the member of that address has been asked to accept another one."""
        return any(member.get("new_email") for member in self._members([address]) if member["email"] == address)

    def accept_address(self, person: Person, old_address: str) -> None:
        """The person accepts the new address by the link in the mail, signed in under the old one (ACT-07)."""
        self._run.act(f"members/{self._member_id(old_address)}/accept-address", {}, person.address)
        self._run.observe()

    def need_clock(self) -> None:
        """Go on only where time can be moved: five minutes for each such story are too long to wait.

        Raises NotOffered, and NeedsDisposable where the clock is that of an account of others.
        """
        if not self.can("clock/advance"):
            raise NotOffered("the target's probe does not offer the act 'clock/advance'")
        self.need_disposable("moving its clock")

    def need_disposable(self, what: str) -> None:
        """Go on only where the whole account may be changed. Raises NeedsDisposable."""
        self._run.guard.need_disposable(what)

    def open_vault(self, name: str, *groups: Group) -> None:
        """A vault that is open to these groups, as an administrator makes it (ACT-01). From now on looks see vaults."""
        self.need_disposable("a vault, which no act takes away,")
        self._run.act("fixtures", {"vaults": [{"name": name, "groups": [group.name for group in groups]}]})
        self._run.watch_vaults()
        self._run.observe()

    def put_group(self, group: Group, *people: Person) -> None:
        """A group of the account's own that provisioning does not manage, with these members (ACT-01)."""
        self.need_disposable("a list of managed groups")  # before anything is made
        members = [person.address for person in people]
        self._run.act("fixtures", {"groups": [{"name": group.name, "members": members, "managed": False}]})
        self._run.meet_group(group.name)
        self._run.observe()

    def manage(self, group: Group, managed: bool) -> None:
        """An administrator takes a group into the list of managed groups, or off it (ACT-08)."""
        self._run.act("managed-groups", {"add" if managed else "remove": [group.name]})
        self._run.observe()

    def delete(self, person: Person) -> None:
        """An administrator deletes a member for good (ACT-05)."""
        self._run.act(f"members/{self._member_id(person.address)}/delete", {}, person.address)
        self._run.observe()

    def events(self) -> int:
        """Where the account's event journal stands."""
        return self._run.position("journal")

    def outbox(self) -> int:
        """Where the outbox stands."""
        return self._run.position("mail")

    def states(self, *people: Person) -> dict[str, str]:
        """The states of at least these people, by address in small letters."""
        return {m["email"].casefold(): str(m["state"]) for m in self._members(person.address for person in people)}

    def _members(self, addresses: Iterable[str]) -> list[Json]:
        """At least the members of these addresses."""
        try:
            listed: list[Json] = self._run.probe.read("members", email=list(addresses))["members"]
        except ProbeRefused as error:
            raise NotOffered(f"the story can't go on: {error}") from error
        return listed

    def _member_id(self, address: str) -> str:
        found = [m["id"] for m in self._members([address]) if m["email"].casefold() == address.casefold()]
        if not found:
            raise NotOffered(f"{address} is no member of the account, so nothing can be done to them there")
        return str(found[0])
