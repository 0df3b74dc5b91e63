"""Defects of pulling that show under a condition, and of the bridge in operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from bridge_ref.account.members import Member, MemberType, State
from bridge_ref.account.settings import AccountSettings
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.router import Request, Router
from bridge_ref.lab.registry import defect
from bridge_ref.monitor.account_watch import AccountWatch
from bridge_ref.monitor.watch import MonitorState, Poll
from bridge_ref.scim.errors import ScimError
from bridge_ref.workspace.plan import LeaveGroup, Plan, Suspend, UpdateUser
from bridge_ref.workspace.reconcile import Reconciler
from bridge_ref.workspace.settings import WorkspaceSettings

_PULL = ("SEED-*", "P-*", "GOOGLE-*")


@defect("pull-suspends-before-it-matches", breaks=("SEED-21",), reach=_PULL)
class PullSuspendsBeforeItMatches(Reconciler):
    """Suspends with a pull the members who were there before, though they are in a chosen group."""

    def suspensions(self, snapshot: Any, in_scope: Any, account: Any, match: Any, settings: Any) -> Iterator[Suspend]:
        """The suspensions, and those whom provisioning does not manage yet."""
        yield from super().suspensions(snapshot, in_scope, account, match, settings)
        for member in account.members:
            if member.id in match.member_of.values() and not member.managed and member.is_active and not member.owner:
                yield Suspend(member.id, member.email, "not managed")


@defect("pull-leaves-the-invited", breaks=("SEED-22",), reach=_PULL)
class PullLeavesTheInvited(Reconciler):
    """Leaves with a pull those who have not signed up, though they are in no chosen group."""

    def is_exempt(self, member: Member, settings: WorkspaceSettings) -> bool:
        """Members alone are suspended."""
        return member.state is State.INVITED or super().is_exempt(member, settings)


@defect("pull-suspends-guests", breaks=("SEED-06",), reach=_PULL)
class PullSuspendsGuests(Reconciler):
    """Suspends with a pull the guests too."""

    def is_exempt(self, member: Member, settings: WorkspaceSettings) -> bool:
        """Guests are not exempt."""
        return member.type is not MemberType.GUEST and super().is_exempt(member, settings)


@defect("pull-brings-no-names", breaks=("SEED-15", "SEED-60"), reach=_PULL)
class PullBringsNoNames(Reconciler):
    """Passes with a pull over names that have changed."""

    def plan(self, *given: Any, **more: Any) -> Plan:
        """The plan without names."""
        planned = super().plan(*given, **more)
        kept = [_nameless(each) if isinstance(each, UpdateUser) else each for each in planned.additions]
        return replace(
            planned, additions=tuple(each for each in kept if not isinstance(each, UpdateUser) or each.values)
        )


def _nameless(step: UpdateUser) -> UpdateUser:
    values = {name: value for name, value in step.values.items() if name not in ("displayName", "name")}
    return replace(step, values=values)


@defect("pull-takes-nobody-out-of-groups", breaks=("SEED-12",), reach=_PULL)
class PullTakesNobodyOutOfGroups(Reconciler):
    """Leaves with a pull everybody in the groups that they have left."""

    def plan(self, *given: Any, **more: Any) -> Plan:
        """The plan without departures."""
        return replace(super().plan(*given, **more), departures=tuple[LeaveGroup, ...]())


@defect("off-lets-deletes-through", breaks=("P-08",), reach=("SEED-59", "SEED-62"))
class OffLetsDeletesThrough(Router):
    """Refuses reads while provisioning is switched off, and goes on with writes."""

    is_off = False

    def check_open(self, settings: AccountSettings) -> None:
        """Remember it for the reads."""
        self.is_off = not settings.is_provisioning

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The decision; none for a read."""
        if self.is_off and request.method == "GET":
            raise ScimError(503, "Provisioning is switched off on the account.")
        return super().decide(request, context)


@defect("outages-are-mailed-late", breaks=("SEED-29",), reach=("SEED-32",))
class OutagesAreMailedLate(AccountWatch):
    """Waits for ten pings that fail before it tells that the bridge is offline."""

    def after(self, state: MonitorState, seen: Poll, now_ms: int) -> MonitorState:
        """The state, three failures counting as less than one."""
        if not seen.is_up and state.failures < 9 and not state.is_down:
            return replace(state, failures=state.failures + 1)
        return super().after(state, seen, now_ms)
