"""The desk: what people do to a running bridge beside SCIM, decided, written, and noted where it was refused."""

from collections.abc import Callable
from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, Message
from bridge_ref.account.members import Member, identity_key
from bridge_ref.account.rules import refusal
from bridge_ref.decisions.account_settings import Administration
from bridge_ref.decisions.member_actions import ActError, Acts
from bridge_ref.decisions.outcome import Refused
from bridge_ref.decisions.queries import FindMemberByAddress, Looking
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.transact import decide, look
from bridge_ref.scim.errors import ScimError

Make = Callable[[], Looking[ChangeSet]]


class Desk:
    """Does acts for the control listener and for the pages alike. All but `note` raise ActError or ScimError."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store
        self.acts = Acts(service.parts.account)
        self.administration = Administration(service.parts.group_rules)

    async def act(self, member_id: str, name: str) -> None:
        """One of the acts of `acts.by_name` on a member."""
        act = self.acts.by_name[name]
        await self._do(lambda: act(member_id, self._service.moment()))

    async def sign_up(self, member_id: str, link: str | None) -> None:
        """The person signs up, by this link or by the newest."""
        await self._do(lambda: self.acts.sign_up(member_id, link, self._service.moment()))

    async def accept_address(self, member_id: str, link: str | None, signed_in_as: str | None) -> None:
        """The person accepts a new address."""
        await self._do(lambda: self.acts.accept_address(member_id, link, signed_in_as, self._service.moment()))

    async def follow(self, message: Message) -> None:
        """Whoever was written to follows the link in the mail: signs up, or accepts the address."""
        member = await self._recipient(message)
        if message.kind == "invitation":
            await self.sign_up(member.id, message.links[0])
        else:
            await self.accept_address(member.id, message.links[0], None)

    async def manage(self, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
        """Groups are put on the list of managed groups and taken off it."""
        await self._do(lambda: self.administration.manage(added, removed, self._service.moment()))

    async def delete_group(self, group_id: str) -> None:
        """An administrator deletes a group."""
        await self._do(lambda: self.administration.delete_group(group_id, self._service.moment()))

    async def set(self, *made: Make) -> None:
        """Several settings of the account at once: all of them are written, or none."""
        await self._do(lambda: _all(made))
        await self._service.look_up_standing()

    async def note(self, error: Exception) -> None:
        """What was refused changes nothing, but the journal keeps that it was asked for."""
        journal = error.journal if isinstance(error, ActError | Refused) else NO_CHANGE
        if journal:
            await self._store.apply(journal)
            await self._store.committed()

    async def obstacle(self, make: Make) -> str | None:
        """Why an act could not be done just now, or none if it could; nothing is done."""
        try:
            change_set = await look(self._store, make())
        except (ActError, ScimError) as error:
            return str(error)
        return None if change_set else "There is nothing to change."

    async def obstacles(self, member_id: str) -> dict[str, str | None]:
        """For each act on a member, why it could not be done just now."""
        moment = self._service.moment()
        acts = self.acts.by_name.items()
        return {name: await self.obstacle(partial(act, member_id, moment)) for name, act in acts}

    async def obstacle_to_following(self, message: Message) -> str | None:
        """Why the link in a mail leads nowhere any more, if that is so."""
        moment = self._service.moment()
        try:
            member = await self._recipient(message)
        except ActError as error:
            return str(error)
        if message.kind == "invitation":
            return await self.obstacle(lambda: self.acts.sign_up(member.id, message.links[0], moment))
        return await self.obstacle(lambda: self.acts.accept_address(member.id, message.links[0], None, moment))

    async def _recipient(self, message: Message) -> Member:
        if not message.links:
            raise ActError(409, "There is no link in this mail.")
        member = await self._store.find(FindMemberByAddress(identity_key(message.to)))
        if member is None:
            journal = refusal("following the link of a mail to an address of nobody", self._service.clock.now_ms())
            raise ActError(
                409, "Nobody on the account has the address that this mail went to: its link is dead.", journal
            )
        return member

    async def _do(self, make: Make) -> None:
        await decide(self._store, make, lambda change_set: change_set)


def _all(made: tuple[Make, ...]) -> Looking[ChangeSet]:
    parts = []
    for make in made:
        part = yield from make()
        parts.append(part)
    return ChangeSet.total(parts)
