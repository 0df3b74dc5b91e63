"""Defects towards people: who is told what, who gets in, who stays in."""

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, AddMember, ChangeMember, ChangeSet, Message, change
from bridge_ref.account.mail import Mail
from bridge_ref.account.members import Member, Newcomer, State, is_suspended
from bridge_ref.account.rules import Account
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.users import Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.stored_user import User

_LATE_MS = 330_000


@defect("returns-are-invited", breaks=("SEED-51", "SEED-66"), reach=("SEED-*", "OKTA-16", "P-*"))
class ReturnsAreInvited(Account):
    """Mails another invitation to a member who comes back from a suspension."""

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """The return, and a mail that nobody needs."""
        moved = super().reactivate(member, secret, now_ms)
        return moved + self.mail.invitation(member.email, secret, now_ms) if moved else moved


@defect("start-mails-come-twice", breaks=("SEED-54",), reach=("SEED-*", "P-*"))
class StartMailsComeTwice(Account):
    """Tells everybody twice that the account is ready."""

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """The confirmation, and one mail too many."""
        return super().confirm(member, now_ms) + self.mail.start(member.email, now_ms)


@defect("start-mails-come-early", breaks=("SEED-54",), reach=("SEED-*", "P-*"))
class StartMailsComeEarly(Account):
    """Tells people to start when they have signed up, and not when they are let in."""

    def sign_up(self, member: Member, now_ms: int) -> ChangeSet:
        """The sign-up, and the mail of the confirmation."""
        return super().sign_up(member, now_ms) + self.mail.start(member.email, now_ms)

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """The confirmation, in silence."""
        silent = Account(_Silent(), self.policy)
        return silent.confirm(member, now_ms)


class _Silent(Mail):
    """Writes nothing."""

    def start(self, address: str, now_ms: int, name: str = "") -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("accepted-addresses-start-anew", breaks=("SEED-54",), reach=("SEED-61", "P-*"))
class AcceptedAddressesStartAnew(Account):
    """Tells everybody to start once more who has accepted a new address."""

    def accept_address(self, member: Member, now_ms: int) -> ChangeSet:
        """The new address, and a mail to it."""
        return super().accept_address(member, now_ms) + self.mail.start(member.new_email or member.email, now_ms)


@defect("renames-are-mailed", breaks=("SEED-15", "SEED-54"), reach=("SEED-*", "P-*"))
class RenamesAreMailed(Account):
    """Tells everybody to start once more whose name changes."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """The new name, and a mail."""
        renamed = super().rename(member, name, now_ms)
        return renamed + self.mail.start(member.email, now_ms) if renamed else renamed


@defect("old-addresses-are-asked", breaks=("SEED-61", "P-12"), reach=("SEED-*", "P-*"))
class OldAddressesAreAsked(Account):
    """Asks for a new address at the old one."""

    def ask_for_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The request, with its mail to the old address."""
        asked = super().ask_for_address(member, email, secret, now_ms)
        kept = tuple(each for each in asked.changes if not isinstance(each, Message))
        return change(*kept) + self.mail.address_change(member.email, now_ms, secret, member.name)


@defect("newcomers-are-owners", breaks=("SEED-48", "ENTRA-11"), reach=("*",))
class NewcomersAreOwners(Account):
    """Makes everybody whom it invites an owner of the account."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The invitation of an owner."""
        invited = super().invite(newcomer, now_ms)
        changes = (AddMember(replace(c.member, owner=True)) if isinstance(c, AddMember) else c for c in invited.changes)
        return change(*changes)


@defect("renames-let-in", breaks=("SEED-16",), reach=("SEED-*", "P-*"))
class RenamesLetIn(Account):
    """Gives access back to a suspended member who gets another name."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """The new name, and access."""
        renamed = super().rename(member, name, now_ms)
        if not renamed or not is_suspended(member.state):
            return renamed
        return renamed + self._move(member, State.ACTIVE, "reactivated", now_ms, suspended_ms=None)


@defect("new-addresses-suspend", breaks=("SEED-59",), reach=("SEED-*", "GOOGLE-12", "P-*"))
class NewAddressesSuspend(Account):
    """Suspends a member who gets another address, and says nothing of it over SCIM."""

    def change_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The new address, and suspension with it."""
        changed = super().change_address(member, email, secret, now_ms)
        return changed + self.suspend(member, now_ms) if changed else changed


@defect("two-invitations", breaks=("SEED-51",), reach=("SEED-*", "ENTRA-34", "P-*"))
class TwoInvitations(Account):
    """Mails every invitation twice."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The invitation, and its copy."""
        return super().invite(newcomer, now_ms) + self.mail.invitation(newcomer.email, newcomer.secret, now_ms)


@defect("confirmations-are-late", breaks=("SEED-53",), reach=("SEED-*", "P-*"))
class ConfirmationsAreLate(Account):
    """Confirms nobody who has not waited for more than five minutes."""

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing, for now."""
        return NO_CHANGE if now_ms - member.updated_ms < _LATE_MS else super().confirm(member, now_ms)


@defect("deletes-leave-access", breaks=("SEED-62",), reach=("SEED-*", "P-*"))
class DeletesLeaveAccess(Users):
    """Forgets the SCIM user of a DELETE, and leaves the member able to sign in."""

    def forget(self, user: User, context: DecisionContext) -> ChangeSet:
        """The link goes, and nothing else."""
        quiet = self.account.unlink(replace(user.member, state=State.SUSPENDED), context.now_ms)
        changes = tuple(each for each in quiet.changes if isinstance(each, ChangeMember))
        return change(*changes)


@defect("nobody-leaves", breaks=("SEED-12", "RFC7644-3.5.2.2-04"), reach=("*",))
class NobodyLeaves(Account):
    """Says that somebody has left a group, and leaves them in it."""

    def leave(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("somebody-else-is-invited", breaks=("SEED-51",), reach=("SEED-*", "P-*"))
class SomebodyElseIsInvited(Account):
    """Mails a copy of each invitation to another address."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The invitation, and its copy for the administrators."""
        return super().invite(newcomer, now_ms) + self.mail.invitation("it@example.net", newcomer.secret, now_ms)
