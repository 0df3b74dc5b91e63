"""Administrative actions on a running bridge: decide, commit, and journal refusals."""

from collections.abc import Callable
from functools import partial

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, Message
from bridge_ref.account.members import Member, identity_key
from bridge_ref.account.rules import refusal
from bridge_ref.decisions.account_settings import AccountActions
from bridge_ref.decisions.member_actions import ActionRefused, MemberActions
from bridge_ref.decisions.outcome import Refused
from bridge_ref.decisions.queries import Decision, FindMemberByAddress
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.transact import run_read_only, transact
from bridge_ref.scim.errors import ScimError

Make = Callable[[], Decision[ChangeSet]]


class AdminActions:
    """Actions of the control listener and of the pages. All but `note` raise ActionRefused or ScimError."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store
        self.member_actions = service.parts.pick(MemberActions)(service.parts.account)
        self.account_actions = service.parts.pick(AccountActions)(service.parts.group_rules)

    async def act(self, member_id: str, name: str) -> None:
        """One of the actions of `member_actions.by_name` on a member."""
        act = self.member_actions.by_name[name]
        await self._do(lambda: act(member_id, self._service.context()))

    async def sign_up(self, member_id: str, link: str | None) -> None:
        """The person signs up, by this link or by the newest."""
        await self._do(lambda: self.member_actions.sign_up(member_id, link, self._service.context()))

    async def accept_address(self, member_id: str, link: str | None, signed_in_as: str | None) -> None:
        """The person accepts a new address."""
        await self._do(
            lambda: self.member_actions.accept_address(member_id, link, signed_in_as, self._service.context())
        )

    async def follow(self, message: Message) -> None:
        """Follow the link of a mail as its recipient: sign up, or accept the address."""
        member = await self._recipient(message)
        if message.kind == "invitation":
            await self.sign_up(member.id, message.links[0])
        else:
            await self.accept_address(member.id, message.links[0], None)

    async def manage(self, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
        """Groups are put on the list of managed groups and taken off it."""
        await self._do(lambda: self.account_actions.manage(added, removed, self._service.context()))

    async def delete_group(self, group_id: str) -> None:
        """An administrator deletes a group."""
        await self._do(lambda: self.account_actions.delete_group(group_id, self._service.context()))

    async def set(self, *made: Make) -> None:
        """Several settings of the account at once: all of them are written, or none."""
        await self._do(lambda: _all(made))
        await self._service.learn_account_settings()

    async def note(self, error: Exception) -> None:
        """Record a refused action in the journal."""
        journal = error.journal if isinstance(error, ActionRefused | Refused) else NO_CHANGE
        if journal:
            await self._store.apply(journal)
            await self._store.committed()

    async def obstacle(self, make: Make) -> str | None:
        """The reason why an action is impossible now, or none; nothing changes."""
        try:
            change_set = await run_read_only(self._store, make())
        except (ActionRefused, ScimError) as error:
            return str(error)
        return None if change_set else "There is nothing to change."

    async def obstacles(self, member_id: str) -> dict[str, str | None]:
        """For each action on a member, the reason why it is impossible now, or none."""
        context = self._service.context()
        acts = self.member_actions.by_name.items()
        return {name: await self.obstacle(partial(act, member_id, context)) for name, act in acts}

    async def obstacle_to_following(self, message: Message) -> str | None:
        """The reason why the link of a mail is dead, or none."""
        context = self._service.context()
        try:
            member = await self._recipient(message)
        except ActionRefused as error:
            return str(error)
        if message.kind == "invitation":
            return await self.obstacle(lambda: self.member_actions.sign_up(member.id, message.links[0], context))
        return await self.obstacle(
            lambda: self.member_actions.accept_address(member.id, message.links[0], None, context)
        )

    async def _recipient(self, message: Message) -> Member:
        if not message.links:
            raise ActionRefused(409, "There is no link in this mail.")
        member = await self._store.find(FindMemberByAddress(identity_key(message.to)))
        if member is None:
            journal = refusal("following the link of a mail to an address of nobody", self._service.clock.now_ms())
            raise ActionRefused(409, "No member has the address that this mail went to: its link is dead.", journal)
        return member

    async def _do(self, make: Make) -> None:
        await transact(self._store, make, lambda change_set: change_set)


def _all(made: tuple[Make, ...]) -> Decision[ChangeSet]:
    parts = []
    for make in made:
        part = yield from make()
        parts.append(part)
    return ChangeSet.total(parts)
