"""Defects of single transitions: suspended at one stage, back at another, confirmed too late."""

from __future__ import annotations

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, ChangeMember, ChangeSet, change
from bridge_ref.account.members import Member, State, is_suspended
from bridge_ref.account.rules import Account
from bridge_ref.decisions.member_actions import MemberActions
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.queries import Decision, FindMembers
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.registry import defect
from bridge_ref.runtime.confirmation import ConfirmationWatcher
from bridge_ref.runtime.transact import transact
from bridge_ref.scim.stored_user import User

_PEOPLE = ("SEED-*", "P-*", "OKTA-*", "ENTRA-*", "GOOGLE-*")
_AT_ONCE = 20


@defect("who-waits-is-not-suspended", breaks=("SEED-16", "SEED-63"), reach=_PEOPLE)
class WhoWaitsIsNotSuspended(Account):
    """Leaves somebody waiting for confirmation who is deprovisioned meanwhile."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing for who waits."""
        return NO_CHANGE if member.state is State.PENDING else super().suspend(member, now_ms)


@defect("who-is-invited-is-not-suspended", breaks=("SEED-16",), reach=_PEOPLE)
class WhoIsInvitedIsNotSuspended(Account):
    """Leaves an invitation open of somebody who is deprovisioned before signing up."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing for who is invited."""
        return NO_CHANGE if member.state is State.INVITED else super().suspend(member, now_ms)


@defect("who-recovers-is-not-suspended", breaks=("SEED-16", "SEED-63"), reach=_PEOPLE)
class WhoRecoversIsNotSuspended(Account):
    """Leaves a member with access who is deprovisioned during a recovery."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing during a recovery."""
        return NO_CHANGE if member.state is State.RECOVERING else super().suspend(member, now_ms)


@defect("who-waited-is-let-in-on-return", breaks=("SEED-66",), reach=_PEOPLE)
class WhoWaitedIsLetInOnReturn(Account):
    """Makes an active member of who was suspended before confirmation and comes back."""

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """The return, to the wrong state."""
        if member.state is not State.PENDING_SUSPENDED:
            return super().reactivate(member, secret, now_ms)
        return self._move(member, State.ACTIVE, "reactivated", now_ms, suspended_ms=None)


@defect("invitees-return-as-members", breaks=("SEED-52", "SEED-66"), reach=_PEOPLE)
class InviteesReturnAsMembers(Account):
    """Takes somebody who was suspended before signing up for signed up when they come back."""

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """The return, to the wrong state."""
        if member.state is not State.INVITED_SUSPENDED:
            return super().reactivate(member, secret, now_ms)
        return self._move(member, State.PENDING, "reactivated", now_ms, suspended_ms=None)


@defect("links-outlive-suspension", breaks=("SEED-16", "SEED-52"), reach=_PEOPLE)
class LinksOutliveSuspension(MemberActions):
    """Lets somebody sign up by their link while they are suspended, and gives access with it."""

    def sign_up(self, member_id: str, link: str | None, context: DecisionContext) -> Decision[ChangeSet]:
        """The sign-up, of the suspended too."""
        member = yield from self._get(member_id)
        if member.state is not State.INVITED_SUSPENDED or member.invitation is None:
            return (yield from super().sign_up(member_id, link, context))
        return self.account.sign_up(member, context.now_ms)


@defect("links-work-twice", breaks=("SEED-52",), reach=_PEOPLE)
class LinksWorkTwice(MemberActions):
    """Lets a member who is in already sign up again by any link, and wait for confirmation once more."""

    def sign_up(self, member_id: str, link: str | None, context: DecisionContext) -> Decision[ChangeSet]:
        """The sign-up, of active members too."""
        member = yield from self._get(member_id)
        if member.state is not State.ACTIVE or link is None:
            return (yield from super().sign_up(member_id, link, context))
        return self.account.sign_up(member, context.now_ms)


@defect("links-open-for-anybody", breaks=("SEED-52",), reach=_PEOPLE)
class LinksOpenForAnybody(MemberActions):
    """Lets somebody sign up by the link of another."""

    def sign_up(self, member_id: str, link: str | None, context: DecisionContext) -> Decision[ChangeSet]:
        """The sign-up, by whatever link."""
        return (yield from super().sign_up(member_id, None, context))


@defect("the-old-mailbox-accepts", breaks=("SEED-61",), reach=_PEOPLE)
class TheOldMailboxAccepts(MemberActions):
    """Takes a new address over from whoever is signed in, with whatever address."""

    def accept_address(
        self, member_id: str, link: str | None, signed_in_as: str | None, context: DecisionContext
    ) -> Decision[ChangeSet]:
        """The acceptance, by anybody."""
        return (yield from super().accept_address(member_id, None, None, context))


@defect("links-an-hour-old-are-dead", breaks=("SEED-52",), reach=_PEOPLE)
class LinksAnHourOldAreDead(Account):
    """Takes links that were sent more than an hour ago for expired."""

    def is_expired(self, member: Member, now_ms: int) -> bool:
        """After an hour."""
        return member.invited_ms is not None and now_ms - member.invited_ms > 3_600_000


@defect("twenty-are-confirmed-at-once", breaks=("SEED-53",), reach=_PEOPLE)
class TwentyAreConfirmedAtOnce(ConfirmationWatcher):
    """Confirms twenty people in a run, and the others in the next one."""

    async def run(self, now_ms: int) -> bool:
        """The run, which ends early."""
        self.confirmed = 0
        await super().run(now_ms)
        return False

    def _confirm(self, member_id: str, now_ms: int) -> Decision[ChangeSet]:
        self.confirmed += 1
        if self.confirmed > _AT_ONCE:
            return NO_CHANGE
        return (yield from super()._confirm(member_id, now_ms))


@defect("confirmed-a-second-late", breaks=("SEED-53",), reach=_PEOPLE)
class ConfirmedASecondLate(ConfirmationWatcher):
    """Confirms people 301 seconds after they have signed up at the earliest."""

    def _confirm(self, member_id: str, now_ms: int) -> Decision[ChangeSet]:
        members = yield FindMembers()
        waits = next((each for each in members if each.id == member_id), None)
        if waits is not None and now_ms - waits.updated_ms < 301_000:
            return NO_CHANGE
        return (yield from super()._confirm(member_id, now_ms))


@defect("a-restart-lets-back-in", breaks=("SEED-16", "SEED-26"), reach=_PEOPLE)
class ARestartLetsBackIn(ConfirmationWatcher):
    """Gives access back to everybody who is suspended, when it is started."""

    async def run_due(self, until_ms: int, is_catching_up: bool = False) -> bool:
        """The runs; at the start the returns too."""
        if is_catching_up:
            for member in await self._store.find(FindMembers()):
                if is_suspended(member.state):
                    moved = self._account.reactivate(member, "again", until_ms)
                    await transact(self._store, lambda moved=moved: _given(moved), lambda found: found)  # type: ignore[misc]
        return await super().run_due(until_ms, is_catching_up)


def _given(moved: ChangeSet) -> Decision[ChangeSet]:
    return moved
    yield  # a decision is a generator, though this one asks nothing


@defect("deleted-users-go-on-waiting", breaks=("SEED-62",), reach=_PEOPLE)
class DeletedUsersGoOnWaiting(Users):
    """Lets somebody in after all whose user was deleted between sign-up and confirmation."""

    def forget(self, user: User, context: DecisionContext) -> ChangeSet:
        """The link goes; who waits goes on waiting."""
        if user.member.state is not State.PENDING:
            return super().forget(user, context)
        gone = self.account.unlink(replace(user.member, state=State.SUSPENDED), context.now_ms)
        return change(*(each for each in gone.changes if isinstance(each, ChangeMember)))


@defect("deleted-invitees-can-sign-up", breaks=("SEED-62",), reach=_PEOPLE)
class DeletedInviteesCanSignUp(Users):
    """Leaves an invitation open whose user was deleted."""

    def forget(self, user: User, context: DecisionContext) -> ChangeSet:
        """The link goes; the invitation stays."""
        if user.member.state is not State.INVITED:
            return super().forget(user, context)
        return change(ChangeMember(user.member.id, {"managed": False}, context.now_ms))


@defect("puts-suspend-nobody", breaks=("SEED-16",), reach=_PEOPLE)
class PutsSuspendNobody(Users):
    """Shows active false after a PUT that says so, and leaves the member with access."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, without the suspension."""
        quiet = Users(_Unsuspending(self.account.mail, self.policy), self.patcher, self.representation, self.leniency)
        return (yield from quiet.replace(write, context))


class _Unsuspending(Account):
    """Suspends nobody."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("new-addresses-let-back-in", breaks=("SEED-16",), reach=_PEOPLE)
class NewAddressesLetBackIn(Account):
    """Gives access back to a suspended member who gets another address."""

    def move_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The new address, and access."""
        moved = super().move_address(member, email, secret, now_ms)
        return moved + self.reactivate(member, secret, now_ms) if is_suspended(member.state) else moved


@defect("names-of-the-suspended-stay", breaks=("SEED-15",), reach=_PEOPLE)
class NamesOfTheSuspendedStay(Account):
    """Passes over the new name of a suspended member."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """Nothing while suspended."""
        return NO_CHANGE if is_suspended(member.state) else super().rename(member, name, now_ms)


@defect("names-of-the-invited-stay", breaks=("SEED-15",), reach=_PEOPLE)
class NamesOfTheInvitedStay(Account):
    """Passes over the new name of somebody who has not signed up."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """Nothing before sign-up."""
        return NO_CHANGE if member.state is State.INVITED else super().rename(member, name, now_ms)


@defect("readmitted-without-access-are-let-in", breaks=("SEED-16", "SEED-65"), reach=_PEOPLE)
class ReadmittedWithoutAccessAreLetIn(Account):
    """Gives access to a member who comes back under a new user that says active false."""

    def readmit_suspended(self, member: Member, email: str, name: str, now_ms: int) -> ChangeSet:
        """The return, with access."""
        return self.readmit(member, email, name, "again", now_ms)


@defect("readmitted-are-invited", breaks=("SEED-55", "SEED-66"), reach=_PEOPLE)
class ReadmittedAreInvited(Account):
    """Mails an invitation to a member whose user was deleted and is made again."""

    def readmit(self, member: Member, email: str, name: str, secret: str, now_ms: int) -> ChangeSet:
        """The return, and a mail."""
        back = super().readmit(member, email, name, secret, now_ms)
        return back if member.state is State.INVITED_SUSPENDED else back + self.mail.invitation(email, secret, now_ms)
