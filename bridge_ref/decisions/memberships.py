"""Changes of group membership, at a cost that follows the request and not the size of the group."""

from collections.abc import Iterable, Mapping
from typing import Any

from bridge_ref.account.changes import ChangeSet, Join, Leave
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member
from bridge_ref.account.rules import Account
from bridge_ref.decisions.queries import Decision, FindGroupUsers, FindJoined, FindMember, FindMembersByScimId, ask
from bridge_ref.scim.catalogue import MEMBERS
from bridge_ref.scim.errors import ScimError, invalid_value
from bridge_ref.scim.filter.evaluate import make_value_predicate
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.patch.plan import PatchStep
from bridge_ref.scim.patch.request import MISSING, equal_terms
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import Membership
from bridge_ref.scim.values import parse_single

# Each of them reads all members of the group; no vendor sends even one.
_MAX_LOOKS = 10


class Memberships:
    """Turns steps on `members` into joins and leaves."""

    def __init__(self, account: Account, representation: Representation, leniency: Leniency, max_members: int) -> None:
        self.account = account
        self.policy = account.policy
        self.representation = representation
        self.leniency = leniency
        self.max_members = max_members

    @property
    def may_skip(self) -> bool:
        """Whether fewer may join than a request names."""
        return self.policy.unknown_member == "skip" or self.policy.suspended_join == "skip"

    def change(self, group: Group, steps: Iterable[PatchStep], now_ms: int) -> Decision[ChangeSet]:
        """The change set of all steps together; none of it if one of them cannot be done."""
        requested = MembershipChange()
        for step in steps:
            if step.op == "remove":
                yield from self._remove(group, requested, step)
            else:
                self._write(requested, step)
        return (yield from self._settle(group, requested, now_ms))

    def set(self, group: Group, value: Any, now_ms: int) -> Decision[ChangeSet]:
        """The change set that leaves exactly these members."""
        requested = MembershipChange()
        requested.set(self.ids(value))
        return (yield from self._settle(group, requested, now_ms))

    def after(self, present: Iterable[Membership], moved: ChangeSet) -> Decision[list[Membership]]:
        """The members of a group once a change set is committed."""
        gone = {each.member_id for each in moved.changes if isinstance(each, Leave)}
        come = tuple(each.member_id for each in moved.changes if isinstance(each, Join))
        members = [each for each in present if each.id not in gone]
        for member_id in come:
            member = yield from ask(FindMember(member_id))
            if member is not None and member.scim_id is not None:
                members.append(Membership(member.scim_id, member.name, member.id))
        return sorted(members, key=lambda each: each.id)

    def ids(self, value: Any) -> list[str]:
        """The SCIM ids in a value of `members`, however it is written."""
        values = [] if value is None else [value] if isinstance(value, Mapping) else value
        if not isinstance(values, list):
            raise invalid_value("members must be a list.")
        self._check_number(len(values))
        # One by one, so that a value without an id is refused and not left out.
        members = (parse_single(MEMBERS, each, self.leniency) or {} for each in values)
        return list(dict.fromkeys(_id_of(member) for member in members))

    def removed_ids(self, value: Any) -> list[str]:
        """The SCIM ids that a remove with a value names; anything else is refused, never taken for "all"."""
        if not self.leniency.remove_with_value or value is None:
            raise invalid_value("remove takes no value; name the members in the path.")
        if isinstance(value, str):
            return self.ids({"value": value})
        if isinstance(value, list):
            named = [{"value": each} if isinstance(each, str) else each for each in value]
            return self.ids(named)
        return self.ids(value)

    def remove_named(self, requested: "MembershipChange", value: Any) -> None:
        """A remove with a value removes exactly the members that it names."""
        requested.put(self.removed_ids(value), False)

    def _write(self, requested: "MembershipChange", step: PatchStep) -> None:
        if step.filter is not None or step.sub is not None or step.target.sub is not None:
            raise ScimError(400, "The parts of a member cannot be changed.", "mutability")
        ids = self.ids(step.value)
        if step.op == "replace":
            requested.set(ids)
        else:
            requested.put(ids, True)

    def _remove(self, group: Group, requested: "MembershipChange", step: PatchStep) -> Decision[None]:
        if step.sub is not None or step.target.sub is not None:
            raise ScimError(400, "The parts of a member cannot be removed.", "mutability")
        if step.filter is None:
            if step.value is MISSING:
                requested.set([])
            else:
                self.remove_named(requested, step.value)
            return
        named = {name.lower(): value for name, value in equal_terms(step.filter).items()}.get("value")
        if isinstance(named, str):
            requested.put([named], False)
            return
        requested.looks += 1
        if requested.looks > _MAX_LOOKS:
            raise ScimError(413, f"A request can select members by other than their value {_MAX_LOOKS} times.")
        matches = make_value_predicate(step.filter, MEMBERS, self.leniency)
        present = yield from ask(FindGroupUsers(group.id))
        ids = requested.apply_to(member.scim_id for member in present)
        shown = {each: self.representation.member_of_group(Membership(each, "", "")) for each in ids}
        requested.put([each for each in ids if matches(shown[each])], False)

    def may_join(self, member: Member) -> bool:
        """Whether a member is put into a group; who has no access too, unless the account says otherwise (G9)."""
        return member.is_active or self.policy.suspended_join == "join"

    def _check_number(self, number: int) -> None:
        if number > self.max_members:
            raise ScimError(413, f"A request can name at most {self.max_members} members.")

    def _settle(self, group: Group, requested: "MembershipChange", now_ms: int) -> Decision[ChangeSet]:
        self._check_number(len(requested.wanted))
        members = dict(
            (
                yield from ask(
                    FindMembersByScimId(
                        (*requested.wanted, *(each for each in requested.added if each not in requested.wanted))
                    )
                )
            )
        )
        unknown = [each for each in requested.added if each not in members]
        if unknown and self.policy.unknown_member == "refuse":
            raise invalid_value(f"{unknown[0]!r} is not the id of a user; groups cannot be members.")
        if requested.keeps_others:
            joined = yield from ask(FindJoined(group.id, tuple(each.id for each in members.values())))
            leaving = [each for each, wanted in requested.wanted.items() if not wanted]
        else:
            present = yield from ask(FindGroupUsers(group.id))
            joined = frozenset(each.id for each in present)
            leaving = [each.scim_id for each in present if not requested.wanted.get(each.scim_id)]
            members.update((yield from ask(FindMembersByScimId(tuple(leaving)))))
        leavers = [members[each] for each in leaving if each in members and members[each].id in joined]
        joiners = [
            members[each]
            for each, wanted in requested.wanted.items()
            if wanted and each in members and self.may_join(members[each])
        ]
        return ChangeSet.total(
            [
                *(self.account.leave(group.id, each, now_ms) for each in leavers),
                *(self.account.join(group.id, each, now_ms) for each in joiners if each.id not in joined),
            ]
        )


class MembershipChange:
    """The membership that a request asks for, as far as it says anything."""

    def __init__(self) -> None:
        self.looks = 0
        self.keeps_others = True
        self.wanted: dict[str, bool] = {}
        self.added: dict[str, None] = {}

    def put(self, ids: Iterable[str], wanted: bool) -> None:
        """Add these members or remove them; those to add must exist."""
        for each in ids:
            self.wanted[each] = wanted
            if wanted:
                self.added[each] = None

    def set(self, ids: Iterable[str]) -> None:
        """Set the members to exactly these."""
        self.keeps_others = False
        self.wanted = {}
        self.put(ids, True)

    def apply_to(self, present: Iterable[str]) -> list[str]:
        """The members after the part of the request that has been read."""
        kept = [each for each in present if self.wanted.get(each, self.keeps_others)]
        there = set(kept)
        return kept + [each for each, wanted in self.wanted.items() if wanted and each not in there]


def _id_of(member: Mapping[str, Any]) -> str:
    """The id of a member: its value, or what its address ends in, whatever version stands in that."""
    scim_id = member.get("value") or str(member.get("$ref", "")).rpartition("/Users/")[2]
    if not isinstance(scim_id, str) or not scim_id:
        raise invalid_value("A member needs a value: the id of a user.")
    if str(member.get("type", "User")).lower() != "user":
        raise invalid_value("Only users can be members of a group.")
    return scim_id
