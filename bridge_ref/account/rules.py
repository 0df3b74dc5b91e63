"""The state machine of members, with the events and the mail that each transition causes.

The numbers M1 to M31 are those of `docs/reference/machine.md`.
"""

from typing import Any

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
from bridge_ref.account.members import (
    Member,
    Newcomer,
    State,
    has_signed_up,
    identity_key,
    is_suspended,
    returned,
    suspended,
)
from bridge_ref.account.policy import DEFAULT_POLICY, Policy

_DAY_MS = 86_400_000
_NOT_PENDING: dict[str, Any] = {"new_email": None, "new_secret": None}


class Account:
    """The rules of the account. Each method says, as a change set, what one act does to one member."""

    def __init__(self, mail: Mail, policy: Policy = DEFAULT_POLICY) -> None:
        self.mail = mail
        self.policy = policy

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """A person comes into scope for the first time: one invitation, one mail (M1, M18)."""
        member = newcomer.as_member(State.INVITED, now_ms)
        added = change(AddMember(member), _event("invited", member.id, State.INVITED, now_ms))
        return added + self.mail.invitation(member.email, newcomer.secret, now_ms, member.name)

    def enrol_suspended(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """A person is made known without access: no mail until they come into scope (M3)."""
        member = newcomer.as_member(State.INVITED_SUSPENDED, now_ms)
        return change(AddMember(member), _event("suspended", member.id, member.state, now_ms))

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Take access away; nothing happens to a member who has none (M11, M12, M14, M15, M20)."""
        if is_suspended(member.state):
            return NO_CHANGE
        return self._move(member, suspended(member.state), "suspended", now_ms, suspended_ms=now_ms)

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """Give access back, to where suspension found the member; a mail only where no link works (M13, M16)."""
        if not is_suspended(member.state):
            return NO_CHANGE
        state = returned(member.state)
        moved = self._move(member, state, "reactivated", now_ms, suspended_ms=None)
        if state is State.INVITED and self.needs_invitation(member, now_ms):
            return moved + self._invite_anew(member, member.email, secret, now_ms)
        return moved + self._ask_on_return(member, secret, now_ms)

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
        """Provisioning takes charge of a member who was there before it (M4)."""
        if member.managed:
            return NO_CHANGE
        return change(
            ChangeMember(member.id, {"managed": True}, now_ms),
            _event("adopted", member.id, member.state, now_ms),
        )

    def unlink(self, member: Member, now_ms: int) -> ChangeSet:
        """The SCIM resource goes: the member stays, suspended, and every link that was open is dead."""
        pending = _NOT_PENDING if member.new_email is not None else {}
        unlinked = change(
            ChangeMember(member.id, {"invitation": None, "managed": False, **pending}, now_ms),
            _event("unlinked", member.id, member.state, now_ms),
        )
        return unlinked + self.suspend(member, now_ms)

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """A new display name, at once and without mail (M22)."""
        if name == member.name:
            return NO_CHANGE
        return change(
            ChangeMember(member.id, {"name": name}, now_ms),
            _event("renamed", member.id, member.state, now_ms),
        )

    def change_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """A new address: asked for, taken over at once, or taken back (M23, M25, M26)."""
        if identity_key(email) == identity_key(member.email):
            return self.keep_address(member, email, now_ms)
        if member.new_email is not None and identity_key(email) == identity_key(member.new_email):
            return NO_CHANGE  # asked for already: one mail, however often it is sent
        if self.asks(member):
            return self.ask_for_address(member, email, secret, now_ms)
        return self.move_address(member, email, secret, now_ms)

    def asks(self, member: Member) -> bool:
        """Whether a new address of this member must be accepted first: the old one is part of their keys."""
        if not self.policy.asks_for_new_addresses or not has_signed_up(member.state):
            return False
        return not is_suspended(member.state) or self.policy.suspended_address == "ask-on-return"

    def keep_address(self, member: Member, email: str, now_ms: int) -> ChangeSet:
        """The address stays: another spelling of it, or the end of a change that was never accepted (M25)."""
        if member.new_email is None:
            # The mailbox is the same, so there is nothing to tell.
            return change(ChangeMember(member.id, {"email": email}, now_ms))
        return change(
            ChangeMember(member.id, {"email": email, **_NOT_PENDING}, now_ms),
            _event("address_change_cancelled", member.id, member.state, now_ms),
        )

    def ask_for_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The person is asked at the new address; until they accept it the old one holds (M23)."""
        is_later = is_suspended(member.state)
        asked = change(
            ChangeMember(member.id, {"new_email": email, "new_secret": None if is_later else secret}, now_ms),
            _event("address_change_requested", member.id, member.state, now_ms),
        )
        return asked if is_later else asked + self.mail.address_change(email, now_ms, secret, member.name)

    def move_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The new address holds at once; who has not signed up is invited there, and the old link is dead."""
        pending = _NOT_PENDING if member.new_email is not None else {}
        changed = change(
            ChangeMember(member.id, {"email": email, **pending}, now_ms),
            _event("address_changed", member.id, member.state, now_ms),
        )
        if member.state is State.INVITED:
            return changed + self._invite_anew(member, email, secret, now_ms)
        if member.state is State.INVITED_SUSPENDED:
            # A reader of the old mailbox must not sign up with the link in it.
            return changed + change(ChangeMember(member.id, {"invitation": None}, now_ms))
        if is_suspended(member.state):
            return changed
        return changed + self.mail.address_change(email, now_ms, None, member.name)

    def accept_address(self, member: Member, now_ms: int) -> ChangeSet:
        """The person has accepted the new address: it takes the old one's place (M24)."""
        return change(
            ChangeMember(member.id, {"email": member.new_email, **_NOT_PENDING}, now_ms),
            _event("address_changed", member.id, member.state, now_ms),
        )

    def sign_up(self, member: Member, now_ms: int) -> ChangeSet:
        """The person has followed the invitation link; the link is used up (M8)."""
        used = change(ChangeMember(member.id, {"invitation": None}, now_ms))
        return used + self._move(member, State.PENDING, "signed_up", now_ms)

    def is_expired(self, member: Member, now_ms: int) -> bool:
        """Whether the member's invitation link has become too old to sign up with."""
        days, sent_ms = self.policy.invitation_days, member.invited_ms
        return bool(days) and sent_ms is not None and now_ms >= sent_ms + days * _DAY_MS

    def needs_invitation(self, member: Member, now_ms: int) -> bool:
        """Whether a member who returns before signing up has no valid link (M13)."""
        is_open = member.invitation is not None and not self.is_expired(member, now_ms)
        return not is_open or self.policy.returning == "new-invitation"

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """A member who has signed up becomes active and gets the start mail (M9)."""
        confirmed = self._move(member, State.ACTIVE, "confirmed", now_ms)
        return confirmed + self.mail.start(member.email, now_ms, member.name)

    def recover(self, member: Member, now_ms: int) -> ChangeSet:
        """An administrator begins the recovery of a member's account (M19)."""
        return self._move(member, State.RECOVERING, "recovery_begun", now_ms)

    def restore(self, member: Member, now_ms: int) -> ChangeSet:
        """A recovery comes to its end; that is no first start, so there is no mail (M19)."""
        return self._move(member, State.ACTIVE, "recovered", now_ms)

    def delete(self, member: Member, now_ms: int) -> ChangeSet:
        """An administrator, or the account's own retention, removes a member for good; nothing over SCIM does (M17)."""
        return change(DropMember(member.id), _event("deleted", member.id, None, now_ms))

    def is_overdue(self, member: Member, now_ms: int) -> bool:
        """Whether a suspended member has been kept as long as the account keeps one (M17)."""
        days, since_ms = self.policy.retention_days, member.suspended_ms
        return (
            bool(days) and is_suspended(member.state) and since_ms is not None and now_ms >= since_ms + days * _DAY_MS
        )

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """A member joins a group; the state stays as it is (G7, G9)."""
        return change(Join(group_id, member.id), Event("joined", now_ms, member.id, group_id, member.state))

    def leave(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """A member leaves a group; the state stays as it is (M29, M30, G7)."""
        return change(Leave(group_id, member.id), Event("left", now_ms, member.id, group_id, member.state))

    def _move(self, member: Member, state: State, event: EventName, now_ms: int, **values: Any) -> ChangeSet:
        moved = ChangeMember(member.id, {"state": state, **values}, now_ms)
        return change(moved, _event(event, member.id, state, now_ms))

    def _invite_anew(self, member: Member, address: str, secret: str, now_ms: int) -> ChangeSet:
        return change(
            ChangeMember(member.id, {"invitation": secret, "invited_ms": now_ms}, now_ms),
            _event("invited", member.id, State.INVITED, now_ms),
        ) + self.mail.invitation(address, secret, now_ms, member.name)

    def _ask_on_return(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        # Only who was given a new address while suspended has not been asked yet.
        if member.new_email is None or member.new_secret is not None:
            return NO_CHANGE
        asked = change(ChangeMember(member.id, {"new_secret": secret}, now_ms))
        return asked + self.mail.address_change(member.new_email, now_ms, secret, member.name)


def _event(event: EventName, member_id: str, state: State | None, now_ms: int) -> Event:
    return Event(event, now_ms, member_id, None, state)


def refusal(detail: str, now_ms: int, member_id: str | None = None, group_id: str | None = None) -> ChangeSet:
    """The entry of the journal for something that was asked for and not done. The detail holds no secret."""
    return change(Event("refused", now_ms, member_id, group_id, None, detail=detail))
