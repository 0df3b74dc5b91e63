"""Defects of pulling a Google Workspace."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bridge_ref.lab.registry import defect
from bridge_ref.workspace.plan import Plan, Suspend
from bridge_ref.workspace.reconcile import AccountState, Reconciler
from bridge_ref.workspace.snapshot import GooglePerson, Snapshot


@defect("half-a-group-is-read", breaks=("GOOGLE-08",), reach=("GOOGLE-*", "SEED-*"))
class HalfAGroupIsRead(Reconciler):
    """Decides by the first two people of each group."""

    def plan(self, snapshot: Snapshot, *given: Any, **more: Any) -> Plan:
        """The plan for what stands on a first page."""
        groups = tuple(replace(each, people=frozenset(sorted(each.people)[:2])) for each in snapshot.groups)
        return super().plan(replace(snapshot, groups=groups), *given, **more)


@defect("empty-groups-are-errors", breaks=("GOOGLE-10",), reach=("GOOGLE-*", "SEED-*"))
class EmptyGroupsAreErrors(Reconciler):
    """Changes nothing while a chosen group has no members."""

    def plan(self, snapshot: Snapshot, *given: Any, **more: Any) -> Plan:
        """No steps, where there is such a group."""
        whole = super().plan(snapshot, *given, **more)
        is_empty = any(not each.people for each in snapshot.groups)
        return replace(whole, additions=(), departures=(), suspensions=()) if is_empty else whole


@defect("nested-groups-are-errors", breaks=("GOOGLE-11",), reach=("GOOGLE-*", "SEED-*"))
class NestedGroupsAreErrors(Reconciler):
    """Changes nothing while a group has a group among its members."""

    def plan(self, snapshot: Snapshot, *given: Any, **more: Any) -> Plan:
        """No steps, where there is such a group."""
        whole = super().plan(snapshot, *given, **more)
        is_nested = any(each.nested for each in snapshot.groups)
        return replace(whole, additions=(), departures=(), suspensions=()) if is_nested else whole


@defect("people-are-their-addresses", breaks=("GOOGLE-12",), reach=("GOOGLE-*", "SEED-*"))
class PeopleAreTheirAddresses(Reconciler):
    """Takes who has another address for another person."""

    def _people(self, in_scope: Any, account: Any) -> Any:
        """The match by address alone."""
        by_address = {each.email.lower() for each in account.members}
        return super()._people(_as_strangers(in_scope, by_address), account)


def _as_strangers(in_scope: dict[str, GooglePerson], known: set[str]) -> dict[str, GooglePerson]:
    """People whose address nobody has get an id that nobody has."""
    return {
        key if each.address.lower() in known else f"{key}-2": each
        if each.address.lower() in known
        else replace(each, id=f"{key}-2")
        for key, each in in_scope.items()
    }


@defect("leaving-one-group-suspends", breaks=("GOOGLE-22",), reach=("GOOGLE-*", "SEED-*"))
class LeavingOneGroupSuspends(Reconciler):
    """Suspends who leaves a group, though another one keeps them."""

    def plan(self, snapshot: Snapshot, account: AccountState, *given: Any, **more: Any) -> Plan:
        """The plan, with a suspension for each departure."""
        whole = super().plan(snapshot, account, *given, **more)
        leaving = {each for departure in whole.departures for each in departure.user_ids}
        left = [m for m in account.members if m.id in account.users and account.users[m.id].id in leaving]
        known = {each.member_id for each in whole.suspensions}
        more_of_them = [Suspend(m.id, m.email, "left a group") for m in left if m.id not in known and m.is_active]
        return replace(whole, suspensions=(*whole.suspensions, *more_of_them))
