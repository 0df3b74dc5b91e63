"""Defects in the versions of resources: RFC 7644 section 3.14."""

from msgspec.structs import replace

from bridge_ref.account.changes import ChangeGroup
from bridge_ref.account.groups import Group
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.users import Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions, Etags

_TURN = 2


@defect("groups-stand-while-a-member-is-deleted", breaks=("RFC7644-3.14-11",), reach=("RFC7644-3.14-04",))
class GroupsStandWhileAMemberIsDeleted(Users):
    """Takes a deleted user out of the groups, whose versions stay."""

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """The deletion, without what dates the groups."""
        outcome = yield from super().delete(scim_id, context, conditions)
        kept = tuple(each for each in outcome.change_set.changes if not isinstance(each, ChangeGroup))
        return replace(outcome, change_set=replace(outcome.change_set, changes=kept))


@defect("versions-of-groups-come-back", breaks=("RFC7644-3.14-11",), reach=("RFC7644-3.14-*", "RFC7644-3.12-13"))
class VersionsOfGroupsComeBack(Etags):
    """Counts the versions of a group to two, and begins again."""

    def group(self, group: Group) -> str | None:
        """One of two tags."""
        return f'W/"{group.version % _TURN}"' if self.is_offered else None
