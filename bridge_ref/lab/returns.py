"""Defects towards people who come back, wait, or move: links, groups and addresses that do not hold."""

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, AddMember, ChangeMember, ChangeSet, Message, change
from bridge_ref.account.mail import Mail
from bridge_ref.account.members import Member, Newcomer, State, is_suspended
from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.account.rules import Account
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.queries import Decision, FindIsInSso, FindMembers, ask
from bridge_ref.decisions.users import ExistingMember, Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.stored_user import Document, Membership, User

_TWO_WEEKS_MS = 14 * 86_400_000


def _without_mail(made: ChangeSet) -> ChangeSet:
    kept = tuple(each for each in made.changes if not isinstance(each, Message))
    return ChangeSet(kept, made.preconditions)


@defect("links-die-at-once", breaks=("SEED-52",), reach=("SEED-*", "P-*"))
class LinksDieAtOnce(Account):
    """Sends invitations with links that have expired already."""

    def is_expired(self, member: Member, now_ms: int) -> bool:
        """Always."""
        return True


@defect("returns-leave-the-groups", breaks=("SEED-66", "P-15"), reach=("SEED-*", "ENTRA-31"))
class ReturnsLeaveTheGroups(Users):
    """Takes a member who comes back out of all groups."""

    def _update(
        self,
        user: User,
        groups: list[Membership],
        document: Document,
        projection: Projection,
        context: DecisionContext,
        names_address: bool = False,
    ) -> ScimDecision:
        outcome = yield from super()._update(user, groups, document, projection, context, names_address)
        if user.document["active"] or not document["active"]:
            return outcome
        left = ChangeSet.total(self.account.leave(each.id, user.member, context.now_ms) for each in groups)
        return replace(outcome, change_set=outcome.change_set + left)


@defect("long-absences-begin-anew", breaks=("SEED-66", "P-15"))
class LongAbsencesBeginAnew(Account):
    """Invites a member who has been suspended for more than two weeks like somebody new."""

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """The return; after two weeks, an invitation."""
        returned = super().reactivate(member, secret, now_ms)
        if member.state is not State.SUSPENDED or now_ms - (member.suspended_ms or now_ms) < _TWO_WEEKS_MS:
            return returned
        again = self._move(member, State.INVITED, "reactivated", now_ms, suspended_ms=None)
        return again + self._invite_anew(member, member.email, secret, now_ms)


@defect("who-waited-is-forgotten", breaks=("SEED-53", "SEED-66"), reach=("SEED-54", "P-15"))
class WhoWaitedIsForgotten(Account):
    """Never confirms a member who was suspended between sign-up and confirmation, and came back."""

    def __init__(self, mail: Mail, policy: Policy = DEFAULT_POLICY) -> None:
        super().__init__(mail, policy)
        self._forgotten: set[str] = set()

    def reactivate(self, member: Member, secret: str, now_ms: int) -> ChangeSet:
        """The return, of somebody whom the watcher will pass over."""
        if member.state is State.PENDING_SUSPENDED:
            self._forgotten.add(member.id)
        return super().reactivate(member, secret, now_ms)

    def confirm(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing, for those."""
        return NO_CHANGE if member.id in self._forgotten else super().confirm(member, now_ms)


@defect("second-suspensions-let-in", breaks=("SEED-16", "SEED-65"), reach=("SEED-18", "SEED-57"))
class SecondSuspensionsLetIn(Users):
    """Takes active false for a switch: the second time gives access back."""

    def set_access(self, user: User, is_active: bool, context: DecisionContext) -> ChangeSet:
        """The switch."""
        if not is_active and is_suspended(user.member.state):
            return self.account.reactivate(user.member, context.ids.new_secret(), context.now_ms)
        return super().set_access(user, is_active, context)


@defect("namesakes-leave-together", breaks=("SEED-65", "SEED-18"), reach=("SEED-59",))
class NamesakesLeaveTogether(Users):
    """Suspends everybody who has the name of the one who leaves."""

    def _update(
        self,
        user: User,
        groups: list[Membership],
        document: Document,
        projection: Projection,
        context: DecisionContext,
        names_address: bool = False,
    ) -> ScimDecision:
        outcome = yield from super()._update(user, groups, document, projection, context, names_address)
        if document["active"] or not user.document["active"]:
            return outcome
        everybody = yield from ask(FindMembers())
        others = [each for each in everybody if each.name == user.member.name and each.id != user.member.id]
        gone = ChangeSet.total(self.account.suspend(each, context.now_ms) for each in others)
        return replace(outcome, change_set=outcome.change_set + gone)


@defect(
    "namesakes-are-one",
    breaks=("SEED-13", "SEED-58"),
    reach=(
        *("RFC7643-2.5-02", "RFC7643-3*", "RFC7643-4.1.1*", "RFC7644-3.4.2-11", "RFC7644-3.5.1-11", "RFC7644-3.8*"),
        *("P-05", "OKTA-37"),
    ),
)
class NamesakesAreOne(Users):
    """Takes a newcomer for the member who has the same name."""

    def find_existing(self, document: Document) -> Decision[ExistingMember]:
        """The member of the name, where the address is unknown."""
        known = yield from super().find_existing(document)
        if known.member is not None or not document.get("displayName"):
            return known
        for member in (yield from ask(FindMembers())):
            if member.name == document["displayName"] and member.scim_id is not None:
                return ExistingMember(member, True, NO_CHANGE)
        return known


@defect("who-unlocks-with-sso-is-not-asked", breaks=("SEED-08", "SEED-61"))
class WhoUnlocksWithSsoIsNotAsked(Users):
    """Sends no mail about a new address to a member who unlocks with the provider's credentials."""

    def _update(
        self,
        user: User,
        groups: list[Membership],
        document: Document,
        projection: Projection,
        context: DecisionContext,
        names_address: bool = False,
    ) -> ScimDecision:
        outcome = yield from super()._update(user, groups, document, projection, context, names_address)
        is_in_sso = yield from ask(FindIsInSso(user.member.id))
        return replace(outcome, change_set=_without_mail(outcome.change_set)) if is_in_sso else outcome


@defect("domains-are-checked-for-newcomers-alone", breaks=("P-12",), reach=("SEED-51", "SEED-61"))
class DomainsAreCheckedForNewcomersAlone(Users):
    """Lets an address move to a domain that the account takes no members from."""

    def _claim_new_names(self, user: User, document: Document, context: DecisionContext) -> Decision[ChangeSet]:
        settings = replace(context.account_settings, allowed_domains=frozenset())
        return (yield from super()._claim_new_names(user, document, replace(context, account_settings=settings)))


@defect("suspended-addresses-are-lost", breaks=("P-13", "SEED-15"), reach=("SEED-66",))
class SuspendedAddressesAreLost(Account):
    """Passes over the new address of a suspended member, and shows it over SCIM alone."""

    def move_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """Nothing, for who is suspended."""
        return NO_CHANGE if is_suspended(member.state) else super().move_address(member, email, secret, now_ms)


@defect("mail-goes-to-the-mailbox", breaks=("P-14", "SEED-51"))
class MailGoesToTheMailbox(Users):
    """Sends the invitation to the first of the emails, whatever the userName is."""

    def create(self, body: object, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The create, with its mail elsewhere."""
        outcome: Outcome = yield from super().create(body, projection, context)
        emails = body.get("emails") if isinstance(body, dict) else None
        first = emails[0].get("value") if isinstance(emails, list) and emails and isinstance(emails[0], dict) else None
        if not isinstance(first, str):
            return outcome
        moved = (replace(c, to=first) if isinstance(c, Message) else c for c in outcome.change_set.changes)
        return replace(outcome, change_set=ChangeSet(tuple(moved), outcome.change_set.preconditions))


@defect("who-was-deleted-is-not-told", breaks=("P-16", "SEED-51"))
class WhoWasDeletedIsNotTold(Account):
    """Invites somebody whom an administrator has deleted once more, and sends no mail."""

    def __init__(self, mail: Mail, policy: Policy = DEFAULT_POLICY) -> None:
        super().__init__(mail, policy)
        self._deleted: set[str] = set()

    def delete(self, member: Member, now_ms: int) -> ChangeSet:
        """The deletion, kept in mind."""
        self._deleted.add(member.email.casefold())
        return super().delete(member, now_ms)

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The invitation, in silence for those."""
        invited = super().invite(newcomer, now_ms)
        return _without_mail(invited) if newcomer.email.casefold() in self._deleted else invited


@defect("newcomers-are-let-in", breaks=("SEED-49", "P-21", "SEED-13"), reach=("SEED-*", "P-*", "GOOGLE-*"))
class NewcomersAreLetIn(Account):
    """Makes an active member of everybody whom it invites."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The invitation of somebody who is in already."""
        invited = super().invite(newcomer, now_ms)
        changes = (
            AddMember(replace(each.member, state=State.ACTIVE)) if isinstance(each, AddMember) else each
            for each in invited.changes
        )
        return change(*changes)


@defect("capitals-are-another-mailbox", breaks=("SEED-55", "P-29", "SEED-61"))
class CapitalsAreAnotherMailbox(Account):
    """Asks a member to accept an address that differs from the old one in letter case alone."""

    def keep_address(self, member: Member, email: str, now_ms: int) -> ChangeSet:
        """The request, for another spelling."""
        if email == member.email or member.state is not State.ACTIVE:
            return super().keep_address(member, email, now_ms)
        return self.ask_for_address(member, email, "spelling", now_ms)


@defect("conflicts-let-back-in", breaks=("SEED-16",), reach=("SEED-*", "P-*"))
class ConflictsLetBackIn(Users):
    """Answers 409 to a create for a suspended member, and gives access back all the same."""

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The refusal, and access."""
        back = self.account.reactivate(member, context.ids.new_secret(), context.now_ms)
        return replace(super().refuse_existing(member, context), change_set=back)


@defect("new-addresses-keep-the-link", breaks=("SEED-52", "SEED-61"))
class NewAddressesKeepTheLink(Account):
    """Leaves the link in the old mailbox alive when somebody invited gets another address."""

    def move_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """The new address, with the old link."""
        moved = super().move_address(member, email, secret, now_ms)
        kept = change(ChangeMember(member.id, {"invitation": member.invitation}, now_ms))
        return moved + kept if member.state is State.INVITED else moved
