"""The three dialects of Entra ID: without the flag, with it, and on demand (2.c)."""

from __future__ import annotations

from harness.idp.entra.engine import Entra
from harness.idp.entra.state import INITIAL
from harness.idp.entra.writing import COMPLIANT, VERBOSE
from harness.idp.provider import Barrier, Job, Plan


class EntraDefault(Entra):
    """A non-gallery application without flag: capitals, booleans as text, members removed by value."""

    dialect = "entra-default"
    is_main = True
    aliases = ("entra", "azure")
    wire = VERBOSE


class EntraFlag(Entra):
    """The Tenant URL carries aadOptscim062020: PATCH in lower case, pathless where it can be."""

    dialect = "entra-flag"
    wire = COMPLIANT


class EntraOnDemand(Entra):
    """On-demand runs, one user or one group with five members each; what they can't do the next cycle does."""

    dialect = "entra-ondemand"
    wire = VERBOSE

    def plan(self) -> Plan:
        """Each person and group that differs in a run of its own (MS-OND); then a cycle for deletions and the rest."""
        if self.state.is_removed or self.state.is_disabled or self.state.is_stopped:
            return
        # What the change log names; the cycle behind it finds whatever a run leaves.
        chosen = None if self.state.watermark == INITIAL else self._dirty_groups()
        for person in self._candidates():
            if not person.is_deleted and self._due(person) is not None:
                chosen = chosen if chosen is None else chosen | self.directory.groups_of(person)
                yield Job(f"user {person.key}", self.on_demand(person))
        yield Barrier()
        for group in self.pushed_groups():
            if chosen is None or group.key in chosen:
                yield Job(f"group {group.key}", self.group_on_demand(group))
        yield Barrier()
        yield from super().plan()
