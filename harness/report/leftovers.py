"""What the run made on the target and left there: each thing by its path, its name, and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.record.journal import INCOMPLETE, INTERRUPTED, Entry, Leftover, RunHeader, ScenarioEnd
from harness.record.made import Inventory
from harness.record.remains import put_entry
from harness.report.text import visible_line

HINT = "`bridgecheck cleanup REPORT-DIR` removes what is still as this run made it"
UNTRIED = "the run ended before it could be deleted"


@dataclass(frozen=True, slots=True)
class ReportedLeftover:
    """One thing. The path is below the SCIM base, or that of the account probe where it has no slash at its begin."""

    path: str
    name: str
    reason: str

    def __str__(self) -> str:
        named = f" ({self.name})" if self.name else ""
        return f"{self.path}{named}: {self.reason}"


def leftovers_in(entries: Sequence[Entry]) -> tuple[ReportedLeftover, ...]:
    """What is left according to a journal; nothing where the run had started the bridge, which has ended since."""
    if any(isinstance(entry.event, RunHeader) and entry.event.start for entry in entries[:1]):
        return ()
    told = {entry.event.path: entry.event for entry in entries if isinstance(entry.event, Leftover)}
    for leftover in _untried(entries):
        told.setdefault(leftover.path, leftover)
    shown = ((visible_line(each.path), visible_line(each.name), visible_line(each.reason)) for each in told.values())
    return tuple(ReportedLeftover(*each) for each in shown)


def _untried(entries: Sequence[Entry]) -> Iterator[Leftover]:
    """What a run that was killed had made until then."""
    if not any(isinstance(e.event, ScenarioEnd) and e.event.outcome in (INTERRUPTED, INCOMPLETE) for e in entries[-2:]):
        return
    inventory = Inventory()
    for entry in entries:
        put_entry(entry, inventory)
    for made in inventory.things.values():
        yield Leftover(made.path, made.reason or UNTRIED, made.name)
    for address in inventory.placed:
        yield Leftover(f"members/{address}", UNTRIED, address)
