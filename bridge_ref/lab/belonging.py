"""Defects of groups that show under a condition: the second group, the twenty-first member, the renamed one."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, ChangeGroup, ChangeSet, Join, Leave, change
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member, State, is_suspended
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.memberships import MembershipChange, Memberships
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.queries import Decision, FindAccountGroups, FindGroupIdsOf, FindGroupMembers, FindMembers, ask
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.registry import defect
from bridge_ref.scim.stored_user import Document, Membership, User

_PEOPLE = ("SEED-*", "P-*", "OKTA-*", "ENTRA-*", "GOOGLE-*", "RFC7644-3.5*", "RFC7643-4*")
_MOST = 20


@defect("groups-end-at-twenty", breaks=("SEED-12", "RFC7644-3.5.2.1-07", "OKTA-23"), reach=("*",))
class GroupsEndAtTwenty(Memberships):
    """Puts nobody into a group that has twenty members."""

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        moved = yield from super()._settle(group, requested, now_ms)
        here = len((yield from ask(FindGroupMembers(group.id))))
        here -= sum(isinstance(each, Leave) for each in moved.changes)
        joins = [each.member_id for each in moved.changes if isinstance(each, Join)]
        late = set(joins[max(0, _MOST - here) :])
        return change(*(each for each in moved.changes if getattr(each, "member_id", None) not in late))


@defect("leaving-one-leaves-all", breaks=("SEED-12", "SEED-18"), reach=(*_PEOPLE, "RFC7643-7-29", "RFC7644-3.4.2-12"))
class LeavingOneLeavesAll(Memberships):
    """Takes who leaves a group out of all others as well."""

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        moved = yield from super()._settle(group, requested, now_ms)
        gone = [each.member_id for each in moved.changes if isinstance(each, Leave)]
        if not gone:
            return moved
        groups_of = yield from ask(FindGroupIdsOf())
        members = {each.id: each for each in (yield from ask(FindMembers()))}
        for member_id in gone:
            for group_id in groups_of.get(member_id, ()):
                moved += self.account.leave(group_id, members[member_id], now_ms) if group_id != group.id else NO_CHANGE
        return moved


@defect("renamed-groups-lose-their-rights", breaks=("SEED-39",), reach=_PEOPLE)
class RenamedGroupsLoseTheirRights(Groups):
    """Takes its permissions from a group that gets another name."""

    def _update(
        self, group: Group, document: Document, moved: ChangeSet, context: DecisionContext
    ) -> Decision[tuple[Group, ChangeSet]]:
        updated, change_set = yield from super()._update(group, document, moved, context)
        if updated.name == group.name:
            return updated, change_set
        return updated, change_set + change(ChangeGroup(group.id, {"permissions": ""}, context.now_ms))


@defect(
    "renamed-groups-are-emptied", breaks=("SEED-12", "OKTA-19"), reach=(*_PEOPLE, "RFC7643-7-29", "RFC7644-3.4.2-12")
)
class RenamedGroupsAreEmptied(Groups):
    """Takes everybody out of a group that gets another name."""

    def _update(
        self, group: Group, document: Document, moved: ChangeSet, context: DecisionContext
    ) -> Decision[tuple[Group, ChangeSet]]:
        updated, change_set = yield from super()._update(group, document, moved, context)
        if updated.name == group.name or moved:
            return updated, change_set
        members = [each.member for each in (yield from ask(FindGroupMembers(group.id)))]
        leaving = (self.rules.account.leave(group.id, each, context.now_ms) for each in members)
        return updated, change_set + ChangeSet.total(leaving)


@defect(
    "namesakes-join-together",
    breaks=("SEED-18", "RFC7644-3.5.2.1-07"),
    reach=(*_PEOPLE, "RFC7643-2.3.1-01", "RFC7644-3.4.2*", "RFC7644-3.14*"),
)
class NamesakesJoinTogether(Memberships):
    """Puts everybody into a group who has the name of the one who joins."""

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        moved = yield from super()._settle(group, requested, now_ms)
        joins = {each.member_id for each in moved.changes if isinstance(each, Join)}
        if not joins:
            return moved
        members = yield from ask(FindMembers())
        names = {each.name for each in members if each.id in joins}
        here = {each.member.id for each in (yield from ask(FindGroupMembers(group.id)))}
        for each in members:
            if each.name in names and each.id not in joins | here:
                moved += self.account.join(group.id, each, now_ms)
        return moved


@defect("adds-take-out-whom-the-account-added", breaks=("SEED-18", "P-07"), reach=_PEOPLE)
class AddsTakeOutWhomTheAccountAdded(Memberships):
    """Takes out of a group, with each add, the members whom provisioning does not manage."""

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        moved = yield from super()._settle(group, requested, now_ms)
        members = [each.member for each in (yield from ask(FindGroupMembers(group.id)))]
        strangers = [each for each in members if not each.managed]
        return moved + ChangeSet.total(self.account.leave(group.id, each, now_ms) for each in strangers)


@defect("invited-do-not-join", breaks=("SEED-44", "RFC7644-3.5.2.1-07"), reach=("*",))
class InvitedDoNotJoin(Memberships):
    """Puts nobody into a group who has not signed up, and never comes back to it."""

    def may_join(self, member: Member) -> bool:
        """Members alone."""
        return member.state is not State.INVITED and super().may_join(member)


@defect("second-groups-are-not-joined", breaks=("SEED-12", "RFC7644-3.5.2.1-07"), reach=("*",))
class SecondGroupsAreNotJoined(Memberships):
    """Leaves out of a second group who is in one already."""

    def _settle(self, group: Group, requested: MembershipChange, now_ms: int) -> Decision[ChangeSet]:
        moved = yield from super()._settle(group, requested, now_ms)
        groups_of = yield from ask(FindGroupIdsOf())
        joins = [each.member_id for each in moved.changes if isinstance(each, Join)]
        taken = {each for each in joins if groups_of.get(each)}
        return change(*(each for each in moved.changes if getattr(each, "member_id", None) not in taken))


@defect("returns-join-every-group", breaks=("SEED-18",), reach=_PEOPLE)
class ReturnsJoinEveryGroup(Users):
    """Puts a member who comes back from a suspension into every managed group."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, with joins for who comes back."""
        outcome = yield from super().patch(write, context)
        moved = [e for e in outcome.change_set.changes if isinstance(e, Event) and e.event == "reactivated"]
        if not moved:
            return outcome
        members = {each.id: each for each in (yield from ask(FindMembers()))}
        groups_of = yield from ask(FindGroupIdsOf())
        joins = NO_CHANGE
        for event in moved:
            for group in (yield from ask(FindAccountGroups())):
                if group.managed and group.id not in groups_of.get(str(event.member_id), ()):
                    joins += self.account.join(group.id, members[str(event.member_id)], context.now_ms)
        return replace(outcome, change_set=outcome.change_set + joins)


@defect(
    "suspensions-leave-the-groups",
    breaks=("SEED-66", "SEED-18"),
    reach=(*_PEOPLE, "RFC7644-3.4.2-12", "RFC7644-3.14-*"),
)
class SuspensionsLeaveTheGroups(Users):
    """Takes a member out of all groups on suspension, so that a return finds none."""

    def _update(self, user: User, groups: list[Membership], *given: Any, **more: Any) -> ScimDecision:
        outcome = yield from super()._update(user, groups, *given, **more)
        is_going = any(isinstance(each, Event) and each.event == "suspended" for each in outcome.change_set.changes)
        if not is_going:
            return outcome
        now_ms = next(each.at_ms for each in outcome.change_set.changes if hasattr(each, "at_ms"))
        leaving = ChangeSet.total(self.account.leave(group.id, user.member, now_ms) for group in groups)
        return replace(outcome, change_set=outcome.change_set + leaving)


@defect("renamed-groups-unlock-with-sso", breaks=("SEED-04",), reach=_PEOPLE)
class RenamedGroupsUnlockWithSso(Groups):
    """Lets the members of a group that gets another name unlock with the provider's credentials."""

    def _update(
        self, group: Group, document: Document, moved: ChangeSet, context: DecisionContext
    ) -> Decision[tuple[Group, ChangeSet]]:
        updated, change_set = yield from super()._update(group, document, moved, context)
        if updated.name == group.name:
            return updated, change_set
        return updated, change_set + change(ChangeGroup(group.id, {"sso": True}, context.now_ms))


@defect("groups-replaced-let-back-in", breaks=("SEED-03", "SEED-16"), reach=_PEOPLE)
class GroupsReplacedLetBackIn(Groups):
    """Gives access back to the suspended members of a group that is replaced as a whole."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, with returns."""
        outcome = yield from super().replace(write, context)
        group = yield from self._get(write.scim_id)
        for each in (yield from ask(FindGroupMembers(group.id))):
            if is_suspended(each.member.state):
                back = self.rules.account.reactivate(each.member, context.ids.new_secret(), context.now_ms)
                outcome = replace(outcome, change_set=outcome.change_set + back)
        return outcome
