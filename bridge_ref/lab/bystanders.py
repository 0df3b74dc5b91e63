"""Defects towards those whom a request does not mean: owners, guests, namesakes, people of other mailboxes."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, ChangeGroup, ChangeMember, ChangeSet, PutText, change
from bridge_ref.account.group_rules import GroupRules
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member, MemberType, Newcomer, State, identity_key
from bridge_ref.account.rules import Account
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.identity import address_of, name_of
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.queries import Decision, FindAccountGroups, FindMemberByAddress, FindMembers, ask
from bridge_ref.decisions.users import ExistingMember, Users
from bridge_ref.endpoints.probe import ProbeEndpoints
from bridge_ref.lab.registry import defect
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.stored_user import Document

_PEOPLE = ("SEED-*", "P-*", "OKTA-*", "ENTRA-*", "GOOGLE-*")


@defect("tags-are-one-mailbox", breaks=("SEED-58",), reach=("*",))
class TagsAreOneMailbox(Users):
    """Takes a newcomer with a plus-address for the member who has the address without it."""

    def find_existing(self, document: Document) -> Decision[ExistingMember]:
        """The member of the mailbox."""
        found = yield from super().find_existing(document)
        mailbox, _, domain = address_of(document).partition("@")
        if found.member is not None or "+" not in mailbox:
            return found
        other = yield from ask(FindMemberByAddress(identity_key(f"{mailbox.split('+')[0]}@{domain}")))
        return found if other is None else ExistingMember(other, True, NO_CHANGE)


@defect("guests-become-members", breaks=("SEED-06",), reach=_PEOPLE)
class GuestsBecomeMembers(Users):
    """Refuses a create for a guest's address, and makes a member of the guest all the same."""

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The refusal, and another type."""
        refused = super().refuse_existing(member, context)
        if member.type is not MemberType.GUEST:
            return refused
        return replace(refused, change_set=change(ChangeMember(member.id, {"type": MemberType.MEMBER}, context.now_ms)))


@defect("conflicts-rename", breaks=("SEED-18", "SEED-57"), reach=_PEOPLE)
class ConflictsRename(Users):
    """Refuses a create for an address that has a member, and takes the new name over all the same."""

    def create_existing(
        self, member: Member, document: Document, projection: Projection, context: DecisionContext
    ) -> ScimDecision:
        """The refusal, and a name."""
        outcome = yield from super().create_existing(member, document, projection, context)
        return replace(outcome, change_set=self.account.rename(member, name_of(document), context.now_ms))


@defect("conflicts-take-charge", breaks=("SEED-57",), reach=_PEOPLE)
class ConflictsTakeCharge(Users):
    """Refuses a create for a guest's address, and takes charge of the guest."""

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The refusal, and another hand."""
        return replace(super().refuse_existing(member, context), change_set=self.account.adopt(member, context.now_ms))


@defect("conflicts-remind-the-invited", breaks=("SEED-55",), reach=_PEOPLE)
class ConflictsRemindTheInvited(Users):
    """Refuses a create for somebody who is invited, and mails the invitation once more."""

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The refusal, and a mail to who has not signed up."""
        refused = super().refuse_existing(member, context)
        if member.state is not State.INVITED:
            return refused
        return replace(
            refused, change_set=self.account.mail.invitation(member.email, str(member.invitation), context.now_ms)
        )


@defect("owners-lose-their-role", breaks=("SEED-48",), reach=_PEOPLE)
class OwnersLoseTheirRole(Account):
    """Takes the role of an owner away when provisioning changes the owner's name."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """The new name, and no role."""
        renamed = super().rename(member, name, now_ms)
        return (
            renamed + change(ChangeMember(member.id, {"owner": False}, now_ms)) if renamed and member.owner else renamed
        )


@defect("creates-suspend-the-unmanaged", breaks=("SEED-55", "SEED-57"), reach=_PEOPLE)
class CreatesSuspendTheUnmanaged(Users):
    """Suspends with the first create one member whom provisioning does not manage."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The outcome, and a suspension."""
        outcome = yield from super().create(body, projection, context)
        for each in (yield from ask(FindMembers())):
            is_theirs = each.type is MemberType.MEMBER and each.state is State.ACTIVE and not each.managed
            if is_theirs and not each.owner and outcome.change_set:
                return replace(outcome, change_set=outcome.change_set + self.account.suspend(each, context.now_ms))
        return outcome


@defect("namesakes-are-renamed-together", breaks=("SEED-15", "SEED-18"), reach=_PEOPLE)
class NamesakesAreRenamedTogether(Users):
    """Gives a new name to everybody who had the old one."""

    def _update(self, user: Any, *given: Any, **more: Any) -> ScimDecision:
        outcome = yield from super()._update(user, *given, **more)
        names = [
            each for each in outcome.change_set.changes if isinstance(each, ChangeMember) and "name" in each.values
        ]
        for renamed in names:
            for each in (yield from ask(FindMembers())):
                if each.name == user.member.name and each.id != user.member.id:
                    also = self.account.rename(each, renamed.values["name"], renamed.at_ms)
                    outcome = replace(outcome, change_set=outcome.change_set + also)
        return outcome


@defect("invited-strangers-are-suspended", breaks=("SEED-57",), reach=_PEOPLE)
class InvitedStrangersAreSuspended(Users):
    """Suspends, with each create, who was invited by an administrator."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The outcome, and suspensions."""
        outcome = yield from super().create(body, projection, context)
        for each in (yield from ask(FindMembers())):
            if each.state is State.INVITED and not each.managed and outcome.change_set:
                outcome = replace(outcome, change_set=outcome.change_set + self.account.suspend(each, context.now_ms))
        return outcome


@defect("every-second-newcomer-has-no-access", breaks=("SEED-13", "SEED-38", "SEED-59"), reach=("*",))
class EverySecondNewcomerHasNoAccess(Account):
    """Gives access to one of two newcomers; the other one waits for nobody knows what, without a mail."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The member, with or without access."""
        number = self.__dict__["number"] = self.__dict__.get("number", 0) + 1
        return super().invite(newcomer, now_ms) if number % 2 else self.enrol_suspended(newcomer, now_ms)


@defect("vaults-of-pushed-groups-stay-shut", breaks=("SEED-05", "SEED-36", "SEED-39"), reach=("SEED-*",))
class VaultsOfPushedGroupsStayShut(ProbeEndpoints):
    """Forgets which vaults a group was given that came by provisioning."""

    async def _read(self, segments: list[str], query: tuple[tuple[str, str], ...]) -> Any:
        read = await super()._read(segments, query)
        if segments != ["vaults"]:
            return read
        groups = await super()._read(["groups"], ())
        pushed = {each["id"] for each in groups["groups"] if each["managed"]}
        return {"vaults": [_without(each, pushed) for each in read["vaults"]]}


def _without(vault: dict[str, Any], pushed: set[str]) -> dict[str, Any]:
    kept = [each for each in vault.get("grants", ()) if each["group_id"] not in pushed]
    return {**vault, "groups": [each for each in vault["groups"] if each not in pushed], "grants": kept}


@defect("renames-make-guests", breaks=("SEED-06", "SEED-48"), reach=("SEED-*", "P-*"))
class RenamesMakeGuests(Account):
    """Makes a guest of a member who gets another name."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """The new name, and another type."""
        renamed = super().rename(member, name, now_ms)
        return renamed + change(ChangeMember(member.id, {"type": MemberType.GUEST}, now_ms)) if renamed else renamed


@defect("creates-allow-their-domain", breaks=("SEED-18",), reach=("SEED-*", "P-*"))
class CreatesAllowTheirDomain(Account):
    """Puts the domain of a newcomer on the list of those that members may come from, which was open before."""

    def invite(self, newcomer: Newcomer, now_ms: int) -> ChangeSet:
        """The invitation, and a setting."""
        domain = newcomer.email.rpartition("@")[2].casefold()
        return super().invite(newcomer, now_ms) + change(PutText("allowed_domains", domain))


@defect("groups-drop-the-notices", breaks=("SEED-32",), reach=("SEED-*", "P-*"))
class GroupsDropTheNotices(GroupRules):
    """Forgets who is to be told of outages as soon as a group is pushed."""

    def create(self, group: Group, now_ms: int) -> ChangeSet:
        """The group, and one setting fewer."""
        return super().create(group, now_ms) + change(PutText("notification_address", None))


@defect("pushes-manage-other-groups", breaks=("SEED-40",), reach=("SEED-*", "P-*"))
class PushesManageOtherGroups(Groups):
    """Takes charge of every group of the account as soon as one is pushed."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The group, and the others."""
        outcome = yield from super().create(body, projection, context)
        for group in (yield from ask(FindAccountGroups())):
            if not group.managed and not group.is_system and outcome.change_set:
                taken = self.rules.manage(group, context.ids.new_id().lower(), context.now_ms)
                outcome = replace(outcome, change_set=outcome.change_set + taken)
        return outcome


@defect("joins-bring-permissions", breaks=("SEED-39",), reach=("SEED-*", "P-*"))
class JoinsBringPermissions(Account):
    """Gives a group, when an owner joins it, the right to manage the account."""

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """The join, and a permission."""
        joined = super().join(group_id, member, now_ms)
        if not member.owner:
            return joined
        return joined + change(ChangeGroup(group_id, {"permissions": "manage_account"}, now_ms))
