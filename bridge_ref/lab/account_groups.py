"""Defects towards people that begin with a group: who is in it, what it opens, and what the account keeps to itself."""

from typing import Any

from msgspec.structs import replace

from bridge_ref.account.changes import (
    NO_CHANGE,
    AddGroup,
    ChangeSet,
    DropGroup,
    Leave,
    change,
)
from bridge_ref.account.events import Event
from bridge_ref.account.group_rules import GroupRules
from bridge_ref.account.groups import PROVISION_MANAGERS, Group
from bridge_ref.account.mail import Mail
from bridge_ref.account.members import Member, State, identity_key, is_suspended
from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.account.rules import Account
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.memberships import MembershipChange, Memberships
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.queries import (
    Decision,
    FindGroup,
    FindGroupByName,
    FindGroupMembers,
    FindGroupsOf,
    FindGroupUsers,
    FindMember,
    FindMembersByScimId,
    FindUser,
    ask,
)
from bridge_ref.lab.registry import defect
from bridge_ref.scim.errors import taken
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.stored_user import ChangeUser, Document


def members_of(group: Group) -> Decision[list[Member]]:
    """The account's members of a group."""
    return [each.member for each in (yield from ask(FindGroupMembers(group.id)))]


@defect("new-groups-unlock-with-sso", breaks=("SEED-04",))
class NewGroupsUnlockWithSso(GroupRules):
    """Lets the members of every group that it makes unlock with the provider's credentials."""

    def create(self, group: Group, now_ms: int) -> ChangeSet:
        """The group, and another way to sign in."""
        return super().create(replace(group, sso=True), now_ms)


@defect(
    "changed-groups-are-made-anew",
    breaks=("SEED-05", "SEED-39", "SEED-43", "RFC7644-3.14-11"),
    reach=("SEED-*", "P-*", "RFC7644-3.1-07", "RFC7644-3.5.1-15", "RFC7644-3.12-13", "RFC7644-3.14*"),
)
class ChangedGroupsAreMadeAnew(Groups):
    """Puts another group in the place of one whose members change: its vaults and permissions are lost."""

    def _update(
        self, group: Group, document: Document, moved: ChangeSet, context: DecisionContext
    ) -> Decision[tuple[Group, ChangeSet]]:
        updated, change_set = yield from super()._update(group, document, moved, context)
        if not moved:
            return updated, change_set
        stay = {each.id for each in (yield from members_of(group))}
        stay -= {each.member_id for each in moved.changes if isinstance(each, Leave)}
        another = replace(updated, id=context.ids.new_id(), permissions=())
        joins = [each for each in moved.changes if not isinstance(each, Leave | Event)]
        made = change(DropGroup(group.id), AddGroup(another))
        for member_id in (*stay, *(each.member_id for each in joins if hasattr(each, "member_id"))):
            member = yield from ask(FindMember(member_id))
            made += self.rules.account.join(another.id, member, context.now_ms) if member else NO_CHANGE
        return another, made


@defect("the-first-group-replaces-the-managers", breaks=("SEED-33", "SEED-34"))
class TheFirstGroupReplacesTheManagers(Groups):
    """Takes Provision Managers away as soon as a group is pushed."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The group, and one group fewer."""
        outcome = yield from super().create(body, projection, context)
        managers = yield from ask(FindGroupByName(identity_key(PROVISION_MANAGERS)))
        gone = change(DropGroup(managers.id)) if managers is not None else NO_CHANGE
        return replace(outcome, change_set=outcome.change_set + gone)


@defect("names-open-the-managers", breaks=("SEED-35", "P-20"), reach=("SEED-17", "SEED-18"))
class NamesOpenTheManagers(Groups):
    """Refuses a group named Provision Managers, and puts its members into the account's own."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The refusal, and joins."""
        found = yield from ask(FindGroupByName(identity_key(str(body.get("displayName", "")))))
        if found is None or not found.is_system:
            return (yield from super().create(body, projection, context))
        named = [str(each.get("value")) for each in body.get("members", ())]
        members = yield from ask(FindMembersByScimId(tuple(named)))
        joins = (self.rules.account.join(found.id, each, context.now_ms) for each in members.values())
        return Outcome(taken("displayName"), ChangeSet.total(joins))


@defect("new-groups-have-permissions", breaks=("SEED-39",))
class NewGroupsHavePermissions(GroupRules):
    """Gives every group that it makes the right to make vaults."""

    def create(self, group: Group, now_ms: int) -> ChangeSet:
        """The group, and a permission."""
        return super().create(replace(group, permissions=("create_vaults",)), now_ms)


@defect("unmanaged-groups-stay-listed", breaks=("SEED-40",))
class UnmanagedGroupsStayListed(GroupRules):
    """Goes on to show a group that was taken off the list of managed groups."""

    def unmanage(self, group: Group, members: Any, now_ms: int) -> ChangeSet:
        """An event, and nothing else."""
        return change(Event("group_unmanaged", now_ms, None, group.id))


@defect("unmanaged-groups-suspend", breaks=("SEED-40",), reach=("SEED-18", "SEED-59", "SEED-65"))
class UnmanagedGroupsSuspend(GroupRules):
    """Suspends the members of a group that is taken off the list of managed groups."""

    def unmanage(self, group: Group, members: Any, now_ms: int) -> ChangeSet:
        """The group is left alone, and its people are not."""
        people = list(members)
        suspended = ChangeSet.total(self.account.suspend(each, now_ms) for each in people)
        return super().unmanage(group, people, now_ms) + suspended


@defect("nested-groups-are-flattened", breaks=("SEED-47",))
class NestedGroupsAreFlattened(Memberships):
    """Takes the people of a group that is put into another for members of that one."""

    def ids(self, value: Any) -> list[str]:
        """The ids, those of groups among them."""
        values = value if isinstance(value, list) else [] if value is None else [value]
        plain = [{k: v for k, v in each.items() if k != "type"} if isinstance(each, dict) else each for each in values]
        return super().ids(plain)

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        for scim_id in list(requested.added):
            inner = yield from ask(FindGroup(scim_id))
            if inner is not None:
                del requested.added[scim_id], requested.wanted[scim_id]
                requested.put([each.scim_id for each in (yield from ask(FindGroupUsers(inner.id)))], True)
        return (yield from super()._settle(group, requested, now_ms))


@defect(
    "deleted-groups-suspend",
    breaks=("SEED-18", "SEED-46"),
    reach=(
        *("SEED-64", "SEED-65", "P-*", "OKTA-*", "ENTRA-*"),
        *("RFC7643-2.3.1-01", "RFC7644-3.4.2-12", "RFC7644-3.5.2-35"),
    ),
)
class DeletedGroupsSuspend(Groups):
    """Suspends the members of a group that is deleted, over SCIM as on the account."""

    def delete(self, scim_id: str, context: DecisionContext, *given: Any) -> ScimDecision:
        """The group goes, and its people with it."""
        group = yield from ask(FindGroup(scim_id))
        outcome = yield from super().delete(scim_id, context, *given)
        members = (yield from members_of(group)) if group is not None else []
        for member in members:
            outcome = replace(outcome, change_set=outcome.change_set + (yield from self._suspended(member, context)))
        return outcome

    def _suspended(self, member: Member, context: DecisionContext) -> Decision[ChangeSet]:
        user = (yield from ask(FindUser(member.scim_id))) if member.scim_id else None
        shown = {**user.document, "active": False} if user else {}
        told = change(ChangeUser(user.id, shown, context.now_ms, user.document)) if user else NO_CHANGE
        return self.rules.account.suspend(member, context.now_ms) + told


@defect("second-groups-invite-again", breaks=("SEED-51", "SEED-20"), reach=("SEED-46", "SEED-56", "P-*"))
class SecondGroupsInviteAgain(Account):
    """Mails another invitation to who joins a second group."""

    def __init__(self, mail: Mail, policy: Policy = DEFAULT_POLICY) -> None:
        super().__init__(mail, policy)
        self._joined: set[str] = set()

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """The group, and a mail with the second."""
        joined = super().join(group_id, member, now_ms)
        is_second = member.id in self._joined
        self._joined.add(member.id)
        return joined + self.mail.invitation(member.email, "again", now_ms) if is_second else joined


@defect("joins-let-back-in", breaks=("SEED-65", "SEED-16"), reach=("SEED-18", "SEED-57"))
class JoinsLetBackIn(Account):
    """Gives access back to a suspended member who joins a group."""

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """The group, and access."""
        joined = super().join(group_id, member, now_ms)
        return joined + self.reactivate(member, "", now_ms) if member.state is State.SUSPENDED else joined


@defect("the-last-group-suspends", breaks=("SEED-18", "SEED-65"), reach=("SEED-*", "P-*"))
class TheLastGroupSuspends(Memberships):
    """Suspends who leaves their last group, though the provider has assigned them otherwise."""

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        settled = yield from super()._settle(group, requested, now_ms)
        for member_id in [each.member_id for each in settled.changes if isinstance(each, Leave)]:
            groups = yield from ask(FindGroupsOf((member_id,)))
            member = yield from ask(FindMember(member_id))
            if member is None or len(groups.get(member_id, ())) > 1 or is_suspended(member.state):
                continue
            user = (yield from ask(FindUser(member.scim_id))) if member.scim_id else None
            shown = {**user.document, "active": False} if user else {}
            told = change(ChangeUser(user.id, shown, now_ms, user.document)) if user else NO_CHANGE
            settled += self.account.suspend(member, now_ms) + told
        return settled


@defect("pushes-bring-back-the-last-set", breaks=("P-07", "SEED-12"), reach=("SEED-18", "SEED-57"))
class PushesBringBackTheLastSet(Memberships):
    """Remembers the members of a group as the provider has told them, and brings that set back with each push."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._known: dict[str, set[str]] = {}

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        known = self._known.get(group.id, set()) if requested.keeps_others else set()
        known = {each for each in known | requested.wanted.keys() if requested.wanted.get(each, True)}
        there = yield from ask(FindMembersByScimId(tuple(known)))
        self._known[group.id] = known & there.keys()
        if all(each in there for each in requested.added):
            requested.set(sorted(self._known[group.id]))
        return (yield from super()._settle(group, requested, now_ms))


@defect("taken-names-empty-the-group", breaks=("P-24",), reach=("SEED-17", "SEED-18", "SEED-39", "SEED-57"))
class TakenNamesEmptyTheGroup(Groups):
    """Refuses a group whose name the account has already, and takes everybody out of that one."""

    def create_existing(self, group: Group, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The refusal, and departures."""
        self.check_name(group, context)
        members = yield from members_of(group)
        gone = ChangeSet.total(self.rules.account.leave(group.id, each, context.now_ms) for each in members)
        return Outcome(taken("displayName"), gone)
