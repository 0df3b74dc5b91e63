"""Defects of groups and of what membership means."""

from typing import Any

from bridge_ref.account.changes import ChangeSet
from bridge_ref.account.members import Member
from bridge_ref.account.rules import Account
from bridge_ref.lab.registry import defect
from bridge_ref.memberships import Memberships, Wish


@defect(
    "member-remove-empties-the-group",
    breaks=("ENTRA-22", "RFC7644-3.5.2.2-13"),
    reach=("SEED-12", "SEED-18", "ENTRA-31"),
)
class MemberRemoveEmptiesTheGroup(Memberships):
    """Removes every member where a remove with a value names only some."""

    def remove_named(self, wish: Wish, value: Any) -> None:
        """Everybody leaves."""
        wish.set([])


@defect(
    "suspends-on-leaving-a-group",
    breaks=("SEED-46",),
    reach=("SEED-45", "SEED-18", "GOOGLE-22"),
)
class SuspendsOnLeavingAGroup(Account):
    """Suspends a member who is taken out of a group."""

    def leave(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """Leaving, and suspension with it."""
        return super().leave(group_id, member, now_ms) + self.suspend(member, now_ms)
