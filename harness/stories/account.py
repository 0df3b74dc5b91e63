"""The account behind the bridge: the actions on it that stories use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from urllib.parse import quote

from harness.directory.values import Group, Person
from harness.record.exchange import Json
from harness.record.journal import SWITCHED_OFF, SWITCHED_ON
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
            self._run.act(self._path_to(person.address, "sign-up"), {}, person.address)
        self._run.observe()

    def wait_for_confirmation(self) -> None:
        """Let one confirmation interval pass and a little more (SEED-53: within five minutes)."""
        self._run.advance(self._run.probe.confirmation_interval_s + 1, "the bridge confirms who has signed up")
        self._run.observe()

    def pass_days(self, days: int) -> None:
        """Let days pass on the bridge; only where its clock can be moved. Raises as `need_clock` does."""
        self.need_clock()
        self._run.advance(days * 86_400.0)
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
            self._run.act(self._path_to(person.address, "confirm"), {}, person.address)
        except NotOffered:
            if self.states(person).get(person.address.casefold()) != "ACTIVE":
                raise

    def put_in_place(
        self, *people: Person, kind: str = "MEMBER", state: str = "ACTIVE", is_owner: bool = False
    ) -> None:
        """Members that the account had before provisioning (ACT-01)."""
        owner = {"owner": True} if is_owner else {}
        members = [{"email": p.address, "name": p.full_name, "type": kind, "state": state, **owner} for p in people]
        self._run.act("fixtures", {"members": members}, *(person.address for person in people))

    def state_of(self, person: Person) -> str:
        """The state that the member is in now. Raises NotOffered where the account has no such member."""
        found = [m for m in self._members([person.address]) if m["email"].casefold() == person.address.casefold()]
        if not found:
            raise NotOffered(f"{person.address} is no member of the account, so nothing can be said of them there")
        return str(found[0]["state"])

    def invitation_to(self, person: Person) -> str:
        """The link in the newest invitation to that address. Raises NotOffered where none can be read."""
        if "mail" not in self._run.probe.reads:
            raise NotOffered("the target's probe does not offer the read 'mail'")
        sent = self._run.probe.read("mail", to=person.address)["messages"]
        links = [link for mail in sent if mail["kind"] == "invitation" for link in mail["links"]]
        if not links:
            raise NotOffered(f"no link has reached {person.address}, so the story can't go on")
        return str(links[-1])

    def try_to_sign_up(self, person: Person, link: str = "") -> None:
        """The person follows a link, or the newest: whether that may lead anywhere, the story states afterwards."""
        path = self._path_to(person.address, "sign-up")
        self._try(path, {"link": link} if link else {}, person)

    def try_to_accept(self, person: Person, old_address: str, **body: str) -> None:
        """The person follows the newest link that asks for a new address, which may be dead by now.

        `body` is of the contract: another link, or the address that somebody is signed in with.
        """
        self._try(self._path_to(old_address, "accept-address"), body, person)

    def _try(self, path: str, body: Json, person: Person) -> None:
        name = path.rsplit("/", 1)[-1]
        if not self.can(name):
            raise NotOffered(f"the target's probe does not offer the act {name!r}")
        with contextlib.suppress(NotOffered):  # a refusal is one of the two answers that there are
            self._run.act(path, body, person.address)
        self._run.observe()

    def begin_recovery(self, person: Person) -> None:
        """An administrator begins the recovery of a member's account (ACT-06)."""
        self._run.act(self._path_to(person.address, "recover"), {}, person.address)
        self._run.observe()

    def switch_provisioning(self, is_on: bool) -> None:
        """An administrator switches provisioning off, or on again (ACT-08). While it is off, looks see no SCIM."""
        self.need_disposable("the switch of provisioning")
        self._run.act("provisioning", {"on": is_on}, name=SWITCHED_ON if is_on else SWITCHED_OFF)
        if is_on:
            self._run.observe()
        else:
            self._run.look_at_the_account()

    def wait_while_off(self) -> None:
        """Let one confirmation interval pass while provisioning is off, and look at the account alone."""
        self._run.advance(self._run.probe.confirmation_interval_s + 1)
        self._run.look_at_the_account()

    def allow_domains(self, *domains: str) -> None:
        """An administrator allows members of these domains alone (ACT-08)."""
        self.need_disposable("a list of allowed domains")
        self._run.act("provisioning", {"allowed_domains": list(domains)})
        self._run.observe()

    def asks_for(self, address: str) -> bool:
        """Whether the member of that address has been asked to accept another one."""
        return any(member.get("new_email") for member in self._members([address]) if member["email"] == address)

    def accept_address(self, person: Person, old_address: str) -> None:
        """The person accepts the new address by the link in the mail, signed in under the old one (ACT-07)."""
        self._run.act(self._path_to(old_address, "accept-address"), {}, person.address)
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

    def put_group(self, group: Group, *people: Person, **values: object) -> None:
        """A group of the account's own that provisioning does not manage, with these members (ACT-01).

        Where the account has a group of that name, the people are put into that one. `values` are of the contract.
        """
        self.need_disposable("a list of managed groups")  # before anything is made
        members = [person.address for person in people]
        self._run.act("fixtures", {"groups": [{"name": group.name, "members": members, "managed": False, **values}]})
        self._run.meet_group(group.name)
        self._run.observe()

    def manage(self, group: Group, managed: bool) -> None:
        """An administrator takes a group into the list of managed groups, or off it (ACT-08)."""
        self._run.act("managed-groups", {"add" if managed else "remove": [group.name]})
        self._run.observe()

    def delete(self, person: Person) -> None:
        """An administrator deletes a member for good (ACT-05)."""
        self._run.act(self._path_to(person.address, "delete"), {}, person.address)
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

    def _path_to(self, address: str, act: str) -> str:
        """The path of an act on a member, whose id may hold any character."""
        return f"members/{quote(self._member_id(address), safe='')}/{act}"

    def _member_id(self, address: str) -> str:
        found = [m["id"] for m in self._members([address]) if m["email"].casefold() == address.casefold()]
        if not found:
            raise NotOffered(f"{address} is no member of the account, so nothing can be done to them there")
        return str(found[0])
