"""Defects of groups and memberships."""

from collections.abc import Iterable
from typing import Any

from bridge_ref.account.changes import ChangeSet
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member
from bridge_ref.account.rules import Account
from bridge_ref.decisions.memberships import MembershipChange, Memberships
from bridge_ref.decisions.queries import Decision, FindGroupUsers, ask
from bridge_ref.lab.registry import defect
from bridge_ref.scim.patch.plan import PatchStep

_OUTDATED_MS = 20


@defect(
    "member-remove-empties-the-group",
    breaks=("ENTRA-22", "RFC7644-3.5.2.2-13"),
    reach=("SEED-12", "SEED-18", "ENTRA-2*", "ENTRA-31", "RFC7643-4.1.2-19", "RFC7644-3.5.2*"),
)
class MemberRemoveEmptiesTheGroup(Memberships):
    """Removes every member where a remove with a value names only some."""

    def remove_named(self, requested: MembershipChange, value: Any) -> None:
        """Remove every member."""
        requested.set([])


@defect(
    "suspends-on-leaving-a-group",
    breaks=("SEED-45", "SEED-46"),
    reach=("SEED-*", "P-*", "GOOGLE-22"),
)
class SuspendsOnLeavingAGroup(Account):
    """Suspends a member who is taken out of a group."""

    def leave(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """Leaving, and suspension with it."""
        return super().leave(group_id, member, now_ms) + self.suspend(member, now_ms)


@defect(
    "members-are-overwritten",
    breaks=("ENTRA-25", "RFC7644-3.5.2.1-07"),
    # Requests that follow each other quickly are lost as well, not only those of one moment.
    reach=("SEED-*", "OKTA-*", "ENTRA-*", "RFC7644-3.5.2*", "RFC7643-4.1.2-19"),
)
class MembersAreOverwritten(Memberships):
    """Writes a list of members back as it was read 20 ms before: of what comes meanwhile, the last one stands."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._known: dict[str, tuple[int, list[str]]] = {}

    def change(self, group: Group, steps: Iterable[PatchStep], now_ms: int) -> Decision[ChangeSet]:
        """The change of the list as it was."""
        at_ms, ids = self._known.get(group.id, (0, []))
        if not 0 <= now_ms - at_ms <= _OUTDATED_MS:
            present = yield from ask(FindGroupUsers(group.id))
            ids = [each.scim_id for each in present]
            self._known[group.id] = now_ms, ids
        requested = MembershipChange()
        requested.set(ids)
        for step in steps:
            if step.op == "remove":
                yield from self._remove(group, requested, step)
            else:
                self._write(requested, step)
        return (yield from self._settle(group, requested, now_ms))
