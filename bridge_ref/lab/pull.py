"""Defects of pulling a directory."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from bridge_ref.lab.registry import defect
from bridge_ref.workspace.plan import Plan, Suspend
from bridge_ref.workspace.reconcile import Reconciler


@defect("suspends-on-a-broken-read", breaks=("GOOGLE-09", "GOOGLE-20", "P-03"), reach=("GOOGLE-10",))
class SuspendsOnABrokenRead(Reconciler):
    """Takes a group that could not be read for one that nobody is in."""

    def plan(self, *given: Any, **more: Any) -> Plan:
        """The plan, as if nothing were missing."""
        return replace(super().plan(*given, **more), missing=())


@defect(
    "pull-suspends-nobody",
    breaks=("SEED-22", "GOOGLE-15", "GOOGLE-17", "P-01"),
    reach=("SEED-06", "SEED-21", "SEED-65", "GOOGLE-14", "GOOGLE-18", "GOOGLE-20", "GOOGLE-23"),
)
class PullSuspendsNobody(Reconciler):
    """Brings people from Google, and leaves everybody else as they are."""

    def suspensions(self, *given: Any) -> Iterator[Suspend]:
        """Plan no suspension."""
        yield from ()
