"""Defects of mail that show under a condition: by name, by state, by the number of times."""

from __future__ import annotations

from typing import Any

from bridge_ref.account.changes import NO_CHANGE, ChangeMember, ChangeSet, Message, change
from bridge_ref.account.mail import Kind, Mail
from bridge_ref.account.members import Member, Newcomer, State
from bridge_ref.account.rules import Account
from bridge_ref.decisions.identity import address_of
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.users import Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.stored_user import Document, User

_PEOPLE = ("SEED-*", "P-*")
_MONTH_MS = 25 * 86_400_000


@defect("names-with-apostrophes-get-no-mail", breaks=("SEED-51",), reach=_PEOPLE)
class NamesWithApostrophesGetNoMail(Mail):
    """Sends no invitation to somebody whose name has an apostrophe."""

    def invitation(self, address: str, secret: str, now_ms: int, name: str = "") -> ChangeSet:
        """The mail, or none."""
        return NO_CHANGE if "'" in name or "’" in name else super().invitation(address, secret, now_ms, name)


@defect("mail-drops-the-tag", breaks=("SEED-51", "SEED-56"), reach=_PEOPLE)
class MailDropsTheTag(Mail):
    """Writes to the address without what follows a plus sign in it."""

    def _post(self, address: str, kind: Kind, subject: str, now_ms: int, body: str, *links: str) -> ChangeSet:
        mailbox, _, domain = address.partition("@")
        return super()._post(f"{mailbox.split('+')[0]}@{domain}", kind, subject, now_ms, body, *links)


@defect("late-returns-are-mailed", breaks=("SEED-54", "SEED-66"), reach=_PEOPLE)
class LateReturnsAreMailed(Account):
    """Tells a member to start once more who comes back after some weeks."""

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """The return, and a mail after a long absence."""
        moved = super().reactivate(member, secret, now_ms)
        is_late = member.state is State.SUSPENDED and now_ms - (member.suspended_ms or now_ms) > _MONTH_MS
        return moved + self.mail.start(member.email, now_ms, member.name) if is_late else moved


@defect("suspended-invitees-are-reminded", breaks=("SEED-51",), reach=_PEOPLE)
class SuspendedInviteesAreReminded(Account):
    """Mails another invitation to who is suspended before signing up."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """The suspension, and a mail."""
        moved = super().suspend(member, now_ms)
        is_waiting = member.state is State.INVITED and member.invitation is not None
        return moved + self.mail.invitation(member.email, str(member.invitation), now_ms) if is_waiting else moved


@defect("who-waited-is-let-in-silently", breaks=("SEED-54",), reach=_PEOPLE)
class WhoWaitedIsLetInSilently(Account):
    """Sends no start mail to a member who was suspended between sign-up and confirmation, and came back."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """The suspension; it remembers who waited."""
        if member.state is State.PENDING:
            self._waited().add(member.id)
        return super().suspend(member, now_ms)

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """The confirmation, with or without its mail."""
        confirmed = super().confirm(member, now_ms)
        if member.id not in self._waited():
            return confirmed
        return change(*(each for each in confirmed.changes if not isinstance(each, Message)))

    def _waited(self) -> set[str]:
        found: set[str] = self.__dict__.setdefault("waited", set())
        return found


@defect("renamed-invitees-are-invited-again", breaks=("SEED-15", "SEED-51"), reach=_PEOPLE)
class RenamedInviteesAreInvitedAgain(Account):
    """Mails another invitation to who gets another name before signing up."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """The new name, and a mail to who is invited."""
        renamed = super().rename(member, name, now_ms)
        if not renamed or member.state is not State.INVITED or member.invitation is None:
            return renamed
        return renamed + self.mail.invitation(member.email, member.invitation, now_ms, name)


@defect("the-suspended-are-told", breaks=("SEED-54",), reach=_PEOPLE)
class TheSuspendedAreTold(Account):
    """Mails a notice to an active member who is suspended."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """The suspension, and a notice."""
        moved = super().suspend(member, now_ms)
        is_told = moved and member.state is State.ACTIVE
        return moved + self.mail.notice(member.email, "Your account is suspended", now_ms) if is_told else moved


@defect(
    "every-tenth-invitation-is-lost", breaks=("SEED-38", "SEED-51"), reach=(*_PEOPLE, "OKTA-*", "ENTRA-*", "GOOGLE-*")
)
class EveryTenthInvitationIsLost(Account):
    """Sends nine of ten invitations."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The member, with or without the mail."""
        number = self.__dict__["number"] = self.__dict__.get("number", 0) + 1
        invited = super().invite(newcomer, now_ms)
        return invited if number % 10 else change(*(e for e in invited.changes if not isinstance(e, Message)))


@defect("joins-are-mailed", breaks=("SEED-54",), reach=_PEOPLE)
class JoinsAreMailed(Account):
    """Tells an active member to start once more who joins a group."""

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """The join, and a mail to who is active."""
        joined = super().join(group_id, member, now_ms)
        return joined + self.mail.start(member.email, now_ms) if member.state is State.ACTIVE else joined


@defect("repeated-addresses-are-asked-again", breaks=("SEED-61", "P-12"), reach=_PEOPLE)
class RepeatedAddressesAreAskedAgain(Users):
    """Asks once more for an address that it has asked for, whenever a write repeats it."""

    def apply_to_member(
        self, user: User, document: Document, context: DecisionContext, names_address: bool
    ) -> ChangeSet:
        """What it does to the member, and the mail again."""
        moved = super().apply_to_member(user, document, context, names_address)
        member, address = user.member, address_of(document)
        if not names_address or member.new_email is None or member.new_email != address:
            return moved
        return moved + self.account.mail.address_change(address, context.now_ms, member.new_secret, member.name)


@defect("both-mailboxes-are-invited", breaks=("SEED-61",), reach=_PEOPLE)
class BothMailboxesAreInvited(Account):
    """Mails an invitation to the old address, too, when somebody invited gets another one."""

    def move_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The new address, and a mail to each."""
        moved = super().move_address(member, email, secret, now_ms)
        is_invited = member.state is State.INVITED
        return moved + self.mail.invitation(member.email, secret, now_ms, member.name) if is_invited else moved


@defect("renames-kill-the-link", breaks=("SEED-52",), reach=_PEOPLE)
class RenamesKillTheLink(Account):
    """Makes the link in an invitation invalid when the person gets another name."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """The new name, and no link."""
        renamed = super().rename(member, name, now_ms)
        return renamed + _without_link(member, now_ms) if renamed and member.state is State.INVITED else renamed


def _without_link(member: Member, now_ms: int) -> ChangeSet:
    values: dict[str, Any] = {"invitation": None}
    return change(ChangeMember(member.id, values, now_ms))
