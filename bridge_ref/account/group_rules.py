"""The state machine of groups, with the events that each transition records.

The numbers G1 to G13 are those of `docs/reference/machine.md`.
"""

from collections.abc import Iterable

from bridge_ref.account.changes import AddGroup, ChangeGroup, ChangeSet, DropGroup, change
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member
from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.account.rules import Account


class GroupRules:
    """The rules for groups. Each method says, as a change set, what one act does to one group."""

    def __init__(self, account: Account, policy: Policy = DEFAULT_POLICY) -> None:
        self.account = account
        self.policy = policy

    def create(self, group: Group, now_ms: int) -> ChangeSet:
        """Provisioning makes a group: without vaults and permissions (G1)."""
        return change(AddGroup(group), Event("group_created", now_ms, None, group.id))

    def manage(self, group: Group, scim_id: str, now_ms: int) -> ChangeSet:
        """Provisioning takes charge of a group of the account (G2, G5)."""
        values = {"managed": True, "scim_id": scim_id}
        return change(ChangeGroup(group.id, values, now_ms), Event("group_managed", now_ms, None, group.id))

    def unmanage(self, group: Group, members: Iterable[Member], now_ms: int) -> ChangeSet:
        """The group is left alone from now on; members and vaults stay (G6)."""
        values = {"managed": False, "scim_id": None}
        gone = change(ChangeGroup(group.id, values, now_ms), Event("group_unmanaged", now_ms, None, group.id))
        if self.policy.unmanaged_group == "keep":
            return gone
        return gone + ChangeSet.total(self.account.leave(group.id, each, now_ms) for each in members)

    def delete(self, group: Group, now_ms: int) -> ChangeSet:
        """The group goes; its members stay members, in the state that they are in (G12)."""
        return change(DropGroup(group.id), Event("group_deleted", now_ms, None, group.id))
