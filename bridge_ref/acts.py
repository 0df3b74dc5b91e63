"""What people do on the account outside SCIM: sign up, and what an administrator or a test bench may do."""

from collections.abc import Callable

from bridge_ref.account.changes import (
    ChangeSet,
    RestsOn,
    change,
    resting_on,
)
from bridge_ref.account.mail import LINK_BASE
from bridge_ref.account.members import Member
from bridge_ref.account.rules import Account
from bridge_ref.account.states import State
from bridge_ref.answer import Moment
from bridge_ref.find import FindMember, FindUser, Looking, ask
from bridge_ref.records import ChangeUser


class ActError(Exception):
    """An act that cannot be done: the status says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Acts:
    """Decides acts on members. Each gives a change set."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.by_name: dict[str, Callable[[str, Moment], Looking[ChangeSet]]] = {
            "confirm": self.confirm,
            "suspend": self.suspend,
            "reactivate": self.reactivate,
            "delete": self.delete,
            "recover": self.recover,
        }

    def sign_up(self, member_id: str, link: str | None, moment: Moment) -> Looking[ChangeSet]:
        """The person follows an invitation link: the one given, or the newest."""
        member = yield from self._get(member_id)
        _expect(member, State.INVITED)
        if link is not None and (member.invitation is None or link != LINK_BASE + member.invitation):
            raise ActError(409, "This invitation link is dead.")
        return _seen(member) + self.account.sign_up(member, moment.now_ms)

    def confirm(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator lets somebody in who has signed up."""
        member = yield from self._get(member_id)
        _expect(member, State.PENDING)
        return _seen(member) + self.account.confirm(member, moment.now_ms)

    def suspend(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator takes access away; nothing happens to a member who has none."""
        member = yield from self._get(member_id)
        shown = yield from self._show(member, is_active=False, moment=moment)
        return _seen(member) + self.account.suspend(member, moment.now_ms) + shown

    def reactivate(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator gives access back; nothing happens to a member who has it."""
        member = yield from self._get(member_id)
        shown = yield from self._show(member, is_active=True, moment=moment)
        secret = moment.ids.new_secret()
        return _seen(member) + self.account.reactivate(member, secret, moment.now_ms) + shown

    def delete(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator deletes a member for good."""
        member = yield from self._get(member_id)
        return _seen(member) + self.account.delete(member, moment.now_ms)

    def recover(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator begins the recovery of a member's account."""
        member = yield from self._get(member_id)
        _expect(member, State.ACTIVE)
        return _seen(member) + self.account.recover(member, moment.now_ms)

    def _get(self, member_id: str) -> Looking[Member]:
        member = yield from ask(FindMember(member_id))
        if member is None:
            raise ActError(404, "There is no such member.")
        return member

    def _show(self, member: Member, is_active: bool, moment: Moment) -> Looking[ChangeSet]:
        """What the act makes SCIM say about the member."""
        user = None if member.scim_id is None else (yield from ask(FindUser(member.scim_id)))
        if user is None or user.document["active"] is is_active:
            return ChangeSet()
        document = {**user.document, "active": is_active}
        return change(ChangeUser(user.id, document, moment.now_ms, user.document))


def _expect(member: Member, state: State) -> None:
    if member.state is not state:
        raise ActError(409, f"The member is {member.state}; only {state} allows this.")


def _seen(member: Member) -> ChangeSet:
    return resting_on(RestsOn("member", member.id, member.version))
