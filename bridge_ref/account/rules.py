"""What happens to a member: the state machine, with the events and the mail that each move brings."""

from msgspec import Struct

from bridge_ref.account.changes import (
    NO_CHANGE,
    AddMember,
    ChangeMember,
    ChangeSet,
    DropMember,
    Join,
    Leave,
    change,
)
from bridge_ref.account.events import Event, EventName
from bridge_ref.account.mail import Mail
from bridge_ref.account.members import Member, MemberType, identity_key
from bridge_ref.account.states import State, is_suspended, returned, suspended


class Newcomer(Struct, frozen=True):
    """Somebody the account does not know yet; `secret` becomes the invitation link."""

    member_id: str
    email: str
    name: str
    secret: str

    def as_member(self, state: State, now_ms: int) -> Member:
        """The member that this person becomes; whoever is not invited has no invitation."""
        invitation = self.secret if state is State.INVITED else None
        return Member(
            self.member_id,
            self.email,
            self.name,
            MemberType.MEMBER,
            state,
            True,
            invitation,
            now_ms,
            now_ms,
        )


class Account:
    """The rules of the account. Each method says, as a change set, what one act does to one member."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """A person comes into scope for the first time: one invitation, one mail."""
        member = newcomer.as_member(State.INVITED, now_ms)
        return (change(AddMember(member), _event("invited", member.id, State.INVITED, now_ms))) + self.mail.invitation(
            member.email, newcomer.secret, now_ms
        )

    def enrol_suspended(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """A person is made known without access: no mail until they come into scope."""
        member = newcomer.as_member(State.INVITED_SUSPENDED, now_ms)
        return change(AddMember(member), _event("suspended", member.id, member.state, now_ms))

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Take access away; nothing happens to a member who has none."""
        if is_suspended(member.state):
            return NO_CHANGE
        return self._move(member, suspended(member.state), "suspended", now_ms)

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """Give access back, to where suspension found the member; only who was never invited gets a mail."""
        if not is_suspended(member.state):
            return NO_CHANGE
        state = returned(member.state)
        moved = self._move(member, state, "reactivated", now_ms)
        if state is State.INVITED and member.invitation is None:
            return moved + self._invite_anew(member, member.email, secret, now_ms)
        return moved

    def readmit(self, member: Member, email: str, name: str, secret: str, now_ms: int) -> ChangeSet:
        """A member whose SCIM resource was deleted comes back under a new one."""
        taken_over = change(ChangeMember(member.id, {"managed": True, "email": email, "name": name}, now_ms))
        if is_suspended(member.state):
            return taken_over + self.reactivate(member, secret, now_ms)
        return taken_over + change(_event("adopted", member.id, member.state, now_ms))

    def readmit_suspended(self, member: Member, email: str, name: str, now_ms: int) -> ChangeSet:
        """The same, for a resource that says active false from the start."""
        taken_over = change(ChangeMember(member.id, {"managed": True, "email": email, "name": name}, now_ms))
        return taken_over + self.suspend(member, now_ms)

    def adopt(self, member: Member, now_ms: int) -> ChangeSet:
        """Provisioning takes charge of a member who was there before it."""
        if member.managed:
            return NO_CHANGE
        return change(
            ChangeMember(member.id, {"managed": True}, now_ms),
            _event("adopted", member.id, member.state, now_ms),
        )

    def unlink(self, member: Member, now_ms: int) -> ChangeSet:
        """The SCIM resource goes: the member stays, suspended, and an invitation that was open is dead."""
        unlinked = change(
            ChangeMember(member.id, {"invitation": None, "managed": False}, now_ms),
            _event("unlinked", member.id, member.state, now_ms),
        )
        return unlinked + self.suspend(member, now_ms)

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """A new display name, at once and without mail."""
        if name == member.name:
            return NO_CHANGE
        return change(
            ChangeMember(member.id, {"name": name}, now_ms),
            _event("renamed", member.id, member.state, now_ms),
        )

    def change_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """A new address, at once; who has not signed up is invited there, and the old link is dead."""
        if identity_key(email) == identity_key(member.email):
            # Another spelling of the same address: the mailbox is the same, so there is nothing to tell.
            return change(ChangeMember(member.id, {"email": email}, now_ms))
        changed = change(
            ChangeMember(member.id, {"email": email}, now_ms),
            _event("address_changed", member.id, member.state, now_ms),
        )
        if member.state is State.INVITED:
            return changed + self._invite_anew(member, email, secret, now_ms)
        if is_suspended(member.state):
            return changed
        return changed + self.mail.address_change(email, now_ms)

    def sign_up(self, member: Member, now_ms: int) -> ChangeSet:
        """The person has followed the invitation link; the link is used up."""
        used = change(ChangeMember(member.id, {"invitation": None}, now_ms))
        return used + self._move(member, State.PENDING, "signed_up", now_ms)

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """A person who has signed up is let in, and told so."""
        return self._move(member, State.ACTIVE, "confirmed", now_ms) + self.mail.start(member.email, now_ms)

    def recover(self, member: Member, now_ms: int) -> ChangeSet:
        """An administrator begins the recovery of a member's account; the journal has no word for it."""
        return change(ChangeMember(member.id, {"state": State.RECOVERING}, now_ms))

    def delete(self, member: Member, now_ms: int) -> ChangeSet:
        """An administrator removes a member for good; nothing that comes over SCIM does."""
        return change(DropMember(member.id), _event("deleted", member.id, None, now_ms))

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """A member joins a group; the state stays as it is."""
        return change(Join(group_id, member.id), Event("joined", now_ms, member.id, group_id, member.state))

    def leave(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """A member leaves a group; the state stays as it is."""
        return change(Leave(group_id, member.id), Event("left", now_ms, member.id, group_id, member.state))

    def _move(self, member: Member, state: State, event: EventName, now_ms: int) -> ChangeSet:
        return change(ChangeMember(member.id, {"state": state}, now_ms), _event(event, member.id, state, now_ms))

    def _invite_anew(self, member: Member, address: str, secret: str, now_ms: int) -> ChangeSet:
        return change(
            ChangeMember(member.id, {"invitation": secret}, now_ms),
            _event("invited", member.id, State.INVITED, now_ms),
        ) + self.mail.invitation(address, secret, now_ms)


def _event(event: EventName, member_id: str, state: State | None, now_ms: int) -> Event:
    return Event(event, now_ms, member_id, None, state)
