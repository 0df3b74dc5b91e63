"""Defects of inviting, confirming, suspending and deleting members."""

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, ChangeSet
from bridge_ref.account.members import Member
from bridge_ref.account.rules import Account
from bridge_ref.account.settings import AccountSettings
from bridge_ref.decisions.outcome import DecisionContext, Outcome
from bridge_ref.decisions.queries import Decision
from bridge_ref.decisions.router import Router
from bridge_ref.decisions.users import ExistingMember, Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.stored_user import Document, User


@defect(
    "suspends-nobody",
    breaks=("SEED-03", "SEED-06", "SEED-16", "SEED-62", "SEED-63", "SEED-64", "SEED-65"),
    reach=("SEED-*", "P-*", "GOOGLE-06", "GOOGLE-14", "GOOGLE-15", "GOOGLE-17", "GOOGLE-18", "GOOGLE-20", "GOOGLE-23"),
)
class SuspendsNobody(Account):
    """Says that active is false, and leaves the member able to sign in."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("confirms-nobody", breaks=("SEED-14", "SEED-50", "SEED-52", "SEED-53", "SEED-54"), reach=("SEED-*", "P-*"))
class ConfirmsNobody(Account):
    """Leaves everybody waiting who has signed up."""

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect(
    "invites-existing-members",
    breaks=("SEED-55", "SEED-56"),
    reach=("SEED-*", "P-*"),
)
class InvitesExistingMembers(Users):
    """Answers 409 to a create for somebody who is a member, and mails an invitation all the same."""

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The refusal, and a mail."""
        mail = self.account.mail.invitation(member.email, context.ids.new_secret(), context.now_ms)
        return replace(super().refuse_existing(member, context), change_set=mail)


@defect(
    "duplicate-create-accepted",
    breaks=("RFC7643-4.1.1-04", "RFC7643-4.1.1-05", "RFC7644-3.3-15"),
    reach=(
        "SEED-*",
        "P-*",
        "RFC7644-3.3-17",
        "RFC7644-3.12-12",
        "OKTA-05",
        "OKTA-08",
        "ENTRA-09",
        "RFC7643-7-32",
        "RFC7644-5-0[123]",
        "RFC7644-7.8-01",
    ),
)
class DuplicateCreateAccepted(Users):
    """Makes a second user and a second member of a userName that is taken."""

    def find_existing(self, document: Document) -> Decision[ExistingMember]:
        """Find nobody."""
        yield from ()
        return ExistingMember(None, False, NO_CHANGE)


@defect(
    "delete-forgets-the-member",
    breaks=("SEED-67",),
    reach=("SEED-*", "P-*", "GOOGLE-06"),
)
class DeleteForgetsTheMember(Users):
    """Removes the member from the account when the SCIM user is deleted."""

    def forget(self, user: User, context: DecisionContext) -> ChangeSet:
        """The member is gone."""
        return self.account.delete(user.member, context.now_ms)


@defect("off-is-passed-over", breaks=("P-08",), reach=("SEED-59",))
class OffIsPassedOver(Router):
    """Goes on provisioning while an administrator has switched it off."""

    def check_open(self, settings: AccountSettings) -> None:
        """Refuse nothing."""
